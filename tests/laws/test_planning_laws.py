"""What holds for every file, store and policy, before anything is written."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from clientimport import Plan
from clientimport.core.plan import Disposition, PlannedRecord
from tests.laws.strategies import FIELDS, World, worlds

few_have_questions = settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])


def clusters(plan: Plan) -> dict[int, tuple[str, frozenset[int]]]:
    """Row -> what becomes of its client, and the rows that were merged into it."""
    heads: dict[int, set[int]] = {}
    for record in plan.records():
        row = record.locator.row
        head = record.partner.row if record.partner else row
        assert head is not None
        assert row is not None
        heads.setdefault(head, set()).add(row)
    records = {record.locator.row: record for record in plan.records()}
    return {
        row: (f"{records[head].disposition}:{records[head].reason}", frozenset(members))
        for head, members in heads.items()
        for row in members
    }


def is_head(record: PlannedRecord) -> bool:
    return record.disposition in {Disposition.UPDATE, Disposition.UNCHANGED}


@given(world=worlds())
def test_dispositions_partition_the_records(world: World) -> None:
    """Every record has exactly one, and all counts are those of the records."""
    plan = world.plan(world.importer())
    records = list(plan.records())

    assert len(records) == plan.summary.records == len(world.rows)
    assert sum(plan.summary.dispositions.values()) == len(records)
    assert plan.summary.reasons == Counter(f"{record.disposition}:{record.reason}" for record in records)
    assert plan.summary.findings == Counter(finding.code for finding in plan.findings)
    open_questions = {conflict.id for conflict in plan.conflicts}
    assert len(open_questions) == len(plan.conflicts) == plan.summary.conflicts
    assert {record.conflict for record in records if record.disposition == "conflict"} <= open_questions
    waiting = [record for record in records if record.disposition == "conflict"]
    assert sum(conflict.records for conflict in plan.conflicts if conflict.sequences) <= len(waiting)


@given(world=worlds())
def test_no_stored_client_is_the_target_of_two_clusters(world: World) -> None:
    """A merged row's partner is a record that goes in, and each client is written by one record."""
    plan = world.plan(world.importer())
    records = {record.locator.row: record for record in plan.records()}

    targets = [record.client for record in records.values() if is_head(record)]
    assert len(targets) == len(set(targets))
    for record in records.values():
        if record.reason == "merged":
            assert record.partner is not None
            head = records[record.partner.row]
            assert head.disposition in {"create", "update", "unchanged"}
            assert head.client == record.client
            assert head.sequence < record.sequence


@given(world=worlds(), chance=st.randoms(use_true_random=False))
def test_the_order_of_rows_decides_nothing(world: World, chance: random.Random) -> None:
    """A late row that joins two earlier ones gives the same dispositions as if it had come first.

    Overwriting takes the first of two spellings, so whether such a row changes its client may follow the order. So may who is
    asked about a near match: it is whoever comes later.
    """
    importer = world.importer()
    order = list(range(len(world.rows)))
    chance.shuffle(order)

    straight = clusters(world.plan(importer, near="off"))
    mixed = clusters(world.plan(importer, [world.rows[index] for index in order], near="off"))

    def spelling(fate: str) -> str:
        return "matched" if fate in {"update:matched", "unchanged:no-change"} else fate

    back = {
        order[row - 1] + 1: (spelling(fate), frozenset(order[member - 1] + 1 for member in members))
        for row, (fate, members) in mixed.items()
    }
    assert back == {row: (spelling(fate), members) for row, (fate, members) in straight.items()}


@given(world=worlds(), batch=st.sampled_from([1, 2, 3, 5]))
def test_the_batch_size_decides_nothing(world: World, batch: int) -> None:
    """The same bytes, however many records are handled at a time."""
    assert world.plan(world.importer(batch_size=batch)).digest == world.plan(world.importer()).digest


@given(world=worlds())
def test_a_saved_and_loaded_plan_is_the_plan(world: World) -> None:
    """Bytes, digest, records, findings, conflicts."""
    importer = world.importer()
    plan = world.plan(importer)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.jsonl"
        plan.save(path)
        loaded = importer.load(path)

        assert loaded.digest == plan.digest
        assert loaded.summary == plan.summary
        assert list(loaded.records()) == list(plan.records())
        assert list(loaded.findings) == list(plan.findings)
        assert loaded.conflicts == plan.conflicts
        assert list(loaded.changes()) == list(plan.changes())


@given(world=worlds())
def test_nothing_outside_the_mapping_is_touched(world: World) -> None:
    """Every change is of a field that a column feeds, and never of the opening balance."""
    allowed = {field for field in FIELDS if not field.startswith("opening")}

    assert {change.field for change in world.plan(world.importer()).changes()} <= allowed


@few_have_questions
@given(world=worlds(), data=st.data())
def test_a_decision_changes_what_it_says_and_nothing_else(world: World, data: st.DataObject) -> None:
    """Records that did not wait for the question are what they were, and so are the other questions."""
    importer = world.importer()
    plan = world.plan(importer)
    questions = [conflict for conflict in plan.conflicts if conflict.sequences]
    assume(questions)
    question = data.draw(st.sampled_from(questions))
    choices = [option.choice for option in question.options]
    if question.kind == "near-match":  # the others say that records are one client: see test_near_laws
        choices = ["new", "skip"]
    choice = data.draw(st.sampled_from(choices))

    decided = plan.decide({question.id: choice})

    about = set(question.sequences)
    before, after = list(plan.records()), list(decided.records())
    assert [record for record in before if record.sequence not in about] == [
        record for record in after if record.sequence not in about
    ]
    assert all(before[index].conflict == question.id for index in about)
    assert all(after[index].conflict != question.id for index in about)
    assert all(before[index].values == after[index].values for index in about)
    assert all(before[index].findings == after[index].findings for index in about)
    # who is a new client now may have to be chosen for: more wait for that question than before
    others = [conflict for conflict in plan.conflicts if conflict != question and conflict.kind != "choose"]
    still = [conflict for conflict in decided.conflicts if conflict.kind != "choose"]
    assert [conflict for conflict in still if not about & set(conflict.sequences)] == others
    assert decided.summary.findings == plan.summary.findings
    if choice == "skip":
        assert {f"{after[index].disposition}:{after[index].reason}" for index in about} == {"skip:decision"}


@few_have_questions
@given(world=worlds(), data=st.data())
def test_deciding_early_late_or_twice_is_deciding(world: World, data: st.DataObject) -> None:
    """With the file, after it, one by one or all at once, or over an earlier answer: the same bytes."""
    importer = world.importer()
    plan = world.plan(importer)
    assume(plan.conflicts)
    answers = {
        conflict.id: data.draw(st.sampled_from([option.choice for option in conflict.options]))
        for conflict in plan.conflicts
    }

    decided = plan.decide(answers)

    assert world.plan(importer, decisions=answers).digest == decided.digest
    step = plan
    for question, choice in reversed(answers.items()):
        step = step.decide({question: choice})
    assert step.digest == decided.digest
    earlier = plan.decide({conflict.id: conflict.options[0].choice for conflict in plan.conflicts})
    assert earlier.decide(answers).digest == decided.digest
