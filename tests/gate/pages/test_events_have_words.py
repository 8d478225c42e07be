"""Whatever the journal holds has a name in each language."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_event_is_named_and_an_unknown_one_is_shown_by_its_code(gate, language):
    from django.utils.translation import override

    from qorgan.gate.journal.events import Event
    from qorgan.gate.pages.happened import EVENTS, happened

    with override(language):
        named = {str(happened(one.value)) for one in Event}
        assert set(EVENTS) == set(Event)
        assert len(named) == len(Event)
        assert happened("of.another-release") == "of.another-release"
        cyrillic = [one for one in named if any("а" <= letter <= "я" for letter in one)]
        assert len(cyrillic) == (0 if language == "en" else len(Event))
