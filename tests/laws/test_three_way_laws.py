"""Any history of lists from several systems and of changes here, against a model of what each last said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from clientimport import Importer
from clientimport.adapters.stores.memory import MemoryStore
from tests.planning.given import NOW, clients, only, plan_of
from tests.planning.test_three_way import edit

FIELDS = ("city", "notes")
VALUES = ("Gent", "Brugge", "Aalst")


class Edit(NamedTuple):
    """Somebody changes a field here; ``None`` empties it."""

    field: str
    value: str | None


class Listed(NamedTuple):
    """A list of *system* with these values; ``""`` is a blank cell. *answer* settles every question, ``None`` leaves them."""

    system: str
    values: tuple[str, ...]
    answer: str | None
    undone: bool


EVENTS = st.one_of(
    st.builds(Edit, st.sampled_from(FIELDS), st.sampled_from((*VALUES, None))),
    st.builds(
        Listed,
        st.sampled_from(("crm", "erp")),
        st.tuples(*(st.sampled_from((*VALUES, "")) for _ in FIELDS)),
        st.sampled_from(("keep", "overwrite", None)),
        st.booleans(),
    ),
)


class Model:
    """What the client has, and what each system last said of it."""

    def __init__(self) -> None:
        self.ours: dict[str, str] = {}
        self.said: dict[tuple[str, str], str] = {}

    def listed(self, event: Listed) -> set[str]:
        """Take a list in; answers the fields that are asked about."""
        given = {field: value for field, value in zip(FIELDS, event.values, strict=True) if value}
        asked, written = set(), {}
        for field, value in given.items():
            ours, base = self.ours.get(field), self.said.get((event.system, field))
            if value in (ours, base):
                continue
            if ours == base:  # also where both are unknown: a blank is filled
                written[field] = value
            else:
                asked.add(field)
        if asked and event.answer is None:
            return asked
        if event.answer == "overwrite":
            written |= {field: given[field] for field in asked}
        if not event.undone:
            self.ours |= written
            self.said |= {(event.system, field): value for field, value in given.items()}
        return asked


def start() -> Importer:
    """A store with a client that no import knows."""
    runs = iter(range(1, 1000))
    importer = Importer(MemoryStore(), clock=lambda: NOW, new_id=lambda: f"r{next(runs)}")
    receipt = importer.apply(plan_of(importer, {"external_id": "1", "name": "Jan"}, system="app"))
    assert receipt.created == 1
    return importer


@given(events=st.lists(EVENTS, max_size=8))
def test_only_what_both_sides_changed_is_asked(events: Sequence[Edit | Listed]) -> None:
    """Values, questions and what is asked again are those of the model."""
    importer, model = start(), Model()
    for event in events:
        if isinstance(event, Edit):
            edit(importer, "1", **{event.field: event.value})
            model.ours.pop(event.field, None)
            if event.value is not None:
                model.ours[event.field] = event.value
            continue
        row: dict[str, Any] = {"external_id": "1", "name": "Jan", **dict(zip(FIELDS, event.values, strict=True))}
        plan = plan_of(importer, row, system=event.system)
        asked = {field for conflict in plan.conflicts for field in conflict.fields}
        if event.answer is not None:
            plan = plan.decide({conflict.id: event.answer for conflict in plan.conflicts})
        receipt = importer.apply(plan)
        if event.undone:
            importer.undo(receipt)

        assert asked == model.listed(event)
        assert only(clients(importer)) == {"external_id": "1", "name": "Jan", **model.ours}
