"""Profiles as TOML: read with every key checked, written into plan headers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from clientimport.core.findings import Severity
from clientimport.core.merging import Merge, MergePolicy
from clientimport.core.profile import ACTS, MODES, SIGNS, Profile, ReportStyle, Rung
from clientimport.errors import SettingsError

BUILTIN_PROFILES = ("standard", "daftra")

_TABLES = (
    "name", "title", "required", "match", "merge", "import", "opening", "severity",
    "messages", "labels", "report", "permissions", "permission_labels",
)  # fmt: skip


def load_profile(path: str | Path) -> Profile:
    """The profile in a TOML file.

    Raises:
        SettingsError: the file is not TOML, or a key or value in it is not one of those allowed; names it.
    """
    path = Path(path)
    try:
        return profile_from_dict(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError("profile", path.name, wanted=f"a TOML file ({error})") from None


@cache
def load_builtin_profiles() -> tuple[Profile, ...]:
    """The profiles that come with the library."""
    folder = resources.files("clientimport.profiles")
    return tuple(
        profile_from_dict(tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")))
        for name in BUILTIN_PROFILES
    )


def profile_from_dict(data: Mapping[str, Any]) -> Profile:
    """A profile from plain data, as TOML or a plan's header holds it.

    Raises:
        SettingsError: a key or value is not one of those allowed; names it.
    """
    _only("profile", data, _TABLES)
    name = data.get("name")
    if not isinstance(name, str) or not name:
        raise SettingsError("profile.name", name, wanted="a short name")
    required = _table(data, "required", ("fields", "one_of"))
    merge = _table(data, "merge", ("default", "fields"))
    import_ = _table(data, "import", ("mode", "update_existing"))
    opening = _table(data, "opening", ("sign",))
    messages = _table(data, "messages", ("codes", "fields"))
    report = _table(data, "report", ("rows", "comment_column"))
    permissions = _table(data, "permissions", ACTS)
    return Profile(
        name=name,
        title=data.get("title", name),
        required=_texts("required.fields", required.get("fields", ["name"])),
        required_one_of=tuple(_texts("required.one_of", group) for group in required.get("one_of", [])),
        ladder=tuple(_rung(entry) for entry in data.get("match", [])),
        merge=MergePolicy(
            default=Merge(_choice("merge.default", merge.get("default", "fill_blank"), list(Merge))),
            fields={
                field: Merge(_choice(f"merge.fields.{field}", value, list(Merge)))
                for field, value in merge.get("fields", {}).items()
            },
        ),
        mode=_choice("import.mode", import_.get("mode", "upsert"), MODES),
        update_existing=_yes_no("import.update_existing", import_.get("update_existing", True)),
        opening_sign=_choice("opening.sign", opening.get("sign", "any"), SIGNS),
        severities={
            code: None if value == "off" else Severity(_choice(f"severity.{code}", value, [*Severity, "off"]))
            for code, value in data.get("severity", {}).items()
        },
        message_codes=dict(messages.get("codes", {})),
        message_fields=dict(messages.get("fields", {})),
        labels=dict(data.get("labels", {})),
        report=ReportStyle(
            rows=_choice("report.rows", report.get("rows", "failed"), ("failed", "all")),
            comment_column=report.get("comment_column", "Comments"),
        ),
        permissions={act: _texts(f"permissions.{act}", value) for act, value in permissions.items()},
        permission_labels=dict(data.get("permission_labels", {})),
    )


def profile_to_dict(profile: Profile) -> dict[str, Any]:
    """Plain data that ``profile_from_dict`` reads back to an equal profile."""
    return {
        "name": profile.name,
        "title": profile.title,
        "required": {
            "fields": list(profile.required),
            "one_of": [list(group) for group in profile.required_one_of],
        },
        "match": [{"scheme": rung.scheme, "exclusive": rung.exclusive} for rung in profile.ladder],
        "merge": {
            "default": profile.merge.default.value,
            "fields": {field: merge.value for field, merge in sorted(profile.merge.fields.items())},
        },
        "import": {"mode": profile.mode, "update_existing": profile.update_existing},
        "opening": {"sign": profile.opening_sign},
        "severity": {code: weight.value if weight else "off" for code, weight in sorted(profile.severities.items())},
        "messages": {
            "codes": dict(sorted(profile.message_codes.items())),
            "fields": dict(sorted(profile.message_fields.items())),
        },
        "labels": dict(sorted(profile.labels.items())),
        "report": {"rows": profile.report.rows, "comment_column": profile.report.comment_column},
        "permissions": {act: list(names) for act, names in sorted(profile.permissions.items())},
        "permission_labels": dict(sorted(profile.permission_labels.items())),
    }


def _rung(entry: Mapping[str, Any]) -> Rung:
    _only("match", entry, ("scheme", "exclusive"))
    return Rung(scheme=str(entry.get("scheme")), exclusive=_yes_no("match.exclusive", entry.get("exclusive", True)))


def _table(data: Mapping[str, Any], key: str, allowed: Sequence[str]) -> Mapping[str, Any]:
    table = data.get(key, {})
    if not isinstance(table, Mapping):
        raise SettingsError(key, table, wanted="a table")
    _only(key, table, allowed)
    return table


def _only(key: str, table: Mapping[str, Any], allowed: Sequence[str]) -> None:
    for name in table:
        if name not in allowed:
            raise SettingsError(f"{key}: the key", name, allowed=allowed)


def _choice(key: str, value: object, allowed: Sequence[str]) -> str:
    if value not in allowed:
        raise SettingsError(key, value, allowed=[str(name) for name in allowed])
    return str(value)


def _yes_no(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise SettingsError(key, value, allowed=("true", "false"))
    return value


def _texts(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(text, str) for text in value):
        raise SettingsError(key, value, wanted="a list of texts")
    return tuple(value)
