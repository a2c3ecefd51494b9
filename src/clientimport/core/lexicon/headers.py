"""Headers as words: the same words whatever the case, the accents, the punctuation and the camel humps."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


@lru_cache(maxsize=4096)
def header_words(header: str) -> tuple[str, ...]:
    """The words of a header: ``"POAddressLine1"`` is ``po address line 1``, ``"Straße (verplicht)"`` is ``strasse``.

    What stands in brackets counts as words, unless it is a unit, a date pattern, a remark such as ``required`` or
    holds digits.
    """
    if _PLAIN.fullmatch(header):  # nearly all of the lexicon itself
        return _without_remarks(header.split())
    text = unicodedata.normalize("NFKC", header)
    text = _BRACKETS.sub(_bracketed, text)
    text = text.replace("#", " no ").replace("%", " percent ")
    text = _HUMP.sub(" ", text)
    text = unicodedata.normalize("NFD", text.casefold())
    text = "".join(char for char in text if unicodedata.category(char) not in {"Mn", "Cf"})
    return _without_remarks(_WORD.findall(text.translate(_ARABIC)))


def _without_remarks(words: list[str]) -> tuple[str, ...]:
    while len(words) > 1 and words[-1] in _REMARKS:
        words.pop()
    return tuple(words)


def header_key(header: str) -> str:
    """The header's words run together; two headers with one key are the same header written differently."""
    return "".join(header_words(header))


def word_set(words: str) -> frozenset[str]:
    """The words of a text between blanks."""
    return frozenset(words.split())


_PLAIN = re.compile("[a-z ]*")
_BRACKETS = re.compile(r"[(\[{<]([^)\]}>]*)[)\]}>]")
_HUMP = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-z]{2})|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_WORD = re.compile(r"[^\W_]+")
_ARABIC = str.maketrans({"ة": "ه", "ى": "ي", "ـ": None})
_REMARKS = word_set(
    "required optional verplicht optioneel obligatoire facultatif pflichtfeld pflicht obligatorio opcional"
    " mandatory eur euro usd gbp chf ddmmyyyy ddmmjjjj yyyymmdd jjmmaaaa jjjjmmdd ttmmjjjj mmddyyyy اجباري مطلوب"
    " مطلوبه اختياري إلزامي الزامي"
)


def _bracketed(match: re.Match[str]) -> str:
    inside = match[1]
    key = "".join(_WORD.findall(inside.casefold()))
    keep = (key.isalpha() and key not in _REMARKS) or (key.isdigit() and len(key) == 1)
    return f" {inside} " if keep else " "
