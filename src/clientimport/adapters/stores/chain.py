"""The chain of the activity log: each entry's digest covers the digest before it.

Changing, dropping or inserting an entry breaks the chain at that entry. Cutting off the newest entries does not:
whoever must prove that keeps the last digest somewhere else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from clientimport.ports import ActivityEntry

FIRST = 1
"""Sequence of a log's first entry; its ``previous`` is ``""``."""


def entry(
    sequence: int, *, at: str, actor: str, action: str, run: str | None, summary: str, previous: str
) -> ActivityEntry:
    """The entry with its digest; *summary* is what ``canonical`` made of it."""
    told = content(summary)
    return ActivityEntry(
        sequence=sequence,
        at=at,
        actor=actor,
        action=action,
        run=run,
        summary=told,
        previous=previous,
        digest=_digest([sequence, at, actor, action, run, told, previous]),
    )


def first_break(entries: Iterable[ActivityEntry]) -> int | None:
    """The sequence at which the chain first does not hold, ``None`` if it holds throughout; oldest entry first.

    Where an entry is missing, the answer is the sequence that should have stood there.
    """
    previous = ""
    for expected, seen in enumerate(entries, FIRST):
        covered = [seen.sequence, seen.at, seen.actor, seen.action, seen.run, seen.summary, seen.previous]
        if seen.sequence != expected or seen.previous != previous or seen.digest != _digest(covered):
            return expected
        previous = seen.digest
    return None


def canonical(value: object) -> str:
    """JSON with sorted keys and no spaces, so that equal values have equal text."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def content(text: str) -> Mapping[str, object]:
    """What ``canonical`` made *text* of."""
    told: Mapping[str, object] = json.loads(text)
    return told


def _digest(covered: list[object]) -> str:
    return "sha256:" + hashlib.sha256(canonical(covered).encode()).hexdigest()
