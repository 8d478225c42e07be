"""Reads of notices: those of a client, and what told of a failed attempt."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from qorgan.gate.notices.models import Notice, NoticeAttempt


def of_client(client_id: UUID, *, most: int = 100) -> list[Notice]:
    """A client's notices, the newest first."""
    return list(Notice.objects.filter(client_id=client_id).order_by("-created_at", "pk")[:most])


def of_entries(entries: Sequence[int]) -> dict[int, Notice]:
    """The notice that tells of each entry of the journal, where there is one (R48.161.5)."""
    found = {one.entry: one for one in Notice.objects.filter(entry__in=entries)}
    joined = NoticeAttempt.objects.filter(entry__in=entries).select_related("notice")
    return found | {one.entry: one.notice for one in joined}
