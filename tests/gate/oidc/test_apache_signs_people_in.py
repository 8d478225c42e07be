"""Debian's Apache with mod_auth_openidc, a client written in C, lets in whom the gate lets in."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.gate.oidc.whole_way import CEREMONY, SESSION, through_ceremony
from tests.products.debian import environment, find

MODULES = ("mpm_event", "authn_core", "authz_core", "authz_user", "headers", "auth_openidc")
CONFIGURATION = """
ServerRoot "{folder}"
ServerName localhost
Listen 127.0.0.1:{port}
PidFile "{folder}/pid"
ErrorLog "{folder}/error.log"
DefaultRuntimeDir "{folder}"
Mutex file:{folder} default
DocumentRoot "{folder}/pages"
{modules}
User {user}
Group {group}
OIDCProviderMetadataURL {gate}/.well-known/openid-configuration
OIDCClientID apache
OIDCClientSecret {secret}
OIDCRedirectURI http://localhost:{port}/inside/back
OIDCCryptoPassphrase {secret}
OIDCScope "openid profile"
OIDCPKCEMethod S256
OIDCIDTokenSignedResponseAlg ES256
OIDCProviderTokenEndpointAuth client_secret_basic
OIDCRemoteUserClaim sub
<Location /inside>
    AuthType openid-connect
    Require valid-user
    Header set X-Who "%{{OIDC_CLAIM_sub}}e"
    Header set X-Rule "%{{OIDC_CLAIM_acr}}e"
</Location>
<Location /inside/only-by-another-rule>
    Require claim acr:urn:qorgan:acr:R57.10
</Location>
"""


@pytest.fixture
def apache(gate_url, register) -> Iterator[str]:
    """Where Apache answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    application = register("apache", redirect_uris=(f"{address}/inside/back",))
    # Not below pytest's own folder: started by root it serves as another user, who could not enter that.
    folder = Path(tempfile.mkdtemp(prefix="qorgan-apache-"))
    folder.chmod(0o755)
    for page in ("inside", "inside/only-by-another-rule"):
        (folder / "pages" / page).mkdir(parents=True)
        (folder / "pages" / page / "page.txt").write_text("for those inside", encoding="utf-8")
    loaded = [f'LoadModule {name}_module "{find(f"/usr/lib/apache2/modules/mod_{name}.so")}"' for name in MODULES]
    (folder / "apache.conf").write_text(
        CONFIGURATION.format(
            folder=folder,
            port=port,
            modules="\n".join(loaded),
            user="nobody" if os.getuid() == 0 else f"#{os.getuid()}",
            group="nogroup" if os.getuid() == 0 else f"#{os.getgid()}",
            gate=gate_url,
            secret=application.secret,
        ),
        encoding="utf-8",
    )
    command = [find("/usr/sbin/apache2"), "-f", folder / "apache.conf", "-D", "FOREGROUND"]
    with subprocess.Popen(command, env=environment()) as process:
        for _ in range(600):
            log = folder / "error.log"
            assert process.poll() is None, log.read_text(encoding="utf-8") if log.exists() else "it did not start"
            try:
                httpx.get(address)
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield address
        process.terminate()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.products
@pytest.mark.clause("R57.4")
def test_apache_lets_in_whom_the_gate_lets_in(apache, gate_url, person):
    with httpx.Client() as http:
        away = http.get(f"{apache}/inside/page.txt")
        assert away.status_code == 302
        assert away.headers["Location"].startswith(f"{gate_url}/oidc/authorise?")
        http.get(away.headers["Location"])
        return_to, secret = through_ceremony(http.cookies[CEREMONY], person)
        http.cookies.set(SESSION, secret, domain="localhost.local", path="/")
        back = http.get(f"{gate_url}{return_to}").headers["Refresh"].partition("url=")[2]
        let_in = http.get(back)
        assert let_in.headers["Location"] == f"{apache}/inside/page.txt"
        page = http.get(let_in.headers["Location"])
        assert (page.status_code, page.text) == (200, "for those inside")
        assert page.headers["X-Who"] == str(person.id)
        assert page.headers["X-Rule"] == "urn:qorgan:acr:D26.two-factor"
        # What asks for another rule stays shut, though the person is signed in.
        assert http.get(f"{apache}/inside/only-by-another-rule/page.txt").status_code in {401, 403}
