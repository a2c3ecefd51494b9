"""Undo a run: every client and opening balance becomes what it was before, except what somebody changed since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

import attrs

from clientimport.core.canonical import decode, encode
from clientimport.core.journal import OPENING, Posting
from clientimport.core.lifecycle import SINCE, STATUS, Lifecycle
from clientimport.core.matching import ClientKeys
from clientimport.core.receipt import Kept
from clientimport.errors import SettingsError
from clientimport.ports import (
    ClientUpdate,
    Key,
    NewPosting,
    OperationRow,
    RunRow,
    Store,
    StoredClient,
    UnitOfWork,
)
from clientimport.services.by_hand import SENT
from clientimport.services.collecting import collecting_rarely
from clientimport.services.inviting import call_off, sent_of
from clientimport.services.posting import again, all_sources, check_open, groups, reversal, rounding_of
from clientimport.services.removing import bring_back, tell_apart_again


@attrs.frozen(kw_only=True)
class Undoing:
    """One run, in one transaction: all of it is undone or nothing.

    Attributes:
        store: Where.
        keys: Makes a client's keys, as the profile of the run did.
        actor: Name for the logs.
        now: The time as ISO text.
        new_id: Makes run ids.
        periods: The host's own closed periods, as ISO dates of first and last day.
        lifecycle: That of the run's profile: what it did to clients in a final state stays.
    """

    store: Store
    keys: ClientKeys
    actor: str
    now: Callable[[], str]
    new_id: Callable[[], str]
    periods: Callable[[], list[tuple[str, str]]]
    lifecycle: Lifecycle

    @collecting_rarely()
    def undo(self, run_id: str) -> tuple[RunRow, Mapping[str, int], list[Kept], bool]:
        """The undo's own run, its counts (``reversed``, ``kept``, ``openings_reversed``), what was kept, and whether it was
        done only now.

        Raises:
            SettingsError: there is no such run, or it is an undo itself.
            PeriodClosedError: an opening balance of it is dated in a closed period; nothing was undone.
        """
        with self.store.writing() as work:
            run = work.runs.get(run_id)
            if run is None:
                raise SettingsError("run", run_id, wanted="the id of a run, as clientimport runs lists them")
            if run.kind == "undo":
                wanted = "no undo: what an undo took back comes again by importing again"
                raise SettingsError("run", run_id, wanted=wanted)
            if run.undone_by is not None:
                undo = work.runs.get(run.undone_by)
                assert undo is not None
                return undo, *_read_back(work, undo), False
            undo = RunRow(
                id=self.new_id(),
                kind="undo",
                plan_digest=f"undo:{run_id}",
                state="running",
                through=-1,
                actor=self.actor,
                source=run.source,
                started_at=self.now(),
                finished_at=None,
                counts="{}",
                header=run.header,
            )
            work.runs.start(undo)
            closed = [*work.ledger.periods(), *self.periods()]
            openings = _Openings(work, run, undo, closed)
            kept_openings, openings_reversed = openings.take_back()
            if decode(run.header)["header"].get(SENT):
                reversed_, kept = 0, _leave_moved(work, run, undo)
            else:
                reversed_, kept = self._reverse(work, run, undo, kept_openings)
            work.clients.remove_not_same(run=run_id)
            at = self.now()
            kept += call_off(work, run_id, at)
            counts = {"reversed": reversed_, "kept": len(kept), "openings_reversed": openings_reversed}
            work.runs.finish(undo.id, at, encode(counts))
            if run.state != "done":  # undone while half applied: it must not go on afterwards
                work.runs.finish(run_id, at, run.counts)
            work.runs.mark_undone(run_id, undo.id)
            work.activity.append(at, self.actor, "undo", undo.id, {"undoes": run_id, "counts": counts})
            return undo, counts, kept, True

    def _reverse(
        self, work: UnitOfWork, run: RunRow, undo: RunRow, openings: dict[int, list[Kept]]
    ) -> tuple[int, list[Kept]]:
        """Reverse the run's operations, the newest first, a page at a time.

        *openings* are the balances that stay, by sequence: their clients do too.
        """
        keys = self.keys
        kept: list[Kept] = []
        reversed_ = 0
        pairs: dict[tuple[str, str], str] = {}
        for page in work.runs.operations(run.id, newest_first=True):
            applied = [row for row in page if row.outcome == "applied"]
            done = [row for row in applied if row.action in _CHANGING]
            stored = work.clients.fetch([str(row.client) for row in done])
            made = [str(row.client) for row in done if row.action == "create"]
            owing, paying = work.ledger.live(made), work.ledger.paying(made)
            rows: list[OperationRow] = []
            removals: list[tuple[str, list[tuple[str, str]]]] = []
            changed: list[tuple[OperationRow, StoredClient, list[Kept]]] = []
            for row in done:
                client = str(row.client)
                current = stored.get(client)
                stays = openings.pop(row.sequence, [])
                if current is None:
                    rows.append(_kept_row(row, [*stays, Kept(client=client, field=None, reason="gone")]))
                elif row.action != "create":
                    if row.document != "{}" or stays:
                        changed.append((row, current, stays))
                    else:  # it was written for its opening balance alone
                        rows.append(OperationRow(row.sequence, client, "restore", "applied", "{}", current.version))
                elif current.text != row.document:
                    rows.append(_kept_row(row, [*stays, Kept(client=client, field=None, reason="changed-since")]))
                elif client in owing:
                    rows.append(_kept_row(row, [*stays, Kept(client=client, field=None, reason="has-opening")]))
                elif client in paying:
                    rows.append(_kept_row(row, [*stays, Kept(client=client, field=None, reason="has-payments")]))
                else:
                    removals.append((client, [key[:2] for key in keys.rows(decode(current.text))]))
                    version = current.version + 1
                    rows.append(OperationRow(row.sequence, client, "remove", "applied", row.document, version))
            work.clients.remove(removals)
            removed = [row for row in applied if row.action == "remove"]
            back, away, apart = bring_back(work, removed)
            pairs.update(apart)
            rows += [*back, *(_kept_row(row, [away[row.sequence]]) for row in removed if row.sequence in away)]
            restorer = _Restorer(work, keys, changed, self.lifecycle)
            updates = [update for each in changed if (update := restorer.restore(*each, rows))]
            work.clients.update(updates)
            # of balances that went in with a record of their own, which did nothing else
            rows += [_kept_opening(each, openings.pop(each)) for each in list(openings) if each > page[-1].sequence]
            rows.sort(key=lambda row: row.sequence, reverse=True)
            work.runs.add_operations(undo.id, rows)
            reversed_ += sum(row.outcome == "applied" for row in rows)
            kept.extend(entry for row in rows for entry in _kept(row))
        tell_apart_again(work, pairs)
        # those of clients that did not change, and of runs that wrote no client, by hand
        rest = [_kept_opening(sequence, stays) for sequence, stays in sorted(openings.items(), reverse=True)]
        work.runs.add_operations(undo.id, rest)
        kept.extend(entry for row in rest for entry in _kept(row))
        return reversed_, kept


def _leave_moved(work: UnitOfWork, run: RunRow, undo: RunRow) -> list[Kept]:
    """Leave the clients where the messages that were sent to them moved them: who got one is not uninvited again."""
    kept: list[Kept] = []
    for page in work.runs.operations(run.id, newest_first=True):
        gone = [Kept(client=str(row.client), field=None, reason="invitation-sent") for row in page]
        work.runs.add_operations(undo.id, [_kept_row(row, [entry]) for row, entry in zip(page, gone, strict=True)])
        kept += gone
    return kept


class _Openings:
    """Takes back what a run posted, unless somebody posted another balance since."""

    def __init__(self, work: UnitOfWork, run: RunRow, undo: RunRow, closed: list[tuple[str, str]]) -> None:
        self._work = work
        self._run = run
        self._undo = undo
        self._closed = closed
        self._kept: dict[int, list[Kept]] = {}
        self._reversed = 0
        self._digests: dict[str, str] = {}  # run: digest of its source; balances come from few runs

    def take_back(self) -> tuple[dict[int, list[Kept]], int]:
        """Sequence -> what was kept, and how many balances are again what they were.

        Raises:
            PeriodClosedError: one of them is dated in a closed period, where nothing may be taken back or put back.
        """
        found = (
            group for group in groups(self._work.ledger.postings(run_id=self._run.id)) if group[0].client is not None
        )
        while some := list(islice(found, _GROUPS)):
            self._take_back(some)
        return self._kept, self._reversed

    def _take_back(self, some: list[list[Posting]]) -> None:
        ledger = self._work.ledger
        live = {
            (each.client, each.currency): each
            for openings in ledger.live([str(group[0].client) for group in some]).values()
            for each in openings
        }
        stands = ledger.get([each.number for each in live.values()]) if live else {}
        before = ledger.get([each.reverses for group in some for each in group if each.reverses is not None])
        items = ledger.items(list(before)) if before else {}
        there = self._work.clients.fetch([str(each.client) for each in before.values()]) if before else {}
        postings: list[NewPosting] = []
        taken: list[Posting] = []
        for group in some:
            client, currency, sequence = str(group[0].client), group[0].currency, group[0].sequence
            new = next((each for each in group if each.kind == OPENING), None)
            old = next((before[each.reverses] for each in group if each.reverses is not None), None)
            current = live.get((client, currency))
            if current is None and old is None:  # somebody took it back already
                continue
            if (current and current.origin) != (new and new.origin):
                self._keep(sequence, client, "changed-since")
                continue
            if old is not None and client not in there:
                self._keep(sequence, client, "gone")
                continue
            check_open([each.date for each in (new, old) if each is not None], self._closed)
            if current is not None:
                taken.append(stands[current.number])
                postings.append(reversal(stands[current.number], sequence))
            if old is not None:
                sources = all_sources(self._digest(old.run), old)
                postings.append(again(old, sequence, sources, items.get(old.number, ())))
            self._reversed += 1
        postings += rounding_of(ledger, taken)
        if postings:
            ledger.post(self._undo.id, postings)

    def _digest(self, run_id: str) -> str:
        if run_id not in self._digests:
            run = self._work.runs.get(run_id)
            self._digests[run_id] = run.source_digest if run else ""
        return self._digests[run_id]

    def _keep(self, sequence: int, client: str, reason: str) -> None:
        kept = Kept(client=client, field="opening_balance", reason=reason)
        self._kept.setdefault(sequence, []).append(kept)


class _Restorer:
    """Gives clients their old values back, except what somebody changed since or another client has by now.

    A key that other clients hold as well was shared before, and is again.
    """

    def __init__(
        self,
        work: UnitOfWork,
        keys: ClientKeys,
        changed: list[tuple[OperationRow, StoredClient, list[Kept]]],
        lifecycle: Lifecycle,
    ) -> None:
        self._keys = keys
        self._lifecycle = lifecycle
        self._exclusive: dict[tuple[str, str], str] = {}
        self._others: dict[tuple[str, str], set[str]] = {}
        wanted: dict[str, list[str]] = {}
        for row, current, _ in changed:
            old = {field: before for field, (before, _) in decode(row.document).items() if before is not None}
            for scheme, value, slot in keys.rows(old, second=keys.second(decode(current.text))):
                if slot is not None:
                    wanted.setdefault(scheme, []).append(value)
        for scheme, values in wanted.items():
            for value, client in work.clients.by_keys(scheme, values, slot=""):
                self._exclusive[scheme, value] = client
            for value, client in work.clients.by_keys(scheme, values):
                self._others.setdefault((scheme, value), set()).add(client)

    def restore(
        self, row: OperationRow, current: StoredClient, kept: list[Kept], rows: list[OperationRow]
    ) -> ClientUpdate | None:
        """The update that takes the operation back, ``None`` if nothing of it can be; notes either in *rows*.

        *kept* is what of it stays already.
        """
        client = str(row.client)
        document: dict[str, Any] = decode(current.text)
        before = {key[:2] for key in self._keys.rows(document)}
        images: dict[str, Any] = {}
        final = self._lifecycle.final(document)
        second = self._keys.second(document)
        for field, (old, new) in decode(row.document).items():
            if field == SINCE:  # it goes where the status goes
                if STATUS in images:
                    images[SINCE] = [document.pop(SINCE, None), old]
                    document.update({SINCE: old} if old is not None else {})
            elif final:
                kept.append(Kept(client=client, field=field, reason="state-final"))
            elif document.get(field) != new:
                kept.append(Kept(client=client, field=field, reason="changed-since"))
            elif old is not None and self._taken(client, {field: old}, second):
                kept.append(Kept(client=client, field=field, reason="key-taken"))
            else:
                images[field] = [new, old]
                if old is None:
                    del document[field]
                else:
                    document[field] = old
        if not images:
            rows.append(_kept_row(row, kept))
            return None
        if kept:
            images["kept"] = [entry.to_dict() for entry in kept]
        rows.append(OperationRow(row.sequence, client, "restore", "applied", encode(images), current.version + 1))
        after = self._keys.rows(document)
        still = {key[:2] for key in after}
        return ClientUpdate(
            client,
            encode(dict(sorted(document.items()))),
            [self._slotted(key, client) for key in after if key[:2] not in before],
            [key for key in before if key not in still],
        )

    def _slotted(self, key: Key, client: str) -> Key:
        return (*key[:2], None) if self._others.get(key[:2], set()) - {client} else key

    def _taken(self, client: str, values: dict[str, Any], second: bool) -> bool:
        return any(self._exclusive.get(key[:2], client) != client for key in self._keys.rows(values, second=second))


def _kept_row(row: OperationRow, kept: list[Kept]) -> OperationRow:
    action = "remove" if row.action == "create" else "restore"
    return OperationRow(row.sequence, row.client, action, "kept", _note(kept), None)


def _kept_opening(sequence: int, kept: list[Kept]) -> OperationRow:
    return OperationRow(sequence, kept[0].client, "restore", "kept", _note(kept), None)


def _note(kept: list[Kept]) -> str:
    return encode({"kept": [entry.to_dict() for entry in kept]})


def _kept(row: OperationRow) -> list[Kept]:
    """What one operation of an undo left as it was."""
    if row.outcome == "kept" or row.action == "restore":
        return [Kept(**entry) for entry in decode(row.document).get("kept", ())]
    return []


def _read_back(work: UnitOfWork, undo: RunRow) -> tuple[Mapping[str, int], list[Kept]]:
    """What an undo done earlier reported."""
    kept = [entry for page in work.runs.operations(undo.id, newest_first=True) for row in page for entry in _kept(row)]
    return decode(undo.counts), [*kept, *sent_of(work, undo.plan_digest.removeprefix("undo:"))]


_CHANGING = frozenset(("create", "update", "move", "deactivate", "reactivate"))
_GROUPS = 500
