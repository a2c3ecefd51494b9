"""A client as people see it, and who is acting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

import attrs

from clientimport.core.plan import Value
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
        status: The state it is in, as the importer's profile names it.
        active: Whether it counts as active in that state.
        aspects: Aspect of the profile's lifecycle -> how the client stands in it; empty where there are none.
        fields: Field -> value, blank fields left out. Dates are ``YYYY-MM-DD``, telephone numbers E.164.
        balance: Currency -> the opening balance that stands, above zero what the client owes; currencies without one are
            left out.
    """

    id: str
    version: int
    status: str = "active"
    active: bool = True
    aspects: Mapping[str, str] = attrs.field(factory=dict)
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

    def to_dict(self) -> dict[str, object]:
        """``id``, ``version``, ``balance`` (currency -> amount as text), ``status`` and every field that is not blank.

        ``aspects`` too, if the profile's lifecycle has any.
        """
        balance = {currency: format(amount, "f") for currency, amount in self.balance.items()}
        aspects = {"aspects": dict(self.aspects)} if self.aspects else {}
        return {
            "id": self.id,
            "version": self.version,
            "balance": balance,
            **self.fields,
            "status": self.status,
            **aspects,
        }


Who = str | Client | Iterable[str | Client]
"""A client, its id, or several of either."""


def client_ids(clients: Who) -> list[str]:
    """The ids of *clients*.

    Raises:
        SettingsError: one is no client.
    """
    several = [clients] if isinstance(clients, str | Client) else clients
    ids = [client.id if isinstance(client, Client) else client for client in several]
    for client in ids:
        if not isinstance(client, str):
            raise SettingsError("client", type(client).__name__, wanted="a Client, or the id of one")
    return ids


def _permissions(given: Iterable[str] | None) -> frozenset[str] | None:
    return None if given is None else frozenset(given)


def _roles(given: Iterable[str]) -> frozenset[str]:
    if isinstance(given, str):
        raise SettingsError("roles", given, wanted="a set of roles")
    return frozenset(given)


@attrs.frozen(kw_only=True)
class Actor:
    """Who acts, and what they may do.

    Attributes:
        name: As the logs show it: a user name, not a secret.
        permissions: What they may do, for example ``{"clients.add"}``; ``None`` allows everything, unless there are roles.
        roles: What the profile calls this kind of user, for example ``{"Super User"}``: the permissions of these roles are
            held besides.
    """

    name: str = "somebody"
    permissions: frozenset[str] | None = attrs.field(default=None, converter=_permissions)
    roles: frozenset[str] = attrs.field(default=(), converter=_roles)

    def under(self, roles: Mapping[str, Iterable[str]]) -> Actor:
        """The same with the permissions of their *roles*, as a profile has them.

        Raises:
            SettingsError: they have a role that there is not.
        """
        if not self.roles:
            return self
        held = set(self.permissions or ())
        for role in sorted(self.roles):
            if role not in roles:
                raise SettingsError("role", role, allowed=tuple(roles), wanted="a role of the profile")
            held.update(roles[role])
        return attrs.evolve(self, permissions=held)

    def require(self, permissions: tuple[str, ...], labels: Mapping[str, str]) -> None:
        """Refuse unless every one of *permissions* is held.

        Raises:
            PermissionRefusedError: names the first that is missing.
        """
        for permission in permissions:
            if self.permissions is not None and permission not in self.permissions:
                raise PermissionRefusedError(self.name, permission, labels.get(permission, ""))
