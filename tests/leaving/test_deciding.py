"""Who leaves with an import is decided, client by client or by reason, and never because the source came back short."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import openpyxl
import pytest

from clientimport import Finding, Importer, Plan, Settings, SettingsError, Severity
from clientimport.adapters.records import RecordsSource
from clientimport.core.locator import Locator
from clientimport.documents.profile import profile_from_dict
from tests.leaving.given import ANN, ELS, EVERYBODY, JAN, TOM, filled, next_plan, rows_of
from tests.planning.given import OpenImporter, bring_in, mapping_of, plan_of

REFUSED = "leaving-refused"


def refusal(plan: Plan) -> Any:
    """The params of the finding that nobody leaves."""
    (finding,) = [each for each in plan.source_findings if each.code == REFUSED]
    assert finding.severity is Severity.ERROR
    return finding.params


def test_nobody_leaves_unless_somebody_says_so(open_importer: OpenImporter) -> None:
    """Not even who is not listed any more."""
    importer = filled(open_importer())
    plan = next_plan(importer)

    assert [other.client for other in plan.overview().only_here] == ["3", "4"]
    assert (plan.leaving, plan.summary.leaving, plan.document["leaving"]) == ((), {}, [])


def test_one_client_is_decided_about(open_importer: OpenImporter) -> None:
    """By its own id; the plan names it with its version and why it was only here."""
    importer = filled(open_importer())
    plan = next_plan(importer).decide({"client:3": "deactivate", "client:4": "remove"})

    assert [tuple(leaver) for leaver in plan.leaving] == [
        ("3", 1, "deactivate", "Tom Claes", "not-listed"),
        ("4", 1, "remove", "Ann Wouters", "not-listed"),
    ]
    assert plan.summary.leaving == {"deactivate": 1, "remove": 1}
    assert plan.unmet == {}


def test_a_single_decision_beats_the_one_about_all(open_importer: OpenImporter) -> None:
    """Whoever is decided about by name is not decided about by reason."""
    importer = filled(open_importer())
    alike = {"clients:not-listed": "deactivate"}

    assert rows_of(next_plan(importer, decisions=alike)) == [("3", "deactivate"), ("4", "deactivate")]
    assert rows_of(next_plan(importer, decisions={**alike, "client:4": "leave"})) == [("3", "deactivate")]
    assert rows_of(next_plan(importer, decisions={**alike, "client:3": "remove"})) == [
        ("3", "remove"),
        ("4", "deactivate"),
    ]


def test_each_reason_has_its_own_decision(open_importer: OpenImporter) -> None:
    """Not listed any more, from another system, or from no import at all."""
    importer = filled(open_importer())
    bring_in(importer, {"external_id": "9", "name": "Elders"}, system="shop")
    by_hand(importer, '{"name":"Hier"}')
    plan = next_plan(importer)

    assert plan.overview().bulk() | {} == {
        "clients:not-listed": 2,
        "clients:other-system": 1,
        "clients:entered-here": 1,
    }
    assert rows_of(plan.decide({"clients:other-system": "remove"})) == [("5", "remove")]
    assert rows_of(plan.decide({"clients:entered-here": "deactivate"})) == [("6", "deactivate")]


def by_hand(importer: Importer, text: str) -> str:
    """A client that no import made."""
    from clientimport.ports import NewClient

    with importer.store.writing() as work:
        (client,) = work.clients.new_ids(1)
        work.clients.insert([NewClient(client, text, ())])
    return client


@pytest.mark.parametrize("decided", ["client:1", "client:99", "client:x", "clients:nonsense"])
def test_a_decision_about_somebody_else_is_refused(open_importer: OpenImporter, decided: str) -> None:
    """Who is in the import, or nowhere, cannot leave; taken along from earlier it is named, and the rest goes on."""
    importer = filled(open_importer())

    with pytest.raises(SettingsError, match=decided):
        next_plan(importer).decide({decided: "deactivate"})
    plan = next_plan(importer, decisions={decided: "deactivate", "client:3": "deactivate"})

    assert plan.unmet == {decided: "gone"}
    assert rows_of(plan) == [("3", "deactivate")]


def test_who_left_already_is_not_asked_about_again(open_importer: OpenImporter) -> None:
    """The reason of an inactive client is that it was deactivated; it can only be removed."""
    importer = filled(open_importer())
    importer.apply(next_plan(importer, decisions={"client:3": "deactivate"}))
    plan = next_plan(importer)
    tom, ann = plan.overview().only_here

    assert (tom.reason, tom.choices, ann.reason) == ("deactivated", ("leave", "remove"), "not-listed")
    assert rows_of(plan.decide({"clients:not-listed": "remove"})) == [("4", "remove")]
    assert rows_of(plan.decide({"client:3": "remove"})) == [("3", "remove")]
    with pytest.raises(SettingsError, match="client:3"):
        plan.decide({"client:3": "deactivate"})


def test_the_overview_shows_what_was_decided(open_importer: OpenImporter) -> None:
    """And says the same in text and as data."""
    importer = filled(open_importer())
    overview = next_plan(importer, decisions={"client:3": "deactivate"}).overview()
    document = overview.to_dict()

    assert [(other.client, other.choice) for other in overview.only_here] == [("3", "deactivate"), ("4", "leave")]
    assert [(other["id"], other["choice"], other["choices"]) for other in document["only_here"]] == [
        ("client:3", "deactivate", ["leave", "deactivate", "remove"]),
        ("client:4", "leave", ["leave", "deactivate", "remove"]),
    ]
    (alike,) = [each for each in document["bulk"] if each["id"].startswith("clients:")]
    assert (alike["id"], alike["count"], alike["choice"]) == ("clients:not-listed", 2, None)
    assert alike["label"] == "an earlier import of the same system had it, this one does not"
    assert "client 3  Tom Claes: an earlier import of the same system had it, this one does not -> deactivate" in (
        overview.to_text()
    )


def test_the_plan_shows_who_leaves(open_importer: OpenImporter, tmp_path: Path) -> None:
    """In numbers, for people and machines; also saved and loaded."""
    importer = filled(open_importer())
    plan = next_plan(importer, decisions={"clients:not-listed": "remove"})
    plan.save(tmp_path / "plan.jsonl")

    assert "Clients that will leave\n  remove                  2\n" in plan.to_text()
    assert plan.to_dict()["leaving"] == {"remove": 2}
    assert rows_of(importer.load(tmp_path / "plan.jsonl")) == rows_of(plan)


# ---------------------------------------------------------------------------------------------- who may be listed


def test_who_a_refused_row_points_at_is_not_only_here(open_importer: OpenImporter) -> None:
    """It is in the import, however badly."""
    importer = filled(open_importer())
    plan = next_plan(importer, JAN, ELS, {**TOM, "email": "tom@"}, decisions={"clients:not-listed": "remove"})

    assert plan.summary.dispositions["invalid"] == 1
    assert rows_of(plan) == [("4", "remove")]


def test_who_a_waiting_row_points_at_is_not_only_here(open_importer: OpenImporter) -> None:
    """Both clients that it may be."""
    importer = filled(open_importer())
    both = {**ANN, "external_id": "3"}
    plan = next_plan(importer, JAN, ELS, both, decisions={"clients:not-listed": "remove"})

    assert plan.summary.dispositions["conflict"] == 1
    assert (rows_of(plan), plan.document["leaving"]) == ([], [])
    assert plan.unmet == {}


def test_who_has_the_name_of_a_refused_row_may_be_it(open_importer: OpenImporter) -> None:
    """What could not be read may be the key: no decision about all takes such a client, one about it alone does."""
    importer = open_importer()
    bring_in(importer, *({key: row[key] for key in ("name", "email")} for row in EVERYBODY), system="crm")
    rows = [{"name": row["name"], "email": row["email"]} for row in (JAN, ELS)]
    plan = next_plan(importer, *rows, {"name": "TOM CLAES", "email": "tom@"})

    assert [(other.client, other.reason) for other in plan.overview().only_here] == [
        ("3", "maybe-listed"),
        ("4", "not-listed"),
    ]
    assert rows_of(plan.decide({"clients:not-listed": "remove"})) == [("4", "remove")]
    assert rows_of(plan.decide({"client:3": "remove"})) == [("3", "remove")]


def test_who_came_after_planning_does_not_leave(open_importer: OpenImporter) -> None:
    """The plan's lines do not point at it, but its keys are in them: it is not only here, or nobody knows."""
    importer = filled(open_importer())
    fay = {"external_id": "5", "name": "Fay Smets", "email": "fay@voorbeeld.be"}
    plan = next_plan(importer, JAN, ELS, fay)
    bring_in(importer, fay, system="shop")

    decided = plan.decide({"clients:other-system": "remove", "clients:not-listed": "remove"})

    assert rows_of(decided) == [("3", "remove"), ("4", "remove")]


# ---------------------------------------------------------------------------------------------- the guard

ALL = {"clients:not-listed": "remove", "clients:other-system": "remove", "clients:entered-here": "deactivate"}


def test_an_import_that_lists_too_few_takes_nobody_out(open_importer: OpenImporter) -> None:
    """The finding has the numbers and what to do; it goes once the source is whole."""
    importer = filled(open_importer())
    plan = next_plan(importer, JAN, decisions=ALL)

    assert rows_of(plan) == []
    assert refusal(plan) == {"clients": 3, "reason": "source-half", "listed": 1, "known": 4, "share": 50}
    assert "The import lists 1 of the 4 clients that earlier imports had." in plan.to_text()
    assert plan.unmet == {}
    assert REFUSED not in {each.code for each in next_plan(importer, JAN, ELS, decisions=ALL).source_findings}


def test_refusing_is_found_anew_by_each_decision(open_importer: OpenImporter) -> None:
    """Neither doubled nor left behind."""
    importer = filled(open_importer())
    plan = next_plan(importer, JAN, decisions=ALL)

    assert refusal(plan.decide({"client:2": "remove"}))["clients"] == 3
    left = plan.decide(dict.fromkeys(ALL, "leave"))
    assert REFUSED not in {each.code for each in left.source_findings}


def test_the_share_can_be_chosen(open_importer: OpenImporter) -> None:
    """From 0 (any import that has a usable record) to 1 (all of them)."""
    importer = filled(open_importer(settings=Settings(leaving_share=0)))
    assert rows_of(next_plan(importer, JAN, decisions={"client:3": "remove"})) == [("3", "remove")]

    strict = open_importer(settings=Settings(leaving_share=1))
    assert refusal(next_plan(strict, decisions={"client:3": "remove"}))["share"] == 100
    for wrong in (-0.1, 1.1, True, "half"):
        with pytest.raises(SettingsError, match="leaving_share"):
            Settings(leaving_share=wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("rows", [(), ({"external_id": "1", "name": "", "email": "jan@"},)])
def test_an_import_without_a_usable_record_takes_nobody_out(
    open_importer: OpenImporter, rows: tuple[dict[str, str], ...]
) -> None:
    """However small the share: the source came back empty."""
    importer = filled(open_importer(settings=Settings(leaving_share=0)))
    plan = importer.plan(list(rows), mapping=mapping_of([JAN]), system="crm", decisions=ALL)

    assert rows_of(plan) == []
    assert refusal(plan)["reason"] == "source-empty"


def test_a_source_that_was_cut_takes_nobody_out(open_importer: OpenImporter, tmp_path: Path) -> None:
    """It says so itself, a quote was never closed, or its last row stops short and no other does."""
    importer = filled(open_importer())

    class Cut(RecordsSource):
        def describe(self) -> Any:
            locator = Locator(source="api")
            finding = Finding(code="source-cut", severity=Severity.WARNING, locator=locator)
            return attrs.evolve(super().describe(), findings=(finding,))

    plan = importer.plan(Cut([JAN, ELS]), mapping=mapping_of([JAN]), system="crm", decisions=ALL)
    assert (rows_of(plan), refusal(plan)["reason"]) == ([], "source-cut")

    def plan_of_text(*lines: str) -> Plan:
        path = tmp_path / "list.csv"
        path.write_text("\n".join(("external_id,name,email", *lines)), "utf-8")
        return importer.plan(path, mapping=mapping_of([JAN]), system="crm", decisions=ALL)

    jan, els = (",".join(row.values()) for row in (JAN, ELS))
    for cut in ('3,"Tom Cl', "3,To", '5,"Tom,\n6,Ann,'):
        plan = plan_of_text(jan, els, cut)
        assert (rows_of(plan), refusal(plan)["reason"]) == ([], "source-cut"), cut
    assert rows_of(plan_of_text("1,Jan Peeters", "2,Els Maes", "5,Fay")) == [("3", "remove"), ("4", "remove")]


def test_a_new_system_is_held_against_what_any_had(open_importer: OpenImporter) -> None:
    """It has no past of its own: what all earlier imports had is what a whole list would show."""
    importer = filled(open_importer())

    assert refusal(plan_of(importer, JAN, system="new", decisions=ALL))["reason"] == "source-half"
    plan = plan_of(importer, JAN, ELS, system="new", decisions=ALL)
    assert rows_of(plan) == [("3", "remove"), ("4", "remove")]
    assert {leaver.reason for leaver in plan.leaving} == {"other-system"}


def test_who_was_deactivated_is_not_expected(open_importer: OpenImporter) -> None:
    """Else each year's leavers would make the next year's list look shorter."""
    importer = filled(open_importer())
    importer.apply(next_plan(importer, JAN, ELS, decisions={"clients:not-listed": "deactivate"}))

    assert rows_of(next_plan(importer, JAN, decisions=ALL)) == [("2", "remove")]


def test_rows_of_strangers_do_not_make_a_list_whole(open_importer: OpenImporter) -> None:
    """A wrong file of the same columns has many records and none of the clients."""
    importer = filled(open_importer())
    strangers = [{"external_id": f"S{n}", "name": f"Vreemd {n}", "email": ""} for n in range(20)]

    assert refusal(next_plan(importer, *strangers, ANN, decisions=ALL))["listed"] == 1


NEW_ELS = {"external_id": "B9", "name": "Els Maes", "email": "els@new.example", "address": "Kerkstraat 2"}
AT = {"address": "Kerkstraat 2", "postal_code": "9000"}
BULK = dict.fromkeys(("clients:not-listed", "clients:entered-here", "clients:other-system"), "remove")


def reasons(plan: Plan) -> dict[str, str]:
    """Name -> why it is only here."""
    return {other.name: other.reason for other in plan.overview().only_here}


@pytest.mark.parametrize(
    ("rows", "decisions", "waits"),
    [
        (({"birth_date": "03/04/1980"},), {}, "column-format"),
        (({}, {"email": "other@new.example"}), {}, "rows-contradict"),
        (({},), {"near": "skip"}, None),
    ],
)
def test_who_a_row_resembles_does_not_leave_in_bulk(
    open_importer: OpenImporter, rows: tuple[dict[str, str], ...], decisions: dict[str, str], waits: str | None
) -> None:
    """Also where another question is asked first, or the row was left out: a person decides about that client alone."""
    importer = open_importer()
    everybody = [each | AT for each in EVERYBODY]
    everybody[1]["name"] = "Maes, Els J."
    bring_in(importer, *everybody, system="crm", near="off")
    blank = {"birth_date": ""}
    els = [NEW_ELS | AT | blank | row for row in rows]
    plan = next_plan(importer, *(each | blank for each in everybody[:1] + everybody[2:]), *els, near="rough")
    if "near" in decisions:
        decisions = {plan.conflicts[0].id: "skip"}

    decided = plan.decide(BULK | decisions)

    assert [conflict.kind for conflict in decided.conflicts] == ([waits] if waits else [])
    assert rows_of(decided) == []
    assert reasons(decided) == {"Maes, Els J.": "maybe-listed"}
    assert rows_of(decided.decide({"client:2": "remove"})) == [("2", "remove")]


@pytest.mark.parametrize("options", [{"near": "off"}, {"mode": "update_only"}, {"near": "strict"}])
def test_who_is_called_as_a_new_row_does_not_leave_in_bulk(
    open_importer: OpenImporter, options: dict[str, str]
) -> None:
    """It may have got another key, and nobody compared it; unless somebody said that it is another client."""
    importer = filled(open_importer())

    plan = next_plan(importer, JAN, TOM, ANN, {**ELS, "external_id": "B9", "email": "b9@new.example"}, **options)

    assert rows_of(plan.decide(BULK)) == []
    assert reasons(plan) == {"Els Maes": "maybe-listed"}


def test_who_was_told_apart_from_its_namesake_leaves(open_importer: OpenImporter) -> None:
    """Then it is not in the import."""
    importer = open_importer()
    bring_in(importer, *(each | AT for each in EVERYBODY), system="crm", near="off")
    plan = next_plan(importer, *(each | AT for each in (JAN, TOM, ANN)), NEW_ELS | AT)
    assert [conflict.kind for conflict in plan.conflicts] == ["near-match"]

    assert rows_of(plan.decide({plan.conflicts[0].id: "new", **BULK})) == [("2", "remove")]


def test_who_leaves_is_not_named_in_a_repr(open_importer: OpenImporter) -> None:
    """A log that shows a plan's leavers shows ids."""
    plan = next_plan(filled(open_importer()), decisions={"clients:not-listed": "deactivate"})

    assert plan.leaving
    for leaver in plan.leaving:
        assert leaver.name
        assert leaver.name not in repr(plan.leaving)
        assert leaver.client in repr(leaver)


def test_nobody_is_deactivated_where_the_profile_has_no_such_event(open_importer: OpenImporter, tmp_path: Path) -> None:
    """Nor is it offered: whoever chose it would learn only afterwards that everybody stayed."""
    lifecycle: dict[str, Any] = {"states": [{"name": "active"}]}
    profile = profile_from_dict({"name": "p", "match": [{"scheme": "external_id"}], "lifecycle": lifecycle})
    plan = next_plan(filled(open_importer(profile=profile)))

    assert {other.choices for other in plan.overview().only_here} == {("leave", "remove")}
    (alike,) = [each for each in plan.overview().to_dict()["bulk"] if each["id"] == "clients:not-listed"]
    assert alike["choices"] == ["leave", "remove"]
    plan.to_xlsx(tmp_path / "review.xlsx")
    sheets = [sheet for sheet in openpyxl.load_workbook(tmp_path / "review.xlsx") if sheet["A2"].value == "3"]
    assert [[rule.formula1 for rule in sheet.data_validations.dataValidation] for sheet in sheets] == [
        ['"leave as it is,remove"']
    ]
    for id_ in ("client:3", "clients:not-listed"):
        with pytest.raises(SettingsError, match="Allowed: leave, remove"):
            plan.decide({id_: "deactivate"})
    assert rows_of(plan.decide({"client:3": "remove"})) == [("3", "remove")]
