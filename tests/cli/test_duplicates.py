"""Near matches on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientimport.cli.running import DONE, WRONG
from tests.cli.asking import Cli, answer

TWICE = """Naam;E-mail;Telefoon;Adres;Postcode;Gemeente
Jan Peeters;jan@peeters.example;0470 00 00 01;Kerkstraat 12;9000;Gent
Peeters, Jan;;;Kerkstr. 12;9000;Gent
Els Peeters;;0470 00 00 01;Kerkstraat 12;9000;Gent
Jan Peters;j.p@mail.example;;Kerkstraat 12;9000;Gent
"""


@pytest.fixture
def twice(cli: Cli, tmp_path: Path) -> Cli:
    """A command line with clients of whom one is there three times."""
    (tmp_path / "twice.csv").write_text(TWICE, encoding="utf-8")
    assert answer(cli, "apply", "twice.csv", "--country", "BE", "--near", "off", "--yes")["created"] == 4
    return cli


def test_one_object_with_the_documented_keys(twice: Cli) -> None:
    """Keys and meanings stay the same between releases."""
    found = answer(twice, "clients", "--duplicates", "--limit", "1")

    assert list(found) == [
        "found", "threshold", "clients", "compared", "blocks_split", "blocks_left_out", "told_apart", "pairs",
    ]  # fmt: skip
    assert (found["found"], found["threshold"], found["clients"]) == (3, "similar", 4)
    (pair,) = found["pairs"]
    assert list(pair) == ["left", "right", "band", "label", "weight", "comparisons"]
    assert pair["left"] == {"id": "1", "name": "Jan Peeters"}
    assert pair["right"] == {"id": "2", "name": "Peeters, Jan"}
    assert (pair["band"], pair["label"], pair["weight"]) == ("close", "very probably one client", 15)
    assert pair["comparisons"][1] == {
        "field": "address",
        "left": "Kerkstraat 12, 9000 Gent",
        "right": "Kerkstr. 12, 9000 Gent",
        "level": "exact",
        "weight": 6,
    }


def test_people_read_pairs_field_by_field(twice: Cli) -> None:
    """In their language; what is not known of both is left out, and so is Els, who only lives there."""
    code, out, err = twice("clients", "--duplicates", "--lang", "nl")

    assert (code, err) == (DONE, "")
    assert out.splitlines()[:4] == [
        "1  Jan Peeters  =?  2  Peeters, Jan",
        "    zeer waarschijnlijk dezelfde klant (+15)",
        "    Naam: gelijk (+9): Jan Peeters | Peeters, Jan",
        "    Adres: gelijk (+6): Kerkstraat 12, 9000 Gent | Kerkstr. 12, 9000 Gent",
    ]
    assert "Telefoon" not in out
    assert "Els" not in out
    assert "Mogelijke dubbels" in out


def test_the_weakest_band_can_be_chosen(twice: Cli) -> None:
    """A stronger one shows fewer."""
    assert answer(twice, "clients", "--duplicates", "--threshold", "close")["found"] == 1
    code, out, err = twice("clients", "--duplicates", "--threshold", "sure")
    assert (code, out) == (WRONG, "")
    assert "Allowed: strict, close, similar, rough." in err


@pytest.mark.parametrize(("option", "value"), [("--limit", "1"), ("--threshold", "close")])
def test_its_options_mean_nothing_without_it(twice: Cli, option: str, value: str) -> None:
    """Better refused than passed over."""
    code, out, err = twice("clients", option, value)

    assert (code, out) == (WRONG, "")
    assert f"{option} goes with --duplicates." in err
    assert len(answer(twice, "clients")["clients"]) == 4
