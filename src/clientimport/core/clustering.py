"""Which records of one run are one client: equal keys join them, whatever their order.

Keys are kept as 64-bit numbers (38 bits of hash, 26 bits of record number) in arrays that are sorted a part at a time: a
million records with three keys cost 24 MB where a dict of keys costs over 300. Equal hashes only nominate; the exact keys
decide, so the answer does not depend on the hash seed.
"""

from __future__ import annotations

from array import array
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import attrs

from clientimport.core.matching import Ladder, name_agrees
from clientimport.core.plan import Line

RECORD_BITS = 26
MAX_RECORDS = 1 << RECORD_BITS
"""More records than this in one plan have no number."""
_RECORD_MASK = MAX_RECORDS - 1
_HASH_MASK = (1 << (64 - RECORD_BITS)) - 1
_PART_BITS = 8


class KeyIndex:
    """The key hashes of one scheme over all records."""

    def __init__(self) -> None:
        self._entries = array("Q")

    def add(self, pairs: Iterable[tuple[int, object]], first: int, without: Container[int] = ()) -> None:
        """Add (index, key) pairs but for the indexes *without*; record numbers are *first* + index."""
        self._entries.extend(
            [
                ((hash(key) & _HASH_MASK) << RECORD_BITS) | (first + index)
                for index, key in pairs
                if index not in without
            ]
        )

    def groups(self) -> Iterator[list[int]]:
        """Records that may share a key: two or more each, rising, in no order between groups."""
        for part in self._parts():
            group: list[int] = []
            last = -1
            for before, after in pairwise(sorted(part)):
                if before ^ after > _RECORD_MASK:  # they differ above the record bits
                    continue
                if before != last:
                    if len(group) > 1:
                        yield group
                    group = [before & _RECORD_MASK]
                last = after
                record = after & _RECORD_MASK
                if record != group[-1]:
                    group.append(record)
            if len(group) > 1:
                yield group

    def _parts(self) -> list[array[int]]:
        """The entries by the highest bits of their hashes.

        Sorted as one, a million would be 40 MB of Python's numbers, and take more than twice as long: a part fits in the
        processor's cache.
        """
        parts = [array("Q") for _ in range(1 << _PART_BITS)]
        into = [part.append for part in parts]
        for entry in self._entries:
            into[entry >> (64 - _PART_BITS)](entry)
        return parts


class Clusters:
    """Records joined so far."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def find(self, record: int) -> int:
        """The cluster's first record."""
        parent = self._parent
        root = record
        while (above := parent.get(root, root)) != root:
            root = above
        while (above := parent.get(record, record)) != root:
            parent[record] = root
            record = above
        return root

    def join(self, records: Sequence[int]) -> None:
        """Make *records* one cluster; its name is its lowest record."""
        parent = self._parent
        root = self.find(records[0])
        for record in records:
            other = self.find(record)
            if other < root:
                parent[root] = other
                root = other
            elif other > root:
                parent[other] = root
        parent[root] = root

    def members(self) -> dict[int, list[int]]:
        """First record -> all records of its cluster, rising."""
        found: dict[int, list[int]] = {}
        for record in sorted(self._parent):
            found.setdefault(self.find(record), []).append(record)
        return found


@attrs.frozen
class Joined:
    """Which of some records are one client.

    Attributes:
        clusters: Indexes of the records, rising, singles included, but for those that are refused.
        refused: Records with a key that identifies nobody by itself and that an earlier record of another client has ->
            (scheme, index of that record).
        shared: For records that hold a key too many share: the (scheme, number of records) of each such key.
        nobody: Records that have no name, no stored client, and no key that could prove something but such.
    """

    clusters: list[list[int]]
    shared: Mapping[int, list[tuple[str, int]]] = {}
    nobody: Container[int] = ()
    refused: Mapping[int, tuple[str, int]] = {}


def exact_clusters(lines: list[Line], ladder: Ladder, shared_limit: int, told: Iterable[Sequence[int]] = ()) -> Joined:
    """Of records that equal hashes nominated, which are one client by their exact keys.

    Args:
        lines: The nominated records, in order. A record that only such a shared key, and no name, ties to a stored client
            loses that hit.
        ladder: What keys they have.
        shared_limit: More records than this under one exclusive key: the key alone joins no longer, their names must agree.
        told: Indexes of records that are one client because somebody said so.
    """
    exclusive = [slots.rung.exclusive for slots in ladder.rungs]
    refuses = [slots.rung.refuses for slots in ladder.rungs]
    held: dict[tuple[int, str], list[int]] = {}  # keys that join nobody
    holders: dict[tuple[int, object], list[int]] = {}
    for index, line in enumerate(lines):
        for rung, keys in enumerate(ladder.keys(line.values)):
            if not keys:
                continue
            if refuses[rung]:
                for key in keys:
                    held.setdefault((rung, key), []).append(index)
            elif exclusive[rung]:
                for key in keys:
                    holders.setdefault((rung, key), []).append(index)
            elif name := ladder.name(line.values):  # two blank names prove nothing
                for key in keys:
                    holders.setdefault((rung, (key, name)), []).append(index)
    nobody: set[int] = set()
    if len(lines) > shared_limit:
        crowds = {key: len(group) for key, group in holders.items() if exclusive[key[0]] and len(group) > shared_limit}
        if crowds:
            lines[:] = [_without_crowds(line, ladder, crowds) for line in lines]
            nobody = {index for index, line in enumerate(lines) if _is_nobody(line, ladder, crowds)}
    for index, line in enumerate(lines):
        for hit in line.hits:
            holders.setdefault((-1, hit[0]), []).append(index)
    if len(lines) <= shared_limit and any(len(group) == len(lines) for group in holders.values()):
        return Joined([list(range(len(lines)))])  # all hold one key, as repeats of one client do
    clusters = Clusters()
    for group in told:
        clusters.join(group)
    shared: dict[int, list[tuple[str, int]]] = {}
    for (rung, _), group in holders.items():
        if len(group) == 1:
            continue
        if rung < 0 or len(group) <= shared_limit or not exclusive[rung]:
            clusters.join(group)
            continue
        namesakes: dict[str, list[int]] = {}
        for index in group:
            shared.setdefault(index, []).append((ladder.rungs[rung].rung.scheme, len(group)))
            namesakes.setdefault(ladder.name(lines[index].values), []).append(index)
        for name, same in namesakes.items():
            if name:
                clusters.join(same)
    members = clusters.members()
    joined = {index for cluster in members.values() for index in cluster}
    members.update({index: [index] for index in range(len(lines)) if index not in joined})
    refused = _refused(held, ladder, clusters) if held else {}
    if refused:
        left = {first: [index for index in cluster if index not in refused] for first, cluster in members.items()}
        members = {cluster[0]: cluster for cluster in left.values() if cluster}
    return Joined([members[first] for first in sorted(members)], shared, nobody, refused)


def _refused(
    held: Mapping[tuple[int, str], Sequence[int]], ladder: Ladder, clusters: Clusters
) -> dict[int, tuple[str, int]]:
    """The records that come after one of another client with a key of which one client only may have a value."""
    by_record: dict[int, list[tuple[int, str]]] = {}
    for key, group in held.items():
        if len(group) > 1:
            for index in group:
                by_record.setdefault(index, []).append(key)
    first: dict[tuple[int, str], int] = {}
    refused: dict[int, tuple[str, int]] = {}
    for index in sorted(by_record):
        before = [(key, first[key]) for key in by_record[index] if key in first]
        other = next(((key, one) for key, one in before if clusters.find(one) != clusters.find(index)), None)
        if other is not None:
            refused[index] = (ladder.rungs[other[0][0]].rung.scheme, other[1])
            continue
        for key in by_record[index]:
            first.setdefault(key, index)
    return refused


def _is_nobody(line: Line, ladder: Ladder, crowds: Container[tuple[int, object]]) -> bool:
    if line.hits or ladder.name(line.values):
        return False
    keys = ((rung, key) for rung, found in enumerate(ladder.keys(line.values)) for key in found)
    return all(key in crowds for key in keys if ladder.rungs[key[0]].rung.exclusive)


def _without_crowds(line: Line, ladder: Ladder, crowds: Container[tuple[int, object]]) -> Line:
    """*line* without the hits that only keys shared by too many records prove, unless the client has its name."""
    shared = {
        slots.rung.scheme
        for rung, (slots, keys) in enumerate(zip(ladder.rungs, ladder.keys(line.values), strict=True))
        if keys and all((rung, key) in crowds for key in keys)
    }
    name = ladder.name(line.values)
    kept = [hit for hit in line.hits if not shared.issuperset(hit[3]) or name_agrees(name, hit[2])]
    return line if len(kept) == len(line.hits) else line._replace(hits=kept)
