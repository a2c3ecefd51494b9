"""Sources, stores and rules that do just enough to be answered by a plugin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager

import attrs

from clientimport.core.coercion import Coerced, CoercionContext
from clientimport.core.findings import Flag, Severity
from clientimport.ports import RecordBatch, SourceDescription, UnitOfWork


@attrs.frozen
class FakeSource:
    name: str

    def describe(self) -> SourceDescription:
        return SourceDescription(name=self.name, kind="fake", columns=(), digest="sha256:0")

    def batches(self, size: int = 500) -> Iterator[RecordBatch]:
        yield RecordBatch([], [], [], size)

    def close(self) -> None:
        """Nothing is open."""


@attrs.frozen
class FakeStore:
    name: str

    def identity(self) -> str:
        return self.name

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        raise NotImplementedError

    def writing(self) -> AbstractContextManager[UnitOfWork]:
        raise NotImplementedError

    def close(self) -> None:
        """Nothing is open."""


@attrs.frozen
class FakeRule:
    name: str
    codes: Mapping[str, Severity] = attrs.field(factory=dict)

    def check(self, batch: object) -> list[Flag]:
        return [] if batch is None else [Flag(0, next(iter(self.codes)), None, None, {})]


def upper(texts: Sequence[str], context: CoercionContext) -> Coerced:
    return Coerced([text.upper()[: context.max_length] or None for text in texts], [])
