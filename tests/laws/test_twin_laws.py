"""What holds for clients of two kinds, whatever is uploaded and whoever connects."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from clientimport import Importer
from tests.planning.given import everything
from tests.twins.given import Row, fates, opened, plan_of, row

ids = st.sampled_from(["", "A", "B", "C"])
emails = st.sampled_from(["", "a@x.example", "B@x.example", "b@x.example", "c@x.example"])
kinds = st.sampled_from(["Yes", "No", ""])
names = st.sampled_from(["Ann", "Bob"])
uploads = st.lists(st.builds(row, ids, names, emails, kinds), min_size=1, max_size=5)
connects = st.sets(st.sampled_from(["A", "B", "C"]))


def by_kind(importer: Importer, field: str) -> dict[tuple[str, bool], dict[str, Any]]:
    """(the field in small letters, kind) -> client; fails if two clients of a kind share it."""
    found: dict[tuple[str, bool], dict[str, Any]] = {}
    for client in importer.clients():
        if client[field]:
            key = (str(client[field]).lower(), client["is_offline"] is True)
            assert key not in found, (field, key)
            found[key] = {**client.fields, "state": client.status, "id": client.id}
    return found


@given(acts=st.lists(st.tuples(uploads, connects), min_size=1, max_size=4))
def test_one_client_a_key_and_kind_and_what_is_refused_is_refused_for_its_reason(
    acts: list[tuple[list[Row], set[str]]],
) -> None:
    """Also: the same upload again changes nothing if it changed nobody, and undone all of it is as if nothing had been."""
    with opened() as importer:
        runs: list[str] = []
        for rows, connecting in acts:
            by_id, by_email = by_kind(importer, "external_id"), by_kind(importer, "email")
            with plan_of(importer, rows) as plan:
                for given_row, fate in zip(rows, fates(plan), strict=True):
                    offline = given_row["Is Offline"] == "Yes"
                    id_, email = given_row["External id"].lower(), given_row["Email"].lower()
                    connected = offline and by_id.get((id_, False), {}).get("state") == "connected"
                    assert ("beside-twin" in fate) == connected
                    holder = by_email.get((email, offline))
                    if holder is not None and (holder.get("external_id") or "").lower() != id_:
                        assert "key-of-another" in fate
                receipt = importer.apply(plan)
                runs.append(receipt.run)
            before = everything(importer)
            with plan_of(importer, rows) as plan:
                if not receipt.updated:  # else an address may be free by now
                    assert not {"create", "update"} & {str(record.disposition) for record in plan.records()}
                    importer.apply(plan)
                    assert everything(importer) == before
            found = by_kind(importer, "external_id")
            by_kind(importer, "email")
            going = [found[id_.lower(), False]["id"] for id_ in sorted(connecting) if (id_.lower(), False) in found]
            if going and (run := importer.fire(going, "connect").run) is not None:
                runs.append(run)
            for (id_, offline), client in by_kind(importer, "external_id").items():
                twin = by_kind(importer, "external_id").get((id_, not offline))
                if not offline and client["state"] == "connected" and twin is not None:
                    assert twin["state"] == "duplicate"
        for run in reversed(runs):
            assert not importer.undo(run).kept
        assert not list(importer.clients())
