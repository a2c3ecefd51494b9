"""Why a record did not become what its row says, in sentences for its owner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from clientimport.core.findings import Finding, Severity
from clientimport.core.plan import Conflict, Disposition, PlannedRecord
from clientimport.core.receipt import ReceiptRecord

if TYPE_CHECKING:
    from clientimport.messages import Messages

FAILED = (Disposition.INVALID, Disposition.CONFLICT)
"""Dispositions whose rows go back to their owner."""


Record = PlannedRecord | ReceiptRecord
"""A record before or after it was applied."""


def after(record: Record) -> ReceiptRecord:
    """*record* as a receipt has it; one that was only planned has an empty ``outcome``."""
    if isinstance(record, ReceiptRecord):
        return record
    return ReceiptRecord(planned=record, outcome="", client=record.client)


def failed(record: Record) -> bool:
    """Whether its row was refused, waits for an answer, or was found changed when it was to be written."""
    done = after(record)
    return done.outcome == "stale" or done.planned.disposition in FAILED


def reasons(record: Record, messages: Messages, conflicts: Mapping[str, Conflict]) -> list[str]:
    """Why *record* was not imported as it stands, each reason once; empty for what went in.

    For a refused record the errors, each after the name of its column unless the words are the profile's own; for one
    that waits, the question; for one left out, why.
    """
    done = after(record)
    planned = done.planned
    if done.outcome == "stale":
        return [messages.why(done.why or {})]
    if planned.disposition is Disposition.INVALID:
        said = [_error(finding, messages) for finding in planned.findings if finding.severity is Severity.ERROR]
        return list(dict.fromkeys(said)) or [messages.reason(planned.disposition, planned.reason)]
    if planned.choose:
        return [messages.choose(planned.choose)]
    if planned.disposition is Disposition.CONFLICT:
        conflict = conflicts.get(planned.conflict or "")
        return [messages.conflict(conflict) if conflict else messages.reason(planned.disposition, planned.reason)]
    if planned.disposition is Disposition.SKIP:
        reason = messages.reason(planned.disposition, planned.reason)
        if planned.partner is None or messages.own_reason(planned.disposition, planned.reason):
            return [reason]
        return [f"{reason} ({messages.word('row')} {planned.partner.row})"]
    return []


def fate(planned: PlannedRecord, messages: Messages) -> str:
    """Why a record has its disposition; for one that waits for a choice, what is to be chosen."""
    return messages.choose(planned.choose) if planned.choose else messages.reason(planned.disposition, planned.reason)


def _error(finding: Finding, messages: Messages) -> str:
    text = messages.finding(finding)
    column = finding.locator.column
    return text.message if text.own or column is None else f"{column}: {text.message}"
