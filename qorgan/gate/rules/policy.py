"""What each act of the gate demands: one pure function each. Silence refuses; more proof never shuts a door."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from qorgan.gate.rules.proof import Proof, are_independent, fresh, independent_kinds
from qorgan.gate.rules.verdict import Lack, Refused, Verdict, allowed, no_rule, refused
from qorgan.law.calendar import ZONE_NAME
from qorgan.law.clause import Clause
from qorgan.law.factors import (
    Identification,
    Method,
    Population,
    new_device_rule,
    password_change_rule,
    registration_rule,
    sign_in_rule,
)
from qorgan.law.register import clause

_LAW_ZONE = ZoneInfo(ZONE_NAME)


def sign_in(population: Population, proofs: Iterable[Proof], at: datetime) -> Verdict:
    """Whether what was proven lets somebody in (D26.two-factor, R57.8, R57.10)."""
    found = sign_in_rule(population, _day(at))
    if found is None:
        return no_rule()
    rule, item = found
    proven = fresh(proofs, at)
    if not proven:
        return refused(item, Lack.PROOF)
    if independent_kinds(proven) < rule.kinds:
        return refused(item, Lack.TWO_FACTORS)
    if rule.one_of and not any(
        are_independent(one, other) for one in proven if one.method in rule.one_of for other in proven
    ):
        return refused(item, Lack.SIGNATURE_OR_BIOMETRICS)
    return allowed(item)


def registration(
    population: Population, shown: Collection[Identification], at: datetime, *, all_named: bool = True
) -> Verdict:
    """Whether somebody may be registered from afar by the ways in which they were identified.

    The decree names the state database and the phone side by side in one place, and any of three ways in another:
    `all_named` demands both unless a digital signature was shown. A name and a phone number alone never do.
    """
    found = registration_rule(population, _day(at))
    if found is None:
        return no_rule()
    rule, item = found
    ways = rule.ways & set(shown)
    if not ways:
        return refused(item, Lack.IDENTIFICATION)
    if all_named and rule.named_together and Identification.SIGNATURE not in ways and not rule.named_together <= ways:
        return refused(item, Lack.EVERY_IDENTIFICATION)
    return allowed(item)


def new_device(population: Population, proofs: Iterable[Proof], at: datetime) -> Verdict:
    """Whether a device may be bound to somebody: only with biometric identification, whatever else succeeds.

    The act demands it of banks (R48.156-1); the gate demands it of every client and participant. An employee, of whose
    devices no act speaks, binds one by what they sign in with.
    """
    if population is Population.EMPLOYEE:
        return sign_in(population, proofs, at)
    found = new_device_rule(population, _day(at))
    return _with_biometrics(found[1] if found else clause("R48.156-1"), proofs, at)


def password_change(population: Population, proofs: Iterable[Proof], at: datetime) -> Verdict:
    """Whether a password may be changed or recovered: a participant's only with biometric identification (R57.11).

    Anybody else's as they sign in. Whoever forgot it lacks knowledge, and so needs possession and biometrics.
    """
    found = password_change_rule(population, _day(at))
    if found is not None:
        return _with_biometrics(found[1], proofs, at)
    return sign_in(population, proofs, at)


def factor_change(population: Population, proofs: Iterable[Proof], at: datetime, *, changed: Method) -> Verdict:
    """Whether a factor may be added or removed: as somebody signs in, with proofs made for this.

    A factor that a rule asks for by name is changed only by one of those that the rule asks for.
    """
    proven = tuple(proofs)
    verdict = sign_in(population, proven, at)
    found = sign_in_rule(population, _day(at))
    if isinstance(verdict, Refused) or found is None or changed not in found[0].one_of:
        return verdict
    if not {proof.method for proof in fresh(proven, at)} & found[0].one_of:
        return refused(found[1], Lack.EQUAL_STRENGTH)
    return verdict


def _with_biometrics(item: Clause, proofs: Iterable[Proof], at: datetime) -> Verdict:
    proven = fresh(proofs, at)
    if not proven:
        return refused(item, Lack.PROOF)
    if all(proof.method is not Method.BIOMETRICS for proof in proven):
        return refused(item, Lack.BIOMETRICS)
    return allowed(item)


def _day(at: datetime) -> date:
    """The day in the country whose law it is."""
    return at.astimezone(_LAW_ZONE).date()
