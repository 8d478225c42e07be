"""Everything that the gate writes down (D26.journal, R48.161.4, R48.161.5, R57.7)."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

Outcome = Literal["done", "failed", "refused"]
"""`failed`: what was shown was wrong, or somebody else's system failed. `refused`: a rule said no."""


class Event(StrEnum):
    """What happened. Keep the list alphabetical; a name is never given a second meaning."""

    ACCOUNT_BLOCKED = "account.blocked"
    ACCOUNT_CHANGED = "account.changed"
    ACCOUNT_CLOSED = "account.closed"
    ACCOUNT_INVITED = "account.invited"
    ACCOUNT_OPENED = "account.opened"
    ACCOUNT_SEEN = "account.seen"
    ACCOUNT_UNBLOCKED = "account.unblocked"
    APPLICATION_CHANGED = "application.changed"
    APPLICATION_REGISTERED = "application.registered"
    APPLICATION_REMOVED = "application.removed"
    CEREMONY_BEGUN = "ceremony.begun"
    CEREMONY_ENDED = "ceremony.ended"
    CONSENT_GIVEN = "consent.given"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    DEVICE_BOUND = "device.bound"
    DEVICE_CLOSED = "device.closed"
    DEVICE_INTEGRITY_BROKEN = "device.integrity-broken"
    DEVICE_PROTECTION_BYPASSED = "device.protection-bypassed"
    DEVICE_REMOTELY_CONTROLLED = "device.remotely-controlled"
    DEVICE_SERVICE_BLOCKED = "device.service-blocked"
    DEVICE_SERVICE_UNBLOCKED = "device.service-unblocked"
    DUTY_CHANGED = "duty.changed"
    DUTY_GIVEN = "duty.given"
    DUTY_PROPOSED = "duty.proposed"
    DUTY_REVIEWED = "duty.reviewed"
    DUTY_TAKEN = "duty.taken"
    EVIDENCE_EXPORTED = "evidence.exported"
    FACTOR_ADDED = "factor.added"
    FACTOR_CHANGED = "factor.changed"
    FACTOR_PROVEN = "factor.proven"
    FACTOR_REMOVED = "factor.removed"
    IDENTIFICATION_CHECKED = "identification.checked"
    IMAGE_DESTROYED = "image.destroyed"
    IMAGE_SEEN = "image.seen"
    INSPECTION_SEEN = "inspection.seen"
    JOURNAL_ARCHIVED = "journal.archived"
    JOURNAL_ARCHIVE_DESTROYED = "journal.archive-destroyed"
    JOURNAL_SEARCHED = "journal.searched"
    KEY_ROTATED = "key.rotated"
    LOCKED_OUT = "locked-out"
    NOTICE_DELIVERED = "notice.delivered"
    NOTICE_FAILED = "notice.failed"
    NOTICE_QUEUED = "notice.queued"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105  # the name of an event
    PASSWORD_RECOVERED = "password.recovered"  # noqa: S105  # the name of an event
    PASSWORD_SET = "password.set"  # noqa: S105  # the name of an event
    PHONE_CHANGED = "phone.changed"
    PHONE_CHECKED = "phone.checked"
    PROVIDER_BACK = "provider.back"
    PROVIDER_UNAVAILABLE = "provider.unavailable"
    REGISTRATION = "registration"
    SESSION_BEGUN = "session.begun"
    SESSION_ENDED = "session.ended"
    SETTINGS_CHANGED = "settings.changed"
    SIGN_IN = "sign-in"
    SIGN_IN_DISRUPTED = "sign-in.disrupted"
    SIGN_IN_RESTORED = "sign-in.restored"
    TOKEN_ISSUED = "token.issued"  # noqa: S105  # the name of an event
    TOKEN_REFUSED = "token.refused"  # noqa: S105  # the name of an event
    TOKEN_REVOKED = "token.revoked"  # noqa: S105  # the name of an event
