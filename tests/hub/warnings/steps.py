"""A warning written, agreed and sent: steps that the tests of this room share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tests.hub.casework.conftest import MONDAY, Market

THREAT: dict[str, Any] = {
    "title": "Letters in the name of the tax office",
    "source": "A mail server outside the country",
    "threat_type": "phishing",
    "degree": "high",
    "tlp": "TLP:AMBER",
    "description": "Letters with an archive that holds a loader.",
    "recommendations": ["Block the sender's domain", "Warn the accountants"],
    "indicators": [{"type": "domain-name", "value": "tax-office.example"}],
    "techniques": ["T1566.001"],
}
VULNERABILITY: dict[str, Any] = {
    "title": "Remote code execution in Example Gateway",
    "publisher": "Example Networks",
    "tlp": "TLP:GREEN",
    "description": "A request without a session runs a command.",
    "vulnerabilities": [
        {
            "id": "CVE-2026-0001",
            "cwe": "CWE-78",
            "vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        }
    ],
    "products": [{"vendor": "Example Networks", "product": "Gateway", "versions": "<4.2.1"}],
    "recommendations": ["Install 4.2.1"],
    "update_published_at": datetime(2026, 11, 20, 6, 0, tzinfo=UTC).isoformat(),
}


def draft(market: Market, kind: str, name: str, content: dict[str, Any], *, now: datetime = MONDAY, **more: Any) -> Any:
    from qorgan.hub.casework import drafts

    return drafts.create(
        kind,
        author=market.organisations[name],
        by=market.scope(maker_of(name)),
        now=now,
        content=content,
        **more,
    )


def send(market: Market, document: Any, name: str, *, now: datetime = MONDAY) -> Any:
    from qorgan.hub.casework import drafts, engine

    drafts.propose(document.pk, by=market.scope(maker_of(name)), now=now)
    drafts.agree(document.pk, by=market.scope(head_of(name)), now=now)
    return engine.perform(document.pk, "submit", by=market.scope(maker_of(name)), now=now)


def threat(market: Market, name: str = "alpha", *, now: datetime = MONDAY, **changes: Any) -> Any:
    return send(market, draft(market, "threat-warning", name, THREAT | changes, now=now), name, now=now)


def vulnerability(market: Market, *, to: Iterable[str] = ("alpha",), now: datetime = MONDAY, **changes: Any) -> Any:
    from qorgan.hub.casework import drafts

    content = VULNERABILITY | changes
    made = draft(market, "vulnerability-warning", "centre", content, now=now)
    to_whom = [market.organisations[name] for name in to]
    drafts.edit(made.pk, content, by=market.scope("analyst"), now=now, addressees=to_whom)
    return send(market, made, "centre", now=now)


def reception(market: Market, document: Any, name: str) -> UUID:
    found = market.hub.rows(
        "SELECT id FROM document_reception WHERE document_id = %s AND organisation_id = %s",
        document.pk,
        market.organisations[name],
    )
    return found[0][0]


def decide(
    market: Market,
    document: Any,
    name: str,
    *accepted: bool,
    now: datetime = MONDAY,
    verb: str = "",
    agree: bool = True,
) -> Any:
    """Decide on each recommendation, and let the head agree."""
    from qorgan.hub.casework import receptions

    part = reception(market, document, name)
    verdicts = [
        receptions.Verdict(item=item, accepted=yes, reason="" if yes else "We run no such mail")
        for item, yes in enumerate(accepted, start=1)
    ]
    said = "accept" if any(accepted) else "decline"
    done = receptions.perform(part, said, by=market.scope(maker_of(name)), now=now, decision=verdicts)
    if agree:
        done = receptions.perform(part, "agree", by=market.scope(head_of(name)), now=now)
    return done


def maker_of(name: str) -> str:
    return {"centre": "analyst", "soc": "soc_maker"}.get(name, f"{name}_maker")


def head_of(name: str) -> str:
    return {"centre": "chief", "soc": "soc_head"}.get(name, f"{name}_head")
