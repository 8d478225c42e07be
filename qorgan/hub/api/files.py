"""Routes of what hangs on a document: its files, and the exact bytes and receipts of its acts (R48I.3)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from qorgan.hub.api import given
from qorgan.hub.api.call import Answer, Call, malformed, missing
from qorgan.hub.casework import access, attachments, queries
from qorgan.hub.casework.kinds import kind_of
from qorgan.hub.casework.models import Act, Attachment, Document
from qorgan.hub.desk.difference import differences
from qorgan.hub.desk.document import content_of
from qorgan.hub.members.access import require
from qorgan.hub.members.roles import Right
from qorgan.hub.notices.proof import proof_of
from qorgan.hub.notices.sheet import sheet_of
from qorgan.hub.signatures.queries import decision_signature_for, signature_for
from qorgan.kit.refusal import Refusal
from qorgan.law.labels import Language
from qorgan.paper.sheet_pdf import pdf_of

LARGEST: Final = attachments.MOST_BYTES
FILE_NAME: Final = "Qorgan-File-Name"
"""The header that names a file: its UTF-8, percent-encoded. A name in the address would stand in every log."""

_DIGITS: Final = 5
"""Of a version's number."""


def index(call: Call) -> Answer:
    """The files of a document that the caller may see."""
    require(call.scope, Right.DOCUMENTS_READ)
    return Answer(_all(access.document_for(call.id)))


def add(call: Call) -> Answer:
    """Add a file to a draft: its bytes as they are, its name in a header. What was agreed is void."""
    given = call.headers.get(FILE_NAME, "")
    if not given:
        raise missing(FILE_NAME)
    try:
        name = unquote(given, errors="strict")
    except UnicodeDecodeError:
        raise malformed(FILE_NAME) from None
    made = attachments.add(call.id, name, call.body, by=call.scope, now=call.now)
    return Answer(_shown(made), HTTPStatus.CREATED, headers={"Location": f"/api/v1/attachments/{made.pk}"})


def content(call: Call) -> Answer:
    """The bytes of a file."""
    require(call.scope, Right.DOCUMENTS_READ)
    found = access.attachment_for(call.id)
    headers = dict(attachments.headers_of(found))
    return Answer(bytes(found.content), media_type=headers.pop("Content-Type"), headers=headers)


def remove(call: Call) -> Answer:
    """Take a file out of a draft; versions that were sent with it keep it. What was agreed is void."""
    document = attachments.remove(call.id, by=call.scope, now=call.now)
    return Answer(_all(document))


def exact(call: Call) -> Answer:
    """The canonical bytes of an act, which its receipt proves."""
    found = _act(call)
    return Answer(bytes(found.exact), headers={"Content-Digest": found.digest})


def receipt(call: Call) -> Answer:
    """The receipt of an act, once it is in the ledger."""
    found = _act(call)
    if not hasattr(found, "receipt"):
        raise Refusal("receipt-unknown", _("The act is not in the ledger yet."), status=HTTPStatus.NOT_FOUND)
    return Answer(bytes(found.receipt.receipt))


def paper(call: Call) -> Answer:
    """A version that was sent, as a PDF in Kazakh, Russian or English (kk, ru, en)."""
    require(call.scope, Right.DOCUMENTS_READ)
    language = str(call.path["language"])
    if language not in {one.value for one in Language}:
        raise Refusal("paper-unknown", _("There is no such paper."), status=HTTPStatus.NOT_FOUND)
    proof = proof_of(call.id, version=int(call.path["number"]))
    with translation.override(language):
        made = pdf_of(sheet_of(proof, call.scope, language))
    return Answer(made, media_type="application/pdf")


def signature(call: Call) -> Answer:
    """The head's digital signature (CMS) under a version that was sent."""
    require(call.scope, Right.DOCUMENTS_READ)
    found = signature_for(access.document_for(call.id), int(call.path["number"]))
    return Answer(bytes(found.cms), media_type="application/pkcs7-signature")


def evidence(call: Call) -> Answer:
    """All that the signature under a version was believed on."""
    require(call.scope, Right.DOCUMENTS_READ)
    return Answer(bytes(signature_for(access.document_for(call.id), int(call.path["number"])).evidence))


def decision_signature(call: Call) -> Answer:
    """The head's digital signature (CMS) under what an addressee decided on a warning."""
    require(call.scope, Right.DOCUMENTS_READ)
    found = decision_signature_for(access.reception_for(call.id))
    return Answer(bytes(found.cms), media_type="application/pkcs7-signature")


def decision_evidence(call: Call) -> Answer:
    """All that it was believed on."""
    require(call.scope, Right.DOCUMENTS_READ)
    return Answer(bytes(decision_signature_for(access.reception_for(call.id)).evidence))


def difference(call: Call) -> Answer:
    """What differs between two versions, field by field; 0 is the draft, for those who may see it."""
    require(call.scope, Right.DOCUMENTS_READ)
    document = access.document_for(call.id)
    sent = [one.number for one in queries.versions_of(document)]
    older, newer = (_version(call, name, document) for name in ("from", "to"))
    newer = newer if newer is not None else max(sent, default=None)
    older = older if older is not None else max((one for one in sent if newer is None or one < newer), default=None)
    found = differences(kind_of(document.kind), _wording(document, older), _wording(document, newer))
    return Answer(
        [
            given.ChangedShown(
                field=one.name,
                label=one.label,
                before=one.before,
                after=one.after,
                runs=[given.RunShown(kind=run.kind, text=run.text) for run in one.runs],
            )
            for one in found
        ]
    )


def _version(call: Call, name: str, document: Document) -> int | None:
    text = call.query.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise malformed(name)
    if int(text) == 0:
        access.draft_for(document)
    else:
        access.version_for(document, int(text))
    return int(text)


def _wording(document: Document, number: int | None) -> Mapping[str, Any]:
    if number is None:
        return {}
    if number == 0:
        content: Mapping[str, Any] = access.draft_for(document).content
        return content
    return content_of(access.version_for(document, number))


def _act(call: Call) -> Act:
    require(call.scope, Right.DOCUMENTS_READ)
    rows = Act.objects.select_related("receipt").filter(document=access.document_for(call.id))
    found = rows.filter(pk=call.number_of_act).first()
    if found is None:
        raise Refusal("act-unknown", _("There is no such act."), status=HTTPStatus.NOT_FOUND)
    return found


def _all(document: Document) -> list[given.FileShown]:
    kept = Q(removed_at=None) | Q(sent_at__isnull=False)
    rows = Attachment.objects.filter(kept, document=document).defer("content")
    return [_shown(one) for one in rows.order_by("added_at", "pk")]


def _shown(one: Attachment) -> given.FileShown:
    return given.FileShown(
        id=one.pk,
        document=one.document_id,
        name=one.name,
        media_type=one.media_type,
        size=one.size,
        sha256=one.sha256,
        scan=one.scan,
        added_at=one.added_at,
        sent_at=one.sent_at,
        removed_at=one.removed_at,
    )
