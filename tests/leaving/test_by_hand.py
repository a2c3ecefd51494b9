"""A person deactivates clients, and makes them active again."""

from __future__ import annotations

import pytest

from clientimport import Actor, Profile, SettingsError
from clientimport.core.receipt import Kept
from clientimport.errors import PermissionRefusedError
from tests.leaving.given import filled, next_plan, statuses
from tests.planning.given import OpenImporter, everything


def test_deactivated_and_active_again(open_importer: OpenImporter) -> None:
    """One client or several, by id or as they are; nothing but the status changes."""
    importer = filled(open_importer())
    before = everything(importer)
    jan, els, *_ = importer.clients()

    assert importer.status.deactivate(["3", jan, els, "3"]).moved == ["3", "1", "2"]
    assert statuses(importer) == {"1": "inactive", "2": "inactive", "3": "inactive", "4": None}
    assert [client.active for client in importer.clients()] == [False, False, False, True]
    assert importer.status.reactivate("3").moved == ["3"]
    assert importer.status.reactivate(importer.clients()).moved == ["1", "2"]
    assert everything(importer) == before


def test_it_is_a_run_that_can_be_undone(open_importer: OpenImporter) -> None:
    """Either way; what changed since is kept and named."""
    importer = filled(open_importer())
    importer.status.deactivate(["3", "4"])
    importer.status.reactivate("4")
    off, on = (run.id for run in importer.runs.list() if run.kind == "status")

    assert [(entry.action, entry.summary) for entry in importer.activity()[1:]] == [
        ("deactivate", {"counts": {"moved": 2}}),
        ("reactivate", {"counts": {"moved": 1}}),
    ]
    assert importer.undo(off).kept == (Kept(client="4", field="status", reason="changed-since"),)
    assert importer.undo(on).reversed == 1
    assert statuses(importer) == {"1": None, "2": None, "3": None, "4": "inactive"}


def test_what_is_so_already_is_no_run(open_importer: OpenImporter) -> None:
    """Pressed twice, it is done once."""
    importer = filled(open_importer())

    assert importer.status.reactivate(["1", "2"]).moved == []
    assert importer.status.deactivate([]).moved == []
    assert [run.kind for run in importer.runs.list()] == ["import"]


def test_somebody_who_is_not_there_stops_all(open_importer: OpenImporter) -> None:
    """All of them or none."""
    importer = filled(open_importer())

    for wrong in ("99", "nobody", 3):
        with pytest.raises(SettingsError, match="client"):
            importer.status.deactivate(["1", wrong])  # type: ignore[list-item]
    assert set(statuses(importer).values()) == {None}


def test_who_leaves_by_an_import_can_be_active_again(open_importer: OpenImporter) -> None:
    """And then the import has nothing left to undo."""
    importer = filled(open_importer())
    receipt = importer.apply(next_plan(importer, decisions={"client:3": "deactivate"}))

    assert importer.status.reactivate("3").moved == ["3"]
    assert importer.undo(receipt).kept == (Kept(client="3", field="status", reason="changed-since"),)


def test_a_permission_may_be_wanted(open_importer: OpenImporter) -> None:
    """The same for both."""
    profile = Profile(name="own", permissions={"clients.deactivate": ("clients.edit",)})
    importer = filled(open_importer(profile=profile, actor=Actor(permissions={"other"})))

    for act in (importer.status.deactivate, importer.status.reactivate):
        with pytest.raises(PermissionRefusedError, match=r"clients\.edit"):
            act("1")
