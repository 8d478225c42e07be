"""The catalogues of our words: `update` collects them, `check` fails on what lacks Kazakh or Russian, `compile` builds.

`compile` makes the `.mo` files Django reads; no gettext program is needed on the machine. The hub's catalogue also
carries the sentences of Django and django-allauth that our pages can show and that those libraries leave untranslated.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("kk", "ru")
"""English is what the sources are written in."""
PLURALS = {
    "kk": "nplurals=2; plural=(n != 1);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
}
PLURAL_FORMS = {"kk": 2, "ru": 3}
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
PLACE = re.compile(r"%\((\w+)\)|\{(\w*)\}|%[sd]")
"""A named or numbered place in a sentence."""

Key = tuple[str | None, str]
"""Context and English sentence."""


@dataclass(frozen=True)
class Room:
    """Sources that share a catalogue."""

    name: str
    sources: Path
    locale: Path
    framework: bool = False
    """Whether it also carries the libraries' sentences."""

    def catalogue(self, language: str) -> Path:
        """Where the language's sentences are."""
        return self.locale / language / "LC_MESSAGES" / "django.po"


ROOMS = (
    Room("hub", ROOT / "qorgan/hub", ROOT / "qorgan/hub/portal/locale", framework=True),
    Room("kit", ROOT / "qorgan/kit", ROOT / "qorgan/kit/locale"),
    Room("cards", ROOT / "qorgan/cards", ROOT / "qorgan/cards/locale"),
    Room("gate", ROOT / "qorgan/gate", ROOT / "qorgan/gate/locale"),
    Room("fallback", ROOT / "qorgan/module/fallback", ROOT / "qorgan/module/fallback/locale"),
)


@dataclass(frozen=True)
class Library:
    """A library's own catalogue, and which of its sources can speak on our pages."""

    package: str
    locale: str
    speaks: re.Pattern[str]


LIBRARIES = (
    Library(
        "django", "conf/locale", re.compile(r"^(core/validators|forms/|db/models/base|utils/(dates|text|timesince)\b)")
    ),
    Library("django", "contrib/auth/locale", re.compile(r"^contrib/auth/password_validation")),
    Library("allauth", "locale", re.compile(r"^(account/(adapter|fields|forms)|core/|mfa/.*(adapter|forms|views))")),
)


REPLACED = {("kk", "alt. month")}
"""Language and context of what a library says, and we say otherwise: Kazakh months take a small letter in a date."""


def main() -> int:
    """Command line; the exit code."""
    parser = argparse.ArgumentParser(description="The catalogues of our words.")
    parser.add_argument("command", choices=["update", "check", "compile"])
    command = parser.parse_args().command
    if command == "check":
        complaints = [line for room in ROOMS for line in check(room)]
        print("\n".join(complaints) or "messages: complete in kk and ru")
        return int(bool(complaints))
    for room in ROOMS:
        for language in LANGUAGES:
            update(room, language) if command == "update" else compile_(room.catalogue(language))
    return 0


def wanted(room: Room, language: str) -> Catalog:
    """Every sentence the room's catalogue must have in this language."""
    catalogue = Catalog(locale=language)
    catalogue.mime_headers = [("Plural-Forms", PLURALS[language])]
    for path in _files(room.sources):
        for line, message, comments, context in _sentences(path):
            place = path.relative_to(ROOT).as_posix()
            catalogue.add(message, None, [(place, line)], auto_comments=comments, context=context)
    if room.framework:
        for library in LIBRARIES:
            for one in _left_untranslated(library, language):
                if _key(one) not in _keys(catalogue):
                    catalogue.add(one.id, None, [(library.package, 0)], context=one.context)
    return catalogue


def update(room: Room, language: str) -> None:
    """Bring the catalogue to the sources: new sentences come empty, gone ones leave, translations stay."""
    path = room.catalogue(language)
    known = {_key(one): one for one in read(path)} if path.exists() else {}
    fresh = wanted(room, language)
    for one in fresh:
        if one.id and (old := known.get(_key(one))) is not None:
            one.string = old.string
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_written(fresh, language), encoding="utf-8")


def check(room: Room) -> Iterator[str]:
    """What is wrong with the room's catalogues, a line each."""
    for language in LANGUAGES:
        path = room.catalogue(language)
        where = path.relative_to(ROOT)
        if not path.exists():
            yield f"{where}: missing; run `python tools/messages.py update`"
            continue
        known = {_key(one): one for one in read(path) if one.id}
        needed = _keys(wanted(room, language))
        for fault, keys in (("not in the catalogue", needed - set(known)), ("stale", set(known) - needed)):
            yield from (f"{where}: {fault}: {key[1]!r}; run update" for key in sorted(keys, key=str))
        for one in known.values():
            yield from (f"{where}: {fault}: {_english(one)!r}" for fault in _faults(one, language))


def compile_(path: Path) -> None:
    """Write the `.mo` beside the `.po`, when it is older."""
    target = path.with_suffix(".mo")
    if not target.exists() or target.stat().st_mtime < path.stat().st_mtime:
        packed = io.BytesIO()
        write_mo(packed, read(path))
        target.write_bytes(packed.getvalue())


def read(path: Path) -> Catalog:
    """A catalogue from its file."""
    with path.open("rb") as file:
        return read_po(file)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.suffix in {".py", ".html", ".txt"} and not {"migrations", "static", "locale"} & set(parts):
            yield path


def _sentences(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        if "templates" not in path.parts:
            return
        # Django's own lexer turns a template into calls of gettext, so that quoting and plurals are read as it does.
        # Its indentation, which means nothing there, would mean something to Python.
        source = "\n".join(line.lstrip() for line in templatize(source).split("\n"))
    yield from extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS, comment_tags=("Translators:",))


def _left_untranslated(library: Library, language: str) -> Iterator[Message]:
    """Sentences that our pages can show and the library does not say in this language."""
    spec = find_spec(library.package)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"{library.package} is not installed")
    folder = Path(spec.submodule_search_locations[0]) / library.locale
    own = folder / language / "LC_MESSAGES" / "django.po"
    theirs = list(read(own)) if own.exists() else []
    said = {_key(one) for one in theirs if one.id and not _is_empty(one) and not one.fuzzy}
    # The English catalogue names every sentence and where it is spoken.
    for one in read(folder / "en" / "LC_MESSAGES" / "django.po"):
        left = _key(one) not in said or (language, one.context) in REPLACED
        if one.id and left and any(library.speaks.match(place) for place, _line in one.locations):
            yield one


def _faults(one: Message, language: str) -> Iterator[str]:
    if one.fuzzy:
        yield "fuzzy"
    if _is_empty(one):
        yield "untranslated"
        return
    strings = one.string if isinstance(one.string, tuple) else (one.string,)
    if one.pluralizable and len(strings) != PLURAL_FORMS[language]:
        yield "wrong number of plural forms"
    # A form for one or a few may leave the number out; the last form, for many, says everything.
    if _places(str(strings[-1])) != _places(one.id[-1] if isinstance(one.id, tuple | list) else one.id):
        yield "other places than the English sentence"


def _places(sentence: str) -> list[str]:
    return sorted(match.group(0) for match in PLACE.finditer(sentence.replace("%%", "")))


def _is_empty(one: Message) -> bool:
    return not all(one.string) if isinstance(one.string, tuple) else not one.string


def _english(one: Message) -> str:
    return one.id[0] if isinstance(one.id, tuple | list) else one.id


def _key(one: Message) -> Key:
    return (one.context, _english(one))


def _keys(catalogue: Catalog) -> set[Key]:
    return {_key(one) for one in catalogue if one.id}


def _written(catalogue: Catalog, language: str) -> str:
    """The file's text: a header without dates, so that nothing changes by itself, then the sentences in order."""
    body = io.BytesIO()
    write_po(body, catalogue, omit_header=True, sort_by_file=True, include_lineno=False, width=110)
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        f'"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: {PLURALS[language]}\\n"\n\n'
    )
    return header + body.getvalue().decode().strip() + "\n"


if __name__ == "__main__":
    sys.exit(main())
