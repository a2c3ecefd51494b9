"""Loyalty cards for clientimport: a field, the coercer that reads it, and a rule about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from clientimport.core.coercion import Coerced, Coercer, CoercionContext
from clientimport.core.findings import Severity
from clientimport.core.rules import Params, Rule, record_rule
from clientimport.core.schema import Field
from clientimport.plugins import hookimpl

__version__ = "1.0"

NUMBER = "loyalty.number"


@hookimpl
def clientimport_fields() -> list[Field]:
    return [Field(name=NUMBER, coercer=NUMBER, label="Loyalty card", scheme=NUMBER)]


@hookimpl
def clientimport_coercers() -> Mapping[str, Coercer]:
    return {NUMBER: read_numbers}


@hookimpl
def clientimport_rules() -> list[Rule]:
    return [record_rule("loyalty-reachable", {"loyalty-no-email": Severity.WARNING}, is_reachable)]


def read_numbers(texts: Sequence[str], _context: CoercionContext) -> Coerced:
    """``LC-123456`` from ``lc 123 456``, ``LC123456`` or ``123456``; anything else is flagged, never guessed."""
    coerced = Coerced([], [])
    for row, text in enumerate(texts):
        digits = re.fullmatch(r"(?:LC)?([0-9]{6})", re.sub(r"[\s.-]", "", text).upper())
        coerced.values.append(f"LC-{digits[1]}" if digits else None)
        if text and not digits:
            coerced.flags.append((row, "number-format", {"scheme": NUMBER}))
    return coerced


def is_reachable(record: Mapping[str, Any]) -> Iterator[tuple[str, str | None, Params]]:
    """Points are sent by e-mail, so a card without an address earns nothing."""
    if NUMBER in record and "email" not in record:
        yield "loyalty-no-email", "email", {}
