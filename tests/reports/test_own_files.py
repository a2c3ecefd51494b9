"""Headings of our own files: each means one field, whatever a profile calls the others."""

from __future__ import annotations

import pytest

from clientimport import Field, Importer, Profile
from clientimport.core.profile import TemplateColumn, TemplateStyle
from clientimport.core.schema import client_cell, client_of
from clientimport.messages import LANGUAGES
from clientimport.reports.own_files import Cells, Headings

GREEDY = Profile(
    name="greedy",
    labels={"city": "Phone", "phone": "City"},
    template=TemplateStyle(
        columns=(
            TemplateColumn(field="notes", header="Name"),
            TemplateColumn(field="name", header="E-mail"),
            TemplateColumn(field="tags", header="clientimport id"),
            TemplateColumn(field="region", header="name"),
        )
    ),
)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("profile", [GREEDY, Profile(name="plain")])
def test_what_is_written_is_understood(profile: Profile, lang: str) -> None:
    """In its own language, and by whoever reads it in another."""
    with Importer("memory:", profile=profile, fields=[Field(name="host.city", label="City")]) as importer:
        written = {name: Headings(importer.schema, profile, lang).of(name) for name in importer.schema.mappable.by_name}
        assert len(set(written.values())) == len(written)
        reader = Headings(importer.schema, profile, lang)
        assert {header: reader.meant(header) for header in written.values()} == {h: n for n, h in written.items()}
        importer_reads = importer.inspect([dict.fromkeys(written.values(), "")]).suggestion
        assert {column.header: column.field for column in importer_reads.columns} == {h: n for n, h in written.items()}


def test_the_profiles_words_come_first() -> None:
    """And nobody takes the column of ids."""
    with Importer("memory:", profile=GREEDY) as importer:
        headings = Headings(importer.schema, GREEDY)
    assert (headings.of("notes"), headings.of("name"), headings.of("clientimport_id")) == (
        "Name",
        "E-mail",
        "clientimport id",
    )
    assert headings.of("tags") == "Tags"
    assert headings.other("Notes", []) == "Notes (2)"
    assert headings.other("Job", ["job", "Job (2)"]) == "Job (3)"


def test_a_cell_names_client_version_and_store() -> None:
    """Or the client alone."""
    assert client_of(client_cell("12", 3, "a1b2c3")) == ("12", "3", "a1b2c3")
    assert client_of("12 v3") == ("12", "3", "")
    assert client_of("12") == ("12", "", "")


def test_values_as_cells() -> None:
    """What could not come back is told from what is blank."""
    many = Cells(Field(name="m", many=True))
    tags = Cells(Field(name="t", many=True, coercer="tags"))
    assert many.text(["a", "b; c"]) == "a\nb; c"
    assert many.text(["a\nb"]) is None
    assert tags.text(["a", "b"]) == "a; b"
    assert tags.text(["a,b"]) is None
    assert Cells(Field(name="y"), {"yes": "Oui"}).text(True) == "Oui"
    assert Cells(Field(name="n"), most=3).text("abcd") is None
    assert Cells(Field(name="n"), most=3).text("🎉a") == "🎉a"
    assert Cells(Field(name="n")).text(None) == ""
