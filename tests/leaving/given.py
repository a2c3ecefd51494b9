"""A store with clients that the next import does not list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clientimport import Importer, Plan
from tests.planning.given import bring_in, plan_of

JAN = {"external_id": "1", "name": "Jan Peeters", "email": "jan@voorbeeld.be"}
ELS = {"external_id": "2", "name": "Els Maes", "email": "els@voorbeeld.be"}
TOM = {"external_id": "3", "name": "Tom Claes", "email": "tom@voorbeeld.be"}
ANN = {"external_id": "4", "name": "Ann Wouters", "email": "ann@voorbeeld.be"}
EVERYBODY = (JAN, ELS, TOM, ANN)
"""The clients 1 to 4."""


def filled(importer: Importer, **options: Any) -> Importer:
    """With everybody in it, from the system ``crm``."""
    bring_in(importer, *EVERYBODY, system="crm", **options)
    return importer


def next_plan(importer: Importer, *rows: Mapping[str, object], **options: Any) -> Plan:
    """The next import of the same system; by default it lists all but Tom and Ann."""
    options.setdefault("system", "crm")
    return plan_of(importer, *(rows or (JAN, ELS)), **options)


def statuses(importer: Importer) -> dict[str, Any]:
    """Client -> its status."""
    return {client.id: client["status"] for client in importer.clients()}


def rows_of(plan: Plan) -> list[tuple[str, str]]:
    """(client, action) of those who leave."""
    return [(leaver.client, leaver.action) for leaver in plan.leaving]
