"""The market of documents serves here too."""

from tests.hub.casework.conftest import market, monday

__all__ = ["market", "monday"]
