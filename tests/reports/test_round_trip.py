"""What an exception report gives back is what the source held: written, read by our own readers, imported again."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

import clientimport as ci
from clientimport.core.profile import Profile, ReportStyle, Rung
from clientimport.messages import LANGUAGES
from clientimport.reports.receipt import receipt_html, receipt_text

CELLS = (
    "=cmd|'/C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", " =1+1", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20x",
    "'=1+1", "''@x", "-12.50", "+32475123456", "00123", "1e5", "85073003328", "31/12/2025", "TRUE", "_x0041_",
    "regel 1\nregel 2", 'a;b"c', "#REF!", "Zoë \u200bß 漢字", "x" * 3000,
)  # fmt: skip


@pytest.fixture
def importer() -> Iterator[ci.Importer]:
    with ci.Importer("memory:") as made:
        yield made


def written(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_every_cell_comes_back_as_it_was(importer: ci.Importer, tmp_path: Path, ending: str) -> None:
    """Formula-looking, number-like and odd texts, in imported columns and in others, for both kinds of file."""
    rows = [
        ["Klantnr", "Naam", "E-mail", "Vrij"],
        *([str(n), "", f"k{n}@x.example", cell] for n, cell in enumerate(CELLS)),
    ]
    with importer.plan(written(tmp_path / "k.csv", rows)) as plan:
        report = tmp_path / f"e.{ending}"
        count = plan.exceptions.to_xlsx(report) if ending == "xlsx" else plan.exceptions.to_csv(report)

    source = importer.open(report)
    read = [row for batch in source.batches() for row in batch.rows]

    assert count == len(CELLS)
    assert [column.header for column in source.describe().columns] == [*rows[0], "Comments"]
    assert [row[:4] for row in read] == rows[1:]


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_no_cell_tells_is_refused_again(importer: ci.Importer, tmp_path: Path, ending: str) -> None:
    """Errors and formulas without a result come back as texts, and are still no names; mended rows go in."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in (
        ["Name", "E-mail", "City"],
        ["#REF!", "a@x.example", "Gent"],
        ["=VLOOKUP(A1,B:C,2,0)", "b@x.example", "Gent"],
        ["An", "c@x.example", "#N/A"],
    ):
        sheet.append(row)
    book.save(tmp_path / "clients.xlsx")
    first = importer.apply(importer.plan(tmp_path / "clients.xlsx"))

    for turn in range(2):
        report = tmp_path / f"e{turn}.{ending}"
        assert (first.exceptions.to_xlsx if ending == "xlsx" else first.exceptions.to_csv)(report) == 3
        plan = importer.plan(report)
        assert [record.disposition.value for record in plan.records()] == ["invalid"] * 3
        assert plan.summary.findings["cell-error"] == 3
        assert [record.raw["Name"] for record in plan.records()] == ["#REF!", "#N/A =VLOOKUP(A1,B:C,2,0)", "An"]
        first = importer.apply(plan)
    assert list(importer.clients()) == []


@pytest.mark.parametrize("header", ["Notes", "Opmerkingen", "Memo"])
@pytest.mark.parametrize("note", ["x", "", "yes", "an@x.example"])
def test_our_comments_take_no_field_from_the_file(
    importer: ci.Importer, tmp_path: Path, header: str, note: str
) -> None:
    """What the file's own column of notes was mapped to, it is mapped to again."""
    rows = [["Name", "E-mail", header], ["An", "an@", note], ["Jo", "jo@", ""], ["Els", "els@", note]]
    with importer.plan(written(tmp_path / "n.csv", rows)) as plan:
        mapped = [column.field for column in plan.summary.columns]
        plan.exceptions.to_xlsx(tmp_path / "n.xlsx")

    with importer.plan(tmp_path / "n.xlsx") as again:
        assert [column.field for column in again.summary.columns] == [*mapped, None]
        assert again.summary.columns[-1].reason == "comments"


def test_a_report_of_all_rows_adds_nothing(tmp_path: Path) -> None:
    """Rows that went in are unchanged the second time; mended ones go in; its comments are not imported."""
    profile = Profile(
        name="all", ladder=(Rung(scheme="email"),), report=ReportStyle(rows="all", comment_column="Opmerkingen")
    )
    rows = [["Naam", "E-mail"], ["Jan", "jan@x.example"], ["Mia", "mia@"], ["Els", "els@x.example"]]
    with ci.Importer("memory:", profile=profile) as importer:
        with importer.plan(written(tmp_path / "k.csv", rows)) as plan:
            receipt = importer.apply(plan)
        receipt.exceptions.to_xlsx(tmp_path / "all.xlsx")
        with importer.plan(tmp_path / "all.xlsx") as again:
            dispositions = again.summary.dispositions
            columns = {column.header: column.field for column in again.summary.columns}
            second = again.exceptions

            assert (receipt.created, len(receipt.exceptions), receipt.exceptions.failed) == (2, 3, 1)
            assert dispositions == {"create": 0, "update": 0, "unchanged": 2, "skip": 0, "invalid": 1, "conflict": 0}
            assert columns["Opmerkingen"] is None
            assert second.headers == ("Naam", "E-mail", "Opmerkingen")
            assert [bool(row.comment) for row in second.rows()] == [False, True, False]


def test_the_rest_of_a_row_is_read_again_only_from_the_same_file(importer: ci.Importer, tmp_path: Path) -> None:
    """A column that is not imported is in the report while the file is there; a changed file is not believed."""
    path = written(tmp_path / "k.csv", [["Naam", "Stad", "Geheim"], ["", "Gent", "s1"], ["", "Luik", "s2"]])
    with importer.plan(path) as plan:
        assert [row.cells for row in plan.exceptions.rows()] == [("", "Gent", "s1"), ("", "Luik", "s2")]
        written(path, [["Naam", "Stad", "Geheim"], ["", "Gent", "anders"], ["", "Luik", "s2"]])
        assert plan.exceptions.headers == ("Naam", "Stad", "Comments")
        path.unlink()
        assert [row.cells for row in plan.exceptions.rows()] == [("", "Gent"), ("", "Luik")]


def test_bytes_can_be_read_again_too(importer: ci.Importer) -> None:
    """An upload has no path, and its report has every column all the same, as often as it is asked for."""
    with importer.plan(b"Naam;E-mail;Geheim\n;jan@x.example;s1\n", name="k.csv") as plan:
        for _ in range(2):
            assert [row.cells for row in plan.exceptions.rows()] == [("", "jan@x.example", "s1")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_real_receipt_reads_in_every_language(importer: ci.Importer, lang: str) -> None:
    """Every outcome of a real run has its words; nothing shows a key or a placeholder."""
    data = b"Naam;E-mail;Geboortedatum\nJan;jan@x.example;31/12/1980\nMia;mia@;\nJan;jan@x.example;\n;els@x.example;\n"
    with importer.plan(data, name="k.csv") as plan:
        receipt = importer.apply(plan)

    text = receipt_text(receipt, lang)

    assert sum(receipt.counts.values()) == 4
    assert "{" not in text
    assert "{" not in receipt_html(receipt, lang).split("</style>")[1]
    assert receipt.to_dict(lang)["rows"][1]["comments"][0].startswith("E-mail: ")
