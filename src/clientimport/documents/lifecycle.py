"""Lifecycles as plain data: read with every key checked, written into plan headers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from clientimport.core.charges import exact
from clientimport.core.lifecycle import Aspect, Event, Lifecycle, Standing, State
from clientimport.core.money import minor_units
from clientimport.core.twins import Twin
from clientimport.documents.tables import list_, said_words, table, text, texts, yes_no
from clientimport.errors import SettingsError

_STATE = (
    "name", "label", "active", "final", "removable", "editable", "locked", "warned", "when_missing", "instead_of", "charge",
)  # fmt: skip
_EVENT = ("name", "label", "from", "to", "guards", "back_charge_within", "twin")
_ASPECT = ("name", "label", "needs", "missing", "complete")


def lifecycle_from_dict(data: object) -> Lifecycle:
    """A lifecycle from plain data: ``initial``, ``states``, ``events``, ``aspects``, ``currency``.

    Raises:
        SettingsError: a key or value is not one of those allowed; names it.
    """
    found = table("lifecycle", data, ("initial", "states", "events", "aspects", "currency", "twin"))
    states = tuple(_state(entry) for entry in list_("lifecycle.states", found.get("states", [])))
    if not states:
        raise SettingsError("lifecycle.states", [], wanted="the states of clients, each with a name")
    currency = text("lifecycle.currency", found.get("currency", ""))
    if currency and currency not in minor_units():
        raise SettingsError("lifecycle.currency", currency, wanted="an ISO 4217 code of a currency in use, such as EUR")
    return Lifecycle(
        initial=text("lifecycle.initial", found.get("initial", states[0].name)),
        states=states,
        events=tuple(_event(entry) for entry in list_("lifecycle.events", found.get("events", []))),
        aspects=tuple(_aspect(entry) for entry in list_("lifecycle.aspects", found.get("aspects", []))),
        currency=currency,
        twin=_twin(found["twin"]) if "twin" in found else None,
    )


def lifecycle_to_dict(lifecycle: Lifecycle) -> dict[str, Any]:
    """Plain data that ``lifecycle_from_dict`` reads back to an equal lifecycle; what is usual is left out."""
    found: dict[str, Any] = {
        "initial": lifecycle.initial,
        "states": [_state_dict(state) for state in lifecycle.states],
        "events": [_event_dict(event) for event in lifecycle.events],
    }
    if lifecycle.aspects:
        found["aspects"] = [_aspect_dict(aspect) for aspect in lifecycle.aspects]
    if lifecycle.currency:
        found["currency"] = lifecycle.currency
    if lifecycle.twin is not None:
        found["twin"] = {**attrs.asdict(lifecycle.twin), "refused_beside": list(lifecycle.twin.refused_beside)}
    return found


def _twin(data: object) -> Twin:
    found = table("lifecycle.twin", data, ("field", "initial", "key", "refused_beside"))
    return Twin(
        field=found.get("field", ""),
        initial=found.get("initial", ""),
        key=found.get("key", ""),
        refused_beside=texts("lifecycle.twin.refused_beside", found.get("refused_beside", [])),
    )


def _state(entry: object) -> State:
    found = table("lifecycle.states", entry, _STATE)
    key = f"lifecycle.states.{found.get('name')}"
    editable, charge = found.get("editable"), found.get("charge")
    return State(
        name=found.get("name", ""),
        label=said_words(f"{key}.label", found.get("label", "")),
        active=yes_no(f"{key}.active", found.get("active", True)),
        final=yes_no(f"{key}.final", found.get("final", False)),
        removable=yes_no(f"{key}.removable", found.get("removable", True)),
        editable=None if editable is None else texts(f"{key}.editable", editable),
        locked=texts(f"{key}.locked", found.get("locked", [])),
        warned=texts(f"{key}.warned", found.get("warned", [])),
        when_missing=texts(f"{key}.when_missing", found.get("when_missing", [])),
        instead_of=texts(f"{key}.instead_of", found.get("instead_of", [])),
        charge=None if charge is None else exact(f"{key}.charge", charge),
    )


def _event(entry: object) -> Event:
    found = table("lifecycle.events", entry, _EVENT)
    key = f"lifecycle.events.{found.get('name')}"
    sources = texts(f"{key}.from", found.get("from", []))
    if not sources:
        raise SettingsError(f"{key}.from", [], wanted="the states it starts from")
    return Event(
        name=found.get("name", ""),
        label=said_words(f"{key}.label", found.get("label", "")),
        sources=sources,
        to=text(f"{key}.to", found.get("to", "")),
        guards=texts(f"{key}.guards", found.get("guards", [])),
        back_charge_within=found.get("back_charge_within", 0),
        twin=text(f"{key}.twin", found.get("twin", "")),
    )


def _aspect(entry: object) -> Aspect:
    found = table("lifecycle.aspects", entry, _ASPECT)
    key = f"lifecycle.aspects.{found.get('name')}"
    return Aspect(
        name=found.get("name", ""),
        label=said_words(f"{key}.label", found.get("label", "")),
        needs=texts(f"{key}.needs", found.get("needs", [])),
        missing=_standing(f"{key}.missing", found.get("missing", {})),
        complete=_standing(f"{key}.complete", found.get("complete", {})),
    )


def _standing(key: str, entry: object) -> Standing:
    found = table(key, entry, ("name", "label"))
    return Standing(name=found.get("name", ""), label=said_words(f"{key}.label", found.get("label", "")))


def _state_dict(state: State) -> dict[str, Any]:
    found: dict[str, Any] = {"name": state.name, "label": state.label, "active": state.active, "final": state.final}
    found |= {"removable": state.removable, "when_missing": list(state.when_missing)}
    found |= {"instead_of": list(state.instead_of), "locked": list(state.locked), "warned": list(state.warned)}
    if state.editable is not None:
        found["editable"] = list(state.editable)
    if state.charge is not None:
        found["charge"] = format(state.charge, "f")
    return _short(found, {"active": True, "removable": True})


def _event_dict(event: Event) -> dict[str, Any]:
    found: dict[str, Any] = {"name": event.name, "label": event.label, "from": list(event.sources), "to": event.to}
    found |= {"guards": list(event.guards), "back_charge_within": event.back_charge_within, "twin": event.twin}
    return _short(found, {})


def _aspect_dict(aspect: Aspect) -> dict[str, Any]:
    found: dict[str, Any] = {"name": aspect.name, "label": aspect.label, "needs": list(aspect.needs)}
    for key, standing in (("missing", aspect.missing), ("complete", aspect.complete)):
        found[key] = _short({"name": standing.name, "label": standing.label}, {})
    return _short(found, {})


def _short(found: dict[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
    """*found* without what is usual: empty, or as *usual* says; an empty ``editable`` says something."""
    return {
        key: value
        for key, value in found.items()
        if key == "editable" or (value != usual[key] if key in usual else bool(value))
    }
