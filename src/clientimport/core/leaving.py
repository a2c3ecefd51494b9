"""Clients that an import does not list and that leave with it: deactivated, or removed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import attrs

from clientimport.core.matching import comparable_name
from clientimport.core.near.nearness import TOLD_APART, as_seen, resembled
from clientimport.core.plan import MERGED, Line
from clientimport.core.twins import Twin

REASONS = ("not-listed", "other-system", "entered-here")
"""Why a client may be only here, as ``OtherClient.reason``, and a decision about all such clients can be taken."""

OUTCOMES = ("deactivated", "removed", "stayed")
"""What can have become of a client that was to leave. ``stayed``: it was changed since the plan was made, or had to stay."""


class Leaver(NamedTuple):
    """A client that a plan deactivates or removes, in the order its JSON array has.

    Attributes:
        client: Its id.
        version: Its version when the plan was made; with another one it stays.
        action: ``deactivate`` or ``remove``.
        name: What it was called then; empty if it had no name.
        reason: Why it is only here, as ``OtherClient.reason``.
    """

    client: str
    version: int
    action: str
    name: str
    reason: str

    def __repr__(self) -> str:
        return f"<Leaver client={self.client!r} action={self.action!r}>"  # without its name


@attrs.frozen(kw_only=True)
class Left:
    """A client that was to leave, after the apply.

    Attributes:
        planned: What the plan said of it.
        outcome: One of ``OUTCOMES``.
        why: Of one that stayed: ``why`` (``gone``, ``changed``, ``has-opening``, ``has-payments``).
    """

    planned: Leaver = attrs.field(repr=False)
    outcome: str
    why: Mapping[str, Any] | None = None


def left(row: Sequence[Any], outcome: str, document: str) -> Left:
    """A row of the plan and its operation's outcome and document."""
    planned = Leaver(*row)
    if outcome == "applied":
        return Left(planned=planned, outcome=DONE[planned.action])
    return Left(planned=planned, outcome="stayed", why=json.loads(document))


DONE = {"deactivate": "deactivated", "remove": "removed"}
"""What an action, done, is called."""


class Pointed:
    """Whom the records of a plan point at.

    Args:
        fields: The plan's fields, in the order of a line's values.
        twin: The second kind of clients, if there is one.

    Attributes:
        clients: Stored clients that any record points at, also one that was refused or waits: they are not only here.
        listed: Those of them that a record points at that was not refused.
        usable: Records that were not refused.
        maybe: Stored clients of another name that have a key of a record, and those that one resembles of which nobody said
            yet whether it is one of them.
        names: Comparable names of records that point at nobody, but for those that were told apart: the key by which they
            would may have been refused, or be a new one.
        seconds: Whether there were records of the first kind, and of the second.
    """

    def __init__(self, fields: Sequence[str], twin: Twin | None = None) -> None:
        self._twin = twin
        self._kind = fields.index(twin.field) if twin is not None and twin.field in fields else None
        self.seconds: set[bool] = set()
        self._name = fields.index("name") if "name" in fields else None
        self.clients: set[str] = set()
        self.listed: set[str] = set()
        self.usable = 0
        self.maybe: set[str] = set()
        self.names: set[str] = set()

    def see(self, line: Line) -> None:
        """Take in one record, with all of its hits."""
        found = [hit[0] for hit in as_seen(line).hits]
        self.seconds.add(self._kind is not None and line.values[self._kind] is True)
        self.clients.update(found)
        if line.disposition != "invalid":
            self.usable += 1
            self.listed.update(found)
        elsewhere = found or line.reason in {TOLD_APART, MERGED}
        if self._name is not None and (line.disposition == "invalid" or not elsewhere):
            self.names.add(comparable_name(line.values[self._name]))
        self.maybe.update(resembled(line))
        self.maybe.update(flag[4]["client"] for flag in line.flags if flag[0] in _ANOTHER and "client" in flag[4])

    def of_other_kind(self, document: Mapping[str, Any]) -> bool:
        """Whether a stored client is of a kind of which there was no record: then the import says nothing about it."""
        return self._twin is not None and self._twin.second(document) not in self.seconds

    def may_be(self, client: str, name: object) -> bool:
        """Whether a record may be the stored *client* of that name, though none points at it."""
        return client in self.maybe or (bool(name) and comparable_name(name) in self.names)


_ANOTHER = ("same-key-other-name", "shared-key-alone")
