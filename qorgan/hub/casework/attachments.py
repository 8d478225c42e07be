"""Files of documents: added to a draft and taken out of it, hashed, scanned, served so that they can do nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from qorgan.hub.casework import access, drafts
from qorgan.hub.casework.exact import Wording
from qorgan.hub.casework.filetypes import clean_name, media_type_of
from qorgan.hub.casework.models import Attachment, Document, Version
from qorgan.hub.casework.scanner import INFECTED, scan
from qorgan.hub.members import access as members
from qorgan.hub.members.access import Scope
from qorgan.kit.refusal import Refusal, Sentence

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST_BYTES: Final = 20 * 1024 * 1024
"""Of one file."""
MOST_BYTES_TOGETHER: Final = 100 * 1024 * 1024
"""Of all files of a document."""
MOST_FILES: Final = 50
SANDBOX: Final = "default-src 'none'; sandbox"
"""The content-security policy of a file: even a browser that shows it runs nothing of it."""


@transaction.atomic
def add(document_id: UUID, name: str, content: bytes, *, by: Scope, now: datetime) -> Attachment:
    """Add a file to the draft of a document; what was agreed is void. Raises Refusal.

    (1) What it is and how large. (2) Whether the scanner finds something in it. (3) Its place in the draft.
    """
    members.enter(by)
    document = access.document_for(document_id)
    # (1) What it is.
    cleaned = clean_name(name)
    if not content:
        raise _wrong("file-empty", _("This file is empty."))
    if len(content) > MOST_BYTES:
        raise _wrong("file-too-large", _("A file may have up to 20 MiB."))
    media_type = media_type_of(cleaned, content)
    # (2) The scanner, before anything is locked.
    found = scan(content, settings.CONFIG.attachments.clamd)
    if found.state == INFECTED:
        message = _("The scanner found %(found)s in this file. It was not taken.")
        raise _wrong("file-infected", str(message) % {"found": found.found})
    # (3) The draft, under the document's lock.
    drafts.touch(document, by=by, now=now)
    others = _of_draft(document)
    together = others.aggregate(bytes=Sum("size"))["bytes"] or 0
    if together + len(content) > MOST_BYTES_TOGETHER:
        raise _wrong("files-too-large", _("All files of a document may have up to 100 MiB together."))
    if others.count() >= MOST_FILES:
        raise _wrong("files-too-many", _("A document may have up to 50 files."))
    return Attachment.objects.create(
        document=document,
        author_id=document.author_id,
        name=cleaned,
        media_type=media_type,
        size=len(content),
        sha256=sha256(content).hexdigest(),
        content=content,
        scan=found.state,
        added_by_id=access.person_of(by),
        added_at=now,
    )


@transaction.atomic
def remove(attachment_id: UUID, *, by: Scope, now: datetime) -> Document:
    """Take a file out of the draft; versions that were sent with it keep it. Raises Refusal."""
    members.enter(by)
    attachment = access.attachment_for(attachment_id)
    if attachment.removed_at is not None:
        raise drafts.wrong_state("")
    drafts.touch(attachment.document, by=by, now=now)
    attachment.removed_at = now
    attachment.save(update_fields=["removed_at"])
    return access.document_for(attachment.document_id)


def of_draft(document: Document) -> list[Attachment]:
    """Files of the version in preparation, for the author's people; their bytes are not read."""
    access.draft_for(document)
    return list(_of_draft(document).defer("content"))


def of_version(version: Version) -> list[Attachment]:
    """Files that were sent with a version, as its exact bytes name them; their bytes are not read."""
    named = {one.sha256 for one in msgspec.json.decode(bytes(version.exact), type=Wording).attachments}
    rows = Attachment.objects.filter(document=version.document_id, sha256__in=named, sent_at__lte=version.sent_at)
    return list(rows.defer("content").order_by("added_at", "pk"))


def headers_of(attachment: Attachment) -> Mapping[str, str]:
    """With which a file is served: to be saved, under its name, and never to be shown or run by the browser."""
    return {
        "Cache-Control": "no-store",
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=attachment.name) or "attachment",
        "Content-Length": str(attachment.size),
        "Content-Security-Policy": SANDBOX,
        "Content-Type": attachment.media_type,
        "X-Content-Type-Options": "nosniff",
    }


def _of_draft(document: Document) -> QuerySet[Attachment]:
    return Attachment.objects.filter(document=document, removed_at=None).order_by("added_at", "pk")


def _wrong(code: str, message: Sentence) -> Refusal:
    return Refusal(code, message, status=HTTPStatus.UNPROCESSABLE_ENTITY, field="attachments")
