"""WCAG 2.1 AA: the pages of applications, people and absences through axe, in both themes and narrow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[3] / "web" / "node_modules" / "axe-core" / "axe.min.js"
JUDGE = """async (rules) => {
    const found = await axe.run(document, { runOnly: rules });
    return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).slice(0, 3).join(" | ")}`);
}"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]

pytestmark = pytest.mark.products


def faults(page: Page) -> list[str]:
    """What axe finds wrong. Through the devtools, for the page's own policy lets no foreign script in."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    found: list[str] = page.evaluate(JUDGE, RULES)
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(enlist: Any, page: Page, browse_in: Any, django_hub: Any, theme: str) -> None:
    bank = django_hub.add_organisation(3)
    employee = enlist("responsible-employee", organisation=bank)
    chief = enlist("head-of-security", organisation=bank)
    django_hub.tamper(
        """INSERT INTO application (id, kind, organisation_id, subject, content, returned, state, findings, authors,
               made_by_id, made_at, moved_at, outcome)
           SELECT gen_random_uuid(), 'profile', id, id::text, profile, profile || '{"email": "old@bank.example"}',
               'under-review', '[{"field": "email", "reason": "it bounces"}]', '[]', %s, now(), now(), ''
           FROM (SELECT id, jsonb_build_object('bin', bin, 'kind', kind, 'name_kk', name_kk, 'name_ru', name_ru,
                     'name_en', name_en, 'email', email) AS profile FROM organisation WHERE id = %s) AS shown""",
        employee.id,
        bank,
    )
    django_hub.tamper(
        """INSERT INTO absence (id, organisation_id, absent_id, deputy_id, starts_at, ends_at, reason, made_by_id,
               made_at)
           VALUES (gen_random_uuid(), %s, %s, %s, now(), now() + interval '1 day', 'leave', %s, now())""",
        bank,
        chief.id,
        employee.id,
        chief.id,
    )
    ((application,),) = django_hub.rows("SELECT id FROM application")
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    browse_in(enlist("centre-head"))
    found = {}
    for path in (
        "/members/",
        "/members/applications/",
        f"/members/applications/{application}/",
        f"/members/{bank}/",
        f"/members/people/{employee.id}/",
        f"/members/people/{employee.id}/block/",
        f"/members/people/{employee.id}/leave/{bank}/",
        "/sign-in/invitation/",
    ):
        page.goto(path)
        if wrong := faults(page):
            found[path] = wrong
    assert found == {}
