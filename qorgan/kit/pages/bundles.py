"""Which built files an entry of `web/src` became, from the manifest that Vite writes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings

PREFIX: Final = "dist/"


class NotBuilt(Exception):
    """The web assets are missing. `python tools/assets.py` builds them."""


@dataclass(frozen=True)
class Bundle:
    """One entry: its script, the chunks it imports, its styles. Paths are those of static files."""

    script: str
    imports: tuple[str, ...]
    styles: tuple[str, ...]


@cache
def bundle(entry: str) -> Bundle:
    """The files of `web/src/<entry>.js`. Raises NotBuilt."""
    manifest = _manifest()
    key = f"src/{entry}.js"
    if key not in manifest:
        raise NotBuilt(f"web/src/{entry}.js is not in the build; run `python tools/assets.py`")
    chunks = _reached(manifest, key)
    styles = [style for chunk in chunks for style in manifest[chunk].get("css", ())]
    return Bundle(
        script=PREFIX + manifest[key]["file"],
        imports=tuple(PREFIX + manifest[chunk]["file"] for chunk in chunks if chunk != key),
        styles=tuple(PREFIX + style for style in dict.fromkeys(styles)),
    )


@cache
def _manifest() -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = json.loads(
            Path(settings.STATIC_FOLDER, PREFIX, "manifest.json").read_text(encoding="utf-8")
        )
    except FileNotFoundError:
        raise NotBuilt("the web assets are not built; run `python tools/assets.py`") from None
    return loaded


def _reached(manifest: dict[str, Any], key: str) -> list[str]:
    """The chunk and everything it imports, each once."""
    found: list[str] = []
    waiting = [key]
    while waiting:
        chunk = waiting.pop()
        if chunk not in found:
            found.append(chunk)
            waiting.extend(manifest[chunk].get("imports", ()))
    return found
