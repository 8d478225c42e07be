"""What a passkey's use and a digital signature cost the gate, held against the bare signatures inside them.

One thread, its own processor time, so that others on the machine do not count; no database: whole sign-ins are measured
elsewhere.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from qorgan.bench.figures import Figure, at_least, in_turn
from qorgan.eds.algorithms import GOST2015_512
from qorgan.eds.pki.sandbox import LocalPort, Sandbox, invented_iin
from qorgan.eds.pki.signing import Holder, sign_cms
from qorgan.eds.roles import Role
from qorgan.eds.verify import Trust
from qorgan.gate.devices import proof
from qorgan.gate.devices.software import Software as Device
from qorgan.gate.factor_rules import PasskeyRules
from qorgan.gate.factors.passkey import ceremony
from qorgan.gate.factors.passkey.authenticator import Software, sign
from qorgan.gate.factors.signature import challenge, judging

ROUNDS: Final = 7
_PASSKEYS: Final = 1_000
_SIGNATURES: Final = 12
_ORIGIN: Final = "https://gate.example"
_ADDRESS: Final = f"{_ORIGIN}/api/me"
_STOOD_ON: Final = 4
"""Signatures that a verdict stands on anew: the person's, that of the certificate, and those of two answers of
authorities. What made the authorities and their responders is remembered."""


def measure() -> list[Figure]:
    """Passkeys, devices' proofs and digital signatures, each a second of one core, as a share of bare verification."""
    return [_passkeys(), _devices(), _signatures()]


def _passkeys() -> Figure:
    """The use of a passkey on P-256."""
    party = ceremony.Party(id="gate.example", name="Gate", origins=(_ORIGIN,))
    asked, handle, device = ceremony.challenge(uuid4(), "bench", b"n" * 32), uuid4().bytes, Software(_ORIGIN)
    rules = PasskeyRules()
    options = ceremony.options_to_make(party, asked, handle, "Gate", [], rules)
    made = ceremony.made(device.make(options), asked, party, rules)
    held = ceremony.Held(
        credential=made.credential,
        public_key=made.public_key,
        counter=made.counter,
        may_be_backed_up=made.may_be_backed_up,
        handle=handle,
    )
    answer = device.use(ceremony.options_to_use(party, asked))
    ratio, ours, bare = in_turn(
        ROUNDS, lambda: _rate(lambda: ceremony.used(answer, asked, held, party), _PASSKEYS), _bare_p256
    )
    how = f"{ours:,.0f} uses verified a second of one core, against {bare:,.0f} bare ECDSA verifications on P-256"
    return at_least("A passkey's use, as a share of the signature in it", ratio, 0.3, how)


def _devices() -> Figure:
    """The proof of a device's key on P-256."""
    now, device = datetime.now(UTC), Device()
    said = device.prove("GET", _ADDRESS, now=now, nonce="n")

    def once() -> None:
        proof.check(proof.read(said).claims, method="GET", address=_ADDRESS, now=now)

    ratio, ours, bare = in_turn(ROUNDS, lambda: _rate(once, _PASSKEYS), _bare_p256)
    how = f"{ours:,.0f} proofs verified a second of one core, against {bare:,.0f} bare ECDSA verifications on P-256"
    return at_least("A device's proof at a call, as a share of the signature in it", ratio, 0.2, how)


def _signatures() -> Figure:
    """The whole verdict over a CMS by GOST 34.10-2015: path, state of each certificate, evidence."""
    now = datetime.now(UTC)
    world = Sandbox(now, GOST2015_512)
    person = world.person(invented_iin(1))
    asked = challenge.Asked(
        issuer=_ORIGIN, purpose="prove sign-in", population="participant", ceremony=uuid4(), nonce=b"n" * 32, at=now
    )
    raw = sign_cms(challenge.as_text(asked), [person], now)
    answer = {"cms": base64.b64encode(raw).decode()}
    signer, trust = judging.Signer(iin=invented_iin(1), roles=(Role.INDIVIDUAL,)), Trust(pins=world.pins)
    port = _Quiet(LocalPort(world, now))

    def once() -> None:
        judging.believed(answer, asked, signer, trust=trust, port=port, at=now)

    ratio, ours, bare = in_turn(ROUNDS, lambda: _rate(once, _SIGNATURES, port), lambda: _bare_gost(person))
    how = (
        f"{ours:,.1f} signatures judged a second of one core, against {bare:,.1f} times {_STOOD_ON} bare "
        "verifications by GOST 34.10-2015 with 512 bits"
    )
    return at_least("A sign-in by digital signature, as a share of the signatures it stands on", ratio, 0.7, how)


class _Quiet:
    """Authorities whose own work is not counted: they would be elsewhere."""

    def __init__(self, port: LocalPort) -> None:
        self.port = port
        self.spent = 0.0

    def ocsp(self, url: str, request: bytes) -> bytes:
        """See Port."""
        began = time.thread_time()
        answered = self.port.ocsp(url, request)
        self.spent += time.thread_time() - began
        return answered

    def crl(self, url: str) -> bytes:
        """See Port."""
        return self.port.crl(url)


def _rate(once: Callable[[], object], times: int, quiet: _Quiet | None = None) -> float:
    """How often a second of one thread's own time, that of `quiet` left out."""
    began, spent = time.thread_time(), quiet.spent if quiet else 0.0
    for _ in range(times):
        once()
    return times / (time.thread_time() - began - ((quiet.spent - spent) if quiet else 0.0))


def _bare_p256() -> float:
    """Bare verifications by ECDSA on P-256 a second."""
    key, said = ec.generate_private_key(ec.SECP256R1()), b"m" * 69
    public, signature = key.public_key(), sign(key, said)
    return _rate(lambda: public.verify(signature, said, ec.ECDSA(SHA256())), _PASSKEYS)


def _bare_gost(person: Holder) -> float:
    """So many bare verifications by GOST 34.10-2015 a second as a verdict has, counted as one."""
    said = b"m" * 512
    signature = person.key.sign(said)
    public, algorithm = person.certificate.key, person.key.algorithm
    return _rate(lambda: public.verifies(algorithm, said, signature), _SIGNATURES * _STOOD_ON) / _STOOD_ON
