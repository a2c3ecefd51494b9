"""Opening balances by hand, deleted in bulk, undone: the same kind of thing as imported ones."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from clientimport import Actor, Books, Importer, OpenItem, PeriodClosedError, SettingsError
from clientimport.errors import PermissionRefusedError
from tests.openings.test_posting import ROWS, accounts_of, books_of
from tests.planning.given import OpenImporter, plan_of

YEAR = (date(2025, 1, 1), date(2025, 12, 31))


def id_of(importer: Importer, name: str) -> str:
    return next(client.id for client in importer.clients() if client.name == name)


def test_one_set_by_hand_cannot_be_told_from_an_imported_one(open_importer: OpenImporter) -> None:
    """Except by its run: who, when, from what."""
    importer = open_importer()
    importer.apply(plan_of(importer, ROWS[0], {"name": "Bram", "email": "bram@mail.example"}))
    made = importer.openings.set(id_of(importer, "Bram"), "250.00", date(2025, 12, 31))

    imported, by_hand = importer.openings.list()
    assert made == by_hand
    alike = ("amount", "currency", "as_at", "method", "status", "rate", "base_amount", "items")
    assert [getattr(imported, name) for name in alike] == [getattr(by_hand, name) for name in alike]
    first, second = importer.openings.journal()
    assert [(line.account, line.debit, line.credit) for line in first.lines] == [
        (line.account, line.debit, line.credit) for line in second.lines
    ]
    assert [run.kind for run in importer.runs.list()] == ["import", "openings"]
    assert [entry.action for entry in importer.activity()] == ["import", "opening-set"]
    assert (
        importer.apply(plan_of(importer, {**ROWS[0], "name": "Bram", "email": "bram@mail.example"})).openings_posted
        == 0
    )


def test_setting_another_amount_replaces(open_importer: OpenImporter) -> None:
    """By reversal; the same amount again does nothing, zero takes it back."""
    importer = open_importer()
    importer.apply(plan_of(importer, ROWS[0]))
    an = id_of(importer, "An Peeters")
    made = importer.openings.set(an, "-12.50")
    assert made is not None
    assert (str(made.amount), made.as_at) == ("-12.50", date(2025, 12, 31))  # it keeps the day of the one before
    trail = list(importer.openings.journal(all=True))
    assert importer.openings.set(an, "-12.5") == made
    assert list(importer.openings.journal(all=True)) == trail
    assert len(trail) == 3

    assert importer.openings.set(an, 0) is None
    assert books_of(importer) == {}
    assert accounts_of(importer) == {}


@pytest.mark.parametrize("amount", [12.5, "12.345", "many", None])
def test_an_amount_is_exact(open_importer: OpenImporter, amount: object) -> None:
    """Neither a float nor half a cent."""
    importer = open_importer()
    importer.apply(plan_of(importer, ROWS[0]))
    with pytest.raises(SettingsError, match="amount"):
        importer.openings.set("1", amount)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="client"):
        importer.openings.set("77", "1")
    with pytest.raises(SettingsError, match="currency"):
        importer.openings.set("1", "1", currency="EURO")


def test_deleting_leaves_zero_and_a_trail(open_importer: OpenImporter) -> None:
    """The entries leave the payments list and the journal; the audit trail keeps entry and reversal."""
    importer = open_importer()
    importer.apply(plan_of(importer, *ROWS))
    openings = importer.openings.list()
    assert importer.openings.delete([each.id for each in openings]) == [each.id for each in openings]

    assert importer.openings.list() == []
    assert importer.payments.list() == []
    assert list(importer.openings.journal()) == []
    assert books_of(importer) == {}
    assert accounts_of(importer) == {}
    trail = list(importer.openings.journal(all=True))
    assert [entry.kind for entry in trail] == ["opening", "opening", "reversal", "reversal"]
    assert importer.openings.delete(openings) == []  # twice is once
    assert importer.activity()[-1].action == "opening-delete"


def test_a_deleted_balance_can_be_imported_again(open_importer: OpenImporter) -> None:
    """It is not there any more, so the same file brings it."""
    importer = open_importer()
    importer.apply(plan_of(importer, ROWS[0]))
    importer.openings.delete(importer.openings.list())
    assert importer.apply(plan_of(importer, ROWS[0])).openings_posted == 1
    assert books_of(importer) == {"An Peeters": {"EUR": "250.00"}}


def test_what_is_no_opening_balance_is_refused(open_importer: OpenImporter) -> None:
    """All or none are taken back."""
    importer = open_importer()
    importer.apply(plan_of(importer, *ROWS))
    first, *_ = importer.openings.list()
    for wrong in ("99", "x", "-1", ""):
        with pytest.raises(SettingsError, match="opening"):
            importer.openings.delete([first.id, wrong])
    assert len(importer.openings.list()) == 2


def test_a_closed_period_refuses_by_hand_too(open_importer: OpenImporter) -> None:
    """Set and delete alike, naming the period; nothing is written."""
    importer = open_importer()
    importer.apply(plan_of(importer, *ROWS, as_at=date(2026, 1, 1)))
    an = id_of(importer, "An Peeters")
    importer.periods.close(*YEAR)
    before = list(importer.openings.journal(all=True))

    for act in (
        lambda: importer.openings.set(an, "5"),
        lambda: importer.openings.set(an, "5", date(2026, 1, 1)),  # the one there would have to be reversed
        lambda: importer.openings.set(an, 0),
        lambda: importer.openings.set(id_of(importer, "Els Maes"), "5", date(2025, 6, 1)),
        lambda: importer.openings.delete(importer.openings.list()),
    ):
        with pytest.raises(PeriodClosedError, match="2025-01-01 to 2025-12-31") as refused:
            act()
        assert refused.value.period == ("2025-01-01", "2025-12-31")
    assert list(importer.openings.journal(all=True)) == before
    assert len(importer.runs.list()) == 1


def test_an_undo_reverses_what_was_posted(open_importer: OpenImporter) -> None:
    """Clients and balances are gone; the trail stays."""
    importer = open_importer()
    receipt = importer.apply(plan_of(importer, *ROWS))
    undone = importer.undo(receipt)

    assert (undone.reversed, undone.openings_reversed, undone.kept) == (4, 2, ())
    assert list(importer.clients()) == []
    assert accounts_of(importer) == {}
    assert len(list(importer.openings.journal(all=True))) == 4
    again = importer.undo(receipt)
    assert (again.openings_reversed, again.run) == (2, undone.run)
    assert importer.apply(plan_of(importer, *ROWS)).openings_posted == 2


def test_an_undo_gives_the_replaced_balance_back(open_importer: OpenImporter) -> None:
    """Whatever the run did to a balance, an import or by hand."""
    importer = open_importer(books=Books(existing="replace"))
    importer.apply(plan_of(importer, ROWS[0]))
    second = importer.apply(plan_of(importer, {**ROWS[0], "opening_balance": "300", "opening_date": "1/11/2025"}))
    importer.undo(second)
    assert books_of(importer) == {"An Peeters": {"EUR": "250.00"}}
    assert [opening.as_at for opening in importer.openings.list()] == [date(2025, 12, 31)]

    importer.openings.set(id_of(importer, "An Peeters"), "7")
    importer.undo(importer.runs.list()[-1].id)
    assert books_of(importer) == {"An Peeters": {"EUR": "250.00"}}
    importer.openings.delete(importer.openings.list())
    importer.undo(importer.runs.list()[-1].id)
    assert books_of(importer) == {"An Peeters": {"EUR": "250.00"}}


def test_an_undo_keeps_what_somebody_changed_since(open_importer: OpenImporter) -> None:
    """A client whose balance stays, stays."""
    importer = open_importer()
    receipt = importer.apply(plan_of(importer, *ROWS))
    an = id_of(importer, "An Peeters")
    importer.openings.set(an, "1")
    undone = importer.undo(receipt)

    assert {(kept.client, kept.field, kept.reason) for kept in undone.kept} == {
        (an, "opening_balance", "changed-since"),
        (an, None, "has-opening"),
    }
    assert books_of(importer) == {"An Peeters": {"EUR": "1.00"}}
    assert [client.name for client in importer.clients()] == ["An Peeters"]
    assert importer.undo(receipt).kept == undone.kept


def test_a_closed_period_refuses_an_undo(open_importer: OpenImporter) -> None:
    """As a whole, naming the period; once it is open again, the undo does all of it."""
    importer = open_importer()
    receipt = importer.apply(plan_of(importer, *ROWS, as_at=date(2026, 1, 1)))
    importer.periods.close(*YEAR)
    with pytest.raises(PeriodClosedError, match="2025-01-01 to 2025-12-31"):
        importer.undo(receipt)
    assert books_of(importer) == {"An Peeters": {"EUR": "250.00"}, "Garage Snel": {"EUR": "1234.56"}}
    assert len(list(importer.clients())) == 4

    importer.periods.reopen(*YEAR)
    undone = importer.undo(receipt)
    assert (undone.reversed, undone.openings_reversed, undone.kept) == (4, 2, ())


def test_runs_are_undone_one_after_the_other(open_importer: OpenImporter) -> None:
    """The newest first, whatever each did to the balance: in the end nothing is left."""
    importer = open_importer(books=Books(existing="replace"))
    first = importer.apply(plan_of(importer, ROWS[0])).run
    second = importer.apply(plan_of(importer, {**ROWS[0], "opening_balance": "300"})).run
    importer.openings.set("1", "7")
    importer.openings.delete(importer.openings.list())
    for run in [each.id for each in importer.runs.list()[:1:-1]]:
        importer.undo(run)
    assert books_of(importer) == {"An Peeters": {"EUR": "300.00"}}
    assert importer.undo(second).kept == ()
    assert books_of(importer) == {"An Peeters": {"EUR": "250.00"}}
    assert importer.undo(first).kept == ()
    assert list(importer.clients()) == []


def test_a_client_with_payments_stays(open_importer: OpenImporter) -> None:
    """An undo does not leave the host's payments without their client."""
    importer = open_importer()
    receipt = importer.apply(plan_of(importer, *ROWS))
    an = id_of(importer, "An Peeters")
    importer.payments.add(an, "5", date=date(2026, 1, 2), method="Cash", currency="EUR")
    undone = importer.undo(receipt)

    assert [(kept.client, kept.reason) for kept in undone.kept] == [(an, "has-payments")]
    assert [client.name for client in importer.clients()] == ["An Peeters"]


def test_one_id_is_one_id(open_importer: OpenImporter) -> None:
    """Not a list of its letters."""
    importer = open_importer()
    rows = [{"name": f"C{n}", "email": f"c{n}@mail.example", "opening_balance": "5"} for n in range(12)]
    importer.apply(plan_of(importer, *rows))
    assert importer.openings.delete("12") == ["12"]
    assert importer.openings.delete(importer.openings.list()[0]) == ["1"]
    with pytest.raises(SettingsError, match="ids"):
        importer.openings.delete(None)  # type: ignore[arg-type]


def test_deleting_needs_its_permission(open_importer: OpenImporter) -> None:
    """Under daftra one may import and not delete."""
    importer = open_importer(profile="daftra")
    importer.apply(plan_of(importer, ROWS[0]))
    clerk = open_importer(profile="daftra", actor=Actor(name="clerk", permissions={"clients.add"}))
    with pytest.raises(PermissionRefusedError, match=r"openings\.delete"):
        clerk.openings.delete(clerk.openings.list())
    assert books_of(importer) == {"An Peeters": {"EUR": "250.00"}}
    chief = open_importer(profile="daftra", actor=Actor(name="chief", permissions={"openings.delete"}))
    chief.openings.delete(chief.openings.list())
    assert books_of(importer) == {}


def test_open_items_by_hand_must_sum_up(open_importer: OpenImporter) -> None:
    """To the cent."""
    importer = open_importer()
    importer.apply(plan_of(importer, {"name": "An", "email": "an@mail.example"}))
    items = [
        OpenItem(number="2025-7", date=date(2025, 11, 3), due=date(2025, 12, 3), amount=Decimal("100.00")),
        OpenItem(number="2025-9", date=date(2025, 12, 1), due=None, amount=Decimal("-20.00")),
    ]
    with pytest.raises(SettingsError, match="sum up"):
        importer.openings.set("1", "81", items=items)
    made = importer.openings.set("1", "80", items=items)
    assert made is not None
    assert [(item.number, item.due, str(item.amount)) for item in made.items] == [
        ("2025-7", date(2025, 12, 3), "100.00"),
        ("2025-9", None, "-20.00"),
    ]


@pytest.mark.parametrize(
    ("start", "end"), [(date(2025, 12, 31), date(2025, 1, 1)), ("2025-01-01", date(2025, 1, 2)), (None, None)]
)
def test_a_period_is_two_days_in_order(open_importer: OpenImporter, start: object, end: object) -> None:
    """Broken settings raise at once, naming the key."""
    with pytest.raises(SettingsError, match="period"):
        open_importer().periods.close(start, end)  # type: ignore[arg-type]


def test_closing_is_logged_once(open_importer: OpenImporter) -> None:
    """Closing the same period twice changes nothing."""
    importer = open_importer()
    importer.periods.close(*YEAR)
    importer.periods.close(*YEAR)
    importer.periods.reopen(*YEAR)
    with pytest.raises(SettingsError, match="closed here"):
        importer.periods.reopen(*YEAR)

    assert [entry.action for entry in importer.activity()] == ["period-close", "period-reopen"]
