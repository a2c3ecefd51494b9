"""A plan to review, its workbook, and what a person types into it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from clientimport import Plan
from clientimport.reports.review_reading import ReadReview, read_review
from clientimport.reports.review_workbook import write_review_xlsx
from tests.planning.given import OpenImporter, bring_in, only, opener, plan_of
from tests.planning.test_three_way import edit

JAN = {"external_id": "1", "name": "Jan Peeters", "city": "Gent", "email": "", "phone": "+3225551212", "notes": "oud"}
ELS = {"external_id": "2", "name": "Els Maes", "city": "Mol", "email": "", "phone": "", "notes": ""}
AN = {"external_id": "5", "name": "An Wouters", "city": "Mol", "email": "", "phone": "", "notes": "x"}
RITA = {
    "external_id": "3",
    "name": "Rita Simons",
    "city": "Geel",
    "email": "rita@voorbeeld.be",
    "phone": "",
    "notes": "",
}
BAD = {"external_id": "4", "name": "", "city": "Lier", "email": "mia@", "phone": "", "notes": ""}


@pytest.fixture
def open_importer() -> Iterator[OpenImporter]:
    """In memory only: an overview is the same whatever the store, and that is tested elsewhere."""
    yield from opener("memory:")


@pytest.fixture
def plan(open_importer: OpenImporter) -> Plan:
    """Jan's city and notes were changed on both sides; An's notes only in the file; Rita is new; the fourth row is wrong."""
    importer = open_importer()
    bring_in(importer, JAN, ELS, AN, system="crm")
    edit(importer, "1", city="Aalst", notes="van hier")
    jan = {**JAN, "city": "Brugge", "notes": "nieuw", "email": "jan@voorbeeld.be"}
    return plan_of(importer, jan, RITA, BAD, {**AN, "notes": "y"}, system="crm")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "nazicht.xlsx"


def written(plan: Plan, path: Path, **options: Any) -> Any:
    """The review of *plan* as openpyxl opens it."""
    write_review_xlsx(plan.overview(), path, **{"lang": "en", **options})
    return openpyxl.load_workbook(path)


def row_of(sheet: Any, id: str) -> int:
    """The row that an id stands in."""
    column = next(cell.column for cell in sheet[1] if cell.value == "id")
    return int(only([row for row in range(1, sheet.max_row + 1) if sheet.cell(row, column).value == id]))


def choice_cell(book: Any, id: str) -> Any:
    """The cell in which an id is decided."""
    for sheet in book:
        heads = {cell.value: cell.column for cell in sheet[1]}
        if "id" in heads and id in [row[heads["id"] - 1] for row in sheet.iter_rows(values_only=True)]:
            return sheet.cell(row_of(sheet, id), heads["Choice"])
    raise AssertionError(id)


def filled_in(plan: Plan, path: Path, choices: Mapping[str, str | None], **options: Any) -> ReadReview:
    """What is read after a person typed *choices* into the review of *plan*."""
    book = written(plan, path, **options)
    for id, text in choices.items():
        choice_cell(book, id).value = text
    book.save(path)
    return read_review(path)


def codes(read: ReadReview) -> list[str]:
    return [finding.code for finding in read.findings]


def ids(plan: Plan) -> dict[str, str]:
    """What is decided in a workbook of the fixture's plan -> its id."""
    overview = plan.overview().to_dict()
    jan, an = overview["both"]
    fields = {f"jan-{field['field']}": field["id"] for field in jan["fields"] if field["id"]}
    return {"jan": jan["id"], "an": an["id"], "rita": only(overview["only_in_import"])["id"], **fields,
            "an-notes": only([field["id"] for field in an["fields"] if field["id"]]),
            "question": only(overview["conflicts"])["id"]}  # fmt: skip
