"""What may be offered next, and whether a ceremony may be finished. Pure: the same answer for the same situation.

The verdict is that of `rules.policy` for every effect of the ceremony together: a way around a rule would have to be
a way to the effect, and each effect brings its rules wherever it comes from.

Until something is proven, the offers depend on the kind and the population alone: they tell nothing of whether the
person is known, or of what they have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from itertools import combinations
from types import MappingProxyType
from typing import Final

import msgspec

from qorgan.gate.ceremonies.kinds import EFFECTS, Effect, Kind
from qorgan.gate.rules import policy
from qorgan.gate.rules.proof import BiometricSource, Proof, fresh
from qorgan.gate.rules.verdict import Allowed, Lack, Refused, Verdict, allowed, no_rule, refused
from qorgan.law.factors import Identification, Method, Population
from qorgan.law.register import clause

IMPLEMENTED: Final = frozenset(Method) - {Method.QUESTION}
"""Methods that have a factor folder."""
SOURCES: Final[Mapping[BiometricSource, Identification]] = MappingProxyType(
    {
        BiometricSource.STATE: Identification.STATE_BIOMETRICS,
        BiometricSource.OWN_DEVICE: Identification.OWN_DEVICE_BIOMETRICS,
    }
)


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """All that the plan looks at."""

    kind: Kind
    population: Population
    at: datetime
    proofs: tuple[Proof, ...] = ()
    """Made in this ceremony."""
    phone: bool = False
    """The owner of the phone number in question was confirmed in this ceremony."""
    enrolled: frozenset[Method] = IMPLEMENTED
    """What the person has; heeded after something was proven."""
    available: frozenset[Method] = IMPLEMENTED
    """What the institution is set up for."""
    changed: Method | None = None
    """The factor that is to be added or removed."""
    in_app: bool = False
    """The ceremony goes on in a mobile app, on a device that is known only if its key is among the proofs."""
    invited: bool = False
    """The invitation of an employee without factors was shown."""
    all_named: bool = True
    """`registration.all_named` of the configuration."""


class Steps(msgspec.Struct, frozen=True, kw_only=True):
    """What may happen next."""

    verdict: Verdict
    methods: tuple[Method, ...] = ()
    """Factors of which one more may bring the ceremony nearer to its end, in the order of the list of methods."""
    phone: bool = False
    """Whether confirming the phone's owner may."""

    @property
    def may_finish(self) -> bool:
        """Whether the rules let the ceremony happen."""
        return isinstance(self.verdict, Allowed)


def effects(kind: Kind, changed: Method | None) -> frozenset[Effect]:
    """What a ceremony changes: a password set under another name is a password set, and so is a device bound."""
    more: set[Effect] = set()
    if kind in {Kind.FACTOR_ADDED, Kind.FACTOR_REMOVED} and changed is Method.PASSWORD:
        more.add(Effect.PASSWORD)
    if kind is Kind.FACTOR_ADDED and changed is Method.DEVICE_KEY:
        more.add(Effect.DEVICE)
    return EFFECTS[kind] | more


def ways(situation: Situation) -> frozenset[Identification]:
    """By what the person was identified in this ceremony."""
    found = {Identification.PHONE} if situation.phone else set()
    for proof in situation.proofs:
        if proof.method is Method.SIGNATURE:
            found.add(Identification.SIGNATURE)
        if proof.method is Method.BIOMETRICS and proof.source is not None:
            found.add(SOURCES[proof.source])
    return frozenset(found)


def verdict(situation: Situation) -> Verdict:
    """Whether the ceremony may be finished as things are: allowed only when every rule of every effect allows it."""
    found: Verdict = no_rule()
    for effect in sorted(effects(situation.kind, situation.changed)):
        for found in _verdicts(effect, situation):
            if isinstance(found, Refused):
                return found
    return found


def sign_in_verdict(situation: Situation) -> Verdict:
    """The verdict on the session that a ceremony with this effect makes: its rule goes into the session."""
    return policy.sign_in(situation.population, situation.proofs, situation.at)


def next_steps(situation: Situation) -> Steps:
    """What may be offered, and the verdict as things are. Nothing is offered that cannot lead to the end."""
    reached = verdict(situation)
    if isinstance(reached, Allowed):
        return Steps(verdict=reached)
    methods, phone = _helpful(msgspec.structs.replace(situation, at=_hour(situation), proofs=_settled(situation)))
    return Steps(verdict=reached, methods=methods, phone=phone)


def could_sign_in(population: Population, methods: Iterable[Method], at: datetime) -> bool:
    """Whether somebody who has these factors and no others can ever sign in."""
    return isinstance(policy.sign_in(population, [_supposed(method, at) for method in methods], at), Allowed)


def _verdicts(effect: Effect, situation: Situation) -> Iterator[Verdict]:
    population, proofs, at = situation.population, situation.proofs, situation.at
    if effect is Effect.ACCOUNT:
        yield policy.registration(population, ways(situation), at, all_named=situation.all_named)
    if effect in {Effect.SESSION, Effect.DEVICE, Effect.CLOSED}:
        yield policy.sign_in(population, proofs, at)
    if effect is Effect.DEVICE or (effect is Effect.SESSION and situation.in_app and not _device_known(situation)):
        yield policy.new_device(population, proofs, at)
    if effect is Effect.PASSWORD:
        yield policy.password_change(population, proofs, at)
    if effect is Effect.FACTOR:
        yield policy.factor_change(population, proofs, at, changed=situation.changed or Method.QUESTION)
    if effect is Effect.FIRST_FACTORS:
        # An employee's account is opened by the institution (R57.7), and whoever has its invitation has no factor yet.
        rule, is_theirs = clause("R57.7"), population is Population.EMPLOYEE and situation.invited
        yield allowed(rule) if is_theirs else refused(rule, Lack.PROOF)
    if effect is Effect.PHONE:
        # A number that receives one-time codes is the carrier of a factor.
        found = policy.factor_change(population, proofs, at, changed=Method.ONE_TIME_CODE)
        yield found
        if not situation.phone:
            yield refused(clause("D26.identity"), Lack.IDENTIFICATION)


def _device_known(situation: Situation) -> bool:
    """Whether the device on which the app runs has proven to be one that was bound before (R48.156-1)."""
    return any(proof.method is Method.DEVICE_KEY for proof in situation.proofs)


@lru_cache(maxsize=1024)
def _helpful(situation: Situation) -> tuple[tuple[Method, ...], bool]:
    """The methods, and whether the phone, of the smallest sets that would change the verdict to allowed."""
    open_methods = _open_methods(situation)
    needs_phone = bool(effects(situation.kind, situation.changed) & {Effect.ACCOUNT, Effect.PHONE})
    phones = (False, True) if needs_phone and not situation.phone else (False,)
    found: list[frozenset[Method | None]] = []
    for size in range(len(open_methods) + len(phones)):
        for more in combinations((*open_methods, None) if len(phones) > 1 else open_methods, size):
            chosen = frozenset(more)
            if any(smaller <= chosen for smaller in found):
                continue
            if isinstance(verdict(_supposing(situation, chosen)), Allowed):
                found.append(chosen)
    useful = frozenset().union(*found)
    return tuple(method for method in Method if method in useful), None in useful


def _open_methods(situation: Situation) -> tuple[Method, ...]:
    """What may be asked for: what is not proven yet, and what the person has once something was proven.

    At a registration nobody has anything: only what identifies. On a new device there is no key of it to prove.
    """
    allowed = situation.available & IMPLEMENTED
    if situation.proofs:
        allowed &= situation.enrolled
    if situation.kind is Kind.REGISTRATION:
        allowed = situation.available & {Method.SIGNATURE, Method.BIOMETRICS}
    if situation.kind is Kind.NEW_DEVICE:
        allowed -= {Method.DEVICE_KEY}
    if situation.kind is Kind.RECOVERY:
        allowed -= {Method.PASSWORD}
    return tuple(method for method in Method if method in allowed - {proof.method for proof in situation.proofs})


def _supposing(situation: Situation, more: frozenset[Method | None]) -> Situation:
    supposed = tuple(_supposed(method, situation.at) for method in more if method is not None)
    return msgspec.structs.replace(situation, proofs=situation.proofs + supposed, phone=situation.phone or None in more)


def _supposed(method: Method, at: datetime) -> Proof:
    source = BiometricSource.STATE if method is Method.BIOMETRICS else None
    return Proof(method=method, credential=f"supposed-{method}", at=at, source=source)


def _hour(situation: Situation) -> datetime:
    """One instant for a whole hour, so that situations that differ in seconds alone are looked at once."""
    return situation.at.replace(minute=0, second=0, microsecond=0)


def _settled(situation: Situation) -> tuple[Proof, ...]:
    """The fresh proofs as if made at that instant, without what tells one person's from another's."""
    at = _hour(situation)
    proofs = fresh(situation.proofs, situation.at)
    carriers = list(dict.fromkeys(proof.carrier for proof in proofs if proof.carrier))
    return tuple(
        msgspec.structs.replace(
            proof,
            at=at,
            credential=str(number),
            carrier=str(carriers.index(proof.carrier)) if proof.carrier else "",
            report="",
        )
        for number, proof in enumerate(proofs)
    )
