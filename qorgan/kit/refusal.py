"""The kinds of no: a rule said it, somebody we depend on could not answer, or a program was set up wrongly."""

from __future__ import annotations

from http import HTTPStatus
from typing import Protocol


class Sentence(Protocol):
    """Text for people, perhaps translated only when it is shown (Django's lazy strings)."""

    def __str__(self) -> str:
        """The text in the language of the moment."""
        ...


class Refusal(Exception):
    """A rule said no, and nothing was changed. Machines read the code, people the sentence."""

    def __init__(
        self,
        code: str,
        message: Sentence,
        clause: str | None = None,
        status: int = HTTPStatus.FORBIDDEN,
        *,
        field: str = "",
    ) -> None:
        """`clause` is the id of the rule in the register; `status` is 4xx; `field` is what to mend, if one is."""
        if HTTPStatus(status) not in range(400, 500):
            raise ValueError(f"A refusal answers with a 4xx status, not {status}")
        super().__init__(code)
        self.code = code
        self.message = message
        self.clause = clause
        self.status = int(status)
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class Unavailable(Exception):
    """A service we depend on failed or is silent; the same request may succeed later."""

    def __init__(
        self, service: str, retry_after: int = 30, *, code: str = "unavailable", message: Sentence | None = None
    ) -> None:
        """`service` is our name of it, for the log and never for the answer; `retry_after` is in seconds.

        `code` and `message` are told instead of the usual ones, where whoever asks may know what failed.
        """
        super().__init__(service)
        self.service = service
        self.retry_after = retry_after
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.service} is unavailable"


class SetUpWrongly(Exception):
    """A command or a process cannot go on with what the operator gave it. Says what to do about it."""
