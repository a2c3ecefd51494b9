"""Lifecycles as TOML, and states of another make: derived ones, and fields that some states keep."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clientimport import Importer, Profile, SettingsError, load_profile
from clientimport.core.lifecycle import TWO_STATES
from clientimport.documents.profile import profile_from_dict, profile_to_dict
from tests.planning.given import OpenImporter, bring_in, clients, fates, plan_of

TAX = """
name = "tax"

[[match]]
scheme = "external_id"

[merge]
default = "overwrite"

[import]
mode = "upsert"

[permissions]
"clients.connect" = ["clients.connect"]

[lifecycle]
initial = "not-invited"
currency = "USD"

[[lifecycle.states]]
name = "missing-info"
label = "Missing Info"
when_missing = ["email", "city"]
instead_of = ["not-invited", "invited"]
active = false

[[lifecycle.states]]
name = "not-invited"
label = "Not Invited"

[[lifecycle.states]]
name = "invited"
charge = "1.50"

[[lifecycle.states]]
name = "connected"
label = "Connected"
editable = ["city", "opening_balance"]

[[lifecycle.states]]
name = "duplicate"
final = true
editable = ["phone"]

[[lifecycle.events]]
name = "invite"
from = ["not-invited"]
to = "invited"

[[lifecycle.events]]
name = "connect"
label = "Connect"
from = ["not-invited", "invited"]
to = "connected"

[[lifecycle.events]]
name = "found-twice"
from = ["connected"]
to = "duplicate"
"""


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    """Written by hand and read."""
    path = tmp_path / "tax.toml"
    path.write_text(TAX, encoding="utf-8")
    return load_profile(path)


def two(importer: Importer) -> Importer:
    """With a client that lacks nothing and one that lacks a city."""
    bring_in(
        importer,
        {"external_id": "1", "name": "Ann", "email": "ann@x.example", "city": "Gent"},
        {"external_id": "2", "name": "Bo", "email": "bo@x.example", "city": ""},
    )
    return importer


def test_it_reads_back_from_a_plan(profile: Profile) -> None:
    """All of it; a profile without any has two states and writes none."""
    assert profile_from_dict(json.loads(json.dumps(profile_to_dict(profile)))) == profile
    assert [state.name for state in profile.lifecycle.derived] == ["missing-info"]
    assert Profile(name="own").lifecycle == TWO_STATES
    assert "lifecycle" not in profile_to_dict(Profile(name="own"))


@pytest.mark.parametrize(
    ("data", "key", "said"),
    [
        ({}, "lifecycle.states", "each with a name"),
        ({"state": []}, "lifecycle: the key", "Did you mean 'states'?"),
        ({"states": [{"name": "Not Invited"}]}, "lifecycle name", "small letters"),
        ({"states": [{"name": "a"}, {"name": "a"}]}, "lifecycle.states", "each name once"),
        ({"states": [{"name": "a"}], "initial": "b"}, "lifecycle.initial", "Allowed: a"),
        ({"states": [{"name": "a", "when_missing": ["email"]}]}, "lifecycle.initial", "not possible"),
        ({"states": [{"name": "a", "final": 1}]}, "lifecycle.states.a.final", "Allowed: true, false"),
        ({"states": [{"name": "a", "editable": "email"}]}, "lifecycle.states.a.editable", "a list"),
        ({"states": [{"name": "a", "charge": 1.5}]}, "lifecycle.states.a.charge", "exact amount"),
        ({"states": [{"name": "a", "charge": "-1"}]}, "lifecycle.states.a.charge", "exact amount"),
        ({"states": [{"name": "a", "edits": []}]}, "lifecycle.states: the key", "Allowed: name"),
        ({"states": [{"name": "a", "instead_of": ["a"]}]}, "lifecycle.states.a.instead_of", "when_missing"),
        ({"states": [{"name": "a"}], "currency": "EURO"}, "lifecycle.currency", "ISO 4217"),
        ({"states": [{"name": "a"}], "events": [{"name": "go", "to": "a"}]}, "lifecycle.events.go.from", "starts from"),
        (
            {"states": [{"name": "a"}], "events": [{"name": "go", "from": ["b"], "to": "a"}]},
            "lifecycle.events.go.from",
            "Allowed: a",
        ),
        (
            {"states": [{"name": "a"}], "events": [{"name": "go", "from": ["a"], "to": "b"}]},
            "lifecycle.events.go.to",
            "Allowed: a",
        ),
        (
            {
                "states": [{"name": "a"}, {"name": "b", "final": True}],
                "events": [{"name": "go", "from": ["b"], "to": "a"}],
            },
            "lifecycle.events.go.from",
            "Allowed: a",
        ),
        (
            {"states": [{"name": "a"}], "events": [{"name": "go", "from": ["a"], "to": "a", "back_charge_within": -1}]},
            "lifecycle.events.go.back_charge_within",
            "whole number of months",
        ),
        (
            {"states": [{"name": "a"}], "events": [{"name": "go", "from": ["a"], "to": "a"}] * 2},
            "lifecycle.events",
            "each name once",
        ),
    ],
)
def test_a_broken_lifecycle_is_refused_at_once(data: dict[str, Any], key: str, said: str) -> None:
    """The error names the key and what may stand there."""
    with pytest.raises(SettingsError) as caught:
        profile_from_dict({"name": "p", "lifecycle": data})

    assert caught.value.key == key
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"lifecycle": {"states": [{"name": "a", "editable": ["emial"]}]}}, "Did you mean 'email'?"),
        ({"lifecycle": {"states": [{"name": "a"}, {"name": "b", "when_missing": ["x"]}]}}, "lifecycle.states.b"),
        ({"messages": {"reasons": {"skip:mode-create": "There"}}}, "Did you mean 'skip:mode-create-only'?"),
        ({"permissions": {"clients.conect": []}}, "the key"),
        ({"import": {"country": "Australia"}}, "ISO 3166"),
        ({"severity": {"field-locked": "error"}}, "Allowed: warning, info, off"),
    ],
)
def test_what_it_names_must_be_there(data: dict[str, Any], said: str) -> None:
    """When it is read, or when an importer is made with it."""
    with pytest.raises(SettingsError, match=said.replace("?", r"\?")):
        Importer("memory:", profile=profile_from_dict({"name": "p", **data}))


def test_a_derived_state_follows_the_fields(open_importer: OpenImporter, profile: Profile) -> None:
    """It holds back events until they are filled; nothing of it is stored."""
    importer = two(open_importer(profile=profile))

    assert [client.status for client in importer.clients()] == ["not-invited", "missing-info"]
    assert [client.active for client in importer.clients()] == [True, False]
    assert all("status" not in fields for fields in clients(importer))
    (held,) = importer.fire(["1", "2"], "invite").refused
    assert held.client == "2"
    assert (held.why or {})["state"] == "missing-info"
    assert importer.fire("2", "connect").moved == []
    bring_in(importer, {"external_id": "2", "name": "Bo", "city": "Lier"}, {"external_id": "1", "name": "Anna"})
    assert [client.status for client in importer.clients()] == ["invited", "not-invited"]
    assert importer.fire("2", "connect").moved == ["2"]


def test_fields_are_edited_where_the_state_lets_them(open_importer: OpenImporter, profile: Profile) -> None:
    """What stays is said in a finding; what is equal, or differs in case alone, is not."""
    importer = two(open_importer(profile=profile))
    importer.fire("1", "connect")

    rows = [
        {
            "external_id": "1",
            "name": "Ann Peeters",
            "email": "ann@x.example",
            "city": "Mol",
            "phone": "+32 2 555 12 12",
        },
        {"external_id": "2", "name": "Bo Peeters", "email": "bo@x.example", "city": "", "phone": ""},
        {"external_id": "1", "name": "ANN", "email": "", "city": "Mol", "phone": ""},
    ]
    plan = plan_of(importer, *rows[:2])
    assert fates(plan) == ["update:matched", "update:matched"]
    assert [(change.client, change.field) for change in plan.changes()] == [("1", "city"), ("2", "name")]
    assert [(found.field, found.locator.row, found.params) for found in plan.findings] == [
        ("name", 1, {"state": "connected"}),
        ("phone", 1, {"state": "connected"}),
    ]
    assert 'The client is in "Connected"' in plan.to_text()
    (ann,) = [entry for entry in plan.overview().both if entry.clients == ("1",)]
    assert {field.field for field in ann.fields if field.id is not None} == {"city"}

    assert fates(plan_of(importer, rows[2])) == ["update:matched"]
    assert list(plan_of(importer, rows[2]).findings) == []
    decided = plan.decide({"fields:name": "overwrite"})
    assert [(change.client, change.field) for change in decided.changes()] == [("1", "city"), ("2", "name")]
    assert len(list(decided.findings)) == 2

    together = plan_of(
        importer,
        {"external_id": "1", "name": "Ann", "phone": "+32 2 555 12 12"},
        {"external_id": "1", "name": "Ann", "city": "Mol"},
    )
    assert [found.field for found in together.findings] == ["phone"]
    assert [change.field for change in together.changes()] == ["city"]


def test_a_balance_that_may_not_be_edited_refuses_its_row(open_importer: OpenImporter, profile: Profile) -> None:
    """Money never vanishes silently; one that is there already is nothing new."""
    importer = two(open_importer(profile=profile))
    importer.fire("1", "connect")
    debt = {"external_id": "1", "name": "Ann", "opening_balance": "10.00", "opening_date": "2025-12-31"}
    importer.apply(plan_of(importer, debt))
    importer.fire("1", "found-twice")

    assert fates(plan_of(importer, debt)) == ["unchanged:no-change"]
    more = plan_of(importer, {**debt, "opening_balance": "12.00"})
    assert fates(more) == ["invalid:findings"]
    assert [(found.code, found.params) for found in more.findings] == [("opening-locked", {"state": "duplicate"})]


def test_under_another_profile_a_state_keeps_its_name(open_importer: OpenImporter, profile: Profile) -> None:
    """It is shown, counts as not active, and no event leaves it."""
    importer = two(open_importer(profile=profile))
    importer.fire("1", "connect")
    other = open_importer()

    first = next(iter(other.clients()))
    assert (first.status, first.active) == ("connected", False)
    (move,) = other.deactivate("1")
    assert (move.why or {})["why"] == "state-other"
