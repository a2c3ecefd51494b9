"""Settings, fields and profiles made in Python: what cannot be is refused when it is made, and named."""

from __future__ import annotations

from typing import Any

import pytest

from clientimport import Client, Field, Importer, Profile, Settings, SettingsError
from clientimport.core.profile import ReportStyle, Rung
from clientimport.core.schema import BUILTIN_FIELDS


@pytest.mark.parametrize(
    ("made", "key", "value", "allowed"),
    [
        (Field, "compare", "zz", ("exact", "words", "name")),
        (Profile, "mode", "zz", ("upsert", "create_only", "update_only")),
        (Profile, "mode", None, ("upsert", "create_only", "update_only")),
        (Profile, "opening_sign", "zz", ("positive", "any")),
        (Profile, "update_existing", "no", ("True", "False")),
        (Rung, "exclusive", 1, ("True", "False")),
        (ReportStyle, "rows", "zz", ("failed", "all")),
        (Rung, "scheme", 3, ()),
        (Rung, "scheme", "", ()),
        (Profile, "name", None, ()),
        (Field, "name", "X", ()),
        (Field, "name", "card number", ()),
        (Field, "name", 3, ()),
        (Settings, "default_country", "XX", ()),
        (Settings, "default_country", "UK", ()),
        (Settings, "default_country", "Belgium", ()),
        (Settings, "default_country", ["BE"], ()),
        (Settings, "default_currency", "ABC", ()),
        (Settings, "default_currency", "eur", ()),
        (Settings, "default_currency", "BEF", ()),
        (Settings, "default_currency", None, ()),
    ],
)
def test_a_value_that_cannot_be_names_its_key(made: Any, key: str, value: object, allowed: tuple[str, ...]) -> None:
    """With what is allowed; nothing waits until the first file is read."""
    needed = {Field: {"name": "card"}, Profile: {"name": "shop"}, Rung: {"scheme": "email"}}.get(made, {})
    made(**needed)

    with pytest.raises(SettingsError) as refused:
        made(**{**needed, key: value})

    assert (refused.value.key, refused.value.allowed) == (key, allowed)
    assert repr(value) in str(refused.value)
    assert "Wanted" in str(refused.value) or "Allowed" in str(refused.value)


@pytest.mark.parametrize("name", ["id", "version", "balance"])
def test_no_field_hides_what_stands_beside_the_fields(name: str) -> None:
    """A client as one object has its id and version, whatever fields a host declares."""
    with pytest.raises(SettingsError, match=rf"name = '{name}' .* none of id, version, balance"):
        Field(name=name)

    fields = {field.name: "x" for field in BUILTIN_FIELDS}
    assert Client(id="7", version=2, fields=fields).to_dict() == {"id": "7", "version": 2, "balance": {}, **fields}


@pytest.mark.parametrize("code", ["BE", "GB", "GR", "XK"])
def test_every_country_there_is_may_be_the_default(code: str) -> None:
    """By its ISO code."""
    assert Importer("memory:", default_country=code).settings.default_country == code


def test_what_is_no_id_and_no_plan_is_refused_by_name() -> None:
    """A number that looks like an id, or a file in place of its plan."""
    with Importer("memory:") as importer:
        importer.apply(importer.plan([{"Name": "An Claes"}, {"Name": "Els Maes"}]))
        for call in (
            lambda: importer.why(1, "name"),  # type: ignore[arg-type]
            lambda: importer.not_same.add("1", 2),  # type: ignore[arg-type]
            lambda: importer.not_same.remove(1, "2"),  # type: ignore[arg-type]
        ):
            with pytest.raises(SettingsError, match="client = 'int'"):
                call()
        with pytest.raises(SettingsError, match=r"importer\.plan"):
            importer.apply("klanten.csv")  # type: ignore[arg-type]
        with pytest.raises(SettingsError, match="decisions"):
            importer.plan([{"Name": "An Claes"}]).decide_from(None)  # type: ignore[arg-type]
