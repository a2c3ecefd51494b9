"""What applying a plan did, record by record."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping, Sequence
from typing import Any

import attrs

from clientimport.core.plan import MERGED, PlannedOpening, PlannedRecord, planned_record

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
        why: For ``stale``: ``why`` (``gone``, ``changed``, ``key-taken``, ``came-meanwhile``, ``beside-twin``, ``closed-period``, ``opening-changed``,
            ``control-total``; ``merged-into``: the row that makes its client was left alone) and what is there now.
        withheld: Its opening balance was not posted, because its currency does not tie out.
    """

    planned: PlannedRecord
    outcome: str
    client: str | None
    why: Mapping[str, Any] | None = attrs.field(default=None, repr=False)
    withheld: bool = False

    @property
    def opening(self) -> PlannedOpening | None:
        """The opening balance that was posted for it; ``None`` if there was none."""
        return None if self.outcome == "stale" or self.withheld else self.planned.opening


def receipt_record(
    line: Sequence[Any],
    header: Mapping[str, Any],
    operation: tuple[str, str | None, str] | None,
    merged: Mapping[int, str],
    blocked: Container[str] = (),
) -> ReceiptRecord:
    """A plan line and its operation's (outcome, client, document), if it had one.

    *merged* has the clients of the records that others were merged into, by sequence (see ``merged_into``). In the
    currencies *blocked* no opening balance was posted.
    """
    planned = planned_record(line, header)
    withheld = planned.opening is not None and planned.opening.currency in blocked
    if operation is None:
        head = merged_into(line)
        client = planned.client if head is None else merged.get(head)
        return ReceiptRecord(
            planned=planned, outcome=_BY_DISPOSITION[planned.disposition], client=client, withheld=withheld
        )
    outcome, client, document = operation
    if outcome == "applied":
        return ReceiptRecord(
            planned=planned, outcome=_BY_DISPOSITION[planned.disposition], client=client, withheld=withheld
        )
    return ReceiptRecord(planned=planned, outcome="stale", client=client, why=json.loads(document))


def merged_into(line: Sequence[Any]) -> int | None:
    """The sequence of the record that makes the client of a merged *line*; ``None`` for every other line."""
    return line[9][2] if line[7] == "skip" and line[8] == MERGED and line[9][1] is None else None


@attrs.frozen(kw_only=True)
class Kept:
    """Something an undo left as it is.

    Attributes:
        client: Which client.
        field: Which field; ``None`` for the whole client, ``opening_balance`` for its opening balance.
        reason: ``changed-since`` (somebody changed it after the import), ``gone`` (removed since), ``key-taken``
            (another client has the old value by now), ``has-opening`` (the client stays because an opening balance of it
            does), ``has-payments`` (the host told payments of it) or ``invitation-sent`` (a message to it cannot be called back,
            whatever became of the client).
    """

    client: str
    field: str | None
    reason: str

    def to_dict(self) -> dict[str, str | None]:
        """``client``, ``field``, ``reason``."""
        return attrs.asdict(self)
