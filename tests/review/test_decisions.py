"""Decisions about single clients and fields: each changes what it says and nothing else, and says when it no longer holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from clientimport import Decision, Importer, Plan
from clientimport.core.overview import FieldReview, OverviewEntry
from clientimport.documents.decisions import decisions_document, load_decisions
from clientimport.errors import SettingsError
from tests.planning.given import OpenImporter, bring_in, changes, clients, fates, only, plan_of
from tests.planning.test_three_way import edit

JAN: dict[str, str] = {
    "external_id": "1",
    "name": "Jan Peeters",
    "city": "Gent",
    "email": "jan@voorbeeld.be",
    "notes": "oud",
}
ELS = {"external_id": "2", "name": "Els Maes", "city": "Mol", "email": "els@voorbeeld.be", "notes": "vast"}
NEW = {"external_id": "3", "name": "Rita Simons", "city": "Geel", "email": "rita@voorbeeld.be", "notes": ""}
TOM = {"external_id": "4", "name": "Tom Claes", "city": "Lier", "email": "tom@voorbeeld.be", "notes": ""}


@pytest.fixture
def importer(open_importer: OpenImporter) -> Importer:
    """Knows Jan and Els from another list."""
    importer = open_importer()
    bring_in(importer, JAN, ELS)
    return importer


def entry(plan: Plan, name: str) -> OverviewEntry:
    """The entry of the client with that name."""
    groups = plan.overview().groups
    found: OverviewEntry = only(
        [each for group in ("only_in_import", "both") for each in groups[group] if each.name == name]
    )
    return found


def field(plan: Plan, name: str, field_name: str) -> FieldReview:
    """One field of the client with that name."""
    found: FieldReview = only([each for each in entry(plan, name).fields if each.field == field_name])
    return found


def id_of(thing: OverviewEntry | FieldReview) -> str:
    """The id of its decision, which it has."""
    assert thing.id is not None
    return thing.id


# ------------------------------------------------------------------------------------------------ records


def test_a_new_client_is_left_out(importer: Importer) -> None:
    """Only that one; and taken again when somebody thinks again."""
    plan = plan_of(importer, NEW, TOM)
    id_ = id_of(entry(plan, "Rita Simons"))
    assert entry(plan, "Rita Simons").choice == "take"

    decided = plan.decide({id_: "skip"})

    assert fates(decided) == ["skip:decision", "create:new"]
    assert entry(decided, "Rita Simons").id == id_
    assert entry(decided, "Rita Simons").choice == "skip"
    assert fates(decided.decide({id_: "take"})) == fates(plan)
    importer.apply(decided)
    assert [client["name"] for client in clients(importer)] == ["Jan Peeters", "Els Maes", "Tom Claes"]


def test_all_new_clients_are_left_out_but_one(importer: Importer) -> None:
    """What was decided about a single client goes before what holds for all; clients that are here are no new ones."""
    plan = plan_of(importer, {**JAN, "city": ""}, NEW, TOM)

    decided = plan.decide(
        [Decision("records:only_in_import", "skip"), Decision(id_of(entry(plan, "Tom Claes")), "take")]
    )

    assert fates(decided) == ["unchanged:no-change", "skip:decision", "create:new"]


def test_a_known_client_is_left_out(importer: Importer) -> None:
    """Whatever would have been asked or written."""
    plan = plan_of(importer, {**JAN, "city": "Brugge"}, {**ELS, "email": "", "notes": ""})

    decided = plan.decide({id_of(entry(plan, "Jan Peeters")): "skip"})

    assert fates(plan) == ["conflict:fields-differ", "unchanged:no-change"]
    assert fates(decided) == ["skip:decision", "unchanged:no-change"]
    assert only([record.client for record in decided.records() if record.disposition == "skip"]) == "1"


def test_rows_of_one_client_are_left_out_together(importer: Importer) -> None:
    """They stay one entry, and come back together, also where they contradict."""
    plan = plan_of(importer, NEW, {**NEW, "city": "Balen"}, TOM)
    first = only([each for each in plan.overview().only_in_import if each.name == "Rita Simons"])
    assert (first.rows, first.record.disposition) == ((1, 2), "conflict")

    decided = plan.decide({id_of(first): "skip"})

    assert fates(decided) == ["skip:decision", "skip:decision", "create:new"]
    left = entry(decided, "Rita Simons")
    assert (left.rows, left.id, left.choice) == ((1, 2), first.id, "skip")
    groups = decided.overview().groups
    assert sum(group.records for group in groups.values()) == decided.summary.records == 3
    assert fates(decided.decide({id_of(left): "take"})) == fates(plan)


def test_namesakes_without_a_key_are_apart(importer: Importer) -> None:
    """They are told apart by their rows."""
    rows = [{"name": "An Smit", "city": "Gent"}, {"name": "An Smits", "city": "Gent"}]
    plan = plan_of(importer, *rows)
    ids = [each.id for each in plan.overview().only_in_import]

    assert len(set(ids)) == 2
    assert fates(plan.decide({str(ids[1]): "skip"})) == ["create:new", "skip:decision"]


def test_what_cannot_go_in_cannot_be_decided(importer: Importer) -> None:
    """An invalid record has no id, and a bulk decision leaves it invalid."""
    plan = plan_of(importer, {**NEW, "email": "rita@"}, TOM)

    assert [each.id for each in plan.overview().invalid] == [None]
    assert fates(plan.decide({"records:only_in_import": "skip"})) == ["invalid:findings", "skip:decision"]


def test_where_nobody_is_updated_nothing_can_be_decided(importer: Importer) -> None:
    """No decision could change that."""
    plan = plan_of(importer, {**JAN, "city": "Brugge"}, mode="create_only")

    both = only(list(plan.overview().both))
    assert (both.id, both.choice, [each.id for each in both.fields if each.field == "city"]) == (None, None, [None])


def test_what_an_answer_left_out_is_no_choice_any_more(importer: Importer) -> None:
    """The answer to the question is what was decided."""
    plan = plan_of(importer, {**JAN, "city": "Brugge"})
    decided = plan.decide({only(plan.conflicts).id: "skip"})

    assert only(list(decided.overview().both)).id is None
    assert fates(decided) == ["skip:decision"]


# ------------------------------------------------------------------------------------------------ fields


def test_one_field_is_overwritten(importer: Importer) -> None:
    """Where the policy would keep it."""
    plan = plan_of(importer, {**JAN, "city": "Brugge", "notes": "nieuw"}, merge="keep")
    city = field(plan, "Jan Peeters", "city")
    assert (city.fate, city.choice) == ("kept", "keep")

    decided = plan.decide({id_of(city): "overwrite"})

    assert changes(decided) == [("city", "Gent", "Brugge", "decision")]
    assert field(decided, "Jan Peeters", "city").choice == "overwrite"
    assert field(decided, "Jan Peeters", "city").id == city.id
    importer.apply(decided)
    assert clients(importer)[0] == {**JAN, "city": "Brugge"}


def test_one_field_is_kept(importer: Importer) -> None:
    """Where the policy would write it; also a blank one."""
    edit(importer, "1", notes=None)
    plan = plan_of(importer, {**JAN, "city": "Brugge", "notes": "nieuw"}, merge="overwrite")
    ids = [id_of(field(plan, "Jan Peeters", name)) for name in ("city", "notes")]

    assert changes(plan.decide({ids[0]: "keep"})) == [("notes", None, "nieuw", "fill_blank")]
    assert fates(plan.decide(dict.fromkeys(ids, "keep"))) == ["unchanged:no-change"]


def test_a_question_shrinks_by_what_was_decided(importer: Importer) -> None:
    """It keeps its id and asks about the rest; with every field decided it is not asked."""
    plan = plan_of(importer, {**JAN, "city": "Brugge", "notes": "nieuw", "email": "jan@elders.be"})
    question = only(plan.conflicts)
    assert question.fields == ("email", "city", "notes")
    city = id_of(field(plan, "Jan Peeters", "city"))

    decided = plan.decide({city: "overwrite"})

    rest = only(decided.conflicts)
    assert (rest.id, rest.fields) == (question.id, ("email", "notes"))
    assert set(rest.params["stored"]) == {"email", "notes"}
    assert [option.choice for option in rest.options] == [
        "keep",
        "overwrite",
        "overwrite:email",
        "overwrite:notes",
        "skip",
    ]
    assert sorted(changes(decided.decide({rest.id: "overwrite:notes"}))) == [
        ("city", "Gent", "Brugge", "decision"),
        ("notes", "oud", "nieuw", "decision"),
    ]
    ids = [id_of(field(plan, "Jan Peeters", name)) for name in ("email", "notes")]
    all_decided = decided.decide(dict.fromkeys(ids, "keep"))
    assert (changes(all_decided), all_decided.conflicts) == ([("city", "Gent", "Brugge", "decision")], [])


def test_all_of_a_field_at_once(importer: Importer) -> None:
    """For everybody, but for those decided one by one and by an answer."""
    rows = [{**JAN, "city": "Brugge", "notes": "nieuw"}, {**ELS, "city": "Balen"}]
    plan = plan_of(importer, *rows)
    els = id_of(field(plan, "Els Maes", "city"))

    decided = plan.decide({"fields:city": "overwrite", els: "keep"})

    assert fates(decided) == ["conflict:fields-differ", "unchanged:no-change"]
    assert only(decided.conflicts).fields == ("notes",)
    assert only(decided.conflicts).id == plan.conflicts[0].id
    answered = plan.decide({"fields:city": "overwrite", plan.conflicts[0].id: "overwrite:notes"})
    assert changes(answered) == [("notes", "oud", "nieuw", "decision"), ("city", "Mol", "Balen", "decision")]


def test_bulk_choices_are_counted(importer: Importer) -> None:
    """For how many clients each would decide something."""
    rows = [{**JAN, "city": "Brugge", "notes": "nieuw"}, {**ELS, "city": "Balen"}, NEW, TOM]
    plan = plan_of(importer, *rows)

    assert plan.overview().bulk() == {"records:only_in_import": 2, "fields:city": 2, "fields:notes": 1}
    decided = plan.decide({"fields:city": "keep"}).overview().to_dict("nl")
    assert [(each["id"], each["label"], each["choice"], each["count"]) for each in decided["bulk"]] == [
        ("records:only_in_import", "Klanten enkel in import", None, 2),
        ("fields:city", "Gemeente, van iedereen", "keep", 2),
        ("fields:notes", "Notities, van iedereen", None, 1),
    ]
    assert decided["decisions"] == [{"id": "fields:city", "choice": "keep"}]


def test_what_belongs_to_another_client_is_not_offered(open_importer: OpenImporter) -> None:
    """Of two clients that the row points at one is meant; the other's e-mail address stays the other's."""
    importer = open_importer(profile="daftra")
    bring_in(
        importer, {"name": "Jan Peeters", "city": "Gent", "email": "", "phone": "+3216203040"}, {**ELS, "phone": ""}
    )
    row = {"name": "Jan Peeters", "phone": "+3216203040", "email": ELS["email"], "city": "Brugge"}
    plan = plan_of(importer, row, merge="ask")
    chosen = plan.decide({only(plan.conflicts).id: "client:1"})

    ids = {each.field: each.id for each in only(list(chosen.overview().both)).fields}
    assert ids["email"] is None
    assert changes(chosen.decide({str(ids["city"]): "overwrite"})) == [("city", "Gent", "Brugge", "decision")]


def test_rows_with_an_answer_are_decided_as_answered(importer: Importer) -> None:
    """Of contradicting rows one was chosen: its values are the ones that a decision is about."""
    plan = plan_of(importer, {**JAN, "city": "Brugge"}, {**JAN, "city": "Aalst"})
    chosen = plan.decide({only(plan.conflicts).id: "row:2"})

    city = field(chosen, "Jan Peeters", "city")

    assert changes(chosen.decide({id_of(city): "overwrite"})) == [("city", "Gent", "Aalst", "decision")]


# ------------------------------------------------------------------------------------------------ as a file, and later


def test_decisions_survive_planning_again(importer: Importer) -> None:
    """The same file, the same decisions, the same plan."""
    rows = [{**JAN, "city": "Brugge"}, NEW]
    plan = plan_of(importer, *rows)
    taken = {id_of(field(plan, "Jan Peeters", "city")): "overwrite", id_of(entry(plan, "Rita Simons")): "skip"}

    again = plan_of(importer, *rows, decisions=taken)

    assert again.digest == plan.decide(taken).digest
    assert (dict(again.unmet), again.decisions) == ({}, dict(sorted(taken.items())))


def test_decisions_say_when_they_do_not_hold(importer: Importer) -> None:
    """The value changed on one side, or the client is not in the file: nothing is done for them, and a finding says so."""
    plan = plan_of(importer, {**JAN, "city": "Brugge"}, NEW)
    city, rita = id_of(field(plan, "Jan Peeters", "city")), id_of(entry(plan, "Rita Simons"))

    again = plan_of(importer, {**JAN, "city": "Lier"}, TOM, decisions={city: "overwrite", rita: "skip"})

    assert dict(again.unmet) == {city: "gone", rita: "gone"}
    found = only([each for each in again.source_findings if each.code == "decision-unmet"])
    assert (found.severity, found.params) == ("warning", {"count": 2, "ids": sorted([city, rita])})
    assert fates(again) == ["conflict:fields-differ", "create:new"]
    assert again.summary.findings == {"decision-unmet": 1}
    # deciding on goes on from there, and counts it once
    further = again.decide({id_of(field(again, "Jan Peeters", "city")): "keep"})
    assert further.summary.findings == {"decision-unmet": 1}
    assert further.decide({}, replace=True).summary.findings == {}


def test_a_file_of_decisions(importer: Importer, tmp_path: Path) -> None:
    """Written, read, and used by a plan made anew; answers about nothing are named and stop nothing."""
    plan = plan_of(importer, {**JAN, "city": "Brugge"}, NEW)
    taken = {only(plan.conflicts).id: "overwrite", id_of(entry(plan, "Rita Simons")): "skip"}
    path = tmp_path / "decisions.json"
    path.write_text(json.dumps(decisions_document(taken, plan.digest)))

    assert load_decisions(path) == taken
    assert plan.decide_from(path).digest == plan.decide(taken).digest
    assert plan_of(importer, {**JAN, "city": "Brugge"}, NEW, decisions=path).digest == plan.decide(taken).digest
    decided = plan.decide(taken)
    fewer = dict(list(taken.items())[:1])
    path.write_text(json.dumps(decisions_document(fewer, decided.digest)))
    assert (
        decided.decide_from(path).digest == plan.decide(fewer).digest
    )  # all decisions of this plan: one was taken back
    path.write_text(json.dumps(decisions_document(fewer, plan.digest)))
    assert decided.decide_from(path).digest == decided.digest  # of another plan: added
    path.write_text(json.dumps({**taken, "record:000000000000": "skip"}))
    assert dict(plan.decide_from(path).unmet) == {"record:000000000000": "gone"}


def test_decisions_are_replaced_or_added_to(importer: Importer) -> None:
    """By default those taken before stand."""
    plan = plan_of(importer, NEW, TOM)
    rita, tom = id_of(entry(plan, "Rita Simons")), id_of(entry(plan, "Tom Claes"))
    decided = plan.decide({rita: "skip"})

    assert fates(decided.decide({tom: "skip"})) == ["skip:decision"] * 2
    assert fates(decided.decide({tom: "skip"}, replace=True)) == ["create:new", "skip:decision"]


def test_answers_about_columns_stay_when_decisions_are_replaced(importer: Importer) -> None:
    """How a column is read was settled before its records were seen."""
    plan = plan_of(importer, {"name": "An Smit", "birth_date": "03/04/1980"})
    read = plan.decide({"column-format:birth_date": "DMY"})

    assert read.decide({}, replace=True).digest == read.digest


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"record:000000000000": "skip"}, "record:000000000000"),
        ({"field:1:city:0000000000": "keep"}, "field:1:city"),
        ({"fields:phone": "keep"}, "fields:phone"),
        ({"fields:city": "update"}, "overwrite"),
        ({"records:only_in_import": "yes"}, "take"),
        ({"records:both": "skip"}, "records:both"),
        ({"anything": "else"}, "anything"),
        ({"fields:city": 3}, "decision.choice"),
        (["fields:city"], "decisions"),
        ("fields:city", "decisions"),
    ],
)
def test_a_broken_decision_raises_at_once(importer: Importer, given: Any, named: str) -> None:
    """Naming it, or what is allowed."""
    plan = plan_of(importer, {**JAN, "city": "Brugge"})

    with pytest.raises(SettingsError, match=named):
        plan.decide(given)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3",
        "[3]",
        '[{"id": "a"}]',
        '{"a": 1}',
        '{"a": "x", "a": "y"}',
        '[{"id": "a", "choice": "x"}, {"id": "a", "choice": "y"}]',
        '{"clientimport": "plan", "version": 1}',
        '{"clientimport": "decisions", "version": 2, "decisions": []}',
        "[" * 100_000,
    ],
)
def test_a_file_that_holds_no_decisions_is_refused(tmp_path: Path, text: str) -> None:
    """By its name, with what is wanted."""
    path = tmp_path / "decisions.json"
    path.write_text(text)

    with pytest.raises(SettingsError, match=r"decisions\.json"):
        load_decisions(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """The same way."""
    with pytest.raises(SettingsError, match=r"decisions\.json"):
        load_decisions(tmp_path / "decisions.json")


def test_three_forms_of_a_file(tmp_path: Path) -> None:
    """An object, a list, and the document of a review."""
    forms: list[Mapping[str, Any] | list[Any]] = [
        {"a": "x"},
        [{"id": "a", "choice": "x"}],
        decisions_document({"a": "x"}, ""),
    ]
    for form in forms:
        path = tmp_path / "decisions.json"
        path.write_text("\ufeff" + json.dumps(form), encoding="utf-8")
        assert load_decisions(path) == {"a": "x"}


def test_a_client_that_only_a_later_row_points_at_is_compared(importer: Importer) -> None:
    """The first row has no key that is here; what the plan writes is what the review shows, and can be decided."""
    bring_in(importer, {"external_id": "", "name": "Ria Nys", "city": "Gent", "email": "ria@voorbeeld.be"}, near="off")
    rows = [
        {"external_id": "B1", "name": "Ria Nys", "city": "Aalst", "email": ""},
        {"external_id": "B1", "name": "Ria Nys", "city": "Aalst", "email": "ria@voorbeeld.be"},
    ]
    plan = plan_of(importer, *rows, merge="overwrite")
    assert ("city", "Gent", "Aalst", "overwrite") in changes(plan)

    city = field(plan, "Ria Nys", "city")

    assert (city.here, city.given, city.fate) == ("Gent", "Aalst", "written")
    assert "city" not in [each[0] for each in changes(plan.decide({id_of(city): "keep"}))]


def test_an_answer_and_a_decision_about_one_record_do_not_quarrel(importer: Importer) -> None:
    """Both leave it out; neither is about nothing. So with a column's answer that makes the record invalid."""
    bring_in(importer, {"external_id": "", "name": "Jan Peeters", "city": "", "email": "jp@voorbeeld.be"}, near="off")
    plan = plan_of(importer, {"external_id": "1", "name": "Jan Peeters", "email": "jp@voorbeeld.be"})
    question, one = only(plan.conflicts), only(list(plan.overview().both))

    decided = plan.decide({question.id: "skip", id_of(one): "skip"})

    assert (fates(decided), dict(decided.unmet)) == (["skip:decision"], {})
    dated = plan_of(importer, {**NEW, "birth_date": "03/04/1980"}, {**TOM, "birth_date": "05/13/1980"})
    assert dict(dated.unmet) == {}
