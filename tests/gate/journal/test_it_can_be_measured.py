"""The journal's measurements begin where nothing is, and need nothing that a gate would have to make for them."""

from __future__ import annotations

from qorgan.bench import journal
from qorgan.bench.journal import expiring


def test_a_day_is_filled_and_archived_and_leaves_the_tables():
    with journal.place() as (config, urls):
        found = expiring.measure(config, urls, 300)
    assert [one.what for one in found] == [
        "journal: a day leaves the tables",
        "journal: the longest an entry waited meanwhile",
    ]
