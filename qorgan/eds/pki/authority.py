"""An authority of the sandbox: it issues, revokes, and answers as OCSP responder and by lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from asn1crypto import core

from qorgan.eds import asn1, der
from qorgan.eds.certificate import OCSP_NOCHECK, OCSP_SIGNING, Certificate, Usage, read_extensions
from qorgan.eds.pki.issuing import Addresses, Template, issue, moment
from qorgan.eds.pki.keys import SigningKey, algorithm_field, generate
from qorgan.eds.revocation import crl, ocsp

_LIFE: Final = timedelta(days=3650)
_LIST_LIFE: Final = timedelta(days=1)
_DELTA_LIFE: Final = timedelta(hours=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Authority:
    """A root or an issuing authority with its key, its responder, and its memory of what it issued and revoked."""

    def __init__(self, certificate: Certificate, key: SigningKey, addresses: Addresses) -> None:
        self.certificate = certificate
        self.key = key
        self.addresses = addresses
        self.issued: dict[int, Certificate] = {}
        self.revoked: dict[int, tuple[datetime, str]] = {}
        self.base: dict[int, tuple[datetime, str]] = {}
        """What the last whole list had."""
        self.number = 0
        """Of the last list."""
        self.based_on = 0
        """The number of the last whole list."""
        self.responder_key = generate(key.algorithm)
        self.responder = self._named_responder()

    @classmethod
    def root(cls, common_name: str, algorithm: str, at: datetime, addresses: Addresses = Addresses()) -> Authority:  # noqa: B008 - a frozen value
        """An authority signed by itself."""
        key = generate(algorithm)
        return cls(issue(_authority(common_name, at, None, Addresses()), key, key), key, addresses)

    def below(self, common_name: str, at: datetime, addresses: Addresses = Addresses()) -> Authority:  # noqa: B008 - a frozen value
        """An issuing authority under this one, whose own state is asked here; `addresses` are for those it issues."""
        key = generate(self.key.algorithm)
        certificate = issue(_authority(common_name, at, 0, self.addresses), key, self.key, self.certificate)
        self.issued[certificate.serial] = certificate
        return Authority(certificate, key, addresses)

    def issue(self, template: Template, key: SigningKey) -> Certificate:
        """A certificate, remembered."""
        made = issue(template, key, self.key, self.certificate)
        self.issued[made.serial] = made
        return made

    def revoke(self, certificate: Certificate, at: datetime, why: str = "unspecified") -> None:
        """Take a certificate back."""
        self.revoked[certificate.serial] = (at, why)

    def whole_list(self, at: datetime) -> bytes:
        """A new revocation list."""
        self.number += 1
        self.based_on, self.base = self.number, dict(self.revoked)
        return self._list(self.base, at, _LIST_LIFE, None)

    def delta_list(self, at: datetime) -> bytes:
        """What changed since the last whole list."""
        self.number += 1
        changed = {serial: said for serial, said in self.revoked.items() if self.base.get(serial) != said}
        removed = dict.fromkeys(self.base.keys() - self.revoked.keys(), (at, "remove_from_crl"))
        return self._list(changed | removed, at, _DELTA_LIFE, self.based_on)

    def answer(self, request: bytes, at: datetime) -> bytes:
        """An OCSP answer to a request, signed by the responder."""
        asked = asn1.OcspRequest.load(der.strict(request), strict=True)["tbs_request"]
        extensions = [
            {"extn_id": oid, "extn_value": value}
            for oid, (_, value) in read_extensions(asked["extensions"]).items()
            if oid == ocsp.NONCE
        ]
        answers = [self._answer(one["cert"], at) for one in asked["requests"]]
        if any(one["cert"]["serial_number"].native not in self.issued for one in asked["requests"]):
            extensions.append({"extn_id": ocsp.EXTENDED_REVOKE, "extn_value": core.Null().dump()})
        return self.signed_answer(answers, extensions, at)

    def signed_answer(self, answers: list[Any], extensions: list[dict[str, Any]], at: datetime) -> bytes:
        """An OCSP response around answers."""
        fields: dict[str, Any] = {
            "responder": {"by_name": asn1.Name.load(self.responder.name)},
            "produced_at": at.replace(microsecond=0),
            "answers": answers,
        }
        if extensions:
            fields["extensions"] = extensions
        body = asn1.TbsResponse(fields)
        basic = asn1.BasicOcspResponse(
            {
                "tbs_response": body,
                "signature_algorithm": algorithm_field(self.responder_key.algorithm),
                "signature": self.responder_key.sign(body.dump()),
                "certificates": [asn1.Certificate.load(self.responder.raw)],
            }
        )
        response = {"type": ocsp.BASIC, "response": basic.dump()}
        raw: bytes = asn1.OcspResponse({"status": "successful", "bytes": response}).dump()
        return raw

    def _answer(self, cert: Any, at: datetime) -> dict[str, Any]:
        """What is said of one certificate: of one never issued, what RFC 6960 (4.4.8) has for it."""
        serial = cert["serial_number"].native
        state: dict[str, Any] = {"good": core.Null()}
        if serial in self.revoked:
            when, why = self.revoked[serial]
            state = {"revoked": {"at": when.replace(microsecond=0), "reason": why}}
        elif serial not in self.issued:
            state = {"revoked": {"at": _EPOCH, "reason": "certificate_hold"}}
        return {"cert": cert, "state": state, "this_update": at.replace(microsecond=0)}

    def _list(
        self, entries: Mapping[int, tuple[datetime, str]], at: datetime, life: timedelta, base: int | None
    ) -> bytes:
        """A signed list."""
        extensions = [{"extn_id": crl.NUMBER, "extn_value": core.Integer(self.number).dump()}]
        if base is not None:
            extensions.append({"extn_id": crl.BASE, "critical": True, "extn_value": core.Integer(base).dump()})
        fields: dict[str, Any] = {
            "version": 1,
            "signature": algorithm_field(self.key.algorithm),
            "issuer": asn1.Name.load(self.certificate.name),
            "this_update": moment(at),
            "next_update": moment(at + life),
            "extensions": extensions,
        }
        if entries:
            fields["revoked"] = [_entry(serial, when, why) for serial, (when, why) in entries.items()]
        body = asn1.TbsList(fields)
        raw: bytes = asn1.RevocationList(
            {
                "tbs_list": body,
                "signature_algorithm": algorithm_field(self.key.algorithm),
                "signature_value": self.key.sign(body.dump()),
            }
        ).dump()
        return raw

    def _named_responder(self) -> Certificate:
        """The certificate of the responder, as long-lived as the authority."""
        template = Template(
            subject={"CN": "SANDBOX OCSP", "C": "KZ", "O": self.certificate.subject.common_name},
            not_before=self.certificate.not_before,
            not_after=self.certificate.not_after,
            usage=(Usage.DIGITAL_SIGNATURE,),
            purposes=(OCSP_SIGNING,),
            more=((OCSP_NOCHECK, False, core.Null().dump()),),
        )
        return issue(template, self.responder_key, self.key, self.certificate)


def _authority(common_name: str, at: datetime, path_length: int | None, addresses: Addresses) -> Template:
    """What an authority's certificate says."""
    return Template(
        subject={"CN": common_name, "C": "KZ"},
        not_before=at - timedelta(days=365),
        not_after=at + _LIFE,
        usage=(Usage.CERTIFICATE_SIGN, Usage.CRL_SIGN),
        authority=True,
        path_length=path_length,
        addresses=addresses,
    )


def _entry(serial: int, when: datetime, why: str) -> dict[str, Any]:
    """One line of a list."""
    made: dict[str, Any] = {"serial": serial, "at": moment(when)}
    if why != "unspecified":
        made["extensions"] = [{"extn_id": crl.REASON, "extn_value": asn1.RevocationReason(why).dump()}]
    return made
