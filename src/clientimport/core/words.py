"""Words of a product: one text, or one a language."""

from __future__ import annotations

from collections.abc import Mapping

Words = str | Mapping[str, str]
"""One text for every language, or language code -> text."""


def said(words: Words, lang: str = "en") -> str:
    """*words* in a language; in English, else in the first that there is, where that language has none."""
    if isinstance(words, str):
        return words
    return words.get(lang) or words.get("en") or next(iter(words.values()), "")
