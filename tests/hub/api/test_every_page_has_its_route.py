"""Everything a person can do on a page a program can do by a route, or it is said why it is for a person alone."""

from __future__ import annotations

from typing import Any

from tests.hub.test_every_url import every_url

BY_ROUTE: dict[str, tuple[str, ...]] = {
    "desk:act": ("perform",),
    "desk:add_file": ("attach",),
    "desk:addressing": ("address",),
    "desk:advisory": ("advisory",),
    "desk:agree": ("perform", "difference"),
    "desk:agree_bytes": ("proposed",),
    "desk:agree_part": ("perform-reception",),
    "desk:agree_part_bytes": ("proposed-decision",),
    "desk:comment": ("comment", "comments"),
    "desk:difference": ("difference",),
    "desk:document": ("document", "acts", "clocks", "receptions", "version", "coverage", "files"),
    "desk:documents": ("documents",),
    "desk:edit": ("draft", "write"),
    "desk:file": ("file",),
    "desk:from_signals": ("card-of-signals",),
    "desk:inbox": ("todo", "deadlines"),
    "desk:new": ("kinds", "addressees"),
    "desk:new_kind": ("begin", "take-down", "answer"),
    "desk:news": ("acts",),
    "desk:part_evidence": ("decision-signature-evidence",),
    "desk:part_signature": ("decision-signature",),
    "desk:reception_act": ("perform-reception", "answer"),
    "desk:remove_file": ("detach",),
    "desk:return": ("perform",),
    "desk:supersede": ("supersede",),
    "home": ("me",),
    "members:absence": ("record-absence", "absences"),
    "members:add_module": ("add-module",),
    "members:application": ("application",),
    "members:applications": ("applications",),
    "members:apply_for_account": ("apply-account",),
    "members:apply_for_connection": ("apply-connection",),
    "members:apply_from_letter": ("apply-connection",),
    "members:ask_reset": ("ask-reset", "resets"),
    "members:block": ("block", "unblock"),
    "members:connect": ("connect",),
    "members:decide": ("perform-application",),
    "members:decline_reset": ("decline-reset",),
    "members:edit": ("change-member",),
    "members:hand_over": ("hand-over",),
    "members:invite": ("invite",),
    "members:issue_code": ("issue-code",),
    "members:journal": ("audit",),
    "members:list": ("members",),
    "members:mend": ("perform-application",),
    "members:organisation": ("member", "people", "modules", "absences"),
    "members:person": ("person",),
    "members:propose": ("propose-profile",),
    "members:reset": ("reset",),
    "members:retire_key": ("retire-key",),
    "members:revoke": ("revoke-module",),
    "members:revoke_absence": ("revoke-absence",),
    "members:send_back": ("perform-application",),
    "members:state": ("suspend", "resume"),
    "notices:addresses": ("webhooks", "name-webhook", "rotate-webhook"),
    "notices:evidence": ("signature-evidence",),
    "notices:exact": ("exact",),
    "notices:list": ("notices",),
    "notices:paper": ("paper",),
    "notices:receipt": ("receipt",),
    "notices:remove_address": ("remove-webhook",),
    "notices:seen": ("seen",),
    "notices:send_again": ("deliver-again",),
    "notices:undelivered": ("undelivered",),
    "notices:signature": ("signature",),
    "signals:receipt": ("signal-receipt",),
    "signals:record": ("record",),
    "signals:search": ("signals",),
    "signals:signal": ("signal",),
    "statistics:calendar": ("calendar",),
    "statistics:calendar_change": ("change-calendar",),
    "statistics:incidents": ("incidents",),
    "statistics:situation": ("situation",),
    "statistics:statistics": ("statistics",),
}
"""Each page, and the routes that do the same."""

_SIGNING_IN = [
    "account", "account_change_password", "account_inactive", "account_login", "account_logout",
    "account_reauthenticate", "account_reset_password", "account_signup", "invitation", "usersessions_list",
]  # fmt: skip
_FACTORS = [
    "mfa_activate_totp", "mfa_add_webauthn", "mfa_authenticate", "mfa_deactivate_totp", "mfa_edit_webauthn",
    "mfa_generate_recovery_codes", "mfa_index", "mfa_list_webauthn", "mfa_login_webauthn",
    "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_view_recovery_codes",
]  # fmt: skip
_TOKENS = ("tokens", "token_new", "token_end", "token_account_new", "token_account_close")
_STREAMS = ("notices:stream", "signals:live", "signals:stream", "signals:counts")

FOR_A_PERSON: dict[str, str] = {
    **dict.fromkeys(_SIGNING_IN, "signing in: a program shows a token and has neither password nor session"),
    **dict.fromkeys(_FACTORS, "second factors: a token that leaked must not make itself another way in"),
    **dict.fromkeys(_TOKENS, "tokens: one that leaked must not make others"),
    "language": "the language of a page; a program says its own in each call",
    "health": "says to anybody whether the hub lives",
    **dict.fromkeys(_STREAMS, "draws an open page; a program is called by webhooks, and asks for signals"),
    **dict.fromkeys(
        ("statistics:export", "statistics:documents"),
        "files to be read by people, of the very tables that statistics and documents give a program",
    ),
    **dict.fromkeys(
        ("packages:list", "packages:join", "packages:receipt"),
        "what a person joins by hand; programs bring packages by an address of their own",
    ),
}
"""Each page without a route, and why."""


def test_every_page_has_its_route_or_a_reason_to_have_none(market: Any) -> None:
    from qorgan.hub.api.routes import ROUTES

    names = {name for name, _pattern in every_url() if not name.startswith("api:")}
    assert not BY_ROUTE.keys() & FOR_A_PERSON.keys()
    assert names - BY_ROUTE.keys() - FOR_A_PERSON.keys() == set(), "say which route does it, or why none"
    assert BY_ROUTE.keys() | FOR_A_PERSON.keys() <= names, "a page that is not there"
    known = {route.name for route in ROUTES}
    assert {name for routes in BY_ROUTE.values() for name in routes} <= known
    assert all(FOR_A_PERSON.values())
