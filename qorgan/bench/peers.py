"""The module beside rsyslog and syslog-ng, each following the same file to its end; lines a second, in turn.

What each does is not the same. The two daemons follow the file and send every line as it is to a TCP port of this
machine; they read no fields, judge nothing, remove nothing, and nobody tells them that a line arrived. The module reads
every line, judges it, removes what must not leave, and has what came of it in a synced spool before it counts as read.
So a ratio says what knowing costs, not which is better. The daemons' clocks begin when they connect.
"""

from __future__ import annotations

import os
import selectors
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from qorgan.bench import eve
from qorgan.bench.figures import Figure, at_most, in_turn, thousands

LINES: Final = 200_000
TEXT_LINES: Final = 20_000
ROUNDS: Final = 3
LIMITS: Final = {"eve": 5.0, "text": 500.0}
"""How many times quicker a forwarder may be. Of EVE nine lines in ten are no alerts, and a glance tells: at a fifth of
its pace the module is still quicker than a busy sensor writes. Of text every line is judged, while a forwarder
copies bytes at hundreds of thousands a second: at a five-hundredth of that the module takes some hundred sign-ins
a second on a machine that is overloaded, more than an institution has on a bad day."""
_UNPACKED: Final = Path(".local/debian")
_LONGEST: Final = 300.0
_RSYSLOG: Final = """\
global(workDirectory="{folder}")
module(load="{modules}/imfile" mode="inotify")
input(type="imfile" File="{file}" Tag="bench:" freshStartTail="off" ruleset="out")
template(name="as-it-is" type="string" string="%msg%\\n")
ruleset(name="out" queue.type="LinkedList" queue.size="100000" queue.dequeueBatchSize="1000") {{
    action(type="omfwd" target="127.0.0.1" port="{port}" protocol="tcp" template="as-it-is")
}}
"""
_SYSLOG_NG: Final = """\
@version: 3.38
options {{ stats-freq(0); flush-lines(1000); }};
source s {{
    file("{file}" read-old-records(yes) follow-freq(0.1) flags(no-parse) log-fetch-limit(1000) log-iw-size(100000));
}};
destination d {{ network("127.0.0.1" port({port}) transport("tcp") template("$MSG\\n") log-fifo-size(200000)); }};
log {{ source(s); destination(d); flags(flow-control); }};
"""


def measure() -> list[Figure]:
    """Of EVE and of plain syslog text, each daemon's pace as a multiple of the module's."""
    folder = Path(tempfile.mkdtemp(prefix="qorgan-bench-"))
    try:
        return [_figure(kind, peer, folder) for kind in ("eve", "text") for peer in ("rsyslog", "syslog-ng")]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _figure(kind: str, peer: str, folder: Path) -> Figure:
    file, count = folder / f"{kind}.log", LINES if kind == "eve" else TEXT_LINES
    if not file.exists():
        _WRITE[kind](file, count)
    turns = iter(range(1_000))
    ratio, rate, against = in_turn(
        ROUNDS,
        lambda: eve.follow(file, folder / f"{kind}-{peer}-{next(turns)}", count, "eve" if kind == "eve" else "text"),
        lambda: _forward(peer, file, count, folder / f"{peer}-{kind}-{next(turns)}"),
    )
    how = (
        f"{count:,} lines of {'eve.json, 8% alerts' if kind == 'eve' else 'sshd, refused sign-ins'}; the module reads, "
        f"judges, redacts and spools them: {thousands(rate)}; Debian's {peer} follows the same file and forwards every "
        f"line unread to a TCP port: {thousands(against)}; {ROUNDS} rounds"
    )
    words = "EVE" if kind == "eve" else "syslog text"
    return at_most(f"{peer} forwarding {words} / module judging it", 1 / ratio, LIMITS[kind], "times", how)


def _write_text(file: Path, count: int) -> None:
    with file.open("w", encoding="ascii") as out:
        for number in range(count):
            source = f"198.51.{number * 7919 % 4000 // 250 + 100}.{number * 7919 % 250 + 1}"
            clock = f"{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}"
            said = f"Failed password for u{number * 31 % 9000} from {source} port 40022 ssh2"
            out.write(f"Nov 20 {clock} gate sshd[{number % 30_000 + 400}]: {said}\n")


_WRITE: Final = {"eve": eve.write, "text": _write_text}


def _forward(peer: str, file: Path, count: int, folder: Path) -> float:
    """Lines a second that a daemon brings to a port until the last has come."""
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with _running(_command(peer, file, folder, port)):
            return count / _await(listener, count)


def _await(listener: socket.socket, count: int) -> float:
    """Take what comes on any connection until so many line feeds have come; seconds since the first connection."""
    until, come, began = time.monotonic() + _LONGEST, 0, 0.0
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        while come < count:
            if time.monotonic() > until:
                raise RuntimeError(f"only {come:,} of {count:,} lines came")
            for key, _ in selector.select(1):
                if key.fileobj is listener:
                    began = began or time.monotonic()
                    selector.register(listener.accept()[0], selectors.EVENT_READ)
                    continue
                data = os.read(key.fd, 1 << 20)
                come += data.count(b"\n")
                if not data:
                    selector.unregister(key.fileobj)
    return time.monotonic() - began


def _command(peer: str, file: Path, folder: Path, port: int) -> list[str]:
    if peer == "rsyslog":
        modules = _find("usr/lib/x86_64-linux-gnu/rsyslog")
        (folder / "conf").write_text(_RSYSLOG.format(folder=folder, file=file, port=port, modules=modules))
        return [
            str(_find("usr/sbin/rsyslogd")),
            "-n",
            "-f",
            f"{folder}/conf",
            "-i",
            f"{folder}/pid",
            "-M",
            str(modules),
        ]
    (folder / "conf").write_text(_SYSLOG_NG.format(file=file, port=port))
    places = [f"--{name}={folder}/{name}" for name in ("persist-file", "pidfile", "control")]
    modules = _find("usr/lib/syslog-ng")
    paths = ":".join(str(each.parent) for each in modules.rglob("libaffile.so"))
    return [
        str(_find("usr/sbin/syslog-ng")),
        "-F",
        "--no-caps",
        "-f",
        f"{folder}/conf",
        *places,
        f"--module-path={paths}",
    ]


def _find(path: str) -> Path:
    for root in (_UNPACKED.resolve(), Path("/")):
        if (root / path).exists():
            return root / path
    raise RuntimeError(f"/{path} is not there: run tools/setup.sh peers")


@contextmanager
def _running(command: list[str]) -> Iterator[None]:
    libraries = ":".join(str(_UNPACKED.resolve() / place / "x86_64-linux-gnu") for place in ("usr/lib", "lib"))
    own = f"{_UNPACKED.resolve()}/usr/lib/syslog-ng"
    environment = {**os.environ, "LD_LIBRARY_PATH": f"{libraries}:{own}:{_UNPACKED.resolve()}/usr/lib"}
    daemon = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        daemon.terminate()
        try:
            daemon.wait(20)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()
