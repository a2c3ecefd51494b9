"""What a store promises about postings, closed periods and payments, as tests; ``testing.stores`` has the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from clientimport.core.journal import OPENING, ROUNDING, Posting
from clientimport.errors import OpeningExistsError, PeriodClosedError, StoreError
from clientimport.ports import AccountTotal, Ledger, LiveOpening, NewPosting, Store, StoredPayment
from clientimport.testing.store_samples import (
    MakeStore,
    converted,
    documents,
    everything,
    insert,
    mirror,
    new,
    opening,
    payment,
    post,
    run,
    start,
)

LARGEST = 2**63 - 1


class LedgerConformance:
    """Every promise of the ``Ledger`` port, one test each."""

    @pytest.fixture
    def make_store(self) -> MakeStore:
        """Say here how your store is made."""
        raise NotImplementedError

    # ---------------------------------------------------------------------------------------------- postings

    def test_what_was_posted_comes_back(self, make_store: MakeStore) -> None:
        """Every column, a number and an entry besides; from ``get``, ``postings`` and ``openings``."""
        store, (one, two) = with_clients(make_store, 2)
        made = [opening(one, -5, sequence=3, sources="sha256:1 sha256:2"), converted(two, sequence=4)]
        first, second = post(store, "r1", *made)
        for new_, posted in zip(made, (first, second), strict=True):
            told = posted._asdict()
            assert {name: told[name] for name in set(new_._fields) & told.keys()} == {
                name: value for name, value in new_._asdict().items() if name in told
            }
            assert (posted.entry, posted.run) == (posted.number, "r1")
            assert (posted.reverses, posted.reverses_entry, posted.reversed_by) == (None, None, None)
        assert first.number < second.number
        with store.reading() as unit:
            assert unit.ledger.get([second.number, 999_999, -1, first.number, first.number]) == {
                first.number: first, second.number: second
            }  # fmt: skip
            assert unit.ledger.get([]) == {}
            assert list(unit.ledger.postings()) == list(unit.ledger.openings()) == [[first, second]]

    def test_numbers_are_never_given_twice(self, make_store: MakeStore) -> None:
        """Not in another unit of work, not in another workspace of the same store."""
        ours, (client,) = with_clients(make_store, 1, "ours")
        theirs, (other,) = with_clients(make_store, 1, "theirs")
        given = [posted.number for posted in post(ours, "r1", opening(client), opening(client, currency="USD"))]
        given += [posted.number for posted in post(theirs, "r1", opening(other))]
        given += [posted.number for posted in post(ours, "r1", opening(client, currency="GBP"))]
        assert given == sorted(set(given))

    def test_postings_of_one_run_can_be_asked_for(self, make_store: MakeStore) -> None:
        """In order, those of other runs not among them; a run that is not there has none."""
        store, (one, two) = with_clients(make_store, 2)
        first = post(store, "r1", opening(one))
        others = post(store, "r2", opening(two))
        first += post(store, "r1", opening(one, currency="USD"))
        with store.reading() as unit:
            assert list(unit.ledger.postings(run_id="r1", size=1)) == [[posted] for posted in first]
            assert list(unit.ledger.postings(run_id="r2")) == [others]
            assert list(unit.ledger.postings(run_id="r9")) == []

    def test_pages_stand_still_while_somebody_posts(self, make_store: MakeStore) -> None:
        """Each page is of the size asked for, none is empty, and what is posted in between comes another time."""
        store, ids = with_clients(make_store, 5)
        posted = post(store, "r1", *map(opening, ids))
        seen = []
        with store.writing() as unit:
            for page in unit.ledger.openings(size=2):
                seen.append(page)
                unit.ledger.post("r2", [mirror(each) for each in page])
                unit.ledger.post("r2", [opening(each.client, 1) for each in page])
            unit.ledger.add_payments([payment(client) for client in ids])
            for paid in unit.ledger.payments(size=2):
                unit.ledger.add_payments([payment(each.client, 1) for each in paid])
        assert seen == [posted[:2], posted[2:4], posted[4:]]
        with store.reading() as unit:
            assert [len(page) for page in unit.ledger.postings(size=6)] == [6, 6, 3]
            assert [each.minor for page in unit.ledger.openings() for each in page] == [1] * 5
            assert [len(paid) for paid in unit.ledger.payments(size=4)] == [4, 4, 2]

    def test_many_are_posted_at_once(self, make_store: MakeStore) -> None:
        """More than any limit on a statement's values, and all are found again."""
        store, ids = with_clients(make_store, 5_107)
        post(store, "r1", *(opening(client, place + 1) for place, client in enumerate(ids)))
        with store.reading() as unit:
            posted = [each for page in unit.ledger.openings() for each in page]
            assert [(each.client, each.minor) for each in posted] == [
                (client, place + 1) for place, client in enumerate(ids)
            ]
            assert list(unit.ledger.get([each.number for each in posted]).values()) == posted
            assert len(unit.ledger.live(ids)) == len(ids)

    def test_only_a_run_posts(self, make_store: MakeStore) -> None:
        """Its id tells who, when and from which file; without it nothing is posted."""
        store, (client,) = with_clients(make_store, 1)
        refused(store, opening(client), run_id="r9")

    def test_impossible_postings_are_refused(self, make_store: MakeStore) -> None:
        """No amount, one account, no such day or kind, half a conversion: nothing of their unit of work is kept."""
        store, (client,) = with_clients(make_store, 1)
        for wrong in (
            opening(client, 0), opening(client, LARGEST + 1), opening(client, -LARGEST - 1), opening(client, contra="1200"),
            opening(client, date="2026-02-29"), opening(client, date="2026-1-1"), opening(client, date="20260101"),
            opening(client, date=""), opening(client, kind="payment"), opening(None), opening(client, kind=ROUNDING),
            opening(client, reverses=1), opening(client, rate="1"), opening(client, base_minor=1, base_currency="EUR"),
            converted(client, base_currency=None), converted(client, 5, base_minor=-1), converted(client, -5, base_minor=1),
            converted(client, 5, base_minor=LARGEST + 1),
        ):  # fmt: skip
            refused(store, wrong)
        post(store, "r1", opening(client, LARGEST), converted(client, -1, base_minor=0))
        post(store, "r1", opening(None, 3, kind=ROUNDING), opening(client, -LARGEST, currency="GBP"))

    def test_clients_must_be_there(self, make_store: MakeStore) -> None:
        """Neither an opening balance nor a payment is taken for an unknown or removed client."""
        store, (gone,) = with_clients(make_store, 1)
        with store.writing() as unit:
            unit.clients.remove([(gone, ())])
        for client in (gone, "999999", "x", f"0{gone}"):
            refused(store, opening(client))
            with pytest.raises(StoreError), store.writing() as unit:
                unit.ledger.add_payments([payment(client)])
        with store.reading() as unit:
            assert list(unit.ledger.payments()) == []

    # ---------------------------------------------------------------------------------------------- openings

    def test_a_client_has_one_opening_balance_a_currency(self, make_store: MakeStore) -> None:
        """A second one is refused, also within one call and from another run, until the first is taken back."""
        store, (client, other) = with_clients(make_store, 2)
        refused(store, opening(client), opening(client, 5), error=OpeningExistsError)
        (first,) = post(store, "r1", opening(client))
        refused(store, opening(other), opening(client, 5), error=OpeningExistsError)
        refused(store, opening(client, 5), run_id="r2", error=OpeningExistsError)
        taken, second = post(store, "r2", mirror(first), opening(client, 5))
        refused(store, opening(client, 6), error=OpeningExistsError)
        with store.reading() as unit:
            assert list(unit.ledger.openings()) == [[second]]
            assert unit.ledger.get([first.number])[first.number].reversed_by == taken.number

    def test_live_opening_balances_are_told_by_client(self, make_store: MakeStore) -> None:
        """Currencies sorted; whoever has none is missing, and odd ids are no error."""
        store, (one, two, none) = with_clients(make_store, 3)
        dollars, euros, other = post(store, "r1", opening(one, 1, currency="USD"), opening(one, 2), opening(two, -3))
        with store.writing() as unit:
            live = unit.ledger.live([two, one, none, one, "x", "", f"0{one}", "9" * 30])
            assert live == {
                one: [
                    LiveOpening(euros.number, one, "EUR", 2, "2026-01-01", "", euros.number),
                    LiveOpening(dollars.number, one, "USD", 1, "2026-01-01", "", dollars.number),
                ],
                two: [LiveOpening(other.number, two, "EUR", -3, "2026-01-01", "", other.number)],
            }
            assert unit.ledger.live([]) == {}
            unit.ledger.post("r2", [mirror(euros), mirror(other)])
            assert unit.ledger.live([one, two]) == {one: live[one][1:]}

    def test_an_opening_balance_tells_its_sources(self, make_store: MakeStore) -> None:
        """That of its run and those whose amounts it includes, once each; none where it came by hand."""
        store, ids = with_clients(make_store, 3)
        start(store, run("r3", "sha256:9", source_digest="sha256:a"))
        post(store, "r3", opening(ids[0], sources="sha256:b sha256:a sha256:c"), opening(ids[1]))
        post(store, "r1", opening(ids[2]))
        with store.reading() as unit:
            live = unit.ledger.live(ids)
        assert [live[client][0].sources.split() for client in ids[1:]] == [["sha256:a"], []]
        assert sorted(live[ids[0]][0].sources.split(" ")) == ["sha256:a", "sha256:b", "sha256:c"]

    def test_open_documents_come_back_in_order(self, make_store: MakeStore) -> None:
        """With number, days and amount; postings without any are missing."""
        store, (one, two) = with_clients(make_store, 2)
        items = (*documents(13_000, -655), documents(1)[0]._replace(number="", date=None, due="2026-02-28", minor=0))
        first, second = post(store, "r1", opening(one, items=items), opening(two))
        with store.reading() as unit:
            assert unit.ledger.items([second.number, first.number, 999_999]) == {first.number: list(items)}
            assert unit.ledger.items([]) == {}

    def test_open_documents_add_up(self, make_store: MakeStore) -> None:
        """To the cent, or the balance is refused; they belong to an opening balance, and their days are days."""
        store, (client,) = with_clients(make_store, 1)
        refused(store, opening(client, 5, items=documents(4)))
        refused(store, opening(client, 5, items=documents(LARGEST + 6, -LARGEST - 1)))
        for day in ("2026-02-30", ""):
            refused(store, opening(client, 5, items=(documents(5)[0]._replace(date=day),)))
            refused(store, opening(client, 5, items=(documents(5)[0]._replace(due=day),)))
        refused(store, opening(None, 5, kind=ROUNDING, items=documents(5)))

    def test_who_owes_cannot_be_removed(self, make_store: MakeStore) -> None:
        """Nor whoever is in credit; once the balance is taken back, removal is possible."""
        store, (client, other) = with_clients(make_store, 2)
        (posted,) = post(store, "r1", opening(client, -1))
        before = everything(store, clients=[client, other])
        with pytest.raises(StoreError), store.writing() as unit:
            unit.clients.remove([(other, ()), (client, ())])
        assert everything(store, clients=[client, other]) == before
        with store.writing() as unit:
            unit.ledger.post("r1", [mirror(posted)])
            unit.clients.remove([(client, ())])
        with store.reading() as unit:
            assert list(unit.clients.fetch([client, other])) == [other]
            assert [each.client for page in unit.ledger.postings() for each in page] == [client, client]

    # ---------------------------------------------------------------------------------------------- reversals

    def test_a_reversal_is_a_mirror(self, make_store: MakeStore) -> None:
        """Anything but the sign being different, it is refused; so is one of what is not there."""
        store, (client, other) = with_clients(make_store, 2)
        (posted,) = post(store, "r1", converted(client))
        wrong: list[dict[str, Any]] = [
            {"client": other}, {"client": None}, {"account": "1201"}, {"contra": "3901"}, {"currency": "GBP"},
            {"date": "2026-01-02"}, {"minor": -1}, {"minor": posted.minor, "base_minor": posted.base_minor},
            {"rate": "0.93"}, {"base_currency": "CHF"}, {"base_minor": -1},
            {"rate": None, "base_currency": None, "base_minor": None}, {"reverses": posted.number + 7}, {"reverses": None},
            {"kind": "opening"}, {"kind": ROUNDING},
        ]  # fmt: skip
        for change in wrong:
            refused(store, mirror(posted, **change))
        (taken,) = post(store, "r2", mirror(posted, sequence=9))
        assert (taken.reverses, taken.reverses_entry, taken.sequence) == (posted.number, posted.entry, 9)
        assert taken.reversed_by is None
        with store.reading() as unit:
            assert list(unit.ledger.openings()) == []

    def test_a_posting_is_taken_back_once(self, make_store: MakeStore) -> None:
        """Neither twice in one call nor later, and a reversal is not taken back itself."""
        store, (client,) = with_clients(make_store, 1)
        posted, rounding = post(store, "r1", opening(client), opening(None, 2, kind=ROUNDING))
        refused(store, mirror(posted), mirror(posted))
        taken, _ = post(store, "r1", mirror(posted), mirror(rounding))
        refused(store, mirror(posted))
        refused(store, mirror(taken))

    # ---------------------------------------------------------------------------------------------- entries

    def test_joint_postings_share_an_entry(self, make_store: MakeStore) -> None:
        """One for each run and day, across calls and units of work; what takes back has an entry of its own."""
        store, (one, two, three) = with_clients(make_store, 3)
        first = post(store, "r1", opening(one, joint=True), opening(two), opening(three, joint=True, date="2026-02-01"))
        more = post(store, "r1", opening(None, 1, kind=ROUNDING, joint=True), opening(two, currency="USD", joint=True))
        other = post(store, "r2", opening(two, currency="GBP", joint=True), opening(three, currency="GBP", joint=True))
        back = post(store, "r2", mirror(first[0], joint=True), mirror(more[0], joint=True), mirror(first[1]))
        assert [each.entry for each in (*first, *more)] == [
            first[0].number, first[1].number, first[2].number, first[0].number, first[0].number
        ]  # fmt: skip
        assert [each.entry for each in other] == [other[0].number] * 2
        assert [each.entry for each in back] == [back[0].number, back[0].number, back[2].number]
        assert [each.reverses_entry for each in back] == [first[0].number, first[0].number, first[1].number]

    def test_a_balance_that_is_put_back_is_known_by_its_first_number(self, make_store: MakeStore) -> None:
        """However often; what was never there cannot be put back."""
        store, (one, two) = with_clients(make_store, 2)
        (first,) = post(store, "r1", opening(one, 5))
        for _ in range(2):
            with store.reading() as unit:
                (live,) = unit.ledger.live([one])[one]
                stands = unit.ledger.get([live.number])[live.number]
            post(store, "r2", mirror(stands), opening(one, 5, restores=first.number))
        with store.reading() as unit:
            (live,) = unit.ledger.live([one])[one]
            assert (live.origin, unit.ledger.get([live.number])[live.number].origin) == (first.number, first.number)
            assert live.number > first.number
        for wrong in (opening(two, 5, restores=first.number), opening(two, 5, restores=999_999)):
            with pytest.raises(StoreError):
                post(store, "r3", wrong)

    def test_rounding_that_stands_is_found_by_entry(self, make_store: MakeStore) -> None:
        """Until it is taken back."""
        store, (one, two) = with_clients(make_store, 2)
        line, other = post(store, "r1", opening(one, joint=True), opening(two))
        (rounding,) = post(store, "r1", opening(None, 1, kind=ROUNDING, joint=True))
        with store.reading() as unit:
            assert unit.ledger.rounding([line.entry, other.entry, 999_999]) == [rounding]
            assert unit.ledger.rounding([other.entry]) == unit.ledger.rounding([]) == []
        post(store, "r2", mirror(rounding))
        with store.reading() as unit:
            assert unit.ledger.rounding([line.entry]) == []

    def test_who_paid_is_known(self, make_store: MakeStore) -> None:
        """Of those asked for, and of this workspace."""
        store, (one, two) = with_clients(make_store, 2)
        with store.writing() as unit:
            unit.ledger.add_payments([payment(one), payment(one)])
        with store.reading() as unit:
            assert unit.ledger.paying([one, two, "999999", "x"]) == {one}
            assert unit.ledger.paying([two]) == unit.ledger.paying([]) == set()

    def test_totals_are_what_all_postings_did(self, make_store: MakeStore) -> None:
        """By account and currency, sorted; what cancels out stays with 0, and no sum is too large."""
        store, ids = with_clients(make_store, 4)
        with store.reading() as unit:
            assert unit.ledger.totals() == []
        posted = post(store, "r1", *(opening(client, LARGEST) for client in ids[:3]), opening(ids[3], -7))
        post(store, "r1", converted(ids[0], 100), converted(ids[1], -150), opening(ids[2], 9, currency="USD"))
        (gone,) = post(store, "r1", opening(ids[3], 5, currency="GBP", account="1000"))
        post(store, "r2", mirror(gone), mirror(posted[3]))
        with store.reading() as unit:
            assert unit.ledger.totals() == [
                AccountTotal("1000", "receivable", "GBP", 0, None, 0),
                AccountTotal("1200", "receivable", "EUR", 3 * LARGEST, None, 0),
                AccountTotal("1200", "receivable", "USD", 9, None, 0),
                AccountTotal("1200", "receivable", "USD", -50, "EUR", -46),
                AccountTotal("3900", "equity", "EUR", -3 * LARGEST, None, 0),
                AccountTotal("3900", "equity", "GBP", 0, None, 0),
                AccountTotal("3900", "equity", "USD", -9, None, 0),
                AccountTotal("3900", "equity", "USD", 50, "EUR", 46),
            ]

    # ---------------------------------------------------------------------------------------------- periods

    def test_a_closed_period_takes_no_postings(self, make_store: MakeStore) -> None:
        """Neither new ones nor reversals, first and last day included; the error says which period it was."""
        store, (client, other) = with_clients(make_store, 2)
        (posted,) = post(store, "r1", opening(client, date="2026-03-31"))
        close(store, ("2025-01-01", "2025-12-31"), ("2026-03-01", "2026-03-31"))
        for wrong in (
            opening(other, date="2026-03-01"),
            opening(other, date="2026-03-31"),
            opening(None, kind=ROUNDING, date="2026-03-15"),
            mirror(posted),
        ):
            told = refused(store, opening(other, currency="USD"), wrong, error=PeriodClosedError)
            assert isinstance(told, PeriodClosedError)
            assert told.period == ("2026-03-01", "2026-03-31")
        post(store, "r1", opening(other, date="2026-04-01"), opening(other, date="2026-02-28", currency="USD"))
        with store.writing() as unit:
            assert unit.ledger.reopen_period("2026-03-01", "2026-03-31") is True
            unit.ledger.post("r1", [mirror(posted)])

    def test_periods_are_closed_and_reopened(self, make_store: MakeStore) -> None:
        """They come sorted, closing twice is closing once, and only exactly that period is reopened."""
        store = make_store()
        close(store, ("2026-02-01", "2026-02-28"), ("2025-01-01", "2025-12-31"), ("2026-02-01", "2026-02-28"))
        close(store, ("2026-02-01", "2026-02-10"))
        with store.writing() as unit:
            assert unit.ledger.reopen_period("2026-02-01", "2026-02-27") is False
            assert unit.ledger.reopen_period("2025-01-01", "2025-12-31") is True
            assert unit.ledger.reopen_period("2025-01-01", "2025-12-31") is False
        with store.reading() as unit:
            assert unit.ledger.periods() == [("2026-02-01", "2026-02-10"), ("2026-02-01", "2026-02-28")]
        for wrong in (("2026-02-02", "2026-02-01"), ("2026-02-30", "2026-03-01"), ("2026-02-01", "x"), ("", "")):
            with pytest.raises(StoreError):
                close(store, wrong)

    # ---------------------------------------------------------------------------------------------- payments

    def test_payments_are_kept(self, make_store: MakeStore) -> None:
        """With a number each, told of all clients or of one, in order."""
        store, (one, two) = with_clients(make_store, 2)
        with store.writing() as unit:
            given = unit.ledger.add_payments([payment(one), payment(two, -7)])
            given += unit.ledger.add_payments([payment(one, 0)])
            assert unit.ledger.add_payments([]) == []
        kept = [StoredPayment(given[0], *payment(one)), StoredPayment(given[1], *payment(two, -7))]
        kept.append(StoredPayment(given[2], *payment(one, 0)))
        assert given == sorted(set(given))
        with store.reading() as unit:
            assert list(unit.ledger.payments(size=2)) == [kept[:2], kept[2:]]
            assert list(unit.ledger.payments(client=one)) == [[kept[0], kept[2]]]
            for client in ("999999", "x", ""):
                assert list(unit.ledger.payments(client=client)) == []
        with pytest.raises(StoreError), store.writing() as unit:
            unit.ledger.add_payments([payment(one)._replace(date="2026-02-30")])

    # ---------------------------------------------------------------------------------------------- revisions

    def test_a_revision_changes_with_the_books(self, make_store: MakeStore) -> None:
        """Each unit of work that posts or closes or reopens a period makes one new one, whatever else it changes."""
        store, (one, two) = with_clients(make_store, 2)
        seen = [revision(store)]
        changes: list[Callable[[Ledger], object]] = [
            lambda ledger: ledger.post("r1", [opening(one)]),
            lambda ledger: ledger.close_period("2025-01-01", "2025-12-31"),
            lambda ledger: ledger.reopen_period("2025-01-01", "2025-12-31"),
        ]
        for act in changes:
            with store.writing() as unit:
                act(unit.ledger)
                within = unit.clients.revision()
                unit.ledger.post("r2", [opening(two, currency="ABCD"[len(seen)] * 3)])
                unit.ledger.close_period("2024-01-01", f"2024-12-0{len(seen)}")
                unit.clients.insert([])
                assert unit.clients.revision() == within
            seen.append(revision(store))
            assert seen[-1] == within
        assert len(set(seen)) == len(seen)

    def test_a_revision_stays_while_nothing_is_booked(self, make_store: MakeStore) -> None:
        """Payments, closing what is closed and what was refused leave it as it is."""
        store, (client,) = with_clients(make_store, 1)
        close(store, ("2025-01-01", "2025-12-31"))
        before = revision(store)
        with store.writing() as unit:
            unit.ledger.post("r1", [])
            unit.ledger.close_period("2025-01-01", "2025-12-31")
            unit.ledger.reopen_period("2025-01-01", "2025-12-30")
            unit.ledger.add_payments([payment(client)])
            list(unit.ledger.postings())
        refused(store, opening(client, 0))
        assert revision(store) == before


def add_up(store: Store) -> None:
    """What must hold of any books: nothing is lost between accounts, openings, clients and documents."""
    with store.reading() as unit:
        postings = [posting for page in unit.ledger.postings() for posting in page]
        openings = [posting for page in unit.ledger.openings() for posting in page]
        live = unit.ledger.live([str(posting.client) for posting in postings])
        items = unit.ledger.items([posting.number for posting in postings])
        totals = unit.ledger.totals()
    sums: Counter[tuple[str, str, str, str | None]] = Counter()
    for each in postings:
        role = "rounding" if each.client is None else "receivable"
        sums[each.account, role, each.currency, each.base_currency] += each.minor
        sums[each.contra, "equity", each.currency, each.base_currency] -= each.minor
    assert sums == {(each.account, each.role, each.currency, each.base_currency): each.minor for each in totals}
    assert sum(total.minor for total in totals) == sum(total.base_minor for total in totals) == 0

    taken_back = {posting.reverses for posting in postings}
    stands = [posting for posting in postings if posting.kind == OPENING and posting.number not in taken_back]
    assert openings == stands
    assert sorted(one.number for of in live.values() for one in of) == [posting.number for posting in stands]
    assert len({(posting.client, posting.currency) for posting in stands}) == len(stands)

    control: Counter[str] = Counter()
    for posting in postings:
        if posting.client is not None:
            control[posting.currency] += posting.minor
    owed: Counter[str] = Counter()
    for of in live.values():
        for one in of:
            owed[one.currency] += one.minor
    assert {currency: minor for currency, minor in control.items() if minor} == {
        currency: minor for currency, minor in owed.items() if minor
    }
    for number, documents_ in items.items():
        assert sum(item.minor for item in documents_) == sum(each.minor for each in postings if each.number == number)


def with_clients(make_store: MakeStore, count: int, workspace: str = "default") -> tuple[Store, list[str]]:
    """A store with clients and the runs ``r1`` and ``r2``, which read no source."""
    store = make_store(workspace)
    start(store, run("r1", "sha256:1"), run("r2", "sha256:2"))
    return store, insert(store, *(new() for _ in range(count)))


def refused(
    store: Store, *postings: NewPosting, run_id: str = "r1", error: type[StoreError] = StoreError
) -> StoreError:
    """The error that refuses *postings*; afterwards the store is as before."""
    before = ledger_of(store)
    with pytest.raises(error) as told, store.writing() as unit:
        unit.ledger.post(run_id, postings)
    assert ledger_of(store) == before
    return told.value


def ledger_of(store: Store) -> list[list[Posting]]:
    with store.reading() as unit:
        return [*unit.ledger.postings(), *unit.ledger.openings()]


def close(store: Store, *periods: tuple[str, str]) -> None:
    with store.writing() as unit:
        for period in periods:
            unit.ledger.close_period(*period)


def revision(store: Store) -> str:
    with store.reading() as unit:
        return unit.clients.revision()
