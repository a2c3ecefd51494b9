"""What a move costs: amounts a month by state, and months that are charged afterwards. Exact."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import attrs

from clientimport.core.lifecycle import Event, Lifecycle
from clientimport.errors import SettingsError


def exact(key: str, amount: object) -> Decimal:
    """An amount a month, exact.

    Raises:
        SettingsError: a float, no number, or below zero.
    """
    wanted = 'an exact amount of 0 or more, such as "12.50"'
    if isinstance(amount, bool) or not isinstance(amount, Decimal | str | int):
        raise SettingsError(key, amount, wanted=wanted)
    try:
        found = Decimal(amount)
    except ArithmeticError:
        raise SettingsError(key, amount, wanted=wanted) from None
    if not found.is_finite() or found < 0:
        raise SettingsError(key, amount, wanted=wanted)
    return found


@attrs.frozen(kw_only=True)
class Cost:
    """What a move does to what a client costs.

    Attributes:
        currency: ISO 4217 code.
        before, after: A month in the state that is left, and in the one that is entered; ``None`` if it is not known.
        months: Months charged afterwards, each one begun counting as one; ``None`` if it is not known since when.
        back: What is charged for them; ``None`` if an amount or the months are not known.
    """

    currency: str
    before: Decimal | None
    after: Decimal | None
    months: int | None
    back: Decimal | None

    def to_dict(self) -> dict[str, object]:
        """The same as plain data, amounts as decimal text."""
        return {
            "currency": self.currency,
            "before": _text(self.before),
            "after": _text(self.after),
            "months": self.months,
            "back": _text(self.back),
        }


def cost(
    lifecycle: Lifecycle,
    charges: Mapping[str, Decimal],
    currency: str,
    event: Event,
    state: str,
    since: str | None,
    today: date,
) -> Cost:
    """What *event* costs a client that has been in *state* since the ISO day *since*.

    Where months are charged afterwards, each costs what the client saved in it: the difference between the two states.

    Args:
        lifecycle: Its states' charges.
        charges: The host's, which go before them.
        currency: Of both.
        event: What is to happen.
        state: Where the client is.
        since: ``None`` if it is not known.
        today: When it is to happen.
    """
    known = {each.name: each.charge for each in lifecycle.states} | dict(charges)
    before, after = known.get(state), known.get(event.to)
    months: int | None = 0
    if event.back_charge_within:
        months = None if since is None else back_months(date.fromisoformat(since), today, event.back_charge_within)
    back = Decimal(0) if months == 0 else None
    if months and before is not None and after is not None:
        back = max(after - before, Decimal(0)) * months
    return Cost(currency=currency, before=before, after=after, months=months, back=back)


def back_months(since: date, today: date, within: int) -> int:
    """The months begun from *since* until *today*; none if *within* months have gone by.

    A month ends on the same day of the next one, or on its last if it has no such day: January 31st, February 28th,
    March 31st. Two times on one day are no month.
    """
    if today >= later(since, within):
        return 0
    months = max(0, (today.year - since.year) * 12 + today.month - since.month - 1)
    while later(since, months) < today:
        months += 1
    return months


def later(day: date, months: int) -> date:
    """*day* so many months later."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount, "f")
