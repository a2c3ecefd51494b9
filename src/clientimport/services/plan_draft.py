"""Records judged one by one, with what sealing needs to judge them together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from clientimport.core.canonical import decode
from clientimport.core.clustering import MAX_RECORDS, Clusters, KeyIndex
from clientimport.core.interpretation import Interpreted, Interpreter
from clientimport.core.near.nearness import Near
from clientimport.core.plan import Line
from clientimport.core.planner import Planner
from clientimport.core.tally import Tally
from clientimport.errors import LimitExceededError
from clientimport.ports import Spool
from clientimport.services.nearing import Answers


class Draft:
    """Drafted lines with the key hashes and counts that sealing needs.

    Args:
        interpreter: Has read them.
        planner: Judges them.
        spool: Where they go, empty.
        columns: How many the source has.
    """

    def __init__(self, interpreter: Interpreter, planner: Planner, spool: Spool, columns: int) -> None:
        self.interpreter = interpreter
        self._planner = planner
        self.spool = spool
        self.tally = Tally()
        self.near: Near = {}
        self.filled = [0] * columns
        self._keys = [KeyIndex() for _ in planner.ladder.rungs]
        self._clients = KeyIndex()

    def count_columns(self, rows: list[list[str]]) -> list[tuple[str, ...]]:
        """The columns of a batch; counts the filled cells of each, mapped or not."""
        columns: list[tuple[str, ...]] = list(zip(*rows, strict=True)) if rows else [()] * len(self.filled)
        for index, column in enumerate(columns):
            self.filled[index] += len(column) - column.count("")
        return columns

    def add(
        self,
        numbers: Sequence[int],
        raws: Sequence[Sequence[str]],
        read: Interpreted,
        hits: dict[int, list[list[Any]]],
        columns: Sequence[Sequence[tuple[int, str]]],
    ) -> None:
        """Draft a batch; *columns* are its keys, a rung each."""
        first = len(self.spool)
        if first + len(numbers) > MAX_RECORDS:
            raise LimitExceededError("rows", allowed=MAX_RECORDS, detail="a plan cannot number more records")
        planner = self._planner
        headers = self.interpreter.raw_headers
        compact = self.interpreter.compact(raws, read.columns, len(numbers))
        self.spool.extend(planner.draft(first, numbers, compact, read, hits, headers, self.tally))
        # the rows of a client whose other document is refused have to be found, though nothing joins that one to them
        refused = () if planner.opening_slots.itemised else read.refused
        for index, slots, column in zip(self._keys, planner.ladder.rungs, columns, strict=True):
            pairs: Iterable[tuple[int, object]] = column
            if not slots.rung.exclusive:
                named = ((row, key, planner.ladder.name(read.values[row])) for row, key in column)
                pairs = ((row, (key, name)) for row, key, name in named if name)
            index.add(pairs, first, refused)
        if hits:
            self._clients.add(((row, hit[0]) for row, found in hits.items() for hit in found), first, refused)

    def close(self) -> None:
        self.spool.close()

    def line(self, record: int) -> Line:
        return Line(*decode(self.spool.line(record)))

    def pages(self, size: int) -> Iterator[list[Any]]:
        """The drafted lines again, *size* at a time."""
        for start in range(0, len(self.spool), size):
            yield self.spool.page(start, start + size).splitlines()

    def nominated(self, near: Answers | None = None) -> dict[int, list[int]]:
        """First record -> all records that equal key hashes tie together; what they really share is looked at later.

        With those that have near matches, and those that people said to be one client.
        """
        clusters = Clusters()
        if near is not None:
            self._clients.add([(record, hit[0]) for record, (hit,) in near.meant.items()], 0)
            for group in (*near.joins, *([record] for record in near.near)):
                clusters.join(group)
        for index in (*self._keys, self._clients):
            for group in index.groups():
                clusters.join(group)
        return clusters.members()

    def shared_flag(self, scheme: str, count: int) -> list[Any]:
        # never silenced: applying reads it to know that the key is not exclusive
        letter = self.interpreter.letter("shared-key") or "i"
        return ["shared-key", letter, None, None, {"scheme": scheme, "records": count}]
