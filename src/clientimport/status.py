"""The states of clients, as a host changes them by hand: ``importer.status``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from clientimport.core.client import Who, client_ids
from clientimport.core.lifecycle import DEACTIVATE, REACTIVATE
from clientimport.core.moves import Moves
from clientimport.core.profile import Profile
from clientimport.core.settings import Settings
from clientimport.errors import SettingsError

if TYPE_CHECKING:
    from clientimport.services.booking import Booking
    from clientimport.services.guards import Guard
    from clientimport.services.removing_by_hand import RemovingByHand
    from clientimport.services.status import StatusByHand


def checked_guards(guards: Mapping[str, Guard] | None, profile: Profile, settings: Settings) -> dict[str, Guard]:
    """What a host gives to ask it, if that and the charges go with the profile; looked at before a store is opened.

    Raises:
        SettingsError: a guard cannot be called, or a charge is for a state that the profile does not have.
    """
    found = dict(guards or {})
    for name, guard in found.items():
        if not callable(guard):
            raise SettingsError(f"guards.{name}", type(guard).__name__, wanted="something that can be called")
    for state in settings.charges:
        if state not in profile.lifecycle.named:
            raise SettingsError("charges", state, allowed=tuple(profile.lifecycle.named))
    return found


class Status:
    """Moves clients by the events of the profile's lifecycle: ``importer.status``.

    Args:
        profile: Its lifecycle, and who may fire what.
        settings: The host's charges.
        guards: Name -> what the host is asked before an event that has this guard.
        booking: The other acts by hand, whose runs are made alike.
        require: Refuses who may not do an act.
    """

    def __init__(
        self,
        profile: Profile,
        settings: Settings,
        guards: Mapping[str, Guard],
        booking: Booking,
        require: Callable[[str], None],
    ) -> None:
        self._profile = profile
        self._settings = settings
        self._guards = guards
        self._booking = booking
        self._require = require

    @property
    def guards(self) -> Mapping[str, Guard]:
        """Name -> what the host is asked."""
        return self._guards

    def fire(self, clients: Who, event: str) -> Moves:
        """Fire *event* for *clients*: those that it may move come into its state, of each other one it says why not.

        A client stays as it is, with keys and balances, and is found as before. All that move do so in one run of kind
        ``status``, which can be undone unless the state is final. Where the event has one for twins, a client's twin moves
        with it, and stands behind the others.

        Args:
            clients: A client, its id, or several of either.
            event: One of the profile's lifecycle, such as ``deactivate``.

        Raises:
            PermissionRefusedError: before anything is read.
            SettingsError: there is no such event, one is no client, or a guard is missing; nothing was changed.
            GuardError: a guard failed; nothing was changed.
            StoreError: the store failed; nothing was changed.
        """
        return self._by_hand(event).fire(client_ids(clients), event)

    def preview(self, clients: Who, event: str) -> Moves:
        """What ``fire`` would do to each client, and what that costs. Writes nothing; asks and raises the same."""
        return self._by_hand(event).preview(client_ids(clients), event)

    def deactivate(self, clients: Who) -> Moves:
        """Fire ``deactivate``, as ``fire``."""
        return self.fire(clients, DEACTIVATE)

    def reactivate(self, clients: Who) -> Moves:
        """Fire ``reactivate``, whether an import or a person deactivated them; as ``fire``."""
        return self.fire(clients, REACTIVATE)

    def delete(self, clients: Who) -> Moves:
        """Fire ``delete``, as ``fire``; a profile's lifecycle must have it."""
        return self.fire(clients, "delete")

    def remove(self, clients: Who) -> Moves:
        """Remove *clients* from the store, as an import does that they leave with: of each one that stays it says why.

        Who has an opening balance or payments stays, and whoever is in a state that keeps it from being removed. All that go
        do so in one run of kind ``status``, which can be undone: then they are back with their ids, keys and values. Messages
        that wait for a removed client are not sent; none is deleted.

        Args:
            clients: A client, its id, or several of either.

        Raises:
            PermissionRefusedError: before anything is read; it asks for what ``clients.remove`` names.
            SettingsError: one is no client; nothing was changed.
            StoreError: the store failed; nothing was changed.
        """
        return self._removing().remove(client_ids(clients))

    def preview_remove(self, clients: Who) -> Moves:
        """What ``remove`` would do to each client. Writes nothing; asks and raises the same."""
        return self._removing().preview(client_ids(clients))

    def _removing(self) -> RemovingByHand:
        self._require("clients.remove")
        from clientimport.services.removing import Rules
        from clientimport.services.removing_by_hand import RemovingByHand

        return RemovingByHand(
            store=self._booking.store,
            rules=Rules(lifecycle=self._profile.lifecycle, guards=self._guards, today=self._booking.today()),
            actor=self._booking.actor,
            now=self._booking.now,
            new_id=self._booking.new_id,
            header=self._booking.header,
        )

    def _by_hand(self, event: str) -> StatusByHand:
        lifecycle = self._profile.lifecycle
        if event not in lifecycle.event:
            raise SettingsError("event", event, allowed=tuple(lifecycle.event))
        self._require(self._profile.act(event))
        from clientimport.services.status import StatusByHand

        return StatusByHand(
            store=self._booking.store,
            lifecycle=lifecycle,
            guards=self._guards,
            charges=self._settings.charges,
            currency=lifecycle.currency or self._settings.default_currency,
            actor=self._booking.actor,
            now=self._booking.now,
            today=self._booking.today,
            new_id=self._booking.new_id,
            header=self._booking.header,
            keys=self._booking.keys,
        )


class MovesClients:
    """The acts of ``importer.status`` as the importer's own.

    Attributes:
        status: Moves clients by the events of the profile's lifecycle.
    """

    status: Status

    def fire(self, clients: Who, event: str) -> Moves:
        """The same as ``status.fire``."""
        return self.status.fire(clients, event)

    def deactivate(self, clients: Who) -> Moves:
        """The same as ``status.deactivate``."""
        return self.status.deactivate(clients)

    def reactivate(self, clients: Who) -> Moves:
        """The same as ``status.reactivate``."""
        return self.status.reactivate(clients)

    def delete(self, clients: Who) -> Moves:
        """The same as ``status.delete``."""
        return self.status.delete(clients)

    def remove(self, clients: Who) -> Moves:
        """The same as ``status.remove``."""
        return self.status.remove(clients)
