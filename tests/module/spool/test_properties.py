"""Whatever is done in whatever order, the spool says what a list in memory would say."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from qorgan.module.accounting import Counts, Quarantined
from qorgan.module.spool import Limits, Spool, chunk
from qorgan.wire import record
from qorgan.wire.batch import SequenceRange
from tests.module.spool.conftest import NOW, line

MANY = 2**31


class SpoolMachine(RuleBasedStateMachine):
    """The model: signals by number, what the hub has, what was counted."""

    @initialize(cuts=st.sampled_from([1, 3, 1000]))
    def begin(self, cuts: int) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="qorgan-spool-"))
        self.cuts, chunk.MAX_LINES = chunk.MAX_LINES, cuts
        self.lives = 0
        self.folder = self.root / "0"
        self.spool = self.opened()
        self.signals: dict[int, bytes] = {}
        self.taken = 0
        self.next = 1
        self.sealed: SequenceRange | None = None
        self.read = self.quarantined = 0
        self.position = ""

    def opened(self) -> Spool:
        keys_at = self.root / "keys" / "spool.key"
        return Spool.open(self.folder, clock=lambda: NOW, limits=Limits(free_bytes=0), keys_at=keys_at)

    def teardown(self) -> None:
        if hasattr(self, "spool"):
            self.spool.close()
            chunk.MAX_LINES = self.cuts
            shutil.rmtree(self.root)

    @rule(many=st.integers(0, 7), joined=st.integers(0, 5), ignored=st.integers(0, 3), bad=st.integers(0, 2))
    def append(self, many: int, joined: int, ignored: int, bad: int) -> None:
        lines = [line(number) for number in range(self.next, self.next + many)]
        became = many + (joined if many else 0)
        self.read += became + ignored + bad
        self.quarantined += bad
        self.position = f"at {self.read}"
        counts = Counts(read=became + ignored + bad, became=became, ignored={"flow": ignored}, quarantined=bad)
        self.spool.append(
            self.next,
            lines,
            source="log",
            position=self.position,
            counts=counts,
            quarantined=[Quarantined(place="x", reason="bad")] * bad,
        )
        self.signals.update(enumerate(lines, self.next))
        self.next += many

    @rule(most=st.integers(1, 9))
    def offer(self, most: int) -> None:
        batch = self.spool.read_batch(most, MANY)
        waiting = [number for number in sorted(self.signals) if number > self.taken]
        if self.sealed and any(number <= self.sealed.last for number in waiting):
            assert batch.range == self.sealed
        elif not waiting:
            assert batch is None
            return
        else:
            assert batch.range == SequenceRange(self.taken + 1, waiting[:most][-1])
        assert batch.lines == [self.signals[n] for n in waiting if n <= batch.range.last]
        self.spool.seal(batch.range)
        self.sealed = batch.range

    @precondition(lambda self: self.sealed)
    @rule()
    def acknowledge(self) -> None:
        self.spool.acknowledge(self.sealed, b"{}")
        self.taken, self.sealed = self.sealed.last, None

    @precondition(lambda self: self.sealed)
    @rule()
    def unseal(self) -> None:
        self.spool.unseal()
        self.sealed = None

    @precondition(lambda self: self.taken)
    @rule(data=st.data())
    def rewind(self, data: st.DataObject) -> None:
        expected = data.draw(st.integers(1, self.taken))
        again = [number for number in self.signals if expected <= number <= self.taken]
        assert self.spool.rewind_to(expected) == len(again)
        self.taken, self.sealed = expected - 1, None

    @precondition(lambda self: self.sealed is None)
    @rule(ahead=st.integers(1, 6))
    def concede(self, ahead: int) -> None:
        """The hub has other records under numbers for which there is no receipt."""
        receipted = self.spool.last_receipt()
        upto = self.taken + ahead
        if receipted is not None:
            return
        moving = [number for number in sorted(self.signals) if self.taken < number <= upto]
        # Chunks move whole, so those that reach beyond take their later signals along.
        assert self.spool.concede(upto) >= len(moving)
        self.taken = upto
        self.next = self.spool.next_sequence
        batch = self.spool.read_batch(MANY, MANY)
        ids = {record.decode(each).id for number, each in self.signals.items() if number > upto or number in moving}
        kept = {number: each for number, each in self.signals.items() if number <= upto and number not in moving}
        found = dict(zip(batch.numbers, batch.lines, strict=True)) if batch else {}
        assert {record.decode(each).id for each in found.values()} == ids
        self.signals = kept | found

    @rule()
    def restart(self) -> None:
        self.spool.close()
        self.spool = self.opened()

    @rule()
    def crash(self) -> None:
        """What a machine finds that lost its power just now: the files as they are, with nobody to close them."""
        self.lives += 1
        before, self.folder = self.folder, self.root / str(self.lives)
        shutil.copytree(before, self.folder, ignore=shutil.ignore_patterns("*-shm"))
        self.spool.close()
        self.spool = self.opened()

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "spool"):
            return
        account = self.spool.account()
        waiting = sum(number > self.taken for number in self.signals)
        assert account.faults() == []
        assert (account.read, account.quarantined) == (self.read, self.quarantined)
        assert (account.spooled, account.lost) == (waiting, 0)
        assert account.sent == len(self.signals) - waiting
        assert self.spool.next_sequence == self.next
        assert self.spool.acknowledged == self.taken
        assert self.spool.position("log") == self.position


TestSpool = SpoolMachine.TestCase
TestSpool.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
