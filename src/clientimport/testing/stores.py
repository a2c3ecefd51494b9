"""What a store promises, as tests: subclass ``StoreConformance`` and say how to make your store.

Whoever writes a store writes this besides::

    class TestMyStore(StoreConformance):
        @pytest.fixture
        def make_store(self, tmp_path):
            return lambda workspace="default": MyStore(tmp_path / "clients", workspace=workspace)

``verify`` goes beyond the ports; a store without it passes that test by.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable

import pytest

from clientimport.core.journal import Posting
from clientimport.errors import StoreError
from clientimport.ports import ClientUpdate, NewClient, Runs, StoredClient
from clientimport.testing.store_clients import ClientsConformance
from clientimport.testing.store_ledger import LedgerConformance
from clientimport.testing.store_outbox import OutboxConformance
from clientimport.testing.store_pairs import PairsConformance
from clientimport.testing.store_samples import (
    MakeStore,
    Verifies,
    change,
    do_everything,
    documents,
    everything,
    found,
    insert,
    key,
    mirror,
    new,
    opening,
    operation,
    payment,
    run,
    start,
    writes,
)


class StoreConformance(ClientsConformance, PairsConformance, LedgerConformance, OutboxConformance):
    """Every promise of the ``Store`` port, one test each.

    Attributes:
        isolated: A reader does not see what a writing unit of work has not committed. A store on the host's own
            connection sets it to ``False``.
    """

    isolated = True

    # ---------------------------------------------------------------------------------------------- runs

    def test_a_run_is_kept_as_it_is(self, make_store: MakeStore) -> None:
        """Every column comes back, from ``get``, ``find`` and ``list``."""
        store = make_store()
        started = run(
            "r1", "sha256:1", finished_at="2026-01-02T00:00:00Z", undone_by="r9", through=41, revision="7",
            source_digest="sha256:f", system="crm",
        )  # fmt: skip
        start(store, started)
        with store.reading() as unit:
            assert unit.runs.get("r1") == unit.runs.find("sha256:1") == started
            assert unit.runs.list() == [started]

    def test_the_newest_run_of_a_plan_is_found(self, make_store: MakeStore) -> None:
        """``find`` answers with the last one started, ``list`` with all of them, oldest first."""
        store = make_store()
        start(store, run("r2", "sha256:1"), run("r1", "sha256:1"), run("r0", "sha256:2"))
        with store.reading() as unit:
            assert found(unit.runs.find("sha256:1")).id == "r1"
            assert [one.id for one in unit.runs.list()] == ["r2", "r1", "r0"]

    def test_a_run_goes_on_and_ends(self, make_store: MakeStore) -> None:
        """``progress``, ``finish`` and ``mark_undone`` change their columns of their run, and nothing else."""
        store = make_store()
        first, second = run("r1", "sha256:1"), run("r2", "sha256:2")
        start(store, first, second)
        with store.writing() as unit:
            unit.runs.progress("r1", 499, '{"create":3}', "8")
        with store.reading() as unit:
            seen = found(unit.runs.get("r1"))
            assert (seen.state, seen.through, seen.counts, seen.finished_at) == ("running", 499, '{"create":3}', None)
            assert seen.revision == "8"
        with store.writing() as unit:
            unit.runs.finish("r1", "2026-01-02T00:00:00Z", '{"create":4}')
            unit.runs.mark_undone("r1", "r2")
        with store.reading() as unit:
            seen = found(unit.runs.get("r1"))
            assert (seen.state, seen.through, seen.counts) == ("done", 499, '{"create":4}')
            assert (seen.finished_at, seen.undone_by, seen.revision) == ("2026-01-02T00:00:00Z", "r2", "8")
            assert unit.runs.get("r2") == second

    def test_a_run_starts_once(self, make_store: MakeStore) -> None:
        """A second run with the same id is refused, and so is anything about a run that never started."""
        store = make_store()
        start(store, run("r1", "sha256:1"))
        refused: list[Callable[[Runs], None]] = [
            lambda runs: runs.start(run("r1", "sha256:2")),
            lambda runs: runs.progress("r9", 1, "{}", ""),
            lambda runs: runs.finish("r9", "2026-01-02T00:00:00Z", "{}"),
            lambda runs: runs.mark_undone("r9", "r1"),
            lambda runs: runs.add_pages("r9", [(0, 1, "x")]),
            lambda runs: runs.add_operations("r9", [operation(0)]),
        ]
        for act in refused:
            with pytest.raises(StoreError), store.writing() as unit:
                act(unit.runs)

    def test_pages_come_back_in_order(self, make_store: MakeStore) -> None:
        """As they were, by first sequence, those of other runs not among them."""
        store = make_store()
        start(store, run("r1", "sha256:1"), run("r2", "sha256:2"))
        pages = [(0, 1, '["a"]\n["é"]'), (2, 3, "x\ny"), (4, 4, "")]
        with store.writing() as unit:
            unit.runs.add_pages("r1", [pages[2], pages[0]])
            unit.runs.add_pages("r2", [(0, 9, "other")])
            unit.runs.add_pages("r1", [pages[1]])
        with store.reading() as unit:
            assert list(unit.runs.pages("r1")) == pages

    def test_operations_come_back_in_order(self, make_store: MakeStore) -> None:
        """Oldest or newest first, in batches, with every column."""
        store = make_store()
        start(store, run("r1", "sha256:1"), run("r2", "sha256:2"))
        rows = [
            operation(number, client=None if number % 3 else "7", said=None if number % 2 else '{"city":"ü"}')
            for number in range(120)
        ]
        with store.writing() as unit:
            unit.runs.add_operations("r1", rows[60:])
            unit.runs.add_operations("r2", [operation(0, action="link")])
            unit.runs.add_operations("r1", rows[:60])
            unit.runs.add_operations("r1", [])
        with store.reading() as unit:
            batches = list(unit.runs.operations("r1", size=50))
            assert [row for batch in batches for row in batch] == rows
            assert [len(batch) for batch in batches] == [50, 50, 20]
            newest = [row for batch in unit.runs.operations("r1", newest_first=True, size=7) for row in batch]
            assert newest == rows[::-1]

    def test_an_operation_is_logged_once(self, make_store: MakeStore) -> None:
        """The same sequence of the same run a second time is refused: it would have been done twice."""
        store = make_store()
        start(store, run("r1", "sha256:1"))
        with store.writing() as unit:
            unit.runs.add_operations("r1", [operation(0)])
        with pytest.raises(StoreError), store.writing() as unit:
            unit.runs.add_operations("r1", [operation(1), operation(0)])
        with store.reading() as unit:
            assert [row.sequence for batch in unit.runs.operations("r1") for row in batch] == [0]

    def test_who_was_touched_is_known(self, make_store: MakeStore) -> None:
        """A client that an applied operation of an import is about, unless that was undone; others are not."""
        store = make_store()
        start(store, run("r1", "sha256:1"), run("r2", "sha256:2"))
        with store.writing() as unit:
            unit.runs.add_operations(
                "r1", [operation(0, client="3"), operation(1, client="3"), operation(2, client=None)]
            )
            unit.runs.add_operations("r2", [operation(0, client="5", action="link")])
            assert unit.runs.touched(["5", "4"]) == {"5"}
        with store.reading() as unit:
            assert unit.runs.touched(["2", "3", "3", "5", "x", "05"]) == {"3", "5"}
            assert unit.runs.touched([]) == set()
        with store.writing() as unit:
            unit.runs.mark_undone("r1", "r2")
            unit.runs.add_operations("r2", [operation(1, client="4", outcome="stale")])
            assert unit.runs.touched(["3", "4", "5"]) == {"5"}

    def test_who_left_by_an_import_was_not_touched_by_it(self, make_store: MakeStore) -> None:
        """``about`` tells that it made a client leave; ``touched`` only whom it met."""
        store = make_store()
        start(store, run("r1", "sha256:1"))
        left = [operation(0, client="3", action="deactivate"), operation(1, client="4", action="remove")]
        with store.writing() as unit:
            unit.runs.add_operations("r1", [*left, operation(2, client="4", action="link")])
        with store.reading() as unit:
            assert unit.runs.touched(["3", "4"]) == {"4"}
            assert unit.runs.about(["3"]) == {"3": [("r1", left[0])]}
            assert [row.action for _, row in unit.runs.about(["4"])["4"]] == ["remove", "link"]

    def test_operations_are_found_by_sequence(self, make_store: MakeStore) -> None:
        """Of one run, stale ones too, with every column; what the same unit of work added is there."""
        store = make_store()
        start(store, run("r1", "sha256:1"), run("r2", "sha256:2"))
        rows = [operation(0, client="3", said="{}"), operation(7, client=None, outcome="stale")]
        with store.writing() as unit:
            unit.runs.add_operations("r1", [*rows, operation(8)])
            unit.runs.add_operations("r2", [operation(1)])
            assert unit.runs.done("r1", [7, 0, 1, 7]) == {0: rows[0], 7: rows[1]}
        with store.reading() as unit:
            assert unit.runs.done("r1", [7, 0, 1]) == {0: rows[0], 7: rows[1]}
            assert unit.runs.done("r1", []) == unit.runs.done("r9", [0]) == {}

    def test_what_was_done_about_clients_is_known(self, make_store: MakeStore) -> None:
        """Every applied operation of imports that stand, oldest first; undone, stale and other kinds' are not there."""
        store = make_store()
        start(store, run("r9", "sha256:1", system="crm"), run("r1", "sha256:2"), run("r5", "undo:r0", kind="undo"))
        first = [operation(4, client="3", said='{"city":"é"}'), operation(2, client="3", action="create")]
        with store.writing() as unit:
            unit.runs.add_operations("r1", [operation(0, client="3", action="link"), operation(1, client="5")])
            unit.runs.add_operations("r9", [*first, operation(5, client="5", outcome="stale")])
            unit.runs.add_operations("r5", [operation(0, client="3", action="restore")])
        with store.reading() as unit:
            assert unit.runs.about(["3", "5", "3", "4", "x", "05"]) == {
                "3": [("r9", first[1]), ("r9", first[0]), ("r1", operation(0, client="3", action="link"))],
                "5": [("r1", operation(1, client="5"))],
            }
            assert unit.runs.about([]) == unit.runs.about(["3"], "erp") == {}
            assert unit.runs.about(["3", "5"], "crm") == {"3": [("r9", first[1]), ("r9", first[0])]}
        with store.writing() as unit:
            unit.runs.mark_undone("r1", "r5")
            assert unit.runs.about(["3", "5"]) == {"3": [("r9", first[1]), ("r9", first[0])]}

    def test_a_page_is_found_by_a_sequence_in_it(self, make_store: MakeStore) -> None:
        """Its first, its last or one between; sequences that no page holds have none."""
        store = make_store()
        start(store, run("r1", "sha256:1"), run("r2", "sha256:2"))
        with store.writing() as unit:
            unit.runs.add_pages("r1", [(0, 1, "a\nb"), (2, 4, "c\nd\ne")])
            unit.runs.add_pages("r2", [(0, 9, "other")])
        with store.reading() as unit:
            found_pages = [unit.runs.page("r1", sequence) for sequence in range(6)]
            assert found_pages == [*[(0, 1, "a\nb")] * 2, *[(2, 4, "c\nd\ne")] * 3, None]
            assert unit.runs.page("r9", 0) is None

    # ---------------------------------------------------------------------------------------------- activity

    def test_activity_is_chained(self, make_store: MakeStore) -> None:
        """Each entry's digest is the SHA-256 of its content and the digest before it; the first follows ``""``."""
        store = make_store()
        with store.writing() as unit:
            unit.activity.append("2026-01-01T00:00:00Z", "an", "import", "r1", {"updated": 2, "created": 1})
        with store.writing() as unit:
            unit.activity.append("2026-01-02T00:00:00Z", "bé", "undo", None, {"what": ["x", {"b": None, "a": True}]})
            unit.activity.append("2026-01-02T00:00:00Z", "bé", "undo", None, {})
        with store.reading() as unit:
            entries = list(unit.activity.entries())
            assert not isinstance(unit.activity, Verifies) or unit.activity.verify() is None
        assert [(one.actor, one.action, one.run) for one in entries] == [
            ("an", "import", "r1"), ("bé", "undo", None), ("bé", "undo", None)
        ]  # fmt: skip
        assert [one.summary for one in entries] == [
            {"created": 1, "updated": 2},
            {"what": ["x", {"a": True, "b": None}]},
            {},
        ]
        assert [one.sequence for one in entries] == [1, 2, 3]
        previous = ""
        for one in entries:
            content = [one.sequence, one.at, one.actor, one.action, one.run, one.summary, previous]
            text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
            assert one.previous == previous
            assert one.digest == "sha256:" + hashlib.sha256(text.encode()).hexdigest()
            previous = one.digest

    # ---------------------------------------------------------------------------------------------- units of work

    def test_what_raises_never_happened(self, make_store: MakeStore) -> None:
        """Clients, keys, runs, operations, postings, periods, payments, activity and the changes of all of them."""
        store = make_store()
        stays, goes = insert(store, new("{}", key("email", "a@x")), new("{}", key("email", "b@x")))
        start(store, run("r1", "sha256:1"))
        before = everything(store)
        with pytest.raises(ZeroDivisionError), store.writing() as unit:  # noqa: PT012  # the whole block is the unit
            do_everything(unit, stays, goes)
            raise ZeroDivisionError
        assert everything(store) == before
        with store.writing() as unit:
            do_everything(unit, stays, goes)
        assert everything(store) != before

    def test_even_the_end_of_the_program_undoes(self, make_store: MakeStore) -> None:
        """An interruption is no success."""
        store = make_store()
        with pytest.raises(KeyboardInterrupt), store.writing() as unit:  # noqa: PT012  # the whole block is the unit
            unit.clients.insert([NewClient(unit.clients.new_ids(1)[0], "{}", ())])
            raise KeyboardInterrupt
        assert everything(store)["clients"] == []

    def test_a_swallowed_failure_still_undoes(self, make_store: MakeStore) -> None:
        """After a change that failed, perhaps half-way, its unit of work cannot commit, even if nobody looks."""
        store = make_store()
        code = key("code", "C1", "")
        insert(store, new("{}", code))
        before = everything(store)
        with pytest.raises(StoreError), store.writing() as unit:  # noqa: PT012  # the whole block is the unit
            one, two = unit.clients.new_ids(2)
            with pytest.raises(StoreError):
                unit.clients.insert([NewClient(one, "{}", [key("email", "a@x")]), NewClient(two, "{}", [code])])
        assert everything(store) == before

    def test_a_unit_sees_its_own_changes(self, make_store: MakeStore) -> None:
        """What was written is there to be read before it is committed."""
        store = make_store()
        with store.writing() as unit:
            (client,) = unit.clients.new_ids(1)
            unit.clients.insert([NewClient(client, "{}", [key("email", "a@x")])])
            assert unit.clients.by_keys("email", ["a@x"]) == [("a@x", client)]
            unit.clients.update([ClientUpdate(client, '{"a":1}', [], [("email", "a@x")])])
            assert unit.clients.fetch([client])[client].version == 2
            assert unit.clients.by_keys("email", ["a@x"]) == []
            unit.clients.remove([(client, ())])
            assert list(unit.clients.scan()) == []

    def test_a_reader_keeps_its_snapshot(self, make_store: MakeStore) -> None:
        """It sees nothing uncommitted, and nothing that was committed after it began to read."""
        if not self.isolated:
            pytest.skip("this store reads inside the host's transaction")
        store = make_store()
        (client,) = insert(store, new())
        with store.reading() as reader:
            assert reader.clients.fetch([client])[client].version == 1
            with store.writing() as unit:
                unit.clients.update([change(client, '{"a":1}')])
                assert reader.clients.fetch([client])[client].version == 1
            assert reader.clients.fetch([client])[client].version == 1
        with store.reading() as reader:
            assert reader.clients.fetch([client])[client].version == 2

    def test_a_reader_cannot_write(self, make_store: MakeStore) -> None:
        """Not even when nothing would change."""
        store = make_store()
        with store.reading() as unit:
            for act in writes():
                with pytest.raises(StoreError):
                    act(unit)

    def test_a_unit_that_ended_is_of_no_use(self, make_store: MakeStore) -> None:
        """Its ports neither read nor write, and a scan that was begun does not go on."""
        store = make_store()
        ids = insert(store, new(), new())
        with store.writing() as unit:
            scan = unit.clients.scan(size=1)
            next(scan)
            unit.ledger.add_payments([payment(ids[0]), payment(ids[1])])
            payments = unit.ledger.payments(size=1)
            next(payments)
        with pytest.raises(StoreError):
            unit.clients.fetch(ids)
        with pytest.raises(StoreError):
            next(scan)
        with pytest.raises(StoreError):
            next(payments)
        for read in (unit.ledger.live, unit.ledger.get, unit.ledger.items):
            with pytest.raises(StoreError):
                read([])
        for tell in (unit.ledger.periods, unit.ledger.totals, lambda: list(unit.ledger.postings())):
            with pytest.raises(StoreError):
                tell()
        for act in writes():
            with pytest.raises(StoreError):
                act(unit)

    def test_writing_within_writing_is_refused(self, make_store: MakeStore) -> None:
        """At once, rather than after the time that a writer waits for another; the outer unit goes on."""
        store = make_store()
        with store.writing() as unit:
            with pytest.raises(StoreError), store.writing():
                pass
            (client,) = unit.clients.new_ids(1)
            unit.clients.insert([NewClient(client, "{}", ())])
        with store.reading() as unit:
            assert list(unit.clients.fetch([client])) == [client]

    def test_writers_wait_for_one_another(self, make_store: MakeStore) -> None:
        """Two threads that each read, add one and write lose no update."""
        if not self.isolated:
            pytest.skip("this store writes inside the host's transaction, which has one thread")
        store = make_store()
        (client,) = insert(store, new('{"n":0}'))

        def count() -> None:
            for _ in range(10):
                with store.writing() as unit:
                    old = json.loads(unit.clients.fetch([client])[client].text)["n"]
                    unit.clients.update([change(client, f'{{"n":{old + 1}}}')])

        threads = [threading.Thread(target=count) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with store.reading() as unit:
            assert unit.clients.fetch([client]) == {client: StoredClient(client, 21, '{"n":20}')}

    # ---------------------------------------------------------------------------------------------- the store

    def test_workspaces_never_see_one_another(self, make_store: MakeStore) -> None:
        """Nothing of one can be read, matched, changed or removed from another, and neither is in the other's way."""
        ours, theirs = make_store("ours"), make_store("theirs")
        code = key("code", "C1", "")
        (client,) = insert(ours, new('{"name":"ours"}', code))
        start(ours, run("r1", "sha256:1"))
        with ours.writing() as unit:
            unit.runs.add_pages("r1", [(0, 0, "x")])
            unit.runs.add_operations("r1", [operation(0, client=client)])
            unit.ledger.post("r1", [opening(client, items=documents(12_345))])
            unit.ledger.close_period("2025-01-01", "2025-12-31")
            unit.ledger.add_payments([payment(client)])
            unit.activity.append("2026-01-01T00:00:00Z", "an", "import", "r1", {})
        before = everything(ours, clients=[client])
        (posted,) = before["postings"]
        assert isinstance(posted, Posting)

        empty = everything(theirs, keys=["C1"], clients=[client], runs=["r1"])
        assert not any(empty.values())
        with pytest.raises(StoreError), theirs.writing() as unit:
            unit.clients.update([change(client, "{}")])
        with pytest.raises(StoreError), theirs.writing() as unit:
            unit.clients.remove([(client, [code[:2]])])
        with pytest.raises(StoreError), theirs.writing() as unit:
            unit.runs.progress("r1", 9, "{}", "")
        with theirs.reading() as unit:
            assert unit.ledger.get([posted.number]) == {}
            assert unit.ledger.items([posted.number]) == {}
            assert list(unit.ledger.postings(run_id="r1")) == []
            assert list(unit.ledger.payments(client=client)) == []
        (other,) = insert(theirs, new('{"name":"theirs"}', code))
        start(theirs, run("r1", "sha256:1"))
        for refused in (opening(client), mirror(posted)):
            with pytest.raises(StoreError), theirs.writing() as unit:
                unit.ledger.post("r1", [refused])
        with pytest.raises(StoreError), theirs.writing() as unit:
            unit.ledger.add_payments([payment(client)])
        with theirs.writing() as unit:
            unit.runs.add_operations("r1", [operation(7)])
            unit.ledger.post("r1", [opening(other, date="2025-12-31")])
            assert unit.ledger.reopen_period("2025-01-01", "2025-12-31") is False
            unit.activity.append("2026-01-01T00:00:00Z", "an", "import", "r1", {})
        assert everything(ours, clients=[client]) == before

    def test_an_identity_tells_stores_apart(self, make_store: MakeStore) -> None:
        """It is the same each time the store is opened, and another in another workspace."""
        assert make_store().identity() == make_store().identity()
        assert make_store().identity() != make_store("other").identity()

    def test_closing_twice_is_harmless(self, make_store: MakeStore) -> None:
        """What was committed is there when the store is opened again."""
        store = make_store()
        (client,) = insert(store, new())
        store.close()
        store.close()
        with make_store().reading() as unit:
            assert list(unit.clients.fetch([client])) == [client]
