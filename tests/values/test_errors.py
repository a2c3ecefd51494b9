"""Errors of spreadsheet programs in files that were saved as text."""

from __future__ import annotations

import pytest

from clientimport.core.cells.errors import error_rows
from tests.planning.given import OpenImporter, fates, plan_of


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("#REF!", True), ("#N/A", True), (" #DIV/0! ", True), ("#VERW!", True), ("#NV", True), ("#¿NOMBRE?", True),
        ("#NOM?", True), ("#N/A =A1+B1", True), ("#N/A =A1\n+B1", True),
        ("#1", False), ("# REF!", False), ("Bus #N/A", False), ("#N/A bel eerst", False), ("#", False), ("", False),
    ],
)  # fmt: skip
def test_what_is_an_error(text: str, error: bool) -> None:
    """The whole cell, in the languages in which programs write them."""
    assert list(error_rows(["x", text, "y"])) == ([1] if error else [])


def test_an_error_in_a_text_file_is_no_value(open_importer: OpenImporter) -> None:
    """The row is refused and says which cell; a column that is not imported may hold what it likes."""
    importer = open_importer()
    row = {"external_id": "1", "name": "An", "city": "#N/B"}
    plan = plan_of(importer, row, {**row, "external_id": "2", "city": "Gent"})

    assert fates(plan) == ["invalid:findings", "create:new"]
    (found,) = plan.findings
    assert (found.code, found.params) == ("cell-error", {"cell": "C1", "error": "#N/B"})
    assert fates(importer.plan([{"Name": "An", "Zzz": "#REF!"}])) == ["create:new"]
