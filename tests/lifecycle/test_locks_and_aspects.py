"""States that lock some fields and warn about others, and what is said of clients beside their state."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from clientimport import Importer, Profile, SettingsError
from clientimport.core.lifecycle import Aspect, Lifecycle, Standing, State
from clientimport.documents.profile import profile_from_dict, profile_to_dict
from clientimport.messages import Messages
from tests.planning.given import OpenImporter, bring_in, clients, fates, plan_of

DATA: dict[str, Any] = {
    "name": "firm",
    "match": [{"scheme": "external_id"}],
    "merge": {"default": "overwrite"},
    "required": {"fields": ["first_name"]},
    "messages": {"fields": {"email:field-risky": "Mind the login link."}},
    "lifecycle": {
        "states": [
            {"name": "new"},
            {"name": "invited", "locked": ["first_name", "last_name"]},
            {"name": "connected", "label": "Connected", "warned": ["email", "mobile"]},
            {"name": "closed", "locked": ["first_name", "email", "opening_balance"], "warned": ["mobile"]},
        ],
        "events": [
            {"name": "invite", "from": ["new"], "to": "invited"},
            {"name": "connect", "from": ["new", "invited"], "to": "connected"},
            {"name": "close", "from": ["new"], "to": "closed"},
        ],
        "aspects": [
            {
                "name": "tax_data",
                "label": {"en": "Tax data", "nl": "Fiscale gegevens"},
                "needs": ["external_id", "city"],
                "missing": {"name": "missing-tax-info", "label": "Missing Tax Info"},
                "complete": {"name": "eligible-for-import", "label": "Eligible For Import"},
            },
            {"name": "reachable", "needs": ["email"], "missing": {"name": "mute"}, "complete": {"name": "reached"}},
        ],
    },
}

ANN = {"external_id": "1", "first_name": "Ann", "last_name": "Maes", "email": "ann@x.example", "city": "Gent"}


@pytest.fixture
def profile() -> Profile:
    """One that has all of it."""
    return profile_from_dict(DATA)


def filled(open_importer: OpenImporter, profile: Profile) -> Importer:
    """With one client that lacks nothing and one that lacks a city and an address."""
    importer = open_importer(profile=profile)
    bring_in(importer, dict(ANN), {**ANN, "external_id": "2", "first_name": "Bo", "email": "", "city": ""})
    return importer


def test_they_read_back_from_a_plan(profile: Profile) -> None:
    """Locks, warnings and aspects; labels in several languages too."""
    assert profile_from_dict(json.loads(json.dumps(profile_to_dict(profile)))) == profile
    assert profile.lifecycle.named["invited"].locked == ("first_name", "last_name")
    assert Messages("nl", profile).aspect("tax_data") == "Fiscale gegevens"
    assert Messages("nl", profile).state("missing-tax-info") == "Missing Tax Info"
    assert (Messages("en", profile).aspect("reachable"), Messages("en", profile).state("mute")) == ("reachable", "mute")


@pytest.mark.parametrize(
    ("data", "key", "said"),
    [
        (
            {"states": [{"name": "a", "locked": ["email"], "editable": []}]},
            "lifecycle.states.a.locked",
            "beside editable",
        ),
        ({"states": [{"name": "a", "locked": "email"}]}, "lifecycle.states.a.locked", "a list"),
        ({"states": [{"name": "a", "locked": ["emial"]}]}, "profile p: lifecycle.states.a", "Did you mean 'email'?"),
        ({"states": [{"name": "a", "warned": ["x"]}]}, "profile p: lifecycle.states.a", "not possible"),
        ({"aspects": [{"name": "t"}]}, "lifecycle name", "small letters"),
        ({"aspects": [{"name": "T"}]}, "lifecycle name", "small letters"),
        (
            {"aspects": [{"name": "t", "needs": [], "missing": {"name": "m"}, "complete": {"name": "c"}}]},
            "lifecycle.aspects.t.needs",
            "the fields",
        ),
        (
            {"aspects": [{"name": "t", "needs": ["email"], "missing": {"name": "a"}, "complete": {"name": "c"}}]},
            "lifecycle.aspects.t",
            "no state",
        ),
        (
            {"aspects": [{"name": "t", "needs": ["email"], "missing": {"name": "m"}, "complete": {"name": "m"}}]},
            "lifecycle.aspects.t",
            "no other standing",
        ),
        (
            {"aspects": [{"name": "t", "needs": ["x"], "missing": {"name": "m"}, "complete": {"name": "c"}}]},
            "profile p: lifecycle.aspects.t",
            "not possible",
        ),
        (
            {"aspects": [{"name": "city", "needs": ["email"], "missing": {"name": "m"}, "complete": {"name": "c"}}]},
            "profile p: lifecycle.aspects.city",
            "no field",
        ),
        (
            {
                "aspects": [
                    {"name": "t", "needs": ["email"], "missing": {"name": "m"}, "complete": {"name": "c"}},
                    {"name": "t", "needs": ["email"], "missing": {"name": "n"}, "complete": {"name": "d"}},
                ]
            },
            "lifecycle.aspects",
            "each name once",
        ),
        ({"aspects": [{"name": "t", "need": []}]}, "lifecycle.aspects: the key", "Did you mean 'needs'?"),
    ],
)
def test_what_is_broken_is_refused_at_once(data: dict[str, Any], key: str, said: str) -> None:
    """When it is read, or when an importer is made with it; the key is named."""
    with pytest.raises(SettingsError) as caught:
        Importer("memory:", profile=profile_from_dict({"name": "p", "lifecycle": {"states": [{"name": "a"}], **data}}))

    assert caught.value.key == key
    assert said in str(caught.value)


def test_a_lock_keeps_a_field_and_the_name_that_follows(open_importer: OpenImporter, profile: Profile) -> None:
    """Whether the name is made of its parts or has a column; of a name that is made nothing is said besides."""
    importer = filled(open_importer, profile)
    importer.fire("1", "invite")

    plan = plan_of(importer, {**ANN, "first_name": "Anna", "last_name": "MAES", "email": "new@x.example"})
    assert [change.field for change in plan.changes()] == ["email"]
    assert [(each.code, each.field, each.params) for each in plan.findings] == [
        ("field-locked", "first_name", {"state": "invited"})
    ]
    named = plan_of(importer, {"external_id": "1", "first_name": "Ann", "name": "Anna Nys"})
    assert fates(named) == ["unchanged:no-change"]
    assert [(each.code, each.field) for each in named.findings] == [("field-locked", "name")]
    importer.apply(plan)
    assert clients(importer)[0]["name"] == "Ann Maes"


def test_a_warned_field_is_changed_and_said(open_importer: OpenImporter, profile: Profile) -> None:
    """In the profile's words if it has some; once for rows that are one client; not where nothing changes."""
    importer = filled(open_importer, profile)
    importer.fire(["1", "2"], "connect")

    plan = plan_of(importer, {**ANN, "email": "new@x.example", "mobile": "+1 202 555 0101"})
    assert fates(plan) == ["update:matched"]
    found = list(plan.findings)
    assert [(each.code, each.severity.value, each.field) for each in found] == [
        ("field-risky", "warning", "email"),
        ("field-risky", "warning", "mobile"),
    ]
    words = Messages("en", profile)
    assert words.finding(found[0]).message == "Mind the login link."
    assert words.finding(found[1]).message.startswith('The client is in "Connected": changing this may lock')
    assert [row.comment for row in plan.exceptions.rows()] == []
    importer.apply(plan)
    assert list(plan_of(importer, {**ANN, "email": "new@x.example"}).findings) == []

    together = plan_of(
        importer,
        {"external_id": "2", "first_name": "Bo", "last_name": "Maes", "email": ""},
        {"external_id": "2", "first_name": "Bo", "last_name": "Maes", "email": "bo@x.example"},
    )
    assert [(each.code, each.field) for each in together.findings] == [("field-risky", "email")]
    silent = profile_from_dict({**DATA, "severity": {"field-risky": "off"}})
    assert list(plan_of(open_importer(profile=silent), {**ANN, "email": "other@x.example"}).findings) == []


def test_an_answer_brings_its_warning(open_importer: OpenImporter) -> None:
    """While a question is open nothing changes, and nothing is said; decided, it is."""
    importer = filled(open_importer, profile_from_dict({**DATA, "merge": {"default": "ask"}}))
    importer.fire("1", "connect")

    plan = plan_of(importer, {**ANN, "email": "new@x.example"})
    assert (fates(plan), list(plan.findings)) == (["conflict:fields-differ"], [])
    kept = plan.decide({"fields:email": "keep"})
    assert (fates(kept), list(kept.findings)) == (["unchanged:no-change"], [])
    decided = plan.decide({"fields:email": "overwrite"})
    assert [(each.code, each.field) for each in decided.findings] == [("field-risky", "email")]
    assert [change.field for change in decided.changes()] == ["email"]


def test_a_locked_balance_refuses_its_row(open_importer: OpenImporter, profile: Profile) -> None:
    """As where only some fields may be edited."""
    importer = filled(open_importer, profile)
    importer.fire("1", "close")

    plan = plan_of(importer, {**ANN, "opening_balance": "10.00", "opening_date": "2025-12-31"})

    assert [(each.code, each.field) for each in plan.findings] == [("opening-locked", "opening_balance")]


def test_aspects_are_shown_and_asked_for(open_importer: OpenImporter, profile: Profile, tmp_path: Path) -> None:
    """They follow the fields, are stored nowhere, and list and export like states."""
    importer = filled(open_importer, profile)

    assert [client.aspects for client in importer.clients()] == [
        {"tax_data": "eligible-for-import", "reachable": "reached"},
        {"tax_data": "missing-tax-info", "reachable": "mute"},
    ]
    assert [client.id for client in importer.clients(status="missing-tax-info")] == ["2"]
    assert [client.id for client in importer.clients(status=["mute", "eligible-for-import"])] == ["1", "2"]
    assert next(iter(importer.clients())).to_dict()["aspects"] == {
        "tax_data": "eligible-for-import",
        "reachable": "reached",
    }
    assert all("aspects" not in fields and "tax_data" not in fields for fields in clients(importer))
    with pytest.raises(SettingsError, match="Did you mean 'missing-tax-info'"):
        importer.clients(status="missing-tax-inf")

    path = tmp_path / "clients.csv"
    importer.export(path, columns=["external_id", "tax_data", "reachable"], status="missing-tax-info", lang="nl")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["Fiscale gegevens"], row["reachable"]) for row in rows] == [("missing-tax-info", "mute")]
    assert list(importer.export(tmp_path / "all.xlsx").columns.values())[-4:] == [
        "balance",
        "tax_data",
        "reachable",
        "clientimport_id",
    ]
    assert fates(importer.plan(path)) == ["unchanged:no-change"]
    bring_in(importer, {"external_id": "2", "first_name": "Bo", "city": "Lier"})
    assert [client.id for client in importer.clients(status="missing-tax-info")] == []
    assert "aspects" not in next(iter(filled(open_importer, Profile(name="plain")).clients())).to_dict()


def test_a_lifecycle_may_be_made_in_python() -> None:
    """The same checks hold."""
    aspect = Aspect(name="x", needs=("email",), missing=Standing(name="m"), complete=Standing(name="c"))
    lifecycle = Lifecycle(initial="a", states=(State(name="a", locked=("email",)),), aspects=(aspect,))

    assert lifecycle.stands({"email": "e"}) == {"x": "c"}
    assert lifecycle.stands({"email": []}) == {"x": "m"}
    assert "email" not in (lifecycle.editable({}) or ())
    with pytest.raises(SettingsError, match="lifecycle name"):
        Standing(name="No")
