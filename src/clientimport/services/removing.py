"""Deactivate and remove clients, and bring them back: what applying and undoing share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from clientimport.core.canonical import decode, encode, encode_bytes
from clientimport.core.leaving import DONE, Leaver
from clientimport.core.receipt import Kept
from clientimport.core.schema import INACTIVE
from clientimport.ports import ClientUpdate, Key, NewClient, OperationRow, UnitOfWork

PAGE = 500
"""Rows a page of the run log has."""


def take_out(work: UnitOfWork, run_id: str, first: int, rows: Sequence[Sequence[Any]], counts: Counter[str]) -> None:
    """Do and log what *rows* say, the first of them under the sequence *first*; adds to *counts*.

    Who was changed since the plan was made stays, and so does who is to be removed and owes or has paid something.
    """
    leavers = [Leaver(*row) for row in rows]
    stored = work.clients.fetch([leaver.client for leaver in leavers])
    going = [leaver.client for leaver in leavers if leaver.action == "remove" and leaver.client in stored]
    owing, paying = work.ledger.live(going), work.ledger.paying(going)
    keys = work.clients.keys_of(going)
    apart = work.clients.pairs_of(going)
    updates: list[ClientUpdate] = []
    removals: list[tuple[str, list[tuple[str, str]]]] = []
    operations: list[OperationRow] = []
    for sequence, (client, version, action, *_) in enumerate(leavers, first):
        current = stored.get(client)
        outcome, why = "stale", ""
        if current is None:
            why = "gone"
        elif current.version != version:
            why = "changed"
        elif action == "remove" and (client in owing or client in paying):
            outcome, why = "kept", "has-opening" if client in owing else "has-payments"
        if current is None or why:
            operations.append(OperationRow(sequence, client, action, outcome, encode({"why": why}), None))
            counts["stayed"] += 1
            continue
        document: dict[str, Any] = decode(current.text)
        if action == "remove":
            held = keys.get(client, [])
            removals.append((client, [key[:2] for key in held]))
            pairs = [[*pair, run] for pair, run in sorted(apart.items()) if client in pair]
            image = encode({"document": document, "keys": held, **({"not_same": pairs} if pairs else {})})
        else:
            image = encode({"status": [document.get("status"), INACTIVE]})
            document["status"] = INACTIVE
            updates.append(ClientUpdate(client, encode(dict(sorted(document.items()))), (), ()))
        operations.append(OperationRow(sequence, client, action, "applied", image, version + 1))
        counts[DONE[action]] += 1
    work.clients.update(updates)
    work.clients.remove(removals)
    work.runs.add_operations(run_id, operations)
    work.runs.add_pages(
        run_id,
        [
            (first + start, first + start + len(some) - 1, b"\n".join(map(encode_bytes, some)).decode())
            for start in range(0, len(rows), PAGE)
            for some in (rows[start : start + PAGE],)
        ],
    )


def bring_back(
    work: UnitOfWork, rows: Sequence[OperationRow]
) -> tuple[list[OperationRow], dict[int, Kept], dict[tuple[str, str], str]]:
    """Bring back the clients that *rows* removed, with their documents and the keys they had.

    Answers what was done; by sequence who stays away: somebody has a key by now of which one client only may hold a
    value; and the pairs for ``tell_apart_again``.
    """
    images = {row.sequence: decode(row.document) for row in rows}
    held = {sequence: _keys(image) for sequence, image in images.items()}
    taken = _taken(work, [key for keys in held.values() for key in keys])
    there = work.clients.fetch([str(row.client) for row in rows])
    done: list[OperationRow] = []
    back: list[NewClient] = []
    kept: dict[int, Kept] = {}
    pairs: dict[tuple[str, str], str] = {}
    for row in rows:
        client, keys = str(row.client), held[row.sequence]
        if client in there:  # not ours any more
            kept[row.sequence] = Kept(client=client, field=None, reason="changed-since")
        elif taken.intersection(keys):
            kept[row.sequence] = Kept(client=client, field=None, reason="key-taken")
        else:
            pairs.update({(one, other): run for one, other, run in images[row.sequence].get("not_same", ())})
            document: Mapping[str, Any] = images[row.sequence]["document"]
            back.append(NewClient(client, encode(document), keys))
            version = None if row.version is None else row.version + 1
            done.append(OperationRow(row.sequence, client, "restore", "applied", row.document, version))
    work.clients.restore(back)
    return done, kept, pairs


def tell_apart_again(work: UnitOfWork, pairs: Mapping[tuple[str, str], str]) -> None:
    """Remember *pairs* again, each with its run, after all are back: where both are there and the run still stands."""
    there = work.clients.fetch(sorted({client for pair in pairs for client in pair}))
    for run in sorted(set(pairs.values())):
        said = work.runs.get(run) if run else None
        if not run or (said is not None and said.undone_by is None):
            some = [pair for pair, by in pairs.items() if by == run and pair[0] in there and pair[1] in there]
            work.clients.add_not_same(some, run)


def _keys(image: Mapping[str, Any]) -> list[Key]:
    return [(scheme, value, slot) for scheme, value, slot in image["keys"]]


def _taken(work: UnitOfWork, keys: Sequence[Key]) -> set[Key]:
    """Those of *keys* that are exclusive and that somebody holds."""
    wanted: dict[tuple[str, str], list[str]] = {}
    for scheme, value, slot in keys:
        if slot is not None:
            wanted.setdefault((scheme, slot), []).append(value)
    return {
        (scheme, value, slot)
        for (scheme, slot), values in wanted.items()
        for value, _ in work.clients.by_keys(scheme, values, slot)
    }
