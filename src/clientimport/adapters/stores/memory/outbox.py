"""The outbox in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clientimport.adapters.stores.ids import number, possible
from clientimport.adapters.stores.memory.tables import Permit, Tables
from clientimport.adapters.stores.moves import check_move
from clientimport.core.invitations import LIVE, Invitation, NewInvitation
from clientimport.errors import StoreError


class MemoryOutbox:
    """The ``Outbox`` port."""

    def __init__(self, tables: Tables, permit: Permit) -> None:
        self._tables = tables
        self._permit = permit

    def queue(self, rows: Sequence[NewInvitation]) -> list[str]:
        tables = self._tables
        with self._permit.changing():
            places = [number(row.client) for row in rows]
            first = tables.next_invitation
            for place, row in zip(places, rows, strict=True):
                if place not in tables.live:
                    raise StoreError("An invitation is for a client that is not there or was removed.")
                self._alone(row.client, row.template)
                made = str(tables.next_invitation)
                tables.next_invitation += 1
                tables.invitations[int(made)] = Invitation(
                    made,
                    row.client,
                    row.template,
                    row.language,
                    "queued",
                    row.run,
                    row.not_before,
                    0,
                    "",
                    row.at,
                    row.at,
                )
                tables.invited[row.client] = (*tables.invited.get(row.client, ()), int(made))
            return [str(made) for made in range(first, tables.next_invitation)]

    def get(self, ids: Sequence[str]) -> dict[str, Invitation]:
        self._permit.read()
        held = self._tables.invitations
        return {each: held[int(each)] for each in ids if possible(each) and int(each) in held}

    def about(self, clients: Sequence[str]) -> dict[str, list[Invitation]]:
        self._permit.read()
        tables = self._tables
        return {
            client: [tables.invitations[made] for made in tables.invited[client]]
            for client in clients
            if client in tables.invited
        }

    def of_run(self, run: str) -> list[Invitation]:
        self._permit.read()
        return [row for row in self._tables.invitations.values() if run and row.run == run]

    def sent_to(self, address: str) -> list[Invitation]:
        self._permit.read()
        places = self._tables.addressed.get(address, ()) if address else ()
        return [self._tables.invitations[place] for place in places]

    def rows(self, states: Sequence[str] = (), size: int = 500) -> Iterator[list[Invitation]]:
        self._permit.read()
        found = [row for row in self._tables.invitations.values() if not states or row.state in states]
        for start in range(0, len(found), size):
            self._permit.read()
            yield found[start : start + size]

    def move(
        self,
        rows: Sequence[Invitation],
        state: str,
        at: str,
        *,
        error: str = "",
        language: str | None = None,
        address: str = "",
    ) -> list[str]:
        moved: list[str] = []
        with self._permit.changing():
            for row in rows:
                check_move(row.state, state)
                held = self._tables.invitations.get(int(row.id))
                if held is None or (held.state, held.attempts) != (row.state, row.attempts):
                    continue
                if state in LIVE and held.state not in LIVE:
                    self._alone(held.client, held.template)
                self._tables.invitations[int(row.id)] = held._replace(
                    state=state,
                    attempts=held.attempts + (state == "sending"),
                    error=error,
                    language=held.language if language is None else language,
                    changed_at=at,
                    address=address or held.address,
                )
                if address:
                    self._readdress(int(row.id), held.address, address)
                moved.append(row.id)
        return moved

    def _readdress(self, place: int, before: str, after: str) -> None:
        addressed = self._tables.addressed
        addressed[before] = tuple(other for other in addressed.get(before, ()) if other != place)
        addressed[after] = tuple(sorted({*addressed.get(after, ()), place}))

    def _alone(self, client: str, template: str) -> None:
        tables = self._tables
        for made in tables.invited.get(client, ()):
            if tables.invitations[made].template == template and tables.invitations[made].state in LIVE:
                raise StoreError("The client has a live invitation of this template already.")
