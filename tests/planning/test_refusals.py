"""Refused at once: what nobody may do, and settings that do not exist."""

from __future__ import annotations

from datetime import date
from typing import Any, NoReturn

import pytest

from clientimport import Actor, Importer, MergePolicy, Settings, SettingsError
from clientimport.errors import PermissionRefusedError
from tests.planning.given import OpenImporter, bring_in, plan_of

ROW = {"name": "Jan", "email": "jan@voorbeeld.be"}


class Untouchable:
    """A source that fails the test when anybody looks at it."""

    def describe(self) -> NoReturn:
        pytest.fail("described")

    def batches(self, size: int = 500) -> NoReturn:
        pytest.fail("read")

    def close(self) -> NoReturn:
        pytest.fail("closed")


class UntouchableFile:
    """An open file that fails the test when anybody reads it."""

    def read(self, size: int = -1) -> NoReturn:
        pytest.fail("read")


NOBODY = Actor(name="Bo", permissions=["clients.view"])


@pytest.mark.parametrize("source", [Untouchable(), UntouchableFile()])
@pytest.mark.parametrize("act", ["plan", "inspect"])
def test_who_may_not_add_clients_is_refused_before_anything_is_read(
    open_importer: OpenImporter, source: object, act: str
) -> None:
    """Under Daftra importing needs `Add New Client`, and says so."""
    importer = open_importer(profile="daftra", actor=NOBODY)

    with pytest.raises(
        PermissionRefusedError, match=r"Bo needs the permission clients\.add \(Add New Client\)"
    ) as refused:
        getattr(importer, act)(source)

    assert refused.value.permission == "clients.add"


def test_that_permission_is_all_it_takes(open_importer: OpenImporter) -> None:
    """Plan, apply and undo, with nothing more."""
    importer = open_importer(profile="daftra", actor=Actor(name="Bo", permissions=["clients.add"]))

    receipt = bring_in(importer, ROW)

    assert receipt.actor == "Bo"
    assert importer.undo(receipt).reversed == 1


def test_a_plan_made_by_another_may_not_be_applied_or_undone(open_importer: OpenImporter) -> None:
    """Nothing is written, and no run begins."""
    importer = open_importer(profile="daftra")
    plan = plan_of(importer, ROW)
    other = open_importer(profile="daftra", actor=NOBODY)

    with pytest.raises(PermissionRefusedError):
        other.apply(plan)

    assert importer.runs.list() == []
    receipt = importer.apply(plan)
    with pytest.raises(PermissionRefusedError):
        other.undo(receipt)
    assert len(list(importer.clients())) == 1


def test_standard_asks_for_no_permission(open_importer: OpenImporter) -> None:
    """What an act needs is the profile's to say."""
    importer = open_importer(actor=Actor(name="Bo", permissions=[]))

    assert bring_in(importer, ROW).created == 1


@pytest.mark.parametrize(
    ("options", "key", "allowed"),
    [
        ({"profile": "odoo"}, "profile", ("accounton", "daftra", "smsf-sorted", "standard", "taxcaddy")),
        ({"default_country": "Belgium"}, "default_country", ()),
        ({"default_country": "be"}, "default_country", ()),
        ({"default_country": 32}, "default_country", ()),
        ({"default_currency": "euro"}, "default_currency", ()),
        ({"default_currency": 978}, "default_currency", ()),
        ({"store": 17}, "store", ()),
    ],
)
def test_a_broken_setting_of_the_importer_names_itself(
    options: dict[str, Any], key: str, allowed: tuple[str, ...]
) -> None:
    """The key, what stood there, and what is allowed."""
    with pytest.raises(SettingsError) as refused:
        Importer(options.pop("store", "memory:"), **options)

    assert refused.value.key == key
    assert refused.value.allowed == allowed
    assert key in str(refused.value)


@pytest.mark.parametrize(
    "settings",
    [
        {"batch_size": 0},
        {"batch_size": "5"},
        {"batch_size": True},
        {"commit_every": -1},
        {"shared_key_limit": 0},
        {"accept_level": 0},
        {"accept_level": 1.5},
        {"accept_level": "hoog"},
    ],
)
def test_a_broken_number_among_the_settings_names_itself(settings: dict[str, Any]) -> None:
    """Wrong type or out of range alike."""
    with pytest.raises(SettingsError) as refused:
        Settings(**settings)

    assert refused.value.key == next(iter(settings))


@pytest.mark.parametrize(
    ("options", "key", "allowed"),
    [
        ({"mode": "replace"}, "mode", "upsert, create_only, update_only"),
        ({"merge": "force"}, "merge", "fill_blank, overwrite, keep, ask"),
        ({"merge": MergePolicy(fields={"emial": "ask"})}, "merge.fields", "email"),
        ({"delimiter": "§§"}, "delimiter", ""),
        ({"decoding": "utf-8"}, "options", "encoding"),
        ({"mapping": "no-such.toml"}, "mapping", "TOML"),
    ],
)
def test_a_broken_choice_for_one_plan_names_itself(
    open_importer: OpenImporter, options: dict[str, Any], key: str, allowed: str
) -> None:
    """And the choices there are."""
    with pytest.raises(SettingsError) as refused:
        open_importer().plan(b"name\nJan\n", name="a.csv", **options)

    assert refused.value.key.startswith(key)
    assert allowed in str(refused.value)


@pytest.mark.parametrize("policy", [{"default": "force"}, {"fields": {"name": "force"}}])
def test_a_merge_policy_that_does_not_exist_names_itself(policy: dict[str, Any]) -> None:
    """As soon as it is made."""
    with pytest.raises(SettingsError, match="fill_blank, overwrite, keep, ask"):
        MergePolicy(**policy)


def test_the_words_of_a_merge_policy_are_enough(open_importer: OpenImporter) -> None:
    """A host that holds its settings as text need not know our classes."""
    plan = plan_of(open_importer(), ROW, merge=MergePolicy(default="keep", fields={"city": "overwrite"}))

    assert plan.header["policy"]["merge"] == {
        "default": "keep",
        "fields": {"city": "overwrite"},
        "order": [],
        "orders": {},
    }


def test_the_day_the_books_move_is_in_the_plan(open_importer: OpenImporter) -> None:
    """Given, or the clock's day."""
    importer = open_importer()

    assert plan_of(importer, ROW).header["as_at"] == "2026-01-15"
    assert plan_of(importer, ROW, as_at=date(2025, 12, 31)).header["as_at"] == "2025-12-31"
