"""Fire an event for clients by hand: all that may move do, in one transaction and one run; of the others it says why not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from clientimport.core.canonical import decode, encode
from clientimport.core.charges import cost
from clientimport.core.lifecycle import SINCE, Lifecycle, Refused
from clientimport.core.matching import ClientKeys
from clientimport.core.moves import Move, Moves
from clientimport.errors import SettingsError
from clientimport.ports import ClientUpdate, OperationRow, Store, StoredClient, UnitOfWork
from clientimport.services.by_hand import start_by_hand
from clientimport.services.guards import Guard, held_back
from clientimport.services.twins import twins_of

BY_HAND = "status"
"""The kind of a run that changes nothing but statuses."""

MOVE = "move"
"""The action of its operations."""


@attrs.frozen(kw_only=True)
class StatusByHand:
    """Acts of a person upon the states of clients.

    Attributes:
        store: Where.
        lifecycle: The states and events.
        guards: Name -> whom to ask.
        charges: State -> the host's amount a month, before those of the lifecycle.
        currency: ISO 4217 code of the amounts.
        actor: Name for the logs.
        now: The time as ISO text.
        today: The day as an ISO date.
        new_id: Makes run ids.
        header: What the run keeps of how it was made, as plain data.
        keys: Makes a client's keys.
    """

    store: Store
    lifecycle: Lifecycle
    guards: Mapping[str, Guard]
    charges: Mapping[str, Decimal]
    currency: str
    actor: str
    now: Callable[[], str]
    today: Callable[[], str]
    new_id: Callable[[], str]
    header: Mapping[str, Any]
    keys: ClientKeys

    def preview(self, clients: Sequence[str], event: str) -> Moves:
        """What firing *event* would do, and cost. Writes nothing.

        Raises:
            SettingsError: a client is not there, or a guard is missing.
            GuardError: a guard failed.
        """
        with self.store.reading() as work:
            return Moves(moves=tuple(move for move, _ in self._judge(work, clients, event)))

    def fire(self, clients: Sequence[str], event: str) -> Moves:
        """Do it.

        Raises:
            SettingsError: a client is not there, or a guard is missing; nothing was changed.
            GuardError: a guard failed; nothing was changed.
        """
        with self.store.writing() as work:
            judged = self._judge(work, clients, event)
            moves = tuple(move for move, _ in judged)
            going = [(stored, move.after) for move, stored in judged if move.after is not None]
            run_id = self._write(work, event, going, len(moves) - len(going)) if going else None
        return Moves(moves=moves, run=run_id)

    def _judge(self, work: UnitOfWork, clients: Sequence[str], event: str) -> list[tuple[Move, StoredClient]]:
        """What becomes of each client, each once: first the states are looked at, then the guards asked about the rest."""
        stored = known_clients(work, clients)
        wanted = list(stored)
        documents: dict[str, dict[str, Any]] = {client: decode(stored[client].text) for client in wanted}
        states = {client: self.lifecycle.state(document) for client, document in documents.items()}
        found = self.lifecycle.event[event]
        asked = [client for client in wanted if isinstance(self.lifecycle.fire(states[client], event), str)]
        reasons = held_back(self.guards, found, asked)
        today = date.fromisoformat(self.today())
        judged = []
        for client in wanted:
            state, since = states[client], documents[client].get(SINCE)
            answer = self.lifecycle.fire(state, event, reasons.get(client))
            refused = isinstance(answer, Refused)
            move = Move(
                client=client,
                name=str(documents[client].get("name") or ""),
                event=event,
                before=state,
                after=None if isinstance(answer, Refused) else answer,
                why=answer.why if isinstance(answer, Refused) else None,
                since=since,
                cost=None if refused else cost(self.lifecycle, self.charges, self.currency, found, state, since, today),
            )
            judged.append((move, stored[client]))
        return [*judged, *self._twins(work, found.twin, documents, judged, today)] if found.twin else judged

    def _twins(
        self,
        work: UnitOfWork,
        event: str,
        documents: Mapping[str, Mapping[str, Any]],
        judged: Sequence[tuple[Move, StoredClient]],
        today: date,
    ) -> Iterator[tuple[Move, StoredClient]]:
        """The moves of the twins of those who move, as far as *event* moves them; the others stay without a word."""
        moving = {move.client: documents[move.client] for move, _ in judged if move.after is not None}
        found = self.lifecycle.event[event]
        told = set(documents)
        for twins in twins_of(work.clients, self.keys, moving).values():
            for stored in twins:
                document: dict[str, Any] = decode(stored.text)
                state, since = self.lifecycle.state(document), document.get(SINCE)
                answer = self.lifecycle.fire(state, event)
                if isinstance(answer, Refused) or stored.id in told:
                    continue
                told.add(stored.id)
                charged = cost(self.lifecycle, self.charges, self.currency, found, state, since, today)
                name = str(document.get("name") or "")
                move = Move(
                    client=stored.id, name=name, event=event, before=state, after=answer, since=since, cost=charged
                )
                yield move, stored

    def _write(self, work: UnitOfWork, event: str, going: Sequence[tuple[StoredClient, str]], refused: int) -> str:
        """Move the clients *going*, each to its state, in a run of their own; answer its id."""
        operations: list[OperationRow] = []
        updates: list[ClientUpdate] = []
        today = self.today()
        for sequence, (stored, state) in enumerate(going):
            document: dict[str, Any] = decode(stored.text)
            images = self.lifecycle.put(document, state, today)
            updates.append(ClientUpdate(stored.id, encode(dict(sorted(document.items()))), (), ()))
            operations.append(OperationRow(sequence, stored.id, MOVE, "applied", encode(images), stored.version + 1))
        run_id, at = self.new_id(), self.now()
        start_by_hand(work, BY_HAND, run_id, actor=self.actor, at=at, header={**self.header, "event": event})
        work.clients.update(updates)
        work.runs.add_operations(run_id, operations)
        counts = {"moved": len(operations), **({"refused": refused} if refused else {})}
        work.runs.finish(run_id, self.now(), encode(counts))
        work.activity.append(at, self.actor, event, run_id, {"counts": counts})
        return run_id


def known_clients(work: UnitOfWork, clients: Sequence[str]) -> dict[str, StoredClient]:
    """*clients* by their ids, each once, in the order given.

    Raises:
        SettingsError: one is not there.
    """
    wanted = list(dict.fromkeys(clients))
    stored = work.clients.fetch(wanted)
    for client in wanted:
        if client not in stored:
            raise SettingsError("client", client, wanted="the id of a client, as clientimport clients lists them")
    return {client: stored[client] for client in wanted}
