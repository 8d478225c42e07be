"""What the common words and numbers of a record's fields mean: how grave, how it ended, what it is about."""

from __future__ import annotations

import re
from typing import Final

from qorgan.law.severity import Severity
from qorgan.module.event import Activity, Outcome
from qorgan.module.formats.verdict import severity_of_word
from qorgan.module.remembering import remembered
from qorgan.wire.signal import Action

_NUMBER: Final = re.compile(r"\d{1,5}(?:\.\d{1,3})?")
_WORD: Final = re.compile(r"[^\W\d_]{2,16}(?:[ -](?:high|low))?")
_TEN: Final = ((9, Severity.CRITICAL), (7, Severity.HIGH), (4, Severity.MEDIUM), (1, Severity.LOW))
_REVERSED: Final = (Severity.HIGH, Severity.MEDIUM, Severity.LOW)
"""By number from 1, where a first priority is the gravest."""
_OFFICIAL: Final = (Severity.INFORMATIONAL, Severity.INFORMATIONAL, Severity.LOW, Severity.MEDIUM, Severity.HIGH)
"""By `severity_id` of OCSF, from 0; what is above is critical."""

_FAILED: Final = re.compile(
    r"fail|den(?:y|ied)|reject|invalid|incorrect|wrong|unsuccess|not.?(?:success|allow|match)|unauthori[sz]ed|refus|bad"
    r"|mismatch|lock(?:ed|out)|expired|abort|error|fraud|blocked|disallow|unknown user|ошиб|неуда|отказ|сәтсіз|қате"
)
_SUCCEEDED: Final = re.compile(
    r"succe|accept|allow|grant|pass(?:ed)?\b|^ok$|^yes$|^true$|^0$|^0x0$|approv|permit|logged.?(?:in|on)|valid|complete"
    r"|успе|разреш|сәтті"
)
_SIGN_IN: Final = re.compile(
    r"\blog ?(?:in|on)s?\b|\blogged (?:in|on)\b|\bsign ?(?:in|on)s?\b|signed in|authenticat|\bauth\b"
    r"|userauth|credential|passw|\bmfa\b|two ?factor|2fa|\botp\b|\bsso\b|saml|session start|preauth"
    r"|kerberos|\bntlm\b|\bradius\b|(?:вход|аутентиф|авториз)|кіру"
)
_JOINTS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_\W]+")
_MAIL: Final = re.compile(
    r"\be ?mails?\b|\bmail(?:box|flow)?\b|\bsmtp\b|\battachment protect|\bimpersonation\b|\bспам|\bпочт"
)
_NAMED_ATTACK: Final = re.compile(r"threat|attack|malware|virus|exploit|intrusion|signature", re.IGNORECASE)
_FOUND: Final = re.compile(
    r"malware|malicious|virus|trojan|ransom|worm|spyware|exploit|attack|intrusion|phish|threat|detect|alert|finding|botnet"
    r"|backdoor|injection|brute|spray|scan|sweep|suspicious|anomal|infect|signature|\bips\b|\bids\b|\bwaf\b|violation"
    r"|incident|compromis|\bc2\b|command (?:and )?control|tunnel|exfiltrat|lateral movement|beacon"
    r"|reconnaissance|harmful|credential (?:access|dump|theft|relay|harvest|steal)|kerberoast|pass the (?:hash|ticket)"
    r"|golden ticket|вирус|атак|угроз|вредонос|шабуыл|қауіп"
)
_ATTACK_ON_SIGN_IN: Final = re.compile(r"brute|spray|stuffing|guess|multiple|excessive|too many|attack|подбор|перебор")
_ATTACK_ON_PROOF: Final = re.compile(
    r"credentials? (?:\w{1,16} )?(?:access|dump|theft|relay|harvest|steal|read from|extract|scrap)|kerberoast"
    r"|pass the (?:hash|ticket)|golden ticket|\blsass\b|\bntds\b|\bsam (?:hive|database)\b|mimikatz"
)
"""What is done to that by which people prove who they are: no sign-in itself."""
_FLAW_IN_PROOF: Final = re.compile(
    r"(?:authenti\w{1,12}|auth|credentials?|passwords?|log ?[io]n|sign ?[io]n) (?:\w{1,24} ){0,2}"
    r"(?:bypass|vulnerabilit|overflow|disclosure)"
    r"|\bcve \d{4} \d"
)
"""A weak place in how people prove who they are, or any that has a number."""
_ATTACK_ON_PAGE: Final = re.compile(
    r"etc (?:passwd|shadow)|(?:sql|command|code|xpath|ldap) injection|\b(?:sqli|xss|lfi|rfi)\b|cross site script"
    r"|\btraversal\b"
)
"""What is tried on a page, be it one for signing in: `../../etc/passwd` is no password."""
_NO_SIGN_IN: Final = (_ATTACK_ON_SIGN_IN, _ATTACK_ON_PROOF, _FLAW_IN_PROOF, _ATTACK_ON_PAGE)
_TRAFFIC: Final = re.compile(
    r"traffic|flow|connection|session|packet|firewall|\bconn\b|\bnat\b|deny|drop|accept|allow|policy|netflow|\bacl\b"
)


@remembered(1024)
def severity_of(value: str, name: str = "") -> Severity | None:
    """The grade that a word or a number names under a field's name, or None when it names none.

    Numbers up to 10 are of CEF's scale, up to 100 of one ten times finer; of priorities the first is the gravest.
    """
    value, name = value.strip().lower(), name.lower()
    if not value:
        return None
    if number := _NUMBER.match(value):
        return _of_number(float(number[0]), name)
    word = _WORD.search(value)
    return severity_of_word(value) or (severity_of_word(word[0]) if word else None)


def _of_number(number: float, name: str) -> Severity | None:
    if name.endswith("severity_id"):
        return _OFFICIAL[int(number)] if number < len(_OFFICIAL) else Severity.CRITICAL
    if 0 < number < 1:
        # A share of the gravest, as models write their scores.
        number *= 10
    if "prior" in name or name.endswith("prio"):
        at = int(number) - 1
        if at >= len(_REVERSED) and "." in name:
            # The priority of a rule or a model within the record may count the other way.
            return None
        return _REVERSED[at] if 0 <= at < len(_REVERSED) else Severity.INFORMATIONAL
    if name.endswith(("level", "pri", "impact")) and "risk" not in name and "threat" not in name:
        return None
    ten = number if number <= 10 else number / 10  # noqa: PLR2004 - CEF's highest
    if ten > 10:  # noqa: PLR2004
        return None
    return next((grade for lowest, grade in _TEN if ten >= lowest), Severity.INFORMATIONAL)


@remembered(1024)
def outcome_of(words: str) -> Outcome:
    """What words for an attempt's end mean."""
    lowered = words.lower()
    if _FAILED.search(lowered):
        return Outcome.FAILURE
    return Outcome.SUCCESS if _SUCCEEDED.search(lowered) else Outcome.UNKNOWN


@remembered(4096)
def is_found(words: str) -> bool:
    """Whether words are such as products have for what they found."""
    return _FOUND.search(words.lower()) is not None


@remembered(4096)
def is_attack(words: str) -> bool:
    """Whether a name is one under which only attacks are named: narrower than `is_found`, as alerts tell of much."""
    return _NAMED_ATTACK.search(words) is not None


@remembered(4096)
def activity_of_words(words: str) -> Activity:
    """What a record is about by the product's own words for it; OTHER when they do not tell."""
    lowered = _JOINTS.sub(" ", words).lower()
    if _MAIL.search(lowered) and not _ATTACK_ON_SIGN_IN.search(lowered):
        return Activity.MAIL
    if _SIGN_IN.search(lowered) and not any(each.search(lowered) for each in _NO_SIGN_IN):
        return Activity.SIGN_IN
    if _FOUND.search(lowered):
        return Activity.FINDING
    return Activity.CONNECTION if _TRAFFIC.search(lowered) else Activity.OTHER


def outcome_by_action(activity: Activity, action: Action) -> Outcome:
    """How a connection or a request ended, where only what the sensor did is known."""
    if activity in {Activity.CONNECTION, Activity.REQUEST}:
        return {Action.BLOCKED: Outcome.FAILURE, Action.DETECTED: Outcome.SUCCESS}.get(action, Outcome.UNKNOWN)
    return Outcome.UNKNOWN
