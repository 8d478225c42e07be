"""Why a request is not taken, as HTTP says it."""

from __future__ import annotations


class Refusal(Exception):
    """A request ends here with a status other than 200."""

    def __init__(self, status: int, title: str, *, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.headers = headers

    @property
    def problem(self) -> dict[str, object]:
        """The body that says so (RFC 9457)."""
        return {"type": "about:blank", "title": self.title, "status": self.status}
