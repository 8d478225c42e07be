"""What cannot be read is quarantined redacted, wherever its text had to be cut."""

from __future__ import annotations

import pytest

from qorgan.module.formats.reading import Reader
from qorgan.module.judging import InstitutionJudge
from qorgan.module.redact.fields import MAX_RECORD, Redactor
from qorgan.module.refine import refine
from qorgan.module.sources.base import REFUSED_KEPT, Chunk, Refused

pytestmark = pytest.mark.clause("R67.4")

CARD = "4111111111111111"


@pytest.fixture
def judge() -> InstitutionJudge:
    return InstitutionJudge(Redactor(bytes(32)))


@pytest.mark.parametrize("cut", [4_096, MAX_RECORD, MAX_RECORD + 1_024, 64 * 1024])
@pytest.mark.parametrize("kept", range(4, 17, 3))
def test_a_record_that_is_cut_keeps_no_half_of_a_card_number(judge: InstitutionJudge, cut: int, kept: int) -> None:
    record = b"x" * (cut - kept - 1) + b" " + CARD.encode() + b" and more" * 9_000
    chunk = Chunk(source="s", records=[record], place=str)
    (quarantined,) = refine(chunk, Reader("eve"), judge, 1).quarantined
    assert CARD[:4] not in quarantined.text
    assert len(quarantined.text) <= MAX_RECORD


@pytest.mark.parametrize("kept", range(4, 17, 3))
def test_a_piece_that_its_source_has_cut_keeps_none_either(judge: InstitutionJudge, kept: int) -> None:
    start = b"x" * (REFUSED_KEPT - kept - 1) + b" " + CARD[:kept].encode()
    chunk = Chunk(source="s", records=[], refused=(Refused("place", "too long", start),), place=str)
    (quarantined,) = refine(chunk, Reader("eve"), judge, 1).quarantined
    assert CARD[:4] not in quarantined.text
    assert quarantined.text.startswith("xxxx")
