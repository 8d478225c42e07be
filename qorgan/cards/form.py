"""The form of an incident card: each field of `content.Card`, in order, with its section, stage and reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from qorgan.cards.content import Card
from qorgan.cards.fields import Field, Widget, of
from qorgan.cards.technical import TECHNICAL
from qorgan.cards.wording import Worded
from qorgan.cards.wording import worded as _
from qorgan.cards.words import Body, Channel, Discovery, Figures, Outcome, Quality, Status, Vector
from qorgan.law.incidents import IncidentCategory
from qorgan.law.severity import Severity
from qorgan.law.tlp import TLP

CLAUSE: Final = "R67.12"
UPDATE: Final = 2
FINAL: Final = 3
_STAGES: Final = (_("First notice"), _("Follow-up"), _("Final report"))


def _saying(words: Worded) -> Callable[[str], str]:
    """A label in the language of the moment."""
    return lambda _language: str(words)


def _by_phone(card: Card) -> bool:
    return card.channel is Channel.PHONE


def _is_outage(card: Card) -> bool:
    return card.category is IncidentCategory.OUTAGE


def _is_transfer(card: Card) -> bool:
    return card.category is IncidentCategory.UNAUTHORISED_TRANSFER or card.transfers is not None


_HEAD: Final = (
    Field(
        name="stage",
        label=_("What this version is"),
        widget=Widget.CHOICE,
        section=_("First notice"),
        help=_("Send the first notice at once; what is not known yet follows in a follow-up and in the final report."),
        clause=CLAUSE,
        choices=tuple((str(number), _saying(words)) for number, words in enumerate(_STAGES, start=1)),
    ),
    Field(
        name="category",
        label=_("Category"),
        widget=Widget.CHOICE,
        section=_("First notice"),
        clause=CLAUSE,
        choices=of(IncidentCategory),
    ),
    Field(name="found_at", label=_("Found"), widget=Widget.MOMENT, section=_("First notice"), clause=CLAUSE),
    Field(name="started_at", label=_("Began, as far as known"), widget=Widget.MOMENT, section=_("First notice")),
    Field(
        name="description",
        label=_("What happened"),
        widget=Widget.TEXT,
        section=_("First notice"),
        help=_("The first line is the title. Name no clients, accounts, cards or phones."),
        clause=CLAUSE,
    ),
    Field(name="status", label=_("How it stands"), widget=Widget.CHOICE, section=_("First notice"), choices=of(Status)),
    Field(name="outcome", label=_("Outcome"), widget=Widget.CHOICE, section=_("First notice"), choices=of(Outcome)),
    Field(
        name="severity",
        label=_("Severity, as you judge it"),
        widget=Widget.CHOICE,
        section=_("First notice"),
        choices=of(Severity),
    ),
    Field(
        name="tlp",
        label=_("Who may read it (TLP)"),
        widget=Widget.CHOICE,
        section=_("First notice"),
        choices=of(TLP),
    ),
    Field(
        name="contacts",
        label=_("Who answers round the clock"),
        widget=Widget.ROWS,
        section=_("First notice"),
        help=_("Two people; filled in from the profile."),
        columns=(
            Field(name="name", label=_("Full name"), widget=Widget.LINE),
            Field(name="position", label=_("Position"), widget=Widget.LINE),
            Field(name="phone", label=_("Phone"), widget=Widget.LINE),
            Field(name="email", label=_("E-mail"), widget=Widget.LINE),
        ),
    ),
    Field(
        name="discovery",
        label=_("How it was found"),
        widget=Widget.CHOICE,
        section=_("First notice"),
        choices=of(Discovery),
    ),
    Field(
        name="vector",
        label=_("Where it came from"),
        widget=Widget.CHOICE,
        section=_("First notice"),
        choices=of(Vector),
    ),
    Field(name="malicious", label=_("Is it malicious?"), widget=Widget.YES_NO, section=_("First notice")),
)

_SYSTEMS: Final = (
    Field(name="works", label=_("What works"), widget=Widget.TEXT, section=_("Systems and outage")),
    Field(name="fails", label=_("What does not work"), widget=Widget.TEXT, section=_("Systems and outage")),
    Field(
        name="systems",
        label=_("Systems and services touched"),
        widget=Widget.ROWS,
        section=_("Systems and outage"),
        columns=(
            Field(name="name", label=_("System or service"), widget=Widget.LINE),
            Field(name="critical", label=_("Critical service"), widget=Widget.YES_NO),
        ),
    ),
    Field(
        name="outage_start",
        label=_("Systems stood still from"),
        widget=Widget.MOMENT,
        section=_("Systems and outage"),
        clause=CLAUSE,
    ),
    Field(
        name="outage_end",
        label=_("Systems work again since"),
        widget=Widget.MOMENT,
        section=_("Systems and outage"),
        help=_("Leave it empty while they stand still."),
        clause=CLAUSE,
    ),
    Field(
        name="outage_over_hour",
        label=_("Has the outage lasted for over an hour already?"),
        widget=Widget.YES_NO,
        section=_("Systems and outage"),
        clause=CLAUSE,
        when=_is_outage,
    ),
    Field(
        name="others_affected",
        label=_("Are other organisations touched?"),
        widget=Widget.YES_NO,
        section=_("Systems and outage"),
    ),
    Field(
        name="third_party",
        label=_("Supplier or partner at whom it began"),
        widget=Widget.GROUP,
        section=_("Systems and outage"),
        columns=(
            Field(name="name", label=_("Name"), widget=Widget.LINE),
            Field(name="bin", label=_("BIN"), widget=Widget.LINE),
        ),
    ),
)

_TOLD: Final = (
    Field(
        name="channel",
        label=_("First told"),
        widget=Widget.CHOICE,
        section=_("How it was told"),
        clause="R48I.3",
        choices=of(Channel),
    ),
    Field(
        name="told",
        label=_("The call and the letter"),
        widget=Widget.GROUP,
        section=_("How it was told"),
        clause="R48I.3-fallback",
        when=_by_phone,
        columns=(
            Field(name="called_at", label=_("Called at"), widget=Widget.MOMENT),
            Field(name="called_from", label=_("Called from number"), widget=Widget.LINE),
            Field(name="letter_number", label=_("Number of the letter"), widget=Widget.LINE),
            Field(name="letter_date", label=_("Date of the letter"), widget=Widget.DATE),
        ),
    ),
    Field(name="own_reference", label=_("Your own number"), widget=Widget.LINE, section=_("How it was told")),
)

_LINKS: Final = (
    Field(name="campaign", label=_("Campaign"), widget=Widget.LINE, section=_("Related")),
    Field(name="related", label=_("Related documents"), widget=Widget.DOCUMENTS, section=_("Related")),
    Field(name="signals", label=_("Signals"), widget=Widget.SIGNALS, section=_("Related")),
)

_IMPACT: Final = (
    Field(
        name="transfers",
        label=_("Unauthorised transfers, totals in tenge"),
        widget=Widget.GROUP,
        section=_("Impact"),
        stage=UPDATE,
        clause=CLAUSE,
        when=_is_transfer,
        columns=(
            Field(name="attempted", label=_("Attempted"), widget=Widget.NUMBER),
            Field(name="executed", label=_("Executed"), widget=Widget.NUMBER),
            Field(name="stopped", label=_("Stopped"), widget=Widget.NUMBER),
            Field(name="returned", label=_("Returned to owners"), widget=Widget.NUMBER),
            Field(name="count", label=_("How many transfers"), widget=Widget.NUMBER),
        ),
    ),
    Field(name="clients_affected", label=_("Clients touched"), widget=Widget.NUMBER, section=_("Impact"), stage=UPDATE),
    Field(
        name="transactions_affected",
        label=_("Transactions touched"),
        widget=Widget.NUMBER,
        section=_("Impact"),
        stage=UPDATE,
    ),
    Field(
        name="transactions_sum",
        label=_("Their sum in tenge"),
        widget=Widget.NUMBER,
        section=_("Impact"),
        stage=UPDATE,
    ),
    Field(
        name="figures",
        label=_("These numbers are"),
        widget=Widget.CHOICE,
        section=_("Impact"),
        stage=UPDATE,
        choices=of(Figures),
    ),
    Field(
        name="data_lost",
        label=_("What of data was lost"),
        widget=Widget.CHOICES,
        section=_("Impact"),
        stage=UPDATE,
        choices=of(Quality),
    ),
    Field(
        name="personal_data",
        label=_("Are personal data touched?"),
        widget=Widget.YES_NO,
        section=_("Impact"),
        stage=UPDATE,
        help=_(
            "If so, the personal-data authority is told separately, within one working day; whose data they are "
            "is told there and never here."
        ),
        clause="R67.4",
    ),
)

_MEASURES: Final = (
    Field(name="measures_taken", label=_("Done so far"), widget=Widget.TEXT, section=_("Measures"), stage=UPDATE),
    Field(name="measures_planned", label=_("Planned"), widget=Widget.TEXT, section=_("Measures"), stage=UPDATE),
    Field(
        name="informed",
        label=_("Who else was told"),
        widget=Widget.ROWS,
        section=_("Measures"),
        stage=UPDATE,
        columns=(
            Field(name="body", label=_("Whom"), widget=Widget.CHOICE, choices=of(Body)),
            Field(name="at", label=_("When"), widget=Widget.MOMENT),
            Field(name="reference", label=_("Their number"), widget=Widget.LINE),
        ),
    ),
)

_REPORT: Final = (
    Field(name="root_cause", label=_("Root cause"), widget=Widget.TEXT, section=_("Final report"), stage=FINAL),
    Field(name="lessons", label=_("Lessons"), widget=Widget.TEXT, section=_("Final report"), stage=FINAL),
    Field(
        name="remedies",
        label=_("What is done so that it does not come again"),
        widget=Widget.ROWS,
        section=_("Final report"),
        stage=FINAL,
        columns=(
            Field(name="what", label=_("What is done"), widget=Widget.TEXT),
            Field(name="owner", label=_("Who answers for it, by role"), widget=Widget.LINE),
            Field(name="due", label=_("By when"), widget=Widget.DATE),
        ),
    ),
    Field(name="costs", label=_("Costs in tenge"), widget=Widget.NUMBER, section=_("Final report"), stage=FINAL),
    Field(
        name="recovered", label=_("Recovered in tenge"), widget=Widget.NUMBER, section=_("Final report"), stage=FINAL
    ),
)

FIELDS: Final = (*_HEAD, *_SYSTEMS, *_TOLD, *_LINKS, *TECHNICAL, *_IMPACT, *_MEASURES, *_REPORT)
