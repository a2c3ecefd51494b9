"""Whatever order of queueing, sending, crashing, calling off and undoing: no message twice without somebody saying so."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given, settings
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
MISHAPS = st.sampled_from(("", "", "refused", "deferred", "away", "broken", "arrived and broken"))
ACTS = st.one_of(
    st.tuples(st.just("import"), WHO),
    st.tuples(st.just("queue"), st.lists(WHO, max_size=3)),
    st.tuples(st.just("send"), st.lists(MISHAPS, max_size=4), st.integers(0, 12), st.sampled_from((None, 1, 2))),
    st.tuples(st.just("again"), WHO),
    st.tuples(st.just("cancel"), WHO),
    st.tuples(st.just("cancel all")),
    st.tuples(st.just("undo"), st.integers(0, 2)),
)


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
            self.arrived[message.reference] += 1
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
            seen = self.arrived.copy()
            box.send(WELCOME, self, again=[given[0]])
            if row is not None and row.state in ("failed", "unknown", "sending"):
                self.asked.update({reference: 1 for reference in self.arrived - seen})
        elif name == "cancel":
            box.cancel(given[0])
        elif name == "cancel all":
            box.cancel()
        elif name == "undo" and len(self.receipts) > given[0]:
            self.importer().undo(self.receipts[given[0]])


@given(st.lists(ACTS, max_size=14))
@settings(max_examples=300, deadline=None)
def test_no_message_goes_twice_unasked(acts: list[tuple[Any, ...]]) -> None:
    """Counted where it arrives; and one live message a client and template, whatever happened."""
    office = Office()
    for name, *given_ in acts:
        try:
            office.act(name, *given_)
        except (SettingsError, StoreError):
            pass
        office.mishaps = []
        for reference, count in office.arrived.items():
            assert count <= 1 + office.asked[reference]
        rows = office.importer().invitations.list()
        live = Counter(
            (row.client, row.template) for row in rows if row.state in ("queued", "sending", "sent", "unknown")
        )
        assert set(live.values()) <= {1}
        assert sum(row.state == "sent" for row in rows) <= len(office.arrived)
    assert len(office.arrived) <= len(office.importer().invitations.list())
