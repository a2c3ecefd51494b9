"""New clients that resemble one in the store, or another of the file: asked about, followed, remembered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from clientimport import Importer, Plan, Settings, SettingsError
from clientimport.core.plan import Conflict
from tests.planning.given import OpenImporter, bring_in, changes, clients, fates, only, plan_of

Row = Mapping[str, str]

HOME = {"address": "Kerkstraat 12", "postal_code": "9000", "city": "Gent"}
JAN = {"name": "Jan Peeters", **HOME, "phone": "+32470000001"}
JAN_AGAIN = {"name": "Peeters, Jan", "address": "Kerkstr. 12", "postal_code": "9000", "email": "jan@peeters.example"}
ELS = {"name": "Els Peeters", **HOME, "phone": "+32470000001"}


def importing(importer: Importer, *rows: Row, **options: Any) -> Plan:
    """The plan of *rows*, with blanks where one lacks what another has."""
    fields = dict.fromkeys(field for row in rows for field in row)
    return plan_of(importer, *({**dict.fromkeys(fields, ""), **row} for row in rows), **options)


def choices(conflict: Conflict) -> list[str]:
    return [option.choice for option in conflict.options]


def decided(plan: Plan, choice: str) -> Plan:
    """*plan* with that answer to its only question."""
    return plan.decide({only(plan.conflicts).id: choice})


# ------------------------------------------------------------------------------------------------ asking


def test_a_new_client_that_resembles_a_stored_one_is_a_question(open_importer: OpenImporter) -> None:
    """Nothing is merged; the question shows level by level what speaks for it."""
    importer = open_importer()
    bring_in(importer, JAN)

    plan = importing(importer, JAN_AGAIN)

    assert fates(plan) == ["conflict:near-match"]
    question = only(plan.conflicts)
    assert choices(question) == ["client:1", "new", "skip"]
    near = only(question.params["near"])
    assert (near["choice"], near["client"], near["row"], near["name"]) == ("client:1", "1", None, "Jan Peeters")
    assert (near["band"], near["weight"]) == ("close", 15)
    assert [(each["field"], each["level"], each["weight"]) for each in near["comparisons"]] == [
        ("name", "exact", 9),
        ("address", "exact", 6),
        ("email", "missing", 0),
    ]
    assert near["comparisons"][1]["left"] == "Kerkstr. 12, 9000"
    assert near["comparisons"][1]["right"] == "Kerkstraat 12, 9000"


def test_a_household_is_no_question(open_importer: OpenImporter) -> None:
    """Two people who share house, telephone and mailbox, with different names and numbers, are two people."""
    importer = open_importer()
    couple = {**JAN, "email": "fam.peeters@mail.example", "external_id": "1"}
    bring_in(importer, couple)

    plan = importing(
        importer,
        {**couple, "name": "Els Peeters", "external_id": "2"},
        {**couple, "name": "Tom Peeters", "external_id": "3"},
    )

    assert fates(plan) == ["create:new"] * 2


def test_another_official_number_is_another_client(open_importer: OpenImporter) -> None:
    """However alike they are."""
    importer = open_importer(default_country="BE")
    bring_in(importer, {**JAN, "vat_number": "BE0403170701"})

    assert fates(importing(importer, {**JAN_AGAIN, "vat_number": "BE0202239951"})) == ["create:new"]


def test_rows_of_one_file_are_compared_too(open_importer: OpenImporter) -> None:
    """The question stands with the later row; a row that resembles nobody is none."""
    plan = importing(open_importer(), JAN, ELS, JAN_AGAIN)

    assert fates(plan) == ["create:new", "create:new", "conflict:near-match"]
    question = only(plan.conflicts)
    assert (question.locator.row, choices(question)) == (3, ["row:1", "new", "skip"])
    assert only(question.params["near"])["name"] == "Jan Peeters"


def test_several_are_one_question_the_strongest_first(open_importer: OpenImporter) -> None:
    """Five at most."""
    importer = open_importer()
    twins = [{**HOME, "name": "Jan Peeters", "external_id": str(n), "birth_date": ""} for n in range(7)]
    twins[3]["birth_date"] = "1980-05-04"
    bring_in(importer, *twins, near="off")

    question = only(importing(importer, {**HOME, "name": "Jan Peeters", "birth_date": "1980-05-04"}).conflicts)

    assert choices(question) == ["client:4", "client:1", "client:2", "client:3", "client:5", "new", "skip"]


def test_how_sure_it_must_be_can_be_chosen(open_importer: OpenImporter) -> None:
    """By plan or profile; ``off`` never looks."""
    importer = open_importer()
    bring_in(importer, JAN)
    slip = {"name": "J. Peeters", "address": "Kerkstr. 12", "postal_code": "9000", "email": "j@p.example"}

    def asked(row: Row, near: str) -> bool:
        return bool(importing(importer, row, near=near).conflicts)

    assert [near for near in ("strict", "close", "similar", "rough", "off") if asked(JAN_AGAIN, near)] == [
        "close",
        "similar",
        "rough",
    ]
    assert [near for near in ("strict", "close", "similar", "rough", "off") if asked(slip, near)] == [
        "similar",
        "rough",
    ]
    with pytest.raises(SettingsError):
        importing(importer, JAN_AGAIN, near="exact")


def test_too_many_are_not_compared_and_that_is_said(open_importer: OpenImporter) -> None:
    """With the numbers; no question is asked."""
    importer = open_importer(settings=Settings(near_limit=2))
    bring_in(importer, JAN, ELS)

    plan = importing(importer, JAN_AGAIN)

    finding = only([finding for finding in plan.findings if finding.code == "near-not-compared"])
    assert finding.params == {"records": 1, "clients": 2, "limit": 2}
    assert fates(plan) == ["create:new"]
    assert not [f for f in importing(importer, JAN_AGAIN, near="off").findings if f.code == "near-not-compared"]
    assert not [f for f in importing(importer, JAN).findings if f.code == "near-not-compared"]


def test_a_crowd_with_one_clue_is_nobodys_likeness(open_importer: OpenImporter) -> None:
    """Thirty colleagues with the firm's address, or one name typed thirty times, are no questions."""
    many = [{"name": "Test", "birth_date": "1980-05-04", "external_id": str(n)} for n in range(30)]

    assert importing(open_importer(), *many).conflicts == []


# ------------------------------------------------------------------------------------------------ answering


def test_it_is_that_client(open_importer: OpenImporter) -> None:
    """Then it is an update of it, under the policy like any other."""
    importer = open_importer()
    bring_in(importer, JAN)
    plan = decided(importing(importer, JAN_AGAIN, merge="fill_blank"), "client:1")

    assert fates(plan) == ["update:matched"]
    assert changes(plan) == [("email", None, "jan@peeters.example", "fill_blank")]
    assert importer.apply(plan).updated == 1
    assert only(clients(importer))["email"] == "jan@peeters.example"
    assert fates(importing(importer, JAN_AGAIN, merge="fill_blank")) == ["unchanged:no-change"]


def test_it_is_that_client_and_differences_are_asked(open_importer: OpenImporter) -> None:
    """An answer may raise the next question, as it does elsewhere."""
    importer = open_importer()
    bring_in(importer, JAN)
    plan = importing(importer, {**JAN_AGAIN, "address": "Kerkstr 12"}, merge="ask")

    asked = decided(plan, "client:1")

    assert only(asked.conflicts).kind == "fields-differ"
    assert fates(decided(asked, "overwrite")) == ["update:matched"]


def test_a_client_that_another_row_has_by_a_key_is_one_client(open_importer: OpenImporter) -> None:
    """The two rows go in as one; no client is written twice."""
    importer = open_importer()
    bring_in(importer, {**JAN, "external_id": "7"})
    plan = importing(
        importer, {"name": "Jan Peeters", "external_id": "7", "mobile": "+32470000002"}, JAN_AGAIN, merge="fill_blank"
    )

    decision = decided(plan, "client:1")

    assert fates(decision) == ["update:matched", "skip:merged"]
    assert {change.field for change in decision.changes()} == {"mobile", "email"}
    assert importer.apply(decision).updated == 1


def test_it_is_the_client_of_another_row(open_importer: OpenImporter) -> None:
    """Merged into it, as rows of one client are; where they contradict that is asked next."""
    importer = open_importer()
    plan = importing(importer, JAN, {**JAN_AGAIN, "address": "Kerkstraat 12"})

    same = decided(plan, "row:1")

    assert fates(same) == ["create:new", "skip:merged"]
    importer.apply(same)
    assert only(clients(importer)) == {**JAN, "email": "jan@peeters.example"}


def test_a_row_of_a_row_that_waits_waits_with_it(open_importer: OpenImporter) -> None:
    """Two rows that are one client have one question about the store."""
    importer = open_importer()
    bring_in(importer, JAN)
    plan = importing(
        importer, JAN_AGAIN, {**JAN_AGAIN, "name": "Jan Peeters", "email": "", "city": "Gent"}, merge="fill_blank"
    )
    first, second = plan.conflicts

    one = plan.decide({second.id: "row:1"})

    assert (only(one.conflicts).id, only(one.conflicts).records) == (first.id, 2)
    assert fates(one.decide({first.id: "skip"})) == ["skip:decision"] * 2


def test_skip_leaves_it_out(open_importer: OpenImporter) -> None:
    """Nothing is written."""
    importer = open_importer()
    bring_in(importer, JAN)

    assert fates(decided(importing(importer, JAN_AGAIN), "skip")) == ["skip:decision"]


def test_an_answer_holds_for_the_same_question_in_the_next_plan(open_importer: OpenImporter) -> None:
    """Known beforehand it gives the same plan; another file or client is another question."""
    importer = open_importer()
    bring_in(importer, JAN)
    plan = importing(importer, JAN_AGAIN)
    answer = {only(plan.conflicts).id: "new"}

    assert importing(importer, JAN_AGAIN, decisions=answer).digest == plan.decide(answer).digest
    assert plan.decide(answer).decide({}).digest == plan.decide(answer).digest
    assert only(importing(importer, JAN_AGAIN).conflicts).id == only(plan.conflicts).id
    assert only(importing(importer, {**JAN_AGAIN, "address": "Kerkstr 12"}).conflicts).id != only(plan.conflicts).id
    with pytest.raises(SettingsError):
        plan.decide({only(plan.conflicts).id: "client:99"})


def test_a_client_changed_since_is_left_alone(open_importer: OpenImporter) -> None:
    """As after every other answer."""
    importer = open_importer()
    bring_in(importer, {**JAN, "external_id": "7"})
    plan = decided(importing(importer, JAN_AGAIN, merge="fill_blank"), "client:1")
    bring_in(importer, {"external_id": "7", "name": "Jan Peeters", "email": "other@mail.example"}, merge="overwrite")

    assert importer.apply(plan).counts["stale"] == 1


def test_dates_that_can_be_read_in_two_ways_wait(open_importer: OpenImporter) -> None:
    """Once the column is decided on, the birth date speaks for it or against."""
    importer = open_importer()
    bring_in(importer, {"name": "Jan Peeters", "birth_date": "1980-04-03", "city": "Gent"})
    rows = [{"name": "Jan Peeters", "birth_date": "03/04/1980", "city": "Gent", "email": "jan@peeters.example"}]
    plan = importing(importer, *rows, near="strict")
    assert fates(plan) == ["conflict:column-format"]

    right, wrong = (plan.decide({"column-format:birth_date": order}) for order in ("DMY", "MDY"))

    assert fates(right) == ["conflict:near-match"]
    assert fates(wrong) == ["create:new"]
    assert (
        right.digest == importing(importer, *rows, near="strict", decisions={"column-format:birth_date": "DMY"}).digest
    )


def test_nothing_is_asked_where_nobody_would_be_made(open_importer: OpenImporter) -> None:
    """``update_only`` makes nobody; ``create_only`` asks before it does, and leaves a known client alone."""
    importer = open_importer()
    bring_in(importer, JAN)

    assert fates(importing(importer, JAN_AGAIN, mode="update_only")) == ["skip:mode-update-only"]
    assert fates(decided(importing(importer, JAN_AGAIN, mode="create_only"), "client:1")) == ["skip:mode-create-only"]


def test_an_answer_between_equally_near_clients_holds(open_importer: OpenImporter) -> None:
    """Whichever it is: what is decided next asks the same question again, in the same order."""
    importer = open_importer()
    bring_in(importer, *({**HOME, "name": "Jan Peeters", "external_id": n} for n in "123"), near="off")
    row = {**HOME, "name": "Jan Peeters", "email": "jan@peeters.example"}
    plan = importing(importer, row)
    assert choices(only(plan.conflicts)) == ["client:1", "client:2", "client:3", "new", "skip"]
    answer = {only(plan.conflicts).id: "client:2"}

    again = plan.decide(answer).decide({"records:only_in_import": "take"})

    assert (dict(again.unmet), again.conflicts) == ({}, [])
    both = {**answer, "records:only_in_import": "take"}
    assert again.digest == importing(importer, row, decisions=both).digest


def test_a_format_decided_on_shows_new_clients_that_are_compared_too(open_importer: OpenImporter) -> None:
    """The row with the stored client's key turns out to be refused: what is left of its client resembles it."""
    importer = open_importer()
    bring_in(importer, {**JAN, "email": "jan@old.example"})
    rows = (
        {"external_id": "9", "name": "Jan Peeters", "email": "jan@old.example", "opening_balance": "1.234"},
        {"external_id": "9", **JAN_AGAIN},
    )
    plan = importing(importer, *rows, merge="keep")
    decision = {"column-format:opening_balance": "."}

    right = plan.decide(decision)

    assert fates(right) == ["invalid:findings", "conflict:near-match"]
    assert right.digest == importing(importer, *rows, merge="keep", decisions=decision).digest


def test_too_many_for_a_comparison_is_said_once(open_importer: OpenImporter) -> None:
    """Also after a format was decided on, with the number that it is then."""
    importer = open_importer(settings=Settings(near_limit=2))
    bring_in(importer, JAN, ELS)
    rows = [{**JAN_AGAIN, "opening_balance": "1.234"}, {"name": "Tom Nys", "email": "t@x.example"}]
    plan = importing(importer, *rows)
    decision = {"column-format:opening_balance": "."}

    decided = plan.decide(decision)

    found = [[f.params["records"] for f in each.findings if f.code == "near-not-compared"] for each in (plan, decided)]
    assert found == [[2], [1]]
    assert decided.digest == importing(importer, *rows, decisions=decision).digest


# ------------------------------------------------------------------------------------------------ in the overview


def test_one_that_is_asked_about_is_not_left_out_with_the_new_ones(open_importer: OpenImporter) -> None:
    """It may be a stored client: the overview does not count it among the new, and the decision about these leaves it."""
    importer = open_importer()
    bring_in(importer, JAN)
    plan = importing(importer, JAN_AGAIN, {"name": "Tom Claes", "email": "tom@claes.example"}, merge="fill_blank")
    assert plan.overview().bulk() == {"records:only_in_import": 1}

    left = plan.decide({"records:only_in_import": "skip"})

    assert fates(left) == ["conflict:near-match", "skip:decision"]
    assert fates(decided(left, "new")) == ["skip:decision"] * 2
    assert fates(decided(left, "client:1")) == ["update:matched", "skip:decision"]


def test_a_client_asked_about_is_not_only_here(open_importer: OpenImporter) -> None:
    """While the question is open it may be the one in the import; then it is, or it is not."""
    importer = open_importer()
    bring_in(importer, JAN)
    plan = importing(importer, JAN_AGAIN, merge="fill_blank")

    def groups(plan: Plan) -> list[int]:
        overview = plan.overview()
        return [len(list(getattr(overview, group))) for group in ("only_in_import", "only_here", "both")]

    assert groups(plan) == [0, 0, 1]
    assert groups(decided(plan, "new")) == [1, 1, 0]
    assert groups(decided(plan, "client:1")) == [0, 0, 1]


# ------------------------------------------------------------------------------------------------ remembering


def test_who_was_told_apart_is_not_asked_about_again(open_importer: OpenImporter) -> None:
    """Neither by a look through the store nor by the next import."""
    importer = open_importer()
    bring_in(importer, JAN)
    plan = decided(importing(importer, JAN_AGAIN), "new")
    assert fates(plan) == ["create:told-apart"]

    receipt = importer.apply(plan)

    assert receipt.created == 1
    assert importer.not_same.list() == [("1", "2")]
    found = importer.duplicates()
    assert (found.found, found.told_apart) == (0, 1)
    assert fates(importing(importer, JAN_AGAIN)) == ["unchanged:no-change"]


def test_rows_told_apart_are_remembered_too(open_importer: OpenImporter) -> None:
    """Whatever page of the plan they stand on."""
    importer = open_importer()
    filler = [{"name": f"Klant {n}", "email": f"k{n}@voorbeeld.be"} for n in range(600)]

    importer.apply(decided(importing(importer, JAN, *filler, JAN_AGAIN), "new"))

    assert importer.not_same.list() == [("1", "602")]


def test_a_record_without_keys_is_only_asked_about_its_own_client(open_importer: OpenImporter) -> None:
    """It equals one of two that were told apart: the other is out of the question."""
    importer = open_importer()
    named = {"name": "Jan Peeters", **HOME}
    bring_in(
        importer,
        {**named, "birth_date": "1980-05-04", "email": "a@mail.example"},
        {**named, "email": "b@mail.example", "birth_date": "1950-02-01"},
    )
    again = {**named, "birth_date": "1980-05-04"}
    importer.not_same.add("2", "1")

    assert choices(only(importing(importer, again).conflicts)) == ["client:1", "new", "skip"]
    both = only(importing(importer, {**named, "postal_code": "9000"}).conflicts)
    assert choices(both) == ["client:1", "client:2", "new", "skip"]  # equally near: neither is out of the question


def test_only_what_was_asked_is_remembered(open_importer: OpenImporter) -> None:
    """Not who was near until the birth date could be read."""
    importer = open_importer()
    named = {"name": "Jan Peeters", **HOME}
    father, son = {**named, "birth_date": "1951-09-17"}, {**named, "birth_date": "1980-04-03"}
    bring_in(importer, {**father, "external_id": "1"}, {**son, "external_id": "2"}, near="off")
    plan = importing(importer, {**named, "birth_date": "03/04/1980", "email": "jan@peeters.example"})
    known = plan.decide({"column-format:birth_date": "DMY"})
    assert choices(only(known.conflicts)) == ["client:2", "new", "skip"]

    importer.apply(decided(known, "new"))

    assert importer.not_same.list() == [("2", "3")]


def test_an_undo_forgets(open_importer: OpenImporter) -> None:
    """What the run said goes with it, even where its client stays."""
    importer = open_importer()
    bring_in(importer, JAN)
    first = importer.apply(decided(importing(importer, JAN_AGAIN), "new"))
    bring_in(importer, {"name": "Peeters, Jan", "email": "jan@peeters.example", "city": "Gent"}, merge="fill_blank")

    assert importer.undo(first).kept
    assert importer.not_same.list() == []
    assert len(clients(importer)) == 2


def test_the_host_can_say_it_too(open_importer: OpenImporter) -> None:
    """And take it back; both are in the activity log."""
    importer = open_importer()
    bring_in(importer, JAN, JAN_AGAIN, near="off")
    assert importer.duplicates().found == 1

    importer.not_same.add("2", "1")
    assert importer.duplicates().found == 0
    importer.not_same.remove("1", "2")

    assert importer.duplicates().found == 1
    assert [entry.action for entry in importer.activity()][-2:] == ["not-same", "not-same-removed"]
    for wrong in (("1", "1"), ("1", "9"), ("x", "1")):
        with pytest.raises(SettingsError):
            importer.not_same.add(*wrong)
