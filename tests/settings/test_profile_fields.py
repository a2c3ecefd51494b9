"""What a profile declares itself: fields, lists of the host, fields that it recommends, words by language."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from clientimport import Importer, Profile, load_profile
from clientimport.documents.profile import profile_from_dict, profile_to_dict
from clientimport.errors import HostListError, SettingsError
from clientimport.messages import Messages
from clientimport.services.host_lists import HostList

OFFICE = """
name = "office"
[[fields]]
name = "owner_email"
coercer = "email"
label = "Owner"
[[fields]]
name = "office"
label = "Office"
max_length = 30
[required]
fields = ["name", "office"]
recommended = ["national_number"]
[[lists]]
name = "offices"
field = "office"
entries = ["Main"]
[[lists]]
name = "staff"
field = "email"
forbidden = true
[[lists]]
name = "owners"
field = "owner_email"
[[match]]
scheme = "email"
[messages.codes]
required = { en = "Something is missing.", nl = "Er ontbreekt iets." }
[messages.fields]
"office:required" = "Which office?"
office = "That office is unknown."
[[lifecycle.states]]
name = "new"
label = { en = "Not sent", nl = "Niet verzonden" }
"""
HEADERS = ("Name", "Email", "Owner", "Office", "National number")


@pytest.fixture
def office(tmp_path: Path) -> Profile:
    path = tmp_path / "office.toml"
    path.write_text(OFFICE, encoding="utf-8")
    return load_profile(path)


def said(profile: Profile, rows: Iterable[tuple[str, ...]], lists: dict[str, HostList]) -> list[tuple[str, str | None]]:
    with (
        Importer("memory:", profile=profile, lists=lists, default_country="BE") as importer,
        importer.plan([dict(zip(HEADERS, row, strict=True)) for row in rows]) as plan,
    ):
        return [(finding.code, finding.field) for finding in plan.findings]


def test_it_reads_back_and_is_written_whole(office: Profile) -> None:
    assert profile_from_dict(profile_to_dict(office)) == office
    assert [field.name for field in office.fields] == ["owner_email", "office"]


def test_declared_fields_are_mapped_by_their_labels_stored_and_listed(office: Profile) -> None:
    with Importer("memory:", profile=office) as importer:
        importer.apply(importer.plan([{"Name": "Ann", "Owner": "kim@office.example", "Office": "main"}]))
        (client,) = importer.clients()
        assert client["owner_email"] == "kim@office.example"
        assert client["office"] == "main"


def test_values_are_looked_up_whatever_their_case(office: Profile) -> None:
    lists: dict[str, HostList] = {"owners": lambda: ["KIM@office.example"], "staff": ["jo@office.example"]}
    rows = [
        ("Ann", "ann@x.example", "kim@Office.example", "MAIN", "93.05.18-223.61"),
        ("Bob", "JO@office.example", "lee@office.example", "Side", ""),
    ]
    assert sorted(said(office, rows, lists)) == [
        ("listed", "email"),
        ("not-listed", "office"),
        ("not-listed", "owner_email"),
        ("recommended", "national_number"),
    ]


def test_a_list_of_the_host_goes_before_that_of_the_profile(office: Profile) -> None:
    row = ("Ann", "ann@x.example", "", "Side", "93.05.18-223.61")
    codes = said(office, [row], {"offices": ["Side"], "owners": [], "staff": []})
    assert codes == []


def test_what_is_not_checked_is_said_once(office: Profile) -> None:
    row = ("Ann", "ann@x.example", "kim@x.example", "Main", "93.05.18-223.61")
    assert said(office, [row, row], {}) == [("list-not-given", "email"), ("list-not-given", "owner_email")]


def test_words_go_by_field_and_code_and_by_language(office: Profile) -> None:
    rows = [
        {"Name": "Ann", "Email": "a@x.example", "Office": ""},
        {"Name": "", "Email": "b@x.example", "Office": "Moon"},
    ]
    with Importer("memory:", profile=office) as importer, importer.plan(rows) as plan:
        errors = [finding for finding in plan.findings if finding.severity == "error"]
        words = {
            lang: [Messages(lang, office, fields=importer.schema).finding(each).message for each in errors]
            for lang in ("en", "nl", "fr")
        }
    assert words["en"] == ["Which office?", "Something is missing.", "That office is unknown."]
    assert words["nl"][1] == "Er ontbreekt iets."
    assert words["fr"][1] == "Something is missing."
    assert Messages("nl", office).state("new") == "Niet verzonden"


def test_a_failing_list_stops_the_plan_and_names_itself(office: Profile) -> None:
    def fails() -> list[str]:
        raise RuntimeError("ann@x.example")

    with (
        Importer("memory:", profile=office, lists={"owners": fails}) as importer,
        pytest.raises(HostListError, match="'owners' raised RuntimeError") as caught,
    ):
        importer.plan([{"Name": "Ann"}])
    assert "ann@" not in str(caught.value)
    with (
        Importer("memory:", profile=office, lists={"owners": lambda: [1]}) as importer,  # type: ignore[list-item]
        pytest.raises(HostListError, match="something else than texts"),
    ):
        importer.plan([{"Name": "Ann"}])


@pytest.mark.parametrize(
    ("lists", "key"),
    [({"offcies": []}, "lists"), ({"offices": "Main"}, "lists.offices"), ({"offices": [1]}, "lists.offices")],
)
def test_a_wrong_list_is_refused_at_once(office: Profile, lists: dict[str, HostList], key: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Importer("memory:", profile=office, lists=lists)
    assert caught.value.key == key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[[lists]]\nname = "a"', "field"),
        ('[[fields]]\nname = "Owner"', "name"),
        ('[[fields]]\nname = "owner"\nmax_length = 0', "fields.owner.max_length"),
        ('[[fields]]\nname = "owner"\nscheme = "name"', "scheme"),
        ('[labels]\nname = { english = "Name" }', "labels.name"),
        ('[required]\nrecommended = "email"', "required.recommended"),
    ],
)
def test_broken_settings_name_their_key(tmp_path: Path, text: str, key: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(f'name = "broken"\n{text}', encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_profile(path)
    assert key in str(caught.value)


FIRM = """
name = "firm"
[[fields]]
name = "firm_id"
label = "Firm id"
scheme = "firm"
[[match]]
scheme = "firm"
"""


def test_whoever_applies_a_plan_writes_the_keys_that_its_profile_declares(tmp_path: Path) -> None:
    """An importer with another profile too: else the next import would make the client again."""
    (tmp_path / "firm.toml").write_text(FIRM, encoding="utf-8")
    rows = [{"Name": "Ann", "Firm id": "F1", "City": "Gent"}, {"Name": "Anna", "Firm id": "F1", "City": "Gent"}]
    with Importer("memory:", profile=load_profile(tmp_path / "firm.toml")) as firm, Importer(firm.store) as other:
        with firm.plan(rows) as plan:
            plan.save(tmp_path / "plan.jsonl")
        with other.load(tmp_path / "plan.jsonl") as loaded:
            (conflict,) = loaded.conflicts
            with loaded.decide({conflict.id: "row:1"}) as decided:
                receipt = other.apply(decided)
        with firm.plan(rows[:1]) as again:
            assert [record.disposition for record in again.records()] == ["unchanged"]
        assert other.undo(receipt).kept == ()
        assert list(firm.clients()) == []
