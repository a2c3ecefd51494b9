"""Mappings as TOML: written by hand, refused with a reason, and saved without loss."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientimport.core.mapping import FieldMapping, Mapping
from clientimport.core.schema import BUILTIN_FIELDS, Schema
from clientimport.documents.mapping import (
    check_mapping,
    dump_mapping,
    load_mapping,
    mapping_from_dict,
    mapping_to_dict,
    save_mapping,
)
from clientimport.errors import SettingsError

BY_HAND = """
version = 1
drop = ["Kleur"]

[fields.name]
columns = ["Klantnaam"]

[fields.kind]
columns = "Soort"
values = { nv = "organisation", particulier = "person" }

[fields.opening_date]
columns = ["Saldodatum"]
format = "DMY"

[fields.country]
constant = "BE"

[[fields.other_phones]]
columns = ["Tel 2"]

[[fields.other_phones]]
columns = ["Tel 3"]
split = ";"
"""


def test_a_file_written_by_hand_is_read(tmp_path: Path) -> None:
    """With or without the mark that some editors put before the first letter."""
    path = tmp_path / "mapping.toml"
    path.write_text("\ufeff" + BY_HAND, encoding="utf-8")

    mapping = load_mapping(path, Schema())

    assert mapping == Mapping(
        fields=(
            FieldMapping(field="name", columns=("Klantnaam",)),
            FieldMapping(field="kind", columns=("Soort",), values={"nv": "organisation", "particulier": "person"}),
            FieldMapping(field="opening_date", columns=("Saldodatum",), format="DMY"),
            FieldMapping(field="country", constant="BE"),
            FieldMapping(field="other_phones", columns=("Tel 2",)),
            FieldMapping(field="other_phones", columns=("Tel 3",), split=";"),
        ),
        dropped=("Kleur",),
    )
    assert mapping == load_mapping(BY_HAND) == load_mapping(str(path))


def test_what_is_written_reads_as_by_hand() -> None:
    """One line a setting, usual settings left out."""
    mapping = Mapping(
        fields=(
            FieldMapping(field="name", columns=("Naam",)),
            FieldMapping(field="acme.score", columns=('Score "A"',), values={"ja": "yes"}),
        ),
        name="klanten",
    )

    assert dump_mapping(mapping) == (
        'version = 1\nname = "klanten"\n\n[fields.name]\ncolumns = ["Naam"]\n\n'
        '[fields."acme.score"]\ncolumns = ["Score \\"A\\""]\nvalues = { "ja" = "yes" }\n'
    )


texts = st.text(st.characters(codec="utf-8"), max_size=12)
headers = texts.filter(bool)


@st.composite
def mappings(draw: st.DrawFn) -> Mapping:
    """Mappings as documents hold them: the entries of one field together, no header both fed and dropped."""
    names = draw(st.lists(st.sampled_from([field.name for field in BUILTIN_FIELDS] + ["acme.x"]), unique=True))
    entries = []
    for name in names:
        for _ in range(draw(st.integers(1, 3))):
            columns = tuple(draw(st.lists(headers, max_size=3, unique=True)))
            entries.append(
                FieldMapping(
                    field=name,
                    columns=columns,
                    join=draw(st.sampled_from([" ", "", ", ", "\n"])),
                    part=draw(st.sampled_from([None, "first", "last"])),
                    split=draw(st.none() | headers),
                    values=draw(st.dictionaries(texts, texts, max_size=3)),
                    format=draw(st.sampled_from([None, "DMY", "MDY", "YMD", ",", "."])),
                    constant=None if columns else draw(texts),
                    confidence=draw(st.floats(0, 1)),
                    reason=draw(st.sampled_from(["given", "alias", "preset"])),
                )
            )
    fed = {header for entry in entries for header in entry.columns}
    dropped = draw(st.lists(headers.filter(lambda header: header not in fed), unique=True, max_size=3))
    return Mapping(fields=tuple(entries), dropped=tuple(dropped), name=draw(st.none() | texts))


@given(mapping=mappings())
def test_saved_and_loaded_is_the_same(mapping: Mapping) -> None:
    """As TOML, and as JSON through the plain data."""
    assert load_mapping(dump_mapping(mapping)) == mapping
    assert mapping_from_dict(json.loads(json.dumps(mapping_to_dict(mapping)))) == mapping


def test_saving_writes_what_loading_reads(tmp_path: Path) -> None:
    """In UTF-8, whatever the machine's own encoding."""
    path = tmp_path / "m.toml"
    mapping = Mapping(fields=(FieldMapping(field="name", columns=("اسم العميل", "Größe")),))

    save_mapping(mapping, path)

    assert load_mapping(path) == mapping
    assert "اسم العميل" in path.read_bytes().decode("utf-8")


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("version = 2", "version", "Allowed: 1"),
        ("versoin = 1", "versoin", "Did you mean 'version'?"),
        ("fields = 3", "fields", "a table for each field"),
        ("name = 3", "name", "text"),
        ("drop = 3", "drop", "headers"),
        ('[fields.nmae]\ncolumns = ["A"]', "fields.nmae", "Did you mean 'name'?"),
        ('[fields.name]\ncolums = ["A"]', "fields.name.colums", "Did you mean 'columns'?"),
        ("[fields.name]\ncolumns = []", "fields.name.columns", "at least one column, or a constant"),
        ("[fields.name]\ncolumns = [3]", "fields.name.columns", "headers"),
        ('[fields.name]\ncolumns = ["A", "A"]', "fields.name.columns", "each header once"),
        ('[fields.name]\ncolumns = ["A"]\nconstant = "x"', "fields.name.constant", "not both"),
        ("[fields.name]\nconstant = 3", "fields.name.constant", "text"),
        ('[fields.name]\ncolumns = ["A"]\npart = "frist"', "fields.name.part", "Did you mean 'first'?"),
        ('[fields.name]\ncolumns = ["A"]\nformat = "DMY"', "fields.name.format", "only dates and amounts"),
        ('[fields.birth_date]\ncolumns = ["A"]\nformat = "DYM"', "fields.birth_date.format", "Allowed: DMY, MDY, YMD"),
        ('[fields.opening_balance]\ncolumns = ["A"]\nformat = "DMY"', "fields.opening_balance.format", "Allowed: ,, ."),
        ('[fields.name]\ncolumns = ["A"]\nsplit = ";"', "fields.name.split", "holds one value"),
        ('[fields.tags]\ncolumns = ["A"]\nsplit = ""', "fields.tags.split", "at least one character"),
        ('[fields.kind]\ncolumns = ["A"]\nvalues = { a = 1 }', "fields.kind.values", "a table of texts"),
        ('[fields.name]\ncolumns = ["A"]\nconfidence = 2', "fields.name.confidence", "from 0 to 1"),
        ('[[fields.name]]\ncolumns = ["A"]\n[[fields.name]]\ncolumns = ["B"]', "fields.name", "one entry"),
        (
            '[[fields.tags]]\ncolumns = ["A"]\n[[fields.tags]]\njoin = 1',
            "fields.tags[1].columns",
            "at least one column",
        ),
        ("fields.name = 3", "fields.name", "a table"),
        ('drop = ["A"]\n[fields.name]\ncolumns = ["A"]', "drop", "no field is fed from"),
        ("= 3", "mapping", "TOML"),
    ],
)
def test_a_broken_mapping_is_refused_at_once(text: str, key: str, said: str) -> None:
    """The error names the key and what may stand there."""
    with pytest.raises(SettingsError) as caught:
        load_mapping(text, Schema())

    assert caught.value.key == key
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("entries", "key", "said"),
    [
        ([FieldMapping(field="nmae", columns=("A",))], "fields.nmae", "Did you mean 'name'?"),
        ([FieldMapping(field="status", constant="inactive")], "fields.status", "a field"),
        ([FieldMapping(field="name", columns=("A",), split=";")], "fields.name.split", "holds one value"),
        ([FieldMapping(field="name", columns=(header,)) for header in "AB"], "fields.name", "holds one value"),
        ([FieldMapping(field="tags", columns=("A",), format="DMY")], "fields.tags.format", "only dates and amounts"),
        ([FieldMapping(field="birth_date", columns=("A",), format=",")], "fields.birth_date.format", "DMY, MDY, YMD"),
    ],
)
def test_a_mapping_made_in_python_is_held_against_the_fields(entries: list[FieldMapping], key: str, said: str) -> None:
    """What would be passed over in silence is a wrong setting."""
    with pytest.raises(SettingsError) as caught:
        check_mapping(Mapping(fields=entries), Schema())

    assert caught.value.key == key
    assert said in str(caught.value)


def test_a_field_that_holds_many_may_be_fed_and_divided_as_one_likes() -> None:
    """Several columns, and several values in a cell."""
    entries = [FieldMapping(field="tags", columns=(header,), split=";") for header in "AB"]

    check_mapping(Mapping(fields=entries), Schema())


@pytest.mark.parametrize(("key", "value"), [("part", "x"), ("part", 3), ("split", ""), ("split", 3)])
def test_an_entry_that_cannot_be_is_refused_when_it_is_made(key: str, value: Any) -> None:
    """Named by field and key."""
    with pytest.raises(SettingsError) as caught:
        FieldMapping(field="name", columns=("A",), **{key: value})

    assert caught.value.key == f"fields.name.{key}"


def test_several_entries_take_the_place_of_what_fed_their_field() -> None:
    """And of what used their columns."""
    mapping = Mapping(
        fields=[
            FieldMapping(field="name", columns=("Naam",)),
            FieldMapping(field="notes", columns=("B",)),
            FieldMapping(field="tags", columns=("X",)),
        ],
        dropped=("A", "C"),
    )
    tags = [FieldMapping(field="tags", columns=(header,)) for header in "AB"]

    changed = mapping.with_field(*tags)

    assert changed == Mapping(fields=[mapping.fields[0], *tags], dropped=("C",))


def test_without_a_schema_any_field_may_be_named() -> None:
    """Hosts declare fields of their own; a format is still one that exists."""
    assert load_mapping('[fields.acme]\ncolumns = ["A"]\nformat = "DMY"').field("acme") is not None
    with pytest.raises(SettingsError, match=r"fields\.acme\.format"):
        load_mapping('[fields.acme]\ncolumns = ["A"]\nformat = "DM"')


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_a_broken_setting(tmp_path: Path, content: bytes | None) -> None:
    """Missing, or no text; the error names the file."""
    path = tmp_path / "gone.toml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(SettingsError, match=r"gone\.toml"):
        load_mapping(path)
