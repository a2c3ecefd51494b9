"""Undo a run: every client it made or changed becomes what it was, except what somebody changed since."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import attrs

from clientimport.core.canonical import encode
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

    def undo(self, run_id: str) -> tuple[RunRow, int, list[Kept]]:
        """The undo's own run, how many operations were reversed, and what was kept. Undone again, it says the same.

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
                return undo, *_read_back(work, undo)
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
            return undo, reversed_, kept

    def _reverse(self, work: UnitOfWork, run: RunRow, undo: RunRow) -> tuple[int, list[Kept]]:
        keys = self.keys(run)
        kept: list[Kept] = []
        reversed_ = 0
        for page in work.runs.operations(run.id, newest_first=True):
            operations = [row for row in page if row.outcome == "applied" and row.client is not None]
            stored = work.clients.fetch([str(row.client) for row in operations])
            removals: list[tuple[str, list[Key]]] = []
            updates: list[ClientUpdate] = []
            rows: list[OperationRow] = []
            for row in operations:
                client = str(row.client)
                current = stored.get(client)
                if current is None:
                    reason = Kept(client=client, field=None, reason="gone")
                    kept.append(reason)
                    rows.append(_kept_row(row, [reason]))
                elif row.action == "create":
                    if current.text == row.document:
                        removals.append((client, _keys(keys, json.loads(current.text))))
                        rows.append(
                            OperationRow(row.sequence, client, "remove", "applied", row.document, current.version + 1)
                        )
                    else:
                        reason = Kept(client=client, field=None, reason="changed-since")
                        kept.append(reason)
                        rows.append(_kept_row(row, [reason]))
                else:
                    update, operation, left = _restore(keys, row, current)
                    kept.extend(left)
                    rows.append(operation)
                    if update is not None:
                        updates.append(update)
            work.clients.remove(removals)
            work.clients.update(updates)
            work.runs.add_operations(undo.id, rows)
            reversed_ += len(removals) + len(updates)
        return reversed_, kept


def _restore(
    keys: ClientKeys, row: OperationRow, current: StoredClient
) -> tuple[ClientUpdate | None, OperationRow, list[Kept]]:
    """Give each field its old value back where it still has the one that the run wrote."""
    client = str(row.client)
    document: dict[str, Any] = json.loads(current.text)
    before = _keys(keys, document)
    images: dict[str, list[Any]] = {}
    kept: list[Kept] = []
    for field, (old, new) in json.loads(row.document).items():
        if document.get(field) != new:
            kept.append(Kept(client=client, field=field, reason="changed-since"))
            continue
        images[field] = [new, old]
        if old is None:
            del document[field]
        else:
            document[field] = old
    if not images:
        return None, _kept_row(row, kept), kept
    after = _keys(keys, document)
    update = ClientUpdate(
        client,
        encode(dict(sorted(document.items()))),
        [key for key in after if key not in before],
        [key for key in before if key not in after],
    )
    note = encode({**images, **({"kept": [entry.to_dict() for entry in kept]} if kept else {})})
    return update, OperationRow(row.sequence, client, "restore", "applied", note, current.version + 1), kept


def _keys(keys: ClientKeys, document: dict[str, Any]) -> list[Key]:
    return [Key(scheme, value, "" if scheme in keys.exclusive else None) for scheme, value in keys.of(document)]


def _kept_row(row: OperationRow, kept: list[Kept]) -> OperationRow:
    note = encode({"kept": [entry.to_dict() for entry in kept]})
    return OperationRow(row.sequence, row.client, "restore" if row.action == "update" else "remove", "kept", note, None)


def _read_back(work: UnitOfWork, undo: RunRow) -> tuple[int, list[Kept]]:
    """What an undo done earlier reported."""
    kept: list[Kept] = []
    for page in work.runs.operations(undo.id, newest_first=True):
        for row in page:
            if row.outcome == "kept" or row.action == "restore":
                kept.extend(Kept(**entry) for entry in json.loads(row.document).get("kept", ()))
    return int(json.loads(undo.counts)["reversed"]), kept
