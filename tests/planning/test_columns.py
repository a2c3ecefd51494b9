"""What is said and asked about columns as a whole: formats, columns left out, fill counts."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from clientimport import FieldMapping, Importer, Mapping, Plan, SettingsError, Severity
from clientimport.core.findings import Flag
from clientimport.errors import PluginError
from tests.planning.given import OpenImporter, bring_in, clients, fates, only, plan_of

SECRET = "Zwartezusterstraat"


def born(day: str, n: int = 0) -> dict[str, str]:
    return {"external_id": f"K{n}", "name": "Jan Peeters", "birth_date": day}


def owing(amount: object, n: int) -> dict[str, object]:
    return {"external_id": f"K{n}", "name": f"Klant {n}", "opening_balance": amount}


def use_of(plan: Plan, field: str) -> Any:
    return only([column for column in plan.summary.columns if column.field == field])


def test_a_column_of_ambiguous_dates_is_a_question_never_a_guess(open_importer: OpenImporter) -> None:
    """`03/04/2000` throughout: its rows wait, rows without such a date go on."""
    plan = plan_of(open_importer(), born("03/04/2000", 1), born("05/06/2000", 2), born("", 3), born("2000-01-31", 4))

    assert fates(plan) == ["conflict:column-format", "conflict:column-format", "create:new", "create:new"]
    conflict = only(plan.conflicts)
    assert (conflict.kind, conflict.records, conflict.sequences) == ("column-format", 2, ())
    assert (conflict.locator.column, conflict.locator.row) == ("birth_date", None)
    assert [option.choice for option in conflict.options] == ["DMY", "MDY"]
    assert conflict.params == {"counts": {"YMD": 1, "ambiguous": 2}}
    assert [record.conflict for record in plan.records()] == [conflict.id, conflict.id, None, None]


@pytest.mark.parametrize(("choice", "day"), [("DMY", "2000-04-03"), ("MDY", "2000-03-04")])
def test_the_answer_reads_the_column_again(open_importer: OpenImporter, choice: str, day: str) -> None:
    """The raw text was kept for this."""
    importer = open_importer()
    plan = plan_of(importer, born("03/04/2000"))

    chosen = plan.decide({"column-format:birth_date": choice})

    assert fates(chosen) == ["create:new"]
    assert chosen.conflicts == []
    assert use_of(chosen, "birth_date").format == choice
    importer.apply(chosen)
    assert only(clients(importer))["birth_date"] == day


def test_a_column_can_be_answered_anew(open_importer: OpenImporter) -> None:
    """The second answer gives the plan that it alone would have given."""
    plan = plan_of(open_importer(), born("03/04/2000"))

    again = plan.decide({"column-format:birth_date": "DMY"}).decide({"column-format:birth_date": "MDY"})

    assert next(again.records()).values["birth_date"] == "2000-03-04"
    assert again.digest == plan.decide({"column-format:birth_date": "MDY"}).digest


def test_an_answer_known_before_is_taken_with_the_file(open_importer: OpenImporter) -> None:
    """Planning with the decision is planning and deciding."""
    importer = open_importer()
    row = born("03/04/2000")

    plan = plan_of(importer, row, decisions={"column-format:birth_date": "DMY"})

    assert fates(plan) == ["create:new"]
    assert plan.digest == plan_of(importer, row).decide({"column-format:birth_date": "DMY"}).digest


def test_an_answered_column_refuses_what_does_not_fit(open_importer: OpenImporter) -> None:
    """A person said month first: day 25 as a month is an error in its row, not a second guess."""
    plan = plan_of(open_importer(), born("03/04/2000", 1), born("25/04/2000", 2), born("04/25/2000", 3))
    assert fates(plan) == ["conflict:column-format", "create:new", "create:new"]

    chosen = plan.decide({"column-format:birth_date": "MDY"})

    assert fates(chosen) == ["create:new", "invalid:findings", "create:new"]


def test_one_telling_cell_decides_its_column(open_importer: OpenImporter) -> None:
    """Day 25 can only be a day, so the others are read that way too."""
    plan = plan_of(open_importer(), born("03/04/2000", 1), born("25/04/2000", 2))

    assert [record.values["birth_date"] for record in plan.records()] == ["2000-04-03", "2000-04-25"]
    assert use_of(plan, "birth_date").format == "DMY"


def test_an_ambiguous_column_of_amounts_is_a_question(open_importer: OpenImporter) -> None:
    """`1.234` is a thousand or a bit more than one."""
    rows = [{"name": "Jan", "external_id": "1", "opening_balance": "1.234"}]
    plan = plan_of(open_importer(), *rows)

    conflict = only(plan.conflicts)
    assert (conflict.id, [option.choice for option in conflict.options]) == (
        "column-format:opening_balance",
        [",", "."],
    )
    chosen = plan.decide({conflict.id: ","})
    assert next(chosen.records()).values["opening_balance"] == "1234.00"
    assert chosen.summary.openings == {"EUR": "1234.00"}
    assert fates(plan.decide({conflict.id: "."})) == ["invalid:findings"]


@pytest.mark.parametrize("number", [12.5, Decimal("12.50")])
def test_numbers_tell_nothing_of_how_people_write(open_importer: OpenImporter, number: object) -> None:
    """A point comes with a number whoever made the list; a text beside it is asked about, unless another text tells."""
    importer = open_importer()
    rows = [owing(number, 1), owing("10.000", 2)]

    plan = importer.plan(rows)

    assert fates(plan) == ["create:new", "conflict:column-format"]
    assert plan.decide({"column-format:opening_balance": ","}).summary.openings == {"EUR": "10012.50"}
    assert importer.plan([*rows, owing("2.500,75", 3)]).summary.openings == {"EUR": "12513.25"}
    assert importer.plan([*rows, owing("12.5", 3)]).summary.openings == {"EUR": "35.00"}


def test_numbers_of_a_workbook_tell_nothing_either(open_importer: OpenImporter, tmp_path: Path) -> None:
    """Nor does a number that is shown with its currency."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append(["name", "external_id", "opening_balance"])
    for row in (["Jan", "1", 12.5], ["An", "2", "10.000"], ["Bo", "3", 300.25]):
        sheet.append(row)
    sheet["C4"].number_format = "[$£-809]#,##0.00"
    book.save(tmp_path / "numbers.xlsx")

    plan = open_importer().plan(tmp_path / "numbers.xlsx")

    assert fates(plan) == ["create:new", "conflict:column-format", "create:new"]
    assert plan.summary.openings == {"EUR": "12.50", "GBP": "300.25"}


@pytest.mark.parametrize("batch", [7, 500])
def test_evidence_found_late_gives_the_plan_of_evidence_known_from_the_start(
    open_importer: OpenImporter, batch: int
) -> None:
    """The first thousand rows tell nothing; the last one overturns that for all of them."""
    from clientimport import Settings

    importer = open_importer(settings=Settings(batch_size=batch))
    rows = [born("03/04/2000", n) for n in range(1010)]
    telling = born("25/04/2000", 2000)

    late, early = plan_of(importer, *rows, telling), plan_of(importer, telling, *rows)

    assert late.summary.dispositions == early.summary.dispositions
    assert use_of(late, "birth_date") == use_of(early, "birth_date")
    assert late.conflicts == early.conflicts == []
    by_id = [{record.raw["external_id"]: record.values for record in plan.records()} for plan in (late, early)]
    assert by_id[0] == by_id[1]


def test_evidence_can_be_overturned_into_a_question(open_importer: OpenImporter) -> None:
    """Row 1 shows day first, row 1012 month first: the ambiguous ones between them wait for an answer."""
    rows = [born("25/04/2000", 0), *(born("03/04/2000", n) for n in range(1, 1010)), born("04/25/2000", 1010)]

    plan = plan_of(open_importer(), *rows)

    assert plan.summary.dispositions["conflict"] == 1009
    assert plan.summary.dispositions["create"] == 2
    assert only(plan.conflicts).records == 1009


def test_deciding_on_one_column_leaves_the_other_as_it_was_read(open_importer: OpenImporter) -> None:
    """Dates whose order a late row showed stay read when the amounts are answered."""
    rows = [{**born("03/04/2000", n), "opening_balance": "1.234"} for n in range(1010)]
    plan = plan_of(open_importer(), *rows, {**born("25/04/2000", 2000), "opening_balance": ""})

    chosen = plan.decide({"column-format:opening_balance": ","})

    assert chosen.conflicts == []
    assert {record.values["birth_date"] for record in chosen.records()} == {"2000-04-03", "2000-04-25"}
    assert use_of(chosen, "birth_date").format == "DMY"


def test_a_format_given_with_the_mapping_asks_nothing(open_importer: OpenImporter) -> None:
    """A person said it once, in the saved mapping."""
    mapping = Mapping(
        fields=[
            FieldMapping(field="name", columns=("name",)),
            FieldMapping(field="birth_date", columns=("birth_date",), format="MDY"),
        ]
    )
    plan = plan_of(open_importer(), born("03/04/2000"), mapping=mapping)

    assert next(plan.records()).values["birth_date"] == "2000-03-04"


def test_rows_of_one_client_wait_together(open_importer: OpenImporter) -> None:
    """The sister row has no date, but it is the same client."""
    plan = plan_of(open_importer(), born("03/04/2000", 1), {**born("", 1), "city": "Gent"}, born("", 2))

    assert fates(plan) == ["conflict:column-format", "conflict:column-format", "create:new"]


# ------------------------------------------------------------------------------------------------ columns left out


def sources(tmp_path: Path) -> Path:
    csv = f"Naam;Email;Straat;Leeg;Spaarpunten\nJan;jan@voorbeeld.be;{SECRET} 1;;\nEls;els@voorbeeld.be;;;12\n"
    path = tmp_path / "klanten.csv"
    path.write_text(csv)
    return path


def test_unmapped_columns_are_named_with_their_fill_counts(open_importer: OpenImporter, tmp_path: Path) -> None:
    """What is not imported is said, with how much of it there is."""
    mapping = Mapping(
        fields=[FieldMapping(field="name", columns=("Naam",)), FieldMapping(field="email", columns=("Email",))],
        dropped=("Spaarpunten",),
    )

    plan = open_importer().plan(sources(tmp_path), mapping=mapping)

    assert {use.header: (use.field, use.filled, use.reason) for use in plan.summary.columns} == {
        "Naam": ("name", 2, "given"),
        "Email": ("email", 2, "given"),
        "Straat": (None, 1, "unmapped"),
        "Leeg": (None, 0, "unmapped"),
        "Spaarpunten": (None, 1, "dropped"),
    }
    told = {finding.locator.column: finding.params for finding in plan.source_findings}
    assert told == {"Straat": {"filled": 1}, "Leeg": {"filled": 0}}
    assert {finding.code for finding in plan.source_findings} == {"column-unmapped"}


def test_what_is_not_imported_is_stored_nowhere(tmp_path: Path) -> None:
    """Neither the plan nor the store holds a byte of it, run log included."""
    mapping = Mapping(
        fields=[FieldMapping(field="name", columns=("Naam",)), FieldMapping(field="email", columns=("Email",))]
    )
    database, saved = tmp_path / "clients.db", tmp_path / "plan.jsonl"
    with Importer(f"sqlite:///{database}") as importer:
        plan = importer.plan(sources(tmp_path), mapping=mapping)
        plan.save(saved)
        importer.undo(importer.apply(plan))
        importer.apply(plan)

        for path in (saved, *tmp_path.glob("clients.db*")):
            content = path.read_bytes()
            assert SECRET.encode() not in content, path.name
            assert SECRET.encode("utf-16-le") not in content, path.name
        assert b"jan@voorbeeld.be" in saved.read_bytes()


def test_a_mapped_column_that_the_file_has_not_is_named(open_importer: OpenImporter) -> None:
    """A saved mapping for last year's file, and a column renamed since."""
    mapping = Mapping(
        fields=[FieldMapping(field="name", columns=("name",)), FieldMapping(field="city", columns=("Gemeente",))]
    )

    plan = plan_of(open_importer(), {"name": "Jan", "Woonplaats": "Gent"}, mapping=mapping)

    codes = {finding.code: finding for finding in plan.source_findings}
    assert set(codes) == {"column-missing", "column-unmapped"}
    assert codes["column-missing"].field == "city"


def test_a_required_field_without_a_column_is_said_once_for_all(open_importer: OpenImporter) -> None:
    """Beside the error on each row."""
    plan = plan_of(open_importer(), {"email": "jan@voorbeeld.be"}, {"email": "els@voorbeeld.be"})

    assert fates(plan) == ["invalid:findings"] * 2
    assert only(plan.source_findings).code == "field-unmapped"
    assert plan.summary.findings == {"field-unmapped": 1, "required": 2}


def test_nothing_outside_the_mapping_is_changed(open_importer: OpenImporter) -> None:
    """A stored value whose field no column feeds stays, whatever the policy."""
    importer = open_importer()
    bring_in(importer, {"external_id": "1", "name": "Jan", "city": "Gent", "notes": "belt graag"})

    bring_in(importer, {"external_id": "1", "name": "Jan P.", "city": "Brugge"}, merge="overwrite")

    assert only(clients(importer)) == {"external_id": "1", "name": "Jan P.", "city": "Brugge", "notes": "belt graag"}


def test_a_mapping_of_an_unknown_field_is_refused_at_once(open_importer: OpenImporter) -> None:
    """With the field that was probably meant."""
    mapping = Mapping(fields=[FieldMapping(field="e_mail", columns=("name",))])

    with pytest.raises(SettingsError, match="Did you mean 'email'"):
        plan_of(open_importer(), {"name": "Jan"}, mapping=mapping)


def test_a_row_that_reading_refused_stays_refused(open_importer: OpenImporter) -> None:
    """An answer about a column reads its cells anew; what was wrong with the row itself is not forgotten."""
    csv = b'Naam;Gemeente;Geboortedatum\nAn Aerts;"Gent;01/02/1980\nBo Bos;Mol;03/04/1980\n'
    plan = open_importer().plan(csv)
    assert fates(plan) == ["invalid:findings", "conflict:column-format"]

    decided = plan.decide({"column-format:Geboortedatum": "DMY"})

    assert fates(decided) == ["invalid:findings", "create:new"]
    assert "quote-unclosed" in {found.code for found in decided.findings}


def test_a_source_may_flag_rows_only_with_what_reading_finds(open_importer: OpenImporter) -> None:
    """Any other word would be lost when a column is read anew, so it stops the plan and names the source."""
    importer = open_importer()
    source = importer.open([born("2000-01-31")])
    batch = next(source.batches())
    source.batches = lambda size=500: iter([batch._replace(flags=[Flag(0, "odd", None, None, {})])])  # type: ignore[method-assign]

    with pytest.raises(PluginError, match=r"records.*odd"):
        importer.plan(source)


def test_findings_about_the_file_weigh_as_the_profile_says(open_importer: OpenImporter) -> None:
    """Also those that only concern columns; a silenced one is not shown."""
    rows = {"name": "Jan", " Kleur": "rood"}
    loud, quiet = (
        attrs.evolve(open_importer().profile, severities={"column-unmapped": weight})
        for weight in (Severity.WARNING, None)
    )

    (found,) = plan_of(open_importer(profile=loud), rows).findings
    assert (found.code, found.severity) == ("column-unmapped", Severity.WARNING)
    assert list(plan_of(open_importer(profile=quiet), rows).findings) == []


def test_one_column_is_asked_about_once(open_importer: OpenImporter) -> None:
    """Though it feeds two fields, whose dates wait for the same answer."""
    mapping = Mapping(
        fields=[
            FieldMapping(field="name", columns=("n",)),
            FieldMapping(field="opening_balance", columns=("b",)),
            FieldMapping(field="birth_date", columns=("d",)),
            FieldMapping(field="opening_date", columns=("d",)),
        ]
    )
    plan = open_importer().plan([{"n": "Jan", "b": "5", "d": "03/04/2000"}], mapping=mapping)

    assert [(conflict.id, conflict.records) for conflict in plan.conflicts] == [("column-format:d", 1)]
    (record,) = plan.decide({"column-format:d": "DMY"}).records()
    assert (record.values["birth_date"], record.values["opening_date"]) == ("2000-04-03", "2000-04-03")


def test_an_answer_that_the_question_does_not_offer_is_refused(open_importer: OpenImporter) -> None:
    """Years come last in such a column, so that "year first" is no answer."""
    plan = plan_of(open_importer(), born("03/04/2000"))

    with pytest.raises(SettingsError, match=r"Allowed: DMY, MDY\."):
        plan.decide({"column-format:birth_date": "YMD"})


def test_refused_rows_do_not_wait(open_importer: OpenImporter) -> None:
    """A question says how many records its answer would settle."""
    plan = plan_of(open_importer(), born("03/04/2000"), {**born("03/04/2000", 1), "name": ""})

    (question,) = plan.conflicts
    assert question.records == 1


def test_a_column_called_as_the_comments_is_named_and_left_out(open_importer: OpenImporter) -> None:
    """It may be an earlier report coming back, or somebody's own remarks: the plan says so, and how many there are."""
    plan = open_importer().plan(b"Naam,E-mail,Comments\nAn Aerts,an@voorbeeld.be,\nBo Bos,bo@voorbeeld.be,bel terug\n")

    (found,) = plan.findings
    assert (found.code, found.locator.column, found.params) == ("column-comments", "Comments", {"filled": 1})


def test_comments_of_ones_own_come_back_in_the_report(open_importer: OpenImporter, tmp_path: Path) -> None:
    """Where the column does not stand last it is nobody's report."""
    csv = b"Naam,Comments,E-mail\nAn Aerts,VIP,an@voorbeeld.be\nBo Bos,bel terug,bo\n"
    importer = open_importer()
    report = tmp_path / "exceptions.csv"
    importer.apply(importer.plan(csv)).exceptions.to_csv(report)

    assert report.read_text(encoding="utf-8-sig").splitlines()[0] == '"Naam","Comments","E-mail","Comments (2)"'
    assert [column.header for column in importer.plan(report).summary.columns if column.reason == "comments"] == [
        "Comments (2)"
    ]


def test_nobody_is_asked_about_a_column_whose_rows_are_left_out(open_importer: OpenImporter) -> None:
    """Where only known clients are updated, a new one's date decides nothing; one that waits is counted alone."""
    importer = open_importer()
    rows = [born("03/04/2000", 1), born("05/06/2000", 2)]

    assert plan_of(importer, *rows, mode="update_only").conflicts == []

    bring_in(importer, {"external_id": "K1", "name": "Jan Peeters"})
    (question,) = plan_of(importer, *rows, mode="update_only").conflicts
    assert question.records == 1
    (question,) = plan_of(importer, *rows, rows[0]).conflicts
    assert question.records == 3
