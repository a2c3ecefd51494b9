"""Clients that an import does not list and that leave with it: deactivated, or removed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import attrs

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
