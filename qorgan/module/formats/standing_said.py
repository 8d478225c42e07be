"""Sentences that tell of what a guard does with itself, in English, Russian and Kazakh, whatever attack they name."""

from __future__ import annotations

import re
from typing import Final

from qorgan.module.formats.standing_words import WORDS
from qorgan.module.remembering import remembered

_QUOTED: Final = re.compile(r"«[^«»]{0,80}»|\"[^\"]{0,80}\"|“[^“”]{0,80}”|[\w-]{1,60}\.[a-z]{2,5}\b(?! )")
"""What stands in quotation marks is a name: of a rule, of a signature, of a report. So is that of a file."""
_AUDITED: Final = re.compile(r"\bAUDIT\b.{0,80}\b(?:CONFIG|CFG|COMMIT|SET|CHANGE|EDIT|DELETE|ADD)\b")
"""Columns of a row that say so: the product wrote down what somebody set."""
_NONE: Final = next(each.regex for each in WORDS.sentences if each.means == "none-found")


@remembered(4_096)
def said_in(text: str) -> frozenset[str]:
    """What a sentence tells of a guard's own affairs: `set`, `lifted`, `summed-up`, `none-found` and the like."""
    if "AUDIT" in text and _AUDITED.search(text):
        return frozenset(("set",))
    text = text.lower()
    foreign = not text.isascii()
    if foreign:
        text = text.replace("ё", "е")
    if not any(stem in text for stem in WORDS.stems) and not (
        foreign and any(stem in text for stem in WORDS.stems_elsewhere)
    ):
        return frozenset()
    plain = _QUOTED.sub(" … ", text).replace("_", " ").replace("-", " ")
    # What was found not to be there was looked for, and is no word of something seen.
    if WORDS.seen.search(_NONE.sub(" ", plain)):
        return frozenset()
    return frozenset(each.means for each in WORDS.sentences if each.regex.search(plain))
