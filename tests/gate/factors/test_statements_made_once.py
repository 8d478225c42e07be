"""Statements that are made once give the same rows as Django's own queries, and store the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from qorgan.kit.statements import change, gathered, insert, rows, send


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


def test_what_is_gathered_goes_together_at_the_end_and_not_at_all_after_a_fault(client_id: Any, now: datetime) -> None:
    from qorgan.gate.factors.one_time_code.models import OneTimeCode
    from qorgan.gate.factors.password.models import Password

    def stored() -> tuple[int, int]:
        return Password.objects.count(), OneTimeCode.objects.filter(last_step=7).count()

    def both() -> None:
        insert(Password(client_id=client_id, encoded="one", set_at=now))
        insert(OneTimeCode(client_id=client_id, name="app", secret_sealed="", last_step=0, created_at=now))

    OneTimeCode.objects.create(client_id=client_id, name="", secret_sealed="", last_step=0, created_at=now)
    with CaptureQueriesContext(connection) as asked, gathered():
        both()
        # With a clause of its own, as the refund of a charged attempt has one.
        send("WITH old AS (SELECT 1) UPDATE one_time_code SET last_step = %s WHERE last_step = 0", [7])
        assert len(asked) == 0
    assert len(asked) == 1
    assert stored() == (1, 1)
    Password.objects.all().delete()

    def fail() -> None:
        both()
        raise RuntimeError

    with pytest.raises(RuntimeError), gathered():
        fail()
    assert stored() == (0, 1)
    insert(Password(client_id=client_id, encoded="one", set_at=now))
    assert stored() == (1, 1), "what comes afterwards is sent at once again"


def test_one_gathered_change_that_cannot_be_takes_the_others_with_it(client_id: Any, now: datetime) -> None:
    from qorgan.gate.factors.password.models import Password

    twice = [Password(client_id=client_id, encoded="one", set_at=now) for _ in range(2)]
    with pytest.raises(IntegrityError), transaction.atomic(), gathered():
        list(map(insert, twice))
    assert not Password.objects.exists()
