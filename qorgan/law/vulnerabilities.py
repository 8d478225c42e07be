"""What a vulnerability warning is described with: where a product stands, what remedies it, when it is critical.

R67.3.5 defines the warning and gives no fields. Codes of both lists follow CSAF 2.0, with hyphens; the words are ours.
"""

from __future__ import annotations

from typing import Final

from qorgan.law.labels import Labelled

CRITICAL_TENTHS: Final = 90
"""From which score on, in tenths, a vulnerability is "critical" in the sense of R57.13: 9.0, as CVSS itself grades.

The act sets no threshold; this is our reading of its word.
"""


class ProductStatus(Labelled):
    """Where a product stands towards a vulnerability."""

    AFFECTED = "affected", "осал", "уязвим", "affected"
    UNDER_INVESTIGATION = "under-investigation", "тексерілуде", "исследуется", "under investigation"
    FIXED = "fixed", "түзетілген", "исправлен", "fixed"
    NOT_AFFECTED = "not-affected", "осал емес", "не уязвим", "not affected"
    RECOMMENDED = "recommended", "ұсынылатын нұсқа", "рекомендуемая версия", "recommended version"


class Remedy(Labelled):
    """What can be done about it."""

    VENDOR_FIX = "vendor-fix", "өндірушінің жаңартуы", "обновление производителя", "update by the maker"
    MITIGATION = "mitigation", "қатерді азайту шарасы", "снижение риска", "mitigation"
    WORKAROUND = "workaround", "айналып өту жолы", "обходное решение", "workaround"
    FIX_PLANNED = "fix-planned", "жаңарту күтілуде", "обновление ожидается", "an update is planned"
    NO_FIX_PLANNED = "no-fix-planned", "жаңарту жоспарланбаған", "обновление не планируется", "no update is planned"
    NONE_AVAILABLE = "none-available", "жаңарту жоқ", "обновления нет", "no update is available"
