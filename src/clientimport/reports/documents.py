"""Plans and receipts as the JSON documents the command line prints; names and meanings stay the same between releases.

A list that can be as long as the source is an iterator here, so that ``json_chunks`` can write it without holding it;
``whole`` makes it a list.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

import attrs

from clientimport.core.findings import Finding
from clientimport.core.leaving import Left
from clientimport.core.plan import Conflict, PlanSummary
from clientimport.core.receipt import ReceiptRecord
from clientimport.core.schema import Field
from clientimport.messages import Messages
from clientimport.reports.near import comparison_lines, near_matches
from clientimport.reports.reasons import reasons

if TYPE_CHECKING:
    from clientimport.core.locator import Locator
    from clientimport.core.profile import Profile


class PlanLike(Protocol):
    """What is needed of a plan."""

    @property
    def digest(self) -> str: ...
    @property
    def header(self) -> Mapping[str, Any]: ...
    @property
    def summary(self) -> PlanSummary: ...
    @property
    def profile(self) -> Profile: ...
    @property
    def findings(self) -> Iterable[Finding]: ...
    @property
    def conflicts(self) -> Iterable[Conflict]: ...


class ReceiptLike(Protocol):
    """What is needed of a receipt."""

    @property
    def run(self) -> str: ...
    @property
    def plan_digest(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def actor(self) -> str: ...
    @property
    def started_at(self) -> str: ...
    @property
    def finished_at(self) -> str | None: ...
    @property
    def header(self) -> Mapping[str, Any]: ...
    @property
    def profile(self) -> Profile: ...
    @property
    def plan_summary(self) -> PlanSummary: ...
    @property
    def counts(self) -> Mapping[str, int]: ...
    @property
    def created(self) -> int: ...
    @property
    def updated(self) -> int: ...
    @property
    def left(self) -> Mapping[str, int]: ...
    @property
    def openings_posted(self) -> int: ...
    @property
    def openings_blocked(self) -> int: ...
    @property
    def openings_reversed(self) -> int: ...
    @property
    def invitations_queued(self) -> int: ...
    @property
    def unsent(self) -> int | None: ...

    def residue(self) -> Mapping[str, Decimal]:
        """Currency -> what stands on the opening balance equity accounts now; a credit is below zero."""

    @property
    def conflicts(self) -> Iterable[Conflict]: ...

    def records(self) -> Iterable[ReceiptRecord]:
        """Every record in the order of the source."""

    def leavers(self) -> Iterable[Left]:
        """Every client that was to leave."""


def messages_of(about: PlanLike | ReceiptLike, lang: str) -> Messages:
    """The words for a plan or receipt: its profile's own, and the labels of the fields that a host declared.

    Raises:
        SettingsError: no texts in that language.
    """
    return Messages(lang, about.profile, fields=declared(about.header))


def declared(header: Mapping[str, Any]) -> list[Field]:
    """The fields that a host or plugin declared, as far as messages need them."""
    return [Field(name=given["name"], label=given["label"]) for given in header["declared"]]


def plan_document(plan: PlanLike, lang: str = "en") -> dict[str, Any]:
    """*plan* for machines; ``findings`` is an iterator.

    Keys: ``source``, ``sheet``, ``profile``, ``records`` (how many), ``dispositions`` (all six, summing to ``records``),
    ``reasons`` (``disposition:reason`` -> records), ``findings``, ``finding_counts`` (code -> how many), ``severities``,
    ``conflicts``, ``columns``, ``openings`` (currency -> total), ``postings`` (currency -> clients whose balance is posted or
    replaced), ``tie_out`` (control totals), ``leaving`` (``deactivate`` and ``remove`` -> clients), ``digest``.
    """
    messages = messages_of(plan, lang)
    return {
        **_origin(plan.header),
        "profile": plan.profile.name,
        "digest": plan.digest,
        **_counts(plan.summary),
        "leaving": dict(plan.summary.leaving),
        "conflicts": [conflict_dict(conflict, messages) for conflict in plan.conflicts],
        "columns": [attrs.asdict(column) for column in plan.summary.columns],
        "findings": (finding_dict(finding, messages) for finding in plan.findings),
    }


def plan_dict(plan: PlanLike, lang: str = "en") -> dict[str, Any]:
    """``plan_document`` with every list whole."""
    return whole(plan_document(plan, lang))


def receipt_document(receipt: ReceiptLike, lang: str = "en") -> dict[str, Any]:
    """*receipt* for machines; ``rows`` and ``leavers`` are iterators, one object a record and one a client that was to leave.

    Keys: ``run``, ``kind``, ``actor``, ``started_at``, ``finished_at``, ``source``, ``sheet``, ``profile``,
    ``plan_digest``, ``outcomes`` (outcome -> records), ``created`` and ``updated`` (clients), ``left`` (``deactivated``, ``removed``
    and ``stayed`` -> clients that were to leave), ``openings_posted``,
    ``openings_blocked``, ``openings_reversed`` (of an undo), ``invitations_queued``, ``unsent`` (only where the profile counts
    them), ``residue`` (currency -> balance of the equity accounts now), the plan's counts (``records``,
    ``dispositions``, ``reasons``, ``finding_counts``, ``severities``, ``openings``, ``postings``, ``tie_out``), ``rows`` and ``leavers``.
    """
    messages = messages_of(receipt, lang)
    conflicts = {conflict.id: conflict for conflict in receipt.conflicts}
    return {
        **receipt_summary(receipt),
        "rows": (record_dict(record, messages, conflicts) for record in receipt.records()),
        "leavers": (left_dict(left, messages) for left in receipt.leavers()),
    }


def receipt_dict(receipt: ReceiptLike, lang: str = "en") -> dict[str, Any]:
    """``receipt_document`` with every list whole."""
    return whole(receipt_document(receipt, lang))


def receipt_summary(receipt: ReceiptLike) -> dict[str, Any]:
    """``receipt_document`` without its ``rows`` and ``leavers``: short whatever the source's length."""
    return {
        "run": receipt.run,
        "kind": receipt.kind,
        "actor": receipt.actor,
        "started_at": receipt.started_at,
        "finished_at": receipt.finished_at,
        **_origin(receipt.header),
        "profile": receipt.profile.name,
        "plan_digest": receipt.plan_digest,
        "outcomes": dict(receipt.counts),
        "created": receipt.created,
        "updated": receipt.updated,
        "left": dict(receipt.left),
        "openings_posted": receipt.openings_posted,
        "openings_blocked": receipt.openings_blocked,
        "openings_reversed": receipt.openings_reversed,
        "invitations_queued": receipt.invitations_queued,
        **({} if (unsent := receipt.unsent) is None else {"unsent": unsent}),
        "residue": {currency: format(amount, "f") for currency, amount in receipt.residue().items()},
        **_counts(receipt.plan_summary),
    }


def finding_dict(finding: Finding, messages: Messages) -> dict[str, Any]:
    """``code``, ``severity``, ``message``, ``wanted``, ``remedy``, ``field``, ``seen``, ``locator``, ``params``."""
    text = messages.finding(finding)
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": text.message,
        "wanted": text.wanted,
        "remedy": text.remedy,
        "field": finding.field,
        "seen": finding.seen,
        "locator": finding.locator.to_dict(),
        "params": dict(finding.params),
    }


def conflict_dict(conflict: Conflict, messages: Messages) -> dict[str, Any]:
    """``id``, ``kind``, ``question``, ``records``, ``sequences``, ``fields``, ``locator``, ``params``, ``options``.

    An option is ``choice`` and ``label``, and for a near match ``compared``: how far it agrees, a text a field.
    """
    near = near_matches(conflict)
    return {
        "id": conflict.id,
        "kind": conflict.kind,
        "question": messages.conflict(conflict),
        "records": conflict.records,
        "sequences": list(conflict.sequences),
        "fields": list(conflict.fields),
        "locator": conflict.locator.to_dict(),
        "params": dict(conflict.params),
        "options": [
            {
                "choice": option.choice,
                "label": messages.option(option, conflict),
                **(
                    {"compared": list(comparison_lines(near[option.choice], messages))} if option.choice in near else {}
                ),
            }
            for option in conflict.options
        ],
    }


def record_dict(done: ReceiptRecord, messages: Messages, conflicts: Mapping[str, Conflict]) -> dict[str, Any]:
    """What became of one record.

    Keys: ``sequence``, ``locator``, ``outcome``, ``disposition``, ``reason``, ``client``, ``partner`` (locator of the row
    it was merged into), ``conflict``, ``comments`` (why it did not go in), ``why`` (for stale ones),
    ``changes`` (``field``, ``old``, ``new``,
    ``rule``, ``locator``), ``opening`` (what was posted), ``findings``, ``values``.
    """
    record = done.planned
    return {
        "sequence": record.sequence,
        "locator": record.locator.to_dict(),
        "outcome": done.outcome,
        "disposition": record.disposition.value,
        "reason": record.reason,
        "client": done.client,
        "partner": _place(record.partner),
        "conflict": record.conflict,
        "comments": reasons(done, messages, conflicts),
        "why": dict(done.why) if done.why else None,
        "changes": [
            {"field": c.field, "old": c.old, "new": c.new, "rule": c.rule, "locator": _place(c.locator)}
            for c in record.changes
        ],
        "opening": None if done.opening is None else done.opening.to_dict(),
        "findings": [finding_dict(finding, messages) for finding in record.findings],
        "values": dict(record.values),
    }


def left_dict(left: Left, messages: Messages) -> dict[str, Any]:
    """What became of a client that was to leave.

    Keys: ``client``, ``name``, ``reason`` (why it was only here), ``action`` (``deactivate`` or ``remove``), ``outcome``, ``why``
    and ``comments`` (of one that stayed).
    """
    planned = left.planned
    return {
        "client": planned.client,
        "name": planned.name,
        "reason": planned.reason,
        "action": planned.action,
        "outcome": left.outcome,
        "why": dict(left.why) if left.why else None,
        "comments": [messages.why(left.why)] if left.why else [],
    }


def whole(document: Mapping[str, Any]) -> dict[str, Any]:
    """*document* with its iterators run out into lists."""
    return {key: list(value) if isinstance(value, Iterator) else value for key, value in document.items()}


def json_chunks(document: Mapping[str, Any]) -> Iterator[str]:
    """*document* as pieces of one JSON object; an iterator among its values is written as a list, item by item."""
    opening = "{"
    for key, value in document.items():
        yield f"{opening}{json.dumps(key)}: "
        opening = ", "
        if isinstance(value, Iterator):
            between = "["
            for item in value:
                yield between + json.dumps(item, ensure_ascii=False)
                between = ",\n "
            yield "[]" if between == "[" else "]"
        else:
            yield json.dumps(value, ensure_ascii=False)
    yield "{}" if opening == "{" else "}"


def _origin(header: Mapping[str, Any]) -> dict[str, Any]:
    source = header.get("source", {})
    return {"source": source.get("name"), "sheet": source.get("sheet")}


def _counts(summary: PlanSummary) -> dict[str, Any]:
    return {
        "records": summary.records,
        "dispositions": dict(summary.dispositions),
        "reasons": dict(summary.reasons),
        "finding_counts": dict(summary.findings),
        "severities": dict(summary.severities),
        "openings": dict(summary.openings),
        "postings": dict(summary.postings),
        "tie_out": [tie.to_dict() for tie in summary.tie_out],
    }


def _place(locator: Locator | None) -> dict[str, str | int | None] | None:
    return None if locator is None else locator.to_dict()
