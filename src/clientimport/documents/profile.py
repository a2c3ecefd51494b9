"""Profiles as TOML: read with every key checked, written into plan headers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from clientimport.core.findings import Severity
from clientimport.core.lifecycle import TWO_STATES
from clientimport.core.merging import Merge, MergePolicy
from clientimport.core.profile import (
    ACTS,
    MODES,
    NEARNESS,
    ROWS,
    SIGNS,
    Choose,
    Listed,
    Profile,
    ReportStyle,
    Rung,
    TemplateStyle,
    act_of,
)
from clientimport.documents.fields import fields_from_list, fields_to_list
from clientimport.documents.invitation_style import style_from_dict, style_to_dict
from clientimport.documents.lifecycle import lifecycle_from_dict, lifecycle_to_dict
from clientimport.documents.tables import by_code, choice, list_, own_words, table, text, texts, words, yes_no
from clientimport.documents.template import template_from_dict, template_to_dict
from clientimport.errors import SettingsError

BUILTIN_PROFILES = ("standard", "daftra", "smsf-sorted", "taxcaddy", "accounton")

_TABLES = (
    "name", "title", "fields", "lists", "choose", "required", "match", "merge", "import", "opening", "severity",
    "messages", "labels", "report", "template", "invitations", "permissions", "permission_labels", "roles", "lifecycle",
)  # fmt: skip


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
    table("profile", data, _TABLES)
    name = data.get("name")
    if not isinstance(name, str) or not name:
        raise SettingsError("profile.name", name, wanted="a short name")
    required = table("required", data.get("required", {}), ("fields", "one_of", "recommended"))
    import_ = table("import", data.get("import", {}), ("mode", "update_existing", "near", "country"))
    opening = table("opening", data.get("opening", {}), ("sign",))
    messages = table("messages", data.get("messages", {}), ("codes", "fields", "reasons"))
    report = table("report", data.get("report", {}), ("rows", "comment_column"))
    lifecycle = lifecycle_from_dict(data["lifecycle"]) if "lifecycle" in data else TWO_STATES
    acts = dict.fromkeys((*ACTS, *(act_of(event) for event in lifecycle.event)))
    permissions = table("permissions", data.get("permissions", {}), tuple(acts))
    return Profile(
        name=name,
        title=text("title", data.get("title", name)),
        fields=fields_from_list(data.get("fields", [])),
        required=texts("required.fields", required.get("fields", ["name"])),
        recommended=texts("required.recommended", required.get("recommended", [])),
        required_one_of=tuple(
            texts("required.one_of", group) for group in list_("required.one_of", required.get("one_of", []))
        ),
        ladder=tuple(_rung(entry) for entry in list_("match", data.get("match", []))),
        merge=merge_from_dict(data.get("merge", {})),
        mode=choice("import.mode", import_.get("mode", "upsert"), MODES),
        update_existing=yes_no("import.update_existing", import_.get("update_existing", True)),
        near=choice("import.near", import_.get("near", "close"), NEARNESS),
        country=import_.get("country"),
        lists=tuple(_listed(entry) for entry in list_("lists", data.get("lists", []))),
        choose=tuple(_choose(entry) for entry in list_("choose", data.get("choose", []))),
        opening_sign=choice("opening.sign", opening.get("sign", "any"), SIGNS),
        severities={
            code: None if value == "off" else Severity(choice(f"severity.{code}", value, [*Severity, "off"]))
            for code, value in by_code("severity", data.get("severity", {})).items()
        },
        message_codes=own_words("messages.codes", by_code("messages.codes", messages.get("codes", {}))),
        message_fields=own_words("messages.fields", messages.get("fields", {})),
        message_reasons=own_words("messages.reasons", messages.get("reasons", {})),
        labels=own_words("labels", data.get("labels", {})),
        report=ReportStyle(
            rows=choice("report.rows", report.get("rows", "failed"), ROWS),
            comment_column=text("report.comment_column", report.get("comment_column", "Comments")),
        ),
        template=template_from_dict(data.get("template", {})),
        invitations=style_from_dict(data.get("invitations", {})),
        permissions={act: texts(f"permissions.{act}", value) for act, value in permissions.items()},
        permission_labels=words("permission_labels", data.get("permission_labels", {})),
        roles={role: texts(f"roles.{role}", names) for role, names in table("roles", data.get("roles", {})).items()},
        lifecycle=lifecycle,
    )


def profile_to_dict(profile: Profile) -> dict[str, Any]:
    """Plain data that ``profile_from_dict`` reads back to an equal profile."""
    found: dict[str, Any] = {
        "name": profile.name,
        "title": profile.title,
        "required": {
            "fields": list(profile.required),
            "one_of": [list(group) for group in profile.required_one_of],
        },
        "match": [
            {"scheme": rung.scheme, "exclusive": rung.exclusive, **({"refuses": True} if rung.refuses else {})}
            for rung in profile.ladder
        ],
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
        **({} if profile.template == TemplateStyle() else {"template": template_to_dict(profile.template)}),
        "invitations": style_to_dict(profile.invitations),
        "permissions": {act: list(names) for act, names in sorted(profile.permissions.items())},
        "permission_labels": dict(sorted(profile.permission_labels.items())),
    }
    if profile.fields:
        found["fields"] = fields_to_list(profile.fields)
    if profile.lists:
        found["lists"] = [
            {"name": each.name, "field": each.field, "forbidden": each.forbidden, "entries": list(each.entries)}
            for each in profile.lists
        ]
    if profile.choose:
        found["choose"] = [{"field": each.field, "options": list(each.options)} for each in profile.choose]
    if profile.recommended:
        found["required"]["recommended"] = list(profile.recommended)
    if profile.country is not None:
        found["import"]["country"] = profile.country
    if profile.message_reasons:
        found["messages"]["reasons"] = dict(sorted(profile.message_reasons.items()))
    if profile.roles:
        found["roles"] = {role: list(names) for role, names in sorted(profile.roles.items())}
    if profile.lifecycle != TWO_STATES:
        found["lifecycle"] = lifecycle_to_dict(profile.lifecycle)
    return found


def merge_from_dict(data: object) -> MergePolicy:
    """A merge policy from plain data: ``default``, ``fields``, ``order``, ``orders``.

    Raises:
        SettingsError: a key or value is not one of those allowed; names it.
    """
    found = table("merge", data, ("default", "fields", "order", "orders"))
    return MergePolicy(
        default=_merge("merge.default", found.get("default", "fill_blank")),
        fields={
            field: _merge(f"merge.fields.{field}", value)
            for field, value in table("merge.fields", found.get("fields", {})).items()
        },
        order=found.get("order", ()),
        orders=table("merge.orders", found.get("orders", {})),
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
    found = table("match", entry, ("scheme", "exclusive", "refuses"))
    scheme = found.get("scheme")
    if not isinstance(scheme, str) or not scheme:
        raise SettingsError("match.scheme", scheme, wanted="the name of a key scheme, such as email")
    return Rung(
        scheme=scheme,
        exclusive=yes_no("match.exclusive", found.get("exclusive", True)),
        refuses=yes_no("match.refuses", found.get("refuses", False)),
    )


def _listed(entry: object) -> Listed:
    found = table("lists", entry, ("name", "field", "forbidden", "entries"))
    return Listed(
        name=text("lists.name", found.get("name", "")),
        field=text("lists.field", found.get("field", "")),
        forbidden=yes_no("lists.forbidden", found.get("forbidden", False)),
        entries=texts("lists.entries", found.get("entries", [])),
    )


def _choose(entry: object) -> Choose:
    found = table("choose", entry, ("field", "options"))
    field = text("choose.field", found.get("field", ""))
    return Choose(field=field, options=texts("choose.options", found.get("options", [])))


def _merge(key: str, value: object) -> Merge:
    return Merge(choice(key, value, list(Merge)))
