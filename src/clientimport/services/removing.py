"""Deactivate and remove clients, and bring them back: what applying and undoing share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from clientimport.core.canonical import decode, encode, encode_bytes
from clientimport.core.leaving import DONE, Leaver
from clientimport.core.lifecycle import DEACTIVATE, Lifecycle, Refused
from clientimport.core.moves import REMOVE
from clientimport.core.receipt import Kept
from clientimport.ports import ClientUpdate, Key, NewClient, OperationRow, StoredClient, UnitOfWork
from clientimport.services.guards import Guard, check, held_back

PAGE = 500
"""Rows a page of the run log has."""

NOT_REMOVABLE = "state-not-removable"
"""Why a client stays that the state it is in keeps from being removed."""


@attrs.frozen(kw_only=True)
class Rules:
    """What lets clients leave.

    Attributes:
        lifecycle: The plan's states and events; to deactivate is the event of that name.
        guards: Name -> what the host is asked before it.
        today: The day as an ISO date.
    """

    lifecycle: Lifecycle
    guards: Mapping[str, Guard]
    today: str

    def check(self, leaving: Sequence[Sequence[Any]]) -> None:
        """See, before anything is done, that every guard is there that the rows of a plan about leaving clients need.

        Raises:
            SettingsError: one is not.
        """
        event = self.lifecycle.event.get(DEACTIVATE)
        if event is not None and any(Leaver(*row).action == DEACTIVATE for row in leaving):
            check(self.guards, event)

    def reasons(self, states: Mapping[str, str]) -> dict[str, dict[str, str]]:
        """Client -> guard -> reason, of the clients that a guard keeps from being deactivated; *states* are theirs.

        Raises:
            SettingsError: a guard is missing.
            GuardError: a guard failed.
        """
        free = [client for client, state in states.items() if isinstance(self.lifecycle.fire(state, DEACTIVATE), str)]
        return held_back(self.guards, self.lifecycle.event[DEACTIVATE], free) if free else {}


@attrs.frozen(kw_only=True)
class Fate:
    """What becomes of one client that is to leave.

    Attributes:
        leaver: Who, as it was when somebody decided it.
        current: As it is now; ``None``: it is gone.
        document: Its values; empty if it is gone.
        state: The state it is in; empty if it is gone.
        to: The state it comes into; ``None`` for one that is removed, and for one that stays.
        why: Of one that stays: ``why`` and what the words for it need.
        outcome: ``applied``, ``kept`` or ``stale``.
    """

    leaver: Leaver
    current: StoredClient | None
    document: dict[str, Any]
    state: str
    to: str | None = None
    why: Mapping[str, Any] | None = None
    outcome: str = "applied"


def judge(work: UnitOfWork, leavers: Sequence[Leaver], rules: Rules) -> list[Fate]:
    """What becomes of each of *leavers*, in their order. Writes nothing.

    Who was changed since it was decided stays, and so does whom the lifecycle keeps, and who is to be removed and owes or has
    paid something.

    Raises:
        SettingsError: a guard is missing.
        GuardError: a guard failed.
    """
    lifecycle = rules.lifecycle
    stored = work.clients.fetch([leaver.client for leaver in leavers])
    going = [leaver.client for leaver in leavers if leaver.action == REMOVE and leaver.client in stored]
    owing, paying = work.ledger.live(going), work.ledger.paying(going)
    documents: dict[str, dict[str, Any]] = {client: decode(found.text) for client, found in stored.items()}
    states = {client: lifecycle.state(document) for client, document in documents.items()}
    unchanged = [each for each in leavers if each.client in stored and stored[each.client].version == each.version]
    reasons = rules.reasons({each.client: states[each.client] for each in unchanged if each.action == DEACTIVATE})

    def fate(leaver: Leaver) -> Fate:
        client, version, action, *_ = leaver
        current = stored.get(client)
        if current is None:
            return Fate(leaver=leaver, current=None, document={}, state="", why={"why": "gone"}, outcome="stale")
        found = Fate(leaver=leaver, current=current, document=documents[client], state=states[client])
        if current.version != version:
            return attrs.evolve(found, why={"why": "changed"}, outcome="stale")
        answer: str | Refused | None = None
        if action == REMOVE and (client in owing or client in paying):
            return attrs.evolve(
                found, why={"why": "has-opening" if client in owing else "has-payments"}, outcome="kept"
            )
        if action == DEACTIVATE:
            answer = lifecycle.fire(found.state, DEACTIVATE, reasons.get(client))
        elif found.state in lifecycle.named and not lifecycle.named[found.state].removable:
            answer = Refused(code=NOT_REMOVABLE, params={"state": found.state})
        if isinstance(answer, Refused):
            return attrs.evolve(found, why=answer.why, outcome="kept")
        return attrs.evolve(found, to=answer)

    return [fate(leaver) for leaver in leavers]


def carry_out(
    work: UnitOfWork, run_id: str, first: int, fates: Sequence[Fate], counts: Counter[str], rules: Rules
) -> None:
    """Do and log what was judged, the first of it under the sequence *first*; adds to *counts*."""
    going = [fate.leaver.client for fate in fates if fate.why is None and fate.leaver.action == REMOVE]
    keys, apart = work.clients.keys_of(going), work.clients.pairs_of(going)
    updates: list[ClientUpdate] = []
    removals: list[tuple[str, list[tuple[str, str]]]] = []
    operations: list[OperationRow] = []
    for sequence, fate in enumerate(fates, first):
        client, version, action, *_ = fate.leaver
        if fate.why is not None:
            operations.append(OperationRow(sequence, client, action, fate.outcome, encode(dict(fate.why)), None))
            counts["stayed"] += 1
            continue
        if fate.to is None:
            held = keys.get(client, [])
            removals.append((client, [key[:2] for key in held]))
            pairs = [[*pair, run] for pair, run in sorted(apart.items()) if client in pair]
            image = encode({"document": fate.document, "keys": held, **({"not_same": pairs} if pairs else {})})
        else:
            document = dict(fate.document)
            image = encode(rules.lifecycle.put(document, fate.to, rules.today))
            updates.append(ClientUpdate(client, encode(dict(sorted(document.items()))), (), ()))
        operations.append(OperationRow(sequence, client, action, "applied", image, version + 1))
        counts[DONE[action]] += 1
    work.clients.update(updates)
    work.clients.remove(removals)
    work.runs.add_operations(run_id, operations)


def take_out(
    work: UnitOfWork, run_id: str, first: int, rows: Sequence[Sequence[Any]], counts: Counter[str], rules: Rules
) -> None:
    """Do and log what *rows* of a plan say, the first of them under the sequence *first*; adds to *counts*. See ``judge``.

    Raises:
        SettingsError: a guard is missing.
        GuardError: a guard failed.
    """
    carry_out(work, run_id, first, judge(work, [Leaver(*row) for row in rows], rules), counts, rules)
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
