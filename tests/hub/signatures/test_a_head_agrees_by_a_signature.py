"""The head's agreement signed over the exact bytes: believed, kept with its evidence, void as any other (R67.10)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from qorgan.cli import main
from qorgan.eds import evidence
from qorgan.eds.pki.sandbox import LocalPort
from qorgan.eds.pki.signing import sign_cms
from qorgan.eds.revocation.asking import Nobody
from qorgan.eds.roles import Role
from qorgan.eds.verify import Trust, Verified, again
from qorgan.hub.config import SignatureRule
from tests.hub.casework.conftest import MONDAY

SOON = MONDAY + timedelta(minutes=5)


@pytest.mark.clause("R48.29")
def test_a_signature_over_the_exact_bytes_is_an_agreement_and_is_kept(signing: Any) -> None:
    from qorgan.hub.casework.models import Act, Draft

    document = signing.proposed()
    cms = signing.cms(document, signing.key("alpha_head"))
    signing.agree(document, cms)
    draft = signing.market.seen("alpha_head", lambda: Draft.objects.get(document=document))
    assert (draft.state, draft.agreed_at) == ("agreed", MONDAY)
    assert len(signing.kept(document)) == 1
    act = signing.market.seen("alpha_head", lambda: Act.objects.get(document=document, verb="agree"))
    said = act.detail["signature"]
    assert said["roles"] == ["entity", "employee"]
    assert said["certificate"] == signing.key("alpha_head").certificate.hexadecimal
    assert said["cms"].encode() in bytes(act.exact), "the ledger does not vouch for the signature"
    assert b"IIN" not in bytes(act.exact)


@pytest.mark.clause("R48.29")
@pytest.mark.parametrize("change", ["edit", "propose again"])
def test_a_change_voids_a_signed_agreement_and_the_signature_is_of_nothing_then(signing: Any, change: str) -> None:
    from qorgan.hub.casework import drafts
    from qorgan.hub.casework.models import Draft
    from qorgan.hub.signatures import queries
    from tests.hub.signatures.conftest import REPORT

    document = signing.proposed()
    signing.agree(document, signing.cms(document, signing.key("alpha_head")))

    def shown() -> Any:
        return queries.of_draft(Draft.objects.get(document=document))

    assert signing.market.seen("alpha_maker", shown).signer.name.startswith("ALPHA_HEAD TEST")
    maker = signing.market.scope("alpha_maker")
    drafts.edit(document.pk, REPORT | {"text": "Other words."}, by=maker, now=SOON)
    if change == "propose again":
        # The very same bytes, agreed without a signature: the old one does not stand in for it.
        drafts.edit(document.pk, REPORT, by=maker, now=SOON)
        drafts.propose(document.pk, by=maker, now=SOON)
        drafts.agree(document.pk, by=signing.market.scope("alpha_head"), now=SOON)
    assert signing.market.seen("alpha_maker", shown) is None
    assert len(signing.kept(document)) == 1


def test_a_signature_over_words_that_changed_meanwhile_agrees_to_nothing(signing: Any) -> None:
    from qorgan.hub.casework import drafts
    from tests.hub.signatures.conftest import REPORT

    document = signing.proposed()
    cms = signing.cms(document, signing.key("alpha_head"))
    maker = signing.market.scope("alpha_maker")
    drafts.edit(document.pk, REPORT | {"text": "Other words."}, by=maker, now=SOON)
    drafts.propose(document.pk, by=maker, now=SOON)
    assert signing.refused(lambda: signing.agree(document, cms)).code == "signature-altered"
    assert not signing.kept(document)


@pytest.mark.parametrize("over", [b"{}", b""])
def test_a_signature_over_other_bytes_is_refused(signing: Any, over: bytes) -> None:
    document = signing.proposed()
    cms = signing.cms(document, signing.key("alpha_head"), over=over)
    told = signing.refused(lambda: signing.agree(document, cms))
    assert (told.code, told.field) == ("signature-altered", "signature")
    assert not signing.kept(document)


def test_every_bit_of_a_signature_counts(signing: Any) -> None:
    document = signing.proposed()
    cms = signing.cms(document, signing.key("alpha_head"))
    for place in range(0, len(cms), 97):
        bent = bytearray(cms)
        bent[place] ^= 1
        told = signing.refused(lambda bent=bent: signing.agree(document, bytes(bent)))
        assert told.code.startswith("signature-"), told.code
    assert not signing.kept(document)


@pytest.mark.parametrize(
    ("who", "code", "says"),
    [
        ("another organisation", "signature-of-another", "BIN"),
        ("a colleague", "signature-of-another", "ALPHA_MAKER TEST"),
        ("a private person", "signature-role", "legal entity"),
        ("a key for signing in", "signature-purpose", "signing documents"),
        ("a system of the bank", "signature-role", "legal entity"),
        ("expired", "signature-expired", "not valid today"),
        ("two people", "signature-of-another", "More than one"),
        ("a foreign authority", "signature-authority", "does not trust"),
    ],
)
def test_who_is_not_the_head_who_agrees_is_refused_and_told_why(signing: Any, who: str, code: str, says: str) -> None:
    from django.utils.translation import override

    from qorgan.eds.pki.sandbox import Sandbox

    document = signing.proposed()
    head, world = signing.key("alpha_head"), signing.world
    subject = {"CN": "ALPHA_HEAD TEST", "O": "ОЙДАН АҚ", "OU": f"BIN{head.certificate.subject.bin}"}
    holders = {
        "another organisation": lambda: [signing.key("alpha_head", organisation="gamma")],
        "a colleague": lambda: [signing.key("alpha_maker")],
        "a private person": lambda: [world.person(organisation={"CN": "ALPHA_HEAD TEST"})],
        "a key for signing in": lambda: [world.signing_in()],
        "a system of the bank": lambda: [world.person(roles=(Role.ENTITY, Role.ENTITY_SYSTEM), organisation=subject)],
        "expired": lambda: [world.person(organisation=subject, life=(timedelta(days=-9), timedelta(days=-1)))],
        "two people": lambda: [head, signing.key("alpha_second_head", organisation="alpha")],
        "a foreign authority": lambda: [Sandbox(MONDAY).person(organisation=subject)],
    }[who]()
    cms = sign_cms(signing.exact(document), holders, MONDAY, attached=False)
    with override("en"):
        told = signing.refused(lambda: signing.agree(document, cms))
        assert says in str(told.message)
    assert told.code == code
    assert not signing.kept(document)


def test_a_first_head_signs_as_an_employee_does_when_the_account_is_theirs(signing: Any) -> None:
    document = signing.proposed()
    bin_digits = signing.key("alpha_head").certificate.subject.bin
    subject = {"CN": "Alpha_Head  TEST", "O": "ОЙДАН АҚ", "OU": f"BIN{bin_digits}"}
    first = signing.world.person(roles=(Role.ENTITY, Role.HEAD), organisation=subject)
    signing.agree(document, signing.cms(document, first))
    assert len(signing.kept(document)) == 1


def test_the_second_signature_of_a_person_bears_the_same_iin(signing: Any) -> None:
    signed = signing.proposed()
    signing.agree(signed, signing.cms(signed, signing.key("alpha_head")))
    later = signing.proposed()
    namesake = signing.key("alpha_head", iin=77)
    told = signing.refused(lambda: signing.agree(later, signing.cms(later, namesake)))
    assert told.code == "signature-of-another"
    signing.agree(later, signing.cms(later, signing.key("alpha_head")))


def test_a_revoked_certificate_and_one_never_issued_agree_to_nothing(signing: Any) -> None:
    document = signing.proposed()
    revoked = signing.key("alpha_head", iin=31)
    signing.world.authority.revoke(revoked.certificate, MONDAY - timedelta(hours=1))
    told = signing.refused(lambda: signing.agree(document, signing.cms(document, revoked)))
    assert told.code == "signature-revoked"
    unknown = signing.key("alpha_head", iin=32)
    del signing.world.authority.issued[unknown.certificate.serial]
    told = signing.refused(lambda: signing.agree(document, signing.cms(document, unknown)))
    assert told.code == "signature-not-issued"
    assert not signing.kept(document)


def test_where_nobody_can_be_asked_nothing_is_agreed(signing: Any) -> None:
    from qorgan.hub.signatures import agreeing

    document = signing.proposed()
    cms = signing.cms(document, signing.key("alpha_head"))
    for port in (Nobody(), None):
        # None asks over HTTP the registries that the configuration allows: the sandbox's is not among them.
        told = signing.refused(
            lambda port=port: agreeing.agree(
                document.pk, cms, by=signing.market.scope("alpha_head"), now=MONDAY, port=port
            )
        )
        assert told.code == "signature-state-unasked"
    assert not signing.kept(document)


@pytest.mark.clause("R48.15")
def test_who_may_not_agree_may_not_by_a_signature_either(signing: Any) -> None:
    document = signing.proposed()
    cms = signing.cms(document, signing.key("alpha_maker"))
    assert signing.refused(lambda: signing.agree(document, cms, "alpha_maker")).code == "not-allowed"
    assert signing.refused(lambda: signing.agree(document, cms, "gamma_head")).code == "document-unknown"
    assert not signing.kept(document)


def test_a_head_of_a_serving_centre_signs_with_the_key_of_the_centre(signing: Any) -> None:
    document = signing.proposed("beta")
    exact = signing.exact(document, "soc_head")
    own = signing.key("soc_head")
    beta = signing.key("soc_head", organisation="beta")
    told = signing.refused(lambda: signing.agree(document, signing.cms(document, beta, over=exact), "soc_head"))
    assert told.code == "signature-of-another"
    signing.agree(document, signing.cms(document, own, over=exact), "soc_head")
    assert len(signing.kept(document)) == 1


@pytest.mark.clause("R48.29")
def test_where_a_signature_is_required_nothing_is_agreed_without(signing: Any) -> None:
    from qorgan.hub.casework import drafts

    signing.use(signature=SignatureRule.REQUIRED)
    document = signing.proposed()
    head = signing.market.scope("alpha_head")
    told = signing.refused(lambda: drafts.agree(document.pk, by=head, now=MONDAY))
    assert (told.code, told.clause) == ("signature-required", "R48.29")
    signing.agree(document, signing.cms(document, signing.key("alpha_head")))
    assert len(signing.kept(document)) == 1


def test_a_hub_that_takes_no_signatures_says_so(signing: Any) -> None:
    document = signing.proposed()
    cms = signing.cms(document, signing.key("alpha_head"))
    signing.use(signature=SignatureRule.OFF)
    assert signing.refused(lambda: signing.agree(document, cms)).code == "signature-not-asked"


def test_the_document_may_be_inside_the_signature_and_must_be_the_same(attached: Any) -> None:
    document = attached.proposed()
    head = attached.key("alpha_head")
    for wrong in ({"attached": False}, {"attached": True, "over": b"{}"}):
        told = attached.refused(lambda wrong=wrong: attached.agree(document, attached.cms(document, head, **wrong)))
        assert told.code == "signature-altered"
    attached.agree(document, attached.cms(document, head, attached=True))
    assert len(attached.kept(document)) == 1


def test_a_stamped_signature_keeps_the_time_of_the_stamp(signing: Any) -> None:
    from qorgan.hub.casework.models import Draft
    from qorgan.hub.signatures import queries

    document = signing.proposed()
    stamping = partial(signing.world.stamper.token, at=MONDAY)
    signing.agree(document, signing.cms(document, signing.key("alpha_head"), stamping=stamping), now=SOON)
    signed = signing.market.seen("alpha_head", lambda: queries.of_draft(Draft.objects.get(document=document)))
    assert (signed.signer.stamped_at, signed.signer.as_of, signed.signer.source) == (MONDAY, SOON, "ocsp")


def test_what_is_kept_is_believed_again_offline_by_the_command(
    signing: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from qorgan.hub.signatures.models import Signature

    document = signing.proposed()
    cms = signing.cms(document, signing.key("alpha_head"))
    exact = signing.exact(document)
    signing.agree(document, cms)
    row = signing.market.seen("alpha_head", lambda: Signature.objects.get(document=document))
    found = again(evidence.read(bytes(row.evidence)), trust=Trust(pins=signing.world.pins))
    assert isinstance(found, Verified)
    assert found.content == exact
    files = {"kept.json": row.evidence, "signed.p7s": row.cms, "document.json": exact,
             "ca.crl": LocalPort(signing.world, MONDAY).crl("/crl/ca.crl"),
             "ca_d.crl": LocalPort(signing.world, MONDAY).crl("/crl/ca_d.crl"),
             "root.crl": LocalPort(signing.world, MONDAY).crl("/crl/root.crl")}  # fmt: skip
    for name, content in files.items():
        (tmp_path / name).write_bytes(bytes(content))
    pin = ["--pin", str(tmp_path / "root.cer")]
    assert main(["eds", "verify", str(tmp_path / "kept.json"), "--evidence", *pin]) == 0
    lists = [part for name in ("ca.crl", "root.crl") for part in ("--crl", str(tmp_path / name))]
    beside = [str(tmp_path / "signed.p7s"), "--document", str(tmp_path / "document.json")]
    ca = ["--pin", str(tmp_path / "ca.cer"), "--at", MONDAY.isoformat()]
    assert main(["eds", "verify", *beside, *pin, *ca, *lists]) == 0, capsys.readouterr().out
    assert "employee" in capsys.readouterr().out
    (tmp_path / "document.json").write_bytes(exact + b" ")
    assert main(["eds", "verify", *beside, *pin, *ca, *lists]) == 1


def test_signatures_are_read_by_the_authors_people_and_by_the_centre_once_sent(signing: Any) -> None:
    from qorgan.hub.casework import engine
    from qorgan.hub.signatures.models import Signature

    def readers() -> set[str]:
        everybody = ("alpha_maker", "alpha_head", "gamma_maker", "soc_head", "analyst", "auditor")
        return {person for person in everybody if signing.market.seen(person, Signature.objects.count)}

    document = signing.proposed()
    signing.agree(document, signing.cms(document, signing.key("alpha_head")))
    assert readers() == {"alpha_maker", "alpha_head"}
    engine.perform(document.pk, "submit", by=signing.market.scope("alpha_maker"), now=SOON)
    assert readers() == {"alpha_maker", "alpha_head", "analyst", "auditor"}


def test_nobody_changes_or_forges_a_row(signing: Any) -> None:
    from django.db import IntegrityError, ProgrammingError, transaction

    from qorgan.hub.members.access import enter
    from qorgan.hub.signatures.models import Signature

    document = signing.proposed()
    signing.agree(document, signing.cms(document, signing.key("alpha_head")))
    for change in ("UPDATE document_signature SET cms = ''", "DELETE FROM document_signature"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="never changes them"):
            signing.market.hub.rows(change + " RETURNING id")
    # Of an agreement that was another's act, and a second one of the head's own.
    for person, wrong in (("alpha_maker", ProgrammingError), ("alpha_head", IntegrityError)):
        with transaction.atomic():
            enter(signing.market.scope(person))
            row = Signature.objects.get(document=document)
            row.pk, row.person_id = None, signing.market.people[person]
            with pytest.raises(wrong), transaction.atomic():
                row.save(force_insert=True)
    assert len(signing.kept(document)) == 1
