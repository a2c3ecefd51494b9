"""Dates as people write them, read by explicit shapes; never by a parser that borrows what is missing from today.

Read are day-month-year and month-day-year with ``-``, ``/``, ``.`` or a blank between, year-month-day with a year of
four digits, ``YYYYMMDD``, and dates with the month's name in English, Dutch, French, German or Spanish. A time after
the date is dropped. Two digits of a year are 1969 to 2068, as POSIX has it; in a field named ``birth_date`` they are
1927 to 2026, since nobody's birth is in the future. A year of two digits is first only where the format ``YMD`` was
given. Years before 1800 count as typing errors.

A numeric date with day and month both at most 12 and not equal has two meanings and waits for the column's format.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from clientimport.core.cells.seen import PENDING, Refusal, Seen
from clientimport.core.coercion import Coerced, CoercionContext
from clientimport.core.text import comparison_key

FIRST_YEAR = 1800
PIVOT, BIRTH_PIVOT = 68, 26
"""The last two-digit year that is of the 2000s, and the same for dates of birth."""


class DateReadings(NamedTuple):
    """What a text means in each order, ``YYYY-MM-DD``; ``None`` where it cannot be read so.

    Attributes:
        dmy: Read day first.
        mdy: Read month first.
        ymd: Read year first, a year of four digits.
        short: Read year first, a year of two digits; counts only where the format ``YMD`` was given.
        shaped: It is written like a date, though no such day may exist.
        iso: It is ``YYYY-MM-DD``, the form readers give real spreadsheet dates; no format refuses it.
    """

    dmy: str | None = None
    mdy: str | None = None
    ymd: str | None = None
    short: str | None = None
    shaped: bool = False
    iso: bool = False


def coerce_date(texts: Sequence[str], context: CoercionContext) -> Coerced:
    """Dates as ``YYYY-MM-DD``."""
    return _seen(context.format, context.strict, context.field == "birth_date").column(texts)


def date_readings(text: str, *, birth: bool = False) -> DateReadings:
    """What *text* means in each order."""
    if len(text) > 60:
        return _NOT_A_DATE
    iso = _ISO.match(text)
    if iso and _is_time(text[10:]):
        day = _day(int(iso[1]), int(iso[2]), int(iso[3]))
        return DateReadings(ymd=day, shaped=True, iso=True)
    compact = _COMPACT.fullmatch(text)
    if compact:
        return DateReadings(ymd=_day(int(compact[1]), int(compact[2]), int(compact[3])), shaped=True)
    numeric = _NUMERIC.match(text)
    if numeric and _is_time(text[numeric.end() :]):
        return _numeric(numeric[1], numeric[3], numeric[4], birth=birth)
    return _named(text, birth=birth)


def _answer(readings: DateReadings, form: str | None, *, strict: bool) -> object:
    dmy, mdy, ymd, short, shaped, iso = readings
    if form is not None:
        wanted = {"DMY": dmy, "MDY": mdy, "YMD": ymd or short}.get(form)
        if wanted is None and iso:
            wanted = ymd
        if wanted is not None:
            return wanted
        if strict:
            others = dmy or mdy or ymd
            return Refusal("date-impossible" if shaped and not others else "date-unreadable")
    if dmy is not None and mdy is not None:
        return dmy if dmy == mdy else PENDING
    either = dmy or mdy or ymd
    if either is not None:
        return either
    return Refusal("date-impossible" if shaped else "date-unreadable")


@lru_cache(maxsize=32)
def _seen(form: str | None, strict: bool, birth: bool) -> Seen:
    def read(text: str) -> object:
        return _answer(date_readings(text, birth=birth), form, strict=strict) if text else None

    return Seen(read)


_NOT_A_DATE = DateReadings()
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])")
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_NUMERIC = re.compile(r"([0-9]{1,4})( ?[-/.] ?| )([0-9]{1,2})\2([0-9]{4}|[0-9]{1,2})(?![0-9])")
_TIME = re.compile(
    r"(?:T|,? +)[0-9]{1,2}[:.h][0-9]{2}(?:[:.][0-9]{2}(?:[.,][0-9]{1,9})?)?"
    r"(?: ?[AaPp]\.?[Mm]\.?)?(?: ?(?:Z|UTC|GMT|[+-][0-9]{2}:?(?:[0-9]{2})?))?"
)
_WORDS = re.compile(r"[0-9]+|[^\W\d_]+")
_ORDINALS = frozenset({"st", "nd", "rd", "th", "er", "re", "e", "de", "ste", "of", "del", "the", "den"})
_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "january jan januari janvier janv januar jaenner janner enero ene",
            "february feb februari febr fevrier fevr fev februar febrero",
            "march mar maart mrt mars maerz marz mrz marzo",
            "april apr avril avr abril abr",
            "may mei mai mayo",
            "june jun juni juin junio",
            "july jul juli juillet juil julio",
            "august aug augustus aout agosto ago",
            "september sep sept septembre septiembre setiembre set",
            "october oct oktober okt octobre octubre",
            "november nov novembre noviembre",
            "december dec dezember dez decembre diciembre dic",
        ),
        start=1,
    )
    for word in words.split()
}


def _is_time(rest: str) -> bool:
    return not rest or _TIME.fullmatch(rest) is not None


def _numeric(first: str, second: str, third: str, *, birth: bool) -> DateReadings:
    if len(first) == 4:
        if len(third) > 2:
            return _NOT_A_DATE
        return DateReadings(ymd=_day(int(first), int(second), int(third)), shaped=True)
    if len(first) > 2 or len(third) == 1:
        return _NOT_A_DATE
    year = int(third) if len(third) == 4 else _century(int(third), birth=birth)
    short = None
    if len(third) == 2 and len(first) == 2:
        short = _day(_century(int(first), birth=birth), int(second), int(third))
    return DateReadings(
        dmy=_day(year, int(second), int(first)), mdy=_day(year, int(first), int(second)), short=short, shaped=True
    )


def _named(text: str, *, birth: bool) -> DateReadings:
    """A date with its month in letters: ``3 April 2025``, ``Apr 3rd, 25``, ``1er avril 2025``, ``2025-Apr-03``."""
    key = comparison_key(_TIME.sub("", text, count=1) if ":" in text else text)
    words = [word for word in _WORDS.findall(key) if word not in _ORDINALS]
    if len(words) != 3:
        return _NOT_A_DATE
    places = [place for place, word in enumerate(words) if word in _MONTHS]
    if len(places) != 1:
        return _NOT_A_DATE
    month = _MONTHS[words.pop(places[0])]
    if not all(word.isascii() and word.isdigit() for word in words):
        return _NOT_A_DATE
    first, last = words
    if len(first) == 4 and len(last) <= 2 and places[0] == 1:
        return DateReadings(ymd=_day(int(first), month, int(last)), shaped=True)
    if len(first) > 2 or len(last) not in (2, 4) or places[0] == 2:
        return _NOT_A_DATE
    year = int(last) if len(last) == 4 else _century(int(last), birth=birth)
    day = _day(year, month, int(first))
    return DateReadings(dmy=day, mdy=day, shaped=True)


def _century(year: int, *, birth: bool) -> int:
    return year + (2000 if year <= (BIRTH_PIVOT if birth else PIVOT) else 1900)


def _day(year: int, month: int, day: int) -> str | None:
    if not (year >= FIRST_YEAR and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return f"{year:04d}-{month:02d}-{day:02d}"
