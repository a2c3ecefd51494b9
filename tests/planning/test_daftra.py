"""The product behaviour of Daftra, with its literal messages."""

from __future__ import annotations

import pytest

from clientimport import Plan, Severity
from clientimport.messages import Messages
from tests.planning.given import OpenImporter, bring_in, changes, clients, fates, only, plan_of

GOOD = {"name": "Jan Peeters", "email": "jan@voorbeeld.be"}


def errors(plan: Plan, lang: str = "en") -> list[str]:
    words = Messages(lang, plan.profile)
    return [words.finding(found).message for found in plan.findings if found.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({**GOOD, "name": ""}, "Client name is required."),
        ({**GOOD, "name": " \u200b "}, "Client name is required."),
        ({"name": "Jan", "email": "", "phone": ""}, "Email address or phone number is required."),
        ({"name": "Jan"}, "Email address or phone number is required."),
        ({**GOOD, "email": "jan@"}, "Invalid email format."),
        ({**GOOD, "email": "jan at voorbeeld.be", "phone": "+3225551212"}, "Invalid email format."),
        ({**GOOD, "email": "a@voorbeeld.be, b@voorbeeld.be"}, "Invalid email format."),
        ({**GOOD, "opening_balance": "-5"}, "Invalid opening balance value."),
        ({**GOOD, "opening_balance": "(12,50)"}, "Invalid opening balance value."),
        ({**GOOD, "opening_balance": "twaalf"}, "Invalid opening balance value."),
        ({**GOOD, "opening_balance": "1,234567"}, "Invalid opening balance value."),
        ({**GOOD, "opening_balance": "5", "opening_date": "31/02/2025"}, "Invalid opening balance date."),
        ({**GOOD, "opening_balance": "5", "opening_date": "gisteren"}, "Invalid opening balance date."),
    ],
)
@pytest.mark.parametrize("lang", ["en", "nl"])
def test_a_bad_row_is_refused_whole_with_exactly_its_message(
    open_importer: OpenImporter, row: dict[str, str], message: str, lang: str
) -> None:
    """One reason, in the product's own words whatever the language; no client."""
    importer = open_importer(profile="daftra")

    plan = plan_of(importer, row)

    assert fates(plan) == ["invalid:findings"]
    assert errors(plan, lang) == [message]
    receipt = importer.apply(plan)
    assert receipt.counts["refused"] == 1
    assert clients(importer) == []


def test_all_errors_of_a_row_are_said_at_once(open_importer: OpenImporter) -> None:
    """Nobody fixes one thing to be told the next."""
    row = {"name": "", "email": "jan@", "opening_balance": "x", "opening_date": "y"}

    plan = plan_of(open_importer(profile="daftra"), row)

    assert errors(plan) == [
        "Client name is required.",
        "Invalid email format.",
        "Invalid opening balance value.",
        "Invalid opening balance date.",
    ] or set(errors(plan)) == {
        "Client name is required.",
        "Invalid email format.",
        "Invalid opening balance value.",
        "Invalid opening balance date.",
    }
    assert len(errors(plan)) == 4


@pytest.mark.parametrize("extra", [{"email": "jan@voorbeeld.be"}, {"phone": "02 555 12 12"}, {"mobile": "0475123456"}])
def test_an_e_mail_or_a_telephone_is_enough(open_importer: OpenImporter, extra: dict[str, str]) -> None:
    """One of the two."""
    importer = open_importer(profile="daftra", default_country="BE")

    assert fates(plan_of(importer, {"name": "Jan", **extra})) == ["create:new"]


@pytest.mark.parametrize("phone", ["bel na 18u", "555", "niet bekend 12"])
def test_whatever_stands_in_the_telephone_column_is_kept(open_importer: OpenImporter, phone: str) -> None:
    """Daftra refuses no telephone number: a warning at most."""
    importer = open_importer(profile="daftra", default_country="BE")

    plan = plan_of(importer, {**GOOD, "phone": phone})

    assert fates(plan) == ["create:new"]
    assert plan.summary.severities["error"] == 0


@pytest.mark.parametrize("amount", ["0", "0,00", "12,50", "1234.5"])
def test_zero_and_positive_opening_balances_are_carried(open_importer: OpenImporter, amount: str) -> None:
    """Zero is not negative."""
    plan = plan_of(open_importer(profile="daftra"), {**GOOD, "opening_balance": amount, "opening_date": "2026-01-01"})

    assert fates(plan) == ["create:new"]
    assert errors(plan) == []


def test_good_rows_commit_though_others_fail(open_importer: OpenImporter) -> None:
    """And the activity log has one entry for the import."""
    importer = open_importer(profile="daftra")

    receipt = bring_in(importer, GOOD, {**GOOD, "name": ""}, {"name": "Els", "email": "els@voorbeeld.be"})

    assert dict(receipt.counts) == {
        "created": 2, "updated": 0, "unchanged": 0, "skipped": 0, "refused": 1, "held": 0, "stale": 0,
    }  # fmt: skip
    entry = only(importer.activity())
    assert (entry.action, entry.run) == ("import", receipt.run)


@pytest.mark.parametrize(
    ("stored", "row"),
    [
        ({"email": "jan@voorbeeld.be"}, {"email": "JAN@voorbeeld.be"}),
        ({"phone": "+32475123456"}, {"phone": "0475 12 34 56"}),
        ({"phone": "+32475123456"}, {"mobile": "0032 475 12.34.56"}),
    ],
)
def test_the_same_e_mail_or_telephone_updates_and_never_adds(
    open_importer: OpenImporter, stored: dict[str, str], row: dict[str, str]
) -> None:
    """Every mapped value that is not blank replaces the stored one."""
    importer = open_importer(profile="daftra", default_country="BE")
    bring_in(importer, {"name": "Jan", "city": "Gent", "notes": "oud", **stored})

    plan = plan_of(importer, {"name": "Jan Peeters", "city": "", "notes": "nieuw", **row})

    assert fates(plan) == ["update:matched"]
    written = {field: new for field, _, new, _ in changes(plan)}
    assert written["name"] == "Jan Peeters"
    assert written["notes"] == "nieuw"
    assert "city" not in written
    importer.apply(plan)
    assert only(clients(importer))["city"] == "Gent"


def test_the_option_off_reports_the_row_and_changes_nothing(open_importer: OpenImporter) -> None:
    """`Update an existing Client with new data`, unticked."""
    importer = open_importer(profile="daftra")
    bring_in(importer, GOOD)

    plan = plan_of(importer, {**GOOD, "name": "Piet"}, update_existing=False)

    assert fates(plan) == ["skip:option-update-existing"]
    importer.apply(plan)
    assert clients(importer) == [GOOD]
    assert Messages("en", plan.profile).label("update_existing") == "Update an existing Client with new data"


def test_the_same_file_twice_changes_nothing(open_importer: OpenImporter) -> None:
    """The client count is what it was."""
    importer = open_importer(profile="daftra", default_country="BE")
    rows = [GOOD, {"name": "Els", "email": "", "phone": "02 555 12 12"}, {"name": "", "email": "x@voorbeeld.be"}]
    bring_in(importer, *rows)

    assert fates(plan_of(importer, *rows)) == ["unchanged:no-change", "unchanged:no-change", "invalid:findings"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_its_three_delimiters_are_read(open_importer: OpenImporter, delimiter: str) -> None:
    """`Comma Separated`, `Semicolon Separated`, `Tab Delimited`."""
    lines = [["Name", "Email", "City"], ["Jan", "jan@voorbeeld.be", "Gent"], ["Els", "els@voorbeeld.be", "Brugge"]]
    csv = "\n".join(delimiter.join(line) for line in lines).encode()

    plan = open_importer(profile="daftra").plan(csv, name="clients.csv")

    assert fates(plan) == ["create:new", "create:new"]
    assert [dict(record.values) for record in plan.records()] == [
        {"name": "Jan", "email": "jan@voorbeeld.be", "city": "Gent"},
        {"name": "Els", "email": "els@voorbeeld.be", "city": "Brugge"},
    ]
