"""Whatever code a page shows has words in each language; the code itself stands beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

import pytest

from qorgan.law import factors
from qorgan.law.factors import Method, Population

GATE = Path(__file__).resolve().parents[3] / "qorgan" / "gate"
IN_CODE = re.compile(
    r'\b(?:why|reason)="([a-z][a-z-]*)"|attempt_failed\([^)]*"([a-z-]+)"\)|_Cannot\([^"]*"([a-z-]+)"\)'
)
LANGUAGES = pytest.mark.parametrize("language", ["kk", "ru", "en"])


def reasons() -> dict[str, list[str]]:
    """Every code that may stand as a reason, by where it comes from."""
    from qorgan.eds.refusal import Reason as OfSignature
    from qorgan.gate.devices.refusal import Reason as OfDevice
    from qorgan.gate.devices.register import Why as Closed
    from qorgan.gate.factors.base import Reason as OfFactor
    from qorgan.gate.factors.password.acceptance import Fault
    from qorgan.gate.oidc.lifecycle import Why as OfToken
    from qorgan.gate.phones.refusal import Reason as OfPhone
    from qorgan.gate.providers import configured
    from qorgan.gate.providers.biometrics import State
    from qorgan.gate.providers.checking import Why as OfReport
    from qorgan.gate.providers.mobile_numbers import Owner
    from qorgan.gate.rules.verdict import Lack
    from qorgan.wire.disruption import Cause

    lists: tuple[type[StrEnum], ...] = (OfSignature, OfDevice, Closed, OfFactor, Fault, OfToken, OfPhone, State)
    lists += (OfReport, Owner, Lack, Cause)
    services = [configured.CENTRE, configured.OWN, configured.NUMBERS, configured.GATEWAY, "signatures"]
    return {str(one): [member.value for member in one] for one in lists} | {"services": services}


def in_words(found: Iterable[object], language: str) -> list[str]:
    """Those that are not in words of the language."""
    written = {str(one) for one in found}
    foreign = [one for one in written if any("а" <= letter <= "я" for letter in one.lower()) == (language == "en")]
    return sorted(foreign)


@LANGUAGES
def test_every_reason_of_the_journal_has_words(gate, language):
    from django.utils.translation import override

    from qorgan.gate.pages.reasons import REASONS, reason_words

    with override(language):
        missing = {name: lost for name, codes in reasons().items() if (lost := sorted(set(codes) - set(REASONS)))}
        assert missing == {}
        assert in_words(REASONS.values(), language) == []
        assert reason_words("signature-refused: revoked") == f"{REASONS['signature-refused']}: {REASONS['revoked']}"
        assert reason_words("malformed: too long") == f"{REASONS['malformed']}: too long"
        assert reason_words("came in person: 10:30") == "came in person: 10:30"


def test_every_reason_that_the_code_names_has_words(gate):
    from qorgan.gate.ceremonies import account
    from qorgan.gate.pages.reasons import REASONS

    named = {account.SIGNED_OUT, account.ENDED_BY_OWNER, account.DEVICE_REMOVED}
    for file in GATE.rglob("*.py"):
        named |= {next(filter(None, found)) for found in IN_CODE.findall(file.read_text(encoding="utf-8"))}
    assert len(named) > 10
    assert sorted(named - set(REASONS)) == []


@LANGUAGES
def test_every_rule_that_the_gate_decides_by_has_words(gate, language):
    from django.utils.translation import override

    from qorgan.gate.inspection.clauses import GATE as INSPECTED
    from qorgan.gate.pages.called import RULES
    from qorgan.law.register import clause

    lists = (factors.SIGN_IN, factors.REGISTRATION, factors.NEW_DEVICE, factors.PASSWORD_CHANGE)
    decides = {rule.clause for rules in lists for rule in rules} | {"R57.7", "D26.identity"}
    with override(language):
        assert sorted((decides | set(INSPECTED)) - set(RULES)) == []
        assert [one for one in RULES if clause(one).id != one] == []
        assert in_words(RULES.values(), language) == []


@LANGUAGES
def test_procedures_notices_states_outcomes_methods_and_duties_have_words(gate, language):
    from django.utils.translation import override

    from qorgan.gate.ceremonies.kinds import Kind
    from qorgan.gate.clients.lifecycle import State
    from qorgan.gate.console.duty_pages import RIGHTS
    from qorgan.gate.console.rights import Duty, Right
    from qorgan.gate.notices.kinds import Kind as Told
    from qorgan.gate.pages import called, words

    complete = [(called.KINDS, Kind), (called.NOTICES, Told), (called.STATES, State), (RIGHTS, Right)]
    with override(language):
        for table, listed in complete:
            assert set(table) == set(listed)
            assert in_words(table.values(), language) == []
        assert set(words.METHODS) == set(Method) - {Method.QUESTION}
        assert set(called.OUTCOMES) == {"done", "failed", "refused"}
        labels = [one.label(language) for listed in (Duty, Population, Method) for one in listed]
        assert in_words([*words.METHODS.values(), *called.OUTCOMES.values(), *labels], language) == []
