"""Near matches: whatever is asked, nothing is merged by itself, and answers do no more than they say."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from clientimport import Plan
from clientimport.core.near.nearness import NEAR_MATCH, NEAR_ROW, is_near
from tests.laws.strategies import World, worlds

few_have_questions = settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
bands = st.sampled_from(["strict", "close", "similar", "rough"])


def bare(lines: list[list[Any]]) -> list[list[Any]]:
    """Lines without near matches, and without the reason that only tells that somebody answered."""
    return [
        [
            *line[:5],
            [hit for hit in line[5] if not is_near(hit)],
            *line[6:8],
            line[8].replace("told-apart", "new"),
            *line[9:],
        ]
        for line in lines
    ]


def lines(plan: Plan) -> list[list[Any]]:
    return [json.loads(line) for page in plan.pages() for line in page]


@few_have_questions
@given(world=worlds(), near=bands)
def test_answering_new_everywhere_is_not_looking(world: World, near: str) -> None:
    """The question is all that near matches add: without one, or with it put aside, the plan is what it would be."""
    importer = world.importer()
    without = world.plan(importer, near="off")
    plan = world.plan(importer, near=near)
    asked = [conflict for conflict in plan.conflicts if conflict.kind == NEAR_MATCH]

    after = plan.decide({conflict.id: "new" for conflict in asked})

    assert bare(lines(after)) == bare(lines(without))
    assert not [conflict for conflict in after.conflicts if conflict.kind == NEAR_MATCH]
    waiting = {sequence for conflict in asked for sequence in conflict.sequences}
    for line, before in zip(lines(plan), lines(without), strict=True):
        if line[0] not in waiting:
            assert bare([line]) == bare([before])
        else:
            assert before[7] in {"create", "skip"}


@few_have_questions
@given(world=worlds(), near=bands, data=st.data())
def test_an_answer_touches_only_those_it_is_about(world: World, near: str, data: st.DataObject) -> None:
    """The records of the client, and those of the row or the stored client that it was said to be."""
    importer = world.importer()
    plan = world.plan(importer, near=near)
    asked = [conflict for conflict in plan.conflicts if conflict.kind == NEAR_MATCH]
    assume(asked)
    question = data.draw(st.sampled_from(asked))
    choice = data.draw(st.sampled_from([option.choice for option in question.options]))

    decided = plan.decide({question.id: choice})

    about = set(question.sequences)
    kind, _, value = choice.partition(":")
    before, after = lines(plan), lines(decided)
    if kind == "client":
        about |= {line[0] for line in before if any(hit[0] == value and not is_near(hit) for hit in line[5])}
    if kind == "row":
        row = next(record for record in plan.records() if record.locator.row == int(value))
        about.add(row.sequence)
    # whoever is one client with those already
    tied = {str(line[9][0]) for line in before if line[0] in about and line[7] == "conflict"}
    tied |= {f"m{line[9][2]}" for line in before if line[0] in about and line[8] == "merged"}
    for line in before:
        head = str(line[9][0]) if line[7] == "conflict" else f"m{line[9][2]}" if line[8] == "merged" else f"m{line[0]}"
        if head in tied or (line[8] == "merged" and line[9][2] in about) or head[1:] in {str(each) for each in about}:
            about.add(line[0])
    for old, new in zip(before, after, strict=True):
        assert old[:4] == new[:4]  # a key that one row of a client shares with many, all rows of it share
        assert [hit[0] for hit in new[5] if hit[3][:1] == [NEAR_ROW]] == [
            hit[0] for hit in old[5] if hit[3][:1] == [NEAR_ROW]
        ]
        if old[0] not in about:
            assert old == new
    importer.apply(decided)


@few_have_questions
@given(world=worlds(), near=bands, data=st.data())
def test_decisions_in_any_order_are_the_plan_made_with_them(world: World, near: str, data: st.DataObject) -> None:
    """An answer, another decision, or a column's format: decided one after the other or known beforehand."""
    importer = world.importer()
    plan = world.plan(importer, near=near)
    for _ in range(2):
        offered = [(each.id, each.options) for each in plan.conflicts]
        assume(offered)
        id_, options = data.draw(st.sampled_from(offered))
        choice = data.draw(st.sampled_from([option.choice for option in options]))
        plan = plan.decide({id_: choice}).decide({"records:only_in_import": data.draw(_fates)})
        assert plan.unmet.get(id_) is None
        if not plan.conflicts:
            break

    assert world.plan(importer, near=near, decisions=plan.decisions).digest == plan.digest


_fates = st.sampled_from(["take", "skip"])
