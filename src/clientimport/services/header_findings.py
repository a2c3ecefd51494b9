"""What is to be said about a mapping as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clientimport.core.findings import CODES, Finding
from clientimport.core.interpretation import Interpreter
from clientimport.core.locator import Locator
from clientimport.core.plan import COMMENTS


def header_findings(header: Mapping[str, Any], filled: Sequence[int], interpreter: Interpreter) -> list[Finding]:
    """What is to be said about the mapping: columns not imported, fields without a column."""
    found: list[Finding] = []
    name, sheet = header["source"]["name"], header["source"]["sheet"]

    def say(code: str, column: str | None, field: str | None, **params: Any) -> None:
        locator = Locator(source=name, sheet=sheet, column=column)
        found.append(Finding(code=code, severity=CODES[code], locator=locator, field=field, params=params))

    for use, count in zip(header["columns"], filled, strict=True):
        if use["reason"] == COMMENTS:
            say("column-comments", use["header"], None, filled=count)
        elif use["field"] is None and use["reason"] != "dropped":
            if use["suggestion"] is not None:
                confidence = round(100 * use["confidence"])
                say("column-unsure", use["header"], None, suggestion=use["suggestion"], confidence=confidence)
            else:
                say("column-unmapped", use["header"], None, filled=count)
    for field, column in interpreter.missing:
        say("column-missing", column, field, header=column)
    for field in interpreter.profile.required:
        if field not in interpreter.fields:
            say("field-unmapped", None, field, field_name=field)
    return found
