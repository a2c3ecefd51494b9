"""A client as people see it, and who is acting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

import attrs

from clientimport.core.plan import Value
from clientimport.core.schema import INACTIVE
from clientimport.errors import PermissionRefusedError, SettingsError


def checked_id(client: object) -> str:
    """*client*, if it is the id of a client: a text, though it may look like a number.

    Raises:
        SettingsError: it is none.
    """
    if not isinstance(client, str):
        raise SettingsError("client", type(client).__name__, wanted="the id of a client, a text such as '17'")
    return client


@attrs.frozen(kw_only=True)
class Client:
    """A stored client.

    Attributes:
        id: Opaque text given by the store, never used again.
        version: Rises by one with every change.
        fields: Field -> value, blank fields left out. Dates are ``YYYY-MM-DD``, telephone numbers E.164.
        balance: Currency -> the opening balance that stands, above zero what the client owes; currencies without one are
            left out.
    """

    id: str
    version: int
    fields: Mapping[str, Value] = attrs.field(repr=False)
    balance: Mapping[str, Decimal] = attrs.field(factory=dict, repr=False)

    def __getitem__(self, field: str) -> Value:
        """The field's value, ``None`` if it is blank."""
        return self.fields.get(field)

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields)

    @property
    def name(self) -> str:
        """The client's name, empty if it has none."""
        return str(self.fields.get("name") or "")

    @property
    def active(self) -> bool:
        """Whether it was not deactivated."""
        return self.fields.get("status") != INACTIVE

    def to_dict(self) -> dict[str, object]:
        """``id``, ``version``, ``balance`` (currency -> amount as text) and every field that is not blank."""
        balance = {currency: format(amount, "f") for currency, amount in self.balance.items()}
        return {"id": self.id, "version": self.version, "balance": balance, **self.fields}


def _permissions(given: Iterable[str] | None) -> frozenset[str] | None:
    return None if given is None else frozenset(given)


@attrs.frozen(kw_only=True)
class Actor:
    """Who acts, and what they may do.

    Attributes:
        name: As the logs show it: a user name, not a secret.
        permissions: What they may do, for example ``{"clients.add"}``; ``None`` allows everything.
    """

    name: str = "somebody"
    permissions: frozenset[str] | None = attrs.field(default=None, converter=_permissions)

    def require(self, permissions: tuple[str, ...], labels: Mapping[str, str]) -> None:
        """Refuse unless every one of *permissions* is held.

        Raises:
            PermissionRefusedError: names the first that is missing.
        """
        for permission in permissions:
            if self.permissions is not None and permission not in self.permissions:
                raise PermissionRefusedError(self.name, permission, labels.get(permission, ""))
