"""What imports did and said about a client, read from the run log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from clientimport.core.canonical import decode
from clientimport.core.merging import HERE, SURVIVORSHIP, Merge, MergePolicy
from clientimport.ports import LEAVING, OperationRow, Runs

About = Sequence[tuple[str, OperationRow]]
"""(run, operation) of the imports about one client, oldest first, as ``Runs.about`` gives them."""


@attrs.frozen(kw_only=True)
class History:
    """What imports did and said, for one plan.

    Attributes:
        runs: The run log.
        system: Where the plan's source comes from.
        day: The day it is as at, ISO.
        policy: Tells which fields go by where stored values come from.
        fields: The fields that the plan maps.
    """

    runs: Runs
    system: str
    day: str
    policy: MergePolicy
    fields: Sequence[str]
    _by_source: tuple[str, ...] = attrs.field(init=False)
    _sources: dict[str, tuple[str, str]] = attrs.field(factory=dict, init=False)

    @_by_source.default
    def _fields_by_source(self) -> tuple[str, ...]:
        return tuple(field for field in self.fields if self.policy.of(field) in SURVIVORSHIP)

    def about(self, clients: Sequence[str]) -> dict[str, About]:
        """The imports about *clients* that count here: those of this system, or all where any field asks for its source."""
        found = self.runs.about(clients, None if self._by_source else self.system)
        for run in (
            {run for about in found.values() for run, _ in about} - self._sources.keys() if self._by_source else ()
        ):
            row = self.runs.get(run)
            assert row is not None  # its operation was just read
            self._sources[run] = (row.system, decode(row.header)["header"]["as_at"])
        return dict(found)

    def said(self, about: About) -> dict[str, Any]:
        """Field -> the value that this system gave last."""
        return last_said(
            operation for run, operation in about if not self._by_source or self._source(run) == self.system
        )

    def leads(self, about: About, stored: Mapping[str, Any]) -> dict[str, bool] | None:
        """Field -> whether this source's value holds over the stored one, as far as the policy says; ``None`` if no field asks."""
        if not self._by_source:
            return None
        gave = [(run, given_by(operation)) for run, operation in about]
        found: dict[str, bool] = {}
        for field in self._by_source:
            if field not in stored:
                continue
            agree = [run for run, given in gave if given.get(field) == stored[field]]
            if self.policy.of(field) is Merge.NEWEST:
                if agree:
                    found[field] = self.day >= max(self._sources[run][1] for run in agree)
                continue
            owners = {self._source(run) for run in agree} or {HERE}
            answers = {self.policy.leads(field, self.system, owner) for owner in owners}
            if answers == {True}:
                found[field] = True
            elif False in answers:  # who comes before this system says the stored value too
                found[field] = False
        return found

    def _source(self, run: str) -> str:
        return self._sources[run][0]


def given_by(operation: OperationRow) -> dict[str, Any]:
    """Field -> the value that an operation of an import gave, written or not."""
    if operation.action in LEAVING:  # somebody decided that; the import said nothing of the client
        return {}
    given = written_by(operation)
    return given if operation.said is None else {**decode(operation.said), **given}


def last_said(operations: Iterable[OperationRow]) -> dict[str, Any]:
    """Field -> the value that the newest import gave that gave any; *operations* are about one client, oldest first."""
    said: dict[str, Any] = {}
    for operation in operations:
        said.update(given_by(operation))
    return said


def written_by(operation: OperationRow) -> dict[str, Any]:
    """Field -> the value that an operation of an import wrote."""
    if operation.action == "remove":
        return {}
    document: dict[str, Any] = decode(operation.document)
    if operation.action == "create":
        return document
    return {field: new for field, (_, new) in document.items()}
