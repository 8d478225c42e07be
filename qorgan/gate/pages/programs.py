"""What a browser calls itself, in two words that its owner knows. Anything may call itself anything."""

from __future__ import annotations

from typing import Final

_BROWSERS: Final = (("Edg/", "Edge"), ("OPR/", "Opera"), ("YaBrowser/", "Yandex"), ("Firefox/", "Firefox"),
                    ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
_SYSTEMS: Final = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
                   ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip
"""In the order in which they are looked for: most say to be several."""
_LONGEST: Final = 40


def program(told: str) -> str:
    """`Chrome, Windows`; the beginning of the text itself where nothing in it is known."""
    found = [next((name for sign, name in known if sign in told), "") for known in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in found if name) or told[:_LONGEST]
