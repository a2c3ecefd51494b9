"""Findings of single records, as lines hold them: who set them, and so who finds them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clientimport.core.findings import READING_CODES, Flag
from clientimport.core.openings import REFUSALS
from clientimport.core.plan import Line
from clientimport.errors import PluginError
from clientimport.ports import SourceDescription

_SEALING_CODES = frozenset(("shared-key", "field-locked", "field-risky", "document-refused", *REFUSALS))
_LOOKUP_CODES = frozenset(("same-key-other-name", "client-unknown", "client-of-other-kind", "beside-twin"))
_EITHER_CODES = frozenset(("shared-key-alone", "key-of-another"))
"""Set by looking up where they name a stored client, by sealing where other rows are meant."""


def of_lookup(flag: Sequence[Any]) -> bool:
    """Whether looking clients up set *flag*: what the store had then is not asked again."""
    return flag[0] in _LOOKUP_CODES or (flag[0] in _EITHER_CODES and "client" in flag[4])


def of_sealing(flag: Sequence[Any]) -> bool:
    """Whether judging or sealing set *flag*, and so finds it again."""
    return flag[0] in _SEALING_CODES or (flag[0] in _EITHER_CODES and "client" not in flag[4])


def checked(flags: Sequence[Flag], description: SourceDescription) -> Sequence[Flag]:
    """*flags*, if they are what a source may say.

    Raises:
        PluginError: one is not; planning on without it would lose it when a column is read anew.
    """
    for flag in flags:
        if flag.code not in READING_CODES:
            raise PluginError(description.kind, "Source.batches", f"flagged a row with {flag.code}")
    return flags


def source_flags(lines: Sequence[Line]) -> list[Flag]:
    """The flags that reading set, which no second interpretation would set again."""
    return [
        Flag(index, code, field, column, params)
        for index, line in enumerate(lines)
        for code, _, field, column, params in line.flags
        if code in READING_CODES
    ]
