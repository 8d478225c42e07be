"""Whatever way a search takes to its rows, it finds all that meet its conditions, in order, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

if TYPE_CHECKING:
    from uuid import UUID

    from tests.hub.signals.conftest import AsIf, Seeded

RULE = "rule IN (SELECT id FROM signal_rule WHERE {})"
NAMES = "vendor || ' ' || product || ' ' || rule_id || ' ' || rule_name || ' ' || pack_rule ILIKE %s"

SEARCHES: list[tuple[str, str, tuple[object, ...]]] = [
    ("", "true", ()),
    ("type=ids", "type = 'ids'", ()),
    ("type=spray", "type = 'spray'", ()),
    ("type=guess&type=malcode", "type IN ('guess', 'malcode')", ()),
    ("severity=critical", "severity = 4", ()),
    ("severity=high&severity=critical&type=waf", "severity >= 3 AND type = 'waf'", ()),
    ("address=203.0.113.0", "source_address = '203.0.113.0'", ()),
    ("address=203.0.113.0/28", "source_address << '203.0.113.0/28'", ()),
    ("address=2001:db8::/108", "source_address << '2001:db8::/108'", ()),
    ("address=203.0.113.0/24&type=scan", "source_address << '203.0.113.0/24' AND type = 'scan'", ()),
    ("domain=SITE-0.example", "domain = 'site-0.example'", ()),
    ("sensor=suricata", RULE.format("product = 'Suricata'"), ()),
    ("sensor=owasp", RULE.format("vendor = 'OWASP'"), ()),
    ("sensor=2000005", RULE.format("rule_id = '2000005'"), ()),
    ("sensor=seeded:rule-5", RULE.format("pack_rule = 'seeded:rule-5'"), ()),
    ("rule=7", "rule = 7", ()),
    ("q=trojan", RULE.format(NAMES), ("%trojan%",)),
    ("q=suricata+rule+40", RULE.format(f"{NAMES} AND {NAMES}"), ("%suricata%", "%40%")),
    ("q=site-1.example", "domain = 'site-1.example'", ()),
    ("q=203.0.113.1", "source_address = '203.0.113.1'", ()),
    ("q=203.0.113.0/30&severity=low", "source_address << '203.0.113.0/30' AND severity = 1", ()),
    ("q=100%25", "false", ()),
    ("q=nothing+of+the+kind", "false", ()),
]
HALF = "received_at >= %s AND received_at < %s"


def pages(query: str, now: Any, size: int, within: tuple[UUID, ...] = ()) -> list[list[tuple[UUID, int]]]:
    """All pages of a search, each found from the end of the one before."""
    from qorgan.hub.signals import queries  # noqa: PLC0415 (Django is set up only now)
    from qorgan.hub.signals.filters import read  # noqa: PLC0415

    found = []
    filters = read(parse_qs(query))
    while True:
        page = queries.search(filters, now, size, within)
        found.append([(row.module_id, row.sequence) for row in page.rows])
        if page.after is None:
            return found
        # As the browser brings it back.
        filters = read(parse_qs(filters.query(before=page.after)))


@pytest.mark.clause("R67.2")
def test_every_condition_finds_the_rows_that_meet_it_page_by_page(seeded: Seeded, as_if: AsIf) -> None:
    for query, where, values in SEARCHES:
        expected = seeded.keys(where, *values)
        with as_if("centre"):
            found = pages(f"{query}&last=7d", seeded.now, 50 if len(expected) < 1500 else 700)
        assert [key for page in found for key in page] == expected, query
        assert all(found[:-1]), f"an empty page before the last: {query}"


def test_small_pages_over_one_receiving_moment_lose_and_double_nothing(seeded: Seeded, as_if: AsIf) -> None:
    until = seeded.now - timedelta(hours=1)
    minute = until.replace(second=0, microsecond=0)
    window = f"{HALF} AND type = 'waf'"
    expected = seeded.keys(window, minute - timedelta(hours=2), minute)
    query = f"type=waf&since={_almaty(minute - timedelta(hours=2))}&until={_almaty(minute)}"
    with as_if("centre"):
        found = pages(query, seeded.now, 3)
    assert [key for page in found for key in page] == expected


def test_a_digest_is_found_wherever_it_lies(seeded: Seeded, as_if: AsIf) -> None:
    ((digest,),) = seeded.hub.rows("SELECT hash FROM signal_hash GROUP BY hash ORDER BY count(*) DESC, hash LIMIT 1")
    for query, where in (
        (f"hash={digest}", "hashes @> ARRAY[%s]"),
        (f"q={digest.upper()}", "hashes @> ARRAY[%s]"),
        (f"hash={digest}&type=scan", "hashes @> ARRAY[%s] AND type = 'scan'"),
    ):
        with as_if("centre"):
            found = pages(f"{query}&last=7d", seeded.now, 2)
        assert [key for page in found for key in page] == seeded.keys(where, digest), query


def test_the_usual_search_is_that_of_the_last_24_hours(seeded: Seeded, as_if: AsIf) -> None:
    until = seeded.now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    with as_if("centre"):
        found = pages("", seeded.now, 1000)
    assert [key for page in found for key in page] == seeded.keys(HALF, until - timedelta(hours=24), until)


@pytest.mark.clause("R67.4")
def test_an_institution_finds_its_own_whatever_it_asks_for(seeded: Seeded, as_if: AsIf) -> None:
    own, other = seeded.parties[1], seeded.parties[0]
    for query, where, values in SEARCHES:
        with as_if("institution", own.organisation):
            found = pages(f"{query}&last=7d", seeded.now, 2000, (own.organisation,))
        expected = seeded.keys(f"({where}) AND organisation_id = %s", *values, own.organisation)
        assert [key for page in found for key in page] == expected, query
    for query in (f"organisation={other.organisation}&last=7d", f"module={other.module}&type=ids&last=7d"):
        with as_if("institution", own.organisation):
            assert pages(query, seeded.now, 50) == [[]], query
    with as_if(""):
        assert pages("last=7d", seeded.now, 50) == [[]]


@pytest.mark.clause("R67.4")
def test_addresses_domains_and_digests_are_found_by_index_under_row_security(seeded: Seeded, as_if: AsIf) -> None:
    """PostgreSQL keeps a condition from the index whenever its operator might tell what it was shown."""
    from django.db import connection  # noqa: PLC0415

    from qorgan.hub.signals import queries  # noqa: PLC0415
    from qorgan.hub.signals.conditions import branches_of  # noqa: PLC0415
    from qorgan.hub.signals.filters import read  # noqa: PLC0415

    for query, column in (
        ("address=203.0.113.9", "source_address ="),
        ("address=198.18.3.0/31", "source_address >="),
        ("domain=site-3.example", "domain ="),
        ("", "organisation_id ="),
    ):
        own = seeded.parties[0].organisation
        with as_if("institution", own), connection.cursor() as cursor:
            # An institution's usual search goes by its own rows, not past everybody else's.
            (branch,) = branches_of(read(parse_qs(query)), seeded.now, () if query else (own,))
            cursor.execute("SET LOCAL enable_seqscan = off")
            statement = queries.SQL["rows"].format(where=branch.where())
            cursor.execute("EXPLAIN " + statement, branch.parameters(limit=51))
            plan = "\n".join(line for (line,) in cursor.fetchall())
        conditions = [line for line in plan.splitlines() if "Index Cond" in line]
        assert any(column in line for line in conditions), plan


def test_a_search_that_takes_too_long_is_stopped_and_the_page_goes_on(as_if: AsIf) -> None:
    from django.db import connection  # noqa: PLC0415

    from qorgan.hub.signals.access import TooLong, bounded  # noqa: PLC0415

    with as_if("centre"), connection.cursor() as cursor:
        with pytest.raises(TooLong), bounded(timedelta(milliseconds=40)):
            cursor.execute("SELECT pg_sleep(5)")
        cursor.execute("SELECT current_setting('statement_timeout'), current_setting('qorgan.scope')")
        assert cursor.fetchone() == ("0", "centre")


def _almaty(at: Any) -> str:
    from django.utils import timezone  # noqa: PLC0415

    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"
