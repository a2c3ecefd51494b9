"""What holds for the overview of every plan."""

from __future__ import annotations

from hypothesis import given

from tests.laws.strategies import World, worlds


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
