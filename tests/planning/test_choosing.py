"""What a profile wants chosen for new clients: asked once for the plan, answered for all or for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientimport import Field, Importer, Plan, Profile
from clientimport.documents.profile import profile_from_dict, profile_to_dict
from clientimport.errors import SettingsError
from clientimport.messages import Messages
from clientimport.reports.why import why_lines
from tests.planning.given import OpenImporter, bring_in, clients, fates, plan_of

SHEETS = ("Income", "Company")
DATA = {
    "name": "office",
    "fields": [{"name": "questionnaire", "label": "Questionnaire"}],
    "lists": [{"name": "questionnaires", "field": "questionnaire", "entries": list(SHEETS)}],
    "choose": [{"field": "language", "options": ["Dutch", "French"]}, {"field": "questionnaire"}],
    "match": [{"scheme": "external_id"}, {"scheme": "email", "exclusive": False}],
    "labels": {"choose:language": {"en": "a language", "nl": "een taal"}, "choose:questionnaire": "a questionnaire"},
}
OFFICE = profile_from_dict(DATA)
ANN = {"external_id": "1", "name": "Ann", "email": "ann@x.example"}
BOB = {"external_id": "2", "name": "Bob", "email": "bob@x.example"}
EVE = {"external_id": "3", "name": "Eve", "language": "fr"}


def ids(plan: Plan) -> dict[str, str]:
    """Name -> id of each client that is only in the import."""
    return {entry.name: str(entry.id) for entry in plan.overview().only_in_import}


def test_a_new_client_waits_until_everything_is_chosen(open_importer: OpenImporter) -> None:
    """One question a field, for the plan as a whole; the record says what is missing."""
    importer = open_importer(profile=OFFICE)

    plan = plan_of(importer, ANN, BOB, EVE)

    assert fates(plan) == ["conflict:choose"] * 3
    assert [(c.id, c.kind, c.records, c.sequences, c.fields) for c in plan.conflicts] == [
        ("choose:language", "choose", 2, (), ("language",)),
        ("choose:questionnaire", "choose", 3, (), ("questionnaire",)),
    ]
    assert [[option.choice for option in c.options] for c in plan.conflicts] == [["Dutch", "French"], list(SHEETS)]
    assert plan.summary.conflicts == 2
    assert [row.comment for row in plan.exceptions.rows()] == [
        "Choose a language and a questionnaire before adding this client.",
        "Choose a language and a questionnaire before adding this client.",
        "Choose a questionnaire before adding this client.",
    ]
    assert "Choose a language for the new clients that have none. So many wait for it: 2." in plan.to_text()
    dutch = [row.comment for row in plan.exceptions.in_language("nl").rows()]
    assert dutch[0] == "Kies een taal en a questionnaire voor je deze klant toevoegt."


def test_applying_without_a_choice_adds_nobody_and_says_so(open_importer: OpenImporter) -> None:
    """It must not look like success."""
    importer = open_importer(profile=OFFICE)

    receipt = importer.apply(plan_of(importer, ANN, EVE))

    assert (receipt.created, receipt.counts["held"]) == (0, 2)
    assert "Choose a questionnaire for the new clients that have none. So many wait for it: 2." in receipt.to_text()
    assert "Choose a language for the new clients that have none. So many wait for it: 1." in receipt.to_text()
    assert clients(importer) == []


def test_a_choice_for_all_leaves_what_a_row_says(open_importer: OpenImporter) -> None:
    importer = open_importer(profile=OFFICE)

    plan = plan_of(importer, ANN, EVE).choose(language="Nederlands", questionnaire="INCOME ")

    assert (fates(plan), plan.conflicts, dict(plan.unmet)) == (["create:new"] * 2, [], {})
    assert importer.apply(plan).created == 2
    assert [(each["language"], each["questionnaire"]) for each in clients(importer)] == [
        ("nl", "Income"),
        ("fr", "Income"),
    ]


def test_a_choice_for_one_goes_before_that_for_all(open_importer: OpenImporter) -> None:
    """In whichever order they are taken, also at once."""
    importer = open_importer(profile=OFFICE)
    plan = plan_of(importer, ANN, BOB, EVE)
    bob = ids(plan)["Bob"]

    first = plan.choose(bob, questionnaire="Company").choose(language="nl", questionnaire="Income")
    then = plan.choose(language="nl", questionnaire="Income").choose([bob], questionnaire="Company")
    once = plan.decide(
        {"choose:language": "nl", "choose:questionnaire": "Income", f"choose:questionnaire:{bob}": "Company"}
    )

    assert first.digest == then.digest == once.digest
    importer.apply(first)
    assert [each["questionnaire"] for each in clients(importer)] == ["Income", "Company", "Income"]


def test_who_is_here_already_is_not_asked(open_importer: OpenImporter) -> None:
    """Nor is a second row of a new client, which is one with the first."""
    importer = open_importer(profile=OFFICE)
    bring_in(importer, {**ANN, "language": "nl", "questionnaire": "Income"})

    plan = plan_of(importer, {**ANN, "city": "Gent"}, BOB, {**BOB, "city": "Mol"})

    assert fates(plan) == ["update:matched", "conflict:choose", "conflict:choose"]
    assert [conflict.records for conflict in plan.conflicts] == [1, 1]
    (entry,) = plan.overview().only_in_import
    assert (entry.rows, entry.record.choose) == ((2, 3), ("language", "questionnaire"))
    assert {field.field: field.given for field in entry.fields}["city"] == "Mol"
    done = plan.choose(str(entry.id), language="fr", questionnaire="Income")
    assert fates(done) == ["update:matched", "create:new", "skip:merged"]
    assert fates(plan_of(importer, {**ANN, "language": "fr"}, merge="keep")) == ["unchanged:no-change"]


def test_a_second_row_may_say_it(open_importer: OpenImporter) -> None:
    importer = open_importer(profile=OFFICE)

    plan = plan_of(importer, BOB, {**BOB, "language": "fr", "questionnaire": "Income"})

    assert (fates(plan), plan.conflicts) == (["create:new", "skip:merged"], [])


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"language": "German"}, "Allowed: Dutch, French"),
        ({"questionnaire": "Other"}, "Allowed: Income, Company"),
        ({"city": "Gent"}, "Allowed: language, questionnaire"),
        ({}, "a field and what is chosen in it"),
    ],
)
def test_what_is_not_offered_is_refused(open_importer: OpenImporter, chosen: dict[str, str], said: str) -> None:
    plan = plan_of(open_importer(profile=OFFICE), ANN)

    with pytest.raises(SettingsError, match=said):
        plan.choose(**chosen)


@pytest.mark.parametrize(
    ("entries", "offered"), [([], []), (["", " "], []), (["Short ", "short", " Long", ""], ["Short", "Long"])]
)
def test_only_what_stands_in_a_list_can_be_chosen(
    open_importer: OpenImporter, entries: list[str], offered: list[str]
) -> None:
    """Each entry once and no blank one; and nothing at all while the list of the host is empty, as rows are refused then."""
    plan = plan_of(open_importer(profile=OFFICE, lists={"questionnaires": lambda: entries}), ANN)

    assert [option.choice for option in plan.conflicts[1].options] == offered
    with pytest.raises(SettingsError, match="Anything"):
        plan.choose(questionnaire="Anything")
    for entry in offered:
        (left,) = plan.choose(questionnaire=entry.upper()).conflicts
        assert left.id == "choose:language"


def test_where_nothing_is_chosen_it_says_so(open_importer: OpenImporter) -> None:
    with pytest.raises(SettingsError, match="a profile in which something is chosen; standard has nothing"):
        plan_of(open_importer(), ANN).choose(language="nl")


@pytest.mark.parametrize("rows", [(BOB,), (BOB, {**BOB, "city": "Mol"})], ids=["alone", "together"])
def test_who_is_left_out_keeps_what_was_chosen_for_them(
    open_importer: OpenImporter, rows: tuple[dict[str, str], ...]
) -> None:
    """It makes no difference then, and holds again if they are taken in after all; the order does not matter."""
    plan = plan_of(open_importer(profile=OFFICE), *rows)
    bob = ids(plan)["Bob"]
    for out, back in ((bob, {bob: "take"}), ("records:only_in_import", {"records:only_in_import": "take"})):
        first = plan.choose(bob, language="nl", questionnaire="Income").decide({out: "skip"})
        then = plan.decide({out: "skip"}).choose(bob, language="nl", questionnaire="Income")

        assert first.digest == then.digest
        assert (set(fates(first)), dict(first.unmet)) == ({"skip:decision"}, {})
        assert fates(first.decide(back))[0] == "create:new"


def test_a_choice_needs_a_client_that_waits_for_it(open_importer: OpenImporter) -> None:
    """What a row says is not overruled, and nobody is chosen for who is not there."""
    plan = plan_of(open_importer(profile=OFFICE), ANN, EVE)
    eve = ids(plan)["Eve"]

    for record in ("record:000000000000", eve):
        with pytest.raises(SettingsError, match="choose:language:record"):
            plan.choose(record, language="nl")
    for wrong in (7, [7], [None]):
        with pytest.raises(SettingsError, match="as texts"):
            plan.choose(wrong, language="nl")  # type: ignore[arg-type]
    assert plan.choose([], language="nl").digest == plan.digest


def test_choices_are_taken_along_and_those_that_mean_nobody_are_named(open_importer: OpenImporter) -> None:
    importer = open_importer(profile=OFFICE)
    plan = plan_of(importer, ANN, BOB)
    decided = plan.choose(ids(plan)["Bob"], questionnaire="Company").choose(language="nl")

    again = plan_of(importer, ANN, BOB, decisions=decided.decisions)
    without = plan_of(importer, ANN, decisions=decided.decisions)

    assert fates(again) == ["conflict:choose", "create:new"]
    assert dict(again.unmet) == {}
    assert list(without.unmet.values()) == ["gone"]
    assert fates(plan_of(importer, EVE, {**ANN, "questionnaire": "Income"}, decisions={"choose:language": "nl"})) == [
        "conflict:choose",
        "create:new",
    ]


def test_a_host_has_its_own_list_and_a_plan_survives_saving(open_importer: OpenImporter, tmp_path: Path) -> None:
    importer = open_importer(profile=OFFICE, lists={"questionnaires": ["Own"]})
    plan = plan_of(importer, ANN)
    assert [option.choice for option in plan.conflicts[1].options] == ["Own"]

    plan.save(tmp_path / "plan.jsonl")
    loaded = importer.load(tmp_path / "plan.jsonl")

    assert loaded.conflicts == plan.conflicts
    assert (
        loaded.choose(language="nl", questionnaire="own").digest
        == plan.choose(language="nl", questionnaire="own").digest
    )
    with pytest.raises(SettingsError, match="Allowed: Own"):
        loaded.choose(questionnaire="Income")


def test_why_says_that_a_person_chose_it(open_importer: OpenImporter) -> None:
    importer = open_importer(profile=OFFICE)
    importer.apply(plan_of(importer, EVE).choose(questionnaire="Income"))

    chosen, said = importer.why("1", "questionnaire").set_by, importer.why("1", "language").set_by

    assert chosen is not None
    assert (chosen.rule, chosen.locator.row, chosen.locator.column) == ("decision", 1, None)
    assert said is not None
    assert (said.rule, said.locator.column) == ("new", "language")
    assert "    a person decided" in list(why_lines(importer.why("1", "questionnaire"), Messages("en", OFFICE)))


def test_the_review_asks_it_and_takes_the_answer(open_importer: OpenImporter, tmp_path: Path) -> None:
    """A workbook has it among its questions; what is answered there is read back."""
    from openpyxl import load_workbook

    importer = open_importer(profile=OFFICE)
    plan = plan_of(importer, EVE)
    plan.to_xlsx(tmp_path / "review.xlsx")
    book = load_workbook(tmp_path / "review.xlsx")
    sheet = next(each for each in book if any(cell.value == "choose:questionnaire" for row in each for cell in row))
    (row,) = (row for row in sheet if any(cell.value == "choose:questionnaire" for cell in row))
    place = next(cell.column for cell in sheet[1] if cell.value == "Choice")
    sheet.cell(row=row[0].row or 0, column=place, value="Income")
    book.save(tmp_path / "review.xlsx")

    decided = plan.decide_from(tmp_path / "review.xlsx")

    assert (fates(decided), dict(decided.decisions)) == (["create:new"], {"choose:questionnaire": "Income"})
    again = tmp_path / "again.xlsx"
    decided.to_xlsx(again)
    assert decided.decide_from(again).digest == decided.digest
    plan.to_html(tmp_path / "review.html")
    assert "choose:questionnaire" in (tmp_path / "review.html").read_text(encoding="utf-8")


def test_a_wrong_choice_in_a_workbook_is_named_and_stops_nothing(open_importer: OpenImporter, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    importer = open_importer(profile=OFFICE)
    plan = plan_of(importer, EVE)
    plan.to_xlsx(tmp_path / "review.xlsx")
    book = load_workbook(tmp_path / "review.xlsx")
    sheet = next(each for each in book if any(cell.value == "choose:questionnaire" for row in each for cell in row))
    place = next(cell.column for cell in sheet[1] if cell.value == "Choice")
    sheet.cell(row=2, column=place, value="Nonsense")
    book.save(tmp_path / "review.xlsx")

    decided = plan.decide_from(tmp_path / "review.xlsx")

    assert fates(decided) == ["conflict:choose"]
    (finding,) = decided.source_findings
    assert (finding.code, finding.seen, finding.params) == (
        "decision-unreadable",
        "Nonsense",
        {"allowed": list(SHEETS)},
    )
    assert (finding.locator.source, finding.locator.row, finding.locator.column) == ("review.xlsx", 2, "Choice")
    # a slip stands in no plan, so that the next decision is not refused because of it
    assert (dict(decided.decisions), dict(decided.unmet)) == ({}, {})
    assert fates(decided.choose(questionnaire="Income")) == ["create:new"]
    fresh = plan_of(importer, EVE, decisions=tmp_path / "review.xlsx")
    assert (dict(fresh.decisions), fresh.source_findings) == ({}, decided.source_findings)


@pytest.mark.parametrize("word", ["nl", "Nederlands", " dutch", "Néerlandais"])
@pytest.mark.parametrize("title", ["Questions", "For single clients"])
def test_a_workbook_takes_what_a_cell_would(open_importer: OpenImporter, tmp_path: Path, title: str, word: str) -> None:
    """As ``choose`` and ``--choose`` do; and it stands there again when the workbook is written anew."""
    from openpyxl import load_workbook

    path = tmp_path / "review.xlsx"
    plan = plan_of(open_importer(profile=OFFICE), {**ANN, "questionnaire": "Income"})
    plan.to_xlsx(path)
    book = load_workbook(path)
    sheet = book[title]
    sheet.cell(row=2, column=next(cell.column for cell in sheet[1] if cell.value == "Choice")).value = word
    book.save(path)

    decided = plan.decide_from(path)

    assert (fates(decided), decided.source_findings) == (["create:new"], ())
    (entry,) = decided.overview().only_in_import
    assert next(field.given for field in entry.fields if field.field == "language") == "nl"
    decided.to_xlsx(path)
    assert decided.decide_from(path).digest == decided.digest


@pytest.mark.parametrize(
    ("choose", "said"),
    [
        ([{"field": "nothing"}], "none but those of clients"),
        ([{"field": "opening_balance"}], "none but those of clients"),
        ([{"field": "language"}, {"field": "language"}], "each field once"),
        ([{"field": "language", "options": ["Klingonish"]}], "what can be read as language"),
        ([{"field": "language", "option": []}], "option"),
        ([{}], "choose.field|field"),
    ],
)
def test_a_profile_that_cannot_be_asked_is_refused(choose: list[object], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        Importer("memory:", profile=profile_from_dict({**DATA, "choose": choose}))


def test_it_is_data_that_comes_back_as_it_went() -> None:
    assert profile_from_dict(profile_to_dict(OFFICE)) == OFFICE


def test_without_options_any_text_of_the_field_is_taken(open_importer: OpenImporter) -> None:
    profile = Profile(name="x", choose=profile_from_dict({**DATA, "choose": [{"field": "colour"}]}).choose)
    colour = Field(name="colour", coercer="choice", choices=("Red", "Blue"))
    free = open_importer("memory:", profile=profile, fields=[Field(name="colour", max_length=4)])
    some = open_importer("memory:", profile=profile, fields=[colour])

    assert fates(plan_of(free, ANN).choose(colour="any")) == ["create:new"]
    with pytest.raises(SettingsError):
        plan_of(free, ANN).choose(colour="longer")
    (question,) = plan_of(some, ANN).conflicts
    assert [option.choice for option in question.options] == ["Red", "Blue"]
    importer_rows = clients(some)
    assert importer_rows == []


def test_modes_that_add_nobody_ask_nothing(open_importer: OpenImporter) -> None:
    plan = plan_of(open_importer(profile=OFFICE), ANN, mode="update_only")

    assert (fates(plan), plan.conflicts) == (["skip:mode-update-only"], [])


def test_who_is_left_out_is_not_asked(open_importer: OpenImporter) -> None:
    plan = plan_of(open_importer(profile=OFFICE), ANN, BOB)
    left = plan.decide({ids(plan)["Ann"]: "skip"})

    assert (fates(left), left.conflicts[0].records) == (["skip:decision", "conflict:choose"], 1)
    assert fates(plan.decide({"records:only_in_import": "skip"})) == ["skip:decision"] * 2


def test_somebody_who_resembles_another_is_asked_about_that_first(open_importer: OpenImporter) -> None:
    """Only if it is a new client something is chosen for it; both answers can be given at once."""
    importer = open_importer(profile=OFFICE)
    known = {
        "name": "Joanna Van den Broeck",
        "address": "Molenstraat 12",
        "postal_code": "9000",
        "birth_date": "1980-05-17",
    }
    bring_in(importer, {**known, "external_id": "9", "language": "nl", "questionnaire": "Income"})

    plan = plan_of(importer, {**known, "name": "Joana Van den Broek", "external_id": "8"})
    (question,) = plan.conflicts

    assert question.kind == "near-match"
    new = plan.decide({question.id: "new"})
    assert (fates(new), [conflict.records for conflict in new.conflicts]) == (["conflict:choose"], [1, 1])
    answers = {question.id: "new", "choose:language": "nl", "choose:questionnaire": "Income"}
    assert fates(plan.decide(answers)) == ["create:told-apart"]
    assert fates(plan.decide({question.id: "client:1"})) == ["unchanged:no-change"]


def test_the_workbook_chooses_for_a_single_client(open_importer: OpenImporter, tmp_path: Path) -> None:
    """On a sheet of its own, a row a client and field; what was chosen stands there again, and can be taken back."""
    from openpyxl import load_workbook

    importer = open_importer(profile=OFFICE)
    plan = plan_of(importer, ANN, EVE, {**BOB, "questionnaire": "Income"})
    path = tmp_path / "review.xlsx"

    def chosen(value: str | None) -> None:
        book = load_workbook(path)
        sheet = book["For single clients"]
        heads = {cell.value: cell.column for cell in sheet[1]}
        names, fields = heads["Name"] or 0, heads["Field"] or 0
        rows = {
            (sheet.cell(row=row, column=names).value, sheet.cell(row=row, column=fields).value): row
            for row in range(2, sheet.max_row + 1)
        }
        assert set(rows) == {
            ("Ann", "Language"),
            ("Ann", "Questionnaire"),
            ("Eve", "Questionnaire"),
            ("Bob", "Language"),
        }
        sheet.cell(row=rows["Eve", "Questionnaire"], column=heads["Choice"] or 0).value = value
        book.save(path)

    plan.to_xlsx(path)
    chosen("company")
    decided = plan.decide_from(path).choose(language="nl", questionnaire="Income")
    assert fates(decided) == ["create:new"] * 3
    (_, eve, _) = decided.overview().only_in_import
    (choice,) = eve.choose
    assert (choice.field, choice.value, choice.choice) == ("questionnaire", "Company", "Company")

    decided.to_xlsx(path)
    assert decided.decide_from(path).digest == decided.digest
    chosen(None)
    back = decided.decide_from(path)
    assert [each.value for entry in back.overview().only_in_import for each in entry.choose if entry.name == "Eve"] == [
        "Income"
    ]
    document = decided.overview().to_dict()
    assert document["choose"] == {"language": ["Dutch", "French"], "questionnaire": list(SHEETS)}
    assert document["only_in_import"][1]["choose"] == [
        {
            "field": "questionnaire",
            "label": "Questionnaire",
            "id": choice.id,
            "value": "Company",
            "choice": "Company",
            "choices": list(SHEETS),
        }
    ]
