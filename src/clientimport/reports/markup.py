"""HTML that cannot be broken by what stands in it: text becomes markup in one place, and is escaped there."""

from __future__ import annotations

from html import escape


class Markup(str):
    """HTML made by ``element``; any other text is escaped when it is put into one."""

    __slots__ = ()


def element(tag: str, *children: str, **attributes: str) -> Markup:
    """``<tag attributes>children</tag>``; a trailing underscore of an attribute's name is dropped (``class_``)."""
    return Markup(f"{start(tag, **attributes)}{''.join(map(_safe, children))}</{tag}>")


def start(tag: str, **attributes: str) -> Markup:
    """The opening tag alone, for what is closed later and for elements without content."""
    given = "".join(f' {name.rstrip("_").replace("_", "-")}="{escape(text)}"' for name, text in attributes.items())
    return Markup(f"<{tag}{given}>")


def _safe(child: str) -> str:
    return child if isinstance(child, Markup) else escape(child)
