"""A whole world in small: a root, an issuing authority, a timestamp authority, and people with their keys.

Everyone in it is invented. Numbers have right check digits and are of nobody: they are of the year 1900 or bear the
index of no registry.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from qorgan.eds.algorithms import GOST2015_512
from qorgan.eds.certificate import CLIENT_AUTH, EMAIL_PROTECTION, Usage
from qorgan.eds.chain import Pins
from qorgan.eds.pki.authority import Authority
from qorgan.eds.pki.issuing import Addresses, Template
from qorgan.eds.pki.keys import generate
from qorgan.eds.pki.signing import Holder
from qorgan.eds.pki.stamping import Stamper
from qorgan.eds.roles import Role, oid_of
from qorgan.eds.subject import has_check_digit

_SIGNING: Final = (Usage.DIGITAL_SIGNATURE, Usage.NON_REPUDIATION, Usage.KEY_AGREEMENT)


class Sandbox:
    """Authorities of one algorithm, and whoever they issue to."""

    def __init__(self, at: datetime, algorithm: str = GOST2015_512, base: str = "http://127.0.0.1:8380") -> None:
        self.at = at
        self.base = base
        self.root = Authority.root("SANDBOX ROOT", algorithm, at, self._addresses("root"))
        self.authority = self.root.below("SANDBOX CA", at, self._addresses("ca"))
        self.stamper = Stamper(self.authority, at)
        self.pins = Pins((self.root.certificate,), (self.authority.certificate,))

    def authorities(self) -> dict[str, Authority]:
        """By the word that stands for them in addresses."""
        return {"root": self.root, "ca": self.authority}

    def person(
        self,
        iin: str = "",
        *,
        roles: tuple[Role, ...] = (Role.INDIVIDUAL,),
        organisation: Mapping[str, str] | None = None,
        purposes: tuple[str, ...] = (EMAIL_PROTECTION,),
        usage: tuple[Usage, ...] = _SIGNING,
        life: tuple[timedelta, timedelta] = (timedelta(days=-1), timedelta(days=365)),
        algorithm: str | None = None,
    ) -> Holder:
        """Someone with a key. `organisation` gives O and OU, and CN where the usual name will not do.

        `life` is counted from the sandbox's time.
        """
        key = generate(algorithm or self.authority.key.algorithm)
        given = {"CN": "ҮЛГІ АЙДЫН", **(organisation or {})}
        subject = {
            "CN": given.pop("CN"),
            "SURNAME": given.get("SURNAME", "ҮЛГІ"),
            "SERIALNUMBER": f"IIN{iin or invented_iin(1)}",
            "C": "KZ",
            **given,
            "G": "ҮЛГІҰЛЫ",
        }
        template = Template(
            subject=subject,
            not_before=self.at + life[0],
            not_after=self.at + life[1],
            usage=usage,
            purposes=(*purposes, *map(oid_of, roles)),
            addresses=self.authority.addresses,
        )
        return Holder(self.authority.issue(template, key), key)

    def head(self, bin_digits: str, organisation: str, iin: str = "") -> Holder:
        """The first head of an organisation."""
        return self.person(iin, roles=(Role.ENTITY, Role.HEAD), organisation=_organisation(bin_digits, organisation))

    def employee(self, bin_digits: str, organisation: str, iin: str = "", *, name: str = "") -> Holder:
        """An employee of an organisation; `name` is surname and given name, apart by a space."""
        subject = _organisation(bin_digits, organisation) | _named(name)
        return self.person(iin, roles=(Role.ENTITY, Role.EMPLOYEE), organisation=subject)

    def signing_in(self, iin: str = "") -> Holder:
        """A key of the older kind, which only authenticates."""
        usage = (Usage.DIGITAL_SIGNATURE, Usage.KEY_ENCIPHERMENT)
        return self.person(iin, purposes=(CLIENT_AUTH,), usage=usage)

    def _addresses(self, word: str) -> Addresses:
        return Addresses(
            ocsp=f"{self.base}/ocsp/{word}", crl=f"{self.base}/crl/{word}.crl", delta=f"{self.base}/crl/{word}_d.crl"
        )


def invented_iin(number: int) -> str:
    """The IIN of nobody: born on 1 January 1900, with a right check digit."""
    return _with_check_digit("000101", 3, number)


def invented_bin(number: int) -> str:
    """The BIN of nobody: registered in January 1900."""
    return _with_check_digit("000140", 9, number)


def _with_check_digit(start: str, middle: int, number: int) -> str:
    """Twelve digits, the first number from the one given whose check digit exists."""
    for tried in range(number * 7, number * 7 + 7):
        for check in "0123456789":
            digits = f"{start}{middle}{tried:04d}{check}"
            if has_check_digit(digits):
                return digits
    raise ValueError("no check digit fits")


def _named(name: str) -> dict[str, str]:
    """A name as authorities write it, in capitals; nothing for the usual one."""
    capitals = name.upper()
    return {"CN": capitals, "SURNAME": capitals.partition(" ")[0]} if name else {}


def _organisation(bin_digits: str, name: str) -> dict[str, str]:
    return {"O": name, "OU": f"BIN{bin_digits}"}


class LocalPort:
    """The sandbox's authorities asked without a network: what the HTTP responder answers, at a given time."""

    def __init__(self, sandbox: Sandbox, at: datetime) -> None:
        self.sandbox = sandbox
        self.at = at

    def ocsp(self, url: str, request: bytes) -> bytes:
        """See Port."""
        return self.sandbox.authorities()[url.rsplit("/", 1)[1]].answer(request, self.at)

    def crl(self, url: str) -> bytes:
        """See Port."""
        word = url.rsplit("/", 1)[1].removesuffix(".crl")
        authority = self.sandbox.authorities()[word.removesuffix("_d")]
        return authority.delta_list(self.at) if word.endswith("_d") else authority.whole_list(self.at)
