"""Profiles as TOML: what they may say, and what they are told when they say something else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clientimport.core.findings import Severity
from clientimport.documents.profile import (
    load_builtin_profiles,
    load_profile,
    profile_from_dict,
    profile_to_dict,
)
from clientimport.errors import SettingsError

BY_HAND = """
name = "bakery"
title = "Bakery"

[required]
fields = ["name"]
one_of = [["email", "phone"], ["city"]]

[[match]]
scheme = "email"
exclusive = false

[merge]
default = "fill_blank"
fields = { phone = "overwrite" }

[severity]
country-unknown = "error"
number-unverified = "off"
loyalty-no-email = "info"

[messages.codes]
country-unknown = "Which country is this?"

[labels]
name = "Guest"

[report]
rows = "all"
comment_column = "Opmerking"

[permissions]
import = ["clients.add"]

[permission_labels]
"clients.add" = "Add New Client"
"""


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_profile_written_by_hand_is_read(tmp_path: Path, mark: str) -> None:
    """With or without the mark that some editors put before the first letter."""
    path = tmp_path / "bakery.toml"
    path.write_text(mark + BY_HAND, encoding="utf-8")

    profile = load_profile(path)

    assert (profile.name, profile.title, profile.mode) == ("bakery", "Bakery", "upsert")
    assert profile.required_one_of == (("email", "phone"), ("city",))
    assert profile.severities == {
        "country-unknown": Severity.ERROR,
        "number-unverified": None,
        "loyalty-no-email": Severity.INFO,
    }
    assert profile.report.comment_column == "Opmerking"
    assert profile_from_dict(json.loads(json.dumps(profile_to_dict(profile)))) == profile


@pytest.mark.parametrize("profile", load_builtin_profiles(), ids=lambda profile: profile.name)
def test_what_is_written_into_a_plan_reads_back(profile: object) -> None:
    """Our own profiles too."""
    assert profile_from_dict(json.loads(json.dumps(profile_to_dict(profile)))) == profile  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("naam = 'x'", "profile: the key", "Did you mean 'name'?"),
        ("name = 3", "profile.name", "a short name"),
        ("title = 3", "title", "text in quotes"),
        ("required = ['name']", "required", "a table"),
        ("required.fields = 'name'", "required.fields", "a list"),
        ("required.one_of = 3", "required.one_of", "a list"),
        ("required.one_of = ['email']", "required.one_of", "a list"),
        ("required.one_of = [[3]]", "required.one_of", "text in quotes"),
        ("match = 3", "match", "a list"),
        ("match = { scheme = 'email' }", "match", "a list"),
        ("match = ['email']", "match", "a table"),
        ("match = [{ schema = 'email' }]", "match: the key", "Did you mean 'scheme'?"),
        ("match = [{ exclusive = true }]", "match.scheme", "a key scheme"),
        ("match = [{ scheme = 3 }]", "match.scheme", "a key scheme"),
        ("match = [{ scheme = 'email', exclusive = 1 }]", "match.exclusive", "Allowed: true, false"),
        ("merge.default = 'force'", "merge.default", "Allowed: fill_blank, overwrite, keep, ask"),
        ("merge.fields = 3", "merge.fields", "a table"),
        ("merge.fields = { city = 'force' }", "merge.fields.city", "Allowed: fill_blank, overwrite, keep, ask"),
        ("merge.fields = { city = ['ask'] }", "merge.fields.city", "Allowed: fill_blank, overwrite, keep, ask"),
        ("import.mode = 'zz'", "import.mode", "Allowed: upsert, create_only, update_only"),
        ("import.update_existing = 'no'", "import.update_existing", "Allowed: true, false"),
        ("opening.sign = 'zz'", "opening.sign", "Allowed: positive, any"),
        ("severity = 3", "severity", "a table"),
        ("severity.email-invalid = 'zz'", "severity.email-invalid", "Allowed: error, warning, info, off"),
        ("severity.email_invalid = 'off'", "severity: the key", "kebab-case, such as email-invalid"),
        ("severity.'E-mail invalid' = 'off'", "severity: the key", "kebab-case, such as email-invalid"),
        ("messages = 3", "messages", "a table"),
        ("messages.codes = 'x'", "messages.codes", "a table"),
        ("messages.codes.email_invalid = 'x'", "messages.codes: the key", "kebab-case, such as email-invalid"),
        ("messages.codes.required = 3", "messages.codes.required", "text in quotes"),
        ("messages.fields = [1]", "messages.fields", "a table"),
        ("messages.fields.name = 3", "messages.fields.name", "text in quotes"),
        ("labels = 3", "labels", "a table"),
        ("labels.name = 3", "labels.name", "text in quotes"),
        ("report.rows = 'some'", "report.rows", "Allowed: failed, all"),
        ("report.comment_column = 3", "report.comment_column", "text in quotes"),
        ("permissions.import = 'clients.add'", "permissions.import", "a list"),
        ("permissions.apply = []", "permissions: the key", "Allowed: import, undo"),
        ("permission_labels = 3", "permission_labels", "a table"),
        ("permission_labels.x = 3", "permission_labels.x", "text in quotes"),
        ("= 3", "profile", "TOML"),
    ],
)
def test_a_broken_profile_is_refused_at_once(tmp_path: Path, text: str, key: str, said: str) -> None:
    """The error names the key and what may stand there."""
    path = tmp_path / "p.toml"
    path.write_text(text if text.startswith("name") else f"name = 'p'\n{text}", encoding="utf-8")

    with pytest.raises(SettingsError) as caught:
        load_profile(path)

    assert caught.value.key == key
    assert said in str(caught.value)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_a_broken_setting(tmp_path: Path, content: bytes | None) -> None:
    """Missing, or no text; the error names the file."""
    path = tmp_path / "gone.toml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(SettingsError, match=r"gone\.toml"):
        load_profile(path)
