"""What the panel shows, as plain data in the reader's language: the browser draws it and knows no words of its own."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from clientimport.messages import Messages, visible
from clientimport.notebook.panel_state import FORMATS, STEPS
from clientimport.notebook.problems import size_text
from clientimport.reports.inline import plan_html
from clientimport.reports.neutral import is_comments
from clientimport.reports.texts import shown

if TYPE_CHECKING:
    from clientimport.core.plan import Conflict
    from clientimport.core.suggesting import ColumnSuggestion
    from clientimport.handles import Plan
    from clientimport.notebook.panel_state import PanelState

QUESTIONS = 20
"""Open questions shown at a time; answering one makes place for the next."""

BOARD = 5000
"""Records up to which clients can be decided about one by one in the panel; a browser holds them all."""

_TEXTS = (
    "title", "drop_here", "choose_file", "file_format", "next_step", "back", "close", "columns_help", "in_the_file",
    "becomes", "how_sure", "suggested", "all_fields", "use_it", "update_existing", "update_existing_off", "check_help",
    "answer_help", "details", "import_clients", "reading", "importing", "finished", "download_exceptions",
    "close_removes", "receiving", "error_size", "error_one_file", "error_transfer", "error_kernel",
)  # fmt: skip
_FORMAT_TEXTS = dict(
    zip(FORMATS, ("format_auto", "comma_separated", "semicolon_separated", "tab_delimited"), strict=True)
)
_SAMPLE = 60


def panel_texts(state: PanelState) -> dict[str, str]:
    """What stands on the panel whatever the file: key -> text. Some have placeholders that the browser fills."""
    say = state.messages.panel
    texts = {key: say(key) for key in _TEXTS}
    texts["accepted"] = say("accepted", limit=size_text(state.limit))
    texts["or"] = state.messages.word("or")
    for key in ("column", "sheet", "not_imported", "conflicts"):
        texts[key] = state.messages.label(key)
    return texts


def panel_view(state: PanelState) -> dict[str, Any]:
    """Where *state* is.

    Keys: ``step``, ``steps`` (of them ``key``, ``label``, ``state``: ``done``, ``now`` or ``later``), ``problem`` (``head``
    and ``detail``, or null), ``limit`` (bytes), ``formats``, ``format``, ``file`` (null before there is one), and under the
    step's own name what it shows.
    """
    say = state.messages.panel
    at = STEPS.index(state.step)
    view: dict[str, Any] = {
        "step": state.step,
        "steps": [
            {"key": key, "label": say(f"step_{key}"), "state": "done" if n < at else "now" if n == at else "later"}
            for n, key in enumerate(STEPS)
        ],
        "problem": None if state.problem is None else {"head": state.problem.head, "detail": state.problem.detail},
        "limit": state.limit,
        "formats": [{"value": value, "label": say(key)} for value, key in _FORMAT_TEXTS.items()],
        "format": state.delimiter,
        "file": None,
    }
    if (upload := state.upload) is not None:
        view["file"] = {
            "name": upload.name,
            "size": size_text(upload.size),
            "whole": upload.whole,
            "ready": say("ready", name=upload.name),
        }
    if state.step == "columns":
        view["columns"] = _columns(state)
    elif state.step == "check":
        view["check"] = _check(state)
    elif state.step == "result":
        view["result"] = _result(state)
    return view


# ------------------------------------------------------------------------------------------------ the steps


def _columns(state: PanelState) -> dict[str, Any]:
    assert state.inspection is not None
    assert state.suggestion is not None
    messages, found = state.messages, state.inspection
    comments = state.importer.profile.report.comment_column
    letters = {column.header: column.letter for column in found.description.columns}
    return {
        "columns": [
            {
                **_column(column, messages, comments=is_comments(column.header, comments)),
                "letter": letters.get(column.header, ""),
                "samples": [_short(text) for text in found.samples.get(column.header, ())],
            }
            for column in state.suggestion.columns
        ],
        "fields": [{"name": field.name, "label": messages.field(field.name)} for field in state.importer.schema],
        "missing": [messages.panel("field_needed", field=messages.field(name)) for name in state.missing],
        "notes": [messages.finding(finding).message for finding in found.description.findings],
        "sheets": list(found.description.sheets),
        "sheet": found.description.sheet,
        "update_existing": state.update_existing,
    }


def _column(column: ColumnSuggestion, messages: Messages, *, comments: bool) -> dict[str, Any]:
    say = messages.panel
    used = column.field if column.accepted else None
    perhaps = column.field if column.field is not None and not column.accepted else None
    why = say("why_comments" if comments and column.reason == "dropped" else f"why_{column.reason}")
    sure = column.field is not None and column.reason not in {"given", "dropped"}
    suggested = [name for name in (column.field, *(name for name, _ in column.alternatives)) if name is not None]
    return {
        "header": column.header,
        "field": used,
        "perhaps": None if perhaps is None else say("perhaps", field=messages.field(perhaps)),
        "why": why,
        "sure": say("percent_sure", percent=f"{column.confidence * 100:.0f}") if sure else "",
        "confidence": round(column.confidence, 2) if column.field is not None else 0,
        "suggested": list(dict.fromkeys(suggested)),
    }


def _check(state: PanelState) -> dict[str, Any]:
    assert state.plan is not None
    messages, plan = state.messages, state.plan
    asked = plan.conflicts
    small = plan.summary.records <= BOARD
    about = _about(plan, asked[:QUESTIONS], messages) if small else {}
    return {
        "html": plan_html(plan, state.lang, questions=False),
        "board": small,
        "asked": [conflict.id for conflict in asked],
        "questions": [
            {
                "id": conflict.id,
                "question": visible(messages.conflict(conflict)),
                "place": visible(messages.place(conflict.locator)),
                "about": about.get(conflict.id, []),
                "options": [
                    {"choice": option.choice, "label": visible(messages.option(option, conflict))}
                    for option in conflict.options
                ],
            }
            for conflict in islice(asked, QUESTIONS)
        ],
        "more": messages.label("more").replace("{count}", str(len(asked) - QUESTIONS))
        if len(asked) > QUESTIONS
        else "",
    }


def _about(plan: Plan, asked: list[Conflict], messages: Messages) -> dict[str, list[str]]:
    """Whom each question is about, and what it is between: question -> lines."""
    about: dict[str, list[str]] = {}
    differ = {
        conflict.id: conflict
        for conflict in asked
        if conflict.kind not in {"column-format", "choose", "rows-contradict"}
    }
    overview = plan.overview()
    for entry in chain(overview.both, overview.only_in_import) if differ else ():
        conflict = differ.pop(entry.record.conflict or "", None)
        if conflict is not None:
            sides = [field for field in entry.fields if field.field in conflict.fields and field.fate == "asked"]
            lines = [
                f"{messages.field(f.field)}: {shown(f.here, messages)} | {shown(f.given, messages)}" for f in sides
            ]
            about[conflict.id] = [visible(line) for line in (entry.name, *lines) if line]
        if not differ:
            break
    rows = {
        number: conflict for conflict in asked if conflict.kind == "rows-contradict" for number in conflict.sequences
    }
    for record in plan.records("conflict") if rows else ():
        if (conflict := rows.get(record.sequence)) is not None:
            said = [f"{messages.field(name)}: {shown(record.values.get(name), messages)}" for name in conflict.fields]
            line = f"{messages.word('row')} {record.locator.row}: {', '.join(said)}"
            about.setdefault(conflict.id, []).append(visible(line))
    return about


def _result(state: PanelState) -> dict[str, Any]:
    assert state.receipt is not None
    messages, receipt = state.messages, state.receipt
    counts = [
        {"key": name, "label": messages.outcome(name), "count": count}
        for name, count in receipt.counts.items()
        if count or name in {"created", "updated"}
    ]
    if receipt.openings_posted:
        counts.append({"key": "posted", "label": messages.label("posted"), "count": receipt.openings_posted})
    if receipt.invitations_queued:
        made = {"key": "invitations", "label": messages.label("invitations_made"), "count": receipt.invitations_queued}
        counts.append(made)
    if (unsent := receipt.unsent) is not None:
        counts.append({"key": "unsent", "label": messages.label("unsent"), "count": unsent})
    left = receipt.exceptions.failed
    return {
        "counts": counts,
        "run": f"{messages.label('run')} {receipt.run}",
        "said": messages.panel("some_left", count=str(left)) if left else messages.panel("all_in"),
        "report": bool(receipt.exceptions),
    }


def _short(text: str) -> str:
    seen = visible(text)
    return seen if len(seen) <= _SAMPLE else seen[:_SAMPLE] + "…"
