"""Which profile is meant, and whether it fits the fields and findings that there are."""

from __future__ import annotations

from clientimport.core.choosing import choosables
from clientimport.core.findings import MATCHING_CODES, Severity
from clientimport.core.openings import REFUSALS
from clientimport.core.profile import Profile
from clientimport.core.schema import BESIDE, Schema
from clientimport.core.twins import Twin
from clientimport.errors import SettingsError
from clientimport.messages.catalogue import catalogue
from clientimport.plugins.manager import Plugins


def choose_profile(profile: str | Profile, plugins: Plugins) -> Profile:
    """The profile meant.

    Raises:
        SettingsError: there is no such profile.
    """
    if isinstance(profile, Profile):
        return profile
    known = plugins.profiles()
    if profile not in known:
        raise SettingsError("profile", profile, allowed=tuple(sorted(known)))
    return known[profile]


def check_profile(chosen: Profile, plugins: Plugins, schema: Schema) -> None:
    """See that *chosen* fits the fields and findings that there are.

    Raises:
        SettingsError: it names a scheme, field or finding code that does not exist.
    """
    schemes = tuple(dict.fromkeys(field.scheme for field in schema if field.scheme))
    for rung in chosen.ladder:
        if rung.scheme not in schemes:
            raise SettingsError(f"profile {chosen.name}: match.scheme", rung.scheme, allowed=schemes)
    for code in MATCHING_CODES:
        if chosen.severities.get(code) is Severity.ERROR:
            key = f"profile {chosen.name}: severity.{code}"
            raise SettingsError(key, "error", allowed=("warning", "info", "off"))
    for code in (*REFUSALS, "document-refused", "control-total-differs"):
        if chosen.severities.get(code, Severity.ERROR) is not Severity.ERROR:
            raise SettingsError(f"profile {chosen.name}: severity.{code}", chosen.severities[code], allowed=("error",))
    codes = plugins.codes()
    for code in (*chosen.severities, *chosen.message_codes):
        if code not in codes:
            raise SettingsError(f"profile {chosen.name}: severity or messages.codes", code, allowed=tuple(codes))
    for field in (
        *chosen.required,
        *chosen.recommended,
        *(name for group in chosen.required_one_of for name in group),
        *chosen.merge.fields,
        *chosen.merge.orders,
    ):
        if field not in schema:
            raise SettingsError(f"profile {chosen.name}: required", field, allowed=tuple(schema.by_name))
    for listed in chosen.lists:
        if listed.field not in schema:
            raise SettingsError(f"profile {chosen.name}: lists.field", listed.field, allowed=tuple(schema.by_name))
    _check_choose(chosen, plugins, schema)
    known_reasons = catalogue("en")["reason"]
    for reason in chosen.message_reasons:
        if reason not in known_reasons:
            raise SettingsError(f"profile {chosen.name}: messages.reasons", reason, allowed=tuple(known_reasons))
    for state in chosen.lifecycle.states:
        for field in (*(state.editable or ()), *state.locked, *state.warned, *state.when_missing):
            if field not in schema:
                key = f"profile {chosen.name}: lifecycle.states.{state.name}"
                raise SettingsError(key, field, allowed=tuple(schema.by_name))
    for aspect in chosen.lifecycle.aspects:
        key = f"profile {chosen.name}: lifecycle.aspects.{aspect.name}"
        for field in aspect.needs:
            if field not in schema:
                raise SettingsError(key, field, allowed=tuple(schema.by_name))
        if aspect.name in schema or aspect.name in BESIDE:  # it is a column of exports, as they are
            raise SettingsError(key, aspect.name, wanted="a name that no field has")
    if chosen.lifecycle.twin is not None:
        _check_twin(chosen, chosen.lifecycle.twin, schema)
    for field in chosen.invitations.shows:
        if field not in schema or not schema[field].stored:
            stored = tuple(each.name for each in schema if each.stored)
            raise SettingsError(f"profile {chosen.name}: invitations.shows", field, allowed=stored)
    columns = [column.field for column in chosen.template.columns]
    for field in columns:
        if field not in schema.mappable or columns.count(field) > 1:
            wanted = "each field once, and none but those that a column may feed"
            raise SettingsError(f"profile {chosen.name}: template.columns", field, wanted=wanted)


def _check_choose(chosen: Profile, plugins: Plugins, schema: Schema) -> None:
    """See that what is to be chosen is a field of clients, and that what is offered can stand in it."""
    key = f"profile {chosen.name}: choose"
    fields = [each.field for each in chosen.choose]
    for field in fields:
        if field not in schema.mappable or not schema[field].stored or fields.count(field) > 1:
            raise SettingsError(f"{key}.field", field, wanted="each field once, and none but those of clients")
    if any(schema[field].coercer not in plugins.coercers() for field in fields):
        return  # which is said of the fields themselves
    for each in choosables(chosen, schema, plugins.coercers(), {}, chosen.country):
        for option in each.options:
            if each.read(option) is None:
                raise SettingsError(f"{key}.options", option, wanted=f"what can be read as {each.field.name}")


def _check_twin(chosen: Profile, twin: Twin, schema: Schema) -> None:
    key = f"profile {chosen.name}: lifecycle.twin"
    yes_no = tuple(field.name for field in schema.mappable if field.coercer == "yes_no" and not field.many)
    if twin.field not in yes_no:
        raise SettingsError(f"{key}.field", twin.field, allowed=yes_no, wanted="a field of yes and no")
    proving = tuple(rung.scheme for rung in chosen.ladder if rung.exclusive and not rung.refuses)
    if twin.key not in proving:
        raise SettingsError(f"{key}.key", twin.key, allowed=proving, wanted="a key of the ladder that identifies")
    if chosen.near != "off":  # it would ask about every client and its twin
        raise SettingsError(f"profile {chosen.name}: import.near", chosen.near, allowed=("off",))
