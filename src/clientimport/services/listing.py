"""The clients of a store as people see them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from clientimport.core.client import Client
from clientimport.core.journal import balances
from clientimport.core.lifecycle import Lifecycle
from clientimport.errors import SettingsError
from clientimport.ports import Store


def clients(store: Store, lifecycle: Lifecycle, status: str | None = None) -> Iterator[Client]:
    """Every client, or those in the state *status*, in the order they came, each with its balance.

    Raises:
        SettingsError: the lifecycle has no such state.
    """
    if status is not None and status not in lifecycle.named:
        raise SettingsError("status", status, allowed=tuple(lifecycle.named))
    return _clients(store, lifecycle, status)


def _clients(store: Store, lifecycle: Lifecycle, status: str | None) -> Iterator[Client]:
    with store.reading() as work:
        for page in work.clients.scan():
            live = work.ledger.live([stored.id for stored in page])
            for stored in page:
                fields = json.loads(stored.text)
                state = lifecycle.state(fields)
                if status is None or state == status:
                    yield Client(
                        id=stored.id,
                        version=stored.version,
                        status=state,
                        active=lifecycle.active(fields),
                        fields=fields,
                        balance=balances((each.currency, each.minor) for each in live.get(stored.id, ())),
                    )
