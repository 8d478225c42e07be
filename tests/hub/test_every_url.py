"""Every address of the hub, as everybody: what each may open, and that nobody opens another's (R67.4).

An address that stands in no list below fails the test: whoever adds one says who may open it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.test import Client

FOUND, SENT_AWAY, REFUSED, UNKNOWN, NOT_SO, NOT_NOW = 200, 302, 403, 404, 405, 409

WHO = ("nobody", "stranger", "employee", "security", "soc", "analyst", "head", "auditor")
"""`stranger` is of another institution, `soc` of the centre that serves the one whose data is asked for."""

SIGNALS = {"stranger": FOUND, "employee": FOUND, "security": FOUND, "soc": FOUND, "analyst": FOUND, "head": FOUND}
"""Pages that show each their own."""
ONE_SIGNAL = SIGNALS | {"stranger": UNKNOWN}
ONE_MEMBER = {"employee": FOUND, "security": FOUND, "soc": FOUND, "analyst": FOUND, "head": FOUND, "auditor": FOUND}
HEAD_ONLY = {"head": FOUND}
ONE_DOCUMENT = ONE_MEMBER | {"stranger": UNKNOWN}
"""A card that was sent: its author's people, those who serve it, and the centre."""
ONE_DRAFT = {"stranger": UNKNOWN, "analyst": UNKNOWN, "head": UNKNOWN, "auditor": UNKNOWN}

EXPECTED: dict[str, dict[str, int]] = {
    "signals:live": SIGNALS,
    "signals:stream": SIGNALS,
    "signals:search": SIGNALS,
    "signals:counts": SIGNALS,
    "signals:signal": ONE_SIGNAL,
    "signals:record": ONE_SIGNAL,
    "signals:receipt": ONE_SIGNAL | {"auditor": FOUND},
    "statistics:situation": {"analyst": FOUND, "head": FOUND},
    "statistics:statistics": dict.fromkeys(WHO[1:], FOUND),
    "statistics:incidents": dict.fromkeys(WHO[1:], FOUND),
    "statistics:export": dict.fromkeys(WHO[1:], FOUND),
    "statistics:documents": dict.fromkeys(WHO[1:], FOUND),
    "statistics:calendar": dict.fromkeys(WHO[1:], FOUND),
    "statistics:calendar_change": dict.fromkeys(WHO[1:], NOT_SO),
    # An institution's people have one profile to see, and are led to it; a centre that serves another has two.
    "members:list": ONE_MEMBER | {"stranger": SENT_AWAY, "employee": SENT_AWAY, "security": SENT_AWAY},
    "members:connect": HEAD_ONLY,
    "members:organisation": ONE_MEMBER | {"stranger": UNKNOWN},
    "members:edit": HEAD_ONLY,
    "members:state": HEAD_ONLY,
    "members:add_module": HEAD_ONLY,
    "members:issue_code": dict.fromkeys(WHO[1:], NOT_SO),
    "members:revoke": HEAD_ONLY,
    "members:retire_key": HEAD_ONLY,
    "members:applications": dict.fromkeys(WHO[1:], FOUND),
    "members:application": ONE_MEMBER | {"stranger": UNKNOWN},
    "members:apply_from_letter": {"analyst": FOUND},
    "members:apply_for_connection": {"employee": FOUND, "stranger": UNKNOWN},
    "members:apply_for_account": {"security": FOUND, "analyst": FOUND},
    "members:propose": {"employee": FOUND, "security": FOUND, "stranger": UNKNOWN},
    "members:mend": {"employee": FOUND, "security": FOUND, "stranger": UNKNOWN},
    "members:decide": dict.fromkeys(WHO[1:], NOT_SO),
    "members:send_back": dict.fromkeys(WHO[1:], NOT_SO),
    # The account of the bank's employee: the head of its own unit, and neither another's nor the serving centre's.
    "members:person": {"security": FOUND, "soc": UNKNOWN, "analyst": FOUND, "head": FOUND, "auditor": FOUND},
    "members:block": {"security": FOUND, "soc": UNKNOWN, "head": FOUND},
    "members:ask_reset": {"security": FOUND, "soc": UNKNOWN, "analyst": FOUND, "head": FOUND},
    "members:reset": dict.fromkeys(WHO[1:], NOT_SO),
    "members:decline_reset": {"head": UNKNOWN},
    "members:hand_over": HEAD_ONLY,
    "members:invite": dict.fromkeys(WHO[1:], NOT_SO),
    "members:absence": {"security": FOUND},
    "members:revoke_absence": dict.fromkeys(WHO[1:], NOT_SO),
    "desk:inbox": dict.fromkeys(WHO[1:], FOUND),
    "desk:news": dict.fromkeys(WHO[1:], FOUND),
    "desk:documents": dict.fromkeys(WHO[1:], FOUND),
    "desk:new": {"stranger": FOUND, "employee": FOUND, "analyst": FOUND},
    "desk:new_kind": {"stranger": FOUND, "employee": FOUND, "analyst": FOUND},
    "desk:advisory": {"analyst": FOUND},
    # Only the centre addresses by inventories, and only drafts of its own.
    "desk:addressing": ONE_DRAFT,
    "desk:supersede": dict.fromkeys(WHO[1:], NOT_SO),
    "desk:from_signals": dict.fromkeys(WHO[1:], NOT_SO),
    "desk:reception_act": dict.fromkeys(WHO[1:], NOT_SO),
    # The card that is asked for was addressed to nobody: nobody decides on it.
    "desk:agree_part": dict.fromkeys(WHO[1:], UNKNOWN),
    "desk:agree_part_bytes": dict.fromkeys(WHO[1:], UNKNOWN),
    "desk:part_signature": dict.fromkeys(WHO[1:], UNKNOWN),
    "desk:part_evidence": dict.fromkeys(WHO[1:], UNKNOWN),
    "desk:document": ONE_DOCUMENT,
    "desk:difference": ONE_DOCUMENT,
    # Who may not write is led from the form to the document; the draft itself is its author's alone.
    "desk:edit": ONE_DRAFT | {"employee": FOUND, "security": SENT_AWAY, "soc": SENT_AWAY},
    "desk:agree": ONE_DRAFT | {"employee": FOUND, "security": FOUND, "soc": FOUND},
    # The draft that is looked at is not put before the head.
    "desk:agree_bytes": ONE_DRAFT | dict.fromkeys(("employee", "security", "soc"), NOT_NOW),
    "desk:return": {"analyst": FOUND, "head": FOUND, "stranger": UNKNOWN},
    "desk:comment": dict.fromkeys(WHO[1:], NOT_SO),
    "desk:act": dict.fromkeys(WHO[1:], NOT_SO),
    "desk:add_file": dict.fromkeys(WHO[1:], NOT_SO),
    "desk:file": ONE_DOCUMENT,
    "desk:remove_file": dict.fromkeys(WHO[1:], NOT_SO),
    "packages:list": {"analyst": FOUND, "head": FOUND},
    "packages:receipt": dict.fromkeys(WHO[1:], UNKNOWN),
    "packages:join": dict.fromkeys(WHO[1:], NOT_SO),
    "notices:list": dict.fromkeys(WHO[1:], FOUND),
    "notices:seen": dict.fromkeys(WHO[1:], NOT_SO),
    "notices:stream": dict.fromkeys(WHO[1:], FOUND),
    "notices:addresses": dict.fromkeys(WHO[1:], FOUND),
    "notices:remove_address": dict.fromkeys(WHO[1:], NOT_SO),
    "notices:undelivered": dict.fromkeys(WHO[1:], FOUND),
    "notices:send_again": dict.fromkeys(WHO[1:], NOT_SO),
    "notices:receipt": ONE_DOCUMENT,
    "notices:exact": ONE_DOCUMENT,
    "notices:paper": ONE_DOCUMENT,
    # Nobody signed the card that is asked for.
    "notices:signature": dict.fromkeys(WHO[1:], UNKNOWN),
    "notices:evidence": dict.fromkeys(WHO[1:], UNKNOWN),
    "tokens": dict.fromkeys(WHO[1:], FOUND),
    "token_new": dict.fromkeys(WHO[1:], FOUND),
    "token_end": dict.fromkeys(WHO[1:], NOT_SO),
    "token_account_new": dict.fromkeys(WHO[1:], NOT_SO),
    "token_account_close": dict.fromkeys(WHO[1:], NOT_SO),
    "members:journal": {"stranger": REFUSED, "security": FOUND, "soc": FOUND, "head": FOUND, "auditor": FOUND},
}
"""What each is answered; whoever is not named is refused, and nobody is always led to sign in."""

CHANGING = (
    "connect",
    "edit",
    "state",
    "add_module",
    "issue_code",
    "revoke",
    "retire_key",
    "block",
    "hand_over",
    "invite",
)
"""Pages of members that change something when they are posted to."""

OWN_TESTS = {
    "account",
    "account_change_password",
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "account_reset_password",
    "account_signup",
    "health",
    "home",
    "invitation",
    "language",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_edit_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_index",
    "mfa_list_webauthn",
    "mfa_login_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "usersessions_list",
}
"""Pages about oneself and about signing in: `portal/test_every_page_is_closed.py` walks them."""
PROGRAMS = "api:"
"""Addresses for programs, which show a token: `test_nothing_leaks.py` walks them."""


def every_url(entries: list[Any] | None = None, before: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """The name and the pattern of every address that the hub answers to."""
    from django.urls import get_resolver  # noqa: PLC0415 (Django is set up only now)

    for entry in entries if entries is not None else get_resolver("qorgan.hub.urls").url_patterns:
        pattern = before + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from every_url(entry.url_patterns, pattern, f"{entry.namespace}:" if entry.namespace else space)
        else:
            yield f"{space}{entry.name}", "/" + pattern


@pytest.fixture
def bank(intake: Any, a_signal: Any) -> Any:
    """An institution that a security operations centre serves, with a module that sent three signals."""
    soc = intake.hub.add_organisation(1, kind="soc")
    sender = intake.enrol(intake.hub.add_organisation(2, served_by=soc))
    assert sender.send([a_signal(number) for number in (1, 2, 3)]).status_code == 200
    sender.soc = soc
    return sender


@pytest.fixture
def clients(bank: Any, enlist: Any, signed_in: Any, visitor: Any) -> dict[str, Client]:
    """A browser for each of `WHO`."""
    stranger = bank.intake.hub.add_organisation(3)
    people = {
        "stranger": ("responsible-employee", stranger),
        "employee": ("responsible-employee", bank.organisation),
        "security": ("head-of-security", bank.organisation),
        "soc": ("head-of-security", bank.soc),
        "analyst": ("centre-analyst", None),
        "head": ("centre-head", None),
        "auditor": ("auditor", None),
    }
    known = {name: enlist(role, organisation=where) for name, (role, where) in people.items()}
    bank.person, bank.security = known["employee"].id, known["security"].id
    bank.application, bank.absence = _application(bank), _absence(bank)
    bank.document, bank.attachment = _card(known)
    _enter(bank.intake.hub)
    return {"nobody": visitor(), **{name: signed_in(one) for name, one in known.items()}}


def _application(bank: Any) -> str:
    """A change of the bank's profile that its employee proposed, and that was sent back."""
    ((key,),) = bank.intake.hub.rows(
        """INSERT INTO application (id, kind, organisation_id, subject, content, before, state, findings, authors,
               made_by_id, made_at, moved_at, outcome)
           SELECT gen_random_uuid(), 'profile', id, id::text, profile, profile, 'sent-back', '[]', to_jsonb(ARRAY[%s]),
                  %s, now(), now(), ''
           FROM (SELECT id, jsonb_build_object('bin', bin, 'kind', kind, 'name_kk', name_kk, 'name_ru', name_ru,
                     'name_en', name_en, 'email', email) AS profile FROM organisation WHERE id = %s) AS shown
           RETURNING id::text""",
        bank.person,
        bank.person,
        bank.organisation,
    )
    return str(key)


def _absence(bank: Any) -> str:
    ((key,),) = bank.intake.hub.rows(
        """INSERT INTO absence (id, organisation_id, absent_id, deputy_id, starts_at, ends_at, reason, made_by_id,
               made_at)
           VALUES (gen_random_uuid(), %s, %s, %s, now(), now() + interval '1 day', 'leave', %s, now())
           RETURNING id::text""",
        bank.organisation,
        bank.security,
        bank.person,
        bank.security,
    )
    return str(key)


def _card(known: dict[str, Any]) -> tuple[str, str]:
    """A card with a file that the bank sent and the centre received."""
    from django.db import transaction  # noqa: PLC0415 (Django is set up only now)

    from qorgan.hub.casework import attachments, drafts, engine  # noqa: PLC0415
    from qorgan.hub.members.access import scope_of  # noqa: PLC0415
    from qorgan.hub.members.models import Person  # noqa: PLC0415
    from qorgan.kit.clock import now  # noqa: PLC0415

    with transaction.atomic():
        by = {name: scope_of(Person.objects.get(pk=known[name].id)) for name in ("employee", "security", "analyst")}
        maker, head, analyst = by["employee"], by["security"], by["analyst"]
        card = drafts.create(
            "incident-card",
            author=known["employee"].organisation,
            by=maker,
            now=now(),
            content={
                "category": "unauthorised-access",
                "found_at": now().isoformat(),
                "description": "Foreign sign-in to the mail gateway",
                "status": "ongoing",
                "outcome": "accomplished",
                "severity": "high",
                "tlp": "TLP:AMBER",
                "contacts": [{"name": "Duty officer", "phone": "+77270000000"}],
            },
        )
        file = attachments.add(card.pk, "gateway.txt", b"what the gateway wrote", by=maker, now=now())
        drafts.propose(card.pk, by=maker, now=now())
        drafts.agree(card.pk, by=head, now=now())
        engine.perform(card.pk, "submit", by=maker, now=now())
        engine.perform(card.pk, "receive", by=analyst, now=now())
    return str(card.pk), str(file.pk)


def _enter(hub: Any) -> None:
    """Let the clerk enter every act into the ledger."""
    from qorgan.hub.database.log_key import read_log_key  # noqa: PLC0415 (Django is set up only now)
    from qorgan.hub.notices.entering import Entering  # noqa: PLC0415
    from qorgan.kit.clock import now  # noqa: PLC0415
    from tests.hub.notices.conftest import as_clerk  # noqa: PLC0415

    assert as_clerk(hub, lambda: Entering(read_log_key(hub.config)).enter_all(now())) > 0


def filled(pattern: str, bank: Any) -> str:
    """The address of the bank's own thing."""
    values = {
        "uuid:module": bank.module,
        "int:sequence": "2",
        "uuid:organisation": str(bank.organisation),
        "uuid:application": bank.application,
        "uuid:absence": bank.absence,
        "int:person": str(bank.person),
        "uuid:token": "00000000-0000-4000-8000-000000000000",
        "format:format": "csv",
        "uuid:document": bank.document,
        "uuid:attachment": bank.attachment,
        "uuid:reception": bank.document,
        "slug:kind": "inquiry",
        "slug:verb": "accept",
        "uuid:package": "00000000-0000-4000-8000-000000000000",
        "uuid:report": bank.document,
        "uuid:webhook": bank.document,
        "uuid:delivery": bank.document,
        "uuid:reset": bank.document,
        "str:language": "ru",
    }
    return re.sub(r"<([^>]+)>", lambda place: values[place[1]], pattern)


@pytest.mark.clause("R67.4")
def test_every_address_is_answered_to_each_as_its_list_says(bank: Any, clients: dict[str, Client]) -> None:
    walked = set()
    for name, pattern in every_url():
        if name in OWN_TESTS or name.startswith(PROGRAMS):
            continue
        assert name in EXPECTED, f"{name} ({pattern}) is in no list: say in this file who may open it"
        walked.add(name)
        for who in WHO:
            answer = clients[who].get(filled(pattern, bank))
            expected = SENT_AWAY if who == "nobody" else EXPECTED[name].get(who, REFUSED)
            assert answer.status_code == expected, f"{name} as {who}: {answer.status_code}, not {expected}"
            if who == "nobody":
                assert answer.headers["location"].startswith("/sign-in/"), name
            assert "no-store" in answer.headers["Cache-Control"], name
            answer.close()
    assert walked == EXPECTED.keys(), "a list names an address that is not there"


@pytest.mark.clause("R67.4")
def test_nothing_of_an_institution_stands_on_any_page_of_anothers_people(bank: Any, clients: dict[str, Client]) -> None:
    """Whatever is shown to a stranger holds neither the institution's names nor its identifiers, nor its signals'."""
    hub = bank.intake.hub
    ((bin_, name_en),) = hub.rows("SELECT bin, name_en FROM organisation WHERE id = %s", bank.organisation)
    telling = [
        bin_,
        name_en,
        str(bank.organisation),
        bank.module,
        "942100",
        "SQL injection",
        "203.0.113.",
        "Foreign sign-in",
    ]
    ways = [
        "",
        f"?organisation={bank.organisation}",
        f"?module={bank.module}&last=7d",
        "?q=SQL",
        "?address=203.0.113.0/24",
        "?domain=bank.example",
        "?sensor=ModSecurity",
        "?rule=1",
        f"?hash={1:032x}",
    ]
    for name, pattern in every_url():
        if name in OWN_TESTS or name.startswith(PROGRAMS) or name in {"signals:stream", "notices:stream"}:
            continue
        for way in ways:
            answer = clients["stranger"].get(filled(pattern, bank) + way, follow=True)
            page = answer.content.decode()
            shown = re.sub(r"(value|placeholder|href|action|hx-get)=\"[^\"]*\"", "", page)
            # What they asked for themselves is told back to them as a condition, and nothing else is.
            told_back = re.sub(r'<ul class="s-chips".*?</ul>', "", shown, flags=re.DOTALL)
            for word in telling:
                assert word not in told_back, f"{name}{way} tells {word!r}"


@pytest.mark.clause("R67.4")
def test_only_the_head_of_the_centre_changes_anything_but_accounts_of_a_units_own(
    bank: Any, clients: dict[str, Client]
) -> None:
    hub = bank.intake.hub
    state = """SELECT state FROM module UNION ALL SELECT state FROM organisation
               UNION ALL SELECT is_active::text FROM person UNION ALL SELECT role FROM membership
               UNION ALL SELECT digest::text FROM invitation ORDER BY 1"""
    before = hub.rows(state)
    patterns = dict(every_url())
    for name in CHANGING:
        address = filled(patterns[f"members:{name}"], bank)
        for who in WHO:
            if who != "head" and (name, who) != ("block", "security"):
                answer = clients[who].post(address, {"reason": "because", "name": "another"})
                told = SENT_AWAY if who == "nobody" else UNKNOWN if (name, who) == ("block", "soc") else REFUSED
                assert answer.status_code == told, f"{name} as {who}"
    assert hub.rows(state) == before
