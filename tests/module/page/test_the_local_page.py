"""The local page: whole in three languages, closed to all but this machine, harmless whatever it shows (R67.3.8)."""

from __future__ import annotations

import asyncio
import string
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from qorgan.module.accounting import Account, SourceAccount
from qorgan.module.health import Health, Matter, SourceHealth
from qorgan.module.page import words
from qorgan.module.page.sections import Shown, page
from qorgan.module.spool.view import QuarantinedRow
from qorgan.module.status_page import StatusPage, is_local

NOW = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
SILENT = NOW - timedelta(hours=2)
HOSTILE = "<script>alert(1)</script>\"'&"


def shown(text: str = "cut off") -> Shown:
    source = SourceAccount(name="suricata", read=9_000, became=10, signals=10, quarantined=3)
    account = Account(
        read=9_000,
        became=10,
        ignored={"eve flow": 8_987},
        quarantined=3,
        sent_records=7,
        spooled_records=3,
        lost_records=0,
        signals=10,
        sent=7,
        refused=0,
        spooled=3,
        lost=0,
        redacted={"pan": 12},
        sources=(source,),
    )
    matters = [
        Matter(code="source-silent", source="suricata", since=SILENT, usual=1_750),
        Matter(code="not-sent", detail=text),
    ]
    health = Health(
        status="trouble",
        troubles=[words.sentence(matter, "en") for matter in matters],
        matters=matters,
        version="1.0",
        module="0190f5d0-0000-7000-8000-000000000001",
        organisation="000140000012",
        started_at=NOW,
        at=NOW,
        phase="waiting for the hub",
        failures=4,
        batches=2,
        false_answers=0,
        last_answer_at=NOW - timedelta(minutes=9),
        clock_offset=0.0,
        log="hub.example/log",
        log_size=40,
        next_sequence=11,
        acknowledged=7,
        spool_bytes=40_960,
        judging_restarts=0,
        account=account,
        sources=[
            SourceHealth(
                name="suricata",
                kind="file",
                last_read_at=SILENT,
                trouble="",
                dropped=0,
                alarm="silent",
                alarm_since=SILENT,
                product=text,
                is_learned=True,
            )
        ],
        waiting_since=NOW - timedelta(hours=1),
        redacted_today={"pan": 4},
    )
    row = QuarantinedRow(id=1, at=NOW.isoformat(), source="suricata", place="eve.json:1", reason="not JSON", text=text)
    return Shown(health=health, quarantine=[row])


class Elements(HTMLParser):
    """Every element with its attributes, and every text."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_every_word_and_sentence_is_there_in_all_three_languages():
    for key, row in {**words.WORDS, **words.MATTERS}.items():
        assert len(row) == 3, key
        assert all(text.strip() for text in row), key
        fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in row]
        assert fields[0] == fields[1] == fields[2], key
        kazakh, russian, english = row
        assert not any("а" <= letter <= "я" for letter in english.lower()), key
        assert any("а" <= letter <= "я" or letter in "әғқңөұүһі" for letter in kazakh.lower()), key
        assert not set(russian.lower()) & set("әғқңөұүһі"), key


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_no_key_stands_on_the_page_in_place_of_a_word(language):
    texts = {text.strip() for text in Elements(page(shown(), language)).texts}
    others = {row[words.LANGUAGES.index(language)] for row in words.WORDS.values()}
    assert not (texts & set(words.WORDS)) - others - {"file"}


@pytest.mark.clause("R67.3.8")
def test_the_page_says_what_is_silent_since_when_and_what_is_usual():
    document = page(shown(), "ru")
    assert "источник suricata ничего не даёт с 2026-03-04 13:30 +05" in document
    assert "1\u00a0750 строк в час" in document
    assert "молчит" in document
    assert "12" in Elements(page(shown(), "en")).texts or "4" in Elements(page(shown(), "en")).texts


@pytest.mark.parametrize(
    ("state", "words_said"),
    [("", "not looked for yet"), ("here", "answers"), ("doubtful", "being looked at"), ("away", "away since 2026-")],
)
def test_the_page_says_how_asoi_stands(state, words_said):
    health = replace(shown().health, asoi=state, asoi_since=SILENT)
    assert words_said in page(Shown(health=health), "en")


def test_what_an_attacker_writes_is_text_and_nothing_else():
    document = page(shown(HOSTILE), "kk")
    elements = Elements(document)
    assert [attributes.get("src") for tag, attributes in elements.found if tag == "script"] == ["/page.js"]
    assert any(HOSTILE in text for text in elements.texts)
    for _, attributes in elements.found:
        assert not any(name.startswith("on") or name == "style" for name in attributes)


def test_a_quarter_that_nothing_is_known_of_names_no_usual_number():
    matter = Matter(code="source-silent", source="s", since=NOW)
    for language in words.LANGUAGES:
        assert "(" not in words.sentence(matter, language)


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [("", "", "kk"), ("ru", "en", "ru"), ("xx", "de, en;q=0.5", "en"), ("", "ru-RU,ru;q=0.9", "ru")],
)
def test_the_language_is_the_one_asked_for_else_the_browsers_else_kazakh(asked, accepted, language):
    assert words.chosen(asked, accepted) == language


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1:8460", True),
        ("127.0.0.1", True),
        ("[::1]:8460", True),
        ("LOCALHOST:8460", True),
        ("", False),
        ("127.evil.example", False),
        ("127.0.0.1.evil.example:8460", False),
        ("localhost.evil.example", False),
        ("10.0.0.1:8460", False),
        ("[::1].evil:80", False),
    ],
)
def test_only_a_loopback_address_is_this_machine(host, local):
    assert is_local(host) is local


class Conversation:
    """A served page, and requests of it."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.page = StatusPage(lambda: shown().health, shown)
        self.port = self.loop.run_until_complete(self.page.start("127.0.0.1", 0))

    def ask(self, request: str) -> tuple[str, bytes]:
        async def talk() -> bytes:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(request.encode())
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
            return answer

        head, _, body = self.loop.run_until_complete(talk()).partition(b"\r\n\r\n")
        return head.decode(), body

    def close(self) -> None:
        self.loop.run_until_complete(self.page.stop())
        self.loop.close()


@pytest.fixture
def served() -> Iterator[Conversation]:
    made = Conversation()
    yield made
    made.close()


@pytest.mark.parametrize("path", ["/", "/live", "/page.css", "/page.js", "/metrics"])
def test_every_answer_carries_a_strict_policy_and_is_kept_by_nobody(served, path):
    head, body = served.ask(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert head.startswith("HTTP/1.1 200")
    policy = next(line for line in head.splitlines() if line.startswith("Content-Security-Policy"))
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "no-store" in head
    assert body


@pytest.mark.parametrize(
    "request_",
    [
        "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: 127.evil.example\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
    ],
)
def test_a_page_of_another_name_that_leads_here_is_told_nothing(served, request_):
    head, body = served.ask(request_)
    assert head.startswith("HTTP/1.1 421")
    assert body == b"ask for a loopback address\n"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_it_only_reads(served, method):
    head, _ = served.ask(f"{method} / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert head.startswith("HTTP/1.1 405")
