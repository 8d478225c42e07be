"""Every act comes into the ledger once, and its receipt proves it offline (R48I.3)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from qorgan.hub.database.connection import Role, role_url
from qorgan.hub.database.log_key import read_log_key
from qorgan.hub.receipts.audit import audit
from qorgan.ledger.note import VerifierKey
from qorgan.ledger.receipt import read, verify

RECEIPTS = """
SELECT act.verb, act.exact, receipt.receipt, receipt.position
FROM document_act AS act LEFT JOIN document_act_receipt AS receipt ON receipt.act_id = act.id ORDER BY act.id
"""


def enter(office, now, clerk=None):
    from qorgan.hub.notices.entering import Entering

    entering = clerk or Entering(read_log_key(office.market.hub.config))
    return office.clerk(lambda: entering.enter_all(now))


def proven(hub):
    """Every act's verb, its receipt having been believed for its exact bytes."""
    found = []
    for verb, exact, receipt, position in hub.rows(RECEIPTS):
        assert receipt is not None, f"{verb} has no receipt"
        told = verify(read(bytes(receipt)), bytes(exact), [VerifierKey(read(bytes(receipt)).log, hub.verifier.public)])
        found.append((verb, told.entry.type, position))
    return found


@pytest.mark.clause("R48I.3")
def test_every_act_of_a_document_is_in_the_ledger_with_a_receipt_over_its_exact_bytes(office, monday):
    card = office.returned()
    assert enter(office, monday) == 6
    told = proven(office.market.hub)
    assert [verb for verb, _, _ in told] == ["create", "propose", "agree", "submit", "receive", "return"]
    assert [type_ for _, type_, _ in told] == [
        "incident-card.create",
        "incident-card.propose",
        "incident-card.agree",
        "incident-card",
        "incident-card.receive",
        "incident-card.return",
    ]
    assert [position for _, _, position in told] == list(range(6))
    assert enter(office, monday) == 0, "nothing is entered twice"
    (row,) = office.market.hub.rows("SELECT exact FROM document_version WHERE document_id = %s", card.pk)
    assert bytes(row[0]) == bytes(office.market.hub.rows(RECEIPTS)[3][1]), "the sending is proven by the very version"


class Killable:
    """A clerk's process as the supervisor starts it."""

    def __init__(self, hub):
        self.hub = hub
        self.life = os.pipe()
        self.start()

    def start(self):
        toml = self.hub.config.state / "hub.toml"
        toml.write_text(f'origin = "{self.hub.config.origin}"\n')
        with (self.hub.config.state / "clerk.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "qorgan.hub.run.clerk", str(self.life[0])],
                pass_fds=[self.life[0]],
                env=os.environ | {"QORGAN_HUB_STATE": str(self.hub.config.state), "QORGAN_HUB_CONFIG": str(toml)},
                stderr=log,
            )

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self):
        self.process.terminate()
        self.process.wait(20)
        for end in self.life:
            os.close(end)


@pytest.fixture
def killable(office):
    one = Killable(office.market.hub)
    yield one
    one.close()


def entered(hub):
    return hub.rows("SELECT count(*) FROM document_act_receipt")[0][0]


@pytest.mark.clause("R48I.3")
def test_a_clerk_killed_at_any_instant_doubles_nothing_and_loses_nothing(office, killable, monday):
    hub = office.market.hub
    acts = 0
    for round_ in range(6):
        for _ in range(5):
            office.card()
            acts += 4
        deadline = time.monotonic() + 60
        before = entered(hub)
        # Later in each round, so that it dies starting, entering, and waiting.
        while entered(hub) < min(acts, before + 3 * round_):
            assert time.monotonic() < deadline, (hub.config.state / "clerk.log").read_text()
            time.sleep(0.002)
        killable.kill()
        killable.start()
    deadline = time.monotonic() + 60
    while entered(hub) < acts:
        assert time.monotonic() < deadline, (hub.config.state / "clerk.log").read_text()
        time.sleep(0.05)
    told = proven(hub)
    assert sorted(position for _, _, position in told) == list(range(acts)), "each once, and nothing between"
    report = audit(role_url(hub.config, Role.READ), read_log_key(hub.config))
    assert report.findings == []


def test_two_clerks_at_once_take_turns(office, monday):
    from threading import Thread

    for _ in range(10):
        office.card()
    done = []
    both = [Thread(target=lambda: done.append(enter(office, monday))) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sum(done) == 40
    assert sorted(position for _, _, position in proven(office.market.hub)) == list(range(40))


@pytest.mark.clause("R48I.3")
def test_a_hub_put_back_from_a_backup_goes_on_in_its_new_tree(office, monday):
    """As intake opens it: another epoch, whose first entry says which head of the old was lost."""
    from qorgan.hub.intake.statements import SQL
    from qorgan.hub.intake.tree import Head, append
    from qorgan.ledger.entry import DocumentEntry, document_digest, instant
    from qorgan.ledger.frontier import Frontier

    hub, key = office.market.hub, read_log_key(office.market.hub.config)
    office.card()
    assert enter(office, monday) == 4
    with hub.connect(Role.INTAKE) as connection, connection.transaction():
        old = Head.read(connection.execute(SQL["lock_ledger"]).fetchone())
        note = "the head that was lost"
        start, origin = old.start + old.frontier.size, f"{key.origin}/1"
        opened = {"epoch": 1, "origin": origin, "start": start, "at": monday, "lost": note}
        connection.execute(SQL["open_epoch"], opened)
        entry = DocumentEntry(
            type="ledger-epoch",
            number=origin,
            version=1,
            organisation="000000000000",
            digest=document_digest(note.encode()),
            at=instant(monday),
        )
        appended = append(Head(1, start, Frontier()), entry, key, monday)
        connection.execute(SQL["append_entry"], appended.row | {"organisation": None})
    office.card()
    assert enter(office, monday) == 4
    assert [position for _, _, position in proven(hub)] == [0, 1, 2, 3, 5, 6, 7, 8]
    logs = {read(bytes(receipt)).log for _, _, receipt, _ in hub.rows(RECEIPTS)}
    assert logs == {key.origin, origin}
    assert audit(role_url(hub.config, Role.READ), key).findings == []
