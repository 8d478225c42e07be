"""What products say they did, and how grave they find it, in the words they use for it."""

from __future__ import annotations

import re
from typing import Final

from qorgan.law.severity import Severity
from qorgan.module.remembering import remembered
from qorgan.wire.signal import Action

_UNDONE: Final = re.compile(
    r"(?:\b|_)(?:not|no|non|un|fail\w*|unable|cannot|would)(?:\b|_)[ _-]*"
    r"(?:be |been |to |action|block|clean|delet|remov|quarant|deni|bloqu|supprim|rejet)|unsuccess|unblock"
    r"|(?:clean|delet|remov|quarantin\w*|block)\w*[ _-]+fail|actions?[ _-]failed|échec|не (?:за)?блок|не удал"
)
"""Something was wanted and not done."""

_BLOCKED: Final = re.compile(
    r"block|den(?:y|ied)|drop|reject|prevent|quarantin|clean(?:ed)?\b|delet|remov|reset|terminat|kill|intercept|strip"
    r"|discard|disinfect|sinkhol|captcha|challeng|refus|abort|isolat|contain(?:ed|ment)|^contain$|mitigat|\bshun|neutrali|\bcured?\b"
    r"|bloqu|rejet|supprim|interdit|mis en quarantaine|nettoy|trashed|moved to junk|unlink|defang"
    r"|remediat|repair|rolled.?back|\bstopped\b|interrupt|disrupt|suspend|revok|bounc|\bheld\b|eliminad|cuarentena|quarantäne|gelöscht"
    r"|abgelehnt|abgewiesen|verweigert|engellen|karantina"
    r"|блокир|заблок|запрещ|отклон|отброш|отбит|пресеч|изолирован|удал[её]н|карантин|сброс|сброш|вылеч|прерван|предотвращ"
    r"|拒绝|阻断|拦截|丢弃|隔离|清除|删除|封锁"
    r"|бұғатта|тыйым|жойыл|өшіріл|карантин|тойтарыл|оқшаулан"
)
_DETECTED: Final = re.compile(
    r"allow|pass|accept|permit|alert|detect|\blog|notif|notic|monitor|report|deliver|ignor|none|warn|no.action|left|contin"
    r"|found|start|autoris|détect|zugelassen|erlaubt|erkannt|permitid|tespit|обнаруж|разреш|пропущ|анықтал|рұқсат|允许|放行|记录|告警|检测"
)

_GRADES: Final = {
    Severity.INFORMATIONAL: ("informational", "information", "info", "debug", "unknown", "none", "notice"),
    Severity.LOW: ("low", "minor", "verylow", "very-low"),
    Severity.MEDIUM: ("medium", "moderate", "warning", "warn", "average", "normal", "error", "err"),
    Severity.HIGH: ("high", "major", "important", "severe", "alert"),
    Severity.CRITICAL: (
        "critical",
        "crit",
        "very-high",
        "veryhigh",
        "very high",
        "өте жоғары",
        "fatal",
        "emergency",
        "emerg",
    ),
}
_OTHERWISE: Final = {
    Severity.INFORMATIONAL: (
        "инфо информационный информация grey gray серый сұр green зелёный зеленый жасыл ақпараттық ақпарат 信息 提示"
    ),
    Severity.LOW: "faible niedrig bajo baja низкий низкая төмен 低 低危",
    Severity.MEDIUM: (
        "moyen moyenne mittel medio media средний средняя орташа amber orange yellow жёлтый желтый оранжевый сары"
        " 中 中危"
    ),
    Severity.HIGH: "élevé élevée hoch alto alta высокий высокая жоғары malicious red красный қызыл 高 高危",
    Severity.CRITICAL: "critique kritisch crítico crítica критический критичный критическая сыни 严重 紧急 危急 致命",
}
"""The same grades as products write them in Russian, Kazakh, French, German and Spanish, and as a verdict."""
_BY_WORD: Final = {word: severity for severity, words in _GRADES.items() for word in words} | {
    word: severity for severity, words in _OTHERWISE.items() for word in words.split()
}


@remembered(1024)
def action_of(words: str) -> Action:
    """What words for a product's action mean. A prevention that failed is a detection."""
    lowered = words.lower()
    if _UNDONE.search(lowered):
        return Action.DETECTED
    if _BLOCKED.search(lowered):
        return Action.BLOCKED
    return Action.DETECTED if _DETECTED.search(lowered) else Action.UNKNOWN


def severity_of_word(word: str) -> Severity | None:
    """The grade that a word names, or None when it names none."""
    return _BY_WORD.get(word.strip().lower())
