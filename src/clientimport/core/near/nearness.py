"""Near matches in a plan: how they stand in its lines, and the question whether a record is a client that no key proves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from clientimport.core.matching import client_order
from clientimport.core.near.clues import COMPARED
from clientimport.core.near.similarity import Similarity, compare
from clientimport.core.plan import MERGED, Line
from clientimport.core.questions import Question, Questions

OFF = "off"
NEAR = "near"
"""The scheme of a ``Hit`` that no key proves: a stored client that the record resembles."""

NEAR_ROW = "near-row"
"""The same of another record of the file; the hit's client is that record's sequence."""

ASKED = "asked"
"""Stands behind either where it is one of those that the question about the record is about."""

MEANT = "meant"
"""Stands behind ``NEAR`` where a person said that it is this client."""

NEAR_MATCH = "near-match"
"""The kind of the question."""

TOLD_APART = "told-apart"
"""Reason of a new client that a person said no near match is."""

MAX_OPTIONS = 5
"""So many near matches of a record are asked about, the strongest."""

Near = dict[int, list[list[Any]]]
"""Sequence of the first record of a client -> its near matches, as ``Hit`` lists."""


def is_near(hit: Sequence[Any]) -> bool:
    """Whether a hit is a near match and proves nothing."""
    return bool(hit[3]) and hit[3][0] in {NEAR, NEAR_ROW}


def meant(hit: Sequence[Any]) -> bool:
    """Whether somebody said that a near match is the client."""
    return bool(hit[3][-1:] == [MEANT])


def asked(hit: Sequence[Any]) -> bool:
    """Whether a hit is one of those that the question about its record is about, and not the one that was chosen."""
    return bool(hit[3][-1:] == [ASKED])


def resembled(line: Line) -> list[str]:
    """The stored clients that *line* resembles, if nobody said yet, or it is not followed, which of them it is."""
    if line.disposition not in _UNSETTLED or line.reason == MERGED or any(map(meant, line.hits)):
        return []
    return [hit[0] for hit in line.hits if hit[3][:1] == [NEAR]]


def about_stored(question: Question) -> bool:
    """Whether a near match that *question* is about is a stored client, not another record."""
    return any(near["client"] is not None for near in question["params"]["near"])


def as_seen(line: Line) -> Line:
    """*line* with those hits that say which stored client it is or may be.

    A near match that was not chosen is one while its question is open.
    """
    if not any(is_near(hit) for hit in line.hits):
        return line
    open_ = line.disposition == "conflict" and line.reason == NEAR_MATCH
    hits = [hit for hit in line.hits if not is_near(hit) or meant(hit) or (open_ and hit[3] == [NEAR, ASKED])]
    return line._replace(hits=hits)


def document_of(fields: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    """What of a record's *values* is compared."""
    return {name: value for name, value in zip(fields, values, strict=True) if value is not None and name in _COMPARED}


@attrs.frozen
class Other:
    """Somebody that a record resembles.

    Attributes:
        hit: As ``Hit``.
        row: Its row, where it is another record of the file; else ``None``.
        document: What is known of it.
    """

    hit: Sequence[Any]
    row: int | None
    document: Mapping[str, Any]

    @property
    def choice(self) -> str:
        """The answer that says it is this one."""
        return f"client:{self.hit[0]}" if self.row is None else f"row:{self.row}"


def near_question(
    questions: Questions, members: Sequence[Line], document: Mapping[str, Any], others: Iterable[Other], least: int
) -> Question | None:
    """The question whether *members*, which are one client, are one of *others*; ``None`` if they resemble none enough.

    Args:
        questions: Words it.
        members: The records.
        document: What they say together.
        others: Whom they may be.
        least: The weight in bits from which is asked.
    """
    found: list[tuple[Similarity, Other]] = []
    for other in others:
        likeness = compare(document, other.document)
        if likeness.weight >= least:
            found.append((likeness, other))
    if not found:
        return None
    found.sort(
        key=lambda pair: (-pair[0].weight, pair[1].row is not None, pair[1].row or 0, client_order(pair[1].hit[0]))
    )
    found = found[:MAX_OPTIONS]
    params = {"near": [_entry(likeness, other) for likeness, other in found]}
    question = questions.ask(NEAR_MATCH, members, (), params)
    question["options"] = [*(other.choice for _, other in found), "new", "skip"]
    return question


def _entry(likeness: Similarity, other: Other) -> dict[str, Any]:
    """One near match, in JSON types: who it is and how far it agrees, field by field."""
    return {
        "choice": other.choice,
        "client": other.hit[0] if other.row is None else None,
        "row": other.row,
        "name": next((each.right for each in likeness.comparisons if each.field == "name"), ""),
        "band": likeness.band,
        "weight": likeness.weight,
        "comparisons": [attrs.asdict(each) for each in likeness.comparisons],
    }


_COMPARED = frozenset(COMPARED)
_UNSETTLED = frozenset(("conflict", "invalid", "skip"))
