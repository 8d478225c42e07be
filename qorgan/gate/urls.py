"""Every address of the gate: what no room lists here does not exist."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from qorgan.kit.pages.health import health
from qorgan.kit.pages.language import choose

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health, name="health"),
    path("language/", choose, name="language"),
    path("api/", include("qorgan.gate.api.urls")),
    path("", include("qorgan.gate.oidc.urls")),
    path("console/", include("qorgan.gate.console.urls")),
    path("inspection/", include("qorgan.gate.console.inspection_urls")),
    path("", include("qorgan.gate.pages.urls")),
]
