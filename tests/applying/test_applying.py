"""Applying does what the plan lists, once, and says of every record what became of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clientimport import Actor, Importer, Settings
from clientimport.errors import PermissionRefusedError, PlanError
from clientimport.plugins import Event, hookimpl
from tests.planning.given import OpenImporter, Rows, bring_in, clients, everything, fates, only, plan_of

JAN = {"external_id": "1", "name": "Jan Peeters", "email": "jan@voorbeeld.be", "city": "Gent"}
ELS = {"external_id": "2", "name": "Els Maes", "email": "els@voorbeeld.be", "city": "Brugge"}
BAD = {"external_id": "3", "name": "Bo Bos", "email": "bo@", "city": ""}
MANY: Rows = [
    {"external_id": f"K{n}", "name": f"Klant {n}", "email": f"k{n}@voorbeeld.be", "city": "Gent"} for n in range(1200)
]


def outcomes(importer: Importer, *rows: dict[str, str]) -> list[tuple[str, str | None]]:
    return [(record.outcome, record.client) for record in bring_in(importer, *rows).records()]


def test_good_rows_go_in_though_others_fail(open_importer: OpenImporter) -> None:
    """And every record says what became of it, and of which client."""
    importer = open_importer()

    assert outcomes(importer, JAN, BAD, ELS) == [("created", "1"), ("refused", None), ("created", "2")]
    assert [client["name"] for client in clients(importer)] == ["Jan Peeters", "Els Maes"]


def test_a_merged_row_names_the_client_it_went_into(open_importer: OpenImporter) -> None:
    """One that this run created, as well as one that was there."""
    importer = open_importer()
    again = JAN | {"city": ""}

    assert outcomes(importer, JAN, ELS, again) == [("created", "1"), ("created", "2"), ("skipped", "1")]
    assert outcomes(importer, again, again) == [("unchanged", "1"), ("skipped", "1")]


def test_applied_twice_is_applied_once(open_importer: OpenImporter) -> None:
    """The second time answers the same receipt and writes nothing, not even into the logs."""
    importer = open_importer()
    plan = plan_of(importer, JAN, ELS)
    first = importer.apply(plan)
    before = (everything(importer), importer.runs.list(), importer.activity())

    second = importer.apply(plan)

    assert (second.run, second.counts) == (first.run, first.counts)
    assert (everything(importer), importer.runs.list(), importer.activity()) == before


def test_an_apply_that_was_stopped_goes_on(open_importer: OpenImporter) -> None:
    """After the last commit, in the same run, with nobody twice; the steps count up to all."""
    importer = open_importer(settings=Settings(commit_every=500))
    plan = plan_of(importer, *MANY)
    for step in importer.apply_iter(plan):
        assert (step.done, step.total, step.receipt) == (500, 1200, None)
        break
    assert len(clients(importer)) == 500
    assert only(importer.runs.list()).state == "running"

    steps = list(importer.apply_iter(plan))

    assert [step.done for step in steps] == [500, 1000, 1200]
    assert [step.receipt is not None for step in steps] == [False, False, True]
    assert len(clients(importer)) == 1200
    run = only(importer.runs.list())
    assert (run.state, json.loads(run.counts)["created"]) == ("done", 1200)
    assert len(importer.activity()) == 1


def test_every_run_is_in_the_activity_log(open_importer: OpenImporter) -> None:
    """Who, what and how many; never a value of a person."""
    importer = open_importer(actor=Actor(name="Bo"))
    receipt = bring_in(importer, JAN, BAD)
    importer.undo(receipt)

    applied, undone = importer.activity()

    assert (applied.actor, applied.action, applied.run) == ("Bo", "import", receipt.run)
    assert applied.summary["counts"]["created"] == 1  # type: ignore[index]
    assert (undone.action, undone.summary["undoes"]) == ("undo", receipt.run)
    assert undone.previous == applied.digest
    text = json.dumps([dict(entry.summary) for entry in (applied, undone)])
    assert not any(value in text for value in ("Peeters", "voorbeeld", "Gent"))


def test_who_may_not_import_under_the_plans_profile_may_not_apply_it(tmp_path: Path) -> None:
    """Another importer's laxer profile opens no side door; nothing is written, and no run begins."""
    url = f"sqlite:///{tmp_path / 'clients.db'}"
    with Importer(url, profile="daftra") as importer, plan_of(importer, JAN) as plan:
        plan.save(tmp_path / "plan.jsonl")
        applied = importer.apply(plan)
        importer.undo(applied)
    with Importer(url, profile="standard", actor=Actor(name="Bo", permissions=())) as lax:
        with pytest.raises(PermissionRefusedError, match=r"clients\.add"):
            lax.apply(lax.load(tmp_path / "plan.jsonl"))
        with pytest.raises(PermissionRefusedError, match=r"clients\.add"):
            lax.undo(applied.run)
        assert clients(lax) == []
        assert [run.kind for run in lax.runs.list()] == ["import", "undo"]


def test_a_plan_changed_on_disk_after_it_was_loaded_is_refused(open_importer: OpenImporter, tmp_path: Path) -> None:
    """What was approved by its digest is what is applied."""
    importer = open_importer()
    path = tmp_path / "plan.jsonl"
    plan_of(importer, JAN).save(path)
    plan = importer.load(path)
    path.write_bytes(path.read_bytes().replace(b"Gent", b"Evil"))

    with pytest.raises(PlanError, match="changed after it was made"):
        importer.apply(plan)

    plan_of(importer, ELS).save(path)
    with pytest.raises(PlanError, match="another one than was loaded"):
        importer.apply(plan)
    assert clients(importer) == []


def test_observers_hear_of_each_thing_once(open_importer: OpenImporter) -> None:
    """With counts and digests; applying or undoing again is nothing new."""
    heard: list[tuple[str, str | None, dict[str, object]]] = []

    class Listener:
        @staticmethod
        @hookimpl
        def clientimport_observe(event: Event) -> None:
            heard.append((event.name, event.run, dict(event.summary)))

    importer = open_importer(plugins=[Listener()])
    plan = plan_of(importer, JAN, BAD)
    receipt = importer.apply(plan)
    importer.apply(plan)
    importer.undo(receipt)
    importer.undo(receipt)

    assert [(name, run) for name, run, _ in heard] == [("planned", None), ("applied", "r1"), ("undone", "r2")]
    assert heard[1][2]["plan"] == plan.digest
    assert (heard[1][2]["created"], heard[1][2]["refused"]) == (1, 1)
    assert heard[2][2] == {"undoes": "r1", "reversed": 1, "kept": 0, "openings_reversed": 0}


def test_open_questions_are_named_in_the_receipt(open_importer: OpenImporter) -> None:
    """Those about columns too, so that the report says which column and marks its cells."""
    importer = open_importer()
    receipt = bring_in(importer, {"name": "Jan", "birth_date": "03/04/2000"})

    (question,) = receipt.conflicts
    assert (question.id, question.records) == ("column-format:birth_date", 1)
    (row,) = receipt.exceptions.rows()
    assert 'The column "birth_date" can be read in two ways' in row.comment


def test_who_is_found_by_name_alone_is_found_by_the_new_one(open_importer: OpenImporter) -> None:
    """An import that renames such a client, whose row names it by id, takes its key along; undoing it brings both back."""
    importer = open_importer()
    bring_in(importer, {"name": "Bob Smith"})
    before = everything(importer)
    receipt = bring_in(importer, {"clientimport_id": "1", "name": "Robert Jones"}, merge="overwrite")

    assert everything(importer) == [("1", {"name": "Robert Jones"}, [("name", "jones robert", None)])]
    assert fates(plan_of(importer, {"name": "Robert Jones"}, {"name": "Bob Smith"})) == [
        "unchanged:no-change",
        "create:new",
    ]
    assert importer.undo(receipt).kept == ()
    assert everything(importer) == before
