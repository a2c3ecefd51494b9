"""The payments list: ``importer.payments``."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from clientimport.books.checks import Amount, client_names, exact_minor, is_day, opening_method
from clientimport.books.openings import Openings
from clientimport.core.journal import Payment
from clientimport.core.money import from_minor, minor_units
from clientimport.errors import SettingsError
from clientimport.ports import NewPayment

if TYPE_CHECKING:
    from clientimport.core.profile import Profile
    from clientimport.ports import Store


class Payments:
    """The payments list: ``importer.payments``. Opening balances stand in it beside the payments that the host tells of."""

    def __init__(self, store: Store, profile: Profile, openings: Openings, require: Callable[[str], None]) -> None:
        self._store = store
        self._openings = openings
        self._method = opening_method(profile)
        self._require = require

    def list(self, *, method: str | None = None, client: str | None = None) -> builtins.list[Payment]:
        """Payments by date, then in the order they came; those of one *method* or *client* if asked for."""
        found: builtins.list[Payment] = []
        if method in {None, self._method}:
            found += [
                Payment(
                    id=f"opening:{each.id}",
                    client=each.client,
                    client_name=each.client_name,
                    date=each.as_at,
                    method=each.method,
                    amount=each.amount,
                    currency=each.currency,
                )
                for each in self._openings.list(client=client)
            ]
        if method != self._method:
            with self._store.reading() as work:
                for page in work.ledger.payments(client=client):
                    names = client_names(work, [each.client for each in page])
                    found += [
                        Payment(
                            id=f"payment:{each.number}",
                            client=each.client,
                            client_name=names.get(each.client, ""),
                            date=date.fromisoformat(each.date),
                            method=each.method,
                            amount=from_minor(each.minor, each.currency),
                            currency=each.currency,
                            reference=each.reference,
                        )
                        for each in page
                        if method is None or each.method == method
                    ]
        return sorted(found, key=lambda each: each.date)

    def add(self, client: str, amount: Amount, *, date: date, method: str, currency: str, reference: str = "") -> str:
        """Put a payment of the host into the list; it is shown there and moves nothing in the books.

        Args:
            client: The client's id.
            amount: Exact, as in ``openings.set``.
            date: The day of the payment.
            method: Such as ``Cash`` or ``Bank``; not what opening balances are called.
            currency: ISO 4217 code.
            reference: The host's own words.

        Returns:
            The payment's id.

        Raises:
            PermissionRefusedError: before anything is read.
            SettingsError: no such client, no exact amount, or a method that is not the host's.
        """
        self._require("payments.add")
        if not isinstance(method, str) or not method.strip() or method == self._method:
            raise SettingsError("method", method, wanted=f"a method of the host, not {self._method!r}")
        if currency not in minor_units():
            raise SettingsError("currency", currency, wanted="an ISO 4217 code in upper case, such as EUR")
        if not is_day(date):
            raise SettingsError("date", date, wanted="a datetime.date without a time")
        minor = exact_minor("amount", amount, currency)
        with self._store.writing() as work:
            if client not in work.clients.fetch([client]):
                raise SettingsError("client", client, wanted="the id of a client, as importer.clients() gives it")
            payment = NewPayment(client, date.isoformat(), method, currency, minor, reference)
            return f"payment:{work.ledger.add_payments([payment])[0]}"
