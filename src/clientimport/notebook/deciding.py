"""Decisions that come from a browser, where one may have been overtaken by another: what can be used, and what cannot."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING

from clientimport.errors import SettingsError

if TYPE_CHECKING:
    from clientimport.handles import Plan

Decisions = Mapping[str, str]


def decided(plan: Plan, decisions: Decisions) -> tuple[Plan, dict[str, str]]:
    """*plan* with *decisions*, and those of them that it cannot use: id -> why, in English.

    The answer to a question that only another answer raised is used if that one is.

    Raises:
        StoreError: the store cannot be read.
    """
    refused: dict[str, str] = {}
    used = _usable(plan, {}, decisions, refused)
    while refused:  # an answer may have come before the one that raises its question
        again: dict[str, str] = {}
        more = _usable(plan, used, {name: decisions[name] for name in refused}, again)
        refused = again
        if not more:
            break
        used |= more
    return plan.decide(used), refused


def _usable(plan: Plan, used: Decisions, wanted: Decisions, refused: dict[str, str]) -> dict[str, str]:
    """Those of *wanted* that the plan takes beside the *used* ones; the others go into *refused*."""
    if not wanted:
        return {}
    try:
        plan.decide({**used, **wanted}).close()
    except SettingsError as error:
        if len(wanted) == 1:
            refused.update(dict.fromkeys(wanted, str(error)))
            return {}
        half = len(wanted) // 2
        first = _usable(plan, used, dict(islice(wanted.items(), half)), refused)
        second = _usable(plan, {**used, **first}, dict(islice(wanted.items(), half, None)), refused)
        return {**first, **second}
    return dict(wanted)
