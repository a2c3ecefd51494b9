"""Whether clients are active, as a host changes it by hand: ``importer.status``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from clientimport.core.client import Client
from clientimport.errors import SettingsError

if TYPE_CHECKING:
    from clientimport.services.booking import Booking

Who = str | Client | Iterable[str | Client]


class Status:
    """Deactivates clients and makes them active again: ``importer.status``.

    Args:
        booking: The other acts by hand, whose runs are made alike.
        require: Refuses who may not do an act.
    """

    def __init__(self, booking: Booking, require: Callable[[str], None]) -> None:
        self._booking = booking
        self._require = require

    def deactivate(self, clients: Who) -> list[str]:
        """Make *clients* inactive, all of them or none. They stay, with keys and balances, and are found as before.

        It is a run of kind ``status``, which can be undone.

        Returns:
            The ids of those that were active.

        Raises:
            PermissionRefusedError: before anything is read.
            SettingsError: one is no client.
            StoreError: the store failed; nothing was changed.
        """
        return self._change(clients, "deactivate")

    def reactivate(self, clients: Who) -> list[str]:
        """Make *clients* active again, whether an import or a person deactivated them; else as ``deactivate``."""
        return self._change(clients, "reactivate")

    def _change(self, clients: Who, action: str) -> list[str]:
        self._require("clients.deactivate")
        several = [clients] if isinstance(clients, str | Client) else clients
        ids = [client.id if isinstance(client, Client) else client for client in several]
        for client in ids:
            if not isinstance(client, str):
                raise SettingsError("client", type(client).__name__, wanted="a Client, or the id of one")
        from clientimport.services.status import StatusByHand

        by_hand = StatusByHand(
            store=self._booking.store,
            actor=self._booking.actor,
            now=self._booking.now,
            new_id=self._booking.new_id,
            header=self._booking.header,
        )
        return by_hand.change(ids, action)
