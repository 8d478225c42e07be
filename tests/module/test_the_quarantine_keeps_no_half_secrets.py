"""What cannot be read is quarantined redacted, wherever its text had to be cut."""

from __future__ import annotations

import pytest

from qorgan.module.formats.reading import Reader
from qorgan.module.judging import InstitutionJudge
from qorgan.module.portion import Portion
from qorgan.module.redact.fields import MAX_RECORD, Redactor
from qorgan.module.refine import refine
from qorgan.module.sources.base import REFUSED_KEPT
from qorgan.module.sources.settings import ALMATY

pytestmark = pytest.mark.clause("R67.4")

CARD = "4111111111111111"


@pytest.fixture
def judge() -> InstitutionJudge:
    return InstitutionJudge(Redactor(bytes(32)))


@pytest.mark.parametrize("cut", [4_096, MAX_RECORD, MAX_RECORD + 1_024, 64 * 1024])
@pytest.mark.parametrize("kept", range(4, 17, 3))
def test_a_record_that_is_cut_keeps_no_half_of_a_card_number(judge: InstitutionJudge, cut: int, kept: int) -> None:
    record = b"x" * (cut - kept - 1) + b" " + CARD.encode() + b" and more" * 9_000
    portion = Portion(source="s", format="eve", zone=ALMATY, records=[record])
    (text,) = refine(portion, Reader("eve"), judge, 1).texts
    assert CARD[:4] not in text
    assert len(text) <= MAX_RECORD


@pytest.mark.parametrize("kept", range(4, 17, 3))
def test_a_piece_that_its_source_has_cut_keeps_none_either(judge: InstitutionJudge, kept: int) -> None:
    start = b"x" * (REFUSED_KEPT - kept - 1) + b" " + CARD[:kept].encode()
    portion = Portion(source="s", format="eve", zone=ALMATY, refused=[start])
    (text,) = refine(portion, Reader("eve"), judge, 1).refused_texts
    assert CARD[:4] not in text
    assert text.startswith("xxxx")
