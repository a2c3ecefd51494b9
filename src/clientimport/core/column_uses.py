"""What a plan's header says of the columns of its source."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from clientimport.core.lexicon.amount_headers import names_sides
from clientimport.core.mapping import Mapping

if TYPE_CHECKING:
    from clientimport.core.suggesting import ColumnSuggestion


SIDES = "sides"
"""Reason of a column that feeds nothing, and says of amounts which are debit and which credit."""


def system_of(headers: Sequence[str], comments: str | None) -> str:
    """What stands for the system that a source comes from where nobody names it: the columns that it has.

    The next export of the same program has the same columns, and another program's has others.
    """
    own = sorted(header for header in headers if header != comments)
    return "columns:" + hashlib.sha256("\0".join(own).encode(errors="surrogatepass")).hexdigest()[:16]


def suggested_use(column: ColumnSuggestion) -> dict[str, Any]:
    """Of a column whose field was suggested."""
    reason = column.reason if column.accepted or column.reason == SIDES else "unmapped"
    return {
        "header": column.header,
        "field": column.field if column.accepted else None,
        "confidence": round(column.confidence, 3),
        "reason": "dropped" if column.reason == "dropped" else reason,
        "suggestion": None if column.accepted else column.field,
    }


def given_use(header: str, mapping: Mapping) -> dict[str, Any]:
    """Of a column in a mapping that was given."""
    field = next((entry.field for entry in mapping.fields if header in entry.columns), None)
    unused = "dropped" if header in mapping.dropped else SIDES if names_sides(header) else "unmapped"
    reason = "given" if field else unused
    return {
        "header": header,
        "field": field,
        "confidence": float(field is not None),
        "reason": reason,
        "suggestion": None,
    }
