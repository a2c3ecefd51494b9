"""Funds in a store that works as SMSF Sorted does, and a host that may report work in progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import attrs

from clientimport import Importer
from tests.planning.given import OpenImporter, bring_in

FUNDS = (
    {"name": "Banksia Super Fund", "external_id": "F1", "vat_number": "65 000 000 101"},
    {"name": "Wattle Family Fund", "external_id": "F2", "vat_number": "31 000 000 202"},
    {"name": "Quokka Retirement Fund", "external_id": "F3", "vat_number": "86 000 000 303"},
)
"""The clients 1 to 3."""

GUARD = "no-work-in-progress"


@attrs.define
class Host:
    """What the application says, and what it was asked.

    Attributes:
        busy: Client -> why it is held back.
        asked: The ids it was asked about, call by call.
        now: The time.
    """

    busy: dict[str, str] = attrs.field(factory=dict)
    asked: list[list[str]] = attrs.field(factory=list)
    now: datetime = datetime(2026, 1, 15, 12, tzinfo=UTC)

    def held(self, clients: Sequence[str]) -> Mapping[str, str]:
        self.asked.append(list(clients))
        return self.busy

    def open(self, open_importer: OpenImporter, **options: Any) -> Importer:
        options.setdefault("guards", {GUARD: self.held})
        return open_importer(profile="smsf-sorted", clock=lambda: self.now, **options)

    def filled(self, open_importer: OpenImporter, **options: Any) -> Importer:
        importer = self.open(open_importer, **options)
        bring_in(importer, *FUNDS)
        return importer


def states(importer: Importer) -> list[str]:
    """The state of every client, in the order they came."""
    return [client.status for client in importer.clients()]
