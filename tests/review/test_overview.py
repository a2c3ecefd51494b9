"""The four groups of an overview: who is where, field by field, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from clientimport import Importer, Plan, Settings
from clientimport.core.overview import OverviewEntry
from clientimport.errors import PlanError, SettingsError
from tests.planning.given import OpenImporter, bring_in, only, plan_of
from tests.planning.test_three_way import edit

JAN = {"external_id": "1", "name": "Jan Peeters", "city": "Gent", "email": "", "notes": "oud"}
ELS = {"external_id": "2", "name": "Els Maes", "city": "Mol", "email": "", "notes": ""}
NEW = {"external_id": "3", "name": "Rita Simons", "city": "Geel", "email": "rita@voorbeeld.be", "notes": ""}
BAD = {"external_id": "4", "name": "", "city": "Lier", "email": "mia@", "notes": ""}


def seen(entry: OverviewEntry) -> dict[str, tuple[Any, ...]]:
    """Field -> (here, given, base, fate, rule)."""
    return {f.field: (f.here, f.given, f.base, f.fate, f.rule) for f in entry.fields}


def sizes(plan: Plan) -> dict[str, tuple[int, int]]:
    """Group -> (clients, records), as counted, after going through the entries."""
    groups = plan.overview().groups
    for name, group in groups.items():
        entries = list(group)
        assert len(entries) == group.count
        if name != "only_here":
            assert sum(len(entry.rows) for entry in entries) == group.records
    return {name: (group.count, group.records) for name, group in groups.items()}


@pytest.fixture
def importer(open_importer: OpenImporter) -> Importer:
    """Knows Jan and Els from an earlier list."""
    importer = open_importer()
    bring_in(importer, JAN, ELS, system="crm")
    return importer


def test_every_client_is_in_one_group(importer: Importer) -> None:
    """Of the import and of the store; every record is counted once."""
    plan = plan_of(importer, JAN, NEW, BAD, system="crm")

    assert sizes(plan) == {"only_in_import": (1, 1), "only_here": (1, 0), "both": (1, 1), "invalid": (1, 1)}
    overview = plan.overview()
    assert [entry.name for entry in overview.only_in_import] == ["Rita Simons"]
    assert [(other.client, other.name, other.reason) for other in overview.only_here] == [
        ("2", "Els Maes", "not-listed")
    ]
    assert [(entry.clients, entry.rows) for entry in overview.both] == [(("1",), (1,))]
    bad = only(list(overview.invalid))
    assert (bad.fields, bad.clients, bad.rows) == ((), (), (3,))
    assert {finding.code for finding in bad.record.findings} == {"required", "email-invalid"}


def test_fields_are_compared_one_by_one(importer: Importer) -> None:
    """The same, written by rule, kept, asked, or not said by the import."""
    edit(importer, "1", city="Aalst", notes="van hier")
    row = {**JAN, "name": "PEETERS Jan", "city": "Brugge", "email": "jan@voorbeeld.be"}

    entry = only(list(plan_of(importer, row, system="crm").overview().both))

    assert seen(entry) == {
        "external_id": ("1", "1", "1", "same", None),
        "name": ("Jan Peeters", "PEETERS Jan", "Jan Peeters", "same", None),
        "email": (None, "jan@voorbeeld.be", None, "waiting", None),
        "city": ("Aalst", "Brugge", "Gent", "asked", None),
        "notes": ("van hier", "oud", "oud", "waiting", None),
    }
    assert entry.record.conflict is not None
    assert [field.field for field in entry.differences] == ["email", "city", "notes"]


def test_what_is_written_says_by_which_rule(importer: Importer) -> None:
    """For a known client as the changes do, for a new one because it is new."""
    rows = [{**JAN, "city": "Brugge", "email": "jan@voorbeeld.be", "notes": ""}, NEW]
    overview = plan_of(importer, *rows, system="crm").overview()

    known, new = only(list(overview.both)), only(list(overview.only_in_import))

    assert seen(known)["city"] == ("Gent", "Brugge", "Gent", "written", "three_way")
    assert seen(known)["email"] == (None, "jan@voorbeeld.be", None, "written", "fill_blank")
    assert seen(known)["notes"] == ("oud", None, "oud", "only_here", None)
    assert seen(new)["city"] == (None, "Geel", None, "written", "new")


def test_an_answer_is_seen_in_the_overview(importer: Importer) -> None:
    """What a person decided is written, and says so."""
    plan = plan_of(importer, {**JAN, "city": "Brugge"}, system="erp")

    decided = plan.decide({only(plan.conflicts).id: "overwrite"})

    assert seen(only(list(decided.overview().both)))["city"] == ("Gent", "Brugge", None, "written", "decision")


def test_rows_of_one_client_are_one_entry(importer: Importer) -> None:
    """What they say together; also where they wait for one answer."""
    rows = [
        {**NEW, "email": ""},
        {**JAN, "city": "", "email": "jan@voorbeeld.be", "notes": ""},
        {**NEW, "city": ""},
        {**JAN, "notes": ""},
    ]
    overview = plan_of(importer, *rows, system="crm").overview()
    new, known = only(list(overview.only_in_import)), only(list(overview.both))
    assert (new.rows, seen(new)["email"][1]) == ((1, 3), "rita@voorbeeld.be")
    assert (known.rows, seen(known)["city"][1], seen(known)["email"][3]) == ((2, 4), "Gent", "written")

    contradicting = plan_of(importer, NEW, ELS, {**NEW, "city": "Ham"}, {**NEW, "city": "Paal"}, system="crm")
    assert sizes(contradicting)["only_in_import"] == (1, 3)
    entry = only(list(contradicting.overview().only_in_import))
    assert (entry.rows, seen(entry)["city"]) == ((1, 3, 4), (None, "Geel", None, "asked", None))


def test_a_question_which_client_is_meant_names_them_all(importer: Importer) -> None:
    """There is nothing to compare before it is answered."""
    bring_in(importer, {"external_id": "8", "name": "Jan Peeters", "email": "jp@voorbeeld.be"}, system="erp")
    plan = plan_of(importer, {**JAN, "email": "jp@voorbeeld.be"}, system="crm")

    entry = only(list(plan.overview().both))

    assert only(plan.conflicts).kind == "two-clients"
    assert (sorted(entry.clients), entry.fields) == (["1", "3"], ())
    assert [other.client for other in plan.overview().only_here] == ["2"]


@pytest.mark.parametrize(
    ("options", "group", "count"),
    [
        ({"mode": "create_only"}, "both", 1),
        ({"update_existing": False}, "both", 1),
        ({"mode": "update_only"}, "only_in_import", 1),
    ],
)
def test_what_is_left_out_is_in_its_group_all_the_same(
    importer: Importer, options: Mapping[str, Any], group: str, count: int
) -> None:
    """A client that is not written is still only there, or in both."""
    plan = plan_of(importer, {**JAN, "city": "Brugge"}, NEW, system="crm", **options)

    entries = [entry for entry in plan.overview().groups[group] if entry.record.disposition == "skip"]

    assert len(entries) == count
    assert {field.fate for entry in entries for field in entry.fields} <= {"same", "kept", "only_here"}


def test_why_a_client_is_only_here(importer: Importer) -> None:
    """Another system had it, nobody had it, or this system had it before."""
    bring_in(importer, {"external_id": "8", "name": "Van elders"}, system="erp")
    entered = bring_in(importer, {"external_id": "9", "name": "Met de hand"}, system="app")
    with importer.store.writing() as work:  # as if no import had made it
        work.runs.mark_undone(entered.run, entered.run)

    others = list(plan_of(importer, NEW, system="crm").overview().only_here)

    assert [(other.name, other.reason, other.systems) for other in others] == [
        ("Jan Peeters", "not-listed", ("crm",)),
        ("Els Maes", "not-listed", ("crm",)),
        ("Van elders", "other-system", ("erp",)),
        ("Met de hand", "entered-here", ()),
    ]


def test_headings_name_the_product(open_importer: OpenImporter) -> None:
    """In three languages; without a name it is here."""
    overview = plan_of(open_importer(settings=Settings(product="Accounton")), NEW).overview()
    groups = ("only_in_import", "only_here", "both", "invalid")

    assert [overview.label(group, "nl") for group in groups] == [
        "Klanten enkel in import", "Klanten enkel in Accounton", "Dubbele klanten", "Ongeldige klanten",
    ]  # fmt: skip
    assert [overview.label(group, "fr") for group in groups[:3]] == [
        "Clients uniquement dans l'import", "Clients uniquement dans Accounton", "Clients en double",
    ]  # fmt: skip
    assert overview.label("only_here") == "Customers only in Accounton"
    assert plan_of(open_importer(), NEW).overview().label("only_here", "nl") == "Klanten enkel hier"
    assert plan_of(open_importer(), NEW).overview(product="Exact").label("only_here") == "Customers only in Exact"
    with pytest.raises(SettingsError, match="product"):
        Settings(product=" ")


def test_a_plan_without_an_importer_knows_no_store(importer: Importer, tmp_path: Any) -> None:
    """It has the groups of the import; loaded by the importer it has all."""
    plan_of(importer, JAN, system="crm").save(tmp_path / "p.jsonl")

    alone, loaded = Plan.load(tmp_path / "p.jsonl").overview(), importer.load(tmp_path / "p.jsonl").overview()

    assert list(alone.groups) == ["only_in_import", "both", "invalid"]
    with pytest.raises(PlanError, match=r"importer\.load"):
        _ = alone.only_here
    assert [other.client for other in loaded.only_here] == ["2"]


def test_the_machine_readable_face(importer: Importer) -> None:
    """Everything the objects have, and the questions; equal fields on demand."""
    plan = plan_of(importer, {**JAN, "city": "Brugge"}, BAD, system="erp")

    document = plan.overview(product="Exact").to_dict("nl")

    json.dumps(document)
    groups = ["only_in_import", "only_here", "both", "invalid"]
    assert list(document) == ["plan", "store", "product", "groups", *groups, "conflicts", "decisions", "bulk", "choose"]
    assert document["groups"]["only_here"] == {"label": "Klanten enkel in Exact", "clients": 1, "records": 0}
    both = only(document["both"])
    assert (both["sequence"], both["rows"], both["clients"], both["disposition"]) == (0, [1], ["1"], "conflict")
    assert both["conflict"] == only(document["conflicts"])["id"]
    city = only([field for field in both["fields"] if field["field"] == "city"])
    assert city == {
        "field": "city", "label": "Gemeente", "here": "Gent", "given": "Brugge", "base": None, "fate": "asked", "rule": None,
        "id": city["id"], "choice": None, "choices": ["keep", "overwrite"],
    }  # fmt: skip
    assert city["id"].startswith("field:1:city:")
    assert [finding["code"] for finding in only(document["invalid"])["findings"]] == ["email-invalid", "required"]
    assert only(document["only_here"])["why"] == "de klant kwam uit een ander systeem"
    fields = only(plan.overview().to_dict(equal=False)["both"])["fields"]
    assert [field["field"] for field in fields] == ["city"]


@pytest.mark.parametrize("lang", ["en", "nl", "fr"])
def test_the_text_is_cut_sensibly(importer: Importer, lang: str) -> None:
    """So many clients of each group, and how many more."""
    new = [{**NEW, "external_id": f"K{n}", "name": f"Klant {n}", "email": ""} for n in range(12)]
    plan = plan_of(importer, {**JAN, "city": "Brugge"}, BAD, *new, system="crm")

    text = plan.overview().to_text(lang, limit=3)

    assert "Klant 2" in text
    assert "Klant 3" not in text
    assert "Gent -> Brugge" in text
    assert "mia@" not in text
    assert "Jan Peeters" not in text.split("Gent")[1]
    whole = plan.overview().to_text(lang, limit=None)
    assert all(f"Klant {n}" in whole for n in range(12))
    assert "9" in next(line for line in text.splitlines() if line.startswith("  …"))


def test_nobodys_values_are_shown_in_passing(importer: Importer) -> None:
    """What people typed is for reports, not for logs."""
    overview = plan_of(importer, {**JAN, "city": "Brugge"}, BAD, system="crm").overview()

    shown = repr([overview, *overview.groups.values(), *overview.both, *overview.invalid, *overview.only_here])

    assert not [word for word in ("Jan", "Els", "Brugge", "Gent", "mia@") if word in shown]


def test_a_new_client_is_not_shown_beside_one_whose_shared_key_proves_nothing(open_importer: OpenImporter) -> None:
    """Too many rows have the number of somebody here: who is new among them has nothing of that client."""
    importer = open_importer(profile="daftra", settings=Settings(shared_key_limit=2, default_country="BE"))
    jan = {"name": "Jan Peeters", "phone": "+32 2 555 12 12"}
    bring_in(importer, {**jan, "birth_date": "2000-01-31"})
    blank = {**jan, "birth_date": ""}

    entry = only([*plan_of(importer, blank, blank, {**blank, "name": "Els Maes"}).overview().only_in_import])

    assert (entry.record.disposition, entry.name) == ("create", "Els Maes")
    assert [(field.field, field.fate, field.here) for field in entry.fields] == [
        ("name", "written", None),
        ("phone", "written", None),
    ]
