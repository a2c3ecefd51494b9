"""What is to be said about a plan as a whole: its mapping, its decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from clientimport.core.column_uses import SIDES
from clientimport.core.decisions import Decisions
from clientimport.core.findings import CODES, Finding
from clientimport.core.interpretation import Interpreter
from clientimport.core.locator import Locator
from clientimport.core.plan import COMMENTS
from clientimport.core.schema import CLIENT


def about_mapping(header: Mapping[str, Any], filled: Sequence[int], interpreter: Interpreter) -> list[Finding]:
    """What is to be said about the mapping: columns not imported, fields without a column."""
    found: list[Finding] = []
    name, sheet = header["source"]["name"], header["source"]["sheet"]

    def say(code: str, column: str | None, field: str | None, **params: Any) -> None:
        locator = Locator(source=name, sheet=sheet, column=column)
        found.append(Finding(code=code, severity=CODES[code], locator=locator, field=field, params=params))

    amounts = next(
        (use["header"] for use in header["columns"] if "opening_balance" in (use["field"], use["suggestion"])), None
    )
    for use, count in zip(header["columns"], filled, strict=True):
        if use["reason"] == COMMENTS:
            say("column-comments", use["header"], None, filled=count)
        elif use["reason"] == SIDES and amounts is not None:
            say("column-of-sides", use["header"], None, header=use["header"], amounts=amounts, filled=count)
        elif use["field"] is None and use["reason"] != "dropped":
            if use["suggestion"] is not None:
                confidence = round(100 * use["confidence"])
                say("column-unsure", use["header"], None, suggestion=use["suggestion"], confidence=confidence)
            else:
                say("column-unmapped", use["header"], None, filled=count)
    for field, column in interpreter.missing:
        say("column-missing", column, field, header=column)
    for field in interpreter.profile.required:
        if field not in interpreter.fields and CLIENT not in interpreter.fields:  # that edits clients, it makes none
            say("field-unmapped", None, field, field_name=field)
    twin = interpreter.profile.lifecycle.twin
    if twin is not None and twin.field not in interpreter.fields and CLIENT not in interpreter.fields:
        say("kind-unmapped", None, twin.field, field_name=twin.field)
    for listed in interpreter.unlisted:
        say("list-not-given", None, listed.field, list=listed.name)
    return found


def about_decisions(decisions: Decisions, unmet: Mapping[str, str]) -> Iterator[list[Any]]:
    """What is to be said about the decisions: what could not be read, and that some do not hold, each where it was taken."""
    for finding in decisions.findings:
        place = finding.locator
        about = {"source": place.source, "sheet": place.sheet, "seen": finding.seen}
        yield [
            finding.code,
            finding.severity.value,
            place.row,
            place.column,
            finding.field,
            dict(finding.params),
            about,
        ]
    taken = decisions.taken
    for id_ in [id_ for id_ in decisions.wrong if id_ not in taken]:
        code, params = "decision-unreadable", {"allowed": list(decisions.wrong[id_])}
        yield [code, CODES[code].value, *_where(decisions, id_, params)]
    code = "decision-unmet"
    for id_ in [id_ for id_ in unmet if id_ in decisions.places]:
        yield [code, CODES[code].value, *_where(decisions, id_, {"count": 1, "ids": [id_]})]
    rest = [id_ for id_ in unmet if id_ not in decisions.places]
    if rest:
        yield [code, CODES[code].value, None, None, None, {"count": len(rest), "ids": rest[:10]}]


def _where(decisions: Decisions, id_: str, params: Mapping[str, Any]) -> list[Any]:
    """The rest of a finding about one decision: the cell in which it was taken, where that is known, and what it says."""
    place = decisions.places.get(id_)
    if place is None:
        return [None, None, None, dict(params)]
    about = {"source": place.source, "sheet": place.sheet, "seen": decisions.given[id_]}
    return [place.row, place.column, None, dict(params), about]
