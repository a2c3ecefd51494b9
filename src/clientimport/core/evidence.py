"""What a column's own cells say about its date order and its decimal mark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import attrs

from clientimport.core.cells.amounts import decimal_mark
from clientimport.core.cells.dates import date_readings
from clientimport.core.cells.seen import Seen


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
    """Counts cells by what they show."""

    formats: tuple[str, ...] = ()

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def update(self, texts: Sequence[str]) -> None:
        """Count the cells of another batch; blank ones are left out."""
        self._counts.update(self._kinds(texts))

    @property
    def verdict(self) -> Verdict:
        """What the cells seen so far say."""
        counts = {kind: count for kind, count in sorted(self._counts.items()) if kind}
        told = [name for name in self.formats if counts.get(name)]
        ambiguous = counts.get("ambiguous", 0) > 0
        one = told[0] if len(told) == 1 else None
        return Verdict(format=one, question=ambiguous and one is None, counts=counts)

    def _kinds(self, texts: Sequence[str]) -> Iterable[str]:
        """What each cell shows, ``""`` for a blank one."""
        raise NotImplementedError


class DateEvidence(_Evidence):
    """The order of day and month in a column.

    Counts ``DMY`` and ``MDY`` (readable in that order only), ``YMD`` (year first), ``either`` (means the same day in
    both), ``ambiguous`` and ``unreadable`` (no day at all). Only the first two are evidence about ambiguous cells.
    """

    formats = ("DMY", "MDY")

    def _kinds(self, texts: Sequence[str]) -> Iterable[str]:
        return map(str, map(_DATE_KINDS.__getitem__, texts))


class DecimalEvidence(_Evidence):
    """The decimal mark of a column.

    Counts ``,`` and ``.`` (readable with that mark only), ``either`` (whole numbers and blank-grouped ones),
    ``ambiguous`` and ``unreadable``.
    """

    formats = (",", ".")

    def _kinds(self, texts: Sequence[str]) -> Iterable[str]:
        return map(decimal_mark, texts)


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


_DATE_KINDS = Seen(_date_kind)
