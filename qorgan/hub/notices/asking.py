"""As whom the clerk asks PostgreSQL: by its own word it sees all of casework, as a person what that person sees."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection, transaction

_ENTER: Final = (
    "SELECT set_config('qorgan.scope', %s, true), set_config('qorgan.organisations', '', true), "
    "set_config('qorgan.person', '', true)"
)
WORD: Final = "clerk"
"""The scope that the policies of the role `qorgan_clerk` know. For any other role it opens nothing."""


def as_clerk() -> None:
    """See all of casework until the end of the transaction, or until a person's scope is entered."""
    if not connection.in_atomic_block:
        raise RuntimeError("a scope holds for one transaction; open it first")
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, [WORD])


@contextmanager
def clerks_transaction() -> Iterator[None]:
    """A transaction in which the clerk sees all of casework."""
    with transaction.atomic():
        as_clerk()
        yield
