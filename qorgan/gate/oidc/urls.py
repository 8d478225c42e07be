"""Every address of the provider. The discovery document names them; a test holds the two together."""

from __future__ import annotations

from django.urls import path

from qorgan.gate.oidc import authorise, discovery, endpoints, leaving

urlpatterns = [
    path(discovery.WELL_KNOWN, endpoints.configuration, name="oidc-configuration"),
    path(discovery.WELL_KNOWN_OF_OAUTH, endpoints.configuration, name="oauth-configuration"),
    path(discovery.KEYS, endpoints.key_set, name="oidc-keys"),
    path(discovery.AUTHORISE, authorise.authorise, name="oidc-authorise"),
    path("oidc/go-on/<uuid:authorisation>", authorise.go_on, name="oidc-go-on"),
    path(discovery.TOKEN, endpoints.token, name="oidc-token"),
    path(discovery.USERINFO, endpoints.userinfo, name="oidc-userinfo"),
    path(discovery.REVOKE, endpoints.revoke, name="oidc-revoke"),
    path(discovery.INTROSPECT, endpoints.introspect, name="oidc-introspect"),
    path(discovery.END_SESSION, leaving.end_session, name="oidc-end-session"),
    path("oidc/end-session/confirmed", leaving.confirmed, name="oidc-end-session-confirmed"),
]
