"""The template of a profile as TOML."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from clientimport import Importer, SettingsError
from clientimport.core.profile import Profile, TemplateColumn, TemplateStyle
from clientimport.documents.profile import load_builtin_profiles, profile_from_dict, profile_to_dict

BY_HAND = """
name = "office"
[template]
note = "Before Friday."
most = 5
[[template.columns]]
field = "name"
header = "Client"
required = false
[[template.columns]]
field = "language"
choices = ["Dutch", "French"]
[[template.columns]]
field = "kind"
choices = { "A person" = "person" }
"""


def test_what_is_written_is_read() -> None:
    """Words for a list, or what each word is read as."""
    profile = profile_from_dict(tomllib.loads(BY_HAND))
    assert profile.template == TemplateStyle(
        columns=(
            TemplateColumn(field="name", header="Client", required=False),
            TemplateColumn(field="language", choices={"Dutch": "Dutch", "French": "French"}),
            TemplateColumn(field="kind", choices={"A person": "person"}),
        ),
        note="Before Friday.",
        most=5,
    )
    assert profile_from_dict(profile_to_dict(profile)) == profile


def test_a_profile_without_one_says_nothing() -> None:
    """So that the plans of such profiles stay as they were."""
    assert "template" not in profile_to_dict(Profile(name="plain"))
    assert load_builtin_profiles()[0].template == TemplateStyle()


@pytest.mark.parametrize(
    "template",
    [
        3,
        {"rows": 3},
        {"most": 0},
        {"most": True},
        {"most": "many"},
        {"note": 1},
        {"columns": "name"},
        {"columns": ["name"]},
        {"columns": [{"header": "x"}]},
        {"columns": [{"field": ""}]},
        {"columns": [{"field": "name", "wide": 3}]},
        {"columns": [{"field": "name", "required": "yes"}]},
        {"columns": [{"field": "name", "choices": "a"}]},
        {"columns": [{"field": "name", "choices": [1]}]},
        {"columns": [{"field": "name", "choices": ["a", "a"]}]},
        {"columns": [{"field": "name", "choices": {"a": 1}}]},
    ],
)
def test_what_it_cannot_say(template: Any) -> None:
    """The key is named."""
    with pytest.raises(SettingsError, match=r"template|field|most"):
        profile_from_dict({"name": "x", "template": template})


@pytest.mark.parametrize("fields", [["nonsense"], ["status"], ["name", "name"]])
def test_its_fields_exist_once(fields: list[str]) -> None:
    """Checked when an importer is made, which knows the fields."""
    profile = Profile(name="x", template=TemplateStyle(columns=tuple(TemplateColumn(field=name) for name in fields)))
    with pytest.raises(SettingsError, match=r"template\.columns"):
        Importer("memory:", profile=profile)
