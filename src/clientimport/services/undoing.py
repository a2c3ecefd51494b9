"""Undo a run: every client it made or changed becomes what it was, except what somebody changed since."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from clientimport.core.canonical import decode, encode
from clientimport.core.matching import ClientKeys
from clientimport.core.receipt import Kept
from clientimport.errors import SettingsError
from clientimport.ports import ClientUpdate, Key, OperationRow, RunRow, Store, StoredClient, UnitOfWork


@attrs.frozen(kw_only=True)
class Undoing:
    """One run, in one transaction: all of it is undone or nothing.

    Attributes:
        store: Where.
        keys: Makes a client's keys, as the profile of the run did.
        actor: Name for the logs.
        now: The time as ISO text.
        new_id: Makes run ids.
    """

    store: Store
    keys: Callable[[RunRow], ClientKeys]
    actor: str
    now: Callable[[], str]
    new_id: Callable[[], str]

    def undo(self, run_id: str) -> tuple[RunRow, int, list[Kept], bool]:
        """The undo's own run, how many operations were reversed, what was kept, and whether it was done only now.

        Raises:
            SettingsError: there is no such run, or it is an undo itself.
        """
        with self.store.writing() as work:
            run = work.runs.get(run_id)
            if run is None:
                raise SettingsError("run", run_id, wanted="the id of a run, as clientimport runs lists them")
            if run.kind != "import":
                raise SettingsError(
                    "run", run_id, wanted="an import: what an undo took back comes again by importing again"
                )
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
            reversed_, kept = self._reverse(work, run, undo)
            at = self.now()
            counts = {"reversed": reversed_, "kept": len(kept)}
            work.runs.finish(undo.id, at, encode(counts))
            if run.state != "done":  # undone while half applied: it must not go on afterwards
                work.runs.finish(run_id, at, run.counts)
            work.runs.mark_undone(run_id, undo.id)
            work.activity.append(at, self.actor, "undo", undo.id, {"undoes": run_id, "counts": counts})
            return undo, reversed_, kept, True

    def _reverse(self, work: UnitOfWork, run: RunRow, undo: RunRow) -> tuple[int, list[Kept]]:
        """Reverse the run's operations, the newest first, a page at a time."""
        keys = self.keys(run)
        kept: list[Kept] = []
        reversed_ = 0
        for page in work.runs.operations(run.id, newest_first=True):
            done = [row for row in page if row.outcome == "applied" and row.action in ("create", "update")]
            stored = work.clients.fetch([str(row.client) for row in done])
            rows: list[OperationRow] = []
            removals: list[tuple[str, list[tuple[str, str]]]] = []
            changed: list[tuple[OperationRow, StoredClient]] = []
            for row in done:
                client = str(row.client)
                current = stored.get(client)
                if current is None:
                    rows.append(_kept_row(row, [Kept(client=client, field=None, reason="gone")]))
                elif row.action == "update":
                    changed.append((row, current))
                elif current.text != row.document:
                    rows.append(_kept_row(row, [Kept(client=client, field=None, reason="changed-since")]))
                else:
                    removals.append((client, [key[:2] for key in keys.rows(decode(current.text))]))
                    version = current.version + 1
                    rows.append(OperationRow(row.sequence, client, "remove", "applied", row.document, version))
            work.clients.remove(removals)
            restorer = _Restorer(work, keys, changed)
            updates = [update for row, current in changed if (update := restorer.restore(row, current, rows))]
            work.clients.update(updates)
            work.runs.add_operations(undo.id, rows)
            reversed_ += len(removals) + len(updates)
            kept.extend(entry for row in rows for entry in _kept(row))
        return reversed_, kept


class _Restorer:
    """Gives clients their old values back, except what somebody changed since or another client has by now.

    A key that other clients hold as well was shared before, and is again.
    """

    def __init__(self, work: UnitOfWork, keys: ClientKeys, changed: list[tuple[OperationRow, StoredClient]]) -> None:
        self._keys = keys
        self._exclusive: dict[tuple[str, str], str] = {}
        self._others: dict[tuple[str, str], set[str]] = {}
        wanted: dict[str, list[str]] = {}
        for row, _ in changed:
            old = {field: before for field, (before, _) in decode(row.document).items() if before is not None}
            for scheme, value, slot in keys.rows(old):
                if slot is not None:
                    wanted.setdefault(scheme, []).append(value)
        for scheme, values in wanted.items():
            for value, client in work.clients.by_keys(scheme, values, slot=""):
                self._exclusive[scheme, value] = client
            for value, client in work.clients.by_keys(scheme, values):
                self._others.setdefault((scheme, value), set()).add(client)

    def restore(self, row: OperationRow, current: StoredClient, rows: list[OperationRow]) -> ClientUpdate | None:
        """The update that takes the operation back, ``None`` if nothing of it can be; notes either in *rows*."""
        client = str(row.client)
        document: dict[str, Any] = decode(current.text)
        before = {key[:2] for key in self._keys.rows(document)}
        images: dict[str, Any] = {}
        kept: list[Kept] = []
        for field, (old, new) in decode(row.document).items():
            if document.get(field) != new:
                kept.append(Kept(client=client, field=field, reason="changed-since"))
            elif old is not None and self._taken(client, {field: old}):
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

    def _taken(self, client: str, values: dict[str, Any]) -> bool:
        return any(self._exclusive.get(key[:2], client) != client for key in self._keys.rows(values))


def _kept_row(row: OperationRow, kept: list[Kept]) -> OperationRow:
    note = encode({"kept": [entry.to_dict() for entry in kept]})
    return OperationRow(row.sequence, row.client, "restore" if row.action == "update" else "remove", "kept", note, None)


def _kept(row: OperationRow) -> list[Kept]:
    """What one operation of an undo left as it was."""
    if row.outcome == "kept" or row.action == "restore":
        return [Kept(**entry) for entry in decode(row.document).get("kept", ())]
    return []


def _read_back(work: UnitOfWork, undo: RunRow) -> tuple[int, list[Kept]]:
    """What an undo done earlier reported."""
    kept = [entry for page in work.runs.operations(undo.id, newest_first=True) for row in page for entry in _kept(row)]
    return int(decode(undo.counts)["reversed"]), kept
