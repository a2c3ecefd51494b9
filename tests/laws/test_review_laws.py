"""What holds for the overview of every plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from clientimport import Plan
from clientimport.core.decisions import choices
from clientimport.core.overview import OverviewEntry
from tests.laws.strategies import World, worlds

few_can_be_decided = settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])


@given(world=worlds())
def test_every_record_and_every_client_is_in_one_group(world: World) -> None:
    """The rows of the entries are the rows read; who is only here is nobody that the import points at."""
    importer = world.importer()
    plan = world.plan(importer)

    overview = plan.overview()

    entries = [entry for name, group in overview.groups.items() if name != "only_here" for entry in group]
    rows = sorted(row for entry in entries for row in entry.rows)
    assert rows == [record.locator.row for record in plan.records()]
    for name, group in overview.groups.items():
        members = list(group)
        assert len(members) == group.count
        if name != "only_here":
            assert sum(len(entry.rows) for entry in members) == group.records
    others = {other.client for other in overview.only_here}
    met = {client for entry in overview.both for client in entry.clients}
    assert not others & met
    assert others | met <= {client.id for client in importer.clients()}
    assert all(entry.clients or entry.record.disposition in {"skip", "conflict"} for entry in overview.both)


@given(world=worlds())
def test_what_the_overview_says_is_written_is_what_the_plan_writes(world: World) -> None:
    """Field by field, with the rule; and nothing else."""
    plan = world.plan(world.importer())

    overview = plan.overview()

    said = {
        (entry.record.sequence, field.field, repr(field.here), repr(field.given), field.rule)
        for entry in overview.both
        for field in entry.fields
        if field.fate == "written"
    }
    planned = {(c.sequence, c.field, repr(c.old), repr(c.new), c.rule) for c in plan.changes()}
    assert said == planned
    new = [entry for entry in overview.only_in_import if entry.record.disposition == "create"]
    assert len(new) == plan.summary.dispositions["create"]
    assert {field.fate for entry in new for field in entry.fields} <= {"written"}


def entries(plan: Plan) -> Iterator[OverviewEntry]:
    """All clients of the import."""
    for name, group in plan.overview().groups.items():
        if name != "only_here":
            yield from group


def ids(plan: Plan) -> list[tuple[str, int, str | None]]:
    """The decisions that its overview offers about single clients and fields, each with its entry's row and field."""
    found: list[tuple[str, int, str | None]] = []
    for entry in entries(plan):
        if entry.id is not None:
            found.append((entry.id, entry.rows[0], None))
        found += [(field.id, entry.rows[0], field.field) for field in entry.fields if field.id is not None]
    return found


def written(entry: OverviewEntry, but: str | None = None) -> list[Any]:
    """What becomes of an entry's fields, but for one of them."""
    return [(f.field, f.here, f.given, f.rule if f.fate == "written" else None) for f in entry.fields if f.field != but]


@few_can_be_decided
@given(world=worlds(), data=st.data())
def test_what_is_decided_of_one_client_or_field_changes_nothing_else(world: World, data: st.DataObject) -> None:
    """Every other entry is what it was, and of this one every other field; what was chosen is what the plan now does."""
    plan = world.plan(world.importer())
    offered = ids(plan)
    assume(offered)
    id_, row, field = data.draw(st.sampled_from(offered))
    choice = data.draw(st.sampled_from(choices(id_)))

    decided = plan.decide({id_: choice})

    assert dict(decided.unmet) == {}
    assert decided.summary.findings == plan.summary.findings
    before = {entry.rows[0]: entry for entry in entries(plan)}
    after = {entry.rows[0]: entry for entry in entries(decided)}
    # rows of one client are one entry once it is left out, also where they waited one by one for the answer about a column
    about = next(set(entry.rows) for entry in after.values() if row in entry.rows)
    assert about == {row for entry in before.values() if about & set(entry.rows) for row in entry.rows}
    assert {key: entry for key, entry in before.items() if key not in about} == {
        key: entry for key, entry in after.items() if key not in about
    }
    if field is None:
        assert {entry.choice for entry in after.values() if row in entry.rows} == {choice}
        assert choice == "skip" or after[row] == before[row]
        return
    now = next(each for each in after[row].fields if each.field == field)
    if after[row].record.disposition == "conflict":
        question = next(conflict for conflict in decided.conflicts if conflict.id == after[row].record.conflict)
        assert question.id == before[row].record.conflict
        assert field not in question.fields
    else:
        assert (now.fate == "written") == (choice == "overwrite")
        if before[row].record.disposition != "conflict":
            assert written(after[row], field) == written(before[row], field)


@few_can_be_decided
@given(world=worlds(), data=st.data())
def test_decisions_hold_whenever_they_are_given(world: World, data: st.DataObject) -> None:
    """With the file, after it, or one by one, in any order: the same bytes; and one choice can be taken back by the other."""
    importer = world.importer()
    plan = world.plan(importer)
    offered = [id_ for id_, _, _ in ids(plan)] + list(plan.overview().bulk())
    assume(offered)
    taken = {
        id_: data.draw(st.sampled_from(choices(id_)))
        for id_ in data.draw(st.lists(st.sampled_from(offered), min_size=1, max_size=4, unique=True))
    }

    decided = plan.decide(taken)

    assert dict(decided.unmet) == {}
    assert world.plan(importer, decisions=taken).digest == decided.digest
    step = plan
    for id_, choice in data.draw(st.permutations(list(taken.items()))):
        step = step.decide({id_: choice})
    assert step.digest == decided.digest
    assert decided.decide({}, replace=True).digest == plan.digest
