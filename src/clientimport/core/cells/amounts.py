"""Amounts as people write them, read exactly.

A text is read under both decimal marks. If it means the same under both, or can be read under only one, there is
nothing to ask: ``1.234,56``, ``1 234.5``, ``0.125`` and ``1.234.567`` are definite. If the two readings differ, as for
``1.234``, the column's evidence or a person decides.

A parenthesis, a minus before or after, and ``CR`` or ``C`` make an amount negative (a client in credit); two of them in one
cell contradict each other and are refused, as are exponents, more than 15 digits before the mark, more than 10 after.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from clientimport.core.cells.seen import PENDING, Refusal, coerced
from clientimport.core.coercion import Coerced, CoercionContext
from clientimport.core.money import minor_units


class AmountReadings(NamedTuple):
    """What a text means under each decimal mark; ``None`` where it cannot be read so."""

    dot: str | None
    comma: str | None


def coerce_amount(texts: Sequence[str], context: CoercionContext) -> Coerced:
    """Amounts as plain decimal text (``"1234.50"``), all the digits that were written.

    The column's mark decides only where there are two readings, even if a person gave it: a workbook's column holds
    numbers beside texts, and a number always arrives with a point.
    """
    mark = context.format
    clean_whole, clean_dot, clean_comma = _CLEAN_WHOLE.fullmatch, _CLEAN_DOT.fullmatch, _CLEAN_COMMA.fullmatch
    answers: list[object] = []
    add = answers.append
    for text in texts:
        if not text:
            add(None)
        elif clean_whole(text):
            add(text)
        elif clean_dot(text):
            add(text.replace(",", ""))
        elif clean_comma(text):
            add(text.replace(".", "").replace(",", "."))
        else:
            add(_answer(amount_readings(text), mark))
    return coerced(answers)


def amount_readings(text: str) -> AmountReadings:
    """What *text* means under each decimal mark."""
    found = _stripped(text)
    if found is None:
        # so the format for accounts writes nought; a dash alone may mean anything
        nought = _NOUGHT.fullmatch(text.strip())
        return AmountReadings("0", "0") if nought and _currency(nought[1] or nought[2]) else _UNREADABLE
    negative, number, _ = found
    dot, comma = _number(number, ".", ","), _number(number, ",", ".")
    if not negative:
        return AmountReadings(dot, comma)
    return AmountReadings(_negated(dot), _negated(comma))


def decimal_mark(text: str) -> str:
    """What a cell shows of its column's decimal mark.

    ``,`` or ``.`` if it can be read with that one only, ``either`` if both readings are the same, ``ambiguous`` if they
    differ, ``unreadable`` if there is none, ``""`` for a blank cell.
    """
    if not text:
        return ""
    if _CLEAN_WHOLE.fullmatch(text):
        return "either"
    if _CLEAN_DOT.fullmatch(text):
        return "."
    if _CLEAN_COMMA.fullmatch(text):
        return ","
    dot, comma = amount_readings(text)
    if dot is not None and comma is not None:
        return "either" if dot == comma else "ambiguous"
    if dot is not None:
        return "."
    return "unreadable" if comma is None else ","


def currency_in(text: str, expected: str) -> tuple[str, str]:
    """The currency that stands in an amount cell: (as written, its ISO 4217 code).

    Both are empty if none does. A sign that several currencies share (``$``, ``kr``) means the *expected* one if that is
    among them; else the code is empty.
    """
    if _BARE.fullmatch(text):
        return "", ""
    found = _stripped(text)
    if found is None:
        return "", ""
    sign = found[2]
    if sign in _SHARED:
        return sign, expected if expected in _SHARED[sign] else ""
    return sign, _SYMBOLS.get(sign, sign)


def belongs_to_amount(word: str) -> bool:
    """Whether *word* beside a number says something of the amount: its currency, or ``CR`` or ``DR``."""
    return word.upper() in _SIDES or _currency(word) is not None


def _answer(readings: AmountReadings, mark: str | None) -> object:
    dot, comma = readings
    if dot is None or comma is None or dot == comma:
        either = dot if comma is None else comma
        return Refusal("amount-unreadable") if either is None else either
    if mark is None:
        return PENDING
    return comma if mark == "," else dot


_NOUGHT = re.compile(r"([^\W\d_]{3}|[^\w\s.,'()+-])\s*[-–—]{1,2}|[-–—]{1,2}\s*([^\W\d_]{3}|[^\w\s.,'()+-])")
_BARE = re.compile(r"[-+(]?[0-9.,' ]*[-)]?")
_UNREADABLE = AmountReadings(None, None)

# Texts that have one reading only and need no work but taking the marks out. A lone group of three digits after a
# mark is missing here on purpose, and so is "-0", whose sign goes.
_CLEAN_WHOLE = re.compile(r"-?[1-9][0-9]{0,14}|0")
_CLEAN_DOT = re.compile(r"(?:-?[1-9][0-9]{0,14}|0|-?[1-9][0-9]{0,2}(?:,[0-9]{3}){1,4})\.[0-9]{1,2}")
_CLEAN_COMMA = re.compile(r"(?:-?[1-9][0-9]{0,14}|0|-?[1-9][0-9]{0,2}(?:\.[0-9]{3}){1,4}),[0-9]{1,2}")

_BLANKS = re.compile("[ \u00a0\u2002-\u200a\u202f\u205f]")
_APOSTROPHES = re.compile("['\u2019\u02bc\uff07\u066c]")
_PLAIN_BUT_EURO = re.compile("[ -~€£]*")
_MINUS = "-\u2212\u2013\u2012\ufe63\uff0d"
_WORD_LEFT = re.compile(r"[^\W\d_]{1,5}\.?|[^\w\s.,'()+\-\u2212\u2013\u2012]", re.UNICODE)
_WORD_RIGHT = re.compile(r"(?:[^\W\d_]{1,5}\.?|[^\w\s.,'()+\-\u2212\u2013\u2012])$", re.UNICODE)
_NO_CENTS = re.compile("([.,])(?:-{1,2}|[\u2013\u2014])$")  # the Belgian and Dutch "50,-"
_DASHES = frozenset("-–—")
_DIGITS = {0x0660 + n: str(n) for n in range(10)} | {0x06F0 + n: str(n) for n in range(10)}
_CREDIT, _DEBIT = frozenset({"CR", "CR.", "C"}), frozenset({"DR", "DR.", "DB", "D"})
_SIDES = _CREDIT | _DEBIT

_SYMBOLS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₺": "TRY", "₪": "ILS", "₩": "KRW", "₽": "RUB", "฿": "THB", "₫": "VND",
    "₴": "UAH", "₦": "NGN", "₱": "PHP", "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "EURO": "EUR", "EUROS": "EUR",
    "Euro": "EUR", "euro": "EUR", "euros": "EUR", "Fr.": "CHF", "sFr.": "CHF", "SFr.": "CHF", "$": "", "¥": "",
    "kr": "", "kr.": "", "Kr": "", "Kr.": "", "Rs": "", "Rs.": "",
    "R": "ZAR", "RM": "MYR",
}  # fmt: skip
_DOLLARS = frozenset(
    [
        "USD",
        "AUD",
        "CAD",
        "NZD",
        "HKD",
        "SGD",
        "TWD",
        "MXN",
        "ARS",
        "CLP",
        "COP",
        "UYU",
        "BSD",
        "BBD",
        "BMD",
        "BND",
        "BZD",
        "DOP",
        "FJD",
        "GYD",
        "JMD",
        "KYD",
        "LRD",
        "NAD",
        "SBD",
        "SRD",
        "TTD",
        "XCD",
    ]
)
_CROWNS = frozenset(("SEK", "NOK", "DKK", "ISK"))
_RUPEES = frozenset(("INR", "PKR", "LKR", "NPR", "MUR", "SCR"))
_SHARED = {
    "$": _DOLLARS, "¥": frozenset(("JPY", "CNY")), "kr": _CROWNS, "kr.": _CROWNS, "Kr": _CROWNS, "Kr.": _CROWNS,
    "Rs": _RUPEES, "Rs.": _RUPEES,
}  # fmt: skip
_PREFIXED_DOLLARS = {  # longest first: CA$ ends in A$
    "US$": "USD", "AU$": "AUD", "CA$": "CAD", "NZ$": "NZD", "HK$": "HKD", "MX$": "MXN", "NT$": "TWD",
    "A$": "AUD", "C$": "CAD", "S$": "SGD", "R$": "BRL",
}  # fmt: skip


def _stripped(text: str) -> tuple[bool, str, str] | None:
    """(negative, the bare number, currency code or sign) of an amount text, or ``None`` if something else is in it."""
    if len(text) > 60:
        return None
    rest = text
    if not text.isascii() and not _PLAIN_BUT_EURO.fullmatch(text):
        rest = _APOSTROPHES.sub("'", _BLANKS.sub(" ", text)).translate(_DIGITS).strip(" ")
    if rest[-1:] in _DASHES:
        rest = _NO_CENTS.sub(r"\g<1>00", rest)
    signs: list[bool] = []
    currency = ""
    while rest and not (rest[0] in _NUMBER_START and rest[-1].isdigit() and rest[-1].isascii()):
        first, last = rest[0], rest[-1]
        if first == "(" and last == ")":
            signs.append(True)
            rest = rest[1:-1].strip(" ")
            continue
        if first in _MINUS or first == "+":
            signs.append(first != "+")
            rest = rest[1:].lstrip(" ")
            continue
        if last in _MINUS:
            signs.append(True)
            rest = rest[:-1].rstrip(" ")
            rest = _NO_CENTS.sub(r"\g<1>00", rest)
            continue
        taken = _word(rest)
        if taken is None:
            return None
        word, rest = taken
        upper = word.upper()
        if upper in _SIDES:
            signs.append(upper in _CREDIT)
        elif currency:
            return None
        else:
            code = _currency(word)
            if code is None:
                return None
            currency = code
            if rest[-1:] in _DASHES:
                rest = _NO_CENTS.sub(r"\g<1>00", rest)
    if not rest or len(signs) > 1:
        return None
    return bool(signs and signs[0]), rest, currency


_NUMBER_START = frozenset("0123456789.,\u066b")


def _word(rest: str) -> tuple[str, str] | None:
    """The word or sign at the left end, else at the right end, and what remains."""
    for mark in _PREFIXED_DOLLARS if "$" in rest else ():
        if rest.upper().startswith(mark):
            return mark, rest[len(mark) :].lstrip(" ")
        if rest.upper().endswith(mark):
            return mark, rest[: -len(mark)].rstrip(" ")
    if rest[0] not in _NUMBER_START:
        found = _WORD_LEFT.match(rest)
        return None if found is None else (found[0], rest[found.end() :].lstrip(" "))
    found = _WORD_RIGHT.search(rest)
    return None if found is None else (found[0], rest[: found.start()].rstrip(" "))


def _currency(word: str) -> str | None:
    """The code of a currency word, the sign itself if several currencies use it, ``None`` if it is no currency."""
    if word in _SYMBOLS:
        return _SYMBOLS[word] or word
    if word in _PREFIXED_DOLLARS:
        return _PREFIXED_DOLLARS[word]
    upper = word.upper()
    return upper if upper in minor_units() else None


def _number(text: str, mark: str, other: str) -> str | None:
    """*text* read with *mark* before the decimals, as canonical text."""
    if "\u066b" in text:  # the Arabic decimal separator has no second meaning
        whole, _, cents = text.partition("\u066b")
    elif text.count(mark) > 1:
        return None
    else:
        whole, _, cents = text.partition(mark)
    if _ or cents:
        if not (cents.isdecimal() and cents.isascii()) or len(cents) > 10:
            return None
        if not whole:
            return "0." + cents
    if not (whole.isdecimal() and whole.isascii()):
        if other == "," and _INDIAN.fullmatch(whole):
            whole = whole.replace(",", "")
        else:
            found = _GROUPED.fullmatch(whole)
            if found is None or found[1] == mark:
                return None
            whole = whole.replace(found[1], "")
    whole = whole.lstrip("0") or "0"
    if len(whole) > 15:
        return None
    return f"{whole}.{cents}" if cents else whole


_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:([., '])[0-9]{3})(?:\1[0-9]{3})*")
_INDIAN = re.compile(r"[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}")


def _negated(amount: str | None) -> str | None:
    if amount is None or not amount.strip("0."):
        return amount
    return "-" + amount
