"""Who leaves with an import: decisions about clients that are only here, held against the store; and the guard over them.

Nobody leaves because a source came back empty or half: then none of the decisions is carried out, and a finding says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from clientimport.core.canonical import decode
from clientimport.core.decisions import CHOICES, CLIENT, CLIENTS, client_id
from clientimport.core.leaving import REASONS, Leaver, Pointed
from clientimport.core.lifecycle import STATUS
from clientimport.core.plan import Line
from clientimport.core.planner import Planner
from clientimport.ports import StoredClient, UnitOfWork
from clientimport.services.matching import key_holders
from clientimport.services.reviewing import listed, only_here

REFUSED = "leaving-refused"
"""The code of the finding that nobody leaves."""

CUT = frozenset(("source-cut", "quote-unclosed"))
"""Findings after which nobody knows what the rest of the source was."""


class Leaving:
    """The leaving clients of one plan that is being made.

    Args:
        work: The store as it is now.
        planner: The plan's; those of its decisions that hold are met.
        header: The plan's header.
        share: Of the clients that earlier imports of the system had, so many must be listed (0 to 1), or nobody leaves.
    """

    def __init__(self, work: UnitOfWork, planner: Planner, header: Mapping[str, Any], share: float) -> None:
        self._work = work
        self._ladder = planner.ladder
        self._lifecycle = planner.lifecycle
        self._decisions = planner.decisions
        self._pointed = Pointed(planner.fields, planner.lifecycle.twin)
        self._system: str = header["source"]["system"]
        self._share = share
        self._short = 0
        self._last_short = False
        self._moved = work.clients.revision() != header["revision"]

    def see(self, page: bytes) -> None:
        """Take in finished record lines, each ended by a line break."""
        lines = [Line(*decode(line)) for line in page.splitlines()]
        for line in lines:
            self._pointed.see(line)
            self._last_short = any(flag[0] == "row-short" for flag in line.flags)
            self._short += self._last_short
        if self._moved:
            self._look_again([line.values for line in lines])

    def _look_again(self, records: list[list[Any]]) -> None:
        """Find whom the records point at now: who came after planning is in no line."""
        found = [self._ladder.keys(values) for values in records]
        for index, slots in enumerate(self._ladder.rungs):
            values = [key for keys in found for key in keys[index]]
            holders: dict[str, list[str]] = {}
            for value, client in key_holders(self._work.clients, slots.rung.scheme, values) if values else ():
                holders.setdefault(value, []).append(client)
            for clients in holders.values():
                proven = slots.rung.exclusive and len(clients) == 1
                (self._pointed.clients if proven else self._pointed.maybe).update(clients)

    def resolve(self, codes: Iterable[str]) -> tuple[list[Leaver], dict[str, Any] | None]:
        """Who leaves; or nobody and the params of the finding that says why, after all lines were seen.

        *codes* are those of the plan's findings.
        """
        leavers = list(self._chosen())
        if not leavers:
            return [], None
        had, known = self._compare()
        reason = None
        if not self._pointed.usable:
            reason = "source-empty"
        elif not CUT.isdisjoint(codes) or (self._last_short and self._short == 1):
            reason = "source-cut"
        elif had < self._share * known:
            reason = "source-half"
        if reason is None:
            return leavers, None
        share = round(100 * self._share)
        return [], {"clients": len(leavers), "reason": reason, "listed": had, "known": known, "share": share}

    def _chosen(self) -> Iterator[Leaver]:
        single, alike = self._decisions.of_others(self._lifecycle.leaving(CHOICES[CLIENT]))
        self._decisions.meet(f"{CLIENTS}:{reason}" for reason in REASONS)
        alike = {reason: choice for reason, choice in alike.items() if reason in REASONS}
        for stored, other in only_here(self._work, self._pointed, self._system, self._lifecycle):
            choice = single.get(other.client)
            if choice in other.choices:
                self._decisions.meet([client_id(other.client)])
            elif choice is not None:
                continue
            choice = choice or alike.get(other.reason, "leave")
            if choice != "leave":
                yield Leaver(stored.id, stored.version, choice, other.name, other.reason)

    def _compare(self) -> tuple[int, int]:
        """How many of the clients that earlier imports of the system had are listed, and how many these are.

        For a system that nothing came from before: those that any import had. Who was deactivated, or is of a kind that
        the import has nobody of, is not expected.
        """
        names = {run.id: run.system for run in self._work.runs.list()}
        had = {True: [0, 0], False: [0, 0]}
        for page in self._work.clients.scan():
            active = [stored.id for stored in page if self._expected(stored)]
            for client, done in self._work.runs.about(active).items():
                systems = {names[run] for run, operation in done if listed(operation)}
                for own in {False, self._system in systems} if systems else ():
                    had[own][0] += client in self._pointed.listed
                    had[own][1] += 1
        found, known = had[True] if had[True][1] else had[False]
        return found, known

    def _expected(self, stored: StoredClient) -> bool:
        """Whether it counts as active, and is of a kind that was listed; most have no status, and are not read for it."""
        plain = not self._lifecycle.derived and self._lifecycle.twin is None
        if plain and f'"{STATUS}"' not in stored.text:
            return self._lifecycle.active({})
        document = decode(stored.text)
        return self._lifecycle.active(document) and not self._pointed.of_other_kind(document)
