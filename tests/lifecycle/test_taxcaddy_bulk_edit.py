"""Many clients edited at once: a template filled in with those there are, whose cells are locked as their status wants."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from clientimport import Importer, SettingsError
from tests.lifecycle.given import states
from tests.lifecycle.taxpayers import LISTS, brought, firm, row
from tests.planning.given import OpenImporter
from tests.reports.office import office, save_again

HEADERS = [
    "Is Offline", "Taxpayer First Name", "Taxpayer Last Name", "Taxpayer Email", "Mobile Number", "SSN", "OwnerEmail",
    "OfficeLocation", "Tax Software ID", "Tax Software Account number", "Tax Client ID", "Tax Version",
    "clientimport id",
]  # fmt: skip
EDITED = {"B": "Anna", "C": "Nys", "D": "new{}@mail.example", "E": "+12025550{}99", "F": "536-90-4399", "I": "Lacerte"}
"""Column -> what somebody types in the row of a client, with its number."""

OPEN = {
    "missing-info": "BCDEF",
    "not-invited": "BCDEF",
    "not-enrolled": "DEF",
    "enrolled": "EF",
    "connected": "BCDEF",
    "not-connected": "EF",
}
"""State -> the columns of first name, last name, e-mail, mobile number and SSN that may be edited in it."""


def filled(open_importer: OpenImporter, **options: Any) -> Importer:
    """A client in each state."""
    importer = firm(open_importer, **options)
    brought(importer, row(1, mobile=""), *(row(number) for number in range(2, 7)))
    for event, ids in {"invite": "3456", "enroll": "456", "connect": "56", "disconnect": "6"}.items():
        assert importer.fire(list(ids), event).moved == list(ids)
    assert states(importer) == list(OPEN)
    return importer


def locked(path: Path) -> list[str]:
    """Of each client the letters of the columns whose cells cannot be changed; one that is empty is as its column."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.protection.sheet
    free = {  # equal neighbours may be written as one
        get_column_letter(number)
        for column in sheet.column_dimensions.values()
        if not column.protection.locked
        for number in range(column.min or 0, (column.max or 0) + 1)
    }
    return [
        "".join(
            letter
            for letter, cell in zip("ABCDEFGHIJKLM", cells, strict=True)
            if (cell.protection.locked if cell.has_style else letter not in free)
        )
        for cells in sheet.iter_rows(2)
    ]


def test_the_template_is_the_products(open_importer: OpenImporter, tmp_path: Path) -> None:
    """Its columns, its lists, its note; what the host's lists hold is offered."""
    book = openpyxl.load_workbook(firm(open_importer).template(tmp_path / "t.xlsx").path)
    sheet = book.worksheets[0]

    assert [cell.value for cell in sheet[1]] == HEADERS
    assert book.sheetnames == ["Clients", "READ ME", "Lists"]
    offered = {column[0].value: [cell.value for cell in column[1:] if cell.value] for column in book["Lists"].columns}
    assert offered == {
        "Is Offline": ["Yes", "No"],
        "OwnerEmail": LISTS["owners"],
        "OfficeLocation": LISTS["offices"],
        "Tax Software ID": LISTS["tax_software"],
    }
    assert len(sheet.data_validations.dataValidation) == 4
    said = [[cell.value or "" for cell in cells] for cells in book["READ ME"].rows]
    assert "on your own computer" in str(said[1][2])
    assert "Grey cells cannot be changed, because of the state that their client is in." in [each[2] for each in said]
    assert {each[0] for each in said if each[1] == "Yes"} == {
        "Taxpayer First Name", "Taxpayer Last Name", "OwnerEmail", "OfficeLocation",
    }  # fmt: skip


def test_cells_are_locked_as_the_status_wants(open_importer: OpenImporter, tmp_path: Path) -> None:
    """Really, on opening it again; the rows below are free for new clients."""
    path = filled(open_importer).template(tmp_path / "t.xlsx", filled=True).path

    assert locked(path) == [
        "A" + "".join(column for column in "BCDEF" if column not in free) + "M" for free in OPEN.values()
    ]
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert not any(sheet.column_dimensions[letter].protection.locked for letter in "ABCDEFGHIJKL")
    assert sheet["B4"].fill.start_color.rgb != sheet["B2"].fill.start_color.rgb


@pytest.mark.skipif(office() is None, reason="LibreOffice is not installed")
def test_libreoffice_keeps_the_locks(open_importer: OpenImporter, tmp_path: Path) -> None:
    """Opened and saved by another program; it comes back as it went."""
    importer = filled(open_importer)
    path = importer.template(tmp_path / "t.xlsx", filled=True).path

    saved = save_again(path, tmp_path / "saved")

    assert locked(saved) == locked(path)
    assert importer.plan(saved).summary.dispositions["unchanged"] == 6


def test_untouched_it_changes_nothing_and_asks_nothing(open_importer: OpenImporter, tmp_path: Path) -> None:
    """And every row comes back without a comment."""
    importer = filled(open_importer)
    plan = importer.plan(importer.template(tmp_path / "t.xlsx", filled=True).path)

    assert plan.summary.dispositions["unchanged"] == 6
    assert [each.code for each in plan.findings] == []
    assert [each.comment for each in plan.exceptions.rows()] == [""] * 6


def test_edits_go_in_without_a_question(open_importer: OpenImporter, tmp_path: Path) -> None:
    """A program that ignores the locks is told; a new row below is a new client; a bad row is refused with its comment."""
    importer = filled(open_importer)
    path = importer.template(tmp_path / "t.xlsx", filled=True).path
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for number in range(1, 7):
        for column, text in EDITED.items():
            sheet[f"{column}{number + 1}"] = text.format(number)
    sheet["H7"] = "Chicago"
    for cell, text in zip(
        sheet[8], [value for header, value in row(8).items() if "Password" not in header], strict=False
    ):
        cell.value = text
    book.save(path)

    plan = importer.plan(path)
    receipt = importer.apply(plan)

    assert plan.conflicts == []
    kept = [(each.locator.row, each.field) for each in plan.findings if each.code == "field-locked"]
    assert kept == [(4, "first_name"), (4, "last_name"), (5, "first_name"), (5, "last_name"), (5, "email")]
    risky = [(each.locator.row, each.field) for each in plan.findings if each.code == "field-risky"]
    assert risky == [(6, "email"), (6, "mobile")]
    office_ = "The office location is missing or the entered location is not mapped in FileRoom."
    assert [each.comment for each in receipt.exceptions.rows()] == ["", "", "", "", "", office_, ""]
    assert (receipt.created, receipt.counts["refused"]) == (1, 1)
    fields = dict(
        zip("BCDEFI", ("first_name", "last_name", "email", "mobile", "national_number", "tax_software"), strict=True)
    )
    for number, (client, free) in enumerate(zip(importer.clients(), OPEN.values(), strict=False), start=1):
        if number == 6:
            continue  # it was refused
        for column, field in fields.items():
            wanted = EDITED[column].format(number).replace("536-90-4399", "US536904399")
            assert (client[field] == wanted) == (column in free + "I"), (client.status, field)
    assert states(importer) == ["not-invited", *list(OPEN)[1:], "not-invited"]


def test_who_was_changed_here_since_is_asked_about(open_importer: OpenImporter, tmp_path: Path) -> None:
    """The template says from which version of the client its row was written."""
    importer = filled(open_importer)
    path = importer.template(tmp_path / "t.xlsx", filled=True).path
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["J3"] = "77"
    book.save(path)
    assert importer.plan(path).conflicts == []
    brought(importer, row(2, account="88"))

    assert [conflict.fields for conflict in importer.plan(path).conflicts] == [("tax_account",)]


def test_it_holds_twenty_thousand_clients_at_most(open_importer: OpenImporter, tmp_path: Path) -> None:
    """More is refused before a file is there, and the message says how to have fewer."""
    importer = filled(open_importer)
    assert importer.profile.template.most == 20_000
    few = attrs.evolve(importer.profile, template=attrs.evolve(importer.profile.template, most=5))
    importer = open_importer(profile=few, lists=LISTS)

    with pytest.raises(SettingsError, match="at most 5 clients in a filled template; choose some by status"):
        importer.template(tmp_path / "t.xlsx", filled=True)
    assert list(tmp_path.glob("*.xlsx")) == []
    assert importer.template(tmp_path / "t.xlsx", filled=True, status=["connected", "enrolled"]).clients == 2
