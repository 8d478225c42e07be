"""Searches a text in every decoded view for everything that must not leave, and puts tokens in its place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

from qorgan.module.redact.credentials import credentials
from qorgan.module.redact.folding import folded
from qorgan.module.redact.hidden import hidden
from qorgan.module.redact.hosts import Inside
from qorgan.module.redact.keys import pairs, secret_under
from qorgan.module.redact.names import names
from qorgan.module.redact.people import emails, users
from qorgan.module.redact.tokens import TOKEN, Tokens
from qorgan.module.redact.views import views
from qorgan.personal.accounts import beside_keywords, ibans
from qorgan.personal.digits import numbers
from qorgan.personal.found import Found, without_overlaps

_DEEPEST: Final = 4
"""How often text is looked for in text that was hidden itself."""

Known = Callable[[str], Iterable[Found]]
"""Finds in a text what the caller knows to be secret."""


def _nothing(_: str) -> tuple[Found, ...]:
    return ()


class Scan:
    """Looks through one text after another for one institution."""

    def __init__(self, tokens: Tokens, inside: Inside, own_bins: Collection[str]) -> None:
        self._tokens = tokens
        self._inside = inside
        self._own_bins = own_bins

    def clean(self, text: str, counted: set[str], known: Known = _nothing, *, depth: int = 0) -> str:
        """The text with a token in the place of each secret; the tokens are added to `counted`.

        `known` finds what the caller knows to be secret. Text without secrets comes back as it was. `depth` says in how
        many encodings the text was hidden.
        """
        if not text:
            return text
        # Places are those of what this leaves: where a part is written anew, all behind it moves.
        text = self._without_hidden(text, counted, known, depth)
        found = [*known(text), *self._search(text, depth)]
        if not found:
            return text
        if "‹" in text:
            # Each alone, before they are joined: one that reaches into a token must not take its neighbours along.
            spared = [match.span() for match in TOKEN.finditer(text)]
            found = [one for one in found if not any(start < one.end and one.start < end for start, end in spared)]
        pieces: list[str] = []
        done = 0
        for secret in without_overlaps(found):
            token = self._tokens.token(secret.kind, secret.value)
            counted.add(token)
            bare = _is_bare_number(text, secret)
            pieces += (text[done : secret.start], f'"{token}"' if bare else token)
            done = secret.end
        pieces.append(text[done:])
        return "".join(pieces)

    def _search(self, text: str, depth: int) -> Iterator[Found]:
        is_json = text.startswith("{") and "\\" in text
        for view in views(text):
            for found in self._in_view(view.text, is_escaped=is_json and view.text is text):
                start, end = view.original(found.start, found.end)
                yield found._replace(start=start, end=end)
            if view.before is not None and depth < _DEEPEST:
                for found in self._in_hidden(view.text, depth):
                    start, end = view.original(found.start, found.end)
                    yield found._replace(start=start, end=end)

    def _in_view(self, text: str, *, is_escaped: bool) -> Iterator[Found]:
        lowered = folded(text)
        yield from numbers(text, self._own_bins)
        yield from ibans(text)
        yield from beside_keywords(text, self._own_bins)
        yield from credentials(text, lowered)
        yield from emails(text)
        yield from users(text, lowered)
        yield from names(text)
        yield from self._inside.hosts(text, lowered)
        for pair in pairs(text, is_escaped=is_escaped):
            secret = secret_under(pair.holds, pair.value, self._inside)
            if secret:
                yield Found(pair.start, pair.end, *secret)

    def _in_hidden(self, text: str, depth: int) -> Iterator[Found]:
        """Runs of a decoded view that hide a secret: as they cannot be written anew, each goes as a whole."""
        for run in hidden(text):
            for found in self._search(self._without_hidden(run.text, set(), _nothing, depth + 1), depth + 1):
                yield found._replace(start=run.start, end=run.end)
                break

    def _without_hidden(self, text: str, counted: set[str], known: Known, depth: int) -> str:
        """The text with every encoded part that hides a secret written anew, without the secret."""
        if depth >= _DEEPEST:
            return text
        pieces: list[str] = []
        done = 0
        for run in hidden(text):
            cleaned = self.clean(run.text, counted, known, depth=depth + 1)
            if cleaned != run.text:
                pieces += (text[done : run.start], run.written(cleaned))
                done = run.end
        if not pieces:
            return text
        pieces.append(text[done:])
        return "".join(pieces)


def _is_bare_number(text: str, secret: Found) -> bool:
    """Whether the secret is a JSON number: its token needs the quotes that a number has not."""
    if not text.startswith(("{", "[")) or not text[secret.start : secret.end].isdigit():
        return False
    before = text[max(0, secret.start - 4) : secret.start].rstrip()
    after = text[secret.end : secret.end + 4].lstrip()
    return before.endswith((":", "[", ",")) and after.startswith((",", "}", "]"))
