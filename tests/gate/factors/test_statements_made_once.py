"""Statements that are made once give the same rows as Django's own queries, and store the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from qorgan.kit.statements import change, insert, rows


def test_rows_are_those_that_django_finds(new_client: Callable[..., Any]) -> None:
    from qorgan.gate.clients.models import Client

    one, _other = new_client(), new_client()
    (found,) = rows(Client, "id = %s", [one.pk])
    expected = Client.objects.get(pk=one.pk)
    for field in Client._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(expected, field.attname), field.name
    assert rows(Client, "id = %s", [uuid4()]) == []


def test_nothing_more_is_asked_for_a_column(new_client: Callable[..., Any]) -> None:
    from qorgan.gate.clients.models import Client

    one = new_client()
    with CaptureQueriesContext(connection) as asked:
        (found,) = rows(Client, "id = %s", [one.pk])
        for field in Client._meta.concrete_fields:
            getattr(found, field.attname)
    assert len(asked) == 1


def test_what_a_value_says_is_never_sql(new_client: Callable[..., Any]) -> None:
    from qorgan.gate.clients.models import Client

    new_client()
    assert rows(Client, "login = %s", ["' OR ''='"]) == []
    assert change(Client, "blocked_reason = %s", "login = %s", ["x", "' OR ''='"]) == 0


def test_an_inserted_row_is_as_django_would_store_it(client_id: Any, now: datetime) -> None:
    from qorgan.gate.factors.password.models import Password

    row = Password(client_id=client_id, encoded="$argon2id$…", set_at=now)
    insert(row)
    stored = Password.objects.get(pk=row.pk)
    assert (stored.client_id, stored.encoded, stored.set_at, stored.used_at) == (client_id, "$argon2id$…", now, None)
    row.encoded = "another"
    row.save(update_fields=["encoded"])
    assert Password.objects.get(pk=row.pk).encoded == "another"
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Password(client_id=client_id, encoded="", set_at=now))


def test_a_change_tells_how_many_rows_it_found(client_id: Any, now: datetime) -> None:
    from qorgan.gate.factors.password.models import Password

    insert(Password(client_id=client_id, encoded="one", set_at=now))
    later = now + timedelta(days=1)
    assert change(Password, "set_at = %s", "client_id = %s AND encoded = %s", [later, client_id, "another"]) == 0
    assert change(Password, "set_at = %s", "client_id = %s AND encoded = %s", [later, client_id, "one"]) == 1
    assert Password.objects.get().set_at == later
