"""Runs that no import made: an act of a person, in the run log like every other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clientimport.core.canonical import encode
from clientimport.ports import RunRow, UnitOfWork

SENT = "sent"
"""Of a run's header: its clients moved because a message was sent to them, which undoing does not call back."""


def start_by_hand(work: UnitOfWork, kind: str, run_id: str, *, actor: str, at: str, header: Mapping[str, Any]) -> None:
    """Begin a run of *kind* without plan and source.

    Args:
        work: The transaction that the act is done in.
        kind: As ``RunRow.kind``.
        run_id: Its id.
        actor: Name for the log.
        at: The time as ISO text.
        header: What the run keeps of how it was made, as plain data.
    """
    work.runs.start(
        RunRow(
            id=run_id,
            kind=kind,
            plan_digest=f"{kind}:{run_id}",
            state="running",
            through=-1,
            actor=actor,
            source="",
            started_at=at,
            finished_at=None,
            counts="{}",
            header=encode({"header": dict(header), "summary": None}),
        )
    )
