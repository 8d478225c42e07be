"""The module's process against the hub's processes, over real sockets and into a real PostgreSQL."""

from __future__ import annotations

import json
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from qorgan.hub.config import load as load_hub
from qorgan.hub.database.sealing_key import sealing_key
from qorgan.hub.members.bin import check_digit
from qorgan.module import enrolment, hub_key
from qorgan.module.run import now
from qorgan.wire.batch import PATH
from qorgan.wire.parcel import Parcel, open_sealed, seal
from qorgan.wire.parcel import read as read_parcel
from tests.module.run.conftest import ROOT, Site, eve

ELEVEN = "11114000001"
KILLS = 6


class RealHub:
    """`qorgan hub run` with a PostgreSQL of its own."""

    def __init__(self, folder) -> None:
        self.folder = folder
        self.port, portal = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.config = folder / "hub.toml"
        self.config.write_text(
            f'state = "{folder / "hub"}"\n[intake]\nport = {self.port}\n'
            f'[portal]\nport = {portal}\naddress = "http://127.0.0.1:{portal}"\n'
        )
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        with (self.folder / "hub.log").open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "qorgan", "hub", "run", "--config", str(self.config)],
                cwd=ROOT,
                stdout=said,
                stderr=said,
            )
        end = time.monotonic() + 90
        while True:
            with suppress(OSError), urllib.request.urlopen(f"{self.url}/health", timeout=2):
                return
            assert time.monotonic() < end, (self.folder / "hub.log").read_text()
            time.sleep(0.1)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    def command(self, *words: str) -> dict:
        done = subprocess.run(
            [sys.executable, "-m", "qorgan", "hub", words[0], "--config", str(self.config), "--json", *words[1:]],
            cwd=ROOT,
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout.decode()
        return json.loads(done.stdout)

    def code(self) -> str:
        bin_ = f"{ELEVEN}{check_digit(ELEVEN)}"
        self.command(
            *("organisation-add", "--bin", bin_, "--kind", "bank", "--email", "office@specimen.example"),
            *("--name-kk", "Үлгі банкі", "--name-ru", "Банк-образец", "--name-en", "Specimen Bank"),
        )
        made = self.command("module-add", bin_, "dmz")
        self.module = made["module"]
        return made["code"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def hub():
    # Not below pytest's own folder: as root PostgreSQL runs as another user, who could not enter that.
    folder = Path(tempfile.mkdtemp(prefix="qorgan-hub-"))
    folder.chmod(0o755)
    made = RealHub(folder)
    yield made
    made.stop()
    shutil.rmtree(folder)


@pytest.mark.clause("R67.7")
@pytest.mark.clause("R67.9")
@pytest.mark.clause("R48I.3")
@pytest.mark.timeout(300)
def test_the_whole_line_survives_both_sides_being_stopped(hub, tmp_path):
    """Enrolled by code; killed again and again; the hub stopped for a while; every receipt verifies; then revoked."""
    site = Site(tmp_path, SimpleNamespace(url=hub.url))
    done = site.command("enrol", "-", stdin=hub.code().encode())
    assert done.returncode == 0, done.stderr
    assert b"Specimen Bank" in done.stdout
    chance = random.Random(1)
    written = 0
    for life in range(KILLS):
        begun = site.words().count(" runs")
        site.start()
        if life % 2:
            # Else it may be killed before it has begun: a busy machine takes its time to start it.
            site.wait(lambda begun=begun: site.words().count(" runs") > begun)
        for _ in range(5):
            many = chance.randint(1, 300)
            site.write_lines(*map(eve, range(written + 1, written + many + 1)))
            written += many
            time.sleep(chance.random() * 0.3)
        if life == KILLS // 2:
            hub.stop()
        site.kill()
    hub.start()
    site.start()
    site.wait(lambda: site.account().sent == written, seconds=120)
    assert site.account().faults() == []
    found = Counter()
    receipts = json.loads(site.command("receipts", "--last", "100000", "--json").stdout)
    for one in receipts:
        done = site.command("receipts", "--number", str(one["first"]), "--export", str(tmp_path / "out"), "--json")
        proof = json.loads(done.stdout)
        verified = subprocess.run(
            [sys.executable, "-m", "qorgan", "verify", proof["receipt"], proof["document"], "--key", proof["key"]],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        assert verified.returncode == 0, verified
        document = Path(proof["document"]).read_text(encoding="utf-8").splitlines()
        found.update(json.loads(line)["sensor"]["rule_id"] for line in document)
        if len(receipts) > 40 and sum(found.values()) > written / 3:
            break
    assert max(found.values()) == 1
    assert hub.command("audit")
    hub.command("module-revoke", hub.module, "--reason", "the test is over")
    site.write_lines(eve(written + 1))
    site.wait(lambda: site.health()["phase"] == "revoked")
    site.stop()
    assert site.account().spooled == 1


@pytest.mark.clause("R67.9")
@pytest.mark.clause("R48I.3")
@pytest.mark.timeout(300)
def test_the_centre_takes_batches_from_a_stick_that_was_long_on_its_way(hub, tmp_path):
    """Enrolled, then cut off; the files are imported, out of order, one cut, one forged; the receipts are proof."""
    site = Site(tmp_path, SimpleNamespace(url=hub.url))
    assert site.command("enrol", "-", stdin=hub.code().encode()).returncode == 0
    site.config.write_text(site.config.read_text().replace("[hub]\n", "[hub]\none_way = true\n"))
    stick, receipts = tmp_path / "stick", tmp_path / "receipts"
    for life in (1, 2, 3):
        site.start()
        site.wait(lambda life=life: site.words().count("/health") == life)
        site.write_lines(*map(eve, range(life * 10, life * 10 + 5)))
        site.wait(lambda life=life: site.health()["account"]["spooled"] == life * 5)
        site.stop()
        assert site.command("export", str(stick)).returncode == 0
    first, second, third = sorted(stick.glob("*.qbatch"))
    _sign_long_ago(hub, site, first, timedelta(days=40))
    _sign_long_ago(hub, site, third, timedelta(days=200))
    whole = second.read_bytes()
    second.write_bytes(whole[:-1])
    said = _import(hub, stick, receipts)
    assert said["taken"] == [first.name]
    assert "it is cut" in said["refused"][second.name]
    assert "exported again" in said["refused"][third.name]
    clear = _opened(hub, whole).write().replace(b"Qorgan-Sequence: 6-10", b"Qorgan-Sequence: 6-11")
    second.write_bytes(_sealed(site, read_parcel(clear)))
    assert "not-recognised" in _import(hub, stick, receipts)["refused"][second.name]
    # One of a module that signed and did not seal yet.
    second.write_bytes(clear)
    assert "not-recognised" in _import(hub, stick, receipts)["refused"][second.name]
    second.unlink()
    site.command("export", str(stick))
    said = _import(hub, stick, receipts)
    assert (len(said["taken"]), said["refused"]) == (3, {})
    assert b"3 receipts taken" in site.command("import-receipts", str(receipts)).stdout
    account = site.account()
    assert (account.sent, account.spooled, account.faults()) == (15, 0, [])
    assert hub.command(*shown("audit"))["clean"]


def _sign_long_ago(hub, site, path, ago):
    """The very batch as it would be, had it been exported so long ago."""
    parcel = _opened(hub, path.read_bytes())
    speaker = enrolment.speaker(site.state)
    named = ("Content-Type", "Content-Encoding", "Qorgan-Sequence")
    headers = speaker.sign(PATH, {name: parcel.headers[name] for name in named}, parcel.body, now=now() - ago)
    path.write_bytes(_sealed(site, Parcel(headers=headers, body=parcel.body)))


def _opened(hub, content):
    config = load_hub(hub.config)
    return open_sealed(content, sealing_key(config), config.origin)


def _sealed(site, parcel):
    speaker = enrolment.speaker(site.state)
    return seal(parcel, hub_key.find(site.state, speaker.pinned), speaker.identity.audience)


def shown(act, *places):
    """The command that the page for the centre's officer shows, with places of this test in it."""
    page = (ROOT / "docs" / "operate" / "hub.md").read_text(encoding="utf-8")
    (line,) = re.findall(rf"^qorgan hub ({act}(?: .*)?)$", page, re.MULTILINE)
    theirs = [word for word in line.split()[1:] if not word.startswith("--")]
    assert len(theirs) == len(places)
    named = dict(zip(theirs, map(str, places), strict=True))
    return [named.get(word, word) for word in line.split()]


def _import(hub, stick, receipts):
    words = (*shown("import-batches", stick, receipts), "--config", str(hub.config), "--json")
    done = subprocess.run([sys.executable, "-m", "qorgan", "hub", *words], cwd=ROOT, capture_output=True, check=False)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)
