"""Several rows of one client: joined whatever their order, merged where they agree, asked about where they do not."""

from __future__ import annotations

import pytest

from tests.planning.given import OpenImporter, bring_in, changes, clients, fates, only, plan_of

FIRST = {"external_id": "1", "name": "Jan Peeters", "email": "jan@voorbeeld.be"}
SECOND = {"external_id": "1", "name": "Jan Peeters", "city": "Gent"}


def test_two_rows_that_do_not_contradict_make_one_client(open_importer: OpenImporter) -> None:
    """Blanks are filled from the later row, which is skipped and names its partner."""
    importer = open_importer()

    plan = plan_of(importer, FIRST, SECOND)

    assert fates(plan) == ["create:new", "skip:merged"]
    merged = list(plan.records())[1]
    assert merged.partner is not None
    assert merged.partner.row == 1
    receipt = importer.apply(plan)
    assert clients(importer) == [{**FIRST, "city": "Gent"}]
    assert (receipt.created, receipt.counts["skipped"]) == (1, 1)


def test_a_merged_row_names_the_stored_client_too(open_importer: OpenImporter) -> None:
    """The receipt can say for each row whose it is."""
    importer = open_importer()
    bring_in(importer, FIRST)

    plan = plan_of(importer, FIRST, SECOND)

    assert fates(plan) == ["update:matched", "skip:merged"]
    assert [record.client for record in plan.records()] == ["1", "1"]
    change = only(list(plan.changes()))
    assert (change.field, change.locator.row, change.locator.column) == ("city", 2, "city")


def test_of_two_spellings_the_first_stands_and_lists_add_up(open_importer: OpenImporter) -> None:
    """Stated order rules: the earlier row's spelling, the lists in file order without repeats."""
    importer = open_importer()

    bring_in(importer, {**FIRST, "city": "gent", "tags": "vip;goud"}, {**SECOND, "tags": "goud;nieuw"})

    assert only(clients(importer)) == {**FIRST, "city": "gent", "tags": ["vip", "goud", "nieuw"]}


def test_a_late_row_joins_two_earlier_ones(open_importer: OpenImporter) -> None:
    """Rows 1 and 2 share nothing; row 3 shares a key with each, so the three are one client."""
    importer = open_importer(profile="daftra", default_country="BE")
    by_mail = {"name": "Jan", "email": "jan@voorbeeld.be", "phone": ""}
    by_phone = {"name": "Jan", "email": "", "phone": "0475 12 34 56"}
    both = {"name": "Jan", "email": "jan@voorbeeld.be", "phone": "+32 475 12 34 56"}

    assert fates(plan_of(importer, by_mail, by_phone)) == ["create:new", "create:new"]
    assert fates(plan_of(importer, by_mail, by_phone, both)) == ["create:new", "skip:merged", "skip:merged"]
    bring_in(importer, by_mail, by_phone, both)

    assert clients(importer) == [{"name": "Jan", "email": "jan@voorbeeld.be", "phone": "+32475123456"}]


def test_a_late_row_joins_a_new_row_to_a_stored_client(open_importer: OpenImporter) -> None:
    """What looked new is an update once the third row says so."""
    importer = open_importer(profile="daftra", default_country="BE")
    bring_in(importer, {"name": "Jan", "email": "jan@voorbeeld.be"})

    plan = plan_of(
        importer,
        {"name": "Jan", "email": "", "phone": "0475 12 34 56", "city": "Gent"},
        {"name": "Jan", "email": "jan@voorbeeld.be", "phone": "0475 12 34 56", "city": ""},
    )

    assert fates(plan) == ["update:matched", "skip:merged"]
    assert changes(plan) == [
        ("phone", None, "+32475123456", "fill_blank"),
        ("city", None, "Gent", "fill_blank"),
    ]


def test_rows_that_contradict_each_other_are_one_conflict(open_importer: OpenImporter) -> None:
    """All rows of the client wait; nobody is created."""
    importer = open_importer()

    plan = plan_of(importer, {**FIRST, "city": "Gent"}, {**FIRST, "city": "Brugge"}, {**FIRST, "city": ""})

    assert fates(plan) == ["conflict:rows-contradict"] * 3
    conflict = only(plan.conflicts)
    assert (conflict.fields, conflict.sequences, conflict.records) == (("city",), (0, 1, 2), 3)
    assert conflict.params["values"] == {"city": ["Gent", "Brugge", None]}
    assert {record.conflict for record in plan.records()} == {conflict.id}
    receipt = importer.apply(plan)
    assert (receipt.created, receipt.counts["held"]) == (0, 3)


@pytest.mark.parametrize(("choice", "city"), [("row:1", "Gent"), ("row:2", "Brugge")])
def test_a_row_can_be_chosen_over_the_others(open_importer: OpenImporter, choice: str, city: str) -> None:
    """Where they contradict the chosen row stands; what it leaves blank still comes from the others."""
    importer = open_importer()
    plan = plan_of(importer, {**FIRST, "city": "Gent"}, {**SECOND, "city": "Brugge", "notes": "belt graag"})

    chosen = plan.decide({only(plan.conflicts).id: choice})

    assert fates(chosen) == ["create:new", "skip:merged"]
    importer.apply(chosen)
    assert only(clients(importer)) == {**FIRST, "city": city, "notes": "belt graag"}


def test_contradicting_rows_can_be_left_out(open_importer: OpenImporter) -> None:
    """All of them, by decision."""
    importer = open_importer()
    plan = plan_of(importer, {**FIRST, "city": "Gent"}, {**FIRST, "city": "Brugge"})

    assert fates(plan.decide({only(plan.conflicts).id: "skip"})) == ["skip:decision"] * 2


def test_a_chosen_row_may_lead_to_a_question_about_the_store(open_importer: OpenImporter) -> None:
    """One question after the other, never two at once about one record."""
    importer = open_importer()
    bring_in(importer, {**FIRST, "city": "Antwerpen"})
    plan = plan_of(importer, {**FIRST, "city": "Gent"}, {**FIRST, "city": "Brugge"})

    chosen = plan.decide({only(plan.conflicts).id: "row:2"})

    assert fates(chosen) == ["conflict:fields-differ"] * 2
    last = chosen.decide({only(chosen.conflicts).id: "overwrite"})
    assert changes(last) == [("city", "Antwerpen", "Brugge", "decision")]
    assert only(list(last.changes())).locator.row == 2


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("opening_balance", "100", "-100"),
        ("opening_balance", "100,00", "100,50"),
        ("opening_date", "2026-01-01", "2026-01-02"),
        ("email", "a.b@voorbeeld.be", "a-b@voorbeeld.be"),
        ("phone", "+3225551212", "+3225551213"),
        ("country", "BE", "NL"),
        ("kind", "person", "organisation"),
    ],
)
def test_numbers_money_and_addresses_contradict_unless_equal(
    open_importer: OpenImporter, field: str, one: str, other: str
) -> None:
    """A sign or a full stop is a difference, never a spelling."""
    importer = open_importer()
    row = {"external_id": "1", "name": "Jan", "opening_balance": "5"}

    plan = plan_of(importer, {**row, field: one}, {**row, field: other})

    assert fates(plan) == ["conflict:rows-contradict"] * 2
    assert only(plan.conflicts).fields == (field,)


def test_two_spellings_of_an_id_are_two_ids(open_importer: OpenImporter) -> None:
    """Rows joined by their e-mail with different customer numbers contradict each other."""
    importer = open_importer(profile="daftra")
    row = {"name": "Jan", "email": "jan@voorbeeld.be"}

    plan = plan_of(importer, {**row, "external_id": "A-1"}, {**row, "external_id": "A 1"})

    assert fates(plan) == ["conflict:rows-contradict"] * 2


def test_an_invalid_row_takes_nobody_with_it(open_importer: OpenImporter) -> None:
    """Its keys join nothing: the good rows of the same client go in."""
    importer = open_importer(profile="daftra")

    plan = plan_of(importer, FIRST, {**FIRST, "name": "", "city": "Brugge"}, {**FIRST, "city": "Gent"})

    assert fates(plan) == ["create:new", "invalid:findings", "skip:merged"]


def test_the_same_question_has_the_same_id_in_the_next_plan(open_importer: OpenImporter) -> None:
    """So that answers can be kept beside the file."""
    importer = open_importer()
    rows = ({**FIRST, "city": "Gent"}, {**FIRST, "city": "Brugge"})

    first, second = (only(plan_of(importer, *rows).conflicts) for _ in range(2))

    assert first == second
    answered = plan_of(importer, *rows, decisions={first.id: "row:1"})
    assert answered.digest == plan_of(importer, *rows).decide({first.id: "row:1"}).digest
