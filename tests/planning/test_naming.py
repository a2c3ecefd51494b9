"""A name that no column feeds is made of its parts, and follows them when they change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientimport import Importer, MergePolicy, Profile
from clientimport.core.naming import made_name
from clientimport.core.profile import Rung
from clientimport.messages import Messages
from tests.planning.given import OpenImporter, bring_in, changes, clients, fates, plan_of

ANN = {"external_id": "1", "first_name": "Ann", "last_name": "Maes", "city": "Gent"}


def test_it_follows_what_an_import_changes(open_importer: OpenImporter) -> None:
    """Also where the row says only one part; the rule says so, and so does the review."""
    importer = open_importer(profile="standard")
    bring_in(importer, dict(ANN))

    plan = plan_of(importer, {"external_id": "1", "last_name": "Nys"}, merge="overwrite")

    assert changes(plan) == [("last_name", "Maes", "Nys", "overwrite"), ("name", "Ann Maes", "Ann Nys", "follows")]
    assert Messages("en").rule("follows") == "the name follows from fields that changed"
    (both,) = plan.overview().both
    shown = {field.field: (field.here, field.given, field.fate) for field in both.fields}
    assert shown["name"] == ("Ann Maes", "Ann Nys", "written")
    receipt = importer.apply(plan)
    assert clients(importer)[0]["name"] == "Ann Nys"
    assert importer.why("1", "name").written[0].rule == "follows"
    importer.undo(receipt)
    assert clients(importer)[0]["name"] == "Ann Maes"


def test_a_company_goes_before_a_person(open_importer: OpenImporter) -> None:
    """As when the name is made first."""
    importer = open_importer(profile="daftra")
    bring_in(importer, {**ANN, "company_name": "Maes BV", "email": "a@x.example"})

    assert changes(plan_of(importer, {"external_id": "1", "first_name": "Anna", "email": "a@x.example"})) == [
        ("first_name", "Ann", "Anna", "overwrite")
    ]
    assert changes(plan_of(importer, {"external_id": "1", "company_name": "Nys BV", "email": "a@x.example"}))[1] == (
        "name", "Maes BV", "Nys BV", "follows",
    )  # fmt: skip


def test_a_name_of_its_own_stays(open_importer: OpenImporter) -> None:
    """One that was given, one that a column feeds, and one that is to be kept."""
    importer = open_importer(profile="standard")
    bring_in(importer, {**ANN, "name": "A. Maes"})
    bring_in(importer, {**ANN, "external_id": "2"})
    row = {"external_id": "1", "first_name": "Anna"}

    assert [each[0] for each in changes(plan_of(importer, row, merge="overwrite"))] == ["first_name"]
    both = {"external_id": "2", "first_name": "Anna", "name": "Ann Maes"}
    assert [each[0] for each in changes(plan_of(importer, both, merge="overwrite"))] == ["first_name"]
    keep = MergePolicy(default="overwrite", fields={"name": "keep"})
    assert [each[0] for each in changes(plan_of(importer, {**row, "external_id": "2"}, merge=keep))] == ["first_name"]


@pytest.mark.parametrize("choice", ["overwrite", "keep"])
def test_a_decision_about_it_holds(open_importer: OpenImporter, choice: str) -> None:
    """Whoever wants the old name keeps it; an answer about a part moves the name."""
    importer = open_importer(profile="standard")
    bring_in(importer, dict(ANN))

    plan = plan_of(importer, {**ANN, "last_name": "Nys"})
    assert fates(plan) == ["conflict:fields-differ"]
    decided = plan.decide({"fields:last_name": "overwrite", "fields:name": choice})
    assert ("name" in [change.field for change in decided.changes()]) == (choice == "overwrite")
    answered = plan.decide({plan.conflicts[0].id: "overwrite"})
    assert {change.field: change.new for change in answered.changes()} == {"last_name": "Nys", "name": "Ann Nys"}
    assert list(plan.decide({"fields:last_name": "keep"}).changes()) == []


parts = st.fixed_dictionaries(
    {},
    optional={
        "company_name": st.sampled_from(["", "Maes BV", "Nys BV"]),
        "first_name": st.sampled_from(["", "Ann", "Bo"]),
        "last_name": st.sampled_from(["Maes", "Nys"]),
    },
)


@given(
    stored=parts.filter(lambda fields: any(fields.values())),
    rows=st.lists(parts, min_size=1, max_size=3),
    merge=st.sampled_from(["overwrite", "ask", "fill_blank", "newest"]),
    choice=st.sampled_from(["overwrite", "keep"]),
)
def test_what_was_made_of_its_parts_is_made_of_them_after(
    stored: dict[str, str], rows: list[dict[str, str]], merge: str, choice: str
) -> None:
    """Whatever the rows say, the policy and the answers, as long as no column and no answer is about the name."""
    with Importer(
        "memory:", profile=Profile(name="own", required=(), ladder=(Rung(scheme="external_id"),))
    ) as importer:
        bring_in(importer, {"external_id": "1", **stored})
        decisions = {f"fields:{part}": choice for part in ("company_name", "first_name", "last_name")}
        for row in rows:
            importer.apply(plan_of(importer, {"external_id": "1", **row}, merge=merge, decisions=decisions))

        (client,) = importer.clients()
        assert client["name"] == made_name(client["company_name"], client["first_name"], client["last_name"])
