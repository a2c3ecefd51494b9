"""Text of one column into values of one field: the coercers' common shape.

A coercer works on a column of a batch at a time. It never raises for data: what it cannot read becomes ``None`` and a
flag. Values are JSON-ready and canonical (dates ``YYYY-MM-DD``, amounts plain decimal text, phones E.164, countries
and languages ISO codes, booleans ``True``/``False``, lists for ``many`` fields), so that plans and stores keep them as
they are; typed values are made at the edges.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import attrs


class Coerced(NamedTuple):
    """What became of one column of a batch.

    Attributes:
        values: One a row; ``None`` for a blank cell and for one that could not be read.
        flags: (row index, finding code, params) for every cell there is something to say about.
        pending: Row indexes whose value waits for an answer about the column (an ambiguous date or amount); their value
            is ``None``.
    """

    values: list[object]
    flags: list[tuple[int, str, dict[str, str | int | list[str]]]]
    pending: Sequence[int] = ()


@attrs.frozen(kw_only=True)
class CoercionContext:
    """What a coercer may know besides the texts.

    Attributes:
        field: The field's name.
        countries: The country of each row, ISO 3166 alpha-2 or ``None``, default already filled in.
        format: ``"DMY"``/``"MDY"``/``"YMD"`` for dates, ``","``/``"."`` for amounts: what a person said or the column's
            evidence showed; ``None`` if neither.
        strict: A person gave the format: a cell that fits only another one is refused. Otherwise a cell that can be
            read in only one way is read that way, and only an ambiguous one asks for ``format``.
        choices: For the ``choice`` and ``kind`` coercers.
        max_length: For text.
    """

    field: str
    countries: Sequence[str | None]
    format: str | None = None
    strict: bool = False
    choices: tuple[str, ...] = ()
    max_length: int = 4000


Coercer = Callable[[Sequence[str], CoercionContext], Coerced]
"""Texts of one column (cleaned: trimmed, NFC, no invisible characters; ``""`` is blank) into values."""
