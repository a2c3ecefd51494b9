"""What a store promises about clients that are not the same, as tests; ``testing.stores`` has the rest."""

from __future__ import annotations

import pytest

from clientimport.errors import StoreError
from clientimport.testing.store_samples import MakeStore, insert, new


class PairsConformance:
    """Every promise about counting clients and about pairs that somebody told apart, one test each."""

    @pytest.fixture
    def make_store(self) -> MakeStore:
        """Say here how your store is made."""
        raise NotImplementedError

    def test_live_clients_are_counted(self, make_store: MakeStore) -> None:
        """Those of this workspace, without removed ones."""
        store = make_store()
        one, *_ = insert(store, new(), new(), new())
        insert(make_store("other"), new())
        with store.writing() as unit:
            unit.clients.remove([(one, [])])
            assert unit.clients.count() == 2
        with make_store("third").reading() as unit:
            assert unit.clients.count() == 0

    def test_pairs_come_back_with_the_first_in_front(self, make_store: MakeStore) -> None:
        """In whatever order they were given, also past the ninth client; said twice they are one."""
        store = make_store()
        ids = insert(store, *(new() for _ in range(11)))
        with store.writing() as unit:
            unit.clients.add_not_same([(ids[10], ids[1]), (ids[1], ids[10]), (ids[0], ids[1])])
            unit.clients.add_not_same([(ids[1], ids[0])])
            unit.clients.add_not_same([])
        with store.reading() as unit:
            assert unit.clients.not_same() == {(ids[1], ids[10]), (ids[0], ids[1])}
            assert unit.clients.not_same([]) == set()
            assert unit.clients.not_same([ids[0], ids[10], ids[2]]) == set()
            assert unit.clients.not_same([ids[10], ids[1], ids[1], "x", "0"]) == {(ids[1], ids[10])}

    def test_a_workspace_sees_its_own_pairs(self, make_store: MakeStore) -> None:
        """As with everything else."""
        one, other = insert(make_store("a"), new(), new())
        with make_store("a").writing() as unit:
            unit.clients.add_not_same([(one, other)])
        with make_store("b").writing() as unit:
            assert unit.clients.not_same() == unit.clients.not_same([one, other]) == set()
            unit.clients.remove_not_same([(one, other)])
        with make_store("a").reading() as unit:
            assert unit.clients.not_same() == {(one, other)}

    def test_pairs_are_forgotten_one_by_one_or_with_their_run(self, make_store: MakeStore) -> None:
        """What somebody said by hand, before or after, does not go with a run."""
        store = make_store()
        a, b, c, d = insert(store, new(), new(), new(), new())
        with store.writing() as unit:
            unit.clients.add_not_same([(a, b), (a, c), (a, d), (b, c)], "r1")
            unit.clients.add_not_same([(b, d)])
            unit.clients.add_not_same([(b, d)], "r1")
            unit.clients.add_not_same([(b, c)])
            unit.clients.add_not_same([(a, d)], "r2")
            unit.clients.remove_not_same([(c, a), (c, d)])
        with store.writing() as unit:
            assert unit.clients.not_same() == {(a, b), (a, d), (b, c), (b, d)}
            unit.clients.remove_not_same(run="r2")
            unit.clients.remove_not_same()
            assert unit.clients.not_same() == {(a, b), (a, d), (b, c), (b, d)}
            unit.clients.remove_not_same(run="r1")
        with store.reading() as unit:
            assert unit.clients.not_same() == {(b, c), (b, d)}

    def test_the_pairs_of_clients_can_be_told(self, make_store: MakeStore) -> None:
        """On whichever side they stand, each with the run that said it."""
        store = make_store()
        a, b, c, d = insert(store, new(), new(), new(), new())
        with store.writing() as unit:
            unit.clients.add_not_same([(b, a), (b, c)], "r1")
            unit.clients.add_not_same([(c, d)])
        with make_store("other").reading() as unit:
            assert unit.clients.pairs_of([a, b, c, d]) == {}
        with store.reading() as unit:
            assert unit.clients.pairs_of([c, c, "x"]) == {(b, c): "r1", (c, d): ""}
            assert unit.clients.pairs_of([a, b]) == {(a, b): "r1", (b, c): "r1"}
            assert unit.clients.pairs_of([]) == {}

    def test_a_removed_client_takes_its_pairs_along(self, make_store: MakeStore) -> None:
        """On whichever side it stands."""
        store = make_store()
        a, b, c = insert(store, new(), new(), new())
        with store.writing() as unit:
            unit.clients.add_not_same([(a, b), (b, c), (a, c)])
            unit.clients.remove([(b, [])])
        with store.reading() as unit:
            assert unit.clients.not_same() == {(a, c)}
            assert unit.clients.pairs_of([b]) == {}

    def test_pairs_of_a_failed_unit_of_work_never_were(self, make_store: MakeStore) -> None:
        """All of it is kept or nothing."""
        store = make_store()
        a, b = insert(store, new(), new())
        with pytest.raises(StoreError), store.writing() as unit:
            unit.clients.add_not_same([(a, b), (a, "x")])
        with store.reading() as unit:
            assert unit.clients.not_same() == set()

    def test_a_client_and_itself_are_no_pair(self, make_store: MakeStore) -> None:
        """Nor is an id that the store never gave part of one."""
        store = make_store()
        (client,) = insert(store, new())
        for pair in ((client, client), (client, "x")):
            with pytest.raises(StoreError), store.writing() as unit:
                unit.clients.add_not_same([pair])
