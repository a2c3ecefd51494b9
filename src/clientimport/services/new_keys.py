"""The keys of clients that an import makes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from operator import itemgetter
from typing import Any

from clientimport.core.matching import RESPELLED, ClientKeys, comparable_name, key_text
from clientimport.core.schema import BY_NAME
from clientimport.core.twins import of_kind
from clientimport.ports import Key


class NewKeys:
    """Makes them for whole pages, a scheme at a time; the same as ``ClientKeys.rows`` makes of the documents.

    Args:
        keys: What identifies under the profile.
        fields: The plan's fields, in the order of a line's values.
    """

    def __init__(self, keys: ClientKeys, fields: Sequence[str]) -> None:
        self._keys = keys
        self._slots = [
            (fields.index(name), scheme, many, "" if scheme in keys.exclusive else None)
            for name, scheme, many in keys.fields
            if name in fields
        ]
        self._name = fields.index("name") if "name" in fields else None
        self._kind = fields.index(keys.twin.field) if keys.twin is not None and keys.twin.field in fields else None

    def of(self, lines: Sequence[Sequence[Any]], rows: Sequence[Sequence[Any]]) -> list[list[Key]]:
        """The keys of the clients that *lines* make, whose values are *rows*."""
        keys: list[list[Key]] = [list(filter(None, own)) for own in zip(*self._columns(rows), strict=True)]
        if not keys:  # no field identifies
            keys = [[] for _ in rows]
        kind, matching = self._kind, self._keys.matching
        for own, line, row in zip(keys, lines, rows, strict=True):
            second = kind is not None and row[kind] is True
            if second:
                own[:] = [(scheme, of_kind(text, second), slot) for scheme, text, slot in own]
            if line[4]:
                shared = shared_schemes(line)
                own[:] = [(scheme, text, None if scheme in shared else slot) for scheme, text, slot in own]
            if own and own[0][0] in matching:  # as nearly always
                continue
            if self._keys.nameless(own) and (
                name := comparable_name(row[self._name] if self._name is not None else None)
            ):
                own.append((BY_NAME, of_kind(name, second), None))
        return keys

    def _columns(self, rows: Sequence[Sequence[Any]]) -> Iterator[list[Key | None]]:
        """A key of each row, or ``None``; a column for each field that identifies, as many as it has values where it holds many."""
        before: dict[str, list[list[str | None]]] = {}  # of each scheme, the columns so far
        for slot, scheme, many, exclusive in self._slots:
            values = list(map(itemgetter(slot), rows))
            for texts in _singly(values) if many else (values,):
                if scheme in RESPELLED:
                    texts = [None if text is None else key_text(scheme, text) for text in texts]  # noqa: PLW2901
                others = before.setdefault(scheme, [])
                for other in others:  # no key twice
                    texts = [None if text == known else text for text, known in zip(texts, other, strict=True)]  # noqa: PLW2901
                others.append(texts)
                yield [None if text is None else (scheme, text, exclusive) for text in texts]


def _singly(values: Sequence[Sequence[str] | None]) -> Iterator[list[str | None]]:
    """The first of each row's several values, then the second, and so on."""
    return map(list, zip_longest(*(value or () for value in values)))


def shared_schemes(line: Sequence[Any]) -> set[str]:
    """The schemes whose values this record holds together with others: nobody's alone, whatever the profile says."""
    return {flag[4]["scheme"] for flag in line[4] if flag[0] in _SHARING} if line[4] else set()


_SHARING = ("shared-key", "same-key-other-name")
