"""The desk's refusals in words, each with what to do."""

from __future__ import annotations

from typing import Final

from qorgan.cards.wording import Worded
from qorgan.cards.wording import worded as _
from qorgan.module.fallback.refusal import Refused

SAID: Final[dict[str, Worded]] = {
    "asoi-is-here": _("ASOI answers: the card goes there by itself. The phone is for the day it does not."),
    "card-unknown": _("There is no such card."),
    "changed-meanwhile": _("Somebody changed this while you looked at it. Look again, then decide."),
    "choice-missing": _("First say that the guaranteed transport is away as well, and why."),
    "damaged": _("What is kept of this was changed on the disk. Nothing of it leaves; look into the log."),
    "hub-key-missing": _("The hub's sealing key has not been fetched yet: the module fetches it while ASOI answers."),
    "in-the-future": _("The call cannot have been in the future. Mend the time."),
    "incomplete": _("Something lacks still: it is marked below."),
    "letter-unknown": _("There is no such letter."),
    "made-by-you": _("Who made a card cannot agree to it: another person must."),
    "malformed": _("This cannot be read:"),
    "no-receipt": _("This is no receipt of the hub."),
    "not-agreed": _("The head has not agreed to this text: nothing leaves before."),
    "not-allowed": _("Your role does not allow this."),
    "not-let-in": _("This address and password do not fit."),
    "not-read-back": _("Have it read back to you before you write the call down."),
    "number-missing": _("Write down the time, both numbers and who called."),
    "password-short": _("A password has at least twelve characters."),
    "person-malformed": _("Give the address that the person has in ASOI, and the name."),
    "person-unknown": _("Nobody with this address may sign in."),
    "reason-missing": _("Say why."),
    "receipt-not-proven": _("The receipt is not signed by the hub's pinned key for these words."),
    "receipt-of-another": _("The receipt is of a card that was not agreed here."),
    "receipt-of-other-words": _("The receipt is for other words than those that were agreed here."),
    "receipt-to-come": _("The file has no receipt yet: ask the centre to give it back again in a minute."),
    "wait": _("Too many wrong passwords. Wait a while."),
    "wrong-state": _("This cannot be done as things stand now."),
}


def said(refused: Refused) -> str:
    """A refusal in the language of the moment."""
    words = str(SAID.get(refused.code, SAID["wrong-state"]))
    return f"{words} {refused.detail}" if refused.code == "malformed" else words
