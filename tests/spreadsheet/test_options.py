"""Settings: what a person may say, and what they are told when it cannot be."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from clientimport.adapters.spreadsheet import DELIMITERS, SpreadsheetOptions
from clientimport.errors import SettingsError
from clientimport.limits import Limits
from tests.spreadsheet.reading import read, rows


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Comma Separated", ","),
        ("Semicolon Separated", ";"),
        ("Tab Delimited", "\t"),
        ("Pipe Separated", "|"),
        ("tab delimited", "\t"),
        ("comma", ","),
        ("Semicolon", ";"),
        ("tab", "\t"),
        ("pipe", "|"),
        (",", ","),
        (";", ";"),
        ("\t", "\t"),
        ("\\t", "\t"),
        ("|", "|"),
        (None, None),
    ],
)
def test_delimiters_by_label_name_or_character(said: str | None, meant: str | None) -> None:
    """A form's label, a word on a command line, the character itself."""
    assert SpreadsheetOptions(delimiter=said).delimiter == meant


@pytest.mark.parametrize("said", ["", " ", "colon", ":", ",,", "Comma", 5])
def test_other_delimiters_are_refused(said: Any) -> None:
    """With the labels that would be right; ``Comma`` is one, whatever its case."""
    if said == "Comma":
        assert SpreadsheetOptions(delimiter=said).delimiter == ","
        return
    with pytest.raises(SettingsError) as error:
        SpreadsheetOptions(delimiter=said)
    assert error.value.key == "delimiter"
    assert set(DELIMITERS) <= set(error.value.allowed)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("sheet", 0),
        ("sheet", ""),
        ("sheet", True),
        ("sheet", 1.5),
        ("encoding", "utf-9"),
        ("encoding", "hex"),
        ("encoding", "zlib"),
        ("encoding", "unicode_escape"),
        ("encoding", ""),
        ("encoding", "a\0b"),
        ("header", 0),
        ("header", -1),
        ("header", 10_001),
        ("header", "yes"),
        ("header", True),
        ("header", None),
    ],
)
def test_impossible_settings_are_refused_at_once(key: str, value: Any) -> None:
    """When they are made, not when a file is read; the error names the setting."""
    with pytest.raises(SettingsError) as error:
        SpreadsheetOptions(**{key: value})
    assert error.value.key == key


@pytest.mark.parametrize("field", [field.name for field in attrs.fields(Limits)])
@pytest.mark.parametrize("value", [0, -1, 1.5, True, "many"])
def test_limits_are_whole_numbers(field: str, value: Any) -> None:
    """Each limit, by its name."""
    with pytest.raises(SettingsError) as error:
        Limits(**{field: value})
    assert error.value.key == f"limits.{field}"


def test_a_batch_holds_something() -> None:
    """No batch of nothing."""
    with pytest.raises(SettingsError):
        next(read(b"a,b\n1,2\n").batches(0))


def test_encodings_go_by_any_name() -> None:
    """Python's spelling is what is kept."""
    assert SpreadsheetOptions(encoding="Latin1").encoding == "iso8859-1"
    assert rows(read("Naam;Nr\nZoë;1\n".encode("latin-1"), encoding="ISO-8859-1")) == [["Zoë", "1"]]


@pytest.mark.parametrize("bom", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_part_of_the_first_header(bom: str) -> None:
    """Also where a person names the encoding without it."""
    told = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}[bom]
    source = read("Naam;Nr\nJan;1\n".encode(bom), encoding=told)

    assert source.describe().columns[0].header == "Naam"


def test_a_text_file_has_no_sheet() -> None:
    """Whoever names one has another file in mind."""
    with pytest.raises(SettingsError, match="text file") as refused:
        read(b"Name\nAn\n", sheet="Clients")

    assert refused.value.key == "sheet"
