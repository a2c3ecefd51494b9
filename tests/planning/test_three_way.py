"""What the last import said is the base: only what both sides changed is a question, and nothing is asked twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from clientimport import Importer, Merge, MergePolicy, Plan
from clientimport.core.matching import ClientKeys
from clientimport.errors import SettingsError
from clientimport.ports import ClientUpdate
from tests.planning.given import OpenImporter, bring_in, changes, clients, fates, only, plan_of

JAN = {"external_id": "1", "name": "Jan Peeters", "city": "Gent", "notes": "oud"}


def said(importer: Importer, **changed: str) -> Plan:
    """The next list of the same system, in which Jan has other values."""
    return plan_of(importer, {**JAN, **changed}, system="crm")


def edit(importer: Importer, client: str, **fields: str | None) -> None:
    """What a person changes in the application."""
    with importer.store.writing() as work:
        stored = work.clients.fetch([client])[client]
        document: dict[str, Any] = {**json.loads(stored.text), **fields}
        kept = {name: value for name, value in sorted(document.items()) if value is not None}
        keys = ClientKeys(importer.profile, importer.schema)
        before, after = keys.rows(json.loads(stored.text)), keys.rows(kept)
        text = json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        added = [key for key in after if key not in before]
        work.clients.update([ClientUpdate(client, text, added, [key[:2] for key in before if key not in after])])


@pytest.fixture
def importer(open_importer: OpenImporter) -> Importer:
    """Knows Jan from an earlier list of the same system."""
    importer = open_importer()
    bring_in(importer, JAN, system="crm")
    return importer


def test_what_only_the_file_changed_is_written(importer: Importer) -> None:
    """Without a question; the rule says why."""
    plan = said(importer, city="Brugge")

    assert fates(plan) == ["update:matched"]
    assert changes(plan) == [("city", "Gent", "Brugge", "three_way")]
    importer.apply(plan)
    assert clients(importer) == [{**JAN, "city": "Brugge"}]
    assert fates(said(importer, city="Brugge")) == ["unchanged:no-change"]


GENT = {"external_id": "1", "name": "Acme Gent", "vat_number": "BE0123456749", "city": "Gent"}
BRUGGE = {"external_id": "2", "name": "Acme Brugge", "vat_number": "BE0123456749", "city": "Brugge"}


def test_another_client_number_is_no_change_of_the_client(open_importer: OpenImporter) -> None:
    """Two branches with one VAT number: in one file they contradict, so the next list may not turn one into the other."""
    importer = open_importer()
    assert fates(plan_of(importer, GENT, BRUGGE)) == ["conflict:rows-contradict"] * 2
    bring_in(importer, GENT, system="crm")

    plan = plan_of(importer, BRUGGE, system="crm")

    question = only(plan.conflicts)
    assert (question.kind, question.fields) == ("fields-differ", ("name", "city", "external_id"))
    # the number is the strongest key: with it, the VAT number is a change like any other
    moved = {**GENT, "vat_number": "BE0403170701"}
    assert fates(plan_of(importer, moved, system="crm")) == ["update:matched"]


@pytest.mark.parametrize("choice", ["keep", "overwrite"])
def test_an_answer_about_a_client_number_is_not_asked_again(open_importer: OpenImporter, choice: str) -> None:
    """Whoever said that both are one client has said it of the next list as well."""
    importer = open_importer()
    bring_in(importer, GENT, system="crm")
    plan = plan_of(importer, BRUGGE, system="crm")
    importer.apply(plan.decide({only(plan.conflicts).id: choice}))

    assert fates(plan_of(importer, BRUGGE, system="crm")) == ["unchanged:no-change"]


def test_whom_a_person_chose_is_that_client(open_importer: OpenImporter) -> None:
    """Who answered which of two clients is meant is not asked about its number as well."""
    importer = open_importer()
    bring_in(importer, {**GENT, "email": "a@x.example"}, {**BRUGGE, "vat_number": "BE0403170701"}, system="crm")
    row = {**BRUGGE, "vat_number": GENT["vat_number"], "city": "Mol"}

    plan = plan_of(importer, row, system="crm")
    question = only(plan.conflicts)
    assert question.kind == "two-clients"
    chosen = plan.decide({question.id: "client:1"})

    assert fates(chosen) == ["update:matched"]


def test_what_only_a_person_changed_here_stays(importer: Importer) -> None:
    """Year after year, without a question."""
    edit(importer, "1", city="Aalst")

    for _ in range(2):
        plan = said(importer)
        assert fates(plan) == ["unchanged:no-change"]
        importer.apply(plan)
        assert clients(importer) == [{**JAN, "city": "Aalst"}]


def test_what_both_changed_is_asked_with_all_three_values(importer: Importer) -> None:
    """And everything else of the record waits with it."""
    edit(importer, "1", city="Aalst")

    plan = said(importer, city="Brugge", notes="nieuw")

    conflict = only(plan.conflicts)
    assert (conflict.kind, conflict.fields) == ("fields-differ", ("city",))
    assert conflict.params == {
        "client": "1",
        "stored": {"city": "Aalst"},
        "given": {"city": "Brugge"},
        "base": {"city": "Gent"},
    }
    decided = plan.decide({conflict.id: "overwrite"})
    assert sorted(changes(decided)) == [
        ("city", "Aalst", "Brugge", "decision"),
        ("notes", "oud", "nieuw", "three_way"),
    ]


@pytest.mark.parametrize("also", [{}, {"notes": "nieuw"}])
def test_an_answer_is_not_asked_for_again(importer: Importer, also: Mapping[str, str]) -> None:
    """Kept once, it is kept while the file says the same; whether the record changed otherwise or not."""
    edit(importer, "1", city="Aalst")
    plan = said(importer, city="Brugge", **also)
    importer.apply(plan.decide({only(plan.conflicts).id: "keep"}))
    assert only(clients(importer))["city"] == "Aalst"

    again = said(importer, city="Brugge", **also)

    assert fates(again) == ["unchanged:no-change"]
    assert only(said(importer, city="Kortrijk", **also).conflicts).params["base"] == {"city": "Brugge"}


def test_an_unanswered_question_is_asked_again(importer: Importer) -> None:
    """What was not settled was not said: the next plan asks the same."""
    edit(importer, "1", city="Aalst")
    first = said(importer, city="Brugge")
    importer.apply(first)

    assert only(said(importer, city="Brugge").conflicts).id == only(first.conflicts).id


def test_what_was_emptied_here_stays_empty(importer: Importer) -> None:
    """A blank that a person made is a change like another; a new value of the file is then a question."""
    edit(importer, "1", notes=None)

    assert fates(said(importer)) == ["unchanged:no-change"]
    conflict = only(said(importer, notes="nieuw").conflicts)
    assert conflict.params["stored"] == {"notes": None}


def test_a_blank_that_was_never_said_is_filled(importer: Importer) -> None:
    """There is no base for a field that no list had."""
    assert changes(said(importer, email="jan@voorbeeld.be")) == [("email", None, "jan@voorbeeld.be", "fill_blank")]


def test_a_blank_cell_changes_nothing(importer: Importer) -> None:
    """It is no value, so it is not what the file says either."""
    assert fates(said(importer, city="")) == ["unchanged:no-change"]
    importer.apply(said(importer, city=""))
    edit(importer, "1", city="Aalst")
    assert fates(said(importer)) == ["unchanged:no-change"]


def test_another_system_is_asked_about(importer: Importer) -> None:
    """What one list said says nothing about what another did: two systems must not take turns at overwriting."""
    other = plan_of(importer, {**JAN, "city": "Brugge"}, system="erp")
    conflict = only(other.conflicts)
    assert "base" not in conflict.params
    importer.apply(other.decide({conflict.id: "keep"}))

    assert fates(plan_of(importer, {**JAN, "city": "Brugge"}, system="erp")) == ["unchanged:no-change"]
    assert fates(said(importer)) == ["unchanged:no-change"]


def test_the_same_columns_are_the_same_system_by_default(open_importer: OpenImporter) -> None:
    """In whatever order; one column more or fewer is another export, and asks."""
    importer = open_importer()
    importer.apply(plan_of(importer, JAN))
    turned = dict(reversed({**JAN, "city": "Brugge"}.items()))

    assert changes(plan_of(importer, turned)) == [("city", "Gent", "Brugge", "three_way")]
    assert fates(plan_of(importer, {**turned, "region": "West"})) == ["conflict:fields-differ"]


def test_an_undone_import_said_nothing(importer: Importer) -> None:
    """Its values are no base any more; those before it are."""
    receipt = importer.apply(said(importer, city="Brugge"))
    importer.undo(receipt)

    assert changes(said(importer, city="Kortrijk")) == [("city", "Gent", "Kortrijk", "three_way")]


@pytest.mark.parametrize(
    ("merge", "fate"),
    [("overwrite", "update:matched"), ("keep", "unchanged:no-change"), ("fill_blank", "unchanged:no-change")],
)
def test_other_policies_do_not_compare(importer: Importer, merge: str, fate: str) -> None:
    """Under ``overwrite`` the file always wins, under ``keep`` never."""
    edit(importer, "1", city="Aalst")

    assert fates(plan_of(importer, JAN, system="crm", merge=merge)) == [fate]


def test_only_the_fields_that_ask_compare(importer: Importer) -> None:
    """One policy a field."""
    edit(importer, "1", city="Aalst", notes="van hier")
    policy = MergePolicy(default=Merge.OVERWRITE, fields={"city": Merge.ASK})

    plan = plan_of(importer, JAN, system="crm", merge=policy)

    assert changes(plan) == [("notes", "van hier", "oud", "overwrite")]


def test_a_list_grows_or_is_replaced_by_what_the_file_has_now(open_importer: OpenImporter) -> None:
    """Fewer tags than before are no news; other ones are written where nobody changed them here."""
    importer = open_importer()
    row = {"external_id": "1", "name": "Jan", "tags": "vip;goud"}
    bring_in(importer, row, system="crm")

    assert fates(plan_of(importer, {**row, "tags": "vip"}, system="crm")) == ["unchanged:no-change"]
    assert changes(plan_of(importer, {**row, "tags": "vip;brons"}, system="crm")) == [
        ("tags", ["vip", "goud"], ["vip", "brons"], "three_way")
    ]
    edit_tags = plan_of(importer, {**row, "tags": "vip;goud;lokaal"}, system="app", merge="overwrite")
    importer.apply(edit_tags)
    assert fates(plan_of(importer, {**row, "tags": "vip;brons"}, system="crm")) == ["conflict:fields-differ"]


def test_rows_of_one_client_are_compared_together(importer: Importer) -> None:
    """What they say together is what is remembered."""
    rows = [{**JAN, "city": "Brugge", "notes": ""}, {**JAN, "city": "", "notes": "nieuw"}]
    plan = plan_of(importer, *rows, system="crm")
    assert sorted(change[0] for change in changes(plan)) == ["city", "notes"]
    importer.apply(plan)

    assert fates(plan_of(importer, *rows, system="crm")) == ["unchanged:no-change", "skip:merged"]


@pytest.mark.parametrize("system", ["", "  ", 3])
def test_a_system_has_a_name(importer: Importer, system: object) -> None:
    """A blank one would be everybody's."""
    with pytest.raises(SettingsError, match="system"):
        plan_of(importer, JAN, system=system)
