"""No sequence of imports, hands, deletions, undos and closed periods leaves a wrong balance."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from clientimport import Books, FieldMapping, Importer, PeriodClosedError
from clientimport import Mapping as ColumnMapping
from clientimport.core.books import EXISTING
from clientimport.services import applying

NAMES = ("An", "Bo", "Cy", "Di")
CURRENCIES = ("EUR", "USD", "JPY")
DAYS = (date(2024, 12, 31), date(2025, 6, 30), date(2025, 12, 31))
YEARS = tuple((date(year, 1, 1), date(year, 12, 31)) for year in (2024, 2025))
RATES = {"USD": "0.91734", "JPY": "0.00611"}
AMOUNTS = st.sampled_from(["0", "1", "2", "-3", "1000"])
FIELDS = ("name", "email", "opening_balance", "opening_currency", "opening_date")
MAPPING = ColumnMapping(fields=[FieldMapping(field=field, columns=(field,)) for field in FIELDS])


class Held(NamedTuple):
    """What the model knows of one client and currency."""

    token: int
    amount: Decimal
    day: date
    sources: frozenset[str]


Key = tuple[str, str]
Change = tuple[Key, int, Held | None, Held | None]
"""Key, which client of that name it was, before, after."""


class Hands(RuleBasedStateMachine):
    """A person with files, a keyboard and an undo button, beside a model of what must come of it."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens = itertools.count()
        self.balances: dict[Key, Held] = {}
        self.clients: dict[str, str] = {}  # name: the run that made it
        self.lives = Counter[str]()  # how many clients of each name there have been
        self.closed: set[tuple[date, date]] = set()
        self.runs: dict[str, list[Change]] = {}
        self.numbers = itertools.count(1)

    @initialize(entries=st.sampled_from(["client", "cut_over"]), base=st.booleans(), page=st.sampled_from([1, 2, 500]))
    def begin(self, entries: str, base: bool, page: int) -> None:
        self.page, applying.PAGE = applying.PAGE, page  # rows of one client on one page or on several
        self.store = Importer(self.place()).store
        self.books = {"entries": entries} | ({"base_currency": "EUR", "rates": RATES} if base else {})
        self.importer = self.opened("ask")

    def place(self) -> object:
        """Where the store is."""
        return "memory:"

    def teardown(self) -> None:
        if hasattr(self, "importer"):
            applying.PAGE = self.page
            self.every_entry_balances()  # nothing posted ever changes, so once at the end is enough
            self.store.close()

    def opened(self, existing: str) -> Importer:
        return Importer(
            self.store,
            profile="daftra",
            books=Books.from_dict({**self.books, "existing": existing, "sign": "any"}),
            clock=lambda: datetime(2025, 7, 1, tzinfo=UTC),
            new_id=lambda: f"r{next(self.numbers)}",
        )

    # ---------------------------------------------------------------------------------------------- what people do

    @rule(
        rows=st.lists(
            st.tuples(st.sampled_from(NAMES), st.sampled_from(CURRENCIES), AMOUNTS, st.sampled_from([None, *DAYS])),
            min_size=1,
            max_size=6,
            unique_by=lambda row: row[:2],
        ),
        as_at=st.sampled_from(DAYS),
        existing=st.sampled_from(EXISTING),
        twice=st.booleans(),
    )
    def import_file(
        self,
        rows: list[tuple[str, str, str, date | None]],
        as_at: date,
        existing: str,
        twice: bool,
    ) -> None:
        importer = self.opened(existing)
        data = [
            {
                "name": name,
                "email": f"{name}@mail.example",
                "opening_balance": amount,
                "opening_currency": currency,
                "opening_date": day.isoformat() if day else "",
            }
            for name, currency, amount, day in rows
        ]
        plan = importer.plan(data, mapping=MAPPING, as_at=as_at)
        digest = plan.header["source"]["digest"]
        receipt = importer.apply(plan)
        changes = self.runs.setdefault(receipt.run, [])
        clients: dict[str, list[tuple[str, tuple[Held | None] | None]]] = {}
        left_out = set()
        for name, currency, amount, day in rows:
            goes_in, change = self.expected(name, currency, Decimal(amount), day, as_at, existing, digest)
            clients.setdefault(name, []).append((currency, change))
            if not goes_in:
                left_out.add(name)
        for name in clients.keys() - left_out:  # a client goes in with all its balances, or not at all
            self.clients.setdefault(name, receipt.run)
            for currency, change in clients[name]:
                if change is not None:
                    self.change(changes, (name, currency), change)
        assert receipt.counts["stale"] == 0
        if twice:
            assert importer.apply(plan).run == receipt.run

    def expected(
        self, name: str, currency: str, amount: Decimal, day: date | None, as_at: date, existing: str, digest: str
    ) -> tuple[bool, tuple[Held | None] | None]:
        """Whether the balance may go in, and what it becomes; ``None``: it stays."""
        present = self.balances.get((name, currency))
        if present is None:
            if not amount:
                return True, None
            if self.is_closed(day or as_at):
                return False, None
            return True, (self.held(amount, day or as_at, digest),)
        if (amount == present.amount and day in {None, present.day}) or existing == "keep":
            return True, None
        if existing == "add" and (digest in present.sources or not amount):
            return True, None
        new_day = (day or present.day) if existing == "add" else day or as_at
        if (amount and self.is_closed(new_day)) or self.is_closed(present.day):
            return False, None
        total = present.amount + amount if existing == "add" else amount
        if existing == "ask" or (existing == "add" and not total):
            return False, None
        sources = (digest, *present.sources) if existing == "add" else (digest,)
        return True, (self.held(total, new_day, *sources) if total else None,)

    @rule(
        name=st.sampled_from(NAMES),
        currency=st.sampled_from(CURRENCIES),
        amount=AMOUNTS,
        day=st.sampled_from([None, *DAYS]),
    )
    def set_by_hand(self, name: str, currency: str, amount: str, day: date | None) -> None:
        if name not in self.clients:
            return
        client = next(each.id for each in self.importer.clients() if each.name == name)
        present = self.balances.get((name, currency))
        exact = Decimal(amount)
        same = exact == (present.amount if present else 0) and (present is None or day in {None, present.day})
        new_day = day or (present.day if present else date(2025, 7, 1))
        refused = (exact and self.is_closed(new_day)) or (present is not None and self.is_closed(present.day))
        before = len(self.importer.runs.list())
        if refused and not same:
            self.is_refused(lambda: self.importer.openings.set(client, amount, day, currency))
            return
        self.importer.openings.set(client, amount, day, currency)
        if same:
            assert len(self.importer.runs.list()) == before
            return
        changes = self.runs.setdefault(self.importer.runs.list()[-1].id, [])
        sources = present.sources if present is not None and present.amount == exact else ()
        self.change(changes, (name, currency), (self.held(exact, new_day, *sources) if exact else None,))

    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        openings = self.importer.openings.list()
        if not openings:
            return
        chosen = data.draw(st.lists(st.sampled_from(openings), min_size=1, unique_by=lambda each: each.id))
        keys = [(each.client_name, each.currency) for each in chosen]
        if any(self.is_closed(self.balances[key].day) for key in keys):
            self.is_refused(lambda: self.importer.openings.delete(chosen))
            return
        assert self.importer.openings.delete(chosen) == [each.id for each in chosen]
        changes = self.runs.setdefault(self.importer.runs.list()[-1].id, [])
        for key in keys:
            self.change(changes, key, (None,))

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        standing = sorted(self.runs)
        if not standing:
            return
        run = data.draw(st.sampled_from(standing))
        kept = 0
        acts: list[tuple[Key, Held | None]] = []
        for key, life, before, after in self.runs[run]:
            there = key[0] in self.clients and self.lives[key[0]] == life
            if before is None and not (there and key in self.balances):
                continue  # somebody took it back already
            if not there or self.balances.get(key) != after:
                kept += 1
            elif any(self.is_closed(each.day) for each in (before, after) if each):
                self.is_refused(lambda: self.importer.undo(run))
                return
            else:
                acts.append((key, before))
        undone = self.importer.undo(run)
        assert self.importer.undo(run) == undone
        del self.runs[run]
        for key, before in acts:
            if before is None:
                del self.balances[key]
            else:
                self.balances[key] = before
        assert sum(entry.field == "opening_balance" for entry in undone.kept) == kept
        for name in [name for name, made_by in self.clients.items() if made_by == run]:
            if not any(key[0] == name for key in self.balances):
                del self.clients[name]
                self.lives[name] += 1
            else:
                self.clients[name] = "somebody"  # it stays for good

    @rule(year=st.sampled_from(YEARS))
    def close_or_reopen(self, year: tuple[date, date]) -> None:
        if year in self.closed:
            self.importer.periods.reopen(*year)
        else:
            self.importer.periods.close(*year)
        self.closed ^= {year}

    # ---------------------------------------------------------------------------------------------- what must hold

    @invariant()
    def every_client_owes_what_it_should(self) -> None:
        if not hasattr(self, "importer"):
            return
        found = {
            (client.name, currency): amount
            for client in self.importer.clients()
            for currency, amount in client.balance.items()
        }
        assert found == {key: held.amount for key, held in self.balances.items()}
        assert {client.name for client in self.importer.clients()} == set(self.clients)
        days = {(each.client_name, each.currency): each.as_at for each in self.importer.openings.list()}
        assert days == {key: held.day for key, held in self.balances.items()}

    @invariant()
    def the_control_account_is_the_sum_of_the_clients(self) -> None:
        if not hasattr(self, "importer"):
            return
        for account, sign in (("Accounts Receivable", 1), ("Opening Balance Equity", -1)):
            control = {
                each.currency: each.amount
                for each in self.importer.openings.balances()
                if each.account == account and each.amount and each.currency in CURRENCIES
            }
            sums: dict[str, Decimal] = {}
            for (_, currency), held in self.balances.items():
                sums[currency] = sums.get(currency, Decimal(0)) + sign * held.amount
            rounding = sum(each.amount for each in self.importer.openings.balances() if each.account == "Rounding")
            if sign < 0 and rounding:  # what rounding took stands against equity
                control["EUR"] = control.get("EUR", Decimal(0)) + rounding
            assert {k: v for k, v in control.items() if v} == {k: v for k, v in sums.items() if v}

    def every_entry_balances(self) -> None:
        for everything in (False, True):
            for entry in self.importer.openings.journal(all=everything):
                for currency in {line.currency for line in entry.lines}:
                    lines = [line for line in entry.lines if line.currency == currency]
                    assert sum(line.debit - line.credit for line in lines) == 0
                bases = [(line.base_debit or 0) - (line.base_credit or 0) for line in entry.lines]
                assert sum(bases) == 0

    # ---------------------------------------------------------------------------------------------- helpers

    def is_closed(self, day: date) -> bool:
        return any(start <= day <= end for start, end in self.closed)

    def held(self, amount: Decimal, day: date, *sources: str) -> Held:
        return Held(next(self.tokens), amount, day, frozenset(sources))

    def change(self, changes: list[Change], key: Key, to: tuple[Held | None]) -> None:
        changes.append((key, self.lives[key[0]], self.balances.get(key), to[0]))
        if to[0] is None:
            self.balances.pop(key, None)
        else:
            self.balances[key] = to[0]

    @staticmethod
    def is_refused(act: object) -> None:
        assert callable(act)
        with pytest.raises(PeriodClosedError) as refused:
            act()
        assert refused.value.period is not None


class HandsOnSqlite(Hands):
    """The same in SQLite, kept in memory because this is not about disks."""

    def place(self) -> object:
        self.engine = create_engine("sqlite://", poolclass=StaticPool)
        return self.engine

    def teardown(self) -> None:
        super().teardown()
        if hasattr(self, "engine"):
            self.engine.dispose()


def some(share: int) -> settings:
    """A share of the usual number of sequences, for each is forty steps."""
    return settings(
        max_examples=max(1, settings().max_examples // share), stateful_step_count=40, report_multiple_bugs=False
    )


Hands.TestCase.settings = some(1)
HandsOnSqlite.TestCase.settings = some(5)
TestHands = Hands.TestCase
TestHandsOnSqlite = HandsOnSqlite.TestCase
