"""``clients --out`` and ``template``: files that come back through ``plan``."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from clientimport.cli.running import DONE, WRONG
from tests.cli.asking import Cli, answer


@pytest.fixture
def filled(cli: Cli) -> Cli:
    """Three clients; the fourth is refused."""
    cli("apply", "messy.csv", "--country", "BE", "--yes")
    return cli


def test_an_export_comes_back(filled: Cli, tmp_path: Path) -> None:
    """As a workbook and as text, in any language."""
    clients = len(answer(filled, "clients")["clients"])
    for name, lang in (("c.xlsx", "en"), ("c.csv", "fr")):
        written = answer(filled, "clients", "--out", name, "--lang", lang)
        assert set(written) == {"path", "columns", "clients", "rows", "left_out"}
        assert (written["path"], written["clients"], written["rows"], written["left_out"]) == (
            name,
            clients,
            clients,
            0,
        )
        assert written["columns"][-1] == {"header": "clientimport id", "name": "clientimport_id"}
        assert answer(filled, "plan", name)["dispositions"]["unchanged"] == clients


def test_columns_and_status_are_chosen(filled: Cli, tmp_path: Path) -> None:
    """With commas between, blanks and all."""
    written = answer(filled, "clients", "--out", "c.csv", "--columns", " name, status ", "--status", "inactive")
    assert ([column["name"] for column in written["columns"]], written["clients"]) == (
        ["name", "status", "clientimport_id"],
        0,
    )
    code, out, _ = filled("clients", "--out", "c.csv", "--columns", "name")
    assert (code, out.startswith("Written: c.csv (")) == (DONE, True)


def test_a_template_is_in_the_profiles_words(cli: Cli, tmp_path: Path) -> None:
    """No store is needed, and none is made."""
    Path("p.toml").write_text(
        'name = "p"\n[[template.columns]]\nfield = "name"\nheader = "Who"\nrequired = true\n', encoding="utf-8"
    )
    written = answer(cli, "template", "--profile", "p.toml", "--out", "t.xlsx", "--lang", "nl")
    assert [column["header"] for column in written["columns"]] == ["Who", "clientimport id"]
    assert openpyxl.load_workbook("t.xlsx").sheetnames == ["Klanten", "LEES MIJ"]
    assert not Path("clients.db").exists()
    code, out, _ = cli("template", "--out", "t.xlsx", "--columns", "name,kind")
    assert (code, out) == (DONE, "Written: t.xlsx (0 clients, 3 columns)\n")


def test_what_a_list_holds_is_offered(cli: Cli) -> None:
    """Each entry once, in the order of the file, without the blank ones."""
    Path("offices.txt").write_text("New York\n\nBoston\nBoston \n", encoding="utf-8")
    answer(cli, "template", "--profile", "taxcaddy", "--out", "t.xlsx", "--list", "offices=offices.txt")
    book = openpyxl.load_workbook("t.xlsx")
    assert [[cell.value for cell in column] for column in book["Lists"].columns] == [
        ["Is Offline", "Yes", "No"],
        ["OfficeLocation", "New York", "Boston"],
    ]
    assert ["OfficeLocation", "Yes", "One of: New York, Boston"] in [
        [cell.value for cell in row] for row in book["READ ME"].rows
    ]


def test_a_filled_template_comes_back(filled: Cli) -> None:
    """Under the profile it was written for."""
    written = answer(filled, "template", "--filled", "--out", "t.xlsx", "--status", "active")
    assert written["clients"] == written["rows"] > 0
    assert answer(filled, "plan", "t.xlsx")["dispositions"]["unchanged"] == written["clients"]


def test_values_that_no_cell_holds_are_told(cli: Cli) -> None:
    """In words too."""
    rows = ["Name,Notes", f'An,"{"🎉" * 20_000}"']
    Path("long.csv").write_text("\n".join(rows), encoding="utf-8")
    cli("apply", "long.csv", "--yes")
    assert "1 values could not be written" in cli("clients", "--out", "c.xlsx")[1]


@pytest.mark.parametrize(
    "arguments",
    [
        ("clients", "--columns", "name"),
        ("clients", "--status", "gone"),
        ("clients", "--out", "c.pdf"),
        ("clients", "--out", "c.csv", "--columns", "nonsense"),
        ("clients", "--out", "c.csv", "--columns", ""),
        ("clients", "--out", "c.csv", "--status", "gone"),
        ("template",),
        ("template", "--out", "t.csv"),
        ("template", "--out", "t.xlsx", "--columns", "status"),
        ("template", "--out", "t.xlsx", "--status", "active"),
        ("template", "--out", "t.xlsx", "--filled", "--store", "sqlite:///none.db"),
    ],
)
def test_what_cannot_be_asked(filled: Cli, arguments: tuple[str, ...]) -> None:
    """Exit code 2, with a word on what may be."""
    code, out, said = filled(*arguments)
    assert (code, out) == (WRONG, "")
    assert said
    assert not any(Path().glob("[ct].*"))


def test_a_filled_template_needs_a_store(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which one, nobody can guess."""
    monkeypatch.delenv("CLIENTIMPORT_STORE")
    code, _, said = cli("template", "--out", "t.xlsx", "--filled")
    assert code == WRONG
    assert "--store" in said
    assert cli("template", "--out", "t.xlsx", "--json")[0] == DONE
    assert json.loads(cli("template", "--out", "t.xlsx", "--json")[1])["clients"] == 0


def test_a_list_is_one_file(cli: Cli) -> None:
    """Of two the second would silently take the place of the first."""
    Path("offices.txt").write_text("Boston\n", encoding="utf-8")
    twice = ("--list", "offices=offices.txt", "--list", "offices=offices.txt")
    code, _, err = cli("template", "--profile", "taxcaddy", "--out", "t.xlsx", *twice)
    assert (code, "one file for each list" in err) == (WRONG, True)
