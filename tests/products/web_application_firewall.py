"""A real nginx with ModSecurity 3 and the OWASP Core Rule Set, in a folder of its own, on a port of its own."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.products import debian

NGINX = """\
{user}
load_module {module};
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 64; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        modsecurity on;
        modsecurity_rules_file {folder}/modsecurity.conf;
        root {folder}/www;
    }}
}}
"""

EXCLUSIONS = ("REQUEST-900-EXCLUSION-RULES-BEFORE-CRS.conf", "RESPONSE-999-EXCLUSION-RULES-AFTER-CRS.conf")


@dataclass(frozen=True)
class Firewall:
    """A running one. `audit_log` is what a module reads."""

    port: int
    audit_log: Path


@contextmanager
def running(folder: Path, *, log_format: str = "JSON", blocking: bool = True) -> Iterator[Firewall]:
    """Run nginx with the Core Rule Set below `folder`; `log_format` is JSON or Native."""
    audit_log = folder / "audit.log"
    (folder / "www").mkdir(parents=True)
    (folder / "www" / "index.html").write_text("a page\n")
    _write_rules(folder, audit_log, log_format, blocking=blocking)
    port = _free_port()
    configuration = folder / "nginx.conf"
    module = debian.find("/usr/lib/nginx/modules/ngx_http_modsecurity_module.so")
    # The temporary folder of a test is closed to other users, and nginx would drop to one when root starts it.
    user = "user root;" if os.geteuid() == 0 else ""
    configuration.write_text(NGINX.format(user=user, folder=folder, port=port, module=module))
    with (folder / "nginx.out").open("wb") as output:
        server = subprocess.Popen(
            [debian.find("/usr/sbin/nginx"), "-c", configuration, "-p", folder],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=debian.environment(),
        )
        try:
            _wait_until_it_answers(port, server, folder)
            yield Firewall(port, audit_log)
        finally:
            server.terminate()
            server.wait(timeout=10)


def _write_rules(folder: Path, audit_log: Path, log_format: str, *, blocking: bool) -> None:
    recommended = debian.find("/etc/nginx/modsecurity.conf").read_text()
    for directive, value in {
        "SecRuleEngine": "On" if blocking else "DetectionOnly",
        "SecAuditEngine": "RelevantOnly",
        "SecAuditLogRelevantStatus": '"^(?:5|4(?!04))"',
        "SecAuditLogType": "Serial",
        "SecAuditLog": str(audit_log),
        "SecDebugLog": str(folder / "debug.log"),
        "SecTmpDir": str(folder),
        "SecDataDir": str(folder),
    }.items():
        line = f"{directive} {value}"
        recommended, changed = re.subn(rf"(?m)^#?{directive}\s.*$", lambda _: line, recommended, count=1)  # noqa: B023
        if not changed:
            recommended += f"\n{line}\n"
    recommended += f"\nSecAuditLogFormat {log_format}\n"
    rules = debian.find("/usr/share/modsecurity-crs/rules")
    setup = debian.find("/etc/modsecurity/crs/crs-setup.conf")
    shutil.copy(debian.find("/etc/nginx/unicode.mapping"), folder / "unicode.mapping")
    includes = [setup, *(path for path in sorted(rules.glob("*.conf")) if path.name not in EXCLUSIONS)]
    recommended += "".join(f"Include {path}\n" for path in includes)
    (folder / "modsecurity.conf").write_text(recommended)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(port: int, server: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    said = (folder / "nginx.out").read_text() + (folder / "error.log").read_text()
    raise RuntimeError(f"nginx with ModSecurity did not start: {said[-2000:]}")
