"""Rows in their hundreds of thousands: named tuples out of columns."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TypeVar, cast

Row = TypeVar("Row", bound=tuple[object, ...])


def made(kind: type[Row], *columns: Iterable[object]) -> list[Row]:
    """Named tuples of *kind*, the first of the first of each column and so on; a column for every field.

    Calling *kind* goes through a function of Python's each time, which takes twice as long as all the rest.

    Raises:
        ValueError: the columns are not equally long, or there are more or fewer than fields.
    """
    if len(columns) != len(kind._fields):  # type: ignore[attr-defined]  # of every named tuple
        raise ValueError(f"{kind.__name__} has other fields than there are columns")
    return cast("list[Row]", list(map(partial(tuple.__new__, kind), zip(*columns, strict=True))))
