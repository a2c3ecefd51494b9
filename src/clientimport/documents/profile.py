"""Profiles as TOML: read with every key checked, written into plan headers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from clientimport.core.findings import Severity
from clientimport.core.merging import Merge, MergePolicy
from clientimport.core.profile import ACTS, MODES, NEARNESS, ROWS, SIGNS, InvitationStyle, Profile, ReportStyle, Rung
from clientimport.errors import SettingsError

BUILTIN_PROFILES = ("standard", "daftra")

_TABLES = (
    "name", "title", "required", "match", "merge", "import", "opening", "severity",
    "messages", "labels", "report", "invitations", "permissions", "permission_labels",
)  # fmt: skip
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def load_profile(path: str | Path) -> Profile:
    """The profile in a TOML file.

    Its schemes and fields are looked up when an importer is made with it. Of finding codes only the form is checked: a
    plugin may bring some, and a code that nobody brings weighs nothing.

    Raises:
        SettingsError: the file is not TOML, or a key or value in it is not one of those allowed; names it.
    """
    path = Path(path)
    try:
        return profile_from_dict(tomllib.loads(path.read_text(encoding="utf-8-sig")))
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
    _table("profile", data, _TABLES)
    name = data.get("name")
    if not isinstance(name, str) or not name:
        raise SettingsError("profile.name", name, wanted="a short name")
    required = _table("required", data.get("required", {}), ("fields", "one_of"))
    import_ = _table("import", data.get("import", {}), ("mode", "update_existing", "near"))
    opening = _table("opening", data.get("opening", {}), ("sign",))
    messages = _table("messages", data.get("messages", {}), ("codes", "fields"))
    report = _table("report", data.get("report", {}), ("rows", "comment_column"))
    invitations = _table("invitations", data.get("invitations", {}), ("on_import", "template"))
    permissions = _table("permissions", data.get("permissions", {}), ACTS)
    return Profile(
        name=name,
        title=_text("title", data.get("title", name)),
        required=_texts("required.fields", required.get("fields", ["name"])),
        required_one_of=tuple(
            _texts("required.one_of", group) for group in _list("required.one_of", required.get("one_of", []))
        ),
        ladder=tuple(_rung(entry) for entry in _list("match", data.get("match", []))),
        merge=merge_from_dict(data.get("merge", {})),
        mode=_choice("import.mode", import_.get("mode", "upsert"), MODES),
        update_existing=_yes_no("import.update_existing", import_.get("update_existing", True)),
        near=_choice("import.near", import_.get("near", "close"), NEARNESS),
        opening_sign=_choice("opening.sign", opening.get("sign", "any"), SIGNS),
        severities={
            code: None if value == "off" else Severity(_choice(f"severity.{code}", value, [*Severity, "off"]))
            for code, value in _by_code("severity", data.get("severity", {})).items()
        },
        message_codes=_words("messages.codes", _by_code("messages.codes", messages.get("codes", {}))),
        message_fields=_words("messages.fields", messages.get("fields", {})),
        labels=_words("labels", data.get("labels", {})),
        report=ReportStyle(
            rows=_choice("report.rows", report.get("rows", "failed"), ROWS),
            comment_column=_text("report.comment_column", report.get("comment_column", "Comments")),
        ),
        invitations=InvitationStyle(
            on_import=_yes_no("invitations.on_import", invitations.get("on_import", False)),
            template=_text("invitations.template", invitations.get("template", "welcome")),
        ),
        permissions={act: _texts(f"permissions.{act}", value) for act, value in permissions.items()},
        permission_labels=_words("permission_labels", data.get("permission_labels", {})),
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
        "merge": merge_to_dict(profile.merge),
        "import": {"mode": profile.mode, "update_existing": profile.update_existing, "near": profile.near},
        "opening": {"sign": profile.opening_sign},
        "severity": {code: weight.value if weight else "off" for code, weight in sorted(profile.severities.items())},
        "messages": {
            "codes": dict(sorted(profile.message_codes.items())),
            "fields": dict(sorted(profile.message_fields.items())),
        },
        "labels": dict(sorted(profile.labels.items())),
        "report": {"rows": profile.report.rows, "comment_column": profile.report.comment_column},
        "invitations": {"on_import": profile.invitations.on_import, "template": profile.invitations.template},
        "permissions": {act: list(names) for act, names in sorted(profile.permissions.items())},
        "permission_labels": dict(sorted(profile.permission_labels.items())),
    }


def merge_from_dict(data: object) -> MergePolicy:
    """A merge policy from plain data: ``default``, ``fields``, ``order``, ``orders``.

    Raises:
        SettingsError: a key or value is not one of those allowed; names it.
    """
    table = _table("merge", data, ("default", "fields", "order", "orders"))
    return MergePolicy(
        default=_merge("merge.default", table.get("default", "fill_blank")),
        fields={
            field: _merge(f"merge.fields.{field}", value)
            for field, value in _table("merge.fields", table.get("fields", {})).items()
        },
        order=table.get("order", ()),
        orders=_table("merge.orders", table.get("orders", {})),
    )


def merge_to_dict(policy: MergePolicy) -> dict[str, Any]:
    """Plain data that ``merge_from_dict`` reads back to an equal policy."""
    return {
        "default": policy.default.value,
        "fields": {field: merge.value for field, merge in sorted(policy.fields.items())},
        "order": list(policy.order),
        "orders": {field: list(systems) for field, systems in sorted(policy.orders.items())},
    }


def _rung(entry: object) -> Rung:
    table = _table("match", entry, ("scheme", "exclusive"))
    scheme = table.get("scheme")
    if not isinstance(scheme, str) or not scheme:
        raise SettingsError("match.scheme", scheme, wanted="the name of a key scheme, such as email")
    return Rung(scheme=scheme, exclusive=_yes_no("match.exclusive", table.get("exclusive", True)))


def _merge(key: str, value: object) -> Merge:
    return Merge(_choice(key, value, list(Merge)))


def _table(key: str, value: object, allowed: Sequence[str] | None = None) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise SettingsError(key, value, wanted="a table")
    for name in value:
        if allowed is not None and name not in allowed:
            raise SettingsError(f"{key}: the key", name, allowed=allowed)
    return value


def _by_code(key: str, value: object) -> Mapping[str, Any]:
    """A table by finding code. A plugin may bring codes that nobody knows here, so only their form is checked."""
    table = _table(key, value)
    for code in table:
        if not _CODE.fullmatch(code):
            raise SettingsError(f"{key}: the key", code, wanted="a finding code in kebab-case, such as email-invalid")
    return table


def _words(key: str, value: object) -> dict[str, str]:
    return {name: _text(f"{key}.{name}", text) for name, text in _table(key, value).items()}


def _choice(key: str, value: object, allowed: Sequence[str]) -> str:
    if value not in allowed:
        raise SettingsError(key, value, allowed=[str(name) for name in allowed])
    return str(value)


def _yes_no(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise SettingsError(key, value, allowed=("true", "false"))
    return value


def _text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise SettingsError(key, value, wanted="text in quotes")
    return value


def _texts(key: str, value: object) -> tuple[str, ...]:
    return tuple(_text(key, text) for text in _list(key, value))


def _list(key: str, value: object) -> Sequence[object]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise SettingsError(key, value, wanted="a list")
    return value
