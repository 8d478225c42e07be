"""An author answers one addressee alone: the two read it, and no other addressee learns that anything was said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from qorgan.hub.database.connection import Role
from tests.hub.api.conftest import program
from tests.hub.casework.conftest import MONDAY, Market
from tests.hub.warnings import steps

__all__ = ["program"]

WORDS = "Your mail server alone was named in the letter"


def part_of(market: Market, document: Any, name: str) -> Any:
    from qorgan.hub.casework.models import Reception

    place = market.organisations[name]
    return market.seen(f"{name}_maker", lambda: Reception.objects.get(document=document.pk, organisation_id=place))


def said_to(market: Market, document: Any) -> dict[str, bool]:
    from qorgan.hub.casework.models import Comment

    return {
        who: bool(market.seen(who, Comment.objects.filter(document=document.pk, text=WORDS).exists))
        for who in ("alpha_maker", "alpha_head", "beta_maker", "soc_maker", "gamma_maker", "gamma_head", "analyst")
    }


@pytest.mark.clause("R67.3.7")
def test_an_answer_to_one_addressee_is_read_by_the_two_alone(market: Market) -> None:
    from qorgan.hub.casework import receptions

    warning = steps.threat(market)
    receptions.comment(
        warning, WORDS, by=market.scope("alpha_maker"), now=MONDAY, reception=part_of(market, warning, "beta")
    )
    mine = {"alpha_maker", "alpha_head", "beta_maker", "soc_maker", "analyst"}
    assert said_to(market, warning) == {who: who in mine for who in said_to(market, warning)}
    with market.hub.connect(Role.WEB, scope="institution", organisations=[market.organisations["gamma"]]) as connection:
        assert connection.execute("SELECT count(*) FROM document_comment").fetchone() == (0,)


@pytest.mark.clause("R67.3.7")
def test_another_addressee_neither_speaks_in_that_part_nor_slips_a_word_into_it(
    market: Market, program: Callable[..., Any]
) -> None:
    warning = steps.threat(market)
    beta = part_of(market, warning, "beta")
    author, addressee, stranger = (program(who) for who in ("alpha_maker", "beta_maker", "gamma_maker"))
    said = {"text": WORDS, "reception": str(beta.pk)}
    assert author.post(f"documents/{warning.pk}/comments", said).status_code == 201
    assert stranger.post(f"documents/{warning.pk}/comments", said).status_code == 404
    texts = {
        name: [one["text"] for one in who.get(f"documents/{warning.pk}/comments").told]
        for name, who in (("author", author), ("addressee", addressee), ("stranger", stranger))
    }
    assert texts == {"author": [WORDS], "addressee": [WORDS], "stranger": []}
    gamma, person = market.organisations["gamma"], market.people["gamma_maker"]
    with market.hub.connect(Role.WEB, scope="institution", organisations=[gamma]) as connection:
        connection.execute("SELECT set_config('qorgan.person', %s, false)", [str(person)])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(
                "INSERT INTO document_comment (document_id, reception_id, organisation_id, home_id, person_id, "
                "audience, text, at) VALUES (%s, %s, %s, %s, %s, 'reception', 'x', now())",
                [warning.pk, beta.pk, gamma, gamma, person],
            )


def test_the_page_lets_the_author_choose_and_shows_others_nothing(market: Market, enlist: Any, signed_in: Any) -> None:
    warning = steps.threat(market)
    beta = part_of(market, warning, "beta")
    readers = {
        name: signed_in(enlist("responsible-employee", organisation=market.organisations[name], language="en"))
        for name in ("alpha", "beta", "gamma")
    }
    address = f"/desk/{warning.pk}/"
    page = readers["alpha"].get(address).content.decode()
    assert f'value="{beta.pk}"' in page
    assert "alone, of the addressees" in page
    assert readers["alpha"].post(f"{address}comment/", {"text": WORDS, "reception": str(beta.pk)}).status_code == 302
    shown = {name: readers[name].get(address).content.decode() for name in readers}
    assert {name: WORDS in said for name, said in shown.items()} == {"alpha": True, "beta": True, "gamma": False}
    assert "between the author and" in shown["beta"]
    assert str(beta.pk) not in shown["gamma"]
    empty = readers["alpha"].post(f"{address}comment/", {"text": " ", "reception": str(beta.pk)})
    assert (empty.status_code, f'value="{beta.pk}" selected' in empty.content.decode()) == (422, True)
