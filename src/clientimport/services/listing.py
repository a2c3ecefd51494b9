"""The clients of a store as people see them."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator

from clientimport.core.client import Client
from clientimport.core.journal import balances
from clientimport.core.lifecycle import Lifecycle
from clientimport.ports import Store


def pages(store: Store, lifecycle: Lifecycle, statuses: Container[str] | None = None) -> Iterator[list[Client]]:
    """Every client, or those in one of *statuses*, in the order they came, some at a time, each with its balance.

    A status is a state, or how a client stands in an aspect.
    """
    with store.reading() as work:
        for page in work.clients.scan():
            live = work.ledger.live([stored.id for stored in page])
            found = []
            for stored in page:
                fields = json.loads(stored.text)
                state, aspects = lifecycle.state(fields), lifecycle.stands(fields)
                if statuses is None or any(each in statuses for each in (state, *aspects.values())):
                    client = Client(
                        id=stored.id,
                        version=stored.version,
                        status=state,
                        active=lifecycle.active(fields),
                        aspects=aspects,
                        fields=fields,
                        balance=balances((each.currency, each.minor) for each in live.get(stored.id, ())),
                    )
                    found.append(client)
            if found:
                yield found
