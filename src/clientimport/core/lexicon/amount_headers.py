"""What a header says of the amounts under it, and a column beside them: their currency, that they are thousands, their side."""

from __future__ import annotations

import re
from collections.abc import Iterable

from clientimport.core.cells.amounts import currency_in
from clientimport.core.money import minor_units


def currencies_named(header: str) -> tuple[str, ...]:
    """The currencies that *header* names, as codes or as signs, each once: ``"Balance (USD)"`` names ``USD``.

    A code is three capitals, or three small letters alone in brackets. Those that are words as well (``ALL``, ``TOP``) count only
    as capitals alone in brackets, and some of them also where the rest of the header is in small letters.
    """
    words = _WORDS if header == header.upper() else _SURE_WORDS
    found = _SIGN.findall(header)
    found += [code for code in _CODE.findall(header) if code in minor_units() and code not in words]
    for code in _BRACKETED.findall(header):
        if code.upper() in minor_units() and not (code.islower() and code.upper() in _WORDS):
            found.append(code.upper())
    found += [sign for word, sign in _SPELT.items() if re.search(rf"\b{word}\b", header, re.IGNORECASE)]
    return tuple(dict.fromkeys(currency_in(f"1 {each}", "")[1] or each for each in found))


def in_thousands(header: str) -> bool:
    """Whether the amounts seem to be given in thousands or millions."""
    return _SCALE.search(header) is not None


def tells_sides(header: str, texts: Iterable[str]) -> bool:
    """Whether a column says of amounts beside it which are debit and which are credit: ``D`` and ``C``, ``Soll`` and ``Haben``."""
    words = {text.strip().casefold().rstrip(".") for text in texts} - {""}
    pair = next((pair for pair in _SIDES if words <= pair), None)
    return pair is not None and bool(words) and (len(words) > 1 or names_sides(header))


def names_sides(header: str) -> bool:
    """Whether *header* is that of such a column: ``D/C``, ``Soll/Haben``."""
    return _SIDES_HEADER.fullmatch(header.strip()) is not None


_SIDES = tuple(
    frozenset(pair.split())
    for pair in ("d c", "dr cr", "db cr", "debit credit", "debet credit", "débit crédit", "soll haben", "s h", "+ -")
)
_SIDES_HEADER = re.compile(
    r"d\s?[/_-]?\s?c|dr\s?[/_-]\s?cr|deb[ei]t\s?[/_-]\s?credit|d[eé]bit\s?[/_-]\s?cr[eé]dit|soll\s?[/_-]\s?haben|s\s?/\s?h|\+\s?/\s?-|sens|dc-?kennzeichen",
    re.IGNORECASE,
)
_SIGN = re.compile(r"(?:US|AU|CA|NZ|HK|MX|NT|[ACSR])\$|[€$£¥₹₺₪₩₽฿₫₴₦₱]")
_CODE = re.compile(r"(?<![^\W_])[A-Z]{3}(?![^\W_])")
_BRACKETED = re.compile(r"[(\[]\s*([a-z]{3}|[A-Z]{3})\s*[)\]]")
_SPELT = {"euros?": "EUR", "dollars?": "$"}
_WORDS = frozenset(
    {"ALL", "BAM", "COP", "CUP", "GEL", "LAK", "MAD", "MOP", "PAB", "PEN", "RON", "SOS", "TOP", "TRY", "VES"}
)
_SURE_WORDS = frozenset({"ALL", "TOP"})
_SCALE = re.compile(
    r"[x×*/]\s?1[., ]?000|\b1[., ]000\b|['’]000|\b000s?\b|[(\[]k[)\]]|\bk\s?(?:€|\$|£|eur\b|usd\b|gbp\b)|(?:€|\$|£|\beur|\busd|\bgbp)\s?k\b"
    r"|\bt(?:€|eur\b)|\bthousands?\b|\bduizend(?:en|tal|tallen)?\b|\bmilliers?\b|\btausend\b|\btsd\b|\bmiles\b"
    r"|\bmillions?\b|\bmiljoen(?:en)?\b|\bmill[oó]n(?:es)?\b|\bmillionen\b|\bmio\b|\bmln\b",
    re.IGNORECASE,
)
