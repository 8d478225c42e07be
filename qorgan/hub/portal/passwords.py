"""How passwords are kept (Argon2id), and which are refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from zxcvbn import zxcvbn

if TYPE_CHECKING:
    from qorgan.hub.members.models import Person

_WORD: Final = re.compile(r"\w{3,}")
_LONGEST: Final = 128
"""What lies beyond adds nothing to the judgement, and judging it would cost time."""
_STRONG_ENOUGH: Final = 3
"""On zxcvbn's scale of 0 to 4: withstands guessing at the speed of a stolen, slowly hashed table."""


class Argon2id(Argon2PasswordHasher):
    """19 MiB, two passes, one lane: about 19 ms of one core, and no burst of memory when many sign in at once."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1


class NotGuessedFirst:
    """Refuses what guessers try first: passwords of known breaches, names, runs of keys, repetitions, dates.

    Length is asked for by another rule, and no kind of character is demanded: that only makes passwords alike.
    """

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raise ValidationError when the password would fall early."""
        telling = ["qorgan", *(_WORD.findall(f"{user.email} {user.full_name}") if user is not None else ())]
        found = zxcvbn(password[:_LONGEST], user_inputs=telling, max_length=_LONGEST)
        if found["score"] < _STRONG_ENOUGH:
            raise ValidationError(
                _("Guessers try this password first. Take several words that do not belong together."),
                code="password_guessed_first",
            )

    def get_help_text(self) -> str:
        """What the page says beforehand."""
        return gettext("Several words that do not belong together are best: long, and easy to remember.")
