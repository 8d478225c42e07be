"""WCAG 2.1 AA: every page through axe in both themes, and every pair of our colours by arithmetic."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[3]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
TOKENS = (ROOT / "web" / "src" / "styles" / "tokens.css").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
PATHS = ("/account/", "/account/factors/", "/account/password/", "/account/sessions/", "/account/factors/passkeys/")

INKS = (
    "ink",
    "ink-2",
    "ink-3",
    "accent",
    "accent-strong",
    "critical",
    "high",
    "medium",
    "low",
    "informational",
    "good",
)
GROUNDS = ("ground", "surface", "hover")
OTHERS = (
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("accent-strong", "accent-soft"),
    ("ink-2", "sunken"),
    ("ink", "sunken"),
    *((grade, f"{grade}-soft") for grade in ("critical", "high", "medium", "low", "informational", "good")),
)


def palette(theme: str) -> dict[str, str]:
    block = TOKENS.split(f'[data-bs-theme="{theme}"] {{', 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--q-([\w-]+): (#[0-9a-f]{6});", block))


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_ink_is_read_on_every_ground(theme: str) -> None:
    colours = palette(theme)
    pairs = [*((ink, ground) for ink in INKS for ground in GROUNDS), *OTHERS]
    faint = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}
    assert {pair: found for pair, found in faint.items() if found < 4.5} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_borders_of_controls_and_the_focus_are_seen(theme: str) -> None:
    colours = palette(theme)
    for mark in ("line-strong", "focus"):
        for ground in GROUNDS:
            assert contrast(colours[mark], colours[ground]) >= 3, (mark, ground)


def complaints(page: Page) -> list[str]:
    page.wait_for_load_state()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map(v => "
        "[v.id, v.nodes.map(n => n.target.join(' ')).join(', ')].join(': ')))",
        RULES,
    )
    return [f"{page.url}: {complaint}" for complaint in found]


@pytest.mark.products
def test_no_page_has_a_barrier_that_axe_knows(enlist: Any, page: Page, browse_in: Any) -> None:
    person = enlist("responsible-employee", language="kk")
    found = []
    page.goto("/sign-in/")
    found += complaints(page)
    page.fill("[name=login]", person.email)
    page.fill("[name=password]", "wrong-wrong-wrong")
    page.click("form[action='/sign-in/'] button")
    found += complaints(page)
    browse_in(person)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for path in PATHS:
            page.goto(path)
            found += complaints(page)
    assert found == []


def test_severities_differ_by_shape_and_word_and_not_by_colour_alone(django_hub: Any) -> None:
    from django.template import engines  # noqa: PLC0415
    from django.utils import translation  # noqa: PLC0415

    del django_hub
    template = engines["django"].from_string("{% load qorgan %}{% severity grade %}")
    shapes, words = set(), set()
    for language in ("kk", "ru", "en"):
        with translation.override(language):
            drawn = [template.render({"grade": rank}) for rank in range(5)]
        shapes |= {re.search(r'href="#([\w-]+)"', one).group(1) for one in drawn}  # type: ignore[union-attr]
        words |= {re.sub(r"<[^>]+>", "", one) for one in drawn}
    assert len(shapes) == 5
    assert len(words) == 15
