"""Clients removed by hand: who may go does, and comes back with an undo."""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from clientimport import Actor, Importer, SettingsError
from clientimport.errors import PermissionRefusedError
from clientimport.messages import Messages
from tests.invitations.given import WELCOME, Posted
from tests.invitations.given import states as messages
from tests.invitations.moving import TAX, filled, opened, statuses
from tests.planning.given import OpenImporter, bring_in, everything, fates, plan_of

ROWS = (
    {"name": "Jan", "email": "jan@voorbeeld.be", "opening_balance": "10.00", "opening_currency": "EUR"},
    {"name": "Els", "email": "els@voorbeeld.be"},
    {"name": "Tom", "email": "tom@voorbeeld.be"},
)


def test_who_may_go_does_and_comes_back(open_importer: OpenImporter) -> None:
    """All in one run; undone, everything is as it was, ids and keys too."""
    importer = filled(open_importer)
    before = everything(importer)
    importer.not_same.add("1", "2")
    seen = importer.status.preview_remove(importer.clients())
    assert (len(seen.moved), seen.run, everything(importer)) == (4, None, before)

    done = importer.remove(["1", "2", "1"])
    assert [(move.client, move.name, move.event, move.before, move.after, move.why) for move in done] == [
        ("1", "Jan", "remove", "not-sent", "removed", None),
        ("2", "Els", "remove", "not-sent", "removed", None),
    ]
    assert (done.moved, done.refused, done.total) == (["1", "2"], (), None)
    assert set(statuses(importer)) == {"3", "4"}
    assert importer.not_same.list() == []
    run = importer.runs.list()[-1]
    assert (run.id, run.kind, run.state, run.counts) == (done.run, "status", "done", '{"removed":2}')
    entry = importer.activity()[-1]
    assert (entry.action, entry.run, dict(entry.summary)) == ("remove", done.run, {"counts": {"removed": 2}})

    undone = importer.undo(str(done.run))
    assert (undone.reversed, undone.kept) == (2, ())
    assert everything(importer) == before
    assert importer.not_same.list() == [("1", "2")]


def test_who_must_stay_is_named(open_importer: OpenImporter) -> None:
    """For its opening balance, its payments or its state; the others go."""
    importer = opened(open_importer)
    bring_in(importer, *({**row, "city": "Gent"} for row in ROWS))
    importer.payments.add("2", "1.00", currency="EUR", method="Bank", date=date(2026, 1, 1))
    bring_in(importer, {"name": "Ann", "email": "ann@voorbeeld.be", "city": "Gent"})
    importer.fire("3", "lock")
    done = importer.status.remove(["1", "2", "3", "4"])
    said = Messages("en", TAX)
    assert [(move.client, move.after, move.why and move.why["why"]) for move in done] == [
        ("1", None, "has-opening"), ("2", None, "has-payments"), ("3", None, "state-not-removable"), ("4", "removed", None),
    ]  # fmt: skip
    assert all(move.why is None or said.why(move.why) != move.why["why"] for move in done)
    assert importer.runs.list()[-1].counts == '{"refused":3,"removed":1}'
    nobody = importer.remove("1")
    assert (nobody.run, nobody.moved) == (None, [])


def test_an_import_meets_it_as_new(open_importer: OpenImporter) -> None:
    """And an undo then says that somebody has its key by now."""
    importer = open_importer()
    rows = [{**row, "external_id": row["name"]} for row in ROWS[1:]]
    bring_in(importer, *rows)
    done = importer.remove("1")
    plan = plan_of(importer, *rows)
    assert [fate.partition(":")[0] for fate in fates(plan)] == ["create", "unchanged"]
    importer.apply(plan)
    assert set(statuses(importer)) == {"2", "3"}
    undone = importer.undo(str(done.run))
    assert [(kept.client, kept.reason) for kept in undone.kept] == [("1", "key-taken")]
    assert set(statuses(importer)) == {"2", "3"}


def test_what_waits_for_it_is_not_sent(open_importer: OpenImporter) -> None:
    """Nor deleted: brought back, it gets it."""
    importer = filled(open_importer)
    done = importer.remove("1")
    sent = importer.invitations.send(WELCOME, Posted())
    assert [(each.client, each.reason) for each in sent.without] == [("1", "gone")]
    assert messages(importer) == {"1": "queued", "2": "sent", "3": "sent"}
    importer.undo(str(done.run))
    assert importer.invitations.send(WELCOME, Posted()).moved == ("1",)


def test_it_asks_for_its_permission_and_for_clients(open_importer: OpenImporter) -> None:
    """Before anything is read or changed."""
    filled(open_importer)
    profile = attrs.evolve(TAX, permissions={"clients.remove": ("clients.remove",)})
    for permissions, error in (
        (frozenset[str](), PermissionRefusedError),
        (frozenset(["clients.remove"]), SettingsError),
    ):
        importer: Importer = opened(open_importer, profile, actor=Actor(name="An", permissions=permissions))
        with pytest.raises(error):
            importer.remove(["1", "99"])
        with pytest.raises(error):
            importer.status.preview_remove(["99"])
        assert len(statuses(importer)) == 4
    with pytest.raises(SettingsError):
        importer.remove([1])  # type: ignore[list-item]
