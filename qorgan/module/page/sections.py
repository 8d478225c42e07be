"""The page itself, drawn out of the health of the moment, the newest receipts and the newest of the quarantine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from qorgan.ledger.entry import SignalsEntry
from qorgan.ledger.receipt import Receipt
from qorgan.ledger.receipt import read as read_receipt
from qorgan.module.health import OK, Health, SourceHealth
from qorgan.module.page.markup import Html, joined, tag
from qorgan.module.page.words import LANGUAGES, NAMES, ago, moment, number, sentence, word
from qorgan.module.spool.days import Day
from qorgan.module.spool.evidence import StoredReceipt
from qorgan.module.spool.view import QuarantinedRow

_TEXT_SHOWN: Final = 300
_BAD: Final = frozenset({"silent", "unread"})
_MIB: Final = 1024 * 1024


class Shown(Struct, frozen=True, kw_only=True):
    """All that the page shows."""

    health: Health
    receipts: list[StoredReceipt] = []
    quarantine: list[QuarantinedRow] = []
    days: list[Day] = []


def page(shown: Shown, language: str) -> str:
    """The whole document."""
    title = word("title", language)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("noscript", tag("meta", http_equiv="refresh", content="10")),
        tag("title", f"Qorgan · {title}"),
        tag("link", rel="stylesheet", href="/page.css"),
        tag("script", src="/page.js", defer=""),
    )
    choices = [_choice(each, is_current=each == language) for each in LANGUAGES]
    top = tag(
        "header",
        tag("h1", tag("span", "Qorgan", class_="brand"), title),
        tag("nav", *choices, aria_label=word("languages", language)),
    )
    main = tag("main", live(shown, language), data_live=f"/live?lang={language}")
    bottom = tag("footer", word("read-only", language))
    return "<!doctype html>\n" + tag("html", head, tag("body", top, main, bottom), lang=language)


def _choice(language: str, *, is_current: bool) -> Html:
    current = {"aria_current": "true"} if is_current else {}
    return tag("a", NAMES[language], href=f"/?lang={language}", lang=language, **current)


def live(shown: Shown, language: str) -> Html:
    """What is asked for anew every few seconds."""
    return joined(
        _state(shown.health, language),
        _tiles(shown.health, language),
        _sources(shown.health, language),
        tag("div", _centre(shown.health, language), _removed(shown.health, language), class_="two"),
        _days(shown, language),
        _receipts(shown, language),
        _quarantine(shown, language),
    )


def _state(health: Health, language: str) -> Html:
    is_well = health.status == OK
    mark = tag("span", "●" if is_well else "▲", class_="mark", aria_hidden="true")
    about = f"{word('organisation', language)} {health.organisation} · {word('version', language)} {health.version}"
    matters = [tag("li", sentence(matter, language)) for matter in health.matters]
    return tag(
        "section",
        tag("h2", mark, word(health.status, language)),
        tag("p", about, " · ", word("as-of", language), " ", moment(health.at), class_="quiet"),
        tag("ul", *matters, class_="matters") if matters else "",
        class_=f"state {'good' if is_well else 'bad'}",
        aria_live="polite",
    )


def _tiles(health: Health, language: str) -> Html:
    account = health.account
    values = {
        "a-minute": sum(source.a_minute for source in health.sources),
        "read": account.read,
        "ignored": sum(account.ignored.values()),
        "signals": account.signals,
        "sent": account.sent,
        "waiting": account.spooled,
        "quarantined": account.quarantined,
        "removed-today": sum(health.redacted_today.values()),
    }
    tiles = [tag("div", tag("dt", word(key, language)), tag("dd", number(value))) for key, value in values.items()]
    return tag("dl", *tiles, class_="tiles")


def _sources(health: Health, language: str) -> Html:
    heads = ("source", "product", "a-minute", "last-line", "quarantined", "dropped", "state")
    quarantined = {source.name: source.quarantined for source in health.account.sources}
    rows = [
        (
            tag("span", tag("strong", one.name), tag("span", f" {one.kind}", class_="quiet")),
            one.product or "–",
            number(one.a_minute),
            _when(one.last_read_at, health, language),
            number(quarantined.get(one.name, 0)),
            number(one.dropped),
            _source_state(one, language),
        )
        for one in health.sources
    ]
    return _section("sources", _table(heads, rows, language) if rows else _none("sources", language), language)


def _source_state(one: SourceHealth, language: str) -> Html:
    state = "unread" if one.trouble else one.alarm or ("usual" if one.is_learned else "learning")
    kind = "bad" if state in _BAD else "warn" if state in {"little", "much"} else "good"
    mark = {"bad": "▲", "warn": "◆", "good": "●"}[kind]
    said = word(state, language)
    if one.alarm_since and not one.trouble:
        said = word("state-since", language).format(state=said, at=moment(one.alarm_since))
    return tag("span", tag("span", mark, aria_hidden="true"), f" {said}", class_=f"is-{kind}")


def _centre(health: Health, language: str) -> Html:
    standing = {"": "asoi-unknown", "away": "asoi-is-away"}.get(health.asoi, f"asoi-{health.asoi}")
    since = health.asoi_since if health.asoi in {"away", "local-fault"} else None
    said = word(standing, language)
    rows = {
        "asoi": word("state-since", language).format(state=said, at=moment(since)) if since else said,
        "phase": word(health.phase, language),
        "last-answer": _when(health.last_answer_at, health, language),
        "failures": number(health.failures),
        "waiting": number(health.account.spooled),
        "oldest": _when(health.waiting_since, health, language) if health.waiting_since else "–",
        "on-disk": f"{number(health.spool_bytes // _MIB)} MiB",
        "ledger": f"{health.log or '–'} · {number(health.log_size)}",
    }
    pairs = [tag("div", tag("dt", word(key, language)), tag("dd", value)) for key, value in rows.items()]
    return _section("centre", tag("dl", *pairs, class_="pairs"), language)


def _removed(health: Health, language: str) -> Html:
    rows = [(word(name, language), number(value)) for name, value in sorted(health.redacted_today.items())]
    inside = _table(("class", "values"), rows, language) if rows else _none("removed", language)
    return _section("removed", inside, language)


def _days(shown: Shown, language: str) -> Html:
    """The last days of the report; all of it is `qorgan module report`."""
    if not shown.days:
        return _section("days-report", _none("days", language), language)
    heads = ("day", "read", "ignored", "quarantined", "signals", "sent", "receipts-number", "values")
    rows = [
        (
            day.date,
            number(day.read),
            number(sum(day.ignored.values())),
            number(day.quarantined),
            number(sum(day.made.values())),
            number(sum(day.sent.values())),
            number(day.receipts),
            number(sum(day.removed.values())),
        )
        for day in reversed(shown.days)
    ]
    command = tag("pre", f"qorgan module report --lang {language}")
    return _section("days-report", joined(_table(heads, rows, language), command), language)


def _receipts(shown: Shown, language: str) -> Html:
    if not shown.receipts:
        return _section("receipts", _none("receipts", language), language)
    rows = [_receipt(stored) for stored in reversed(shown.receipts)]
    last = shown.receipts[-1]
    named = f"{last.first}-{last.last}"
    command = (
        f"qorgan module receipts --number {last.first} --export /tmp/receipt\n"
        f"qorgan verify /tmp/receipt/receipt-{named}.json /tmp/receipt/document-{named}.ndjson --key '…'"
    )
    heads = ("numbers", "records", "refused", "received", "place")
    inside = joined(
        _table(heads, rows, language), tag("p", word("verify", language), class_="quiet"), tag("pre", command)
    )
    return _section("receipts", inside, language)


def _receipt(stored: StoredReceipt) -> tuple[str, ...]:
    found = read_receipt(bytes(stored.receipt))
    numbers = f"{number(stored.first)} – {number(stored.last)}"
    if not isinstance(found, Receipt) or not isinstance(found.entry, SignalsEntry):
        return (numbers, "?", "?", "?", "?")
    entry = found.entry
    return (numbers, number(entry.records), number(entry.refused), entry.received_at, number(found.index))


def _quarantine(shown: Shown, language: str) -> Html:
    if not shown.quarantine:
        return _section("quarantine", _none("quarantine", language), language)
    rows = [
        (moment(datetime.fromisoformat(row.at)), row.source, row.place, row.reason, tag("code", row.text[:_TEXT_SHOWN]))
        for row in reversed(shown.quarantine)
    ]
    table = _table(("when", "source", "where", "reason", "text"), rows, language)
    return _section("quarantine", joined(tag("p", word("quarantine-note", language), class_="quiet"), table), language)


def _section(key: str, inside: Html, language: str) -> Html:
    return tag("section", tag("h2", word(key, language)), inside, id=key)


def _none(key: str, language: str) -> Html:
    return tag("p", word(f"none-{key}", language), class_="none")


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], language: str) -> Html:
    names = [word(head, language) for head in heads]
    head = tag("thead", tag("tr", *(tag("th", name, scope="col") for name in names)))
    body = [
        tag("tr", *(tag("td", cell, data_name=name, **_kind(cell)) for name, cell in zip(names, row, strict=True)))
        for row in rows
    ]
    return tag("div", tag("table", head, tag("tbody", *body)), class_="wide")


def _kind(cell: str) -> dict[str, str]:
    return {"class_": "number"} if cell.replace("\u00a0", "").isdecimal() else {}


def _when(at: datetime | None, health: Health, language: str) -> str:
    words = ago(at, health.at, language)
    return tag("time", words, title=moment(at), datetime=at.isoformat()) if at else words
