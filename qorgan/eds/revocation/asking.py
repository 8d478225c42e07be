"""The order of asking: OCSP, then the list with its delta. The caller brings the network; here there is none."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from qorgan.eds.certificate import Certificate
from qorgan.eds.points import points_of
from qorgan.eds.refusal import RefusedError, within
from qorgan.eds.revocation import crl, ocsp
from qorgan.eds.revocation.state import (
    Finding,
    Proof,
    RevocationRules,
    Source,
    State,
    Unknown,
)

_NONCE: Final = 16


class Port(Protocol):
    """Whoever fetches. Raises whatever it likes when it cannot: that is unknown."""

    def ocsp(self, url: str, request: bytes) -> bytes:
        """The answer of a responder."""

    def crl(self, url: str) -> bytes:
        """A list or a delta, fresh or out of a cache."""


class NobodyError(Exception):
    """There is nobody to ask."""


class Nobody:
    """A port that reaches nobody, so that all is unknown."""

    def ocsp(self, url: str, request: bytes) -> bytes:
        """See Port."""
        raise NobodyError(f"{url} was not asked ({len(request)} bytes)")

    def crl(self, url: str) -> bytes:
        """See Port."""
        raise NobodyError(f"{url} was not asked")


def ask(certificate: Certificate, issuer: Certificate, at: datetime, port: Port, rules: RevocationRules) -> Finding:
    """The state of a certificate at a time, from the first source that knows. Never raises; what fails is unknown."""
    points = points_of(certificate)
    whys = []
    proofs: tuple[Proof, ...]
    for url in points.ocsp:
        state, proofs = _attempt(lambda url=url: _by_ocsp(url, certificate, issuer, at, port, rules))  # type: ignore[misc]
        if not isinstance(state, Unknown):
            return Finding(certificate=certificate.fingerprint, state=state, proofs=proofs)
        whys.append(f"{url}: {state.why}")
    for url in points.lists:
        state, proofs = _attempt(
            lambda url=url: _by_list(url, points.deltas, certificate, issuer, at, port, rules)  # type: ignore[misc]
        )
        if not isinstance(state, Unknown):
            return Finding(certificate=certificate.fingerprint, state=state, proofs=proofs)
        whys.append(f"{url}: {state.why}")
    said = "; ".join(whys) or "The certificate names nobody to ask"
    return Finding(certificate=certificate.fingerprint, state=Unknown(why=said))


def judge_again(
    certificate: Certificate, issuer: Certificate, at: datetime, proofs: tuple[Proof, ...], rules: RevocationRules
) -> Finding:
    """The state of a certificate from what was kept. Never raises."""
    own = [proof for proof in proofs if proof.certificate == certificate.fingerprint]
    state: State = Unknown(why="No evidence was kept")
    for proof in own:
        if proof.source is Source.OCSP:
            state, _ = _attempt(lambda proof=proof: (  # type: ignore[misc]
                ocsp.answer(proof.raw, certificate, issuer, at, proof.nonce, rules), ()))  # fmt: skip
    lists = [proof.raw for proof in own if proof.source is Source.LIST]
    deltas = [proof.raw for proof in own if proof.source is Source.DELTA]
    if isinstance(state, Unknown) and lists:
        pair = (lists[0], deltas[0] if deltas else None)
        if pair[1] is None and rules.delta and points_of(certificate).deltas:
            state = Unknown(why="No delta was kept")
        else:
            state, _ = _attempt(lambda: (crl.judge(certificate, issuer, at, rules, pair), ()))
    return Finding(certificate=certificate.fingerprint, state=state, proofs=tuple(own))


def _attempt(attempt: Callable[[], tuple[State, tuple[Proof, ...]]]) -> tuple[State, tuple[Proof, ...]]:
    """Whatever goes wrong is unknown: the port's troubles, and answers that are not to be believed."""
    try:
        with within("revocation"):
            state, proofs = attempt()
    except RefusedError as refused:
        return Unknown(why=f"{refused.reason}: {refused}"), ()
    except Exception as wrong:  # noqa: BLE001 - a port may fail in any way, and none of them is good
        return Unknown(why=f"{type(wrong).__name__}: {wrong}"), ()
    return state, proofs


def _by_ocsp(
    url: str, certificate: Certificate, issuer: Certificate, at: datetime, port: Port, rules: RevocationRules
) -> tuple[State, tuple[Proof, ...]]:
    """Ask a responder."""
    nonce = secrets.token_bytes(_NONCE)
    raw = port.ocsp(url, ocsp.request(certificate, issuer, nonce))
    state = ocsp.answer(raw, certificate, issuer, at, nonce, rules)
    return state, (Proof(source=Source.OCSP, certificate=certificate.fingerprint, raw=raw, nonce=nonce),)


def _by_list(
    url: str,
    deltas: tuple[str, ...],
    certificate: Certificate,
    issuer: Certificate,
    at: datetime,
    port: Port,
    rules: RevocationRules,
) -> tuple[State, tuple[Proof, ...]]:
    """Look into a list and its delta."""
    whole = port.crl(url)
    proofs = [Proof(source=Source.LIST, certificate=certificate.fingerprint, raw=whole)]
    delta = port.crl(deltas[0]) if deltas and rules.delta else None
    if delta is not None:
        proofs.append(Proof(source=Source.DELTA, certificate=certificate.fingerprint, raw=delta))
    return crl.judge(certificate, issuer, at, rules, (whole, delta)), tuple(proofs)
