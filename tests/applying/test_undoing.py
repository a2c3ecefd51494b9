"""Undo returns every client to what it was, except what somebody changed since, which is named and kept."""

from __future__ import annotations

import pytest

from clientimport import Importer, Settings, SettingsError
from clientimport.core.receipt import Kept
from tests.planning.given import OpenImporter, bring_in, clients, everything, plan_of

JAN = {"external_id": "1", "name": "Jan Peeters", "email": "jan@voorbeeld.be", "city": "Gent", "phone": ""}
ELS = {"external_id": "2", "name": "Els Maes", "email": "els@voorbeeld.be", "city": "Brugge", "phone": ""}
OFFICE = "+32 2 555 12 12"


def changed(importer: Importer, *rows: dict[str, str]) -> None:
    bring_in(importer, *rows, merge="overwrite")


def test_what_was_created_goes_and_what_was_updated_is_as_before(open_importer: OpenImporter) -> None:
    """With its keys: whoever was found by them is found again."""
    importer = open_importer(profile="daftra")
    bring_in(importer, JAN)
    before = everything(importer)
    receipt = bring_in(importer, JAN | {"city": "Aalst", "email": "new@voorbeeld.be", "phone": OFFICE}, ELS)

    undone = importer.undo(receipt)

    assert (undone.reversed, undone.kept) == (2, ())
    assert everything(importer) == before


def test_undone_twice_says_the_same(open_importer: OpenImporter) -> None:
    """And does nothing the second time."""
    importer = open_importer()
    receipt = bring_in(importer, JAN)
    first = importer.undo(receipt)
    bring_in(importer, JAN)

    assert importer.undo(receipt) == first
    assert len(clients(importer)) == 1


def test_what_somebody_changed_since_is_kept_and_named(open_importer: OpenImporter) -> None:
    """Field by field for an update, the whole client for a new one."""
    importer = open_importer(profile="daftra")
    bring_in(importer, JAN)
    receipt = bring_in(importer, JAN | {"city": "Aalst", "phone": OFFICE}, ELS)
    changed(importer, JAN | {"city": "Mol", "phone": ""}, ELS | {"city": "Mol"})

    undone = importer.undo(receipt)

    assert set(undone.kept) == {
        Kept(client="1", field="city", reason="changed-since"),
        Kept(client="2", field=None, reason="changed-since"),
    }
    assert undone.reversed == 1
    jan, els = clients(importer)
    assert (jan["city"], "phone" in jan, els["city"]) == ("Mol", False, "Mol")


def test_a_client_removed_since_is_named(open_importer: OpenImporter) -> None:
    """The import that made it was undone before the one that changed it."""
    importer = open_importer(profile="daftra")
    made = bring_in(importer, JAN)
    updated = bring_in(importer, JAN | {"city": "Aalst"})
    changed(importer, JAN | {"city": "Gent"})
    importer.undo(made)

    assert importer.undo(updated).kept == (Kept(client="1", field=None, reason="gone"),)


def test_a_key_that_another_client_has_by_now_is_not_taken_back(open_importer: OpenImporter) -> None:
    """The rest of the update is."""
    importer = open_importer(profile="daftra")
    bring_in(importer, JAN)
    receipt = bring_in(importer, JAN | {"email": "new@voorbeeld.be", "city": "Aalst"})
    bring_in(importer, ELS | {"email": "jan@voorbeeld.be"})

    undone = importer.undo(receipt)

    assert undone.kept == (Kept(client="1", field="email", reason="key-taken"),)
    jan, els = clients(importer)
    assert (jan["email"], jan["city"], els["email"]) == ("new@voorbeeld.be", "Gent", "jan@voorbeeld.be")


def test_a_shared_key_is_shared_again(open_importer: OpenImporter) -> None:
    """A key that colleagues hold together does not come back as one's own."""
    importer = open_importer()
    bring_in(importer, JAN | {"phone": OFFICE}, ELS | {"phone": OFFICE})
    before = everything(importer)
    receipt = bring_in(importer, JAN | {"phone": "+32475123456"}, merge="overwrite")

    importer.undo(receipt)

    assert everything(importer) == before


def test_a_half_applied_import_can_be_undone_and_applied_anew(open_importer: OpenImporter) -> None:
    """What was committed is taken back, and the stopped run does not go on."""
    importer = open_importer(settings=Settings(commit_every=10_000))
    plan = plan_of(importer, *({"name": f"Klant {n}", "external_id": f"K{n}"} for n in range(12_000)))
    step = next(importer.apply_iter(plan))
    assert len(clients(importer)) == step.done == 10_000

    assert importer.undo(step.run).reversed == 10_000
    assert clients(importer) == []

    receipt = importer.apply(plan)
    assert (receipt.created, len(clients(importer))) == (12_000, 12_000)
    assert receipt.run != step.run


def test_an_import_after_an_undo_is_linked_anew(open_importer: OpenImporter) -> None:
    """What an undone import said about a client is not what a later one is compared with."""
    importer = open_importer(profile="daftra")
    bring_in(importer, JAN)
    importer.undo(bring_in(importer, JAN | {"city": "Aalst"}))

    with importer.store.reading() as work:
        assert work.runs.touched(["1"]) == {"1"}
    importer.undo(importer.runs.receipt("r1"))
    with importer.store.reading() as work:
        assert work.runs.touched(["1"]) == set()


def test_an_undo_cannot_be_undone(open_importer: OpenImporter) -> None:
    """What an undo took back comes again by importing again; an unknown run is named as such."""
    importer = open_importer()
    undone = importer.undo(bring_in(importer, JAN))

    with pytest.raises(SettingsError, match="no undo"):
        importer.undo(undone.run)
    with pytest.raises(SettingsError, match="the id of a run"):
        importer.undo("nonsense")
