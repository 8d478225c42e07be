"""Headers of every page, cookies behind https, and static files that may be cached."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from pathlib import Path

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


@pytest.mark.parametrize("address", ["/", "/sign-in/", "/nothing-here", "/account/", "/health"])
def test_every_answer_has_the_policy_and_is_not_kept(enlist: Any, signed_in: Any, visitor: Any, address: str) -> None:
    for client in (visitor(), signed_in(enlist("centre-analyst"))):
        headers = client.get(address).headers
        policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
        assert policy == POLICY
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]


def test_pages_have_nothing_inline_that_the_policy_forbids(enlist: Any, signed_in: Any, visitor: Any) -> None:
    client = signed_in(enlist("centre-analyst"))
    pages = [client.get(f"/account/{place}").content.decode() for place in ("", "factors/", "sessions/", "password/")]
    for text in [*pages, visitor().get("/sign-in/").content.decode()]:
        assert not re.search(r"\sstyle\s*=|<style|\son\w+\s*=|javascript:", text)
        for tag in re.findall(r"<script[^>]*>", text):
            assert 'src="/static/' in tag or 'type="application/json"' in tag, tag
        assert not re.search(r'(src|href)="(https?:)?//', text)


PROBE = """
import json
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in (
    "SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS",
    "ALLOWED_HOSTS", "MFA_SUPPORTED_TYPES", "DEBUG", "LANGUAGE_COOKIE_SECURE")}))
"""


def settings_for(folder: Path, address: str) -> subprocess.CompletedProcess[str]:
    config = folder / "hub.toml"
    config.write_text(f'state = "{folder}"\n[portal]\naddress = "{address}"\n', encoding="utf-8")
    environment = os.environ | {
        "QORGAN_HUB_CONFIG": str(config),
        "QORGAN_HUB_STATE": "",
        "DJANGO_SETTINGS_MODULE": "qorgan.hub.settings",
    }
    return subprocess.run([sys.executable, "-c", PROBE], env=environment, capture_output=True, text=True, check=False)


def test_behind_https_cookies_are_secure_and_bound_to_the_host(tmp_path: Path) -> None:
    import json  # noqa: PLC0415

    found = json.loads(settings_for(tmp_path, "https://asoi.example").stdout)
    assert found == {
        "SESSION_COOKIE_NAME": "__Host-qorgan-session",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_NAME": "__Host-qorgan-csrf",
        "CSRF_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "ALLOWED_HOSTS": ["asoi.example"],
        "MFA_SUPPORTED_TYPES": ["totp", "recovery_codes", "webauthn"],
        "DEBUG": False,
        "LANGUAGE_COOKIE_SECURE": True,
    }


def test_plain_http_is_refused_beyond_this_machine(tmp_path: Path) -> None:
    refused = settings_for(tmp_path, "http://asoi.example")
    assert refused.returncode
    assert "plain http beyond this machine; write https://" in refused.stderr
    assert settings_for(tmp_path, "http://localhost:8450").returncode == 0


def test_the_signing_secret_is_made_once_and_readable_by_the_hub_alone(tmp_path: Path) -> None:
    from qorgan.kit.secret_files import signing_secret  # noqa: PLC0415

    assert signing_secret(tmp_path) != signing_secret(tmp_path)
    (tmp_path / "secrets").mkdir(mode=0o700)
    kept = signing_secret(tmp_path)
    assert signing_secret(tmp_path) == kept
    assert len(kept) >= 50
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "secrets").iterdir()] == [0o600]


def test_static_files_are_served_packed_and_for_ever_and_nothing_else_is(web: Any) -> None:
    page = httpx.get(f"{web.address}/sign-in/").text
    style = re.search(r'href="(/static/dist/base-[^"]+\.css)"', page)
    assert style is not None
    answer = httpx.get(web.address + style.group(1))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "--q-accent" in answer.text
    plain = httpx.get(web.address + style.group(1), headers={"accept-encoding": "identity"})
    assert plain.text == answer.text
    again = httpx.get(web.address + style.group(1), headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    icon = httpx.get(f"{web.address}/static/portal/icon.svg")
    assert (icon.headers["content-type"], icon.headers["cache-control"]) == ("image/svg+xml", "public, max-age=300")
    for path in ("/static/", "/static/../models.py", "/static/%2e%2e/models.py", "/static/dist/.built-from"):
        assert httpx.get(web.address + path).status_code == 404, path
    assert httpx.post(web.address + style.group(1)).status_code == 405
