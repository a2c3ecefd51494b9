"""What a stored number looks like to the person who looks at the sheet.

A worksheet stores dates, codes and amounts alike as numbers; only the number format tells them apart. Dates become ISO
text, codes such as ``00123`` keep their zeros, everything else becomes plain decimal text. A currency or a ``CR`` that the
format shows beside the number comes with it (``USD 12.5``); a percentage gives the plain number: ``21%`` is ``0.21``. Reading
never converts any further.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from clientimport.core.cells.amounts import belongs_to_amount

ToText = Callable[[str], str]
"""A number as stored (``45750``) into the text a person sees (``2025-04-03``)."""

_DIGITS = 15
"""Significant digits a spreadsheet shows at most: ``1234.5600000000002`` out of a sum is ``1234.56`` on every screen."""


def plain(stored: str) -> str:
    """Plain decimal text: no exponent, no ``.0``, no more digits than a spreadsheet can show; integers as they are.

    One trick: a fraction of exactly three digits after one to three digits gets a zero at its end (``1.234`` becomes
    ``1.2340``), because ``1.234`` would later pass for one thousand two hundred and thirty-four. The value is the same.
    What is no number comes back unchanged.
    """
    text = stored.strip()
    if text.isdigit() and text.isascii():
        return text.lstrip("0") or "0"
    if _SHORT.fullmatch(text):
        return text
    try:
        number = float(text)
    except ValueError:
        return stored
    if number != number or number in (float("inf"), float("-inf")):  # noqa: PLR0124 - the test for not-a-number
        return stored
    if _INTEGER.fullmatch(text):
        sign, digits = ("-", text[1:]) if text[0] == "-" else ("", text[1:])
        digits = digits.lstrip("0") or "0"
        return sign + digits if digits != "0" else "0"
    exact = repr(number)
    if len(_NOT_SIGNIFICANT.sub("", exact.partition("e")[0].lstrip("-0."))) > _DIGITS:
        exact = f"{number:.{_DIGITS}g}"
    result = format(Decimal(exact), "f")
    if "." in result:
        result = result.rstrip("0").rstrip(".")
    if result in ("-0", ""):
        return "0"
    whole, _, fraction = result.lstrip("-").partition(".")
    return result + "0" if len(fraction) == 3 and len(whole) <= 3 else result


_SHORT = re.compile(r"-?(?:0|[1-9][0-9]{0,8})\.[0-9]?[1-9]")
_INTEGER = re.compile(r"[-+][0-9]+")
_NOT_SIGNIFICANT = re.compile(r"[^0-9]")


# ------------------------------------------------------------------------------------------------ formats

_BUILT_IN = {
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, *range(50, 55), 57, 58), "yyyy-mm-dd"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 55, 56), "hh:mm:ss"),
    22: "yyyy-mm-dd hh:mm",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
}

_NOISE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_CLOCK = re.compile(r"a/p|am/pm|[hs]", re.IGNORECASE)
_SECTION = re.compile(r'(?:"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|[^;])*')
_PIECES = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]|(0)|(.)', re.DOTALL)


def to_text(format_id: int, code: str | None, *, epoch_1904: bool) -> ToText | None:
    """How numbers of a format are written; ``None`` where that is ``plain``.

    *code* is the format code where the workbook defines one; otherwise the format is a built-in one.
    """
    code = code if code is not None else _BUILT_IN.get(format_id)
    if not code or code.strip().casefold() in ("general", "standard", "@"):
        return None
    section = _SECTION.match(code)
    first = section.group(0) if section else code
    bare = _NOISE.sub("", first)
    if _ELAPSED.search(bare):
        return lru_cache(4096)(_elapsed)
    # The zeros of "ss.0" are fractions of a second; any other digit place makes it a number.
    if re.search(r"[dmyhs]", bare, re.IGNORECASE) and not re.search(r"[0#?]", re.sub(r"\.0+", "", bare)):
        clock = bool(_CLOCK.search(bare))
        day = bool(re.search(r"[dy]", bare, re.IGNORECASE)) or not clock
        return lru_cache(4096)(_moment(day=day, epoch_1904=epoch_1904))
    sections = [part for part in _SECTION.findall(code) if part]
    if _CONDITION.match(first) and (coded := _by_condition(sections)):
        return coded
    return _coded(first) or _amount(sections[:2])


def _amount(sections: list[str]) -> ToText | None:
    """For formats that show a currency, or ``CR`` or ``DR``, beside the number; ``None`` for all others.

    *sections* are those for numbers above and below zero; a single one is for both, and then the minus is shown as well.
    """
    above, *others = map(_words, sections)
    if any(_CONDITION.match(section) for section in sections):
        if any(each != above for each in others):  # which one counts would have to be reckoned
            return None
        others = []
    below = others[0] if others else above
    if not any((*above, *below)):
        return None

    def amount(stored: str) -> str:
        text = plain(stored)
        negative = text[:1] == "-"
        if text == "0" or not text[negative:].replace(".", "", 1).isdigit():
            return text
        currency, side = below if negative else above
        if side and negative and others:  # "5.00 CR" is shown for -5, without its minus
            text = text[1:]
        return " ".join(filter(None, (currency, text, side)))

    return amount


def _words(section: str) -> tuple[str, str]:
    """(currency, ``CR`` or ``DR``) that a section shows beside its number; empty where it shows none."""
    literals = []
    for match in _PIECES.finditer(section):
        quoted, escaped, _, other = match.groups()
        bracket = _BRACKET.match(match.group(0))
        if bracket:
            literals.append(f" {bracket.group(1)} ")
        else:
            literals.append(
                quoted or escaped or (other if other and not other.isalnum() and other not in "#?.," else " ")
            )
    words = [word for word in re.split(r"[\s()+-]+", "".join(literals)) if belongs_to_amount(word)]
    sides = [word for word in words if word.upper().strip(".") in ("CR", "C", "DR", "DB", "D")]
    currencies = [word for word in words if word not in sides]
    return (currencies or [""])[0], (sides or [""])[0]


_BRACKET = re.compile(r"\[\$([^\]-]+)(?:-[^\]]*)?\]")
_CONDITION = re.compile(r"(?:\[[^\]]*\])*\[[<>=]")


def _by_condition(sections: list[str]) -> ToText | None:
    """For formats whose section depends on the number (``[<=99999]00000;000000000``), if all of them write codes."""
    found = [(_LIMIT.match(section), _coded(_LIMIT.sub("", section, count=1))) for section in sections]
    choices = [
        (limit and (_COMPARE[limit.group(1)], Decimal(limit.group(2))), coded) for limit, coded in found if coded
    ]
    if len(choices) < len(sections) or choices[-1][0]:
        return None

    def chosen(stored: str) -> str:
        text = plain(stored)
        if not text.isdigit():
            return text
        number = Decimal(text)
        return next(coded for limit, coded in choices if not limit or limit[0](number, limit[1]))(stored)

    return chosen


_LIMIT = re.compile(r"(?:\[[a-zA-Z]+[0-9]*\])?\[(<=|>=|<>|<|>|=)([0-9]+(?:\.[0-9]+)?)\]")
_COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<=": operator.le, ">=": operator.ge, "<>": operator.ne, "<": operator.lt, ">": operator.gt, "=": operator.eq,
}  # fmt: skip


def _coded(section: str) -> ToText | None:
    """For formats that write codes: ``00000``, ``0000"."000"."000``, ``"BE"0000000000``, ``0#########``, ``+##" "###``.

    A code shows noughts in front, or has a digit or a plus before its own digits, or signs other than blanks between them.
    ``None`` for all others: a decimal point, groups of thousands, a percentage or a currency makes it an amount, of which
    the plain number is wanted.
    """
    pieces: list[tuple[bool, str]] = []  # whether it is a place for a digit, and how that or the sign is written
    for match in _PIECES.finditer(section):
        quoted, escaped, zero, other = match.groups()
        if zero or other == "#":
            pieces.append((True, zero or other))
        elif quoted is not None or escaped is not None:
            literal = quoted if quoted is not None else escaped
            if any(sign in literal for sign in "€$£¥%"):
                return None
            pieces.append((False, literal))
        elif other is not None:
            if other not in " -/():+":
                return None
            pieces.append((False, other))
        elif match.group(0).startswith("[$"):
            # [$€-813] is a currency, [$-813] only a language.
            if not match.group(0).startswith("[$-"):
                return None
        elif match.group(0).startswith("[") and match.group(0)[1:2] in "<>=":
            return None
    places = [index for index, (place, _) in enumerate(pieces) if place]
    if not places:
        return None
    first, last = places[0], places[-1]
    noughts = sum(pieces[index][1] == "0" for index in places)
    before = "".join(sign for _, sign in pieces[:first])
    between = "".join(sign for place, sign in pieces[first:last] if not place)
    shown = noughts > 1 or (pieces[first][1] == "0" and len(places) > 1)
    if not (shown or re.search(r"[0-9+]", before) or between.strip()):
        return None

    def coded(stored: str) -> str:
        digits = plain(stored)
        if not digits.isdigit():
            return digits
        written: list[str] = []
        for index in range(len(pieces) - 1, -1, -1):
            place, sign = pieces[index]
            if not place:
                written.append(sign)
                continue
            digit, digits = (digits, "") if index == first else (digits[-1:], digits[:-1])
            written.append(digit or ("0" if sign == "0" else ""))
        return "".join(reversed(written)).strip()

    return coded


# ------------------------------------------------------------------------------------------------ days and times

_SECONDS = 86_400
_LAST_DAY = 2_958_465
"""31 December 9999 counted from 1900: spreadsheets know no later day."""


def _moment(*, day: bool, epoch_1904: bool) -> ToText:
    def moment(stored: str) -> str:
        try:
            serial = float(stored)
        except ValueError:
            return stored
        if not 0 <= serial <= _LAST_DAY:
            return plain(stored)
        days, seconds = divmod(round(serial * _SECONDS), _SECONDS)
        clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        if not day and days == 0:
            return clock
        if epoch_1904:
            written = _day(datetime(1904, 1, 1), days)  # noqa: DTZ001 - a day on a wall calendar has no zone
        elif days == 0:
            return plain(stored)
        elif days == 60:
            written = "1900-02-29"
        else:
            written = _day(datetime(1899, 12, 31) if days < 60 else datetime(1899, 12, 30), days)  # noqa: DTZ001
        return f"{written} {clock}" if seconds else written

    return moment


def _day(epoch: datetime, days: int) -> str:
    try:
        return (epoch + timedelta(days=days)).date().isoformat()
    except OverflowError:
        return str(days)


def _elapsed(stored: str) -> str:
    try:
        seconds = round(float(stored) * _SECONDS)
    except (ValueError, OverflowError):
        return stored
    sign = "-" if seconds < 0 else ""
    seconds = abs(seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2})(?:\.\d+)?Z?)?")


def iso_text(stored: str) -> str:
    """A date that is stored as ISO text (Strict workbooks), written like all others."""
    match = _ISO.fullmatch(stored.strip())
    if match is None:
        return stored
    day, clock = match.groups()
    return f"{day} {clock}" if clock and clock != "00:00:00" else str(day)
