"""Clients as users of TaxCaddy know them: comments, statuses, what may be edited when, tax data."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from clientimport import Field, Importer, load_profile
from clientimport.documents.profile import profile_from_dict, profile_to_dict
from clientimport.messages import Messages
from tests.lifecycle.given import states
from tests.lifecycle.taxpayers import HEADERS, LISTS, brought, firm, row
from tests.planning.given import OpenImporter, clients, everything, fates

MANDATORY = (
    "One or more mandatory fields are missing. Mandatory fields are taxpayer first name, taxpayer last name, taxpayer "
    "email address, and Owner email address."
)
OFFICE = "The office location is missing or the entered location is not mapped in FileRoom."
OWNER = "Either the owner is missing in the SurePrep user management screen or they don't have the permission to be an owner."
CHARACTER = "This record was rejected due to the presence of a disallowed character in an email address field."
STAFF = "This email address is already being used by a tax professional account."
RESTRICTED = "Office location restrictions have to be applied to this client."

FIELDS = ("first_name", "last_name", "email", "national_number", "mobile")
MATRIX = {
    "not-invited": "yes yes yes yes yes",
    "connected": "yes yes yes yes yes",
    "missing-info": "yes yes yes yes yes",
    "not-enrolled": "no no yes yes yes",
    "enrolled": "no no no yes yes",
    "not-connected": "no no no yes yes",
    "duplicate": "no no no yes yes",
    "offline": "no no no yes yes",
}
STEPS = {
    "not-invited": (),
    "not-enrolled": ("invite",),
    "enrolled": ("invite", "enroll"),
    "connected": ("invite", "enroll", "connect"),
    "not-connected": ("invite", "enroll", "connect", "disconnect"),
}


def in_state(importer: Importer, state: str) -> None:
    """The first client there, in *state*."""
    brought(importer, row(1))
    for event in STEPS[state]:
        assert importer.fire("1", event).moved == ["1"]
    assert states(importer) == [state]


@pytest.mark.parametrize(
    ("cells", "comment"),
    [
        ({}, ""),
        ({"first": ""}, MANDATORY),
        ({"last": ""}, MANDATORY),
        ({"owner": ""}, MANDATORY),
        ({"first": "", "last": "", "owner": ""}, MANDATORY),
        ({"office": ""}, OFFICE),
        ({"office": "Chicago"}, OFFICE),
        ({"office": " new york "}, ""),
        ({"owner": "nobody@firm.example"}, OWNER),
        ({"owner": "staff@firm.example"}, OWNER),
        ({"owner": "OTHER@firm.example"}, ""),
        ({"email": "t1 @mail.example"}, CHARACTER),
        ({"email": "t1@mail,example"}, CHARACTER),
        ({"email": "t(1)@mail.example"}, CHARACTER),
        ({"email": "t1@mail.example; t2@mail.example"}, CHARACTER),
        ({"owner": "owner<@firm.example"}, CHARACTER),
        ({"email": "Staff@Firm.example"}, STAFF),
        ({"office": "Boston"}, RESTRICTED),
        ({"office": "", "first": "", "email": "t1@"}, f"{CHARACTER}\n{MANDATORY}\n{OFFICE}"),
        ({"email": ""}, ""),
        ({"mobile": ""}, ""),
        ({"software": "", "account": "", "client": ""}, ""),
    ],
)
def test_the_comment_is_the_products(open_importer: OpenImporter, cells: dict[str, str], comment: str) -> None:
    """Exactly; an accepted row has none. The report lists all rows, and the comments stand last."""
    importer = firm(open_importer)
    with importer.plan([row(1, **cells), row(2)]) as plan:
        report = importer.apply(plan).exceptions
        found = [each.comment for each in report.rows()]

    assert report.headers == (*HEADERS, "Comments")
    assert sorted(found[0].split("\n")) == sorted(comment.split("\n"))
    assert found[1] == ""
    assert len(states(importer)) == 1 + (comment == "")


def test_without_lists_nothing_is_looked_up(open_importer: OpenImporter) -> None:
    """And the plan says so, once a list."""
    importer = firm(open_importer, lists=None)

    plan = importer.plan([row(1, owner="x@y.example", office="Nowhere", email="staff@firm.example")])

    assert fates(plan) == ["create:new"]
    said = [finding.params["list"] for finding in plan.findings if finding.code == "list-not-given"]
    assert sorted(str(each) for each in said) == sorted(LISTS)


def test_what_is_stored(open_importer: OpenImporter) -> None:
    """Each column in its field, the SSN checked; the password nowhere."""
    importer = firm(open_importer)
    brought(importer, row(1, ssn="536-90-4399"))

    assert clients(importer) == [
        {
            "email": "t1@mail.example",
            "external_id": "T00001",
            "first_name": "First1",
            "is_offline": False,
            "last_name": "Last1",
            "mobile": "+12025550101",
            "name": "First1 Last1",
            "national_number": "US536904399",
            "office_location": "New York",
            "owner_email": "owner@firm.example",
            "tax_account": "1234",
            "tax_software": "UltraTax",
            "tax_version": "2025",
        }
    ]
    assert "hunter2" not in str(everything(importer))
    plan = importer.plan([row(2, ssn="000-12-3456")])
    assert [(each.code, each.field) for each in plan.findings if each.severity == "error"] == [
        ("number-format", "national_number")
    ]


@pytest.mark.parametrize(
    "headers",
    [
        HEADERS,
        ("IS OFFLINE", "First name", "Last name", "Email", "Mobile", "SSN", "Owner Email", "Office location",
         "Tax software", "Tax account number", "Client ID", "Tax software password", "Tax version"),
    ],
)  # fmt: skip
def test_its_columns_are_known(open_importer: OpenImporter, headers: tuple[str, ...]) -> None:
    """Whatever the case and however they are spaced, none is a question; the password is left out on purpose."""
    importer = firm(open_importer)

    found = importer.inspect([dict(zip(headers, row(1).values(), strict=True))]).suggestion

    assert found.preset == "taxcaddy"
    assert found.unsure == ()
    assert {column.field for column in found.columns} == {
        "is_offline", "first_name", "last_name", "email", "mobile", "national_number", "owner_email",
        "office_location", "tax_software", "tax_account", "external_id", "tax_version", None,
    }  # fmt: skip
    assert found.columns[11].reason == "dropped"
    unclaimed = importer.inspect([{"Tax Software Password": "hunter2", "Taxpayer Last Name": "Maes"}]).suggestion
    assert unclaimed.mapping.field("tax_software") is None
    assert unclaimed.column("Tax Software Password").accepted is False


@pytest.mark.parametrize("missing", ["email", "mobile"])
def test_missing_info_follows_the_fields(open_importer: OpenImporter, missing: str) -> None:
    """It holds the invitation back until the field is filled."""
    importer = firm(open_importer)
    brought(importer, row(1, **{missing: ""}))

    assert states(importer) == ["missing-info"]
    (refused,) = importer.fire("1", "invite").refused
    words = Messages("en", importer.profile)
    assert words.why(refused.why or {}) == '"Invite" is not possible from "Missing Info", only from: Not Invited.'
    brought(importer, row(1))
    assert states(importer) == ["not-invited"]
    assert importer.fire("1", "invite").moved == ["1"]


def test_statuses_have_their_labels(open_importer: OpenImporter) -> None:
    """In every language, for they are the product's."""
    importer = firm(open_importer)
    named = importer.profile.lifecycle

    for lang in ("en", "nl", "fr"):
        words = Messages(lang, importer.profile)
        assert [words.state(state) for state in (*named.named, *named.standings)] == [
            "Missing Info", "Not Invited", "Not Enrolled", "Enrolled", "Not Connected", "Connected", "Offline",
            "Duplicate", "Missing Tax Info", "Eligible For Import",
        ]  # fmt: skip


@pytest.mark.parametrize("state", ["not-invited", "not-enrolled", "enrolled", "not-connected"])
def test_whoever_connects_is_connected(open_importer: OpenImporter, state: str) -> None:
    """From every status of a standard client; one who lacks something converts in place."""
    importer = firm(open_importer)
    in_state(importer, state)
    brought(importer, row(2, mobile=""))
    assert states(importer) == [state, "missing-info"]
    assert importer.fire(["1", "2"], "connect").moved == ["1", "2"]
    assert states(importer) == ["connected", "connected"]


def test_a_client_walks_through_its_statuses(open_importer: OpenImporter) -> None:
    """Nobody is enrolled who was not invited; whoever connects is connected, and can be again."""
    importer = firm(open_importer)
    in_state(importer, "not-invited")

    for event, state in (
        ("enroll", "not-invited"),
        ("invite", "not-enrolled"),
        ("invite", "not-enrolled"),
        ("enroll", "enrolled"),
        ("disconnect", "not-connected"),
        ("connect", "connected"),
        ("enroll", "connected"),
        ("supersede", "connected"),
        ("disconnect", "not-connected"),
    ):
        importer.fire("1", event)
        assert states(importer) == [state], event


@pytest.mark.parametrize("state", MATRIX)
def test_the_editability_matrix(open_importer: OpenImporter, state: str) -> None:
    """Row by row as the product publishes it."""
    lifecycle = firm(open_importer).profile.lifecycle
    closed = lifecycle.named[state].open

    assert [closed is None or field in closed for field in FIELDS] == [word == "yes" for word in MATRIX[state].split()]
    assert set(MATRIX) == set(lifecycle.named)


@pytest.mark.parametrize("state", STEPS)
def test_edits_go_by_the_matrix(open_importer: OpenImporter, state: str, tmp_path: Path) -> None:
    """Through an export that is edited: no questions; what is locked stays, and is said."""
    importer = firm(open_importer)
    in_state(importer, state)
    new = {
        "first_name": "Anna",
        "last_name": "Nys",
        "email": "new@mail.example",
        "national_number": "536-90-4399",
        "mobile": "+12025550199",
    }
    path = tmp_path / "edit.csv"
    importer.export(path, columns=list(new))
    text = path.read_text(encoding="utf-8-sig").splitlines()
    mark = next(csv.reader(text[1:]))[-1]
    path.write_text("\n".join([text[0], ",".join([*new.values(), mark])]), encoding="utf-8")

    plan = importer.plan(path)

    allowed = dict(zip(FIELDS, MATRIX[state].split(), strict=True))
    assert {change.field for change in plan.changes()} - {"name"} == {f for f in FIELDS if allowed[f] == "yes"}
    assert plan.conflicts == []
    locked = [finding.field for finding in plan.findings if finding.code == "field-locked"]
    assert locked == [field for field in FIELDS if allowed[field] == "no"]
    risky = [finding for finding in plan.findings if finding.code == "field-risky"]
    assert [finding.field for finding in risky] == (["email", "mobile"] if state == "connected" else [])
    words = [Messages("en", importer.profile).finding(finding).message for finding in risky]
    assert all("lock them out" in word for word in words)
    receipt = importer.apply(plan)
    assert [each.comment for each in receipt.exceptions.rows()] == [""]
    (client,) = importer.clients()
    assert [client[field] == new[field].replace("536-90-4399", "US536904399") for field in FIELDS] == [
        allowed[field] == "yes" for field in FIELDS
    ]


def test_tax_data_follows_its_fields(open_importer: OpenImporter) -> None:
    """Whatever the status; it lists the clients as a status does."""
    importer = firm(open_importer)
    brought(importer, row(1), row(2, software=""), row(3, account=""), row(4, client="", email=""))
    importer.fire("2", "invite")

    assert [client.aspects["tax_data"] for client in importer.clients()] == [
        "eligible-for-import", "missing-tax-info", "missing-tax-info", "missing-tax-info",
    ]  # fmt: skip
    assert [client.id for client in importer.clients(status="eligible-for-import")] == ["1"]
    brought(importer, row(2))
    assert [client.id for client in importer.clients(status="eligible-for-import")] == ["1", "2"]


def test_a_firm_adds_fields_of_its_own(open_importer: OpenImporter) -> None:
    """Custom fields of FileRoom, and another set of mandatory fields: a profile of its own, and fields of the host."""
    data = profile_to_dict(firm(open_importer).profile)
    assert profile_from_dict(data) == firm(open_importer).profile
    data["required"]["fields"] = ["first_name", "last_name", "email", "owner_email", "project_id"]
    data["name"] = "firm"
    importer = open_importer(
        profile=profile_from_dict(data), fields=[Field(name="project_id", label="Project ID")], lists=LISTS
    )

    found = [
        each.comment
        for each in importer.plan([{**row(1), "Project ID": ""}, {**row(2), "Project ID": "P1"}]).exceptions.rows()
    ]

    assert found == [MANDATORY, ""]


def test_it_is_a_file_like_any_other(tmp_path: Path) -> None:
    """Whoever copies the profile to change it gets the same."""
    from importlib import resources

    text = (resources.files("clientimport.profiles") / "taxcaddy.toml").read_text(encoding="utf-8")
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with Importer("memory:", profile="taxcaddy") as importer:
        assert load_profile(path) == importer.profile
