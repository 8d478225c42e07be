"""`qorgan module report`: what left and what was removed, by day, in three languages, and it adds up (R67.4)."""

from __future__ import annotations

import json
import string
from datetime import UTC, datetime, timedelta

import pytest

from qorgan.law.asoi import SignalType
from qorgan.module import report_words
from qorgan.module.classify.pack import Reason
from qorgan.module.spool.days import date_of
from qorgan.wire.signal import RedactionClass
from tests.module.run.conftest import FLOW, eve

pytestmark = pytest.mark.clause("R67.4")

SECRETS = b'{"event_type":"alert","src_ip":"198.51.100.9","alert":{"signature_id":5,"signature":"ET EXPLOIT X",'
SECRETS += '"category":"Attempted Administrator Privilege Gain","severity":1},"note":"ИИН 940101300123"}'.encode()


@pytest.fixture
def used(site, centre):
    centre.refuse = lambda number: number == 2
    site.start()
    site.write_lines(eve(1), eve(2), SECRETS, FLOW, b'{"event_type":"alert", 4111111111111111 broken')
    site.wait(lambda: centre.high_water == 3)
    site.wait(lambda: site.health()["account"]["spooled"] == 0)
    site.page_of_days = site.page("/?lang=kk").decode()
    site.stop()
    return site


def test_the_report_says_what_left_and_what_was_removed_and_adds_up(used):
    today = date_of(datetime.now(UTC))
    done = used.command("report", "--json")
    value = json.loads(done.stdout)
    assert (done.returncode, value["adds_up"], value["faults"]) == (0, True, [])
    assert value["last"] == today
    whole = value["total"]
    assert whole["sent"] == whole["made"] == {"ids": 3}
    assert (whole["refused"], whole["quarantined"], whole["read"]) == (1, 1, 5)
    assert whole["receipts"] >= 1
    assert whole["sent_bytes"] == whole["made_bytes"] > 1_000
    assert whole["removed"]["iin"] == 1
    assert sum(whole["ignored"].values()) == 1
    assert value["days_kept"] == 400
    none = json.loads(used.command("report", "--json", "--to", "2020-01-02").stdout)
    assert (none["first"], none["days"], none["adds_up"]) == ("2019-12-27", [], True)


@pytest.mark.parametrize(
    ("language", "said"),
    [("kk", "Не жойылды"), ("ru", "Суммы по всем дням сходятся с учётом."), ("en", "The sums over all days equal")],
)
def test_the_report_reads_in_three_languages(used, language, said):
    words = used.command("report", "--day", date_of(datetime.now(UTC)), "--lang", language).stdout.decode()
    assert said in words
    assert "940101300123" not in words
    assert report_words.word("iin", language) in words
    assert "Күндер бойынша есеп" in used.page_of_days


def test_a_day_that_is_none_and_days_the_wrong_way_round_are_refused(used):
    today = datetime.now(UTC)
    assert b"is no day" in used.command("report", "--day", "yesterday").stderr
    done = used.command("report", "--from", date_of(today), "--to", date_of(today - timedelta(days=3)))
    assert (done.returncode, b"is after" in done.stderr) == (2, True)


def test_every_word_of_the_report_is_there_in_three_languages():
    for key in [*Reason, *RedactionClass, *SignalType, *report_words._WORDS]:
        said = [report_words.word(key, language) for language in ("kk", "ru", "en")]
        assert all(text.strip() for text in said), key
        fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in said]
        assert fields[0] == fields[1] == fields[2], key
        assert str(key) not in said[:2] or key in {"ids", "waf"}, key
