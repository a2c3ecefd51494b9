"""What may become of a record, as the planner says it: the verdicts that are the same for every record, or for all of a client."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clientimport.core.openings import ToPost
from clientimport.core.plan import Line
from clientimport.core.questions import Question

Verdict = tuple[str, str, Any, ToPost | None]
"""(disposition, reason, detail, opening) of one record, as ``Line`` has them."""

NEW: Verdict = ("create", "new", None, None)
NOT_ADDED: Verdict = ("skip", "mode-update-only", [None, None, None], None)
INVALID: Verdict = ("invalid", "findings", None, None)
REFUSED = "opening"
"""Reason of a record that is invalid because of its opening balance; its detail is the finding, see ``Planner.refused_flag``."""

UNJUDGED = ("", "", None, None)
STANDS = frozenset(("invalid", "skip"))
GOES_IN = frozenset(("create", "update", "unchanged"))


def in_question(question: Question, members: Sequence[Line]) -> list[Verdict]:
    """The verdicts on records of one client that wait for a question; the first holds it."""
    first: Verdict = ("conflict", question["kind"], [question["id"], question], None)
    return [first, *([("conflict", question["kind"], [question["id"], None], None)] * (len(members) - 1))]


def left_out(members: Sequence[Line], client: str | None = None) -> list[Verdict]:
    """The verdicts on records of one client, a stored one or a new, that somebody decided to leave out."""
    first, head = members[0], members[0].sequence
    return [("skip", "decision", [None, client, None if line is first else head], None) for line in members]
