"""Why a record did not become what its row says, in sentences for its owner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from clientimport.core.findings import Finding, Severity
from clientimport.core.plan import Conflict, Disposition, FieldChange, Value

if TYPE_CHECKING:
    from clientimport.core.locator import Locator
    from clientimport.messages import Messages

FAILED = (Disposition.INVALID, Disposition.CONFLICT)
"""Dispositions whose rows go back to their owner."""


class Record(Protocol):
    """What reports need of a planned record, or of a receipt's record (which has ``outcome`` and ``why`` as well)."""

    @property
    def sequence(self) -> int: ...
    @property
    def locator(self) -> Locator: ...
    @property
    def raw(self) -> Mapping[str, str]: ...
    @property
    def values(self) -> Mapping[str, Value]: ...
    @property
    def disposition(self) -> Disposition: ...
    @property
    def reason(self) -> str: ...
    @property
    def client(self) -> str | None: ...
    @property
    def partner(self) -> Locator | None: ...
    @property
    def findings(self) -> tuple[Finding, ...]: ...
    @property
    def changes(self) -> tuple[FieldChange, ...]: ...
    @property
    def conflict(self) -> str | None: ...


def failed(record: Record) -> bool:
    """Whether its row was refused, waits for an answer, or was found changed when it was to be written."""
    return record.disposition in FAILED or getattr(record, "outcome", None) == "stale"


def reasons(record: Record, messages: Messages, conflicts: Mapping[str, Conflict]) -> list[str]:
    """Why *record* was not imported as it stands, each reason once; empty for what went in.

    For a refused record the errors, each after the name of its column unless the words are the profile's own; for one
    that waits, the question; for one left out, why.
    """
    if getattr(record, "outcome", None) == "stale":
        return [messages.why(getattr(record, "why", None) or "stale")]
    if record.disposition is Disposition.INVALID:
        said = [_error(finding, messages) for finding in record.findings if finding.severity is Severity.ERROR]
        return list(dict.fromkeys(said)) or [messages.reason(record.disposition, record.reason)]
    if record.disposition is Disposition.CONFLICT:
        conflict = conflicts.get(record.conflict or "")
        return [messages.conflict(conflict) if conflict else messages.reason(record.disposition, record.reason)]
    if record.disposition is Disposition.SKIP:
        reason = messages.reason(record.disposition, record.reason)
        return [reason if record.partner is None else f"{reason} ({messages.word('row')} {record.partner.row})"]
    return []


def _error(finding: Finding, messages: Messages) -> str:
    text = messages.finding(finding)
    column = finding.locator.column
    return text.message if text.own or column is None else f"{column}: {text.message}"
