"""The sample sites' pages. One small sheet of style, no script."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import Final

from qorgan.demo.samples.relying_party import SignedIn
from qorgan.demo.samples.words import say

POLICY: Final = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
_COLOURS: Final = {"bank": "#0b6b4f", "platform": "#3a3f9e"}
_STYLE: Final = """\
:root {{ --accent: {accent}; color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }}
body {{ margin: 0; }}
header {{ background: var(--accent); color: #fff; padding: 1rem 1.5rem; font-weight: 600; }}
main {{ max-width: 40rem; margin: 2rem auto; padding: 0 1.5rem; }}
small {{ opacity: .75; }}
dl {{ display: grid; grid-template-columns: max-content 1fr; gap: .4rem 1.2rem; }}
dt {{ opacity: .75; }}
dd {{ margin: 0; }}
table {{ border-collapse: collapse; width: 100%; }}
td {{ padding: .4rem 0; border-top: 1px solid #8884; font-variant-numeric: tabular-nums; }}
td:last-child {{ text-align: right; }}
a.button, button {{ display: inline-block; background: var(--accent); color: #fff; border: 0; border-radius: .4rem;
  padding: .7rem 1.4rem; font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; }}
:focus-visible {{ outline: 3px solid #f5a623; outline-offset: 2px; }}
"""
_ORDERS: Final = (("buy", "KZT-SAMPLE-01", "100 × 1 250,00 ₸"), ("sell", "KZT-SAMPLE-02", "40 × 3 410,50 ₸"))


def style(kind: str) -> str:
    """The sheet."""
    return _STYLE.format(accent=_COLOURS[kind])


def home(kind: str, language: str, person: SignedIn | None) -> str:
    """What somebody sees: a door, or what is theirs."""
    if person is None:
        door = f'<p><a class="button" href="/sign-in">{say(language, "sign-in")}</a></p>'
        return _page(kind, language, f"<h1>{say(language, kind)}</h1><p>{say(language, 'intro')}</p>{door}")
    factors = ", ".join(say(language, one) for one in person.factors)
    at = datetime.fromtimestamp(person.at, tz=UTC).strftime("%Y-%m-%d %H:%M UTC")
    rows = "".join(
        f"<dt>{say(language, name)}</dt><dd>{escape(value)}</dd>"
        for name, value in (("factors", factors), ("rule", person.rule), ("when", at))
    )
    hello = escape(say(language, "hello").format(name=person.name))
    out = f'<form method="post" action="/sign-out"><button>{say(language, "sign-out")}</button></form>'
    return _page(kind, language, f"<h1>{hello}</h1>{_theirs(kind, language)}<dl>{rows}</dl>{out}")


def signed_out(kind: str, language: str) -> str:
    """Somebody has left."""
    door = f'<p><a class="button" href="/sign-in">{say(language, "sign-in")}</a></p>'
    return _page(kind, language, f"<p>{say(language, 'signed-out')}</p>{door}")


def refused(kind: str, language: str, reason: str) -> str:
    """The way to the gate and back ended without a sign-in."""
    door = f'<p><a class="button" href="/">{say(language, "again")}</a></p>'
    return _page(kind, language, f"<p>{say(language, 'refused')}: {escape(reason)}</p>{door}")


def _theirs(kind: str, language: str) -> str:
    if kind == "bank":
        return f"<p>{say(language, 'balance')}: <strong>125 400,00 ₸</strong></p>"
    rows = "".join(
        f"<tr><td>{say(language, act)}</td><td>{what}</td><td>{sum_}</td></tr>" for act, what, sum_ in _ORDERS
    )
    return f"<h2>{say(language, 'orders')}</h2><table>{rows}</table>"


def _page(kind: str, language: str, content: str) -> str:
    name = say(language, kind)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{name}</title><link rel="stylesheet" href="/page.css"></head>'
        f"<body><header>{name}</header><main>{content}"
        f"<p><small>{say(language, 'invented')}</small></p></main></body></html>"
    )
