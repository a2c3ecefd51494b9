"""Active, inactive and deleted clients, as users of SMSF Sorted know them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from clientimport import Actor, Settings, SettingsError
from clientimport.core.receipt import Kept
from clientimport.errors import GuardError, PermissionRefusedError
from clientimport.messages import Messages
from tests.lifecycle.given import FUNDS, GUARD, Host, states
from tests.planning.given import OpenImporter, everything, fates, plan_of


def test_deactivate_delete_and_nothing_after_it(open_importer: OpenImporter) -> None:
    """Delete only from inactive; what is deleted can be seen and is final; reactivation is possible before."""
    importer = Host().filled(open_importer)
    fields = [dict(client.fields) for client in importer.clients()]

    assert importer.delete("1").refused[0].why == {
        "why": "state-other",
        "event": "delete",
        "state": "active",
        "states": ["inactive"],
    }
    assert importer.deactivate(["1", "2"]).moved == ["1", "2"]
    assert importer.delete("1").moved == ["1"]
    assert importer.reactivate("2").moved == ["2"]
    for act in (importer.deactivate, importer.reactivate):
        (move,) = act("1").refused
        assert move.why is not None
        assert move.why["why"] == "state-final"
    assert states(importer) == ["deleted", "active", "active"]
    stored = next(importer.clients(status="deleted"))
    assert {**stored.fields} == {**fields[0], "status": "deleted", "status_since": "2026-01-15"}
    assert (stored.active, stored.name) == (False, "Banksia Super Fund")


def test_work_in_progress_holds_a_client_back(open_importer: OpenImporter) -> None:
    """The host is asked once about all that could move; each client has its outcome, and the reason is the host's."""
    host = Host(busy={"2": "Audit 2025 is in progress", "99": "not asked about"})
    importer = host.filled(open_importer)
    importer.fire("3", "deactivate")

    moves = importer.fire(["1", "2", "3", "1"], "deactivate")

    assert host.asked == [["3"], ["1", "2"]]
    assert [(move.client, move.name, move.before, move.after) for move in moves] == [
        ("1", "Banksia Super Fund", "active", "inactive"),
        ("2", "Wattle Family Fund", "active", None),
        ("3", "Quokka Retirement Fund", "inactive", None),
    ]
    words = Messages("en", importer.profile)
    assert [words.why(move.why or {}) for move in moves.refused] == [
        '"Deactivate" is held back: Audit 2025 is in progress',
        'The client is in "Inactive Clients" already.',
    ]
    assert [(run.kind, run.counts) for run in importer.runs.list()][-1] == ("status", '{"moved":1,"refused":2}')
    assert importer.activity()[-1].action == "deactivate"


@pytest.mark.parametrize("answer", [["1"], None, {"1": 3}, ValueError("Jan's audit")])
def test_a_guard_that_misbehaves_changes_nothing(open_importer: OpenImporter, answer: object) -> None:
    """It is named, without the text of what it raised."""

    def guard(clients: object) -> object:
        if isinstance(answer, Exception):
            raise answer
        return answer

    importer = Host().filled(open_importer, guards={GUARD: guard})
    before = everything(importer)

    for act in (importer.status.preview, importer.status.fire):
        with pytest.raises(GuardError, match=GUARD) as caught:
            act(["1", "2"], "deactivate")
        assert "Jan" not in str(caught.value)
    assert everything(importer) == before
    assert len(importer.runs.list()) == 1


def test_a_guard_that_is_not_there_stops_the_act(open_importer: OpenImporter) -> None:
    """Nobody knows what it would have said; nobody asks for an event without guards."""
    importer = Host().filled(open_importer, guards=None)

    with pytest.raises(SettingsError, match=r"guards\.no-work-in-progress"):
        importer.deactivate("1")
    assert importer.reactivate("1").moved == []
    with pytest.raises(SettingsError, match="can be called"):
        Host().open(open_importer, guards={GUARD: 3})


def test_roles_say_who_may(open_importer: OpenImporter) -> None:
    """Managers and Preparers may neither deactivate nor delete, Business Admin and Super User may both."""
    Host().filled(open_importer)
    for role in ("Manager", "Preparer"):
        other = Host().open(open_importer, actor=Actor(name="jo", roles={role}))
        for act in (other.deactivate, other.delete):
            with pytest.raises(PermissionRefusedError, match="Business Admin or Super User"):
                act("1")
        assert other.reactivate("1").moved == []
    assert Host().open(open_importer, actor=Actor(roles={"Super User"})).deactivate("1").moved == ["1"]
    assert Host().open(open_importer, actor=Actor(roles={"Business Admin"})).delete("1").moved == ["1"]
    with pytest.raises(SettingsError, match="role = 'Chief'"):
        Host().open(open_importer, actor=Actor(roles={"Chief"}))


def test_undo_takes_moves_back_but_no_delete(open_importer: OpenImporter) -> None:
    """Undo says why not, also for what earlier runs did to a deleted client."""
    importer = Host().filled(open_importer)
    before = everything(importer)
    off = importer.deactivate(["1", "2"])
    undone = importer.undo(off.run or "")
    assert (undone.reversed, everything(importer) == before) == (2, True)

    off = importer.deactivate(["1", "2"])
    gone = importer.delete("1")
    assert importer.undo(gone.run or "").kept == (Kept(client="1", field="status", reason="state-final"),)
    assert importer.undo(off.run or "").kept == (Kept(client="1", field="status", reason="state-final"),)
    assert states(importer) == ["deleted", "active", "active"]
    assert Messages("fr").kept("state-final") == "rien ne quitte le statut du client"


def test_what_it_costs_is_told_before(open_importer: OpenImporter) -> None:
    """Inactive is cheaper, deleted is free, reactivating within 18 months charges each month afterwards."""
    host = Host()
    importer = host.filled(open_importer, settings=Settings(charges={"active": "55.00", "inactive": "11.00"}))
    before = everything(importer)

    off = importer.status.preview(["1", "2"], "deactivate")
    assert off.run is None
    assert everything(importer) == before
    assert off.total is not None
    assert off.total.to_dict() == {
        "currency": "AUD",
        "before": "110.00",
        "after": "22.00",
        "months": 0,
        "back": "0",
    }
    importer.deactivate(["1", "2"])
    (cost,) = [move.cost for move in importer.status.preview("1", "delete")]
    assert cost is not None
    assert (cost.before, cost.after, cost.back) == (Decimal("11.00"), Decimal(0), Decimal(0))
    for day, months in (
        (datetime(2026, 1, 15, tzinfo=UTC), 0),
        (datetime(2026, 1, 16, tzinfo=UTC), 1),
        (datetime(2026, 2, 15, tzinfo=UTC), 1),
        (datetime(2026, 2, 16, tzinfo=UTC), 2),
        (datetime(2027, 7, 14, tzinfo=UTC), 18),
        (datetime(2027, 7, 15, tzinfo=UTC), 0),
    ):
        host.now = day
        (back,) = importer.status.preview("1", "reactivate")
        assert back.since == "2026-01-15"
        assert back.cost is not None
        assert (back.cost.months, back.cost.back) == (months, months * Decimal("44.00"))


def test_amounts_that_nobody_gave_are_unknown(open_importer: OpenImporter) -> None:
    """The months are known all the same."""
    host = Host()
    importer = host.filled(open_importer)
    importer.deactivate("1")
    host.now = datetime(2026, 4, 1, tzinfo=UTC)

    (move,) = importer.status.preview("1", "reactivate")

    assert move.cost is not None
    assert (move.cost.before, move.cost.months, move.cost.back) == (None, 3, None)
    for wrong in ({"gone": "1.00"}, {"active": 1.5}, {"active": "-1"}, {"active": "NaN"}, {"active": "x"}):
        with pytest.raises(SettingsError, match="charges"):
            Host().open(open_importer, settings=Settings(charges=wrong))  # type: ignore[arg-type]


def test_a_number_is_needed_valid_and_one_clients_alone(open_importer: OpenImporter) -> None:
    """The ABN is checked as an Australian one; a repeat answers that it exists, a deleted client's too."""
    importer = Host().filled(open_importer)
    importer.deactivate("1")
    importer.delete("1")
    rows = [
        dict(FUNDS[0]),
        {**FUNDS[1], "name": "Another name"},
        {"name": "New Fund", "external_id": "F9", "vat_number": "52 000 000 404"},
        {"name": "New Fund", "external_id": "F9", "vat_number": "52 000 000 404"},
        {"name": "No number", "external_id": "F5", "vat_number": ""},
        {"name": "No SMSF ID", "external_id": "", "vat_number": "18 000 000 505"},
        {"name": "", "external_id": "F6", "vat_number": "18 000 000 505"},
        {"name": "Wrong digits", "external_id": "F7", "vat_number": "65 000 000 102"},
        {"name": "A company number", "external_id": "F8", "vat_number": "004 085 616"},
    ]

    plan = plan_of(importer, *rows)

    assert fates(plan)[:4] == ["skip:mode-create-only", "skip:mode-create-only", "create:new", "skip:merged"]
    assert [row.comment for row in plan.exceptions.rows()] == [
        "Already exists",
        "Already exists",
        "",
        "Already exists",
        "ABN Number is required.",
        "SMSF ID is required.",
        "Client Name is required.",
        "The ABN Number is not valid.",
        "The ABN Number is not valid.",
    ]
    assert importer.apply(plan).created == 1
    assert states(importer) == ["deleted", "active", "active", "active"]


def test_only_active_funds_are_edited(open_importer: OpenImporter) -> None:
    """Refreshing a client that is inactive or deleted says so, and changes nothing."""
    importer = Host().filled(open_importer)
    importer.deactivate(["1", "2"])
    importer.delete("1")
    renamed = [{**fund, "name": f"{fund['name']} (new)"} for fund in FUNDS]

    plan = plan_of(importer, *renamed, mode="upsert")

    assert fates(plan) == ["unchanged:no-change", "unchanged:no-change", "update:matched"]
    assert [(found.code, found.field, found.params["state"]) for found in plan.findings] == [
        ("field-locked", "name", "deleted"),
        ("field-locked", "name", "inactive"),
    ]
    importer.apply(plan)
    assert [client.name for client in importer.clients()] == [
        "Banksia Super Fund",
        "Wattle Family Fund",
        "Quokka Retirement Fund (new)",
    ]


def test_leaving_with_an_import_goes_by_the_lifecycle(open_importer: OpenImporter) -> None:
    """Who has work in progress stays, and nobody is removed."""
    host = Host(busy={"2": "Audit 2025 is in progress"})
    importer = host.filled(open_importer)
    plan = plan_of(
        importer,
        FUNDS[0],
        system="earlier",
        decisions={"client:2": "deactivate", "client:3": "remove"},
    )
    importer = host.open(open_importer, settings=Settings(leaving_share=0))
    plan = plan_of(importer, FUNDS[0], system="earlier", decisions={"client:2": "deactivate", "client:3": "remove"})

    with pytest.raises(SettingsError, match=r"guards\.no-work-in-progress"):
        host.open(open_importer, guards=None).apply(plan)
    assert [run.kind for run in importer.runs.list()] == ["import"]
    receipt = importer.apply(plan)

    assert receipt.left == {"deactivated": 0, "removed": 0, "stayed": 2}
    assert [each.why for each in receipt.leavers("stayed")] == [
        {
            "why": "state-held",
            "event": "deactivate",
            "state": "active",
            "guard": GUARD,
            "said": "Audit 2025 is in progress",
        },
        {"why": "state-not-removable", "state": "active"},
    ]
    host.busy.clear()
    again = plan_of(importer, FUNDS[0], FUNDS[2], system="earlier", decisions={"client:2": "deactivate"})
    assert importer.apply(again).left["deactivated"] == 1
    assert [client.id for client in importer.clients(status="inactive")] == ["2"]
    assert importer.status.preview("2", "reactivate").moves[0].since == "2026-01-15"


def test_a_state_or_event_that_there_is_not(open_importer: OpenImporter) -> None:
    """The error names those there are."""
    importer = Host().filled(open_importer)

    with pytest.raises(SettingsError, match="Did you mean 'deleted'"):
        importer.clients(status="delete")
    with pytest.raises(SettingsError, match="Did you mean 'delete'"):
        importer.fire("1", "deleted")
    with pytest.raises(SettingsError, match="Allowed: deactivate, reactivate"):
        open_importer().delete("1")
