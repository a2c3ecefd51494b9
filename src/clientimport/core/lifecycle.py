"""The states a client can be in and the events that move it: data of a profile, and one small machine that reads it.

Pure: the machine knows no store, no actor and no clock. Who may fire an event is the profile's ``permissions``; what the
outside world has against it comes in as a reason.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

import attrs

from clientimport.core.naming import PARTS
from clientimport.core.schema import INACTIVE
from clientimport.core.twins import Twin
from clientimport.core.words import Words
from clientimport.errors import SettingsError

STATUS = "status"
"""The field that keeps a client's state; one in the initial state has none."""

SINCE = "status_since"
"""The field that keeps the day, ISO, on which a client came into its state; one in the initial state has none."""

ALREADY, FINAL, OTHER, HELD, UNKNOWN = "state-already", "state-final", "state-other", "state-held", "event-unknown"
"""Why an event is refused: the client is there already, nothing leaves its state, the event does not start from its state,
a guard holds it back, or the lifecycle has no such event."""

_NAME = re.compile(r"[a-z][a-z0-9_-]*")


def _named(_: object, attribute: attrs.Attribute[str], value: object) -> None:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        wanted = "small letters, digits, - and _, beginning with a letter, such as not-invited"
        raise SettingsError(f"lifecycle {attribute.name}", value, wanted=wanted)


@attrs.frozen
class _AllBut:
    """Every field but *names*."""

    names: frozenset[str]

    def __contains__(self, name: object) -> bool:
        return name not in self.names


@attrs.frozen(kw_only=True)
class State:
    """A state a client can be in.

    Attributes:
        name: Stable short name, stored on the client.
        label: What the product calls it; empty: its name.
        active: Whether its clients count as active: those that are not are not expected in the next import.
        final: Nothing leaves it, and undoing leaves its clients as they are.
        removable: Whether an import may remove its clients that it does not list.
        editable: The fields that an import may change in it; ``None`` for all. ``opening_balance`` stands for all of an
            opening balance.
        locked: The other way round: the fields that an import may not change in it. With a part of the name, such as
            ``first_name``, goes the ``name`` that follows from it.
        warned: The fields that an import changes in it with the warning ``field-risky``.
        when_missing: Derived: a client that lacks one of these fields is in this state, and no event leads to it. Nothing
            is stored, so it ends when the fields are filled.
        instead_of: The states that a derived one takes the place of; empty: the initial one.
        charge: What a client in it costs a month; ``None`` if that is not known.

    Raises:
        SettingsError: the name is none, or it has both *editable* and *locked*.
    """

    name: str = attrs.field(validator=_named)
    label: Words = ""
    active: bool = True
    final: bool = False
    removable: bool = True
    editable: tuple[str, ...] | None = None
    locked: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()
    when_missing: tuple[str, ...] = ()
    instead_of: tuple[str, ...] = ()
    charge: Decimal | None = None

    def __attrs_post_init__(self) -> None:
        if self.editable is not None and self.locked:
            raise SettingsError(
                f"lifecycle.states.{self.name}.locked", list(self.locked), wanted="nothing beside editable"
            )

    @cached_property
    def open(self) -> Container[str] | None:
        """The fields that an import may change in it; ``None`` for all."""
        if not self.locked:
            return self.editable
        return _AllBut(frozenset((*self.locked, *(("name",) if set(PARTS) & set(self.locked) else ()))))


@attrs.frozen(kw_only=True)
class Standing:
    """One of the two ways in which a client can stand in an aspect.

    Attributes:
        name: Stable short name, such as ``eligible-for-import``.
        label: What the product calls it; empty: its name.

    Raises:
        SettingsError: the name is none.
    """

    name: str = attrs.field(validator=_named)
    label: Words = ""


@attrs.frozen(kw_only=True)
class Aspect:
    """Something else that is said of clients beside their state. It follows from their fields; nothing of it is stored.

    Attributes:
        name: Stable short name, such as ``tax_data``; no field is called so.
        label: What the product calls it; empty: its name.
        needs: The fields that it takes.
        missing: How a client stands that lacks one of them.
        complete: How one stands that has them all.

    Raises:
        SettingsError: the name is none, or it needs no field.
    """

    name: str = attrs.field(validator=_named)
    label: Words = ""
    needs: tuple[str, ...]
    missing: Standing
    complete: Standing

    @property
    def standings(self) -> tuple[Standing, Standing]:
        """Both ways."""
        return self.missing, self.complete

    def of(self, document: Mapping[str, Any]) -> Standing:
        """How a client with the non-blank values *document* stands."""
        return self.missing if _lacks(document, self.needs) else self.complete


def _lacks(document: Mapping[str, Any], fields: Iterable[str]) -> bool:
    return any(document.get(field) in (None, [], "") for field in fields)


@attrs.frozen(kw_only=True)
class Event:
    """What moves a client from one state to another.

    Attributes:
        name: Stable short name. The act ``clients.NAME`` of the profile's permissions says who may fire it.
        label: What the product calls it; empty: its name.
        sources: The states it starts from.
        to: The state it leads to.
        guards: Names of what the host is asked before: a reason from any of them holds the client back.
        back_charge_within: Months: a client that was in the state it leaves for less than so many is charged for them
            afterwards; 0: none is.
        twin: The event that is fired besides, in the same run, for the client's twin, if there is one that it can move;
            empty: none.

    Raises:
        SettingsError: a name is none, or the months are no whole number of 0 or more.
    """

    name: str = attrs.field(validator=_named)
    label: Words = ""
    sources: tuple[str, ...]
    to: str
    guards: tuple[str, ...] = ()
    back_charge_within: int = attrs.field(default=0)
    twin: str = ""

    @back_charge_within.validator
    def _months(self, _: attrs.Attribute[int], value: object) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            key = f"lifecycle.events.{self.name}.back_charge_within"
            raise SettingsError(key, value, wanted="a whole number of months, 0 or more")


@attrs.frozen(kw_only=True)
class Refused:
    """Why an event does not move a client.

    Attributes:
        code: ``state-already``, ``state-final``, ``state-other``, ``state-held`` or ``event-unknown``.
        params: What its words need: ``event``, ``state``, and ``states`` (from which it is possible) or ``guard`` and
            ``said``.
    """

    code: str
    params: Mapping[str, Any] = attrs.field(factory=dict)

    @property
    def why(self) -> dict[str, Any]:
        """As operations keep it, and ``Messages.why`` reads it."""
        return {"why": self.code, **self.params}


@attrs.frozen(kw_only=True)
class Lifecycle:
    """States and events.

    Attributes:
        initial: The state of a client that nothing was said of.
        states: Every state, in the order people expect; of two derived states that fit the first one holds.
        events: Every event.
        aspects: What else is said of clients, beside their state.
        currency: ISO 4217 code of the charges; empty: the host's default.
        twin: The second kind of clients; ``None``: there is one kind.

    Raises:
        SettingsError: a name stands twice or for nothing, an event leads to a derived state or leaves a final one, or an
            aspect needs no field.
    """

    initial: str = "active"
    states: tuple[State, ...]
    events: tuple[Event, ...] = ()
    aspects: tuple[Aspect, ...] = ()
    currency: str = ""
    twin: Twin | None = None

    def __attrs_post_init__(self) -> None:
        for kind, names in (("states", [each.name for each in self.states]), ("events", list(self.event))):
            count = len(self.states) if kind == "states" else len(self.events)
            if len(set(names)) != count:
                raise SettingsError(f"lifecycle.{kind}", names, wanted="each name once")
        stored = [each.name for each in self.states if not each.when_missing]
        self._known("lifecycle.initial", [self.initial], stored)
        for state in self.states:
            self._known(f"lifecycle.states.{state.name}.instead_of", state.instead_of, stored)
            if state.instead_of and not state.when_missing:
                key = f"lifecycle.states.{state.name}.instead_of"
                raise SettingsError(key, list(state.instead_of), wanted="when_missing beside it")
        leaving = [each.name for each in self.states if not each.final]
        for event in self.events:
            self._known(f"lifecycle.events.{event.name}.from", event.sources, leaving)
            self._known(f"lifecycle.events.{event.name}.to", [event.to], stored)
            if event.twin:
                key = f"lifecycle.events.{event.name}.twin"
                self._known(key, [event.twin], [each.name for each in self.events if not each.guards])
                if self.twin is None or self.event[event.twin].twin:
                    wanted = "an event without a twin of its own, in a lifecycle with [lifecycle.twin]"
                    raise SettingsError(key, event.twin, wanted=wanted)
        if self.twin is not None:
            self._known("lifecycle.twin.initial", [self.twin.initial], stored)
            self._known("lifecycle.twin.refused_beside", self.twin.refused_beside, list(self.named))
        if len(self.aspect) != len(self.aspects):
            raise SettingsError("lifecycle.aspects", [each.name for each in self.aspects], wanted="each name once")
        taken = [state.name for state in self.states]
        for aspect in self.aspects:
            if not aspect.needs:
                raise SettingsError(f"lifecycle.aspects.{aspect.name}.needs", [], wanted="the fields that it takes")
            for standing in aspect.standings:
                if standing.name in taken:  # clients are listed by either
                    key = f"lifecycle.aspects.{aspect.name}"
                    raise SettingsError(key, standing.name, wanted="a name that no state and no other standing has")
                taken.append(standing.name)

    @staticmethod
    def _known(key: str, names: Iterable[str], allowed: Sequence[str]) -> None:
        for name in names:
            if name not in allowed:
                raise SettingsError(key, name, allowed=allowed)

    @cached_property
    def named(self) -> Mapping[str, State]:
        """Name -> state."""
        return {state.name: state for state in self.states}

    @cached_property
    def event(self) -> Mapping[str, Event]:
        """Name -> event."""
        return {event.name: event for event in self.events}

    @cached_property
    def aspect(self) -> Mapping[str, Aspect]:
        """Name -> aspect."""
        return {aspect.name: aspect for aspect in self.aspects}

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        """Name -> standing, of all aspects."""
        return {each.name: each for aspect in self.aspects for each in aspect.standings}

    @cached_property
    def derived(self) -> tuple[State, ...]:
        """The states that follow from missing fields."""
        return tuple(state for state in self.states if state.when_missing)

    def leaving(self, choices: Iterable[str]) -> tuple[str, ...]:
        """Those of *choices* about a client that is only here which are possible: ``deactivate`` is an event."""
        return tuple(choice for choice in choices if choice != DEACTIVATE or DEACTIVATE in self.event)

    @cached_property
    def locks(self) -> bool:
        """Whether any state keeps fields from being edited, or has them edited with a warning."""
        return any(state.open is not None or state.warned for state in self.states)

    @cached_property
    def watched(self) -> tuple[str, ...]:
        """The fields of a client that its state follows from."""
        own = () if self.twin is None else (self.twin.field,)
        return (STATUS, *own, *dict.fromkeys(field for state in self.derived for field in state.when_missing))

    def beginning(self, document: Mapping[str, Any]) -> str:
        """The state of a client with these values that nothing was said of: it goes by its kind."""
        return self.initial if self.twin is None or not self.twin.second(document) else self.twin.initial

    def state(self, document: Mapping[str, Any]) -> str:
        """The state of a client with the non-blank values *document*.

        One that was moved under another profile, into a state that there is not here, keeps that state's name.
        """
        stored = str(document.get(STATUS) or self.beginning(document))
        for state in self.derived:
            if stored in (state.instead_of or (self.initial,)) and _lacks(document, state.when_missing):
                return state.name
        return stored

    def stands(self, document: Mapping[str, Any]) -> dict[str, str]:
        """Aspect -> how a client with the non-blank values *document* stands in it."""
        return {aspect.name: aspect.of(document).name for aspect in self.aspects}

    def active(self, document: Mapping[str, Any]) -> bool:
        """Whether a client counts as active; in a state that there is not here it does not."""
        state = self.named.get(self.state(document))
        return state is not None and state.active

    def final(self, document: Mapping[str, Any]) -> bool:
        """Whether nothing leaves the client's state."""
        state = self.named.get(self.state(document))
        return state is not None and state.final

    def editable(self, document: Mapping[str, Any]) -> Container[str] | None:
        """The fields that an import may change in the client's state; ``None`` for all."""
        state = self.named.get(self.state(document))
        return None if state is None else state.open

    def warned(self, document: Mapping[str, Any]) -> tuple[str, ...]:
        """The fields that an import changes in the client's state with a warning."""
        state = self.named.get(self.state(document))
        return () if state is None else state.warned

    def fire(self, state: str, event: str, held: Mapping[str, str] | None = None) -> str | Refused:
        """The state that *event* leads to from *state*, or why it does not.

        Args:
            state: Where the client is.
            event: What happens.
            held: Guard -> its reason, of those that hold this client back.
        """
        found = self.event.get(event)
        params: dict[str, Any] = {"event": event, "state": state}
        if found is None:
            return Refused(code=UNKNOWN, params=params)
        if state not in found.sources:
            if state == found.to:
                return Refused(code=ALREADY, params=params)
            if state in self.named and self.named[state].final:
                return Refused(code=FINAL, params=params)
            return Refused(code=OTHER, params={**params, "states": list(found.sources)})
        for guard in found.guards:
            if held is not None and guard in held:
                return Refused(code=HELD, params={**params, "guard": guard, "said": held[guard]})
        return found.to

    def put(self, document: dict[str, Any], state: str, day: str) -> dict[str, list[Any]]:
        """Put *state*, since *day*, into *document*; answer field -> [old, new] of what changed."""
        new = {STATUS: None, SINCE: None} if state == self.beginning(document) else {STATUS: state, SINCE: day}
        images = {}
        for field, value in new.items():
            old = document.pop(field, None)
            if value is not None:
                document[field] = value
            if old != value:
                images[field] = [old, value]
        return images


DEACTIVATE, REACTIVATE = "deactivate", "reactivate"

TWO_STATES = Lifecycle(
    states=(State(name="active"), State(name=INACTIVE, active=False)),
    events=(
        Event(name=DEACTIVATE, sources=("active",), to=INACTIVE),
        Event(name=REACTIVATE, sources=(INACTIVE,), to="active"),
    ),
)
"""What holds where a profile says nothing: clients are active or inactive."""
