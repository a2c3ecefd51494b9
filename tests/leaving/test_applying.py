"""Who leaves is taken out after the last record, once, and comes back by undoing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from clientimport import Actor, Importer, Plan, Profile, Receipt, Settings
from clientimport.core.receipt import Kept
from clientimport.errors import PermissionRefusedError
from clientimport.ports import ClientUpdate, NewClient, NewPayment
from tests.leaving.given import ANN, ELS, EVERYBODY, JAN, TOM, filled, next_plan, statuses
from tests.planning.given import OpenImporter, bring_in, clients, everything, only, plan_of

NEW = {"external_id": "9", "name": "Fay Smets", "email": "fay@voorbeeld.be"}
DECIDED = {"client:3": "deactivate", "client:4": "remove"}


def leave(importer: Importer, **decisions: str) -> Receipt:
    """Apply the next import with decisions about clients, by id without ``client:``."""
    given = {f"client:{name.removeprefix('c')}": choice for name, choice in decisions.items()} or DECIDED
    return importer.apply(next_plan(importer, decisions=given))


def edit(importer: Importer, client: str, text: str) -> None:
    """Somebody changes a client by hand."""
    with importer.store.writing() as work:
        work.clients.update([ClientUpdate(client, text, (), ())])


def test_deactivated_ones_stay_and_removed_ones_are_gone(open_importer: OpenImporter) -> None:
    """The document of the first has a status; of the second neither document nor keys are left."""
    importer = filled(open_importer())
    receipt = leave(importer)

    assert statuses(importer) == {"1": None, "2": None, "3": "inactive"}
    assert clients(importer)[2] == {**TOM, "status": "inactive"}
    with importer.store.reading() as work:
        assert work.clients.by_keys("email", [row["email"] for row in (TOM, ANN)]) == [(TOM["email"], "3")]
    assert receipt.left == {"deactivated": 1, "removed": 1, "stayed": 0}
    assert sum(receipt.counts.values()) == 2


def test_it_is_done_with_the_records_in_one_run(open_importer: OpenImporter) -> None:
    """Its operations stand behind those of the records; the activity log counts both."""
    importer = filled(open_importer())
    receipt = importer.apply(next_plan(importer, JAN, ELS, NEW, decisions=DECIDED))

    with importer.store.reading() as work:
        done = [row for page in work.runs.operations(receipt.run) for row in page]
    assert [(row.sequence, row.client, row.action, row.outcome, row.version) for row in done] == [
        (2, "5", "create", "applied", 1),
        (3, "3", "deactivate", "applied", 2),
        (4, "4", "remove", "applied", 2),
    ]
    assert json.loads(done[1].document) == {"status": [None, "inactive"]}
    assert json.loads(done[2].document)["document"] == ANN
    counts = importer.activity()[-1].summary["counts"]
    assert isinstance(counts, dict)
    assert (counts["created"], counts["deactivated"], counts["removed"]) == (1, 1, 1)


def test_applied_twice_it_is_done_once(open_importer: OpenImporter) -> None:
    """As every plan."""
    importer = filled(open_importer())
    plan = next_plan(importer, decisions=DECIDED)
    first = importer.apply(plan)
    once = (everything(importer), list(first.leavers()), importer.activity())

    second = importer.apply(plan)

    assert (everything(importer), list(second.leavers()), importer.activity()) == once
    assert second.run == first.run


def test_who_was_changed_since_stays(open_importer: OpenImporter) -> None:
    """And is named with the reason; so is who was removed in between."""
    importer = filled(open_importer())
    plan = next_plan(importer, decisions={"clients:not-listed": "deactivate"})
    edit(importer, "3", '{"name":"Tom"}')
    with importer.store.writing() as work:
        work.clients.remove([("4", ())])

    receipt = importer.apply(plan)

    assert receipt.left == {"deactivated": 0, "removed": 0, "stayed": 2}
    assert [(left.planned.client, left.outcome, left.why) for left in receipt.leavers()] == [
        ("3", "stayed", {"why": "changed"}),
        ("4", "stayed", {"why": "gone"}),
    ]
    assert statuses(importer) == {"1": None, "2": None, "3": None}
    assert receipt.counts["stale"] == 0
    assert importer.undo(receipt).reversed == 0


def test_who_owes_or_has_paid_is_not_removed(open_importer: OpenImporter) -> None:
    """The books would point at nobody; it can be deactivated."""
    importer = open_importer()
    bring_in(importer, *(row | {"opening_balance": "10" if row is TOM else ""} for row in EVERYBODY), system="crm")
    with importer.store.writing() as work:
        work.ledger.add_payments([NewPayment("4", "2026-01-02", "Cash", "EUR", 500, "")])

    receipt = leave(importer, c3="remove", c4="remove")

    assert [(left.planned.client, left.why) for left in receipt.leavers("stayed")] == [
        ("3", {"why": "has-opening"}),
        ("4", {"why": "has-payments"}),
    ]
    assert len(clients(importer)) == 4
    assert leave(importer, c3="deactivate", c4="deactivate").left["deactivated"] == 2


def test_an_inactive_client_is_found_and_stays_inactive(open_importer: OpenImporter) -> None:
    """An import that lists it again updates it; nothing makes it active by itself."""
    importer = filled(open_importer())
    leave(importer)
    receipt = bring_in(importer, {**TOM, "city": "Gent"}, merge="overwrite", system="crm")

    assert receipt.updated == 1
    assert clients(importer)[2] == {**TOM, "city": "Gent", "status": "inactive"}


def test_commits_are_of_bounded_size(open_importer: OpenImporter) -> None:
    """A step a commit, up to records and leavers together; stopped in between, the next apply goes on."""
    importer = filled(open_importer(settings=Settings(commit_every=1)))
    plan = next_plan(importer, decisions={"clients:not-listed": "deactivate"})
    steps = importer.apply_iter(plan)

    done = [next(steps).done, next(steps).done]
    assert done == [2, 3]
    assert list(statuses(importer).values()) == [None, None, "inactive", None]
    receipt = importer.apply(plan)
    assert receipt.left["deactivated"] == 2
    assert [step.total for step in importer.apply_iter(plan)] == [4]


def test_a_profile_may_want_a_permission_for_it(open_importer: OpenImporter) -> None:
    """Before anything is written; whoever may only import still may."""
    wanted = {"import": ("clients.add",), "clients.remove": ("clients.delete",)}
    profile = Profile(name="own", permissions=wanted)
    importer = filled(open_importer(profile=profile, actor=Actor(permissions={"clients.add"})))

    with pytest.raises(PermissionRefusedError, match=r"clients\.delete"):
        leave(importer)
    assert len(clients(importer)) == 4
    leave(importer, c3="deactivate")


# ---------------------------------------------------------------------------------------------- undo


def test_undo_brings_everybody_back(open_importer: OpenImporter) -> None:
    """Under their own ids, with their documents and keys, those that are shared too; undone twice, it says the same."""
    importer = open_importer()
    couple = {"phone": "+32 2 555 12 12"}
    bring_in(importer, JAN, ELS, TOM | couple, ANN | couple, system="crm")
    before = everything(importer)
    receipt = leave(importer, c3="remove", c4="remove")

    undone = importer.undo(receipt)

    assert everything(importer) == before
    assert (undone.reversed, undone.kept) == (2, ())
    assert importer.undo(receipt) == undone
    assert importer.runs.receipt(undone.run).left == {"deactivated": 0, "removed": 0, "stayed": 0}


def test_undo_tells_those_apart_again_who_were(open_importer: OpenImporter) -> None:
    """Also from one who left with them; what a run said that was undone meanwhile, or this one, is not said again."""
    importer = filled(open_importer(settings=Settings(leaving_share=0)))
    home = {"address": "Kerkstraat 2", "postal_code": "9000"}
    bring_in(importer, {**JAN, **home}, system="crm", merge="overwrite")
    another = {"external_id": "9", "name": "Jan Peeters", "email": "jan@another.example", **home}
    plan = next_plan(importer, another)
    told = importer.apply(plan.decide({plan.conflicts[0].id: "new"}))
    importer.not_same.add("3", "4")
    importer.not_same.add("4", "2")
    before = importer.not_same.list()
    assert before == [("1", "5"), ("2", "4"), ("3", "4")]

    def leave_all_but_els() -> Receipt:
        decisions = dict.fromkeys(("client:1", "client:3", "client:4"), "remove")
        return importer.apply(next_plan(importer, ELS, another, decisions=decisions))

    first = leave_all_but_els()
    assert (first.left["removed"], importer.not_same.list()) == (3, [])
    importer.undo(first)
    assert importer.not_same.list() == before

    second = leave_all_but_els()
    importer.undo(told)
    importer.undo(second)
    assert importer.not_same.list() == [("2", "4"), ("3", "4")]


def test_undo_gives_the_status_back(open_importer: OpenImporter) -> None:
    """Also to a client that somebody changed in other fields since."""
    importer = filled(open_importer())
    receipt = leave(importer, c3="deactivate", c4="deactivate")
    bring_in(importer, {**TOM, "city": "Gent"}, merge="overwrite", system="shop")

    assert importer.undo(receipt).kept == ()
    assert set(statuses(importer).values()) == {None}
    assert clients(importer)[2]["city"] == "Gent"


def test_undo_keeps_a_status_that_somebody_changed_since(open_importer: OpenImporter) -> None:
    """And names it."""
    importer = filled(open_importer())
    receipt = leave(importer, c3="deactivate")
    edit(importer, "3", json.dumps(TOM))

    assert importer.undo(receipt).kept == (Kept(client="3", field="status", reason="changed-since"),)


def test_a_client_whose_key_was_taken_stays_away(open_importer: OpenImporter) -> None:
    """Somebody else has its number by now; the others come back."""
    importer = filled(open_importer())
    receipt = leave(importer, c3="remove", c4="remove")
    bring_in(importer, {"external_id": "4", "name": "Iemand", "email": ""}, system="shop")

    undone = importer.undo(receipt)

    assert undone.kept == (Kept(client="4", field=None, reason="key-taken"),)
    assert undone.reversed == 1
    assert [client.id for client in importer.clients()] == ["1", "2", "3", "5"]


def test_an_older_import_cannot_be_undone_around_it(open_importer: OpenImporter) -> None:
    """Who was removed is gone for it; who was deactivated was changed since."""
    importer = open_importer()
    first = bring_in(importer, *EVERYBODY, system="crm")
    second = leave(importer)

    assert set(importer.undo(first).kept) == {
        Kept(client="3", field=None, reason="changed-since"),
        Kept(client="4", field=None, reason="gone"),
    }
    importer.undo(second)
    assert [client.id for client in importer.clients()] == ["3", "4"]


# ---------------------------------------------------------------------------------------------- reports and questions


def test_the_receipt_names_who_left_and_who_stayed(open_importer: OpenImporter, tmp_path: Path) -> None:
    """As text, data, page and workbook; the rows of the source are what they were."""
    importer = filled(open_importer())
    plan = next_plan(importer, decisions=DECIDED)
    edit(importer, "3", json.dumps(TOM))
    receipt = importer.apply(plan)
    receipt.to_html(tmp_path / "receipt.html")
    receipt.to_xlsx(tmp_path / "receipt.xlsx")
    document = receipt.to_dict()

    assert "  client 4  Ann Wouters: removed\n" in receipt.to_text()
    assert "  client 3  Tom Claes: stays. Somebody changed the client after" in receipt.to_text()
    assert [(row["client"], row["outcome"]) for row in document["leavers"]] == [("3", "stayed"), ("4", "removed")]
    assert len(document["rows"]) == len(list(receipt.records())) == 2
    assert "Ann Wouters" in (tmp_path / "receipt.html").read_text("utf-8")
    sheet = openpyxl.load_workbook(tmp_path / "receipt.xlsx")["Clients that left"]
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["Tom Claes", "Ann Wouters"]
    assert (receipt.conflicts, len(receipt.exceptions)) == ([], 0)


def test_names_of_leavers_are_not_read_as_records(open_importer: OpenImporter) -> None:
    """Whatever they are called."""
    importer = open_importer()
    odd = [{**TOM, "name": "conflict"}, {**ANN, "name": "merged"}]
    bring_in(importer, JAN, ELS, *odd, system="crm")
    receipt = importer.apply(next_plan(importer, {**JAN, "city": "Gent"}, ELS, decisions=DECIDED))

    assert [left.planned.name for left in receipt.leavers()] == ["conflict", "merged"]
    assert (receipt.conflicts, len(list(receipt.records()))) == ([], 2)
    assert only(importer.why("1", "city").written).locator.row == 1


def test_why_tells_who_deactivated_a_client(open_importer: OpenImporter) -> None:
    """The import did not say so of a row: somebody decided it; what imports said of the client is what it was."""
    importer = filled(open_importer())
    receipt = leave(importer)
    why = importer.why("3", "status")
    origin = only(why.written)

    assert (why.value, origin.run, origin.rule, origin.before, origin.locator.row, why.said) == (
        "inactive", receipt.run, "decision", None, None, ()
    )  # fmt: skip
    assert [said.run for said in importer.why("3", "name").said] == ["r1"]


def test_making_a_client_leave_does_not_mean_having_had_it(open_importer: OpenImporter) -> None:
    """Later imports still know that no import listed it, and the first that does is noted."""
    importer = filled(open_importer())
    with importer.store.writing() as work:
        work.clients.new_ids(1)
        work.clients.insert([NewClient("5", json.dumps(NEW), [("external_id", "9", "")])])
    leave(importer, c5="deactivate")
    edit(importer, "5", json.dumps(NEW))

    def other(plan: Plan) -> Any:
        return next(other for other in plan.overview().only_here if other.client == "5")

    assert (other(next_plan(importer)).reason, other(next_plan(importer)).systems) == ("entered-here", ())
    importer.apply(plan_of(importer, JAN, NEW, system="shop", merge="overwrite"))
    assert other(next_plan(importer)).systems == ("shop",)


def test_history_is_told_apart(open_importer: OpenImporter) -> None:
    """A client that came back is compared with what its imports said, as before."""
    importer = filled(open_importer(profile="daftra"))
    importer.undo(leave(importer))
    edit(importer, "4", json.dumps({**ANN, "name": "Ann W."}))

    assert next_plan(importer, *EVERYBODY, merge="ask").summary.dispositions["conflict"] == 0
