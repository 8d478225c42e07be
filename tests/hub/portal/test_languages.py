"""Every page in Kazakh, Russian and English, by the person's own choice on every device."""

from __future__ import annotations

import importlib.util
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def messages() -> ModuleType:
    """The catalogue tool."""
    spec = importlib.util.spec_from_file_location("messages_tool", ROOT / "tools" / "messages.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def compiled(messages: ModuleType) -> None:
    """The catalogues as Django reads them."""
    for room in messages.ROOMS:
        for language in messages.LANGUAGES:
            messages.compile_(room.catalogue(language))


@pytest.mark.parametrize(
    ("accepted", "language", "words"),
    [
        ("kk-KZ,ru;q=0.5", "kk", "Кіру кілтімен"),
        ("ru-RU", "ru", "Не могу войти"),
        ("en-GB", "en", "I cannot sign in"),
        ("fr", "kk", "Кіру"),
    ],
)
def test_the_first_page_speaks_the_browsers_language_and_else_kazakh(
    visitor: Any, django_hub: Any, accepted: str, language: str, words: str
) -> None:
    del django_hub
    answer = visitor().get("/sign-in/", headers={"accept-language": accepted})
    text = answer.content.decode()
    assert f'<html lang="{language}"' in text
    assert answer.headers["content-language"] == language
    assert words.split(maxsplit=1)[0] in text


def test_the_choice_follows_the_person_to_another_device(enlist: Any, signed_in: Any, visitor: Any) -> None:
    person = enlist("centre-analyst", language="en")
    client = signed_in(person)
    assert "My account" in client.get("/account/").content.decode()
    assert client.post("/language/", {"language": "kk", "next": "/account/"}).headers["location"] == "/account/"
    assert "Менің есептік жазбам" in client.get("/account/").content.decode()
    other = visitor()
    other.post("/sign-in/", {"login": person.email, "password": person.password})
    other.post("/sign-in/code/", {"code": person.recovery_codes[0]})
    assert "Менің есептік жазбам" in other.get("/account/").content.decode()


def test_an_unknown_language_changes_nothing(visitor: Any, django_hub: Any) -> None:
    del django_hub
    client = visitor()
    answer = client.post("/language/", {"language": "xx", "next": "/sign-in/"})
    assert "qorgan-language" not in answer.cookies
    assert client.get("/language/").status_code == 405


@pytest.mark.parametrize(
    ("language", "path", "words"),
    [
        ("kk", "/account/password/", "Құпиясөзді өзгерту"),
        ("ru", "/account/factors/", "Коды восстановления"),
        ("kk", "/account/sessions/", "Менің сеанстарым"),
    ],
)
def test_pages_of_the_account_are_whole_in_the_language(
    enlist: Any, signed_in: Any, language: str, path: str, words: str
) -> None:
    text = signed_in(enlist("centre-analyst", language=language)).get(path).content.decode()
    assert words in text
    for english in ("Sign out", "Password", "Cancel", "Current", "New ", "ago<"):
        assert english not in text, english


def test_a_refused_password_says_why_in_kazakh(enlist: Any, signed_in: Any) -> None:
    person = enlist("centre-analyst", language="kk")
    answer = signed_in(person).post(
        "/account/password/", {"oldpassword": person.password, "password1": "1234", "password2": "1234"}
    )
    text = answer.content.decode()
    assert "Құпиясөз тым қысқа. Онда кемінде 12 таңба болуға тиіс." in text
    assert "Бұл құпиясөз тек цифрлардан тұрады" not in text


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [
        ("kk", "2026 ж. 5 наурыз, 17:30", "05.03.2026 17:30"),
        ("ru", "5 марта 2026 г. 17:30", "05.03.2026 17:30"),
        ("en", "5 March 2026, 17:30", "2026-03-05 17:30"),
    ],
)
def test_dates_are_written_as_the_language_writes_them(django_hub: Any, language: str, long: str, short: str) -> None:
    from django.utils import timezone, translation  # noqa: PLC0415
    from django.utils.formats import date_format, number_format  # noqa: PLC0415

    del django_hub
    at = timezone.localtime(datetime(2026, 3, 5, 12, 30, tzinfo=UTC))
    with translation.override(language):
        assert date_format(at, "DATETIME_FORMAT") == long
        assert date_format(at, "SHORT_DATETIME_FORMAT") == short
        assert number_format(1234567.5, 1, force_grouping=True).replace("\xa0", " ") == (
            "1 234 567.5" if language == "en" else "1 234 567,5"
        )


def test_the_catalogues_are_complete(messages: ModuleType) -> None:
    assert [line for room in messages.ROOMS for line in messages.check(room)] == []


def test_the_check_finds_what_is_missing_stale_fuzzy_or_torn(
    messages: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    sources = tmp_path / "room" / "templates"
    sources.mkdir(parents=True)
    (sources / "page.html").write_text(
        "{% load i18n %}{% translate 'Kept' %}{% translate \"Fresh\" %}"
        "{% blocktranslate %}By {{ name }}{% endblocktranslate %}",
        encoding="utf-8",
    )
    (tmp_path / "room" / "code.py").write_text("_('Doubtful')\n", encoding="utf-8")
    room = messages.Room("room", tmp_path / "room", tmp_path / "locale")
    for language in messages.LANGUAGES:
        messages.update(room, language)
        path = room.catalogue(language)
        text = path.read_text(encoding="utf-8")
        text = text.replace('msgid "Kept"\nmsgstr ""', 'msgid "Kept"\nmsgstr "Сақталды"')
        text = text.replace('msgid "By %(name)s"\nmsgstr ""', 'msgid "By %(name)s"\nmsgstr "%(nom)s"')
        text = text.replace('msgid "Doubtful"\nmsgstr ""', '#, fuzzy\nmsgid "Doubtful"\nmsgstr "Күмәнді"')
        path.write_text(text + '\nmsgid "Gone"\nmsgstr "Кетті"\n', encoding="utf-8")
    found = sorted({line.split(": ", 1)[1] for line in messages.check(room)})
    assert found == [
        "fuzzy: 'Doubtful'",
        "other places than the English sentence: 'By %(name)s'",
        "stale: 'Gone'; run update",
        "untranslated: 'Fresh'",
    ]
