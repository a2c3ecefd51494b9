"""Finding clients in the store that probably are one: keys of everybody, then documents of those that share one.

Memory holds ids and key hashes of all clients (some 150 bytes a client), the documents of one page, and the pairs to be
reported. The store is read twice or a few times more, in pages; nothing is read for a single client.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations
from typing import Any, NamedTuple

import attrs

from clientimport.core.canonical import decode
from clientimport.core.matching import client_order
from clientimport.core.near.blocking import MAX_BLOCK, PASSES, BlockIndex, block_keys, block_of
from clientimport.core.near.similarity import Comparison, Similarity, Subject, judge, subject
from clientimport.ports import Clients

PAGE = 2000
"""Clients fetched and held at a time."""


@attrs.frozen(kw_only=True)
class DuplicatePair:
    """Two stored clients that probably are one.

    Attributes:
        left, right: Their ids, in the order people count.
        left_name, right_name: What they are called; empty if they have no name.
        comparisons: Field by field; fields that both lack are left out.
        weight: The sum of the comparisons' weights, in bits.
        band: ``strict``, ``close``, ``similar`` or ``rough``.
    """

    left: str
    right: str
    left_name: str = attrs.field(repr=False)
    right_name: str = attrs.field(repr=False)
    comparisons: tuple[Comparison, ...]
    weight: int
    band: str


class Search:
    """One look through a store.

    Args:
        clients: The store's clients, within one unit of work.
        at_least: The weight in bits from which a pair is reported.
        max_block: More clients than this under one key: the block is split.
        second: Tells from its values whether a client is of the second kind; one of each kind are no pair.

    Attributes:
        clients: Clients looked at.
        compared: Pairs compared.
        found: Pairs found.
        told_apart: Pairs that would be found if somebody had not said that they are not the same.
        blocks_split: Blocks that were too large and were split by a finer key.
        blocks_left_out: What was too large even so; its clients are compared only where another key joins them.
    """

    def __init__(
        self,
        clients: Clients,
        at_least: int,
        max_block: int = MAX_BLOCK,
        second: Callable[[Mapping[str, Any]], bool] | None = None,
    ) -> None:
        self._clients = clients
        self._second = second or (lambda _: False)
        self._at_least = at_least
        self._max = max_block
        self._ids: list[str] = []
        self._split: set[tuple[int, str]] = set()
        self._left_out: set[tuple[int, str, str]] = set()
        self._apart: set[tuple[str, str]] = set()
        self.compared = 0
        self.found = 0
        self.told_apart = 0

    @property
    def clients(self) -> int:
        return len(self._ids)

    @property
    def blocks_split(self) -> int:
        return len(self._split)

    @property
    def blocks_left_out(self) -> int:
        return len(self._left_out)

    def pairs(self, limit: int | None) -> list[DuplicatePair]:
        """The strongest *limit* pairs, or all; the strongest first, then by ids in the order people count."""
        every = self._every()
        return sorted(every, key=_order) if limit is None else heapq.nsmallest(limit, every, key=_order)

    # ------------------------------------------------------------------------------------------------ the inside

    def _every(self) -> Iterator[DuplicatePair]:
        self._apart = self._clients.not_same()
        indexes = self._indexes()
        for number in range(len(PASSES)):
            index, indexes[number] = indexes[number], BlockIndex()  # an index that is done is let go
            parts = self._parts(number, index)  # before anything of this pass is compared: _done asks what was split
            small = (Block(*block) for block in index.blocks() if len(block[1]) <= self._max)
            for page in self._pages(chain(parts, small)):
                yield from self._compare(number, page)

    def _indexes(self) -> list[BlockIndex]:
        indexes = [BlockIndex() for _ in PASSES]
        for page in self._clients.scan(PAGE):
            for stored in page:
                keys = block_keys(subject(decode(stored.text)), len(PASSES))
                for index, found in zip(indexes, keys, strict=True):
                    index.add(len(self._ids), found)
                self._ids.append(stored.id)
        return indexes

    def _parts(self, number: int, index: BlockIndex) -> list[Block]:
        """The parts, small enough to be compared, of the blocks that are not."""
        parts: list[Block] = []
        for hashed, numbers in index.blocks():
            if len(numbers) <= self._max:
                continue
            found: dict[tuple[str, str], list[int]] = {}
            for start in range(0, len(numbers), PAGE):
                for record, member in self._members(numbers[start : start + PAGE], number).items():
                    if (key := block_of(hashed, member.keys[number])) is not None:
                        self._split.add((number, key))
                        found.setdefault((key, PASSES[number].split(member.subject)), []).append(record)
            for (key, finer), part in found.items():
                if len(part) > self._max:
                    self._left_out.add((number, key, finer))
                elif len(part) > 1:
                    parts.append(Block(hashed, part))
        return parts

    def _pages(self, blocks: Iterable[Block]) -> Iterator[list[Block]]:
        """As many blocks together as fill a page."""
        page: list[Block] = []
        size = 0
        for block in blocks:
            page.append(block)
            size += len(block.numbers)
            if size >= PAGE:
                yield page
                page, size = [], 0
        if page:
            yield page

    def _compare(self, number: int, page: Sequence[Block]) -> Iterator[DuplicatePair]:
        members = self._members({record for block in page for record in block.numbers}, number)
        for block in page:
            for one, other in combinations(block.numbers, 2):
                left, right = members.get(one), members.get(other)
                if left is None or right is None:  # removed meanwhile, in a store without snapshots
                    continue
                if left.second != right.second:  # twins are alike, and are no duplicates
                    continue
                if self._due(number, block.hashed, left, right):
                    self.compared += 1
                    likeness = judge(left.subject, right.subject, self._at_least)
                    if likeness is None:
                        continue
                    if self._apart and _in_order(self._ids[one], self._ids[other]) in self._apart:
                        self.told_apart += 1
                        continue
                    self.found += 1
                    yield self._pair(one, other, left.subject, right.subject, likeness)

    def _due(self, number: int, hashed: int, left: Member, right: Member) -> bool:
        """Whether this block is the first that compares the two."""
        for earlier in range(number):
            if any(self._done(earlier, key, left, right) for key in left.keys[earlier] & right.keys[earlier]):
                return False
        shared = [key for key in left.keys[number] & right.keys[number] if self._done(number, key, left, right)]
        if len(shared) == 1:
            return True
        return bool(shared) and block_of(hashed, shared) == min(shared)

    def _done(self, number: int, key: str, left: Member, right: Member) -> bool:
        """Whether the block of that key compares the two: it was not split between them, and not left out."""
        if (number, key) not in self._split:
            return True
        split = PASSES[number].split
        finer = split(left.subject)
        return finer == split(right.subject) and (number, key, finer) not in self._left_out

    def _members(self, numbers: Iterable[int], through: int) -> dict[int, Member]:
        """Number -> client, with its keys of the passes up to *through*."""
        wanted = sorted(numbers)
        stored = self._clients.fetch([self._ids[number] for number in wanted])
        found: dict[int, Member] = {}
        for number in wanted:
            if (client := stored.get(self._ids[number])) is not None:
                document = decode(client.text)
                taken_apart = subject(document)
                found[number] = Member(taken_apart, block_keys(taken_apart, through + 1), self._second(document))
        return found

    def _pair(self, one: int, other: int, left: Subject, right: Subject, likeness: Similarity) -> DuplicatePair:
        ids = self._ids[one], self._ids[other]
        if client_order(ids[1]) < client_order(ids[0]):
            ids, left, right = (ids[1], ids[0]), right, left
            swapped = (attrs.evolve(each, left=each.right, right=each.left) for each in likeness.comparisons)
            likeness = attrs.evolve(likeness, comparisons=tuple(swapped))
        return DuplicatePair(
            left=ids[0],
            right=ids[1],
            left_name=left.name.shown,
            right_name=right.name.shown,
            comparisons=likeness.comparisons,
            weight=likeness.weight,
            band=likeness.band,
        )


class Block(NamedTuple):
    """Clients that have one key: the key's hash, and the clients' numbers."""

    hashed: int
    numbers: list[int]


class Member(NamedTuple):
    """A client of a block, with its keys, and whether it is of the second kind."""

    subject: Subject
    keys: list[frozenset[str]]
    second: bool


def _in_order(one: str, other: str) -> tuple[str, str]:
    return (one, other) if client_order(one) < client_order(other) else (other, one)


def _order(pair: DuplicatePair) -> tuple[int, tuple[int, str], tuple[int, str]]:
    return (-pair.weight, client_order(pair.left), client_order(pair.right))
