"""Whatever order of queueing, sending, crashing, calling off and undoing: no message twice without somebody saying so."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from clientimport import Importer, Receipt, SettingsError
from clientimport.adapters.stores.memory import MemoryStore
from clientimport.core.invitations import Message
from clientimport.errors import StoreError
from clientimport.ports import MessageDeferredError, MessageRefusedError, SenderUnavailableError
from clientimport.testing.faults import Fault, FaultyStore
from tests.invitations.given import INVITING, WELCOME
from tests.planning.given import NOW, bring_in

WHO = st.sampled_from(("1", "2", "3"))
MISHAPS = st.sampled_from(("", "", "arrived and broken", "broken", "refused", "deferred", "away"))
SEND = st.tuples(
    st.just("send"),
    st.lists(MISHAPS, min_size=1, max_size=3),
    st.sampled_from((0, 0, 0, *range(1, 16))),
    st.sampled_from((None, None, 1, 2)),
)
IMPORT = st.tuples(st.just("import"), st.sampled_from(("1", "1", "2")))
UNDO = st.tuples(st.just("undo"), st.integers(0, 2))
ACTS = st.one_of(
    SEND,
    IMPORT,
    UNDO,
    SEND,
    st.tuples(st.just("queue"), st.lists(WHO, max_size=3)),
    st.tuples(st.just("again"), WHO),
    st.tuples(st.just("cancel"), WHO),
    st.tuples(st.just("cancel all")),
)
DAYS = st.tuples(IMPORT, SEND, st.lists(ACTS, min_size=2, max_size=10)).map(lambda day: [*day[:2], *day[2]])


class Office:
    """A store, what arrived from it by message, and what somebody asked for by name."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.arrived: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.receipts: list[Receipt] = []
        self.mishaps: list[str] = []

    def importer(self, store: object = None) -> Importer:
        return Importer(store or self.store, profile=INVITING, clock=lambda: NOW)

    def deliver(self, message: Message) -> None:
        mishap = self.mishaps.pop(0) if self.mishaps else ""
        if mishap in ("", "arrived and broken"):
            self.arrived[message.to] += 1
        errors: dict[str, Exception] = {
            "refused": MessageRefusedError("recipient-refused 550"),
            "deferred": MessageDeferredError("deferred 451"),
            "away": SenderUnavailableError("Away."),
        }
        if mishap:
            raise errors.get(mishap, ConnectionResetError())

    def close(self) -> None:
        pass

    def act(self, name: str, *given: Any) -> None:
        box = self.importer().invitations
        if name == "import":
            rows = [{"name": f"Jan {given[0]}", "email": f"jan{given[0]}@voorbeeld.be"}]
            self.receipts.append(bring_in(self.importer(), *rows))
        elif name == "queue":
            box.queue(given[0])
        elif name == "send":
            self.mishaps, at, limit = list(given[0]), given[1], given[2]
            store = FaultyStore(self.store, Fault(at=at, of="statement", when="after" if at % 2 else "before"))
            self.importer(store).invitations.send(WELCOME, self, limit=limit)
        elif name == "again":
            row = next((row for row in box.list() if row.id == given[0]), None)
            emails = {client.id: str(client["email"]) for client in self.importer().clients()}
            to = "" if row is None else emails.get(row.client, "")
            before = self.arrived[to]
            box.send(WELCOME, self, again=[given[0]])
            self.asked[to] += self.arrived[to] - before
        elif name == "cancel":
            box.cancel(given[0])
        elif name == "cancel all":
            box.cancel()
        elif name == "undo" and len(self.receipts) > given[0]:
            self.importer().undo(self.receipts[given[0]])


@given(DAYS)
@example([("import", "1"), ("send", ["arrived and broken"], 0, None), ("send", [], 0, None)])
@example([("import", "1"), ("send", [], 0, None), ("undo", 0), ("import", "1"), ("send", [], 0, None)])
@example([("import", "1"), ("send", [], 13, None), ("send", [], 0, None)])
@settings(max_examples=100, deadline=None)
def test_no_message_goes_twice_unasked(acts: list[tuple[Any, ...]]) -> None:
    """Counted at each address; and one live message a client and template, whatever happened."""
    office = Office()
    for name, *given_ in acts:
        with suppress(SettingsError, StoreError):
            office.act(name, *given_)
        office.mishaps = []
        for address, count in office.arrived.items():
            assert count <= 1 + office.asked[address]
        rows = office.importer().invitations.list()
        live = Counter(
            (row.client, row.template) for row in rows if row.state in ("queued", "sending", "sent", "unknown")
        )
        assert set(live.values()) <= {1}
        assert sum(row.state == "sent" for row in rows) <= office.arrived.total()
