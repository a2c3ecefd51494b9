"""What is given in Python, checked; names of clients and of the method."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from clientimport.core.money import decimals, to_minor
from clientimport.errors import SettingsError
from clientimport.ports import UnitOfWork

if TYPE_CHECKING:
    from clientimport.core.profile import Profile
from clientimport.core.words import said

METHOD = "Opening Balance"
"""How payment lists call an opening balance where the profile has no label ``opening_method``."""

Amount = Decimal | str | int

_PLAIN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


def opening_method(profile: Profile) -> str:
    """What payment lists call an opening balance under *profile*."""
    return said(profile.labels.get("opening_method", METHOD))


def client_names(work: UnitOfWork, ids: Sequence[str]) -> Mapping[str, str]:
    """The names of clients that are there and have one."""
    import json

    found = work.clients.fetch(list(dict.fromkeys(ids)))
    return {client: json.loads(stored.text).get("name", "") for client, stored in found.items()}


def exact_minor(key: str, amount: Any, currency: str) -> int:
    """An amount given in Python as minor units.

    Raises:
        SettingsError: it is not exact, or holds more than the currency can.
    """
    plain = not isinstance(amount, str) or _PLAIN.fullmatch(amount.strip()) is not None
    exact = (
        Decimal(amount) if plain and isinstance(amount, Decimal | str | int) and not isinstance(amount, bool) else None
    )
    minor = None if exact is None else to_minor(exact, currency)
    if minor is None:
        wanted = f"an exact amount (Decimal, text or whole number, no float) of {decimals(currency)} decimals at most"
        raise SettingsError(key, amount if isinstance(amount, str) else type(amount).__name__, wanted=wanted)
    return minor


def is_day(value: object) -> bool:
    """Whether *value* is a date without a time."""
    return isinstance(value, date) and not isinstance(value, datetime)
