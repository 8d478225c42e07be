"""Real products feed the same line that the fault tests break."""

from tests.faults.conftest import line

__all__ = ["line"]
