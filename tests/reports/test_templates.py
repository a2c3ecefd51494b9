"""An import template: what people see in it, and what comes back from it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from clientimport import Actor, Field, Importer, Profile, SettingsError
from clientimport.core.profile import TemplateColumn, TemplateStyle
from clientimport.messages import LANGUAGES, Messages
from tests.reports.office import office, python_of_office, save_again, type_into

OFFLINE = Profile(
    name="offline",
    required=("first_name", "last_name"),
    template=TemplateStyle(
        columns=(
            TemplateColumn(field="external_id", header="Tax Client ID"),
            TemplateColumn(field="first_name", header="Taxpayer First Name"),
            TemplateColumn(field="last_name", header="Name"),
            TemplateColumn(
                field="language", header="Language", required=True, choices={"Dutch": "nl", "Walloon": "fr"}
            ),
            TemplateColumn(field="shop.offline", header="Is Offline", choices={"Yes": "yes", "No": "no"}),
        ),
        note="Delete this note.",
        most=3,
    ),
)
HOST = (
    Field(name="shop.offline", label="Offline", coercer="yes_no"),
    Field(name="shop.size", label="Size", coercer="choice", choices=("small", "large, very")),
)


@pytest.fixture
def importer() -> Any:
    with Importer("memory:", profile=OFFLINE, fields=HOST, actor=Actor(name="an")) as opened:
        yield opened


def opened(path: Path) -> Any:
    return openpyxl.load_workbook(path)


def offers(book: Any) -> dict[str, list[str]]:
    """Heading -> what the drop-down below it offers."""
    sheet = book.worksheets[0]
    found = {}
    for each in sheet.data_validations.dataValidation:
        place = re.match(r"([A-Z]+)2", str(each.sqref))
        assert place is not None
        name, _, cells = each.formula1.partition("!")
        rows = book[name.strip("'").replace("''", "'")][cells.replace("$", "")]
        found[sheet[f"{place[1]}1"].value] = [row[0].value for row in rows]
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("profile", ["standard", "daftra", OFFLINE])
def test_every_heading_is_known_again(profile: str | Profile, lang: str, tmp_path: Path) -> None:
    """Whatever the language it was written in, and whatever is asked for."""
    with Importer("memory:", profile=profile, fields=HOST) as importer:
        for number, fields in enumerate((None, [field.name for field in importer.schema if field.mappable][:-6])):
            names = [name for name in fields or () if name != "clientimport_id"] or None
            written = importer.template(tmp_path / f"{number}.xlsx", fields=names, lang=lang)
            found = importer.inspect(written.path)
            read = {column.header: column.field for column in found.suggestion.columns}

            assert read == dict(written.columns)
            assert {(column.confidence, column.reason) for column in found.suggestion.columns} == {(1.0, "exact")}
            assert found.records == 0


def test_its_words_are_the_profiles(importer: Importer, tmp_path: Path) -> None:
    """Even where another field is called so elsewhere."""
    path = importer.template(tmp_path / "t.xlsx", lang="nl").path
    book = opened(path)

    heads = [cell.value for cell in book.worksheets[0][1]]
    assert heads == ["Tax Client ID", "Taxpayer First Name", "Name", "Language", "Is Offline", "clientimport id"]
    assert offers(book) == {"Language": ["Dutch", "Walloon"], "Is Offline": ["Yes", "No"]}
    note = [[cell.value for cell in row] for row in book.worksheets[1].rows]
    assert note[1][2] == "Delete this note."
    assert ["Taxpayer First Name", "Ja", None] in note
    assert book.sheetnames == ["Klanten", "LEES MIJ", "Lijsten"]


def test_the_read_me_says_what_is_wanted(tmp_path: Path) -> None:
    """Also of what at least one is needed, and how several values stand in a cell."""
    nicknames = Field(name="shop.nicknames", label="Nicknames", many=True)
    with Importer("memory:", profile="daftra", fields=[nicknames]) as importer:
        fields = ["name", "email", "phone", "other_emails", "shop.nicknames"]
        book = opened(importer.template(tmp_path / "t.xlsx", fields=fields).path)
    rows = [[cell.value or "" for cell in row] for row in book["READ ME"].rows]
    said = [row[2] for row in rows]
    assert "Every new client needs at least one of: E-mail, Phone, Mobile, Other e-mails, Other phones." in said
    assert ["Other e-mails", "", "Several with a semicolon between."] in rows
    assert ["Nicknames", "", "Several, each on a line of its own."] in rows
    assert ["Name", "Yes", ""] in rows


def test_headings_are_locked_and_cells_are_free_and_text(importer: Importer, tmp_path: Path) -> None:
    """Far below as well, where nobody has written yet; the column of ids is locked."""
    sheet = opened(importer.template(tmp_path / "t.xlsx").path).worksheets[0]

    assert sheet.protection.sheet
    assert all(cell.protection.locked for cell in sheet[1])
    for letter in "ABCDE":
        assert not sheet.column_dimensions[letter].protection.locked
        assert sheet.column_dimensions[letter].number_format == "@"
    assert sheet.column_dimensions["F"].protection.locked
    assert str(sheet.data_validations.dataValidation[0].sqref) == "D2:D1048576"


def test_required_headings_stand_out(importer: Importer, tmp_path: Path) -> None:
    """By the profile's rules, or because its template says so."""
    sheet = opened(importer.template(tmp_path / "t.xlsx").path).worksheets[0]

    colours = {cell.value: cell.fill.start_color.rgb for cell in sheet[1]}
    usual = colours.pop("clientimport id")
    assert [head for head, colour in colours.items() if colour != usual] == ["Taxpayer First Name", "Name", "Language"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_list_offers_is_read(lang: str, tmp_path: Path) -> None:
    """Each word of each drop-down, in each language, means a value."""
    fields = ["name", "kind", "language", "shop.offline", "shop.size"]
    with Importer("memory:", fields=HOST) as importer:
        path = importer.template(tmp_path / "t.xlsx", fields=fields, lang=lang).path
        offered = offers(opened(path))
        assert len(offered) == 4
        assert all(not word.startswith("language:") for words in offered.values() for word in words)
        for head, words in offered.items():
            heads = {"clientimport id": ""}
            rows = [{**heads, Messages(lang).field("name"): f"x{head}{n}", head: word} for n, word in enumerate(words)]
            before = len(list(importer.clients()))
            receipt = importer.apply(importer.plan(rows, near="off"))
            made = list(importer.clients())[before:]

            assert (receipt.created, receipt.counts["refused"]) == (len(words), 0)
            (field,) = {name for client in made for name in client if name != "name"}
            assert len({client[field] for client in made}) == len(words)


def fill(importer: Importer, count: int = 2) -> None:
    rows = [
        {"External id": f"00{n}", "First name": f"Ann{n}", "Last name": "=Peeters", "Language": "fr", "Offline": "ja"}
        for n in range(count)
    ]
    importer.apply(importer.plan(rows, near="off"))


def test_a_filled_one_edits_those_it_holds(importer: Importer, tmp_path: Path) -> None:
    """Unchanged it changes nobody; a changed cell changes one field of one client."""
    fill(importer)
    path = importer.template(tmp_path / "t.xlsx", filled=True, lang="fr").path
    assert importer.plan(path).summary.dispositions["unchanged"] == 2

    book = opened(path)
    sheet = book.worksheets[0]
    *values, named = [cell.value for cell in sheet[2]]
    assert values == ["000", "Ann0", "=Peeters", "Walloon", "Yes"]
    assert named.startswith("1 v1 ")
    sheet["B2"] = "Anna"
    sheet["D3"] = "Dutch"
    sheet["B4"], sheet["C4"], sheet["D4"] = "Bo", "Maes", "Walloon"
    book.save(path)
    plan = importer.plan(path, merge="overwrite")

    assert {k: n for k, n in plan.summary.dispositions.items() if n} == {"create": 1, "update": 2}
    importer.apply(plan)
    clients = {client.id: client for client in importer.clients()}
    assert (clients["1"]["first_name"], clients["1"]["language"]) == ("Anna", "fr")
    assert (clients["2"]["language"], clients["3"]["last_name"], clients["3"]["language"]) == ("nl", "Maes", "fr")


def test_no_more_than_the_profile_allows(importer: Importer, tmp_path: Path) -> None:
    """More is refused, and no half file stays behind; fewer by status go."""
    fill(importer, 4)
    path = tmp_path / "t.xlsx"
    with pytest.raises(SettingsError, match="at most 3 clients"):
        importer.template(path, filled=True)
    assert list(tmp_path.iterdir()) == []
    importer.status.deactivate("4")
    assert importer.template(path, filled=True, status="active").clients == 3


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("t.csv", {}),
        ("t.xlsx", {"fields": ["nonsense"]}),
        ("t.xlsx", {"fields": ["status"]}),
        ("t.xlsx", {"fields": ["name", "name"]}),
        ("t.xlsx", {"fields": []}),
        ("t.xlsx", {"fields": "name"}),
        ("t.xlsx", {"lang": "xx"}),
        ("t.xlsx", {"status": "active"}),
        ("t.xlsx", {"status": "gone", "filled": True}),
        ("nowhere/t.xlsx", {}),
    ],
)
def test_what_cannot_be_asked(importer: Importer, tmp_path: Path, path: str, wrong: dict[str, Any]) -> None:
    """It is said at once, and nothing is written."""
    with pytest.raises(SettingsError):
        importer.template(tmp_path / path, **wrong)
    assert list(tmp_path.iterdir()) == []


def test_labels_of_all_languages_mean_one_field_each() -> None:
    """So that a template of one language is never read as another's."""
    with Importer("memory:") as importer:
        names = [field.name for field in importer.schema if field.mappable]
    meant: dict[str, set[str]] = {}
    for lang in LANGUAGES:
        for name in names:
            meant.setdefault(Messages(lang).field(name).casefold(), set()).add(name)
    assert {label: fields for label, fields in meant.items() if len(fields) > 1} == {}


# ------------------------------------------------------------------------------------------------- LibreOffice

needs_office = pytest.mark.skipif(office() is None, reason="LibreOffice is not installed")


@needs_office
def test_libreoffice_keeps_lists_and_locks(importer: Importer, tmp_path: Path) -> None:
    """Opened and saved by another program."""
    fill(importer)
    path = importer.template(tmp_path / "t.xlsx", filled=True).path
    saved = save_again(path, tmp_path / "saved")
    book = opened(saved)
    sheet = book.worksheets[0]

    assert sheet.protection.sheet
    assert all(cell.protection.locked for cell in sheet[1])
    assert [cell.protection.locked for cell in sheet[2]] == [False] * 5 + [True]
    assert offers(book) == {"Language": ["Dutch", "Walloon"], "Is Offline": ["Yes", "No"]}
    assert importer.plan(saved).summary.dispositions["unchanged"] == 2


@needs_office
@pytest.mark.skipif(python_of_office() is None, reason="no Python that can steer LibreOffice")
def test_what_is_typed_in_libreoffice_arrives(importer: Importer, tmp_path: Path) -> None:
    """Leading zeros, dates, signs: as typed. The headings cannot be typed over."""
    path = importer.template(tmp_path / "t.xlsx").path
    typed = {
        "A2": "00123",
        "B2": "1/2",
        "C2": "Maes",
        "D2": "Dutch",
        "E2": "Yes",
        "A3": "1e5",
        "B3": "+32",
        "C3": "TRUE",
    }
    saved, refused = type_into(path, tmp_path / "typed", {**typed, "A1": "Other", "F2": "7"})

    assert refused == ["A1", "F2"]
    importer.apply(importer.plan(saved, near="off"))
    first, second = importer.clients()
    assert [first[name] for name in ("external_id", "first_name", "last_name", "language", "shop.offline")] == [
        "00123", "1/2", "Maes", "nl", True,
    ]  # fmt: skip
    assert [second[name] for name in ("external_id", "first_name", "last_name")] == ["1e5", "+32", "TRUE"]
