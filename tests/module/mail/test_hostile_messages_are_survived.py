"""Whatever bytes are handed in, reading them ends soon, in little memory, with an event or a reason."""

from __future__ import annotations

import base64
import gzip
import io
import random
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qorgan.module.event import Event, Unreadable
from qorgan.module.mail import bounds
from qorgan.module.mail.archives import BROKEN, ENCRYPTED, TOO_MUCH, files_in
from qorgan.module.mail.handed import Handed, hand
from qorgan.module.mail.part import Budget, message_of
from qorgan.module.mail.specimens import SPECIMENS
from tests.module.mail.made import event_of, phish, report, signals_of

SECONDS = 20.0
"""For one message of the worst kind, on a machine that does other things too."""
MOST_MEMORY = 200 * 1024 * 1024
TAR = b"a".ljust(124, b"\0") + b"77777777777\0" + bytes(121) + b"ustar"
PAGE = b"Content-Type: text/html\r\n\r\n"
HEAD = b"From: a@sender.example\r\nSubject: s\r\nMIME-Version: 1.0\r\n"


def multipart(depth: int) -> bytes:
    opened = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(depth))
    return HEAD + opened + b"Content-Type: text/html\r\n\r\n" + b"<a href='https://evil.example/'>x</a>\r\n" * 1_000


def messages(depth: int) -> bytes:
    return (
        HEAD + b"".join(b"Content-Type: message/rfc822\r\n\r\nFrom: a@b.example\r\n" for _ in range(depth)) + b"\r\nx"
    )


def parts(count: int) -> bytes:
    return HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * count + b"--b--"


def attached(content: bytes, name: str = "a.zip") -> bytes:
    return (
        HEAD
        + f'Content-Type: application/octet-stream; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'.encode()
        + base64.encodebytes(content)
    )


def bomb(megabytes: int = 400) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a", "w", force_zip64=False) as file:
        for _ in range(megabytes):
            file.write(bytes(1024 * 1024))
    return made.getvalue()


def nest(levels: int) -> bytes:
    content = b"innermost"
    for _ in range(levels):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.zip", content)
        content = made.getvalue()
    return content


def with_lies(size: int) -> bytes:
    """A zip whose list says that its file is of another size, packed and not, than it is."""
    made = bytearray(nest(1))
    at = made.rfind(b"PK\x01\x02")
    struct.pack_into("<II", made, at + 20, size, size)
    return bytes(made)


def zip64() -> bytes:
    made = bytearray(nest(1))
    end = made.rfind(b"PK\x05\x06")
    longer = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 2**40, 2**40, 2**60, 0)
    return bytes(made[:end]) + longer + struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1) + bytes(made[end:])


def encrypted() -> bytes:
    made = bytearray(nest(1))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        made[made.find(mark) + at] |= 1
    return bytes(made)


def overlapping(entries: int) -> bytes:
    """Many entries of the list that are one and the same packed megabyte."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(1024 * 1024))
    whole = made.getvalue()
    listed, end = whole.rfind(b"PK\x01\x02"), whole.rfind(b"PK\x05\x06")
    directory = whole[listed:end] * entries
    closing = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, entries, entries, len(directory), listed, 0)
    return whole[:listed] + directory + closing


HOSTILE: dict[str, Callable[[], bytes]] = {
    "multiparts in one another": lambda: multipart(5_000),
    "messages in one another": lambda: messages(20_000),
    "half a million parts": lambda: parts(500_000),
    "headers without end": lambda: b"".join(b"X-%d: y\r\n" % n for n in range(100_000)) + b"\r\nx",
    "received without end": lambda: b"Received: from a ([203.0.113.9]) by b\r\n" * 100_000 + b"\r\nx",
    "one header of megabytes": lambda: b"Subject: " + b"=?utf-8?q?=41?= " * 500_000 + b"\r\n\r\nx",
    "folded without end": lambda: b"Subject: a\r\n" + b" b\r\n" * 500_000 + b"\r\nx",
    "parameters without end": lambda: b"Content-Type: text/html" + b"; a=b" * 100_000 + b"\r\n\r\nx",
    "quotes that never close": lambda: b'Content-Type: multipart/mixed; boundary="' + b'\\"' * 100_000 + b"\r\n\r\nx",
    "NUL": lambda: HEAD.replace(b"s", b"\0") + b"\r\n" + b"\0" * 1_000_000,
    "no line breaks": lambda: HEAD + b"\r\n" + b"a" * 10_000_000,
    "only line breaks": lambda: HEAD + b"\r\n" * 5_000_000,
    "boundaries on every line": lambda: HEAD + b"Content-Type: multipart/x; boundary=-\r\n\r\n" + b"---\r\n" * 10**6,
    "an empty boundary": lambda: HEAD + b'Content-Type: multipart/x; boundary=" "\r\n\r\n' + b"--\r\n" * 1_000_000,
    "base64 of megabytes": lambda: attached(bytes(15 * 1024 * 1024), "a.bin"),
    "base64 that is none": lambda: attached(b"") + b"=!=?" * 3_000_000,
    "quoted-printable": lambda: HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=" * 5_000_000,
    "a character set that lies": lambda: HEAD + b"Content-Type: text/html; charset=utf-16\r\n\r\n" + b"\xd8\0" * 10**6,
    "a character set that is none": lambda: HEAD + b"Content-Type: text/html; charset=rot13\r\n\r\n" + b"a" * 100,
    "a character set with a NUL": lambda: HEAD + b'Content-Type: text/html; charset="a\0b"\r\n\r\n' + b"a" * 100,
    "tags that never close": lambda: HEAD + PAGE + b"<a " * 1_000_000,
    "links without end": lambda: HEAD + PAGE + b"<a href='https://a.example'>" * 300_000,
    "references without end": lambda: HEAD + PAGE + b"&#" + b"9" * 1_000_000 + b"<a>",
    "numbers without end": lambda: HEAD + PAGE + b"&#x41;" * 300_000,
    "forwards without end": lambda: b"From: c@bank.example\r\n\r\n" + b"From: x\nSubject\n" * 100_000,
    "a zip bomb": lambda: attached(bomb()),
    "a zip of zips of zips": lambda: attached(nest(40)),
    "a zip with false sizes": lambda: attached(with_lies(2**32 - 2)),
    "a zip64 with false sizes": lambda: attached(zip64()),
    "a zip whose files are one": lambda: attached(overlapping(5_000)),
    "a gzip bomb": lambda: attached(gzip.compress(bytes(300 * 1024 * 1024)), "a.gz"),
    "a gzip in a gzip in a gzip": lambda: attached(gzip.compress(gzip.compress(gzip.compress(bytes(10**8)))), "a.gz"),
    "a tar with a false size": lambda: attached(TAR + bytes(1_000)),
    "half a zip": lambda: attached(nest(2)[:-30]),
    "a gzip that is cut off": lambda: attached(gzip.compress(random.Random(1).randbytes(1_000_000))[:-1_000], "a.gz"),
}  # fmt: skip


@pytest.mark.clause("R67.8.4")
@pytest.mark.clause("R67.8.5")
@pytest.mark.parametrize("name", HOSTILE)
def test_no_message_holds_reading_up(name: str) -> None:
    content = HOSTILE[name]()
    assert len(content) <= bounds.MOST_MESSAGE
    started = time.monotonic()
    signals = signals_of(hand(content, Handed()))
    assert time.monotonic() - started < SECONDS
    assert len(signals) <= 1
    tracemalloc.start()
    event_of(content)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < MOST_MEMORY


@pytest.mark.clause("R67.8.4")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (encrypted(), ENCRYPTED),
        (overlapping(500), TOO_MUCH),
        (bomb(80), TOO_MUCH),
        (nest(2)[:-30], BROKEN),
        (b"7z\xbc\xaf\x27\x1c" + bytes(100), "an archive of the kind 7z was not opened"),
        (zip64(), "an archive of the kind zip64 was not opened"),
        (nest(6), "archives are nested too deeply; the innermost were not opened"),
    ],
)
def test_what_was_not_looked_at_is_said(content: bytes, said: str) -> None:
    budget = Budget()
    files_in(content, budget)
    assert said in budget.notes
    (signal,) = signals_of(hand(attached(content), Handed()))
    assert said in signal.record


@settings(max_examples=400, deadline=None)
@given(st.sampled_from((*SPECIMENS[:2], report(phish()).as_bytes())), st.integers(0, 2**32))
def test_no_mutation_of_a_message_raises_anything_but_unreadable(content: bytes, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 8)):
        first, second = sorted(chance.randint(0, len(content)) for _ in range(2))
        second = min(second, first + chance.choice((1, 8, 300)))
        splice = chance.choice(
            (b"\0", b"\xff", b"\r\n", b"--", b"=?", b"?=", b'"', b";", b"<", b"\r\n\r\n", b"9" * 300)
        )
        content = chance.choice(
            (
                content[:first] + content[second:],
                content[:second] + content[first:],
                content[:first] + splice + content[second:],
                content[:first] + content[first:second][::-1] + content[second:],
            )
        )
    try:
        assert isinstance(event_of(content), Event)
    except Unreadable:
        return
    assert len(signals_of(hand(content, Handed()))) <= 1


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=4_000))
def test_any_bytes_are_a_message_or_none(content: bytes) -> None:
    for whole in (content, HEAD + content, attached(content), attached(b"PK\x03\x04" + content)):
        try:
            event_of(whole)
        except Unreadable:
            continue


@given(st.lists(st.binary(max_size=200).filter(lambda part: b"--bound" not in part), max_size=20))
def test_a_multipart_comes_apart_as_it_was_put_together(bodies: list[bytes]) -> None:
    lines = b"".join(b"--bound\r\nContent-Transfer-Encoding: binary\r\n\r\n%b\r\n" % body for body in bodies)
    whole = HEAD + b"Content-Type: multipart/mixed; boundary=bound\r\n\r\n" + lines + b"--bound--\r\n"
    found = [part.content() for part in message_of(whole).parts(Budget())]
    assert found == bodies
