"""Records that are in memory already (a list of dicts, a data frame) as a source."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any, Self

from clientimport.errors import LimitExceededError, SettingsError, SourceUnreadableError
from clientimport.limits import DEFAULT_LIMITS, Limits
from clientimport.ports import RecordBatch, SourceColumn, SourceDescription


class RecordsSource:
    """Mappings as rows of text, numbered from 1; the columns are all keys, in the order they first appear.

    The texts are made once, when it is opened, so that what the host does to its records later changes nothing.
    A data frame is taken by its ``iter_rows(named=True)`` (polars) or ``to_dict("records")`` (pandas).
    """

    def __init__(
        self, records: Iterable[Mapping[str, object]], *, name: str = "records", limits: Limits = DEFAULT_LIMITS
    ) -> None:
        """Raises LimitExceededError beyond *limits*, and SourceUnreadableError for something that holds no mappings."""
        keys: dict[str, int] = {}
        rows: list[list[str]] = []
        fractions: dict[int, list[int]] = {}  # row -> columns
        for record in _mappings(records):
            if not isinstance(record, Mapping):
                kind = type(record).__name__
                raise SourceUnreadableError(f"Record {len(rows) + 1} of {name} is no mapping but of type {kind}.")
            row = [""] * len(keys)
            for key, value in record.items():
                at = keys.setdefault(str(key), len(keys))
                if at == len(row):
                    row.append("")
                text = as_text(value)
                if len(text) > limits.cell_length:
                    raise LimitExceededError("cell_length", allowed=limits.cell_length, seen=len(text), detail=name)
                row[at] = text
                if "." in text and isinstance(value, Decimal | float):
                    fractions.setdefault(len(rows), []).append(at)
            rows.append(row)
            if len(rows) > limits.rows:
                raise LimitExceededError("rows", allowed=limits.rows, seen=len(rows), detail=name)
            if len(keys) > limits.columns:
                raise LimitExceededError("columns", allowed=limits.columns, seen=len(keys), detail=name)
        self._rows = rows
        self._fractions = fractions
        self._width = len(keys)
        digest = hashlib.sha256(json.dumps(list(keys)).encode())
        for row in rows:
            row.extend([""] * (self._width - len(row)))
            digest.update(json.dumps(row).encode())
        self._description = SourceDescription(
            name=name,
            kind="records",
            columns=tuple(SourceColumn(index=at, header=key, letter=_letter(at)) for key, at in keys.items()),
            digest="sha256:" + digest.hexdigest(),
        )

    def describe(self) -> SourceDescription:
        """Its columns and digest; the same texts in the same order give the same digest."""
        return self._description

    def batches(self, size: int = 500) -> Iterator[RecordBatch]:
        """All records in order, *size* at a time; those without any text are passed over, their numbers with them."""
        if size < 1:
            raise SettingsError("size", size, wanted="a whole number above zero")
        numbers: list[int] = []
        rows: list[list[str]] = []
        fractions: dict[int, list[int]] = {}
        for index, row in enumerate(self._rows):
            if not any(row) or not "".join(row).strip():
                continue
            for column in self._fractions.get(index, ()):
                fractions.setdefault(column, []).append(len(rows))
            numbers.append(index + 1)
            rows.append(row.copy())
            if len(rows) >= size:
                yield RecordBatch(numbers, rows, [], None, fractions)
                numbers, rows, fractions = [], [], {}
        if rows:
            yield RecordBatch(numbers, rows, [], None, fractions)

    def close(self) -> None:
        """Nothing is held open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def as_text(value: object) -> str:
    """A value as a file would hold it: ISO dates, plain decimals, ``TRUE`` and ``FALSE``; ``None`` and NaN are blank.

    A float's fraction of three digits gets a zero, as in a workbook: ``1.234`` is ``1.2340`` and no thousands.
    """
    if isinstance(value, str):
        return str(value)
    if value is None or value != value:  # noqa: PLR0124 - NaN and NaT, a data frame's blanks, differ from themselves
        return ""
    if isinstance(value, Enum):
        return as_text(value.value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.timetz() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | float):
        return _decimal(value)
    if isinstance(value, list | tuple | set | frozenset):
        return "; ".join(as_text(item) for item in value)
    return str(value)


def _decimal(value: Decimal | float) -> str:
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    if isinstance(value, float) and -int(exact.as_tuple().exponent if exact.is_finite() else 0) > _DECIMALS:
        # what reckoning leaves over: 0.1 + 0.2 is 0.3 in a spreadsheet, and 0.30000000000000004 here
        exact = Decimal(f"{value:.{_SIGNIFICANT}g}")
    if not exact.is_finite():
        return str(value)
    text = format(exact, "f")
    if isinstance(value, float) and "." in text:
        text = text.rstrip("0").rstrip(".")
    whole, _, fraction = text.lstrip("-").partition(".")
    return text + "0" if len(fraction) == 3 and len(whole) <= 3 else text


_DECIMALS, _SIGNIFICANT = 10, 15
"""No amount has more decimals than these; one that does keeps the digits that a spreadsheet shows."""


def _mappings(records: Any) -> Iterable[Any]:
    if hasattr(records, "iter_rows") and hasattr(records, "columns"):
        return records.iter_rows(named=True)  # type: ignore[no-any-return]
    if hasattr(records, "to_dict") and hasattr(records, "columns"):
        return records.to_dict("records")  # type: ignore[no-any-return]
    if isinstance(records, Mapping) or not isinstance(records, Iterable):
        kind = type(records).__name__
        raise SourceUnreadableError(
            f"Records come as a list of mappings, a path, bytes or an open file, not as {kind}."
        )
    return records


def _letter(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
