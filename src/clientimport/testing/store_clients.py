"""What a store promises about clients and their keys, as tests; ``testing.stores`` has the rest."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clientimport.errors import KeyTakenError, StoreError
from clientimport.ports import Clients, ClientUpdate, NewClient, Store, StoredClient
from clientimport.testing.store_samples import MakeStore, change, insert, key, new, run


class ClientsConformance:
    """Every promise of the ``Clients`` port, one test each."""

    @pytest.fixture
    def make_store(self) -> MakeStore:
        """Say here how your store is made."""
        raise NotImplementedError

    # ---------------------------------------------------------------------------------------------- clients

    def test_what_went_in_comes_out(self, make_store: MakeStore) -> None:
        """A client comes back with its id, version 1 and its very text."""
        store = make_store()
        text = '{"name":"Zoë \\"Ω\\" \\u0000 😀","notes":"line\\nline"}'
        (client,) = insert(store, new(text))
        with store.reading() as unit:
            assert unit.clients.fetch([client]) == {client: StoredClient(client, 1, text)}

    def test_unknown_ids_are_missing_from_the_answer(self, make_store: MakeStore) -> None:
        """Ids that the store never gave are no error, however they look."""
        store = make_store()
        (client,) = insert(store, new())
        odd = ["", "0", "-1", f"0{client}", f" {client}", "client", "9" * 30, "¹", str(int(client) + 1), client]
        with store.reading() as unit:
            assert list(unit.clients.fetch(odd)) == [client]
            assert unit.clients.fetch([]) == {}

    def test_many_are_fetched_at_once(self, make_store: MakeStore) -> None:
        """More clients than any limit on a statement's values."""
        store = make_store()
        ids = insert(store, *(new(f'{{"name":"{number}"}}', key("email", f"{number}@x")) for number in range(5_500)))
        with store.reading() as unit:
            assert len(unit.clients.fetch(ids)) == 5_500
            hits = unit.clients.by_keys("email", [f"{number}@x" for number in range(-500, 6_000)])
        assert {client: value for value, client in hits} == {client: f"{number}@x" for number, client in enumerate(ids)}

    def test_ids_are_never_given_twice(self, make_store: MakeStore) -> None:
        """Not after a removal, not in another unit of work, not in another workspace of the same store."""
        store, other = make_store(), make_store("other")
        given = insert(store, new(), new())
        with store.writing() as unit:
            unit.clients.remove([(given[-1], ())])
        with store.writing() as unit:
            given += unit.clients.new_ids(3)
            given += unit.clients.new_ids(2)
            assert unit.clients.new_ids(0) == []
        given += insert(store, new())
        given += insert(other, new())
        assert len(set(given)) == len(given) == 9
        assert all(isinstance(client, str) and client for client in given)

    def test_an_id_is_used_once(self, make_store: MakeStore) -> None:
        """Neither a stored client's id, nor a removed one's, nor an invented one can be inserted."""
        store = make_store()
        stays, goes = insert(store, new(), new())
        with store.writing() as unit:
            unit.clients.remove([(goes, ())])
        for client in (stays, goes, "999999", "invented"):
            with pytest.raises(StoreError), store.writing() as unit:
                unit.clients.insert([NewClient(client, "{}", ())])

    def test_an_update_replaces_the_document_and_raises_the_version(self, make_store: MakeStore) -> None:
        """The version rises by one with every update, also of a client that is updated twice in a batch."""
        store = make_store()
        one, two = insert(store, new(), new())
        with store.writing() as unit:
            unit.clients.update([change(one, '{"a":1}'), change(two, '{"b":1}'), change(one, '{"a":2}')])
        with store.reading() as unit:
            assert unit.clients.fetch([one, two]) == {
                one: StoredClient(one, 3, '{"a":2}'),
                two: StoredClient(two, 2, '{"b":1}'),
            }

    def test_an_update_moves_keys(self, make_store: MakeStore) -> None:
        """Removed keys stop matching, added ones match, the others stay."""
        store = make_store()
        (client,) = insert(store, new("{}", key("email", "old@x"), key("phone", "1")))
        with store.writing() as unit:
            unit.clients.update([ClientUpdate(client, "{}", [key("email", "new@x")], [("email", "old@x")])])
        with store.reading() as unit:
            assert unit.clients.by_keys("email", ["old@x", "new@x"]) == [("new@x", client)]
            assert unit.clients.by_keys("phone", ["1"]) == [("1", client)]

    def test_a_key_that_is_there_already_may_be_added_again(self, make_store: MakeStore) -> None:
        """Adding what its client holds changes nothing; removing what it does not hold neither."""
        store = make_store()
        same = key("code", "C1", "")
        one, two = insert(store, new("{}", same, same), new("{}", key("code", "C2", "")))
        with store.writing() as unit:
            unit.clients.update([ClientUpdate(one, "{}", [same, key("email", "a@x")], [("email", "b@x")])])
            unit.clients.update([ClientUpdate(two, "{}", [], [same[:2]])])
        with store.reading() as unit:
            assert unit.clients.by_keys("code", ["C1"]) == [("C1", one)]

    def test_keys_change_hands_within_a_batch(self, make_store: MakeStore) -> None:
        """All keys of a batch are freed before any is taken, whatever the order of the updates."""
        store = make_store()
        code = key("code", "C1", "")
        taker, giver = insert(store, new(), new("{}", code))
        with store.writing() as unit:
            unit.clients.update([ClientUpdate(taker, "{}", [code], []), ClientUpdate(giver, "{}", [], [code[:2]])])
        with store.reading() as unit:
            assert unit.clients.by_keys("code", ["C1"]) == [("C1", taker)]

    def test_who_is_not_there_cannot_be_changed(self, make_store: MakeStore) -> None:
        """An update or removal of an unknown or removed client is refused, and nothing of its unit is kept."""
        store = make_store()
        stays, goes = insert(store, new(), new())
        with store.writing() as unit:
            unit.clients.remove([(goes, ())])
        for client in (goes, "999999"):
            with pytest.raises(StoreError), store.writing() as unit:
                unit.clients.update([change(stays, '{"a":1}'), change(client, "{}")])
            with pytest.raises(StoreError), store.writing() as unit:
                unit.clients.remove([(stays, ()), (client, ())])
        with store.reading() as unit:
            assert unit.clients.fetch([stays]) == {stays: StoredClient(stays, 1, "{}")}

    def test_a_removed_client_is_gone(self, make_store: MakeStore) -> None:
        """It is neither fetched nor scanned nor matched, not even by keys that the caller did not know of."""
        store = make_store()
        stays, goes = insert(store, new("{}", key("email", "a@x")), new("{}", key("email", "a@x"), key("phone", "1")))
        with store.writing() as unit:
            unit.clients.remove([(goes, [("email", "a@x")])])
        with store.reading() as unit:
            assert list(unit.clients.fetch([stays, goes])) == [stays]
            assert [client.id for batch in unit.clients.scan() for client in batch] == [stays]
            assert unit.clients.by_keys("email", ["a@x"]) == [("a@x", stays)]
            assert unit.clients.by_keys("phone", ["1"]) == []

    def test_a_removed_client_frees_its_keys(self, make_store: MakeStore) -> None:
        """Somebody else may take an exclusive key over."""
        store = make_store()
        (goes,) = insert(store, new("{}", key("code", "C1", "")))
        with store.writing() as unit:
            unit.clients.remove([(goes, [("code", "C1")])])
        (comes,) = insert(store, new("{}", key("code", "C1", "")))
        with store.reading() as unit:
            assert unit.clients.by_keys("code", ["C1"]) == [("C1", comes)]

    def test_a_removed_client_can_come_back(self, make_store: MakeStore) -> None:
        """Under its own id and at its own place, with the document and the keys that it is given; the version goes on."""
        store = make_store()
        keys = [key("code", "C1", ""), key("email", "a@x")]
        goes, stays = insert(store, new('{"a":1}', *keys, key("phone", "1")), new("{}", key("email", "a@x")))
        with store.writing() as unit:
            unit.clients.remove([(goes, ())])
        with store.writing() as unit:
            unit.clients.restore([NewClient(goes, '{"a":1}', keys)])
            assert unit.clients.fetch([goes]) == {goes: StoredClient(goes, 3, '{"a":1}')}
        with store.reading() as unit:
            assert [client.id for batch in unit.clients.scan() for client in batch] == [goes, stays]
            assert unit.clients.keys_of([goes]) == {goes: keys}
            assert unit.clients.by_keys("phone", ["1"]) == []
            assert sorted(unit.clients.by_keys("email", ["a@x"])) == [("a@x", goes), ("a@x", stays)]
        (other,) = insert(store, new())
        assert other not in {goes, stays}

    def test_only_who_was_removed_can_come_back(self, make_store: MakeStore) -> None:
        """Neither a client that is there, nor one that never was, nor one twice; nothing of such a unit is kept."""
        store = make_store()
        stays, goes = insert(store, new(), new())
        with store.writing() as unit:
            unit.clients.remove([(goes, ())])
            (given,) = unit.clients.new_ids(1)
        for refused in ([stays], [given], ["999999"], ["invented"], [goes, goes], [goes, stays]):
            with pytest.raises(StoreError), store.writing() as unit:
                unit.clients.restore([NewClient(client, '{"a":1}', ()) for client in refused])
        with store.reading() as unit:
            assert [client for batch in unit.clients.scan() for client in batch] == [StoredClient(stays, 1, "{}")]

    def test_who_comes_back_takes_no_key_from_others(self, make_store: MakeStore) -> None:
        """An exclusive key that somebody has by now is refused; a client's own key is in nobody's way."""
        store = make_store()
        code = key("code", "C1", "")
        (goes,) = insert(store, new("{}", code, key("email", "a@x")))
        with store.writing() as unit:
            unit.clients.remove([(goes, [code[:2]])])
        (comes,) = insert(store, new("{}", code))
        with pytest.raises(KeyTakenError), store.writing() as unit:
            unit.clients.restore([NewClient(goes, "{}", [code])])
        with store.writing() as unit:
            assert unit.clients.fetch([goes]) == {}
            unit.clients.restore([NewClient(goes, "{}", [key("code", "C1"), key("email", "a@x")])])
        with store.reading() as unit:
            assert sorted(unit.clients.by_keys("code", ["C1"])) == [("C1", goes), ("C1", comes)]

    def test_a_scan_shows_everybody_once_in_order_of_arrival(self, make_store: MakeStore) -> None:
        """In batches of the size asked for, none of them empty."""
        store = make_store()
        ids = insert(store, *(new(f'{{"name":"{number}"}}') for number in range(7)))
        ids += insert(store, *(new() for _ in range(5)))
        with store.reading() as unit:
            batches = list(unit.clients.scan(size=5))
        assert [client.id for batch in batches for client in batch] == ids
        assert [len(batch) for batch in batches] == [5, 5, 2]

    def test_an_empty_store_has_nothing(self, make_store: MakeStore) -> None:
        """No client, no run, no entry, and no error."""
        with make_store().reading() as unit:
            assert list(unit.clients.scan()) == []
            assert unit.clients.by_keys("email", ["a@x"]) == []
            assert unit.runs.list() == []
            assert unit.runs.find("sha256:0") is None
            assert unit.runs.get("run") is None
            assert list(unit.runs.pages("run")) == []
            assert list(unit.runs.operations("run")) == []
            assert list(unit.activity.entries()) == []

    # ---------------------------------------------------------------------------------------------- keys

    def test_keys_match_exactly(self, make_store: MakeStore) -> None:
        """Same scheme, same characters; nothing is folded, trimmed or read as a pattern or a number."""
        store = make_store()
        values = ["a@x", "A@x", "a@x ", "é", "e\u0301", "%", "1", "01", "1.0", "null", "", '"', "\\", "😀", "a\nb"]
        ids = insert(store, *(new("{}", key("email", value)) for value in values))
        with store.reading() as unit:
            for client, value in zip(ids, values, strict=True):
                assert unit.clients.by_keys("email", [value]) == [(value, client)]
            assert unit.clients.by_keys("phone", values) == []
            assert unit.clients.by_keys("email", ["a@x\0", "\0", "a"]) == []

    def test_a_hit_comes_once(self, make_store: MakeStore) -> None:
        """Also for a value that is asked for twice, or that a client holds in two slots."""
        store = make_store()
        (client,) = insert(store, new("{}", key("email", "a@x"), key("email", "a@x", "standard")))
        with store.reading() as unit:
            assert unit.clients.by_keys("email", ["a@x", "a@x"]) == [("a@x", client)]

    def test_a_couple_may_share_a_key(self, make_store: MakeStore) -> None:
        """Keys without a slot are each client's own: all who hold one are found."""
        store = make_store()
        ids = insert(store, new("{}", key("email", "a@x")), new("{}", key("email", "a@x")))
        with store.reading() as unit:
            hits = unit.clients.by_keys("email", ["a@x"])
        assert sorted(client for _, client in hits) == sorted(ids)

    def test_an_exclusive_key_has_one_holder(self, make_store: MakeStore) -> None:
        """A second holder is refused, by insert, by update and within one batch; nothing of that unit is kept."""
        store = make_store()
        code = key("code", "C1", "")
        one, two = insert(store, new("{}", code), new())
        with pytest.raises(KeyTakenError), store.writing() as unit:
            unit.clients.insert([NewClient(unit.clients.new_ids(1)[0], "{}", [code])])
        with pytest.raises(KeyTakenError), store.writing() as unit:
            unit.clients.update([ClientUpdate(two, '{"a":1}', [code], [])])
        with pytest.raises(KeyTakenError), store.writing() as unit:  # noqa: PT012  # the whole block is the unit
            twice = key("code", "C2", "")
            unit.clients.insert([NewClient(client, "{}", [twice]) for client in unit.clients.new_ids(2)])
        with store.reading() as unit:
            assert unit.clients.by_keys("code", ["C1", "C2"]) == [("C1", one)]
            assert unit.clients.fetch([two])[two].version == 1
            assert len([client for batch in unit.clients.scan() for client in batch]) == 2

    def test_a_key_is_removed_whatever_its_slot(self, make_store: MakeStore) -> None:
        """A removal names scheme and value; what other clients hold of the same value stays theirs."""
        store = make_store()
        keys = [key("email", "a@x"), key("email", "a@x", ""), key("email", "a@x", "standard"), key("phone", "a@x")]
        one, two = insert(store, new("{}", *keys), new("{}", key("email", "a@x")))
        with store.writing() as unit:
            unit.clients.update([ClientUpdate(one, "{}", [], [("email", "a@x"), ("never", "a@x")])])
        with store.reading() as unit:
            assert unit.clients.by_keys("email", ["a@x"]) == [("a@x", two)]
            assert unit.clients.by_keys("phone", ["a@x"]) == [("a@x", one)]

    def test_a_key_can_change_its_slot(self, make_store: MakeStore) -> None:
        """Removed and added in one update, it is there afterwards, in the new slot."""
        store = make_store()
        (client,) = insert(store, new("{}", key("email", "a@x")))
        with store.writing() as unit:
            unit.clients.update([ClientUpdate(client, "{}", [key("email", "a@x", "")], [("email", "a@x")])])
        with store.reading() as unit:
            assert unit.clients.by_keys("email", ["a@x"], "") == [("a@x", client)]

    def test_one_slot_can_be_asked_for(self, make_store: MakeStore) -> None:
        """With a slot only keys held in it are found, not a client's own; without one all are."""
        store = make_store()
        own, plain, offline = insert(
            store,
            new("{}", key("email", "a@x")),
            new("{}", key("email", "a@x", "")),
            new("{}", key("email", "a@x", "offline"), key("email", "b@x", "offline")),
        )
        with store.reading() as unit:
            by_keys = unit.clients.by_keys
            assert by_keys("email", ["a@x", "b@x"], "") == [("a@x", plain)]
            assert sorted(by_keys("email", ["b@x", "a@x"], "offline")) == [("a@x", offline), ("b@x", offline)]
            assert by_keys("email", ["a@x"], "standard") == []
            assert sorted(client for _, client in by_keys("email", ["a@x"])) == sorted([own, plain, offline])

    # ---------------------------------------------------------------------------------------------- revisions

    def test_a_revision_changes_with_the_clients(self, make_store: MakeStore) -> None:
        """Each unit of work that changes a client or a key makes a new one, and sees it itself."""
        store = make_store()
        (client,) = insert(store, new())
        seen = [revision(store)]
        changes: list[Callable[[Clients], None]] = [
            lambda clients: clients.insert([NewClient(clients.new_ids(1)[0], "{}", ())]),
            lambda clients: clients.update([change(client, '{"a":1}')]),
            lambda clients: clients.update([ClientUpdate(client, '{"a":1}', [key("email", "a@x")], ())]),
            lambda clients: clients.remove([(client, ())]),
            lambda clients: clients.restore([NewClient(client, "{}", ())]),
        ]
        for act in changes:
            with store.writing() as unit:
                act(unit.clients)
                within = unit.clients.revision()
            seen.append(revision(store))
            assert seen[-1] == within
        assert len(set(seen)) == len(seen)

    def test_a_revision_stays_while_no_client_changes(self, make_store: MakeStore) -> None:
        """Reading, the run log, the activity log and what was rolled back leave it as it is."""
        store = make_store()
        (client,) = insert(store, new())
        before = revision(store)
        with store.writing() as unit:
            unit.clients.insert([])
            unit.clients.update([])
            unit.clients.remove([])
            unit.clients.restore([])
            unit.clients.fetch([client])
            unit.runs.start(run("r1", "sha256:1"))
            unit.activity.append("2026-01-01T00:00:00Z", "an", "import", "r1", {})
        with pytest.raises(ZeroDivisionError), store.writing() as unit:  # noqa: PT012  # the whole block is the unit
            unit.clients.update([change(client, '{"a":1}')])
            raise ZeroDivisionError
        assert revision(store) == before

    # ---------------------------------------------------------------------------------------------- slots

    def test_two_kinds_may_hold_the_same_exclusive_key(self, make_store: MakeStore) -> None:
        """One holder a slot; and a client's own keys are in nobody's way."""
        store = make_store()
        ids = insert(
            store,
            new("{}", key("email", "a@x", "standard")),
            new("{}", key("email", "a@x", "offline")),
            new("{}", key("email", "a@x")),
            new("{}", key("email", "a@x", "")),
        )
        with store.reading() as unit:
            assert sorted(client for _, client in unit.clients.by_keys("email", ["a@x"])) == sorted(ids)

    def test_no_slot_of_a_profile_can_equal_a_clients_own(self, make_store: MakeStore) -> None:
        """Whatever the exclusive slots are called, the keys of a couple keep apart from them, or the slot is refused."""
        store = make_store()
        (first,) = insert(store, new("{}", key("email", "a@x")))
        with store.writing() as unit:
            (second,) = unit.clients.new_ids(1)
            for slot in (first, second, f" {second}"):
                unit.clients.insert([NewClient(unit.clients.new_ids(1)[0], "{}", [key("email", "a@x", slot)])])
            unit.clients.insert([NewClient(second, "{}", [key("email", "a@x")])])
        for slot in (f"#{first}", "#"):
            with pytest.raises(StoreError), store.writing() as unit:
                unit.clients.insert([NewClient(unit.clients.new_ids(1)[0], "{}", [key("email", "a@x", slot)])])

    def test_a_key_with_a_nul_is_refused(self, make_store: MakeStore) -> None:
        """Databases cut texts off there, so that it would match what it does not equal."""
        store = make_store()
        with pytest.raises(StoreError), store.writing() as unit:
            unit.clients.insert([NewClient(unit.clients.new_ids(1)[0], "{}", [key("email", "a\0b")])])

    def test_keys_can_be_told(self, make_store: MakeStore) -> None:
        """As they were given, for live clients that have some."""
        store = make_store()
        keys = [key("code", "C1", ""), key("email", "a@x"), key("phone", "1", "standard")]
        one, none, gone = insert(store, new("{}", *keys), new(), new("{}", key("email", "a@x")))
        with store.writing() as unit:
            unit.clients.remove([(gone, ())])
        with store.reading() as unit:
            assert unit.clients.keys_of([none, one, gone, one, "x"]) == {one: keys}
            assert unit.clients.keys_of([]) == {}


def revision(store: Store) -> str:
    with store.reading() as unit:
        return unit.clients.revision()
