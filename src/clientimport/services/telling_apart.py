"""Remembering which clients are not the same: what a person answered in a plan, and what the host says by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs

from clientimport.core.canonical import decode
from clientimport.core.client import checked_id
from clientimport.core.matching import client_order
from clientimport.core.near.nearness import NEAR_ROW, TOLD_APART, asked
from clientimport.errors import SettingsError
from clientimport.ports import Store, UnitOfWork


def remember(
    work: UnitOfWork, run: str, page: Sequence[bytes], lines: Iterable[Sequence[Any]], clients: Mapping[int, str]
) -> None:
    """Remember, for the new clients of a page that were told apart from their near matches, that they are not those.

    Only what was asked: of a weaker near match nobody said anything.

    Args:
        work: Where.
        run: The run that does the page.
        page: Its lines as they stand in the plan.
        lines: The same decoded, as far as the writer reads them.
        clients: Sequence -> client, of what was written.
    """
    told = [
        (client, decode(text)[5])
        for text, line in zip(page, lines, strict=True)
        if line[8] == TOLD_APART and line[7] == "create" and (client := clients.get(line[0])) is not None
    ]
    if not told:
        return
    rows = {int(hit[0]) for _, hits in told for hit in hits if asked(hit) and hit[3][0] == NEAR_ROW}
    made = {
        sequence: done.client
        for sequence, done in work.runs.done(run, sorted(rows)).items()
        if done.outcome == "applied"
    }
    pairs: set[tuple[str, str]] = set()
    for client, hits in told:
        for hit in filter(asked, hits):
            other = made.get(int(hit[0])) if hit[3][0] == NEAR_ROW else hit[0]
            if other is not None and other != client:
                pairs.add((client, other))
    there = work.clients.fetch(sorted({other for _, other in pairs}))
    work.clients.add_not_same([pair for pair in sorted(pairs) if pair[1] in there], run)


@attrs.frozen(repr=False)
class NotSame:
    """Clients of the store that are not the same, however much they resemble each other: ``importer.not_same``.

    They are no near matches any more, neither of ``importer.duplicates()`` nor of an import.
    """

    _store: Store
    _may: Callable[[str], None]
    _actor: str
    _now: Callable[[], str]

    def add(self, left: str, right: str) -> None:
        """Say that two clients are not the same, by their ids, in any order. Said twice, it is said once.

        Raises:
            PermissionRefusedError: before anything is written; it asks for what importing asks for.
            SettingsError: there is no such client, or it is one client.
        """
        self._may("import")
        left, right = checked_id(left), checked_id(right)
        with self._store.writing() as work:
            there = work.clients.fetch([left, right])
            for client in (left, right):
                if client not in there:
                    raise SettingsError("client", client, wanted="the id of a client in the store")
            if left == right:
                raise SettingsError("client", right, wanted="another client than the first")
            work.clients.add_not_same([(left, right)])
            work.activity.append(self._now(), self._actor, "not-same", None, {"clients": [left, right]})

    def remove(self, left: str, right: str) -> None:
        """Take it back: they may be the same after all. Harmless if nobody said so.

        Raises:
            PermissionRefusedError: before anything is written.
            SettingsError: one is no id.
        """
        self._may("import")
        left, right = checked_id(left), checked_id(right)
        with self._store.writing() as work:
            one, other = sorted((left, right), key=client_order)
            if (one, other) in work.clients.not_same([one, other]):
                work.clients.remove_not_same([(one, other)])
                work.activity.append(self._now(), self._actor, "not-same-removed", None, {"clients": [left, right]})

    def list(self) -> list[tuple[str, str]]:
        """All such pairs, each with the client that came first in front, in the order people count."""
        with self._store.reading() as work:
            return sorted(work.clients.not_same(), key=lambda pair: (client_order(pair[0]), client_order(pair[1])))
