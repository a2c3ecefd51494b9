"""Whatever order of queueing, sending, crashing, removing and undoing: who moved was sent a message, and nobody was sent two."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from clientimport import Importer, SettingsError
from clientimport.documents.profile import profile_from_dict
from clientimport.errors import StoreError
from tests.laws.test_invitation_laws import ACTS, IMPORT, SEND, WHO, Office
from tests.planning.given import NOW

MOVING = profile_from_dict(
    {
        "name": "moving",
        "lifecycle": {
            "states": [{"name": "not-sent"}, {"name": "sent"}],
            "events": [{"name": "send", "from": ["not-sent"], "to": "sent"}],
        },
        "invitations": {"on_import": True, "messages": {"welcome": {"from": ["not-sent"], "event": "send"}}},
    }
)
ALL = st.one_of(ACTS, SEND, st.tuples(st.just("remove"), WHO), st.tuples(st.just("undo by hand"), st.integers(0, 3)))
DAYS = st.tuples(IMPORT, SEND, st.lists(ALL, min_size=2, max_size=10)).map(lambda day: [*day[:2], *day[2]])


class MovingOffice(Office):
    """One whose clients move with their message."""

    def importer(self, store: object = None) -> Importer:
        return Importer(store or self.store, profile=MOVING, clock=lambda: NOW)

    def act(self, name: str, *given: Any) -> None:
        if name == "remove":
            self.importer().remove(given[0])
        elif name == "undo by hand":
            runs = [run.id for run in self.importer().runs.list() if run.kind == "status"]
            self.importer().undo(runs[given[0] % len(runs)] if runs else "none")
        else:
            super().act(name, *given)


@given(DAYS)
@example([("import", "1"), ("send", [], 0, None), ("undo by hand", 0), ("send", [], 0, None)])
@example([("import", "1"), ("send", [], 0, None), ("remove", "1"), ("undo", 0), ("undo by hand", 1)])
@example([("import", "1"), ("send", [], 20, None), ("send", [], 0, None), ("again", "1")])
@settings(max_examples=100, deadline=None)
def test_nobody_moves_without_a_message(acts: list[tuple[Any, ...]]) -> None:
    """Nor is one sent that moves nobody; each run says how many it moved, whatever broke off."""
    office = MovingOffice()
    for name, *given_ in acts:
        with suppress(SettingsError, StoreError):
            office.act(name, *given_)
        office.mishaps = []
        for address, count in office.arrived.items():
            assert count <= 1 + office.asked[address]
        importer = office.importer()
        sent = {row.client for row in importer.invitations.list(state="sent")}
        clients = {client.id: client.status for client in importer.clients()}
        assert {client for client, state in clients.items() if state == "sent"} == sent & set(clients)
        with office.store.reading() as work:
            for run in work.runs.list():
                if run.kind == "status" and '"sent":true' in run.header:
                    done = [row for page in work.runs.operations(run.id) for row in page]
                    assert (run.state, json.loads(run.counts)) == ("done", {"moved": len(done)})
