"""Sentences that tell of what a guard does with itself, in English, Russian and Kazakh, whatever attack they name."""

from __future__ import annotations

import re
from typing import Final

from qorgan.module.formats.standing_words import WORDS
from qorgan.module.remembering import remembered

_QUOTED: Final = re.compile(r"«[^«»]{0,80}»|\"[^\"]{0,80}\"|“[^“”]{0,80}”|(?<!\w)\w{1,60}+\.[a-z]{2,5}\b(?! )")
"""What stands in quotation marks is a name: of a rule, of a signature, of a report. So is that of a file."""
_AUDITED: Final = re.compile(r"\bAUDIT\b.{0,80}\b(?:CONFIG|CFG|COMMIT|SET|CHANGE|EDIT|DELETE|ADD)\b")
"""Columns of a row that say so: the product wrote down what somebody set."""
_LATIN: Final = tuple(each for each in WORDS.sentences if any(map(str.isascii, each.holds)))
"""What a text without a letter of another script may say."""
_NONE: Final = tuple(each for each in WORDS.sentences if each.means == "none-found")


@remembered(4_096)
def said_in(text: str) -> frozenset[str]:
    """What a sentence tells of a guard's own affairs: `set`, `lifted`, `summed-up`, `none-found` and the like."""
    if "AUDIT" in text and _AUDITED.search(text):
        return frozenset(("set",))
    plain = text.lower().replace("ё", "е").replace("_", " ").replace("-", " ")
    likely = [each for each in (_LATIN if plain.isascii() else WORDS.sentences) if each.may_be_said_by(plain)]
    if not likely:
        return frozenset()
    plain = _QUOTED.sub("…", plain)
    told = [each for each in likely if each.regex.search(plain)]
    # What was found not to be there was looked for, and is no word of something seen.
    seen = bool(told) and WORDS.seen.search(_without_none(plain))
    return frozenset(each.means for each in told if each.firm or not seen)


def _without_none(plain: str) -> str:
    for each in _NONE:
        plain = each.regex.sub(" ", plain) if each.may_be_said_by(plain) else plain
    return plain
