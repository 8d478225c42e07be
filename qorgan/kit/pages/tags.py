"""Template tags of every program, always at hand: built scripts and styles, and symbols."""

from __future__ import annotations

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from qorgan.kit.pages.bundles import bundle as built

register = template.Library()


@register.simple_tag
def bundle(entry: str) -> SafeString:
    """Styles and module script of `web/src/<entry>.js`, with the chunks it needs fetched early."""
    files = built(entry)
    links = format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(one),) for one in files.styles))
    early = format_html_join("\n", '<link rel="modulepreload" href="{}">', ((static(one),) for one in files.imports))
    script = format_html('<script type="module" src="{}"></script>', static(files.script))
    return format_html("{}\n{}\n{}", links, early, script)


@register.simple_tag
def first_script(entry: str) -> SafeString:
    """A classic script that runs before the first paint."""
    return format_html('<script src="{}"></script>', static(built(entry).script))


@register.simple_tag
def symbol(name: str) -> SafeString:
    """A symbol of the sprite; it says nothing to a screen reader, so words stand beside it."""
    return format_html('<svg aria-hidden="true" focusable="false"><use href="#q-{}"></use></svg>', name)
