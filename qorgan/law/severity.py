"""How grave a signal is: the product's own scale, for the acts name none."""

from __future__ import annotations

from qorgan.law.labels import Labelled


class Severity(Labelled):
    """Five grades in rising order; `<` and `max` compare grades, never letters."""

    INFORMATIONAL = "informational", "ақпараттық", "информационная", "informational"
    LOW = "low", "төмен", "низкая", "low"
    MEDIUM = "medium", "орташа", "средняя", "medium"
    HIGH = "high", "жоғары", "высокая", "high"
    CRITICAL = "critical", "критикалық", "критическая", "critical"

    @property
    def rank(self) -> int:
        """0 for informational up to 4 for critical."""
        return _RANKS[self]

    def __lt__(self, other: str) -> bool:
        return self.rank < _rank_of(other)

    def __le__(self, other: str) -> bool:
        return self.rank <= _rank_of(other)

    def __gt__(self, other: str) -> bool:
        return self.rank > _rank_of(other)

    def __ge__(self, other: str) -> bool:
        return self.rank >= _rank_of(other)


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


def _rank_of(other: str) -> int:
    # A plain string would be compared letter by letter, and "high" < "low" would pass unseen.
    if not isinstance(other, Severity):
        raise TypeError(f"a severity is compared with a severity only, not with {other!r}")
    return _RANKS[other]
