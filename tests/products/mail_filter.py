"""A real rspamd of Debian's package, unprivileged, on a loopback port of its own, that asks nobody anything."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.products import debian

KNOWN_PAGE = "https://login.sender.example/verify"
"""A page of thieves, as the filter's own list has it."""

OPTIONS = """\
dns {{ nameserver = ["127.0.0.1:9"]; timeout = 0.1s; retransmits = 1; }}
url_tld = "{folder}/endings.txt";
disable_hyperscan = true;
"""
PHISHING = """\
openphish_enabled = true;
openphish_map = "{folder}/known.txt";
phishtank_enabled = false;
exceptions = {{}};
"""
"""The product's own check of links against a list of known pages; the list is a file here."""
WORKER = 'count = 1;\nbind_socket = "127.0.0.1:{port}";\n'
OFF = "enabled = false;\n"
OTHERS = (
    *("worker-controller.inc", "worker-proxy.inc", "rbl.conf", "surbl.conf", "fuzzy_check.conf", "asn.conf"),
    *("rspamd_update.conf", "neural.conf", "mx_check.conf", "spf.conf", "dkim.conf", "dmarc.conf", "arc.conf"),
    *("multimap.conf",),
)
_PROGRAMS = {
    "SHAREDIR": "/usr/share/rspamd",
    "RULESDIR": "/usr/share/rspamd/rules",
    "LUALIBDIR": "/usr/share/rspamd/lualib",
    "PLUGINSDIR": "/usr/share/rspamd/plugins",
}


@dataclass(frozen=True)
class Filter:
    """A running one. `log` is what a module reads."""

    port: int
    log: Path

    def judge(self, message: bytes, source: str, sender: str, recipient: str) -> str:
        """Have it judge a message that came from this address; what it says, as JSON."""
        asking = [debian.find("/usr/bin/rspamc"), "-h", f"127.0.0.1:{self.port}", "--json"]
        about = ["--ip", source, "--from", sender, "--rcpt", recipient]
        said = subprocess.run(
            [*asking, *about], input=message, capture_output=True, env=debian.environment(), timeout=60, check=True
        )
        return said.stdout.decode()


@contextmanager
def running() -> Iterator[Filter]:
    """Run rspamd below a folder of its own, which an ordinary user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="qorgan-rspamd-"))
    port = _free_port()
    try:
        _write_configuration(folder, port)
        made = {"LOCAL_CONFDIR": "conf", "DBDIR": "db", "RUNDIR": "run", "LOGDIR": "log"}
        places = {name: str(debian.find(path)) for name, path in _PROGRAMS.items()}
        places |= {"CONFDIR": str(debian.find("/etc/rspamd"))} | {name: str(folder / at) for name, at in made.items()}
        given = [f"--var={name}={value}" for name, value in places.items()]
        # It runs for nobody in particular, as Debian runs it; an ordinary user runs it as himself.
        lowered = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
        with (folder / "out").open("wb") as output:
            server = subprocess.Popen(
                [debian.find("/usr/bin/rspamd"), "-f", "-c", debian.find("/etc/rspamd/rspamd.conf"), *given],
                cwd="/",
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**debian.environment(), **places},
                **lowered,  # type: ignore[call-overload]
            )
        found = Filter(port, folder / "log" / "rspamd.log")
        try:
            _wait_until_it_answers(found, server, folder)
            yield found
        finally:
            server.terminate()
            server.wait(timeout=20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_configuration(folder: Path, port: int) -> None:
    for name in ("db", "run", "log", "conf/local.d", "conf/override.d"):
        (folder / name).mkdir(parents=True)
    written = {
        "conf/local.d/options.inc": OPTIONS.format(folder=folder),
        "conf/local.d/phishing.conf": PHISHING.format(folder=folder),
        "conf/override.d/worker-normal.inc": WORKER.format(port=port),
        "endings.txt": "com\nexample\nkz\n",
        "known.txt": KNOWN_PAGE + "\n",
        **{f"conf/override.d/{name}": OFF for name in OTHERS},
    }
    for name, text in written.items():
        (folder / name).write_text(text)
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, "nobody", "nogroup")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(found: Filter, server: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", found.port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    said = (folder / "out").read_text()[-1000:] + (found.log.read_text()[-1000:] if found.log.exists() else "")
    raise RuntimeError(f"rspamd did not start: {said}")
