"""How passwords are kept (Argon2id), and which are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qorgan.kit.passwords import is_guessed_first

if TYPE_CHECKING:
    from qorgan.hub.members.models import Person


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
        telling = ["qorgan", *((user.email, user.full_name) if user is not None else ())]
        if is_guessed_first(password, telling):
            raise ValidationError(
                _("Guessers try this password first. Take several words that do not belong together."),
                code="password_guessed_first",
            )

    def get_help_text(self) -> str:
        """What the page says beforehand."""
        return gettext("Several words that do not belong together are best: long, and easy to remember.")
