"""What holds for every file, store and policy, once it is applied, applied again and undone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clientimport import Importer, Merge, MergePolicy, Plan
from clientimport.core.cells.emails import email_key
from clientimport.core.text import comparison_key, name_key
from tests.laws.strategies import World, files, worlds
from tests.planning.given import everything, plan_of


def state(importer: Importer) -> dict[str, dict[str, Any]]:
    return {client.id: dict(client.fields) for client in importer.clients()}


def meaning(field: str, value: Any) -> object:
    """A value as the order rules leave it: the first of two equal spellings stands, lists are in file order."""
    if isinstance(value, list):
        return frozenset(meaning(field, item) for item in value)
    if field == "name":
        return name_key(value)
    if field in {"email", "other_emails"}:
        return email_key(value)
    return comparison_key(value) if field == "city" else value


def meanings(clients: Iterable[dict[str, Any]]) -> list[str]:
    """Clients without their ids and order."""
    return sorted(
        repr(sorted((field, _sorted(meaning(field, value))) for field, value in client.items())) for client in clients
    )


def _sorted(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value


def with_answers(world: World, importer: Importer, answer: Callable[[list[str]], str]) -> Plan:
    """The plan, with every question answered, those included that an answer raises."""
    plan = world.plan(importer)
    for _ in range(4):
        if not plan.conflicts:
            break
        plan = plan.decide({c.id: answer([o.choice for o in c.options]) for c in plan.conflicts})
    return plan


@given(world=worlds())
def test_what_is_planned_is_done(world: World) -> None:
    """Nobody touched the store in between, so nothing is stale and every count is the plan's."""
    importer = world.importer()
    plan = world.plan(importer)
    planned = plan.summary.dispositions

    receipt = importer.apply(plan)

    assert dict(receipt.counts) == {
        "created": planned["create"],
        "updated": planned["update"],
        "unchanged": planned["unchanged"],
        "skipped": planned["skip"],
        "refused": planned["invalid"],
        "held": planned["conflict"],
        "stale": 0,
    }
    for record in receipt.records():
        assert (record.client is not None) >= (record.outcome in {"created", "updated", "unchanged"})


@given(world=worlds(), data=st.data())
def test_what_is_decided_is_done(world: World, data: st.DataObject) -> None:
    """Whatever the answers: nothing is stale."""
    importer = world.importer()
    plan = with_answers(world, importer, lambda choices: data.draw(st.sampled_from(choices)))

    receipt = importer.apply(plan)

    assert receipt.counts["stale"] == 0
    assert receipt.created == plan.summary.dispositions["create"]


@given(world=worlds())
def test_plan_apply_plan_again_gives_no_operations(world: World) -> None:
    """A bookkeeper may press the button again; what was a question is still one."""
    importer = world.importer()
    importer.apply(world.plan(importer))

    again = world.plan(importer)

    assert (again.summary.dispositions["create"], again.summary.dispositions["update"]) == (0, 0)


@given(world=worlds())
def test_applying_twice_is_applying_once(world: World) -> None:
    """The same receipt, the same store, one run and one line in the activity log."""
    importer = world.importer()
    plan = world.plan(importer)
    first = importer.apply(plan)
    once = (everything(importer), list(first.records()), importer.activity(), importer.runs.list())

    second = importer.apply(plan)

    assert (everything(importer), list(second.records()), importer.activity(), importer.runs.list()) == once
    assert (second.run, second.counts) == (first.run, first.counts)


@given(world=worlds(), data=st.data())
def test_undo_restores_what_nobody_touched(world: World, data: st.DataObject) -> None:
    """Every client, field and key is what it was; undone twice, it says the same."""
    importer = world.importer()
    before = everything(importer)
    plan = with_answers(world, importer, lambda choices: data.draw(st.sampled_from(choices)))
    receipt = importer.apply(plan)

    undone = importer.undo(receipt)

    assert everything(importer) == before
    assert undone.kept == ()
    assert undone.reversed == receipt.created + receipt.updated
    assert importer.undo(receipt) == undone
    assert everything(importer) == before


@given(world=worlds(), later=files(3))
def test_undo_keeps_what_was_changed_since_and_names_it(world: World, later: tuple[Any, ...]) -> None:
    """Field by field for an update, the whole client for a create."""
    importer = world.importer()
    receipt = importer.apply(world.plan(importer))
    created = state(importer)
    importer.apply(plan_of(importer, *later, merge="overwrite"))
    since = state(importer)
    expected = {client: dict(fields) for client, fields in since.items()}
    kept: set[tuple[str, str | None]] = set()
    for record in receipt.records():
        if record.outcome == "created":
            assert record.client is not None
            if since[record.client] == created[record.client]:
                del expected[record.client]
            else:
                kept.add((record.client, None))
        for change in record.planned.changes if record.outcome == "updated" else ():
            if since[change.client].get(change.field) != change.new:
                kept.add((change.client, change.field))
            elif change.old is None:
                del expected[change.client][change.field]
            else:
                expected[change.client][change.field] = change.old

    undone = importer.undo(receipt)

    named = {(entry.client, entry.field) for entry in undone.kept}
    owing = {(entry.client, entry.field) for entry in undone.kept if entry.reason == "has-opening"}
    taken = {(entry.client, entry.field) for entry in undone.kept if entry.reason == "key-taken"}
    after = state(importer)
    for client, field in taken:  # its old key is another's by now: it keeps the new value, and says so
        if field is None:
            continue
        expected[client][field] = since[client][field]
    for client, _ in owing:  # a later import gave it an opening balance, and nothing else
        expected[client] = since[client]
    assert named - taken - owing == kept
    assert after == expected


def kept_values(world: World) -> None:
    """No value that was there is another afterwards."""
    importer = world.importer()
    before = state(importer)

    importer.apply(world.plan(importer))

    after = state(importer)
    for client, fields in before.items():
        assert (
            fields.items() <= after[client].items() or {field: after[client].get(field) for field in fields} == fields
        )


@given(world=worlds(policy=st.just({"merge": MergePolicy(default=Merge.FILL_BLANK)})))
def test_fill_blank_never_changes_a_value_that_is_there(world: World) -> None:
    """It only fills."""
    kept_values(world)


@given(world=worlds(policy=st.just({"merge": MergePolicy(default=Merge.ASK)}), system="file"))
def test_asking_changes_nothing_that_is_there(world: World) -> None:
    """Unanswered, a difference from what another system said is left as it is."""
    kept_values(world)


@given(world=worlds(policy=st.just({"merge": MergePolicy(default=Merge.KEEP)})))
def test_keep_changes_nothing_at_all(world: World) -> None:
    """Stored clients are what they were, blanks included."""
    importer = world.importer()
    before = state(importer)

    importer.apply(world.plan(importer))

    assert before.items() <= state(importer).items()


@given(world=worlds(policy=st.just({})))
def test_no_value_of_a_new_client_is_lost(world: World) -> None:
    """What its rows say, in one spelling or another, the client has."""
    importer = world.importer()
    receipt = importer.apply(world.plan(importer))
    stored = state(importer)
    heads = {record.planned.locator.row: record for record in receipt.records()}
    for record in heads.values():
        partner = record.planned.partner
        head = heads[partner.row] if partner else record
        if head.outcome != "created":
            continue
        assert head.client is not None
        client = stored[head.client]
        for field, value in record.planned.values.items():
            if field.startswith("opening"):
                continue
            if isinstance(value, list):
                assert set(value) <= set(client[field])
            else:
                assert meaning(field, client[field]) == meaning(field, value)


@given(world=worlds())
def test_reversing_the_rows_gives_the_same_clients(world: World) -> None:
    """Up to the order rules: which of two equal spellings stands, the order of clients and of lists, and who of two that only
    resemble each other comes first and so is not asked about.
    """
    assume(not world.stored)
    straight, turned = world.importer(), world.importer()
    straight.apply(world.plan(straight, near="off"))

    turned.apply(world.plan(turned, world.rows[::-1], near="off"))

    assert meanings(state(straight).values()) == meanings(state(turned).values())


@settings(max_examples=25)
@given(world=worlds(), data=st.data())
def test_sqlite_does_what_memory_does(
    tmp_path_factory: pytest.TempPathFactory, world: World, data: st.DataObject
) -> None:
    """The same lines, the same clients with the same ids and keys, the same undo."""
    folder = tmp_path_factory.mktemp("world")
    seen = []
    with world.importer() as memory, world.importer(f"sqlite:///{folder / 'clients.db'}") as sqlite:
        for importer in (memory, sqlite):
            plan = world.plan(importer)
            receipt = importer.apply(plan)
            applied = everything(importer)
            undone = importer.undo(receipt)
            seen.append(
                (
                    [json.loads(line) for page in plan.pages() for line in page],
                    plan.summary,
                    receipt.counts,
                    applied,
                    undone,
                    everything(importer),
                )
            )
    assert seen[0] == seen[1]
