"""Columns of passwords are never imported by themselves, and never shown."""

from __future__ import annotations

import pytest

from clientimport import FieldMapping, Importer, Mapping
from clientimport.core.lexicon.secrets import is_secret


@pytest.mark.parametrize(
    "header",
    [
        "Password",
        "Tax Software Password",
        "WACHTWOORD (portaal)",
        "Mot de passe",
        "Kennwort",
        "contraseña",
        "كلمة المرور",
        "pwd",
    ],
)
def test_they_are_known_in_every_language(header: str) -> None:
    assert is_secret(header)


@pytest.mark.parametrize("header", ["Passport", "Pass", "Passage", "Word", "Mot", "E-mail", "Notes", "كلمة"])
def test_others_are_not(header: str) -> None:
    assert not is_secret(header)


def test_they_are_left_out_without_advice_to_map_them() -> None:
    """Nothing of them is in the suggestion, the samples, the plan or what is said."""
    rows = [{"Name": "Ann", "Wachtwoord": "geheim-1"}, {"Name": "Bob", "Wachtwoord": "geheim-2"}]
    with Importer("memory:") as importer:
        seen = importer.inspect(rows)
        assert (seen.suggestion.column("Wachtwoord").reason, seen.samples["Wachtwoord"]) == ("dropped", ())
        with importer.plan(rows) as plan:
            assert not [finding.code for finding in plan.findings if finding.code.startswith("column")]
            assert not any("geheim" in str(page) for page in plan.pages())
            assert "geheim" not in plan.to_text()


def test_who_maps_one_on_purpose_gets_it() -> None:
    rows = [{"Name": "Ann", "Password": "a hint"}]
    mapping = Mapping(
        fields=[FieldMapping(field="name", columns=["Name"]), FieldMapping(field="notes", columns=["Password"])]
    )
    with Importer("memory:") as importer:
        importer.apply(importer.plan(rows, mapping=mapping))
        assert [client["notes"] for client in importer.clients()] == ["a hint"]
