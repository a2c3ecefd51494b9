"""Near matches of a record for people: whom it may be, and how far they agree, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clientimport.core.near.similarity import MISSING, Comparison
from clientimport.core.plan import Conflict
from clientimport.messages import Messages


def near_matches(conflict: Conflict) -> Mapping[str, Mapping[str, Any]]:
    """Choice -> the near match that it names, as ``conflict.params["near"]`` has it; empty for other questions."""
    return {near["choice"]: near for near in conflict.params.get("near", ())}


def comparison_lines(near: Mapping[str, Any], messages: Messages) -> Iterator[str]:
    """How far a record (on the left) and a near match agree: a line a field, without those that one of them lacks."""
    for given in near["comparisons"]:
        if given["level"] != MISSING:
            yield comparison_line(Comparison(**given), messages)


def comparison_line(each: Comparison, messages: Messages) -> str:
    """One field of two clients: how far it agrees, and both values."""
    blank = messages.word("blank")
    values = each.left if each.left == each.right else f"{each.left or blank} | {each.right or blank}"
    return f"{messages.field(each.field)}: {messages.level(each.level)} ({each.weight:+d}): {values}"
