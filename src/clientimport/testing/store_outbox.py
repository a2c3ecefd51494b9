"""What a store promises about its outbox, as tests; ``testing.stores`` has the rest."""

from __future__ import annotations

import pytest

from clientimport.core.invitations import MOVES, STATES, Invitation, NewInvitation
from clientimport.errors import StoreError
from clientimport.ports import Store
from clientimport.testing.store_samples import MakeStore, insert, new

AT = "2026-01-01T00:00:00Z"
LATER = "2026-01-02T00:00:00Z"


def invitation(client: str, template: str = "welcome", *, run: str = "", language: str = "") -> NewInvitation:
    return NewInvitation(client, template, language, run, "2026-02-01", AT)


def queued(store: Store, *rows: NewInvitation) -> list[Invitation]:
    """Queue and commit; the rows as the store tells them."""
    with store.writing() as unit:
        ids = unit.outbox.queue(rows)
        return [*unit.outbox.get(ids).values()]


def moved(store: Store, row: Invitation, *states: str) -> Invitation:
    """Move a row from state to state; the row as it is then."""
    for state in states:
        with store.writing() as unit:
            assert unit.outbox.move([row], state, LATER) == [row.id]
            row = unit.outbox.get([row.id])[row.id]
    return row


PATHS = {
    "queued": (),
    "sending": ("sending",),
    "sent": ("sending", "sent"),
    "failed": ("sending", "failed"),
    "unknown": ("sending", "unknown"),
    "cancelled": ("cancelled",),
}


class OutboxConformance:
    """Every promise of the ``Outbox`` port, one test each."""

    @pytest.fixture
    def make_store(self) -> MakeStore:
        """Say here how your store is made."""
        raise NotImplementedError

    def test_a_message_is_kept_as_it_is(self, make_store: MakeStore) -> None:
        """However it is asked for, and oldest first."""
        store = make_store()
        one, other = insert(store, new(), new())
        first, second = queued(store, invitation(one, run="r1", language="nl"), invitation(other, "reminder"))
        assert first == Invitation(first.id, one, "welcome", "nl", "queued", "r1", "2026-02-01", 0, "", AT, AT)
        assert int(first.id) < int(second.id)
        with store.reading() as unit:
            assert unit.outbox.get([second.id, "x", "0", "99"]) == {second.id: second}
            assert unit.outbox.about([one, one, "77", "x"]) == {one: [first]}
            assert list(unit.outbox.about([other, one])) == [other, one]
            assert list(unit.outbox.get([second.id, first.id])) == [second.id, first.id]
            assert unit.outbox.of_run("r1") == [first]
            assert unit.outbox.of_run("") == unit.outbox.sent_to("") == unit.outbox.sent_to("aa") == []
            assert list(unit.outbox.rows(size=1)) == [[first], [second]]
            assert list(unit.outbox.rows(("sent", "failed"))) == []

    @pytest.mark.parametrize("before", STATES)
    @pytest.mark.parametrize("after", STATES)
    def test_states_follow_one_another(self, make_store: MakeStore, before: str, after: str) -> None:
        """What is sent or cancelled stays so; whoever tries something else loses the whole unit of work."""
        store = make_store()
        (client,) = insert(store, new())
        row = moved(store, queued(store, invitation(client))[0], *PATHS[before])
        if after in MOVES[before]:
            then = moved(store, row, after)
            assert then == row._replace(
                state=after, attempts=row.attempts + (after == "sending"), changed_at=LATER, error=""
            )
            return
        with pytest.raises(StoreError), store.writing() as unit:
            unit.outbox.move([row], after, LATER)
        with store.reading() as unit:
            assert unit.outbox.get([row.id]) == {row.id: row}

    def test_only_one_of_two_moves_a_row(self, make_store: MakeStore) -> None:
        """Two senders that saw the same queue do not both get its message, nor one that looks with an old attempt."""
        store = make_store()
        one, other = insert(store, new(), new())
        first, second = queued(store, invitation(one), invitation(other))
        with store.writing() as unit:
            assert unit.outbox.move([second], "sending", LATER) == [second.id]
        with store.writing() as unit:
            assert unit.outbox.move([first, second], "sending", LATER) == [first.id]
            seen = unit.outbox.get([first.id])[first.id]
            unit.outbox.move([seen], "queued", LATER, error="deferred 451", language="fr")
        with store.writing() as unit:
            assert unit.outbox.move([first], "sending", LATER) == []
            put_off = unit.outbox.get([first.id])[first.id]
            assert (put_off.error, put_off.language, put_off.attempts) == ("deferred 451", "fr", 1)

    @pytest.mark.parametrize("state", STATES)
    def test_a_client_has_one_live_message_of_a_template(self, make_store: MakeStore, state: str) -> None:
        """A second one is refused; after one that failed or was cancelled it is not, and then the first cannot come back."""
        store = make_store()
        (client,) = insert(store, new())
        row = moved(store, queued(store, invitation(client))[0], *PATHS[state])
        queued(store, invitation(client, "reminder"))
        if state not in ("failed", "cancelled"):
            with pytest.raises(StoreError), store.writing() as unit:
                unit.outbox.queue([invitation(client)])
            return
        queued(store, invitation(client))
        if state == "failed":
            with pytest.raises(StoreError), store.writing() as unit:
                unit.outbox.move([row], "sending", LATER)

    def test_a_message_is_for_a_client_that_is_there(self, make_store: MakeStore) -> None:
        """Of this workspace, and not removed. One that is removed later keeps its messages."""
        store = make_store()
        one, gone = insert(store, new(), new())
        (elsewhere,) = insert(make_store("other"), new())
        (row,) = queued(store, invitation(gone))
        with store.writing() as unit:
            unit.clients.remove([(gone, [])])
        for client in (gone, elsewhere, "99", "x"):
            with pytest.raises(StoreError), store.writing() as unit:
                unit.outbox.queue([invitation(one), invitation(client, "reminder")])
        with store.reading() as unit:
            assert unit.outbox.about([one, gone]) == {gone: [row]}

    def test_a_workspace_sees_its_own_messages(self, make_store: MakeStore) -> None:
        """Ids are unique over all of them."""
        store, other = make_store("a"), make_store("b")
        (one,), (two,) = insert(store, new()), insert(other, new())
        (first,), (second,) = queued(store, invitation(one, run="r")), queued(other, invitation(two, run="r"))
        assert first.id != second.id
        with other.writing() as unit:
            assert not unit.outbox.get([first.id])
            assert not unit.outbox.about([one])
            assert unit.outbox.of_run("r") == [second]
            assert list(unit.outbox.rows()) == [[second]]
            assert unit.outbox.move([first], "sending", LATER) == []

    def test_messages_are_found_by_the_digest_of_their_address(self, make_store: MakeStore) -> None:
        """The last one; what is not said again stays."""
        store, elsewhere = make_store(), make_store("other")
        one, other = insert(store, new(), new())
        rows = queued(store, invitation(one), invitation(other))
        with store.writing() as unit:
            unit.outbox.move(rows, "sending", LATER, address="aa")
            now = list(unit.outbox.get([row.id for row in rows]).values())
            unit.outbox.move(now, "queued", LATER)
            assert [row.id for row in unit.outbox.sent_to("aa")] == [row.id for row in rows]
            now = list(unit.outbox.get([rows[0].id]).values())
            unit.outbox.move(now, "sending", LATER, address="bb")
        with store.reading() as unit:
            assert [(row.id, row.address) for row in unit.outbox.sent_to("aa")] == [(rows[1].id, "aa")]
            assert [(row.id, row.address) for row in unit.outbox.sent_to("bb")] == [(rows[0].id, "bb")]
        with elsewhere.reading() as unit:
            assert unit.outbox.sent_to("aa") == []

    def test_messages_are_no_change_of_clients(self, make_store: MakeStore) -> None:
        """A plan is not stale because somebody was invited."""
        store = make_store()
        (client,) = insert(store, new())
        with store.reading() as unit:
            before = unit.clients.revision()
        moved(store, queued(store, invitation(client))[0], "sending", "sent")
        with store.reading() as unit:
            assert unit.clients.revision() == before

    def test_messages_of_a_failed_unit_of_work_never_were(self, make_store: MakeStore) -> None:
        """They are written with the client or not at all."""
        store = make_store()
        (client,) = insert(store, new())
        with pytest.raises(StoreError), store.writing() as unit:
            unit.outbox.queue([invitation(client), invitation(client)])
        with store.reading() as unit:
            assert list(unit.outbox.rows()) == []
