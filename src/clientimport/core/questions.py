"""The questions that only a person can settle: what is asked, under which id, with which answers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from clientimport.core.canonical import encode_bytes
from clientimport.core.decisions import record_id
from clientimport.core.joining import Joined, Joiner
from clientimport.core.matching import Ladder
from clientimport.core.openings import Given
from clientimport.core.plan import Line

Question = dict[str, Any]
"""A question as it stands in a plan, with its first record: id, kind, sequences, row, fields, params, options."""


class Questions:
    """Words questions about records.

    Args:
        fields: The fields that are fed, in order.
        ladder: The keys of records.
        joiner: Knows which records say something about a dispute.
    """

    def __init__(self, fields: Sequence[str], ladder: Ladder, joiner: Joiner) -> None:
        self._fields = tuple(fields)
        self._ladder = ladder
        self._joiner = joiner

    def record_id(self, values: Sequence[Any], row: int) -> str:
        """The id under which the client of a record can be taken or left out."""
        return record_id(self._ladder.name(values), self._ladder.keys(values), row)

    def contradiction(self, members: Sequence[Line], joined: Joined) -> Question:
        """The question which of several records holds."""
        names = list(joined.contradictions)
        said = [*names, "opening_currency"] if joined.disputed and "opening_currency" in self._fields else names
        values = {name: [line.values[self._fields.index(name)] for line in members] for name in said}
        params = {"rows": [line.row for line in members], "values": values}
        question = self.ask("rows-contradict", members, names, params)
        question["options"] = [*(f"row:{line.row}" for line in self._joiner.choosable(members, joined)), "skip"]
        return question

    def fields_differ(
        self, members: Sequence[Line], fields: Sequence[str], hit: Sequence[Any], given: Sequence[Any]
    ) -> Question:
        """The question which side holds in some *fields* of a stored client."""
        stored = {name: hit[2].get(name) for name in fields}
        wanted = {name: given[self._fields.index(name)] for name in fields}
        params = {"client": hit[0], "stored": stored, "given": wanted}
        base = hit[5] or {}
        if known := {name: said for name in fields if (said := base.get(name, stored[name])) is not None}:
            params["base"] = known
        question = self.ask("fields-differ", members, fields, params)
        parts = [f"overwrite:{name}" for name in fields if len(fields) > 1]
        question["options"] = ["keep", "overwrite", *parts, "skip"]
        return question

    def other_balance(self, members: Sequence[Line], given: Given, hit: Sequence[Any]) -> Question:
        """The question what a balance means beside the one that its client has."""
        stored = hit[4][given.currency]
        params = {
            "client": hit[0],
            "currency": given.currency,
            "stored": stored[1],
            "stored_date": stored[2],
            "given": given.amount,
            "given_date": given.date,
        }
        return self.ask("opening-differs", members, ("opening_balance",), params)

    def ask(self, kind: str, members: Sequence[Line], fields: Sequence[str], params: dict[str, Any]) -> Question:
        """A question about *members*, as yet without its answers."""
        rows = [line.row for line in members]
        # an answer holds for what was asked: other values in the same rows, or a client changed since, are another question
        said = [
            [
                self._ladder.name(line.values),
                self._ladder.keys(line.values),
                [line.values[self._fields.index(name)] for name in fields],
            ]
            for line in members
        ]
        about = encode_bytes([kind, rows, list(fields), said, params])
        return {
            "id": f"{kind}:{hashlib.sha256(about).hexdigest()[:12]}",
            "kind": kind,
            "sequences": [line.sequence for line in members],
            "row": rows[0],
            "fields": list(fields),
            "params": params,
            "options": [],
        }
