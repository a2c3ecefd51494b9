"""What holds for clients that leave, for every file, store, policy and decision."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientimport.core.decisions import CHOICES, CLIENT
from clientimport.core.leaving import REASONS
from tests.laws.strategies import World, files, worlds
from tests.planning.given import everything, plan_of

decided = st.fixed_dictionaries(
    {f"clients:{reason}": st.sampled_from(CHOICES[CLIENT]) for reason in REASONS}
    | {f"client:{number}": st.sampled_from((*CHOICES[CLIENT], None)) for number in (1, 2, 3)}
).map(lambda choices: {id_: choice for id_, choice in choices.items() if choice is not None})


@given(world=worlds(), decisions=decided)
def test_undo_brings_back_whoever_left(world: World, decisions: dict[str, str]) -> None:
    """Every client, field, key and who was told apart is what it was; undone twice, it says the same."""
    importer = world.importer(leaving_share=0)
    before = everything(importer)
    here = [client.id for client in importer.clients()]
    for pair in combinations(here, 2):
        importer.not_same.add(*pair)
    apart = importer.not_same.list()
    plan = world.plan(importer, decisions=decisions)
    receipt = importer.apply(plan)

    undone = importer.undo(receipt)

    assert everything(importer) == before
    assert importer.not_same.list() == apart
    assert undone.kept == ()
    left = receipt.left["deactivated"] + receipt.left["removed"]
    assert undone.reversed == receipt.created + receipt.updated + left
    assert importer.undo(receipt) == undone


@given(world=worlds(), decisions=decided)
def test_who_is_planned_to_leave_leaves_or_is_named(world: World, decisions: dict[str, str]) -> None:
    """Nobody else is touched; the counts of records still add up to the rows read."""
    importer = world.importer(leaving_share=0)
    before = {client.id: dict(client.fields) for client in importer.clients()}
    plan = world.plan(importer, decisions=decisions)
    listed = {hit for record in plan.records() if record.client for hit in [record.client]}
    receipt = importer.apply(plan)
    after = {client.id: dict(client.fields) for client in importer.clients()}

    assert sum(receipt.counts.values()) == len(world.rows)
    assert sum(receipt.left.values()) == len(plan.leaving)
    assert listed.isdisjoint(leaver.client for leaver in plan.leaving)
    assert [left.planned for left in receipt.leavers()] == list(plan.leaving)
    gone = {left.planned.client for left in receipt.leavers("removed")}
    assert before.keys() - after.keys() == gone
    inactive = {client for client, fields in after.items() if fields.get("status") == "inactive"}
    assert inactive == {left.planned.client for left in receipt.leavers("deactivated")}
    for left in receipt.leavers("stayed"):
        assert left.why is not None
        assert left.why["why"] in {"has-opening", "has-payments"}


@given(world=worlds(system="stored"), decisions=decided, share=st.sampled_from((0.0, 0.5, 1.0)))
def test_a_source_that_came_back_short_takes_nobody_out(world: World, decisions: dict[str, str], share: float) -> None:
    """Fewer than the share of those that earlier imports had, or no usable record: nobody leaves, and it is said."""
    importer = world.importer(leaving_share=share)
    here = {client.id for client in importer.clients()}
    plan = world.plan(importer, decisions=decisions)
    entries = [
        entry for group in ("both", "only_in_import") for entry in plan.overview().groups[group]
    ]  # those that were not refused
    listed = {client for entry in entries for client in entry.clients}
    short = not entries or len(listed) < share * len(here)

    refused = [finding for finding in plan.source_findings if finding.code == "leaving-refused"]
    if short:
        assert plan.leaving == ()
        assert importer.apply(plan).left == {"deactivated": 0, "removed": 0, "stayed": 0}
        assert here <= {client.id for client in importer.clients()}
    else:
        assert refused == []


@settings(max_examples=20)
@given(world=worlds(), decisions=decided, rows=files(2))
def test_sqlite_does_what_memory_does(
    tmp_path_factory: pytest.TempPathFactory, world: World, decisions: dict[str, str], rows: tuple[dict[str, str], ...]
) -> None:
    """The same clients, keys and leavers, also after another import and the undo."""
    folder: Path = tmp_path_factory.mktemp("leaving")
    ends = []
    for store in (None, f"sqlite:///{folder / 'clients.db'}"):
        importer = world.importer(store, leaving_share=0)
        receipt = importer.apply(world.plan(importer, decisions=decisions))
        done = (everything(importer), list(receipt.leavers()))
        if rows:
            importer.apply(plan_of(importer, *rows, merge="overwrite"))
        undone = importer.undo(receipt)
        ends.append((done, everything(importer), undone.kept, undone.reversed))
        importer.close()

    assert ends[0] == ends[1]
