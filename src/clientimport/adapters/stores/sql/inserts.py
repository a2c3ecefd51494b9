"""Inserting many rows with few statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

Row = tuple[Any, ...]

GROUP = 50
"""Rows a statement. Stepping a statement once a row costs 0.6 µs of some 2 µs; 50 rows of eight columns stay well under
the 999 values that an older SQLite takes."""


class Insert:
    """An INSERT of one shape, for one row and for a group of rows.

    If it fails, some of the rows may be in: the unit of work must not commit.

    Args:
        table: Its name.
        columns: Their names, in the order of the values.
        otherwise: What to do about a row that is there already (``ON CONFLICT …``); empty: fail.
        groups: How many rows one statement takes, falling; what is left over goes row by row.
    """

    def __init__(
        self, table: str, columns: Sequence[str], otherwise: str = "", groups: Sequence[int] = (GROUP,)
    ) -> None:
        # OR FAIL: a failing statement keeps what it did before the failure, and SQLite need not copy each page it
        # touches into a statement journal (2 µs a client with three keys). The unit of work is rolled back anyway.
        head = f"INSERT OR FAIL INTO {table} ({', '.join(columns)}) VALUES "  # noqa: S608  # names of our own
        row = f"({', '.join('?' * len(columns))})"
        self.single = f"{head}{row} {otherwise}"
        self._grouped = [(size, f"{head}{', '.join([row] * size)} {otherwise}") for size in groups]

    def calls(self, rows: list[Row]) -> Iterator[tuple[str, list[Row]]]:
        """The statements to send, each with the values of its repetitions; in the order of *rows*."""
        done = 0
        for size, statement in self._grouped:
            starts = range(done, len(rows) - size + 1, size)
            if starts:
                yield statement, [tuple(chain.from_iterable(rows[start : start + size])) for start in starts]
                done += size * len(starts)
        if done < len(rows):
            yield self.single, rows[done:]
