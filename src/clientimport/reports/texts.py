"""Plans and receipts as plain text for a terminal or a mail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from clientimport.core.decisions import CHOOSE
from clientimport.core.leaving import Left
from clientimport.core.plan import (
    ColumnUse,
    Conflict,
    Disposition,
    FieldChange,
    PlannedOpening,
    PlannedRecord,
    PlanSummary,
    Value,
)
from clientimport.core.receipt import ReceiptRecord
from clientimport.messages import Messages, visible
from clientimport.reports.documents import PlanLike, ReceiptLike, messages_of
from clientimport.reports.near import comparison_lines, near_matches
from clientimport.reports.reasons import reasons


def plan_text(plan: PlanLike, lang: str = "en", *, limit: int = 20) -> str:
    """*plan* as a person reads it before saying yes: counts, columns, questions, and the first *limit* findings."""
    messages = messages_of(plan, lang)
    return "\n".join(_plan_lines(plan, messages, limit)) + "\n"


def receipt_text(receipt: ReceiptLike, lang: str = "en", *, limit: int | None = None) -> str:
    """*receipt* with every record and leaving client, or the first *limit* of them; 0 leaves them out."""
    return "".join(f"{line}\n" for line in receipt_lines(receipt, lang, limit=limit))


def receipt_lines(receipt: ReceiptLike, lang: str = "en", *, limit: int | None = None) -> Iterator[str]:
    """``receipt_text`` line by line, without line breaks, holding no more than one record."""
    messages = messages_of(receipt, lang)
    conflicts = {conflict.id: conflict for conflict in receipt.conflicts}
    yield messages.label("receipt_undo" if receipt.kind == "undo" else "receipt")
    about = facts(receipt, messages)
    width = max(len(key) for key, _ in about) + 1
    for key, value in about:
        yield f"  {key + ':':<{width}} {visible(value)}"
    yield ""
    yield from _table([(messages.outcome(name), str(count)) for name, count in receipt.counts.items() if count])
    for conflict in conflicts.values():
        if conflict.kind == CHOOSE:
            yield visible(f"  {messages.conflict(conflict)}")
    for some in (book_facts(receipt, messages), queued_facts(receipt, messages)):
        if some:
            yield ""
            yield from _table(some)
    if any(receipt.left.values()):
        yield ""
        yield messages.label("leavers")
        yield from _table([(messages.outcome(name), str(count)) for name, count in receipt.left.items() if count])
        for each in islice(receipt.leavers(), limit):
            yield visible(f"  {_leaver_line(each, messages)}")
    yield ""
    records = iter(receipt.records())
    for record in islice(records, limit):
        yield from _record_lines(record, messages, conflicts)
    if limit and (left := receipt.plan_summary.records - limit) > 0:
        yield f"  … {messages.label('more').replace('{count}', str(left))}"
    for heading, text in unsent_facts(receipt, messages):
        yield visible(f"{heading}: {text}")


def facts(receipt: ReceiptLike, messages: Messages) -> list[tuple[str, str]]:
    """(heading, text) of what a receipt is about."""
    source = receipt.header.get("source", {})
    found: list[tuple[str, Any]] = [
        ("source", source.get("name")),
        ("sheet", source.get("sheet")),
        ("profile", receipt.profile.title or receipt.profile.name),
        ("run", receipt.run),
        ("actor", receipt.actor),
        ("started", receipt.started_at),
        ("finished", receipt.finished_at),
        ("digest", receipt.plan_digest),
    ]
    return [(messages.label(key), str(value)) for key, value in found if value]


def book_facts(receipt: ReceiptLike, messages: Messages) -> list[tuple[str, str]]:
    """(heading, text) of what a receipt says about opening balances; empty if there is nothing to be said."""
    found: list[tuple[str, str]] = []
    if receipt.openings_posted:
        found.append((messages.label("posted"), str(receipt.openings_posted)))
    if receipt.openings_blocked:
        found.append((messages.label("blocked"), str(receipt.openings_blocked)))
    if receipt.openings_reversed:
        found.append((messages.label("openings_reversed"), str(receipt.openings_reversed)))
    if receipt.plan_summary.openings:
        for currency, amount in receipt.residue().items():
            found.append((messages.label("residue"), f"{amount:f} {currency}"))
    return found


def queued_facts(receipt: ReceiptLike, messages: Messages) -> list[tuple[str, str]]:
    """(heading, text) of the messages that a run queued; empty if there are none."""
    queued = receipt.invitations_queued
    return [(messages.label("invitations_made"), str(queued))] if queued else []


def unsent_facts(receipt: ReceiptLike, messages: Messages) -> list[tuple[str, str]]:
    """(heading, text) of who still waits for a message, with which a receipt ends; empty where nobody asks for it."""
    unsent = receipt.unsent
    return [] if unsent is None else [(messages.label("unsent"), str(unsent))]


def opening_sides(opening: PlannedOpening, messages: Messages) -> tuple[str, str]:
    """(before, after) of an opening balance that a plan posts."""
    blank = messages.word("blank")
    old, new = (
        blank if amount is None else f"{amount} {opening.currency}" for amount in (opening.replaced, opening.amount)
    )
    return old, new


def opening_line(opening: PlannedOpening, messages: Messages) -> str:
    """``Opening balance (2025-12-31): (empty) -> 1234.56 EUR``."""
    old, new = opening_sides(opening, messages)
    return f"{messages.field('opening_balance')} ({opening.date}): {old} -> {new}"


def shown(value: Value, messages: Messages) -> str:
    """A field's value for people: ``(empty)`` for none, a list with commas."""
    if value is None or value in ("", []):
        return messages.word("blank")
    return ", ".join(value) if isinstance(value, list) else str(value)


def title(record: PlannedRecord) -> str:
    """What its owner calls the record: the name, or what there is of one; empty if nothing is."""
    values = record.values
    parts = [values.get("first_name"), values.get("last_name")]
    name = values.get("name") or values.get("company_name") or " ".join(str(part) for part in parts if part)
    return str(name or values.get("email") or "")


# ------------------------------------------------------------------------------------------------ helpers


def _plan_lines(plan: PlanLike, messages: Messages, limit: int) -> Iterator[str]:
    summary = plan.summary
    source = plan.header.get("source", {})
    sheet = f', {messages.word("sheet")} "{source["sheet"]}"' if source.get("sheet") else ""
    records = messages.label("records").lower()
    yield visible(f"{source.get('name', '')}{sheet}: {summary.records} {records}")
    yield ""
    yield from _disposition_lines(summary, messages)
    if summary.openings:
        yield ""
        yield messages.label("openings")
        yield from _table(list(summary.openings.items()))
        if summary.postings:
            yield messages.label("postings")
            yield from _table([(currency, str(count)) for currency, count in summary.postings.items()])
    for tie in summary.tie_out:
        said = messages.label("ties_out") if tie.ties else f"{messages.label('difference')} {tie.difference:f}"
        yield f"{messages.label('control_total')} {tie.expected:f} {tie.currency}: {said}"
    if summary.leaving:
        yield ""
        yield messages.label("leaving")
        yield from _table([(messages.action(action), str(count)) for action, count in summary.leaving.items()])
    yield ""
    yield messages.label("columns")
    for column in summary.columns:
        yield visible(f"  {_column_line(column, messages)}")
    conflicts = list(islice(plan.conflicts, limit))
    if conflicts:
        yield ""
        yield f"{messages.label('conflicts')} ({summary.conflicts})"
        for conflict in conflicts:
            yield from _conflict_lines(conflict, messages)
        if summary.conflicts > len(conflicts):
            yield _more(summary.conflicts - len(conflicts), messages)
    total = sum(summary.findings.values())
    if total:
        yield ""
        yield f"{messages.label('findings')} ({total})"
        shown_count = 0
        for finding in islice(plan.findings, limit):
            shown_count += 1
            yield from (f"  {line}" for line in messages.line(finding).splitlines())
        if total > shown_count:
            yield _more(total - shown_count, messages)


def _disposition_lines(summary: PlanSummary, messages: Messages) -> Iterator[str]:
    """Each disposition with its count; under it the reasons, where there is more than one or it is not the usual one."""
    for disposition in Disposition:
        count = summary.dispositions.get(disposition, 0)
        yield f"  {messages.disposition(disposition):<16} {count:>8}"
        if disposition in (Disposition.SKIP, Disposition.CONFLICT):
            for key, records in summary.reasons.items():
                kind, _, reason = key.partition(":")
                if kind == disposition and records:
                    yield f"  {'':<16} {records:>8} {messages.reason(kind, reason)}"


def _column_line(column: ColumnUse, messages: Messages) -> str:
    if column.field is not None:
        detail = [f"{column.filled} {messages.label('filled')}"]
        if column.confidence < 1:
            detail.append(f"{column.confidence:.0%} {messages.label('sure')}")
        if column.format:
            detail.append(messages.format(column.format))
        return f'"{column.header}" -> {messages.field(column.field)} ({", ".join(detail)})'
    maybe = f", {messages.field(column.suggestion)}?" if column.suggestion else ""
    filled = f"{column.filled} {messages.label('filled')}"
    return f'"{column.header}" -> {messages.label("not_imported")} ({filled}{maybe})'


def _conflict_lines(conflict: Conflict, messages: Messages) -> Iterator[str]:
    yield visible(f"  {conflict.id}: {messages.place(conflict.locator)}: {messages.conflict(conflict)}")
    for option in conflict.options:
        said = messages.option(option, conflict)
        yield visible(f"      {option.choice}" if said == option.choice else f"      {option.choice}: {said}")
        if (near := near_matches(conflict).get(option.choice)) is not None:
            yield from (visible(f"          {line}") for line in comparison_lines(near, messages))


def _record_lines(done: ReceiptRecord, messages: Messages, conflicts: Mapping[str, Conflict]) -> Iterator[str]:
    record = done.planned
    outcome = messages.outcome(done.outcome)
    place = f"{messages.word('row')} {record.locator.row}" if record.locator.row is not None else ""
    client = f", {messages.label('client').lower()} {done.client}" if done.client is not None else ""
    yield visible(f"{place}: {outcome}{client}  {title(record)}".rstrip())
    for change in record.changes:
        yield visible(f"    {change_line(change, messages)}")
    if done.opening is not None:
        yield visible(f"    {opening_line(done.opening, messages)}")
    for reason in reasons(done, messages, conflicts):
        yield visible(f"    {reason}")


def _leaver_line(left: Left, messages: Messages) -> str:
    why = f". {messages.why(left.why)}" if left.why else ""
    client = f"{messages.label('client').lower()} {left.planned.client}  {left.planned.name}".rstrip()
    return f"{client}: {messages.outcome(left.outcome)}{why}"


def change_line(change: FieldChange, messages: Messages) -> str:
    """``E-mail: (empty) -> jan@voorbeeld.be``."""
    return f"{messages.field(change.field)}: {shown(change.old, messages)} -> {shown(change.new, messages)}"


def _table(rows: list[tuple[str, str]]) -> Iterator[str]:
    width = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        yield f"  {name:<{max(width, 16)}} {value:>8}"


def _more(count: int, messages: Messages) -> str:
    return f"  … {messages.label('more').replace('{count}', str(count))}"
