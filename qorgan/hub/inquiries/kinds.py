"""The inquiry and its answer, as the engine knows them."""

from __future__ import annotations

from typing import Final

from qorgan.hub.casework.kinds import Addressing, DocumentKind
from qorgan.hub.inquiries import actions, content, form, lifecycle
from qorgan.law.documents import DocumentType

INQUIRY: Final = DocumentKind(
    document_type=DocumentType.INQUIRY,
    letters="IQ",
    content=content.Inquiry,
    life=lifecycle.INQUIRY,
    preparation=lifecycle.PREPARATION,
    reception=lifecycle.RECEPTION,
    addressing=Addressing.CHOSEN,
    fields=form.INQUIRY_FIELDS,
    lacks=content.inquiry_lacks,
    facets=content.inquiry_facets,
    open_to_centre=False,
)
ANSWER: Final = DocumentKind(
    document_type=DocumentType.ANSWER,
    letters="AN",
    content=content.Answer,
    life=lifecycle.ANSWER,
    preparation=lifecycle.ANSWER_PREPARATION,
    reception=lifecycle.ANSWER_DELIVERY,
    addressing=Addressing.ASKER,
    fields=form.ANSWER_FIELDS,
    lacks=content.answer_lacks,
    facets=content.answer_facets,
    open_to_centre=False,
    after=actions.after_answer,
)
