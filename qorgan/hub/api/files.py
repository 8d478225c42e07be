"""Routes of what hangs on a document: its files, and the exact bytes and receipts of its acts (R48I.3)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from urllib.parse import unquote

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qorgan.hub.api import given
from qorgan.hub.api.call import Answer, Call, malformed, missing
from qorgan.hub.casework import access, attachments
from qorgan.hub.casework.models import Act, Attachment, Document
from qorgan.hub.members.access import require
from qorgan.hub.members.roles import Right
from qorgan.kit.refusal import Refusal

LARGEST: Final = attachments.MOST_BYTES
FILE_NAME: Final = "Qorgan-File-Name"
"""The header that names a file: its UTF-8, percent-encoded. A name in the address would stand in every log."""


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
