"""Near matches on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientimport.cli.running import DONE, LEFT, WRONG
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


def test_two_clients_can_be_told_apart(twice: Cli) -> None:
    """They are left out and counted from then on, until it is taken back."""
    assert answer(twice, "clients", "--not-same", "2", "1") == {"not_same": [["1", "2"]]}
    found = answer(twice, "clients", "--duplicates")
    assert (found["found"], found["told_apart"]) == (2, 1)
    assert "Said not to be the same" in twice("clients", "--duplicates")[1]

    assert twice("clients", "--maybe-same", "1", "2")[:2] == (DONE, "")
    assert answer(twice, "clients", "--duplicates")["found"] == 3
    assert twice("clients", "--not-same", "1", "99")[0] == WRONG


def test_a_question_shows_level_by_level(twice: Cli, tmp_path: Path) -> None:
    """In JSON with everything, in text in the language of the reader."""
    rows = "Naam;E-mail;Adres;Postcode\nPeeters Jan;new@mail.example;Kerkstraat 12;9000\n"
    (tmp_path / "new.csv").write_text(rows, encoding="utf-8")

    (question,) = answer(twice, "plan", "new.csv", code=LEFT)["conflicts"]
    assert question["kind"] == "near-match"
    assert [option["choice"] for option in question["options"]] == ["client:2", "client:1", "new", "skip"]
    assert question["options"][1]["label"] == "it is client 1, Jan Peeters: very probably one client"
    assert question["params"]["near"][1]["comparisons"][0] == {
        "field": "name", "left": "Peeters Jan", "right": "Jan Peeters", "level": "exact", "weight": 9,
    }  # fmt: skip
    assert answer(twice, "plan", "new.csv", "--near", "off")["conflicts"] == []
    for lang, words in {
        "en": "very probably one client",
        "nl": "Peeters Jan | Jan Peeters",
        "fr": "client 1, Jan Peeters",
    }.items():
        said = twice("plan", "new.csv", "--lang", lang)[1]
        assert words in said
        assert "(+9): Peeters Jan | Jan Peeters" in said
    assert twice("plan", "new.csv", "--near", "exact")[0] == WRONG


@pytest.mark.parametrize(("option", "value"), [("--limit", "1"), ("--threshold", "close")])
def test_its_options_mean_nothing_without_it(twice: Cli, option: str, value: str) -> None:
    """Better refused than passed over."""
    code, out, err = twice("clients", option, value)

    assert (code, out) == (WRONG, "")
    assert f"{option} goes with --duplicates." in err
    assert len(answer(twice, "clients")["clients"]) == 4
