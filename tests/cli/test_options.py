"""What options say about the file reaches the plan, or is refused by its own name."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from clientimport.cli.running import LEFT, WRONG
from tests.cli.asking import Cli, answer

MAILS = """Naam;Mail thuis;Mail werk
Jan Peeters;jan@peeters.example;jan@werk.example
"""


def test_a_field_that_holds_many_takes_every_column(cli: Cli, tmp_path: Path) -> None:
    """Two addresses stay two, and the mapping that is saved says so too."""
    (tmp_path / "mails.csv").write_text(MAILS, encoding="utf-8")
    said = ("--set", "other_emails=Mail thuis", "--set", "other_emails=Mail werk")

    found = answer(cli, "map", "mails.csv", "--write", "m.toml", *said)
    planned = answer(cli, "plan", "mails.csv", *said)
    answer(cli, "apply", "mails.csv", "--mapping", "m.toml", "--yes")

    entries = found["mapping"]["fields"]["other_emails"]
    assert [entry["columns"] for entry in entries] == [["Mail thuis"], ["Mail werk"]]
    assert planned["findings"] == []
    (client,) = answer(cli, "clients")["clients"]
    assert client["other_emails"] == ["jan@peeters.example", "jan@werk.example"]


def test_a_field_that_holds_one_value_joins_its_columns(cli: Cli) -> None:
    """In the order they were said."""
    found = answer(cli, "map", "messy.csv", "--set", "notes=Geheim", "--set", "notes=Klantnr")

    assert found["mapping"]["fields"]["notes"]["columns"] == ["Geheim", "Klantnr"]


def test_what_is_said_twice_is_said_once(cli: Cli) -> None:
    """A saved mapping is one that plan reads, also from a script that repeats itself."""
    said = ("--set", "notes=Geheim", "--drop", "Telefoon", "--set", "notes=Geheim", "--drop", "Telefoon")

    found = answer(cli, "map", "messy.csv", "--write", "m.toml", *said)

    assert found["mapping"]["fields"]["notes"]["columns"] == ["Geheim"]
    assert found["mapping"]["drop"] == ["Telefoon"]
    answer(cli, "plan", "messy.csv", "--mapping", "m.toml", code=LEFT)


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("Naam=DMY", "a column of dates or amounts"),
        ("name=comma", "a column of dates or amounts"),
        ("Geboortedatum=comma", "Allowed: DMY, MDY, YMD."),
        ("birth_date=YDM", "Allowed: DMY, MDY, YMD."),
        ("Saldo=DMY", "Allowed: ,, ., comma, point."),
    ],
)
def test_a_format_that_its_column_cannot_have_is_refused_at_once(
    cli: Cli, tmp_path: Path, said: str, right: str
) -> None:
    """A saved mapping is one that plan reads."""
    (tmp_path / "k.csv").write_text("Naam;Geboortedatum;Saldo\nJan;01/02/1980;1,5\n", encoding="utf-8")

    refused = answer(cli, "map", "k.csv", "--format", said, "--write", "m.toml", code=WRONG)

    assert refused["error"]["message"].startswith(f"--format = {said!r} is not possible.")
    assert right in refused["error"]["message"]
    assert not (tmp_path / "m.toml").exists()


@pytest.mark.parametrize("written", ["comma", ","])
def test_a_decimal_mark_goes_by_its_name_too(cli: Cli, written: str) -> None:
    """A comma is hard to see in a script."""
    said = ("--set", "opening_balance=Geheim", "--format", f"opening_balance={written}")

    assert answer(cli, "map", "messy.csv", *said)["mapping"]["fields"]["opening_balance"]["format"] == ","


def test_a_saved_mapping_is_held_against_the_fields(cli: Cli, tmp_path: Path) -> None:
    """Before anything is read with it."""
    (tmp_path / "m.toml").write_text('[fields.name]\ncolumns = ["Naam"]\nsplit = ";"\n', encoding="utf-8")

    refused = answer(cli, "plan", "messy.csv", "--mapping", "m.toml", code=WRONG)

    assert refused["error"]["message"].startswith("fields.name.split")


def test_a_worksheet_may_be_called_by_a_number(cli: Cli, tmp_path: Path) -> None:
    """A year is a usual name; only where no sheet is called so do digits count the sheets."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "2023"
    book.create_sheet("2024").append(["Naam"])
    book["2023"].append(["Klant"])
    book.save(tmp_path / "k.xlsx")

    found = {said: answer(cli, "inspect", "k.xlsx", "--sheet", said)["sheet"] for said in ("2023", "2024", "1", "2")}

    assert found == {"2023": "2023", "2024": "2024", "1": "2023", "2": "2024"}
    refused = answer(cli, "inspect", "k.xlsx", "--sheet", "3", code=WRONG)
    assert "a name, or a number from 1 to 2" in refused["error"]["message"]


@pytest.mark.parametrize("command", ["inspect", "map", "plan", "apply"])
def test_help_says_that_the_header_can_be_found(cli: Cli, command: str) -> None:
    """And ``auto`` may be said."""
    assert "auto" in cli(command, "--help")[1].partition("--header")[2][:300]
    assert answer(cli, "inspect", "messy.csv", "--header", "auto")["header_row"] == 1


def test_help_says_what_every_exit_code_means(cli: Cli) -> None:
    """Whoever writes a script reads them there."""
    said = " ".join(cli("--help")[1].split())

    assert "2 wrong usage or settings, a source or plan that cannot be used, or a missing permission" in said
