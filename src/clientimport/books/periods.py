"""Closed periods: ``importer.periods``."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING

from clientimport.books.checks import is_day
from clientimport.core.journal import Period
from clientimport.errors import SettingsError

if TYPE_CHECKING:
    from clientimport.ports import Store

HostPeriods = Callable[[], Iterable["Period | tuple[date, date]"]]
"""A host's own closed periods, asked whenever something is planned, posted or taken back."""


class Periods:
    """Closed periods: ``importer.periods``."""

    def __init__(
        self, store: Store, host: HostPeriods | None, actor: str, now: Callable[[], str], require: Callable[[str], None]
    ) -> None:
        self._store = store
        self._host = host
        self._actor = actor
        self._now = now
        self._require = require

    def list(self) -> builtins.list[Period]:
        """All closed periods, the host's own included, sorted."""
        with self._store.reading() as work:
            found = {*work.ledger.periods(), *self.of_host()}
        return sorted(Period(date.fromisoformat(start), date.fromisoformat(end)) for start, end in found)

    def close(self, start: date, end: date) -> Period:
        """Close the days from *start* to *end*, both included; closing the same period again changes nothing.

        Raises:
            PermissionRefusedError: before anything is written.
            SettingsError: these are no days, or *end* lies before *start*.
        """
        self._require("periods.close")
        period = _period(start, end)
        with self._store.writing() as work:
            if (start.isoformat(), end.isoformat()) not in work.ledger.periods():
                work.ledger.close_period(start.isoformat(), end.isoformat())
                work.activity.append(self._now(), self._actor, "period-close", None, period.to_dict())
        return period

    def reopen(self, start: date, end: date) -> Period:
        """Open exactly this period again.

        Raises:
            PermissionRefusedError: before anything is written.
            SettingsError: no such period is closed here; one that the host supplies is the host's to open.
        """
        self._require("periods.close")
        period = _period(start, end)
        with self._store.writing() as work:
            if not work.ledger.reopen_period(start.isoformat(), end.isoformat()):
                allowed = [f"{first} to {last}" for first, last in work.ledger.periods()]
                raise SettingsError("period", str(period), allowed=allowed, wanted="a period that is closed here")
            work.activity.append(self._now(), self._actor, "period-reopen", None, period.to_dict())
        return period

    def of_host(self) -> builtins.list[tuple[str, str]]:
        """The host's own closed periods as ISO dates.

        Raises:
            SettingsError: what the host supplies are no periods.
        """
        found: builtins.list[tuple[str, str]] = []
        supplied = self._host() if self._host is not None else ()
        if not isinstance(supplied, Iterable):
            raise SettingsError("periods", type(supplied).__name__, wanted="a function that gives closed periods")
        for given in supplied:
            if not isinstance(given, Period) and not (isinstance(given, tuple) and len(given) == 2):
                raise SettingsError(
                    "periods", type(given).__name__, wanted="a Period, or a tuple of first and last day"
                )
            period = given if isinstance(given, Period) else _period(*given)
            found.append((period.start.isoformat(), period.end.isoformat()))
        return found


def _period(start: object, end: object) -> Period:
    for key, value in (("start", start), ("end", end)):
        if not is_day(value):
            raise SettingsError(f"period.{key}", value, wanted="a datetime.date without a time")
    assert isinstance(start, date)
    assert isinstance(end, date)
    if end < start:
        raise SettingsError("period.end", end.isoformat(), wanted=f"the start, {start.isoformat()}, or a later day")
    return Period(start, end)
