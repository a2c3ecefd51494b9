"""What holds for every lifecycle, client and sequence of events."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from clientimport import Importer
from clientimport.core.charges import back_months, later
from clientimport.core.lifecycle import Event, Lifecycle, Refused, State
from clientimport.core.profile import Profile
from clientimport.documents.lifecycle import lifecycle_from_dict, lifecycle_to_dict
from tests.planning.given import bring_in, everything

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
