"""What somebody did to the store between plan and apply is noticed, and nobody's work is overwritten or doubled."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from clientimport import Importer, Receipt, Settings
from tests.planning.given import OpenImporter, bring_in, clients, fates, plan_of

JAN = {"name": "Jan Peeters", "email": "jan@voorbeeld.be", "phone": "", "city": "Gent"}
ELS = {"name": "Els Maes", "email": "els@voorbeeld.be", "phone": "", "city": "Brugge"}


def told(receipt: Receipt) -> list[tuple[str, str | None, str | None]]:
    """(outcome, client, why) of every record."""
    return [(record.outcome, record.client, (record.why or {}).get("why")) for record in receipt.records()]


@pytest.mark.parametrize("profile", ["standard", "daftra"])
def test_two_plans_made_from_one_store_make_nobody_twice(open_importer: OpenImporter, profile: str) -> None:
    """The second finds that somebody has come in meanwhile; whoever has not goes in."""
    importer = open_importer(profile=profile)
    first, second = plan_of(importer, JAN), plan_of(importer, JAN, ELS)
    importer.apply(first)

    receipt = importer.apply(second)

    why = "key-taken" if profile == "daftra" else "came-meanwhile"
    assert told(receipt) == [("stale", "1", why), ("created", "3", None)]  # an id once given is not given again
    assert [client["name"] for client in clients(importer)] == ["Jan Peeters", "Els Maes"]
    assert fates(plan_of(importer, JAN, ELS)) == ["unchanged:no-change"] * 2


def test_a_record_known_by_its_name_alone_is_not_made_twice_either(open_importer: OpenImporter) -> None:
    """As a list of names has no other key."""
    importer = open_importer()
    first, second = plan_of(importer, {"name": "Jan"}), plan_of(importer, {"name": "Jan", "city": "Gent"})
    importer.apply(first)

    assert told(importer.apply(second)) == [("stale", "1", "came-meanwhile")]


def test_a_key_that_was_taken_unseen_costs_its_own_record_only(tmp_path: Path) -> None:
    """Who writes our tables by hand moves no revision; the index still refuses, and that commit is done again with care."""
    importer = Importer(f"sqlite:///{tmp_path / 'clients.db'}", profile="daftra", settings=Settings(commit_every=500))
    plan = plan_of(importer, *({"name": f"Klant {n}", "email": f"k{n}@voorbeeld.be"} for n in range(1200)))
    with importer.store.reading() as work:
        revision = work.clients.revision()
    bring_in(importer, {"name": "Els Maes", "email": "k700@voorbeeld.be"})
    with closing(sqlite3.connect(tmp_path / "clients.db")) as database, database:
        database.execute("UPDATE clientimport_meta SET value = ? WHERE name = 'revision/default'", (revision,))

    steps = list(importer.apply_iter(plan))

    receipt = steps[-1].receipt
    assert [step.done for step in steps] == [500, 1000, 1200]
    assert receipt is not None
    outcomes = told(receipt)
    assert outcomes.pop(700) == ("stale", "1", "key-taken")
    assert {outcome for outcome, _, _ in outcomes} == {"created"}
    assert len({client["email"] for client in clients(importer)}) == 1200
    importer.close()


def test_who_shares_a_key_under_another_name_is_no_newcomer(open_importer: OpenImporter) -> None:
    """A couple's second half came in meanwhile; the first is still to be created."""
    importer = open_importer()
    first = plan_of(importer, JAN | {"name": "Mia Claes"})
    second = plan_of(importer, JAN)
    importer.apply(first)

    assert told(importer.apply(second)) == [("created", "2", None)]


def test_a_client_that_somebody_decided_is_another_one_is_created_all_the_same(open_importer: OpenImporter) -> None:
    """Planning saw the two it might have been, and a person said it is neither; that others came in changes nothing."""
    importer = open_importer()
    phone = {"phone": "+32 2 555 12 12"}
    bring_in(importer, JAN | {"city": "Mol"}, JAN | {"email": "", **phone})
    plan = plan_of(importer, JAN | phone)
    (question,) = plan.conflicts
    decided = plan.decide({question.id: "new"})
    bring_in(importer, ELS)

    assert told(importer.apply(decided)) == [("created", "4", None)]


def test_a_client_changed_since_is_left_alone(open_importer: OpenImporter) -> None:
    """The receipt says what is there now; the other records go on."""
    importer = open_importer(profile="daftra")
    bring_in(importer, JAN, ELS)
    plan = plan_of(importer, JAN | {"city": "Aalst"}, ELS | {"city": "Aalst"})
    bring_in(importer, JAN | {"city": "Mol"})

    receipt = importer.apply(plan)

    assert told(receipt) == [("stale", "1", "changed"), ("updated", "2", None)]
    assert next(receipt.records()).why == {"why": "changed", "now": {"city": "Mol"}}
    assert [client["city"] for client in clients(importer)] == ["Mol", "Aalst"]


def test_a_client_removed_since_is_not_made_again(open_importer: OpenImporter) -> None:
    """An undo took it back: the update has nobody to write on."""
    importer = open_importer(profile="daftra")
    receipt = bring_in(importer, JAN)
    plan = plan_of(importer, JAN | {"city": "Aalst"})
    importer.undo(receipt)

    assert told(importer.apply(plan)) == [("stale", "1", "gone")]
    assert clients(importer) == []


def test_a_key_taken_since_stops_the_update_that_wanted_it(open_importer: OpenImporter) -> None:
    """Nothing of that record is written; the taker keeps it."""
    importer = open_importer(profile="daftra")
    bring_in(importer, JAN | {"phone": "+32475123456"})
    plan = plan_of(importer, JAN | {"phone": "+32475123456", "email": "new@voorbeeld.be", "city": "Aalst"})
    bring_in(importer, ELS | {"email": "new@voorbeeld.be"})

    assert told(importer.apply(plan)) == [("stale", "1", "key-taken")]
    assert [(client["email"], client["city"]) for client in clients(importer)] == [
        ("jan@voorbeeld.be", "Gent"),
        ("new@voorbeeld.be", "Brugge"),
    ]


def test_a_plan_that_another_import_did_not_touch_is_applied_whole(open_importer: OpenImporter) -> None:
    """Careful looks at everything again, and finds it as it was."""
    importer = open_importer(profile="daftra")
    bring_in(importer, JAN)
    plan = plan_of(importer, JAN | {"city": "Aalst"}, ELS)
    bring_in(importer, {"name": "Bo Bos", "email": "bo@voorbeeld.be"})

    assert told(importer.apply(plan)) == [("updated", "1", None), ("created", "3", None)]


def opened_twice(open_importer: OpenImporter) -> tuple[Importer, Importer]:
    return open_importer(profile="daftra"), open_importer(profile="daftra")


def test_a_plan_is_applied_by_whichever_importer_has_the_store(open_importer: OpenImporter) -> None:
    """Planned by one colleague, applied by another."""
    one, other = opened_twice(open_importer)

    assert told(other.apply(plan_of(one, JAN))) == [("created", "1", None)]
    assert clients(one) == clients(other)
