"""One column through one coercer, in short words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clientimport.core.cells.coercers import BUILTIN_COERCERS
from clientimport.core.coercion import Coerced, CoercionContext


def coerce(coercer: str, *texts: str, country: str | None = None, **context: Any) -> Coerced:
    """The whole answer about a column."""
    countries: Sequence[str | None] = context.pop("countries", [country] * len(texts))
    field = context.pop("field", coercer)
    return BUILTIN_COERCERS[coercer](list(texts), CoercionContext(field=field, countries=countries, **context))


def outcome(coercer: str, text: str, **context: Any) -> object:
    """What became of one cell: its value, its finding code, both if it has both, or ``"pending"``."""
    answer = coerce(coercer, text, **context)
    if answer.pending:
        assert (answer.values, answer.flags) == ([None], [])
        return "pending"
    if not answer.flags:
        return answer.values[0]
    ((_row, code, _params),) = answer.flags
    return code if answer.values[0] is None else (answer.values[0], code)
