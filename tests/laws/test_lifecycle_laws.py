"""What holds for every lifecycle, client and sequence of events."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from clientimport import Importer
from clientimport.core.charges import back_months, later
from clientimport.core.lifecycle import Aspect, Event, Lifecycle, Refused, Standing, State
from clientimport.core.profile import Profile
from clientimport.documents.lifecycle import lifecycle_from_dict, lifecycle_to_dict
from clientimport.documents.profile import profile_from_dict
from tests.planning.given import bring_in, everything, plan_of

NAMES = ("a", "b", "c", "d")
EVENTS = ("e", "f", "g", "h")


@st.composite
def lifecycles(draw: st.DrawFn) -> Lifecycle:
    """Up to four states, some final, perhaps a derived one, and up to four events."""
    names = NAMES[: draw(st.integers(1, 4))]
    finals = draw(st.sets(st.sampled_from(names)))
    stored = [State(name=name, final=name in finals) for name in names]
    derived = [State(name="missing", when_missing=("email",), instead_of=tuple(draw(st.sets(st.sampled_from(names)))))]
    open_ = [name for name in (*names, "missing") if name not in finals]
    events = [
        Event(
            name=name,
            sources=tuple(draw(st.lists(st.sampled_from(open_), min_size=1, unique=True))),
            to=draw(st.sampled_from(names)),
            guards=("g",) if draw(st.booleans()) else (),
        )
        for name in EVENTS[: draw(st.integers(0, 4))]
    ]
    return _made(names, stored, derived if draw(st.booleans()) else [], events, draw(st.sampled_from(names)))


def _made(
    names: tuple[str, ...], stored: list[State], derived: list[State], events: list[Event], initial: str
) -> Lifecycle:
    known = {*names, *(state.name for state in derived)}
    kept = tuple(event for event in events if set(event.sources) <= known)
    return Lifecycle(initial=initial, states=(*stored, *derived), events=kept)


fired = st.lists(st.tuples(st.sampled_from((*EVENTS, "unknown")), st.booleans()), max_size=12)
emails = st.sampled_from([{}, {"email": "a@x.example"}])


@given(lifecycle=lifecycles(), events=fired, fields=emails)
def test_no_sequence_of_events_reaches_a_state_that_there_is_not(
    lifecycle: Lifecycle, events: list[tuple[str, bool]], fields: dict[str, Any]
) -> None:
    """A refused event changes nothing and says why; what is final stays."""
    document = dict(fields)
    for event, held in events:
        before, state = dict(document), lifecycle.state(document)
        assert state in lifecycle.named

        answer = lifecycle.fire(state, event, {"g": "busy"} if held else {})

        if isinstance(answer, Refused):
            assert document == before
            assert answer.code in {"state-already", "state-final", "state-other", "state-held", "event-unknown"}
            assert answer.params["state"] == state
            if answer.code == "state-held":
                assert answer.params["said"] == "busy"
            continue
        assert state in lifecycle.event[event].sources
        assert not lifecycle.final(document)
        images = lifecycle.put(document, answer, "2026-01-15")
        assert str(document.get("status") or lifecycle.initial) == answer
        assert {field: value for field, value in document.items() if field not in images} == {
            field: value for field, value in before.items() if field not in images
        }
        for field, (old, _) in images.items():
            assert before.get(field) == old


@given(lifecycle=lifecycles())
def test_a_lifecycle_reads_back(lifecycle: Lifecycle) -> None:
    """From plain data, as a plan keeps it."""
    assert lifecycle_from_dict(lifecycle_to_dict(lifecycle)) == lifecycle


@given(
    lifecycle=lifecycles(),
    events=st.lists(st.tuples(st.sampled_from(EVENTS), st.sets(st.sampled_from("12"))), max_size=5),
)
def test_undone_backwards_everything_is_as_it_was(lifecycle: Lifecycle, events: list[tuple[str, set[str]]]) -> None:
    """Except what is in a final state, which is named."""
    busy: set[str] = set()
    profile = Profile(name="own", lifecycle=lifecycle)
    with Importer("memory:", profile=profile, guards={"g": lambda _: dict.fromkeys(busy, "busy")}) as importer:
        bring_in(importer, {"name": "Ann", "email": "a@x.example"}, {"name": "Bo"})
        before, runs = everything(importer), []
        for event, held in events:
            if event not in lifecycle.event:
                continue
            busy.clear()
            busy.update(held)
            preview = importer.status.preview(["1", "2"], event)
            moves = importer.fire(["1", "2"], event)
            assert moves.moves == preview.moves
            assert all(move.after is not None or move.why for move in moves)
            runs += [moves.run] if moves.run else []
        final = {client.id for client in importer.clients() if lifecycle.final(client.fields)}
        kept = {entry.client for run in reversed(runs) for entry in importer.undo(run).kept}
        assert kept <= final
        after = everything(importer)
        if not final:
            assert after == before


@given(since=st.dates(date(2000, 1, 1), date(2100, 1, 1)), days=st.integers(0, 1000), within=st.integers(0, 24))
def test_months_are_counted_exactly(since: date, days: int, within: int) -> None:
    """The last one has begun and not ended; none from the last day on."""
    today = since + timedelta(days=days)

    months = back_months(since, today, within)

    if today >= later(since, within):
        assert months == 0
    else:
        assert later(since, months) >= today
        assert months == 0 or later(since, months - 1) < today
        assert months <= within


FIELDS = ("first_name", "last_name", "email", "city", "tags")
documents = st.fixed_dictionaries(
    {},
    optional={
        "first_name": st.sampled_from(["Ann", "Bo"]),
        "last_name": st.sampled_from(["Maes", "Nys"]),
        "email": st.sampled_from(["a@x.example", "b@x.example"]),
        "city": st.sampled_from(["Gent", "GENT", "Mol"]),
        "tags": st.sampled_from(["one", "one, two"]),
    },
)
field_sets = st.sets(st.sampled_from(FIELDS)).map(lambda names: tuple(sorted(names)))


@given(
    locked=field_sets,
    warned=field_sets,
    merge=st.sampled_from(["overwrite", "ask", "fill_blank", "newest"]),
    stored=documents,
    rows=st.lists(documents, min_size=1, max_size=3),
    choice=st.sampled_from(["overwrite", "keep"]),
    named=st.booleans(),
)
def test_no_import_changes_a_locked_field(
    locked: tuple[str, ...],
    warned: tuple[str, ...],
    merge: str,
    stored: dict[str, str],
    rows: list[dict[str, str]],
    choice: str,
    named: bool,
) -> None:
    """Whatever the state locks, the rows say and somebody decides; nor the name that follows from it.

    What changes although the state warns of it is said, and what is said to be risky does change.
    """
    lifecycle = Lifecycle(
        initial="open",
        states=(State(name="open"), State(name="shut", locked=locked, warned=warned)),
        events=(Event(name="shut", sources=("open",), to="shut"),),
    )
    profile = profile_from_dict(
        {"name": "own", "required": {"fields": []}, "match": [{"scheme": "external_id"}], "merge": {"default": merge}}
    )
    with Importer("memory:", profile=attrs.evolve(profile, lifecycle=lifecycle)) as importer:
        bring_in(importer, {"external_id": "1", **stored})
        importer.fire("1", "shut")
        before = next(iter(importer.clients()))
        more = {"name": "Somebody Else"} if named else {}
        decisions = {f"fields:{field}": choice for field in (*FIELDS, "name")}
        plan = plan_of(importer, *({"external_id": "1", **row, **more} for row in rows), decisions=decisions)
        changed = {change.field for change in plan.changes()}
        risky = {finding.field for finding in plan.findings if finding.code == "field-risky"}
        importer.apply(plan)

        after = next(iter(importer.clients()))
    kept = {*locked, *({"name"} if {"first_name", "last_name"} & set(locked) else ())}
    assert not changed & kept
    assert {field: before[field] for field in kept} == {field: after[field] for field in kept}
    assert risky == changed & set(warned)


@given(document=documents, needs=field_sets.filter(bool), blanks=st.sampled_from([None, "", []]))
def test_an_aspect_is_a_pure_function_of_the_fields(
    document: dict[str, Any], needs: tuple[str, ...], blanks: Any
) -> None:
    """It is complete exactly if nothing that it needs is blank; no state, event or other field changes that."""
    aspect = Aspect(name="x", needs=needs, missing=Standing(name="lacking"), complete=Standing(name="whole"))
    lifecycle = Lifecycle(
        initial="a",
        states=(State(name="a"), State(name="b")),
        events=(Event(name="go", sources=("a",), to="b"),),
        aspects=(aspect,),
    )
    expected = {"x": "whole" if all(document.get(field) for field in needs) else "lacking"}

    assert lifecycle.stands(document) == expected
    assert lifecycle.stands({**dict.fromkeys(FIELDS, blanks), **document}) == expected
    assert lifecycle.stands({**document, "notes": "x"}) == expected
    lifecycle.put(moved := dict(document), "b", "2026-01-15")
    assert lifecycle.stands(moved) == expected
    assert lifecycle_from_dict(lifecycle_to_dict(lifecycle)) == lifecycle
