"""The report of an import as a workbook: the counts, every record, and every field that changed."""

from __future__ import annotations

import os

from clientimport.reports.documents import ReceiptLike, messages_of
from clientimport.reports.reasons import reasons
from clientimport.reports.texts import book_facts, facts, opening_line, queued_facts, shown, title, unsent_facts
from clientimport.reports.workbook import Style, text_workbook

_LOOKS: dict[str, Style] = {"refused": "error", "stale": "error", "held": "warning"}


def write_receipt_xlsx(receipt: ReceiptLike, path: str | os.PathLike[str], lang: str = "en") -> None:
    """Write three sheets to *path*: a summary, one row a record, one row a changed field; and one row a client that was to
    leave, where there are any. All cells are text.

    The records are gone through twice, one at a time.

    Raises:
        SettingsError: the folder does not exist, or there are no texts in that language.
    """
    messages = messages_of(receipt, lang)
    label = messages.label
    conflicts = {conflict.id: conflict for conflict in receipt.conflicts}
    with text_workbook(path) as book:
        heading = label("receipt_undo" if receipt.kind == "undo" else "receipt")
        book.sheet(label("summary"), [heading, ""], [32, 60])
        for key, value in facts(receipt, messages):
            book.row([key, value])
        for name, count in receipt.counts.items():
            book.row([messages.outcome(name), str(count)])
        for name, count in receipt.left.items():
            if count:
                book.row([f"{label('leavers')}: {messages.outcome(name)}", str(count)])
        for heading, text in (
            *book_facts(receipt, messages),
            *queued_facts(receipt, messages),
            *unsent_facts(receipt, messages),
        ):
            book.row([heading, text])

        columns = ("row", "outcome", "client", "name", "changes", "reason")
        book.sheet(label("records"), [label(key) for key in columns], [8, 24, 24, 30, 60, 60])
        for done in receipt.records():
            record = done.planned
            changes = "\n".join(
                f"{messages.field(c.field)}: {shown(c.old, messages)} -> {shown(c.new, messages)}"
                for c in record.changes
            )
            if done.opening is not None:
                changes = f"{changes}\n{opening_line(done.opening, messages)}".lstrip("\n")
            said = reasons(done, messages, conflicts) or [messages.reason(record.disposition, record.reason)]
            row = "" if record.locator.row is None else str(record.locator.row)
            cells = [
                row,
                messages.outcome(done.outcome),
                done.client or "",
                title(record),
                changes,
                "\n".join(said),
            ]
            styles: dict[int, Style] = {4: "comment", 5: "comment"}
            if done.outcome in _LOOKS:
                styles[1] = _LOOKS[done.outcome]
            book.row(cells, styles)

        fields = ("row", "client", "field", "old", "new")
        book.sheet(label("changes"), [label(key) for key in fields], [8, 24, 24, 40, 40])
        for done in receipt.records():
            record = done.planned
            row = "" if record.locator.row is None else str(record.locator.row)
            for change in record.changes:
                old, new = (shown(value, messages) for value in (change.old, change.new))
                book.row([row, done.client or "", messages.field(change.field), old, new])

        if any(receipt.left.values()):
            heads = ("client", "name", "reason", "outcome", "why")
            book.sheet(label("leavers"), [label(key) for key in heads], [24, 30, 60, 24, 60])
            for left in receipt.leavers():
                planned = left.planned
                why = messages.why(left.why) if left.why else ""
                reason = messages.review(f"only_here:{planned.reason}")
                looks: dict[int, Style] = {2: "comment", 4: "comment"}
                if why:
                    looks[3] = "error"
                book.row([planned.client, planned.name, reason, messages.outcome(left.outcome), why], looks)
