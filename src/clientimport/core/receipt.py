"""What applying a plan did, record by record."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from clientimport.core.plan import PlannedRecord, planned_record

OUTCOMES = ("created", "updated", "unchanged", "skipped", "refused", "held", "stale")
"""What can have become of a record. ``refused``: it was invalid. ``held``: it waits for an answer. ``stale``: the store
had changed since the plan was made, so it was left alone."""

_BY_DISPOSITION = {
    "create": "created",
    "update": "updated",
    "unchanged": "unchanged",
    "skip": "skipped",
    "invalid": "refused",
    "conflict": "held",
}


@attrs.frozen(kw_only=True)
class ReceiptRecord:
    """One record after the apply.

    Attributes:
        planned: What the plan said of it.
        outcome: One of ``OUTCOMES``.
        client: The client created, updated, matched or (merged rows) written through another row; ``None`` if there is none.
        why: For ``stale``: ``why`` (``gone``, ``changed``, ``key-taken``) and what is there now.
    """

    planned: PlannedRecord
    outcome: str
    client: str | None
    why: Mapping[str, Any] | None = attrs.field(default=None, repr=False)


def receipt_record(
    line: Sequence[Any],
    header: Mapping[str, Any],
    operation: tuple[str, str | None, str] | None,
    merged: Mapping[int, str],
) -> ReceiptRecord:
    """A plan line and its operation's (outcome, client, document), if it had one.

    *merged* has the clients of the records that others were merged into, by sequence (see ``merged_into``).
    """
    planned = planned_record(line, header)
    if operation is None:
        head = merged_into(line)
        client = planned.client if head is None else merged.get(head)
        return ReceiptRecord(planned=planned, outcome=_BY_DISPOSITION[planned.disposition], client=client)
    outcome, client, document = operation
    if outcome == "applied":
        return ReceiptRecord(planned=planned, outcome=_BY_DISPOSITION[planned.disposition], client=client)
    return ReceiptRecord(planned=planned, outcome="stale", client=client, why=json.loads(document))


def merged_into(line: Sequence[Any]) -> int | None:
    """The sequence of the record that makes the client of a merged *line*; ``None`` for every other line."""
    return line[9][2] if line[7] == "skip" and line[8] == "merged" and line[9][1] is None else None


def _pair(given: Sequence[str] | None) -> tuple[str, str] | None:
    return None if given is None else (given[0], given[1])  # JSON has lists


@attrs.frozen(kw_only=True)
class Kept:
    """Something an undo left as it is.

    Attributes:
        client: Which client.
        field: Which field; ``None`` for the whole client, ``opening_balance`` for its opening balance.
        reason: ``changed-since`` (somebody changed it after the import), ``gone`` (removed since), ``key-taken``
            (another client has the old value by now), ``closed-period`` (it is dated in one) or ``has-opening`` (the client
            stays because an opening balance of it does).
        period: First and last day of the closed period, ISO dates; ``None`` for other reasons.
    """

    client: str
    field: str | None
    reason: str
    period: tuple[str, str] | None = attrs.field(default=None, converter=_pair)

    def to_dict(self) -> dict[str, Any]:
        """``client``, ``field``, ``reason``, and ``period`` where there is one."""
        found: dict[str, Any] = {"client": self.client, "field": self.field, "reason": self.reason}
        return found if self.period is None else {**found, "period": list(self.period)}
