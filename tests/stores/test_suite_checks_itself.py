"""The conformance suite finds what it says it finds: each of these stores breaks one promise, and one test sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import attrs
import pytest

from clientimport.adapters.stores.memory import (
    MemoryActivity,
    MemoryClients,
    MemoryLedger,
    MemoryRuns,
    MemoryStore,
    MemoryUnitOfWork,
)
from clientimport.core.journal import Posting
from clientimport.errors import StoreError
from clientimport.ports import (
    AccountTotal,
    ClientUpdate,
    LiveOpening,
    NewClient,
    NewItem,
    NewPosting,
    OperationRow,
    RunRow,
    StoredClient,
    StoredPayment,
)
from clientimport.testing.store_samples import MakeStore
from clientimport.testing.stores import StoreConformance


def breaking(
    clients: type[MemoryClients] = MemoryClients,
    runs: type[MemoryRuns] = MemoryRuns,
    activity: type[MemoryActivity] = MemoryActivity,
    ledger: type[MemoryLedger] = MemoryLedger,
) -> type[MemoryStore]:
    """A memory store with one port that breaks its promise."""

    class Broken(MemoryStore):
        def _unit(self, tables: Any, permit: Any) -> MemoryUnitOfWork:
            unit = super()._unit(tables, permit)
            unit.clients = clients(tables, permit)
            unit.runs = runs(tables, permit)
            unit.activity = activity(tables, permit)
            unit.ledger = ledger(tables, permit)
            return unit

    return Broken


class FoldsCase(MemoryClients):
    def by_keys(self, scheme: str, values: Sequence[str], slot: str | None = None) -> list[tuple[str, str]]:
        return super().by_keys(scheme, [*values, *(value.lower() for value in values)], slot)


class HitsTwice(MemoryClients):
    def by_keys(self, scheme: str, values: Sequence[str], slot: str | None = None) -> list[tuple[str, str]]:
        return [hit for value in values for hit in super(HitsTwice, self).by_keys(scheme, [value], slot)]


class FindsOneOfACouple(MemoryClients):
    def by_keys(self, scheme: str, values: Sequence[str], slot: str | None = None) -> list[tuple[str, str]]:
        return [*{hit[0]: hit for hit in super().by_keys(scheme, values, slot)}.values()]


class ForgetsSlots(MemoryClients):
    def by_keys(self, scheme: str, values: Sequence[str], slot: str | None = None) -> list[tuple[str, str]]:
        return super().by_keys(scheme, values)


class StaysTheSame(MemoryClients):
    def revision(self) -> str:
        return "same"


class ChangesAnyhow(MemoryClients):
    def revision(self) -> str:
        return f"{super().revision()}/{len(self._tables.runs)}"


class AsksForTooFew(MemoryClients):
    def fetch(self, ids: Sequence[str]) -> dict[str, StoredClient]:
        return super().fetch(ids[:5_000])


class FailsOnOddIds(MemoryClients):
    def fetch(self, ids: Sequence[str]) -> dict[str, StoredClient]:
        return super().fetch([str(int(client)) for client in ids])


class GivesIdsAgain(MemoryClients):
    def new_ids(self, count: int) -> list[str]:
        given = super().new_ids(count)
        self._tables.next_client = max(self._tables.live, default=0) + 1 + count
        first = max(self._tables.live, default=0) + 1
        return [str(first + number) for number in range(len(given))]


class TakesAnyId(MemoryClients):
    def insert(self, clients: Sequence[NewClient]) -> None:
        for client in clients:
            self._tables.live.pop(int(client.id), None) if client.id.isdigit() else None
            self._tables.removed.pop(int(client.id), None) if client.id.isdigit() else None
        super().insert(clients)


class KeepsTheVersion(MemoryClients):
    def update(self, updates: Sequence[ClientUpdate]) -> None:
        before = {update.id: self._tables.live.get(int(update.id)) for update in updates}
        super().update(updates)
        for client, old in before.items():
            if old is not None:
                self._tables.live[int(client)] = self._tables.live[int(client)]._replace(version=old.version)


class UpdatesInOrder(MemoryClients):
    def update(self, updates: Sequence[ClientUpdate]) -> None:
        for update in updates:
            super().update([update])


class ForgetsRemovedKeys(MemoryClients):
    def update(self, updates: Sequence[ClientUpdate]) -> None:
        super().update([update._replace(keys_removed=()) for update in updates])


class IgnoresTheMissing(MemoryClients):
    def update(self, updates: Sequence[ClientUpdate]) -> None:
        super().update([update for update in updates if int(update.id) in self._tables.live])


class LeavesKeysBehind(MemoryClients):
    def remove(self, removals: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> None:
        kept = {client: self._tables.keys.get(int(client), frozenset()) for client, _ in removals}
        told = {client: set(keys) for client, keys in removals}
        super().remove(removals)
        for client, keys in kept.items():
            for scheme, value, slot in keys:
                if (scheme, value) not in told[client]:
                    self._tables.holders[scheme, value] = ((slot, int(client)),)


class BringsAnybodyBack(MemoryClients):
    def restore(self, clients: Sequence[NewClient]) -> None:
        for client in clients:
            if client.id.isdigit() and int(client.id) in self._tables.live:
                self._tables.removed[int(client.id)] = self._tables.live.pop(int(client.id))
        super().restore(clients)


class ForgetsRestoredKeys(MemoryClients):
    def restore(self, clients: Sequence[NewClient]) -> None:
        super().restore([client._replace(keys=()) for client in clients])


class StealsBackKeys(MemoryClients):
    def restore(self, clients: Sequence[NewClient]) -> None:
        for client in clients:
            for scheme, value, _ in client.keys:
                self._tables.holders.pop((scheme, value), None)
        super().restore(clients)


class StealsExclusiveKeys(MemoryClients):
    def insert(self, clients: Sequence[NewClient]) -> None:
        for client in clients:
            for scheme, value, slot in client.keys:
                if slot is not None and (scheme, value) in self._tables.holders:
                    del self._tables.holders[scheme, value]
        super().insert(clients)


class ScansAnyhow(MemoryClients):
    def scan(self, size: int = 500) -> Iterator[list[StoredClient]]:
        for batch in super().scan(size):
            yield batch[::-1]


class FindsTheOldestRun(MemoryRuns):
    def find(self, plan_digest: str) -> RunRow | None:
        return next((run for run in self.list() if run.plan_digest == plan_digest), None)


class FinishesOnly(MemoryRuns):
    def finish(self, run_id: str, finished_at: str, counts: str) -> None:
        self._change(run_id, state="done", finished_at=finished_at)


class LogsTwice(MemoryRuns):
    def add_operations(self, run_id: str, operations: Sequence[OperationRow]) -> None:
        super().add_operations(
            run_id, [row for row in operations if (run_id, row.sequence) not in self._tables.operations]
        )


class ForgetsNulls(MemoryRuns):
    def add_operations(self, run_id: str, operations: Sequence[OperationRow]) -> None:
        super().add_operations(run_id, [row._replace(client=row.client or "7") for row in operations])


class ForgetsLinks(MemoryRuns):
    def touched(self, clients: Sequence[str]) -> set[str]:
        linked = {row.client for row in self._tables.operations.values() if row.action == "link"}
        return super().touched(clients) - linked


class TouchesWhoLeft(MemoryRuns):
    def touched(self, clients: Sequence[str]) -> set[str]:
        return {client for client in clients if client in self._tables.touched}


class ChainsNothing(MemoryActivity):
    def append(self, at: str, actor: str, action: str, run: str | None, summary: Mapping[str, object]) -> None:
        super().append(at, actor, action, run, summary)
        last = self._tables.activity.pop()
        self._tables.activity.append(attrs.evolve(last, previous=""))


class ForgetsOpenings(MemoryLedger):
    """Takes a second one, as a store without a register would."""

    def _check(self, posting: NewPosting) -> None:
        self._tables.openings.pop(str(posting.client), None)
        super()._check(posting)


class KeepsOldOpenings(MemoryLedger):
    """One that was taken back is still told."""

    def _post(self, run_id: str, new: NewPosting) -> None:
        before = self._tables.openings.get(str(new.client))
        super()._post(run_id, new)
        if new.reverses is not None and before is not None:
            self._tables.openings[str(new.client)] = before


class ReversesTwice(MemoryLedger):
    def _check(self, posting: NewPosting) -> None:
        taken = self._tables.postings.get(posting.reverses or 0)
        if taken is not None:
            self._tables.postings[taken.number] = taken._replace(reversed_by=None)
        super()._check(posting)


class TakesBackAnything(MemoryLedger):
    def _check(self, posting: NewPosting) -> None:
        taken = self._tables.postings.get(posting.reverses or 0)
        super()._check(posting if taken is None else posting._replace(minor=-taken.minor))


class OpensTheLastDay(MemoryLedger):
    def close_period(self, start: str, end: str) -> None:
        super().close_period(start, end[:-2] + "30" if end.endswith("31") else end)


class TakesAnyAmount(MemoryLedger):
    def _check(self, posting: NewPosting) -> None:
        super()._check(posting._replace(minor=posting.minor or 1))


class TakesAnyClient(MemoryLedger):
    def _check_client(self, client: str) -> None:
        if client.isdigit() and int(client) not in self._tables.removed:
            super()._check_client(client)


class MixesEntries(MemoryLedger):
    """What takes back stands in the entry of what it takes the place of."""

    def _post(self, run_id: str, new: NewPosting) -> None:
        head = self._tables.heads.get((run_id, new.date, False))
        if head is not None:
            self._tables.heads[run_id, new.date, True] = head
        super()._post(run_id, new)


class ForgetsJointEntries(MemoryLedger):
    """After each call."""

    def post(self, run_id: str, postings: Sequence[NewPosting]) -> None:
        self._tables.heads.clear()
        super().post(run_id, postings)


class GivesNumbersAgain(MemoryLedger):
    def post(self, run_id: str, postings: Sequence[NewPosting]) -> None:
        self._tables.next_posting = max(self._tables.postings, default=0) + 1
        super().post(run_id, postings)


class ForgetsSources(MemoryLedger):
    def _live(self, place: int) -> LiveOpening:
        return super()._live(place)._replace(sources=self._tables.postings[place].sources)


class DropsWhatCancelsOut(MemoryLedger):
    def totals(self) -> list[AccountTotal]:
        return [total for total in super().totals() if total.minor]


class CountsInFloats(MemoryLedger):
    def totals(self) -> list[AccountTotal]:
        return [total._replace(minor=int(float(total.minor))) for total in super().totals()]


class SortsDocuments(MemoryLedger):
    def items(self, numbers: Sequence[int]) -> dict[int, list[NewItem]]:
        return {number: sorted(items, key=lambda item: item.minor) for number, items in super().items(numbers).items()}


class TakesAnyDocuments(MemoryLedger):
    def _check(self, posting: NewPosting) -> None:
        super()._check(posting._replace(items=()))


class PagesWhatComes(MemoryLedger):
    """Postings made in between come in the same reading."""

    def openings(self, size: int = 500) -> Iterator[list[Posting]]:
        last = 0
        while page := next(
            ([one for one in some if one.number > last] for some in super().openings(size) if some[-1].number > last),
            None,
        ):
            last = page[-1].number
            yield page
            if last > 100:
                return


class PostsForAnybody(MemoryLedger):
    def postings(self, *, run_id: str | None = None, size: int = 500) -> Iterator[list[Posting]]:
        return super().postings(size=size)


class BooksUnseen(MemoryLedger):
    """Posts without a new revision."""

    def post(self, run_id: str, postings: Sequence[NewPosting]) -> None:
        before = self._tables.revision
        super().post(run_id, postings)
        self._tables.revision = before


class CountsClosedPeriods(MemoryLedger):
    def close_period(self, start: str, end: str) -> None:
        super().close_period(start, end)
        self._tables.revise()


class ReopensAnyhow(MemoryLedger):
    def reopen_period(self, start: str, end: str) -> bool:
        return super().reopen_period(start, end) or start in {first for first, _ in self._tables.periods}


class MixesPayments(MemoryLedger):
    def payments(self, *, client: str | None = None, size: int = 500) -> Iterator[list[StoredPayment]]:
        return super().payments(size=size)


class RemovesDebtors(MemoryClients):
    def remove(self, removals: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> None:
        for client, _ in removals:
            self._tables.openings.pop(client, None)
        super().remove(removals)


class CommitsFailures(MemoryStore):
    @contextmanager
    def writing(self) -> Iterator[MemoryUnitOfWork]:
        failure: BaseException | None = None
        with super().writing() as unit:
            try:
                yield unit
            except ZeroDivisionError as error:
                failure = error
        if failure is not None:
            raise failure


class CommitsInterruptions(MemoryStore):
    @contextmanager
    def writing(self) -> Iterator[MemoryUnitOfWork]:
        interruption = None
        with super().writing() as unit:
            try:
                yield unit
            except KeyboardInterrupt as error:
                interruption = error
        if interruption is not None:
            raise interruption


class ForgivesFailures(MemoryStore):
    @contextmanager
    def writing(self) -> Iterator[MemoryUnitOfWork]:
        failed = False
        with super().writing() as unit:
            yield unit
            failed = unit.permit.broken
            unit.permit.broken = False
        if failed:
            raise StoreError("As if it had been rolled back.")


class ReadsWhatIsWritten(MemoryStore):
    @contextmanager
    def writing(self) -> Iterator[MemoryUnitOfWork]:
        with super().writing() as unit:
            unit.clients._tables.live = self._shared.tables(self._workspace).live
            yield unit


class ReadersWrite(MemoryStore):
    @contextmanager
    def reading(self) -> Iterator[MemoryUnitOfWork]:
        with super().reading() as unit:
            unit.permit._writes = True
            yield unit


class NeverEnds(MemoryStore):
    @contextmanager
    def writing(self) -> Iterator[MemoryUnitOfWork]:
        with super().writing() as unit:
            yield unit
        unit.permit.ended = False


class OneWorkspaceForAll(MemoryStore):
    def beside(self, workspace: str) -> MemoryStore:
        other = super().beside(workspace)
        other._workspace = self._workspace
        return other


BROKEN: list[tuple[type[MemoryStore], str]] = [
    (breaking(FoldsCase), "test_keys_match_exactly"),
    (breaking(HitsTwice), "test_a_hit_comes_once"),
    (breaking(FindsOneOfACouple), "test_a_couple_may_share_a_key"),
    (breaking(ForgetsSlots), "test_one_slot_can_be_asked_for"),
    (breaking(StaysTheSame), "test_a_revision_changes_with_the_clients"),
    (breaking(ChangesAnyhow), "test_a_revision_stays_while_no_client_changes"),
    (breaking(AsksForTooFew), "test_many_are_fetched_at_once"),
    (breaking(FailsOnOddIds), "test_unknown_ids_are_missing_from_the_answer"),
    (breaking(GivesIdsAgain), "test_ids_are_never_given_twice"),
    (breaking(TakesAnyId), "test_an_id_is_used_once"),
    (breaking(KeepsTheVersion), "test_an_update_replaces_the_document_and_raises_the_version"),
    (breaking(UpdatesInOrder), "test_keys_change_hands_within_a_batch"),
    (breaking(ForgetsRemovedKeys), "test_an_update_moves_keys"),
    (breaking(IgnoresTheMissing), "test_who_is_not_there_cannot_be_changed"),
    (breaking(LeavesKeysBehind), "test_a_removed_client_is_gone"),
    (breaking(ForgetsRestoredKeys), "test_a_removed_client_can_come_back"),
    (breaking(BringsAnybodyBack), "test_only_who_was_removed_can_come_back"),
    (breaking(StealsBackKeys), "test_who_comes_back_takes_no_key_from_others"),
    (breaking(StealsExclusiveKeys), "test_an_exclusive_key_has_one_holder"),
    (breaking(ScansAnyhow), "test_a_scan_shows_everybody_once_in_order_of_arrival"),
    (breaking(runs=FindsTheOldestRun), "test_the_newest_run_of_a_plan_is_found"),
    (breaking(runs=FinishesOnly), "test_a_run_goes_on_and_ends"),
    (breaking(runs=LogsTwice), "test_an_operation_is_logged_once"),
    (breaking(runs=ForgetsNulls), "test_operations_come_back_in_order"),
    (breaking(runs=TouchesWhoLeft), "test_who_left_by_an_import_was_not_touched_by_it"),
    (breaking(runs=ForgetsLinks), "test_who_was_touched_is_known"),
    (breaking(activity=ChainsNothing), "test_activity_is_chained"),
    (breaking(ledger=ForgetsOpenings), "test_a_client_has_one_opening_balance_a_currency"),
    (breaking(ledger=KeepsOldOpenings), "test_live_opening_balances_are_told_by_client"),
    (breaking(ledger=ReversesTwice), "test_a_posting_is_taken_back_once"),
    (breaking(ledger=TakesBackAnything), "test_a_reversal_is_a_mirror"),
    (breaking(ledger=OpensTheLastDay), "test_a_closed_period_takes_no_postings"),
    (breaking(ledger=TakesAnyAmount), "test_impossible_postings_are_refused"),
    (breaking(ledger=TakesAnyClient), "test_clients_must_be_there"),
    (breaking(ledger=MixesEntries), "test_joint_postings_share_an_entry"),
    (breaking(ledger=ForgetsJointEntries), "test_joint_postings_share_an_entry"),
    (breaking(ledger=GivesNumbersAgain), "test_numbers_are_never_given_twice"),
    (breaking(ledger=ForgetsSources), "test_an_opening_balance_tells_its_sources"),
    (breaking(ledger=DropsWhatCancelsOut), "test_totals_are_what_all_postings_did"),
    (breaking(ledger=CountsInFloats), "test_totals_are_what_all_postings_did"),
    (breaking(ledger=SortsDocuments), "test_open_documents_come_back_in_order"),
    (breaking(ledger=TakesAnyDocuments), "test_open_documents_add_up"),
    (breaking(ledger=PagesWhatComes), "test_pages_stand_still_while_somebody_posts"),
    (breaking(ledger=PostsForAnybody), "test_postings_of_one_run_can_be_asked_for"),
    (breaking(ledger=BooksUnseen), "test_a_revision_changes_with_the_books"),
    (breaking(ledger=CountsClosedPeriods), "test_a_revision_stays_while_nothing_is_booked"),
    (breaking(ledger=ReopensAnyhow), "test_periods_are_closed_and_reopened"),
    (breaking(ledger=MixesPayments), "test_payments_are_kept"),
    (breaking(RemovesDebtors), "test_who_owes_cannot_be_removed"),
    (CommitsFailures, "test_what_raises_never_happened"),
    (CommitsInterruptions, "test_even_the_end_of_the_program_undoes"),
    (ForgivesFailures, "test_a_swallowed_failure_still_undoes"),
    (ReadsWhatIsWritten, "test_a_reader_keeps_its_snapshot"),
    (ReadersWrite, "test_a_reader_cannot_write"),
    (NeverEnds, "test_a_unit_that_ended_is_of_no_use"),
    (OneWorkspaceForAll, "test_workspaces_never_see_one_another"),
]


@pytest.mark.parametrize(("broken", "name"), BROKEN, ids=[name for _, name in BROKEN])
def test_a_broken_promise_is_noticed(broken: type[MemoryStore], name: str) -> None:
    """By the test that is named for it, which the intact store passes."""
    conforms: Callable[[MakeStore], None] = getattr(StoreConformance(), name)
    conforms(workspaces_of(MemoryStore()))

    with pytest.raises(BaseException) as noticed:  # an assertion, pytest's own failure, or an error
        conforms(workspaces_of(broken()))

    assert not isinstance(noticed.value, pytest.skip.Exception)


def workspaces_of(first: MemoryStore) -> MakeStore:
    return lambda workspace="default": first if workspace == "default" else first.beside(workspace)
