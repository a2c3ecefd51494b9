"""No more records than a limit allows, counted alike for every kind of file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clientimport.errors import LimitExceededError
from clientimport.limits import Limits
from clientimport.ports import RecordBatch


def counted(batches: Iterable[RecordBatch], limits: Limits) -> Iterator[RecordBatch]:
    """The *batches* themselves.

    Raises LimitExceededError before the batch that has a record too many.
    """
    records = 0
    for batch in batches:
        records += len(batch.rows)
        if records > limits.rows:
            raise LimitExceededError("rows", allowed=limits.rows, seen=records)
        yield batch
