"""The technical part of a card's form: the kind of attack, its traces, and a group of details for each kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from qorgan.cards.content import Card
from qorgan.cards.fields import Field, Widget, of
from qorgan.cards.wording import worded as _
from qorgan.cards.words import AttackKind, IndicatorType


def _shown_for(kind: AttackKind) -> Callable[[Card], bool]:
    """Whether a group is asked for: for its kind of attack, and wherever something stands in it."""
    return lambda card: card.attack is kind or getattr(card, kind.value) is not None


TECHNICAL: Final = (
    Field(
        name="attack",
        label=_("Kind of attack"),
        widget=Widget.CHOICE,
        section=_("Technical details"),
        choices=of(AttackKind),
    ),
    Field(
        name="indicators",
        label=_("Indicators"),
        widget=Widget.ROWS,
        section=_("Technical details"),
        help=_("Traces of the attacker by which others find the same."),
        columns=(
            Field(name="type", label=_("Type"), widget=Widget.CHOICE, choices=of(IndicatorType)),
            Field(name="value", label=_("Value"), widget=Widget.LINE),
            Field(name="note", label=_("Note"), widget=Widget.LINE),
        ),
    ),
    Field(
        name="techniques",
        label=_("ATT&CK techniques"),
        widget=Widget.LINES,
        section=_("Technical details"),
        help=_("One on each line, such as T1566.002."),
    ),
    Field(
        name="cves",
        label=_("Vulnerabilities"),
        widget=Widget.LINES,
        section=_("Technical details"),
        help=_("One on each line, such as CVE-2026-12345."),
    ),
    Field(
        name="ddos",
        label=_("Denial of service"),
        widget=Widget.GROUP,
        section=_("Technical details"),
        when=_shown_for(AttackKind.DDOS),
        columns=(
            Field(name="megabits_per_second", label=_("Megabits a second"), widget=Widget.NUMBER),
            Field(name="packets_per_second", label=_("Packets a second"), widget=Widget.NUMBER),
            Field(name="requests_per_second", label=_("Requests a second"), widget=Widget.NUMBER),
            Field(name="vectors", label=_("Ways of the attack"), widget=Widget.LINES),
            Field(name="target", label=_("Aimed at"), widget=Widget.LINE),
        ),
    ),
    Field(
        name="scan",
        label=_("Scanning"),
        widget=Widget.GROUP,
        section=_("Technical details"),
        when=_shown_for(AttackKind.SCAN),
        columns=(
            Field(name="ports", label=_("Ports"), widget=Widget.LINE),
            Field(name="method", label=_("Method"), widget=Widget.LINE),
        ),
    ),
    Field(
        name="malware",
        label=_("Malicious software"),
        widget=Widget.GROUP,
        section=_("Technical details"),
        when=_shown_for(AttackKind.MALWARE),
        columns=(
            Field(name="family", label=_("Family"), widget=Widget.LINE),
            Field(name="hashes", label=_("Digests of files"), widget=Widget.LINES),
            Field(name="delivered_by", label=_("How it came"), widget=Widget.LINE),
            Field(name="machines", label=_("Machines infected"), widget=Widget.NUMBER),
        ),
    ),
    Field(
        name="phishing",
        label=_("Phishing"),
        widget=Widget.GROUP,
        section=_("Technical details"),
        when=_shown_for(AttackKind.PHISHING),
        columns=(
            Field(name="urls", label=_("Addresses it leads to"), widget=Widget.LINES),
            Field(name="sender_domain", label=_("Sender's domain"), widget=Widget.LINE),
            Field(name="impersonates", label=_("Passes itself off as"), widget=Widget.LINE),
            Field(name="messages", label=_("How many messages"), widget=Widget.NUMBER),
        ),
    ),
    Field(
        name="exploit",
        label=_("Exploited vulnerability"),
        widget=Widget.GROUP,
        section=_("Technical details"),
        when=_shown_for(AttackKind.EXPLOIT),
        columns=(
            Field(name="component", label=_("Software or equipment"), widget=Widget.LINE),
            Field(name="version", label=_("Version"), widget=Widget.LINE),
            Field(name="patch_known", label=_("Is there a remedy of the vendor?"), widget=Widget.YES_NO),
        ),
    ),
    Field(
        name="access",
        label=_("Unauthorised access"),
        widget=Widget.GROUP,
        section=_("Technical details"),
        when=_shown_for(AttackKind.ACCESS),
        columns=(
            Field(name="method", label=_("Method"), widget=Widget.LINE),
            Field(name="privileged", label=_("Were privileged rights reached?"), widget=Widget.YES_NO),
            Field(name="persisted", label=_("Could the attacker come back?"), widget=Widget.YES_NO),
        ),
    ),
)
