"""The activity log in SQL: append-only, chained by digest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clientimport.adapters.stores import chain
from clientimport.adapters.stores.sql.session import Session
from clientimport.ports import ActivityEntry

_LAST = """SELECT sequence, digest FROM clientimport_activity WHERE workspace = ? ORDER BY sequence DESC LIMIT 1"""
_APPEND = """INSERT INTO clientimport_activity
    (workspace, sequence, at, actor, action, run, summary, previous, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_ENTRIES = """SELECT sequence, at, actor, action, run, summary, previous, digest FROM clientimport_activity
    WHERE workspace = ? AND sequence > ? ORDER BY sequence LIMIT 500"""


class SqlActivity:
    """The ``Activity`` port over a session; ``verify`` goes beyond it."""

    def __init__(self, session: Session, workspace: str) -> None:
        self._session = session
        self._workspace = workspace

    def append(self, at: str, actor: str, action: str, run: str | None, summary: Mapping[str, object]) -> None:
        with self._session.changing():
            last = self._session.rows(_LAST, (self._workspace,))
            sequence, previous = (last[0][0] + 1, last[0][1]) if last else (chain.FIRST, "")
            text = chain.canonical(summary)
            made = chain.entry(sequence, at=at, actor=actor, action=action, run=run, summary=text, previous=previous)
            row = (self._workspace, sequence, at, actor, action, run, text, previous, made.digest)
            self._session.write(_APPEND, row)

    def entries(self) -> Iterator[ActivityEntry]:
        last = chain.FIRST - 1
        while rows := self._session.rows(_ENTRIES, (self._workspace, last)):
            last = rows[-1][0]
            for sequence, at, actor, action, run, summary, previous, digest in rows:
                yield ActivityEntry(
                    sequence=sequence,
                    at=at,
                    actor=actor,
                    action=action,
                    run=run,
                    summary=chain.content(summary),
                    previous=previous,
                    digest=digest,
                )

    def verify(self) -> int | None:
        """The sequence at which the chain is first broken, ``None`` if it holds."""
        return chain.first_break(self.entries())
