"""What a column's own cells say about its date order and its decimal mark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import attrs

from clientimport.core.amounts import amount_readings
from clientimport.core.dates import date_readings
from clientimport.core.seen import Seen


@attrs.frozen
class Verdict:
    """What the cells seen so far say.

    Attributes:
        format: The one format that every telling cell shows; ``None`` if none tells, or they disagree.
        question: There are ambiguous cells and no one format to read them by: a person must say.
        counts: Distinct kinds of cells, each with how many cells it has; no text of a cell is kept.
    """

    format: str | None
    question: bool
    counts: dict[str, int]


class _Evidence:
    """Counts cells by what they show; ``kind`` names it for one text, and depends on the text alone."""

    formats: tuple[str, ...] = ()

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def update(self, texts: Sequence[str]) -> None:
        """Count the cells of another batch; blank ones are left out."""
        kinds = self._kinds()
        self._counts.update(map(str, map(kinds.__getitem__, texts)))

    @property
    def verdict(self) -> Verdict:
        """What the cells seen so far say."""
        counts = {kind: count for kind, count in sorted(self._counts.items()) if kind}
        told = [name for name in self.formats if counts.get(name)]
        ambiguous = counts.get("ambiguous", 0) > 0
        one = told[0] if len(told) == 1 else None
        return Verdict(format=one, question=ambiguous and one is None, counts=counts)

    def _kinds(self) -> Seen:
        raise NotImplementedError


class DateEvidence(_Evidence):
    """The order of day and month in a column.

    Counts ``DMY`` and ``MDY`` (readable in that order only), ``YMD`` (year first), ``either`` (means the same day in
    both), ``ambiguous`` and ``unreadable`` (no day at all). Only the first two are evidence about ambiguous cells.
    """

    formats = ("DMY", "MDY")

    def _kinds(self) -> Seen:
        return _DATE_KINDS


class DecimalEvidence(_Evidence):
    """The decimal mark of a column.

    Counts ``,`` and ``.`` (readable with that mark only), ``either`` (whole numbers and blank-grouped ones),
    ``ambiguous`` and ``unreadable``.
    """

    formats = (",", ".")

    def _kinds(self) -> Seen:
        return _DECIMAL_KINDS


def _date_kind(text: str) -> str:
    if not text:
        return ""
    found = date_readings(text)
    if found.dmy is not None and found.mdy is not None:
        return "either" if found.dmy == found.mdy else "ambiguous"
    if found.dmy is not None:
        return "DMY"
    if found.mdy is not None:
        return "MDY"
    return "unreadable" if found.ymd is None else "YMD"


def _decimal_kind(text: str) -> str:
    if not text:
        return ""
    dot, comma = amount_readings(text)
    if dot is not None and comma is not None:
        return "either" if dot == comma else "ambiguous"
    if dot is not None:
        return "."
    return "unreadable" if comma is None else ","


_DATE_KINDS = Seen(_date_kind)
_DECIMAL_KINDS = Seen(_decimal_kind)
