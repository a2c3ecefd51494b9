"""The review workbook: what it shows, and what can be changed in it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from clientimport import Plan
from clientimport.errors import SettingsError
from clientimport.messages import LANGUAGES
from clientimport.reports import forms
from clientimport.reports.review_reading import read_review
from clientimport.reports.review_workbook import write_review_xlsx
from tests.planning.given import OpenImporter, only, plan_of
from tests.review.filled_in import RITA, ids, open_importer, path, plan, written

__all__ = ["open_importer", "path", "plan"]

NASTY = ("=1+1", "@SUM(A1)", "<b>&amp;</b>", "😀" * 20_000, "a\x01b\rc", " _x000D_ ", "]]>", "'=2", "\ud800x")


def test_the_sheets_and_their_columns(plan: Plan, path: Path) -> None:
    """The story, what holds for all, the groups, the fields of those in both, questions and findings."""
    book = written(plan, path)

    assert {sheet.title: [cell.value for cell in sheet[1] if cell.value][:9] for sheet in book} == {
        "Review": ["Review of an import"],
        "All at once": ["About", "Number", "Choice", "id", "was:bulk|About", "answers", "fields", "1", "2"],
        "Customers only in import": ["Name", "Rows", "What the import says", "What happens", "Question", "Choice", "id",
                                     "was:only_in_import|Name|Rows"],
        "Customers only here": ["Client", "Name", "Reason", "Systems", "Choice", "id", "was:only_here|Client|Name"],
        "Double customers": ["Client", "Name", "Rows", "Fields that differ", "What happens", "Question", "Choice", "id",
                             "was:both|Client|Name|Rows"],
        "Double customers - fields": ["Client", "Name", "Rows", "Field", "Here", "Import", "Last import said",
                                      "What happens", "Choice"],
        "Invalid customers": ["Rows", "Name", "What happens", "Findings", "What to do"],
        "Questions": ["Name", "Rows", "Question", "Column", "Records that wait", "Field", "Possible answers", "Choice",
                      "id"],
        "Findings": ["Rows", "Column", "Name", "Field", "Kind", "Findings", "Seen", "Wanted", "What to do"],
    }  # fmt: skip
    for sheet in book:
        assert (sheet.freeze_panes, sheet.protection.sheet, sheet.protection.password) == ("A2", True, None)
        assert (sheet.protection.sort, sheet.protection.autoFilter) == (False, False)  # False: allowed
        assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}


def test_the_story_counts_and_explains(plan: Plan, path: Path) -> None:
    """What it is, how it is used, where it comes from, how many are in each group, and what the colours mean."""
    book = written(plan, path, source="klanten.csv")

    told = {row[0].value: row[1].value for row in book["Review"].iter_rows(min_row=2) if row[0].value}
    assert list(told) == [
        "What this is", "How to choose", "Questions", "Many at once", "Sorting", "Giving it back", "Source", "Plan digest",
        "Customers only in import", "Customers only here", "Double customers", "Invalid customers", "Findings", "Colours",
    ]  # fmt: skip
    assert (told["Source"], told["Plan digest"]) == ("klanten.csv", plan.digest)
    assert (told["Double customers"], told["Customers only here"]) == ("clients: 2, records: 2", "clients: 1")
    read = read_review(path)
    assert (read.plan, read.lang, read.decisions, read.findings) == (plan.digest, "en", {}, ())


def test_a_row_for_every_field_that_differs(plan: Plan, path: Path) -> None:
    """Here, in the import, before; what happens, in words and in colour; and what may be chosen."""
    sheet = written(plan, path)["Double customers - fields"]

    rows = [[cell.value for cell in row[3:9]] for row in sheet.iter_rows(min_row=2)]
    assert rows == [
        ["E-mail", None, "jan@voorbeeld.be", None, "waits for the answer to the question", None],
        ["City", "Aalst", "Brugge", "Gent", "a person must say which", None],
        ["Notes", "van hier", "nieuw", "oud", "a person must say which", None],
        ["Notes", "x", "y", "x",
         "the import's value is written (only the file had changed it since the import before)", "overwrite"],
    ]  # fmt: skip
    fills = [row[4].fill.start_color.rgb for row in sheet.iter_rows(min_row=2)]
    assert fills == ["FFFBE7A6", "FFFBE7A6", "FFFBE7A6", "FFCDE8CF"]
    assert [cell.protection.locked for cell in sheet[2]] == [True] * 8 + [False, True, True]
    assert only(sheet.data_validations.dataValidation).formula1 == '"keep,overwrite"'
    assert sheet.column_dimensions["K"].hidden


def test_what_is_kept_is_grey(plan: Plan, path: Path) -> None:
    """So that nobody reads a value as one that will be written."""
    kept = plan.decide({ids(plan)["an-notes"]: "keep"})

    sheet = written(kept, path)["Double customers - fields"]

    assert sheet["H5"].value == "what is here stays"
    assert (sheet["F5"].fill.start_color.rgb, sheet["F5"].font.color.rgb) == ("FFF0F0F0", "FF767676")
    assert sheet["I5"].value == "keep"


def test_equal_fields_are_there_if_wanted(plan: Plan, path: Path) -> None:
    """They have nothing to choose."""
    sheet = written(plan, path, equal=True)["Double customers - fields"]

    names = [row for row in sheet.iter_rows(min_row=2) if row[3].value == "Name"]
    assert [(row[7].value, row[8].value, row[9].value) for row in names] == [("the same on both sides", None, None)] * 2
    assert {row[8].protection.locked for row in names} == {True}


def test_a_question_offers_its_answers_in_its_own_row(plan: Plan, path: Path) -> None:
    """From cells beside it, so that sorting the sheet takes them along."""
    sheet = written(plan, path)["Questions"]

    assert [cell.value for cell in sheet[2]][12:] == [
        "keep = keep what is stored", "overwrite = take the value from the file",
        "overwrite:city = take City from the file, keep the rest", "overwrite:notes = take Notes from the file, keep the rest",
        "skip = leave it out",
    ]  # fmt: skip
    listed = only(sheet.data_validations.dataValidation)
    assert listed.formula1 == "OFFSET($M2,0,0,1,MAX(1,COUNTA($M2:$Q2)))"
    assert not listed.showErrorMessage  # overwrite:city,notes may be typed


def test_the_product_names_the_group_and_titles_are_legal(open_importer: OpenImporter, path: Path) -> None:
    """Thirty-one characters, no signs that a sheet's name cannot have, no name twice."""
    overview = plan_of(open_importer(), RITA).overview(product="Klanten: [alles] / 'Accounton' voor kantoren")

    write_review_xlsx(overview, path, lang="nl")

    titles = openpyxl.load_workbook(path).sheetnames
    assert len(titles) == len({title.casefold() for title in titles})
    assert all(len(title) <= 31 and not set(title) & set("[]:*?/\\") for title in titles)
    assert any(title.startswith("Klanten enkel in Klanten") for title in titles)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_client_is_called_stays_text(lang: str, open_importer: OpenImporter, path: Path) -> None:
    """Formulas, markup, control characters and endless names do nothing, and the workbook opens."""
    importer = open_importer()
    rows = [{"external_id": str(n), "name": name, "city": name[:50]} for n, name in enumerate(NASTY)]
    plan = plan_of(importer, *rows)

    book = written(plan, path, lang=lang)

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    shown = [row[0].value for row in list(book)[2].iter_rows(min_row=2)]
    assert {"=1+1", "@SUM(A1)", "<b>&amp;</b>", "]]>", "'=2"} <= set(shown)
    assert all(cell.quotePrefix for cell in cells if cell.value.startswith("="))
    assert all(len(cell.value.encode("utf-16-le")) <= 2 * 32_767 for cell in cells)
    read = read_review(path)
    assert (read.decisions, read.findings, read.lang) == ({}, (), lang)


def test_the_same_review_is_the_same_file(plan: Plan, tmp_path: Path) -> None:
    """Nothing of the day or the machine is in it."""
    files = [tmp_path / name for name in ("a.xlsx", "b.xlsx")]
    for file in files:
        write_review_xlsx(plan.overview(), file)

    assert files[0].read_bytes() == files[1].read_bytes()


def test_all_findings_of_the_plan_can_be_given(plan: Plan, path: Path) -> None:
    """Those about the source as well, which no client has."""
    sheet = written(plan, path, lang="nl", findings=plan.to_dict("nl")["findings"])["Bevindingen"]

    assert sheet.max_row - 1 == sum(plan.summary.findings.values())


def test_an_importer_is_not_needed(open_importer: OpenImporter, path: Path, tmp_path: Path) -> None:
    """A plan loaded by itself knows no store: the group of those only here is left out, the rest stands."""
    importer = open_importer()
    plan_of(importer, RITA).save(tmp_path / "plan.jsonl")
    plan = Plan.load(tmp_path / "plan.jsonl")

    assert "Customers only here" not in written(plan, path).sheetnames
    assert read_review(path).findings == ()


def test_a_full_sheet_goes_on_in_another(plan: Plan, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same headings, and read as one."""
    monkeypatch.setattr(forms, "MAX_ROWS", 3)
    known = ids(plan)
    decided = plan.decide({known["an-notes"]: "keep"})

    book = written(decided, path)

    assert [title for title in book.sheetnames if "fields" in title] == [
        "Double customers - fields",
        "Double customers - fields (2)",
    ]
    assert [book[title].max_row for title in book.sheetnames if "fields" in title] == [3, 3]
    read = read_review(path)
    assert (read.decisions, read.findings) == ({known["an-notes"]: "keep"}, ())


def test_nothing_is_left_of_a_review_that_fails(plan: Plan, path: Path) -> None:
    """Neither half a workbook nor a temporary file."""
    with pytest.raises(SettingsError, match="lang"):
        write_review_xlsx(plan.overview(), path, lang="de")
    with pytest.raises(SettingsError, match="folder"):
        write_review_xlsx(plan.overview(), path.parent / "missing" / "review.xlsx")

    assert list(path.parent.iterdir()) == []
