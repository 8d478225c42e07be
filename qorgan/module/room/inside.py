"""The process of the judging room: `python -m qorgan.module.room.inside`, its channel at standard input.

It is handed the rules, then portions; it answers each and ends when the channel does. It cannot open a file or a
connection, and what it works on for too long ends it: its parent puts the blame on the record.
"""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import signal
import socket
import sys
import traceback
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from qorgan.module.classify.decide import Deciders
from qorgan.module.classify.pack import PackRefused, own_rules, rules_of_files
from qorgan.module.detect.windows import Windows
from qorgan.module.formats.message import Message
from qorgan.module.formats.moment import times_in
from qorgan.module.formats.reading import Reader
from qorgan.module.formats.text.products import ProductRefused, own_products
from qorgan.module.judging import InstitutionJudge
from qorgan.module.mail.handed import MESSAGE, Handed, hand
from qorgan.module.mail.specimens import SPECIMENS
from qorgan.module.mail.way import Own
from qorgan.module.portion import Portion, Refinement
from qorgan.module.redact.fields import Redactor
from qorgan.module.redact.hosts import Inside
from qorgan.module.refine import refine
from qorgan.module.room.frames import Ready, Rules, Task, frame, receive

LONGEST: Final = 120
"""Seconds that one portion may take before the room is ended: what takes so long was made to."""
_MOST_MEMORY: Final = 512 * 1024 * 1024
"""Bytes of address space. The room needs a tenth of it."""
_FAILED: Final = 70
_NO_NEW_PRIVILEGES: Final = 38
"""PR_SET_NO_NEW_PRIVS of linux/prctl.h."""
_SELDOM: Final = (50_000, 20, 100)
"""Thresholds of the garbage collection: what is made for an event is in no cycle."""


class Room:
    """Judges portion after portion."""

    def __init__(self, rules: Rules) -> None:
        """Reads whatever stands in files. Raises PackRefused."""
        packs = rules_of_files(rules.packs) if rules.packs else own_rules()
        redactor = Redactor(rules.key, rules.networks, rules.domains, rules.own_bins)
        deciders = Deciders(packs)
        self._judge = InstitutionJudge(redactor, deciders)
        self._zones = [ZoneInfo(name) for name in rules.zones]
        self._mail = Own(
            Inside((*rules.networks, *rules.mail_relays), rules.domains),
            frozenset(rules.mail_checkers),
            bool(rules.domains),
        )
        # Libraries load parts of theirs when they are first needed, and later they could not.
        refine(Portion(source="", format="auto", zone="", records=_every_kind()), Reader(), self._judge, 1)
        refine(Portion(source="", format=MESSAGE, zone="", records=_MESSAGES), Reader(MESSAGE), self._judge, 1)
        # What was tried out must not be remembered.
        self._judge = InstitutionJudge(redactor, deciders, Windows(rules.detect, rules.key, redactor.inside))
        self._readers: dict[tuple[str, str, str], Reader] = {}
        self._next = 1

    def answer(self, task: Task) -> Refinement:
        """What a portion comes to."""
        portion = task.portion
        if task.memory:
            self._judge.remember(task.memory)
        place = (portion.source, portion.format, portion.zone)
        reader = self._readers.get(place)
        if reader is None:
            message = Message(times_in(portion.zone), self._mail)
            reader = self._readers[place] = Reader(portion.format, portion.zone, own=(message,))
        refinement = refine(portion, reader, self._judge, task.first or self._next)
        self._next = refinement.first + len(refinement.lines)
        return refinement


_MESSAGES: Final = [hand(message, Handed()) for message in SPECIMENS]


def serve(channel: socket.socket) -> None:
    """Answer until the channel is closed. Raises OSError."""
    said = receive(channel)
    if said is None:
        return
    try:
        room = Room(msgspec.msgpack.decode(said, type=Rules))
    except (PackRefused, ProductRefused) as error:
        words = f"a rule pack or a product of this release is damaged: {error}; install the module again"
        channel.sendall(frame(Ready(words)))
        return
    _confine()
    gc.set_threshold(*_SELDOM)
    gc.collect()
    gc.freeze()
    channel.sendall(frame(Ready()))
    decode = msgspec.msgpack.Decoder(Task).decode
    while (said := receive(channel)) is not None:
        signal.alarm(LONGEST)
        answer = frame(room.answer(decode(said)))
        signal.alarm(0)
        channel.sendall(answer)


def _every_kind() -> list[bytes]:
    """Records of every format, on the ways that reading can take: whole, broken, of no format."""
    lines = [line.record.encode() for each in own_rules() for line in each.rule.test]
    lines += [str(line["record"]).encode() for each in own_products() for line in each.pattern.test]
    lines += [b"Mar  2 09:14:07 box app: said in words alone", b'{"EventID":4625,"Channel":"Security"}']
    return [*lines, *(line[: len(line) // 2] for line in lines[::10]), b"{", b"\xff"]


def _confine() -> None:
    """Give up what judging does not need: new files and connections, privileges, cores with secrets in them."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
        ctypes.CDLL(None).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def main() -> None:
    """Serve standard input, whatever signals the module's whole group is sent: the module says when it is over."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    try:
        with socket.socket(fileno=0) as channel:
            serve(channel)
    except ConnectionError:
        os._exit(0)
    except Exception as error:  # noqa: BLE001 (the message may repeat a record, and is not to be seen)
        last = traceback.extract_tb(error.__traceback__)[-1]
        words = f"judging room: {type(error).__name__} in {last.name}, line {last.lineno}\n"
        os.write(2, words.encode())
        os._exit(_FAILED)


if __name__ == "__main__":
    main()
