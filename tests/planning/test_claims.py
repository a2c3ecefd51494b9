"""A row that names its client and has the key of another one."""

from __future__ import annotations

import pytest

from tests.planning.given import OpenImporter, bring_in, fates, plan_of

ANN = {"name": "Ann", "external_id": "1", "email": "ann@x.example", "phone": ""}
BOB = {"name": "Bob", "external_id": "2", "email": "", "phone": "+32 470 00 00 02"}


@pytest.mark.parametrize(
    ("merge", "row", "fate"),
    [
        ("ask", {"external_id": "1"}, "invalid"),
        ("overwrite", {"external_id": "1"}, "invalid"),
        ("fill_blank", {"external_id": "1"}, "unchanged"),  # what is here stays, so nothing is taken
        ("fill_blank", {"email": "ann@x.example"}, "invalid"),
        ("keep", {"email": "ann@x.example"}, "unchanged"),
        ("ask", {"external_id": "3", "email": "bob@x.example"}, "update"),
        ("ask", {"external_id": "2"}, "unchanged"),
    ],
)
def test_it_is_refused_where_it_would_be_written(
    open_importer: OpenImporter, merge: str, row: dict[str, str], fate: str
) -> None:
    """When it is planned, so that applying does what the plan lists."""
    importer = open_importer(profile="daftra")
    bring_in(importer, ANN, BOB)
    (bob,) = [client.id for client in importer.clients() if client.name == "Bob"]
    plan = plan_of(importer, {"clientimport_id": f"{bob} v1", "name": "Bob", **row}, merge=merge)
    assert [str(record.disposition) for record in plan.records()] == [fate]
    codes = [finding.code for record in plan.records() for finding in record.findings]
    assert ("key-of-another" in codes) == (fate == "invalid")
    receipt = importer.apply(plan)
    assert receipt.counts["stale"] == 0
    assert fates(plan)
