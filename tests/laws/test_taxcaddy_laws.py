"""What holds for every client of the profile taxcaddy, in whatever status and whatever a file says."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from clientimport import Importer
from tests.lifecycle.test_taxcaddy import FIELDS, MATRIX
from tests.planning.given import bring_in, plan_of

STEPS = {
    "missing-info": (),
    "not-invited": (),
    "not-enrolled": ("invite",),
    "enrolled": ("invite", "enroll"),
    "not-connected": ("invite", "enroll", "disconnect"),
    "connected": ("invite", "enroll", "connect"),
    "offline": (),
    "duplicate": ("supersede",),
}
WHOLE = {
    "first_name": "Ann",
    "last_name": "Maes",
    "email": "ann@mail.example",
    "mobile": "+12025550101",
    "national_number": "536-90-4399",
    "owner_email": "owner@firm.example",
    "office_location": "New York",
    "external_id": "T1",
    "tax_software": "UltraTax",
    "tax_account": "1",
}
NEW = {
    "first_name": ("Anna", "ANN", ""),
    "last_name": ("Nys", ""),
    "email": ("new@mail.example", "new@", ""),
    "mobile": ("+12025550199", ""),
    "national_number": ("219-09-9998", ""),
    "tax_software": ("Lacerte", ""),
    "tax_account": ("2", ""),
    "name": ("Somebody Else",),
}
edits = st.fixed_dictionaries({}, optional={field: st.sampled_from(values) for field, values in NEW.items()})


@given(
    state=st.sampled_from(sorted(STEPS)),
    rows=st.lists(edits, min_size=1, max_size=2),
    merge=st.sampled_from(["ask", "overwrite", "newest"]),
    choice=st.sampled_from(["overwrite", "keep"]),
    by_id=st.booleans(),
)
def test_no_import_changes_what_a_status_locks(
    state: str, rows: list[dict[str, str]], merge: str, choice: str, *, by_id: bool
) -> None:
    """By a key or by the client's id; nor does its kind change, and tax data is what its fields say."""
    with Importer("memory:", profile="taxcaddy") as importer:
        own: dict[str, Any] = {"is_offline": "yes" if state in {"offline", "duplicate"} else "no"}
        blank = {"mobile": ""} if state == "missing-info" else {}
        bring_in(importer, {**WHOLE, **blank, **own})
        for event in STEPS[state]:
            assert importer.fire("1", event).moved == ["1"]
        (before,) = importer.clients()
        assert before.status == state
        key = {"clientimport_id": "1"} if by_id else {"external_id": "T1"}
        usual = {field: WHOLE[field] for field in ("first_name", "last_name", "owner_email", "office_location")}
        decisions = {f"fields:{field}": choice for field in NEW}
        plan = plan_of(importer, *({**usual, **own, **key, **row} for row in rows), merge=merge, decisions=decisions)
        importer.apply(plan)

        (after,) = importer.clients()
    open_ = dict(zip(FIELDS, (word == "yes" for word in MATRIX[state].split()), strict=True))
    locked = [field for field in FIELDS if not open_[field]]
    assert {field: before[field] for field in locked} == {field: after[field] for field in locked}
    if "first_name" in locked:
        assert after.name == before.name
    assert after["is_offline"] == before["is_offline"]
    whole = all(after[field] for field in ("tax_software", "external_id", "tax_account"))
    assert after.aspects == {"tax_data": "eligible-for-import" if whole else "missing-tax-info"}
    assert after.status == state or (state, after.status) == ("missing-info", "not-invited")
