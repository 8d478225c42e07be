"""What a line of text can be about, in words common to all products: each meaning is fields of an Event."""

from __future__ import annotations

from typing import Final

from qorgan.law.severity import Severity
from qorgan.module.event import Activity, Outcome
from qorgan.wire.signal import Action

Constants = dict[str, object]

OWN_AFFAIRS: Final = "the product's own running"
CLEAN: Final = "the product found nothing"
IGNORED: Final = frozenset((OWN_AFFAIRS, CLEAN))
"""Under which words records are counted of which no event is made."""


def _meaning(activity: Activity, outcome: Outcome, action: Action, category: str, severity: Severity) -> Constants:
    return {
        "activity": activity,
        "outcome": outcome,
        "action": action,
        "category": category,
        "severity": severity,
        "kind": category.partition(";")[0].replace(" ", "-"),
    }


_finding, _connection, _mail = Activity.FINDING, Activity.CONNECTION, Activity.MAIL
_failure, _success, _open = Outcome.FAILURE, Outcome.SUCCESS, Outcome.UNKNOWN
_blocked, _detected, _unknown = Action.BLOCKED, Action.DETECTED, Action.UNKNOWN
_low, _medium, _high, _none = Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.INFORMATIONAL

MEANINGS: Final[dict[str, Constants]] = {
    "sign-in failure": _meaning(Activity.SIGN_IN, _failure, _unknown, "authentication failure", _low),
    "unknown user": _meaning(Activity.SIGN_IN, _failure, _unknown, "invalid user; authentication failure", _low),
    "sign-in given up": _meaning(
        Activity.SIGN_IN, _failure, _unknown, "sign-in given up; authentication failure", _low
    ),
    "account locked": _meaning(Activity.SIGN_IN, _failure, _blocked, "account locked; authentication failure", _medium),
    "too many failures": _meaning(
        Activity.SIGN_IN, _failure, _blocked, "too many authentication failures; authentication failure", _medium
    ),
    "guessing": _meaning(_finding, _failure, _detected, "password guessing; brute force", _medium),
    "banned": _meaning(_finding, _failure, _blocked, "address banned; repeated failures", _medium),
    "sign-in success": _meaning(Activity.SIGN_IN, _success, _unknown, "authentication success", _none),
    "sign-out": _meaning(Activity.OTHER, _success, _unknown, "session closed", _none),
    "connection blocked": _meaning(_connection, _failure, _blocked, "connection blocked", _low),
    "connection allowed": _meaning(_connection, _success, _detected, "connection allowed", _none),
    "connection": _meaning(_connection, _open, _unknown, "connection", _none),
    "broken connection": _meaning(_connection, _failure, _unknown, "connection broken off", _none),
    "scan": _meaning(_finding, _open, _detected, "port scan", _medium),
    "flood": _meaning(_finding, _open, _detected, "flood", _medium),
    "intrusion": _meaning(_finding, _open, _detected, "intrusion attempt", _medium),
    "intrusion blocked": _meaning(_finding, _failure, _blocked, "intrusion attempt", _medium),
    "web attack": _meaning(_finding, _open, _detected, "web attack", _medium),
    "web attack blocked": _meaning(_finding, _failure, _blocked, "web attack", _medium),
    "malware": _meaning(_finding, _open, _detected, "malware", _high),
    "malware blocked": _meaning(_finding, _failure, _blocked, "malware", _high),
    "mail malware": _meaning(_mail, _open, _detected, "malware; mail", _high),
    "mail malware blocked": _meaning(_mail, _failure, _blocked, "malware; mail", _high),
    "phishing": _meaning(_mail, _open, _detected, "phishing", _high),
    "phishing blocked": _meaning(_mail, _failure, _blocked, "phishing", _high),
    "spam": _meaning(_mail, _open, _detected, "spam", _low),
    "spam blocked": _meaning(_mail, _failure, _blocked, "spam", _low),
    "mail": _meaning(_mail, _success, _unknown, "mail", _none),
    "mail refused": _meaning(_mail, _failure, _blocked, "mail refused", _low),
    "request": _meaning(Activity.REQUEST, _open, _unknown, "access log", _none),
    "request refused": _meaning(Activity.REQUEST, _failure, _blocked, "access log", _low),
    "access denied": _meaning(Activity.REQUEST, _failure, _blocked, "access denied by rule", _low),
    "probing": _meaning(Activity.REQUEST, _failure, _unknown, "probing", _low),
    "privilege": _meaning(Activity.OTHER, _success, _unknown, "privileged command", _none),
    "privilege refused": _meaning(Activity.OTHER, _failure, _blocked, "privileged command refused", _low),
    "policy violation": _meaning(Activity.OTHER, _failure, _blocked, "policy violation", _low),
    "configuration": _meaning(Activity.OTHER, _open, _unknown, "configuration change", _none),
    "file integrity": _meaning(Activity.FILE, _open, _detected, "file integrity", _low),
    "notice": _meaning(Activity.OTHER, _open, _unknown, "", _none),
    "query refused": _meaning(Activity.REQUEST, _failure, _blocked, "query refused", _low),
}
"""`authentication failure` and `authentication success` stand in the category of every sign-in, whoever wrote it."""
