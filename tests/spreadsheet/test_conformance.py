"""Every source of ours keeps the promises that plugins must keep."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import pytest

from clientimport.adapters.records import RecordsSource
from clientimport.adapters.spreadsheet import open_source
from clientimport.ports import Source
from clientimport.testing.sources import SourceConformance
from tests.spreadsheet.workbooks import Sheet, plain_workbook

ROWS = [
    ["Code", "Naam", "Opmerking", "Naam"],
    ["00123", " Zoë  Peeters", "=1+1", "x"],
    ["00124", 'Jan "de" Man', "lijn 1\nlijn 2", ""],
    ["", "", "", ""],
    ["00125", "مرحبا", "e\u0301", "y"],
    ["00126", "a", "b" * 500, "z"],
]
EXPECTED = [row for row in ROWS[1:] if any(row)]


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


class TestDelimited(SourceConformance):
    expected: ClassVar = EXPECTED

    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        path = tmp_path / "clients.csv"
        path.write_bytes("\r\n".join(";".join(map(_quoted, row)) for row in ROWS).encode())
        return open_source(path)


class TestDelimitedInMemory(SourceConformance):
    """Ragged, in UTF-16 and with NULs, so that nothing goes the quick way."""

    @pytest.fixture
    def source(self) -> Source:
        return open_source("a,b,c\n1,2\n\n1,2,3,4\n1,\x002,3\n,,\nx,y,z\n".encode("utf-16"))


class TestXlsx(SourceConformance):
    expected: ClassVar = EXPECTED

    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        path = tmp_path / "clients.xlsx"
        path.write_bytes(plain_workbook(ROWS))
        return open_source(path)


class TestXlsxInMemory(SourceConformance):
    @pytest.fixture
    def source(self) -> Source:
        rows = (
            '<row r="2"><c r="A2" t="inlineStr"><is><t>Name</t></is></c><c r="B2" t="inlineStr"><is><t>No</t></is></c></row>'
            '<row r="4"><c r="B4" t="e"><v>#N/A</v></c></row>'
            '<row r="5"><c r="A5" t="inlineStr"><is><t>Jan</t></is></c><c r="ZZ5"><v>1</v></c></row>'
            '<row r="9"><c r="B9"><f>1+1</f></c></row>'
        )
        return open_source(Sheet(rows).workbook())


class TestRecords(SourceConformance):
    expected: ClassVar = [
        ["00123", " Zoë", "TRUE", ""],
        ["7", "2025-04-03", "", "1.50"],
        ["1.2340", "x", "", ""],
    ]

    @pytest.fixture
    def source(self) -> Source:
        return RecordsSource(
            [
                {"code": "00123", "name": " Zoë", "yes": True},
                {"code": 7, "name": date(2025, 4, 3), "balance": Decimal("1.50"), "yes": None},
                {},
                {"code": 1.234, "name": "x"},
            ]
        )
