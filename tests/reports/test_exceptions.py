"""The exception report gives the rows back as they came, with the reasons, and comes back unchanged."""

from __future__ import annotations

import csv
import stat
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clientimport.core.plan import ColumnUse, Disposition, PlannedRecord
from clientimport.core.profile import Profile, ReportStyle
from clientimport.core.receipt import ReceiptRecord
from clientimport.errors import SettingsError, SourceUnreadableError
from clientimport.ports import RecordBatch, Source, SourceColumn, SourceDescription
from clientimport.reports import workbook
from clientimport.reports.exceptions import Exceptions
from clientimport.reports.neutral import restore
from tests.reports.reporting import COLUMNS, CONFLICT, FIELDS, HEADERS, RECORDS, finding, place, record

SECRET = {2: "a", 3: "b", 4: "c", 5: "d", 6: "e"}


class Original:
    """The source of the test records, with the column that was not imported."""

    def __init__(self, digest: str = "sha256:1") -> None:
        columns = tuple(SourceColumn(index=i, header=h, letter=chr(65 + i)) for i, h in enumerate(HEADERS))
        self._description = SourceDescription(name="klanten.csv", kind="csv", columns=columns, digest=digest)
        self.closed = 0

    def describe(self) -> SourceDescription:
        return self._description

    def batches(self, size: int = 500) -> Iterator[RecordBatch]:
        for number, text in SECRET.items():
            yield RecordBatch([number], [["?", "?", "?", "?", text]], [])

    def close(self) -> None:
        self.closed += 1


def report(
    profile: Profile | None = None,
    original: Callable[[], Source | None] | None = None,
    records: tuple[object, ...] = RECORDS,
    lang: str = "en",
) -> Exceptions:
    return Exceptions(
        lambda: records,  # type: ignore[arg-type, return-value]
        columns=COLUMNS,
        raw=FIELDS,
        conflicts=[CONFLICT],
        profile=profile,
        lang=lang,
        digest="sha256:1",
        original=original,
    )


def values(path: Path) -> list[list[str]]:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def test_only_rows_that_failed_are_given_back() -> None:
    """Refused rows and rows that wait, in the order of the file, their own columns first."""
    exceptions = report()

    assert exceptions.headers == ("Klantnr", "Naam", "E-mail", "Saldo", "Comments")
    assert [row.row for row in exceptions.rows()] == [3, 5, 6]
    assert len(exceptions) == exceptions.failed == 3
    assert bool(exceptions)
    assert not report(records=RECORDS[:1])


def test_reasons_are_all_there_each_after_its_column() -> None:
    """One reason a line; warnings are no reason; a question is asked."""
    first, second, third = (row.comment.splitlines() for row in report().rows())

    assert first == ["E-mail: This is not an e-mail address.", "Saldo: This is not an amount."]
    assert second == ["The client we know has another value for E-mail. Which one holds?"]
    assert third == ["Name is missing.", "E-mail: This is not an e-mail address."]


def test_a_profiles_words_stand_exactly_as_they_are() -> None:
    """No column in front; the column has the profile's name; the language does not matter."""
    profile = Profile(
        name="p",
        message_fields={"email": "Invalid email format.", "name": "Client name is required."},
        report=ReportStyle(comment_column="Opmerkingen"),
    )
    exceptions = report(profile, lang="nl")

    assert exceptions.headers[-1] == "Opmerkingen"
    assert [row.comment for row in exceptions.rows()][2] == "Client name is required.\nInvalid email format."


def test_reasons_in_another_language() -> None:
    """For whoever has to mend the rows."""
    exceptions = report()

    (first, *_) = exceptions.in_language("nl").rows()

    assert first.comment.splitlines()[0] == "E-mail: Dit is geen e-mailadres."
    assert next(exceptions.rows()).comment.startswith("E-mail: This is not")


def test_a_profile_may_want_all_rows() -> None:
    """What went in has an empty comment; what was left out says why."""
    exceptions = report(Profile(name="p", report=ReportStyle(rows="all")))

    comments = [row.comment for row in exceptions.rows()]

    assert (len(exceptions), exceptions.failed) == (5, 3)
    assert comments[0] == ""
    assert comments[2] == "the same client as another row (row 2)"


def test_columns_that_were_not_imported_come_from_the_source() -> None:
    """In their place, row by row, and the source is closed."""
    source = Original()
    exceptions = report(original=lambda: source)

    assert exceptions.complete
    assert exceptions.headers == (*HEADERS, "Comments")
    assert [row.cells[-1] for row in exceptions.rows()] == ["b", "d", "e"]
    assert [row.cells[0] for row in exceptions.rows()] == ["00124", "00126", ""]
    assert source.closed == 3


def gone() -> Source | None:
    raise SourceUnreadableError("gone")


@pytest.mark.parametrize("original", [None, lambda: None, lambda: Original("sha256:2"), gone])
def test_without_the_same_source_they_are_left_out(original: Callable[[], Source | None] | None) -> None:
    """A file that is gone or changed cannot supply them, and nothing is made up."""
    exceptions = report(original=original)

    assert not exceptions.complete
    assert exceptions.headers == ("Klantnr", "Naam", "E-mail", "Saldo", "Comments")


def test_an_earlier_reports_comments_are_not_repeated() -> None:
    """A report of a report has one comment column."""
    again = Exceptions(
        lambda: RECORDS,
        columns=(*COLUMNS[:4], ColumnUse(header="comments ", field=None, filled=3, confidence=0, reason="comments")),
        raw=FIELDS,
    )

    assert again.complete
    assert again.headers == ("Klantnr", "Naam", "E-mail", "Saldo", "Comments")


def test_a_column_of_ones_own_with_the_same_name_stays() -> None:
    """Somebody's "Comments" are theirs; ours stand beside them under another name."""
    own = ColumnUse(header="Comments", field=None, filled=3, confidence=0, reason="unmapped")
    report = Exceptions(lambda: RECORDS, columns=(*COLUMNS[:4], own), raw=(*FIELDS, "Comments"))

    assert report.headers == ("Klantnr", "Naam", "E-mail", "Saldo", "Comments", "Comments (2)")


def test_rows_that_turned_out_stale_are_given_back_too() -> None:
    """Somebody changed the client between plan and apply."""
    planned = attrs.evolve(RECORDS[0], disposition=Disposition.UPDATE, reason="matched")
    stale = ReceiptRecord(planned=planned, outcome="stale", client="7", why={"why": "changed"})

    (row,) = report(records=(stale,)).rows()

    assert row.comment.startswith("Somebody changed the client after the plan was made")


def test_the_workbook_holds_text_as_it_was_read(tmp_path: Path) -> None:
    """Leading zeros, formula-looking text, apostrophes and line breaks; every cell is text, none a formula."""
    report(original=Original).to_xlsx(tmp_path / "exceptions.xlsx")

    book = openpyxl.load_workbook(tmp_path / "exceptions.xlsx")
    sheet = book.worksheets[0]

    wrong = "E-mail: This is not an e-mail address.\nSaldo: This is not an amount."
    asked = "The client we know has another value for E-mail. Which one holds?"
    assert values(tmp_path / "exceptions.xlsx")[:3] == [
        [*HEADERS, "Comments"],
        ["00124", "=cmd|'/C calc'!A0", "jan@", "-1+1", "b", wrong],
        ["00126", "'=Mia\nMaes", "mia@voorbeeld.be", "-12.50", "d", asked],
    ]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert sheet["B2"].quotePrefix
    assert not sheet["A2"].quotePrefix
    assert sheet.freeze_panes == "A2"


def test_cells_at_fault_are_coloured_and_say_why(tmp_path: Path) -> None:
    """The e-mail and the amount of the refused row, the missing name though it is empty, the field in question."""
    report().to_xlsx(tmp_path / "exceptions.xlsx")

    sheet = openpyxl.load_workbook(tmp_path / "exceptions.xlsx").worksheets[0]
    coloured = {cell.coordinate for row in sheet.iter_rows(min_row=2) for cell in row if cell.fill.fill_type == "solid"}

    assert coloured == {"C2", "D2", "C3", "B4", "C4"}
    assert sheet["C2"].fill.start_color.rgb != sheet["C3"].fill.start_color.rgb
    assert "compare with the client's letters" in sheet["C2"].comment.text
    assert "Name is missing." in sheet["B4"].comment.text


def test_the_text_file_is_safe_and_comes_back(tmp_path: Path) -> None:
    """Every field quoted, formulas with an apostrophe, and restored they are what the source held."""
    report(original=Original).to_csv(tmp_path / "exceptions.csv", delimiter=";")

    data = (tmp_path / "exceptions.csv").read_bytes()
    with (tmp_path / "exceptions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))

    assert data.startswith(b'\xef\xbb\xbf"Klantnr";"Naam";')
    assert rows[1][:5] == ["00124", "'=cmd|'/C calc'!A0", "jan@", "'-1+1", "b"]
    assert rows[2][:4] == ["00126", "''=Mia\nMaes", "mia@voorbeeld.be", "-12.50"]
    read_back = [[restore(cell) for cell in row] for row in rows[1:]]
    assert read_back == [[*row.cells, row.comment] for row in report(original=Original).rows()]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cell=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20))
def test_any_text_survives_both_files(tmp_path: Path, cell: str) -> None:
    """Whatever a cell holds; control characters come as the file format writes them (``_x0001_``)."""
    bad = record(0, (cell, "n"), "invalid", "findings", findings=(finding("required", 2, None, "email"),))
    exceptions = report(records=(bad,))
    exceptions.to_csv(tmp_path / "x.csv")
    exceptions.to_xlsx(tmp_path / "x.xlsx")

    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        assert restore(list(csv.reader(file))[1][0]) == cell
    back = openpyxl.load_workbook(tmp_path / "x.xlsx").worksheets[0]["A2"].value or ""
    assert workbook_text(back) == cell


def workbook_text(text: str) -> str:
    import re

    return re.sub("_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)


def test_a_full_sheet_goes_on_in_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worksheet ends at a million rows; the report does not."""
    monkeypatch.setattr(workbook, "MAX_ROWS", 3)

    report().to_xlsx(tmp_path / "x.xlsx")

    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == ["Exceptions", "Exceptions (2)"]
    assert [sheet.max_row for sheet in book.worksheets] == [3, 2]
    assert book.worksheets[1]["E1"].value == "Comments"


class HalfwayError(Exception):
    """The plan went away."""


def test_a_failure_halfway_leaves_the_old_file(tmp_path: Path) -> None:
    """Nobody finds half a report, nor the pieces of one."""

    def broken() -> Iterator[PlannedRecord]:
        yield RECORDS[1]
        raise HalfwayError

    old = tmp_path / "exceptions.xlsx"
    old.write_text("old")
    exceptions = Exceptions(broken, columns=COLUMNS, raw=FIELDS)

    with pytest.raises(HalfwayError):
        exceptions.to_xlsx(old)
    with pytest.raises(HalfwayError):
        exceptions.to_csv(tmp_path / "exceptions.csv")

    assert old.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["exceptions.xlsx"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A wrong path is a wrong setting, not a traceback from the depths."""
    with pytest.raises(SettingsError, match="a folder that exists"):
        report().to_csv(tmp_path / "nowhere" / "x.csv")
    with pytest.raises(SettingsError, match="this is a folder"):
        report().to_csv(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="no such modes there")
def test_the_file_can_be_read_by_whom_new_files_can(tmp_path: Path) -> None:
    """A report made by a service must not be for the service alone."""
    plain = tmp_path / "plain"
    plain.touch()
    report().to_csv(tmp_path / "x.csv")

    assert stat.S_IMODE((tmp_path / "x.csv").stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_five_thousand_rows_are_quick(tmp_path: Path) -> None:
    """A bad file must not make its owner wait: well under the ten seconds allowed here."""
    rows = tuple(attrs.evolve(RECORDS[1], sequence=n, locator=place(n + 2)) for n in range(5_000))

    start = time.process_time()
    report(records=rows).to_xlsx(tmp_path / "x.xlsx")

    assert time.process_time() - start < 10
    assert len(values(tmp_path / "x.xlsx")) == 5_001
