"""What an update may write: one policy a field, asked where the policy is to ask."""

from __future__ import annotations

import pytest

from clientimport import Merge, MergePolicy
from tests.planning.given import OpenImporter, bring_in, changes, clients, fates, only, plan_of

KNOWN = {"external_id": "1", "name": "Jan Peeters", "city": "Gent"}
NEW = {"external_id": "1", "name": "Jan Peeters", "city": "Brugge", "email": "jan@voorbeeld.be"}


@pytest.mark.parametrize(
    ("merge", "written"),
    [
        ("fill_blank", [("email", None, "jan@voorbeeld.be", "fill_blank")]),
        ("overwrite", [("email", None, "jan@voorbeeld.be", "fill_blank"), ("city", "Gent", "Brugge", "overwrite")]),
        ("keep", []),
    ],
)
def test_each_policy_writes_what_it_says(open_importer: OpenImporter, merge: str, written: list[object]) -> None:
    """fill_blank fills, overwrite replaces, keep leaves even blanks."""
    importer = open_importer()
    bring_in(importer, KNOWN)

    plan = plan_of(importer, NEW, merge=merge)

    assert changes(plan) == written
    assert fates(plan) == ["update:matched" if written else "unchanged:no-change"]
    importer.apply(plan)
    stored = only(clients(importer))
    assert stored["city"] == ("Brugge" if merge == "overwrite" else "Gent")
    assert stored.get("email") == (None if merge == "keep" else "jan@voorbeeld.be")


def test_every_field_may_have_a_policy_of_its_own(open_importer: OpenImporter) -> None:
    """The city is overwritten, the e-mail kept, everything else only filled."""
    importer = open_importer()
    bring_in(importer, {**KNOWN, "notes": "oud"})
    policy = MergePolicy(default=Merge.FILL_BLANK, fields={"city": Merge.OVERWRITE, "email": Merge.KEEP})

    plan = plan_of(importer, {**NEW, "notes": "nieuw", "region": "Vlaanderen"}, merge=policy)

    assert changes(plan) == [
        ("city", "Gent", "Brugge", "overwrite"),
        ("region", None, "Vlaanderen", "fill_blank"),
    ]


def test_standard_fills_blanks_and_asks_about_every_difference(open_importer: OpenImporter) -> None:
    """Nothing is written while the question stands, not even what could be filled."""
    importer = open_importer()
    bring_in(importer, KNOWN)

    plan = plan_of(importer, NEW)

    assert fates(plan) == ["conflict:fields-differ"]
    conflict = only(plan.conflicts)
    assert (conflict.kind, conflict.fields) == ("fields-differ", ("city",))
    assert conflict.params == {"client": "1", "stored": {"city": "Gent"}, "given": {"city": "Brugge"}}
    assert [option.choice for option in conflict.options] == ["keep", "overwrite", "skip"]
    importer.apply(plan)
    assert clients(importer) == [KNOWN]


@pytest.mark.parametrize(
    ("choice", "stored"),
    [
        ("keep", {**KNOWN, "email": "jan@voorbeeld.be"}),
        ("overwrite", NEW),
        ("skip", KNOWN),
    ],
)
def test_a_difference_can_be_kept_overwritten_or_left_out(
    open_importer: OpenImporter, choice: str, stored: dict[str, str]
) -> None:
    """Keeping still fills the blanks; leaving out changes nothing at all."""
    importer = open_importer()
    bring_in(importer, KNOWN)
    plan = plan_of(importer, NEW)

    importer.apply(plan.decide({only(plan.conflicts).id: choice}))

    assert clients(importer) == [stored]


def test_of_several_differences_some_may_be_overwritten(open_importer: OpenImporter) -> None:
    """One field, or several in one answer; the others are kept, and the rule says a decision chose."""
    importer = open_importer()
    bring_in(importer, {**KNOWN, "region": "Oost", "notes": "oud"})
    plan = plan_of(importer, {**KNOWN, "city": "Brugge", "region": "West", "notes": "nieuw"})
    conflict = only(plan.conflicts)
    assert [option.choice for option in conflict.options] == [
        "keep", "overwrite", "overwrite:city", "overwrite:region", "overwrite:notes", "skip",
    ]  # fmt: skip

    assert changes(plan.decide({conflict.id: "overwrite:city"})) == [("city", "Gent", "Brugge", "decision")]
    assert changes(plan.decide({conflict.id: "overwrite:city,notes"})) == [
        ("city", "Gent", "Brugge", "decision"),
        ("notes", "oud", "nieuw", "decision"),
    ]
    assert len(changes(plan.decide({conflict.id: "overwrite"}))) == 3


def test_an_answer_can_be_taken_back_by_another(open_importer: OpenImporter) -> None:
    """The last answer counts, and the plan is the one that answer alone would give."""
    importer = open_importer()
    bring_in(importer, KNOWN)
    plan = plan_of(importer, NEW)
    question = only(plan.conflicts).id

    again = plan.decide({question: "overwrite"}).decide({question: "keep"})

    assert again.digest == plan.decide({question: "keep"}).digest


@pytest.mark.parametrize(
    ("field", "stored", "given"),
    [("city", "Saint-Étienne", "SAINT ETIENNE"), ("name", "Jan Peeters", "PEETERS, Jan"), ("tags", "vip;goud", "goud")],
)
def test_a_difference_of_spelling_is_not_worth_a_question(
    open_importer: OpenImporter, field: str, stored: str, given: str
) -> None:
    """Case, accents, punctuation, word order of a name, and a list that is there already."""
    importer = open_importer()
    bring_in(importer, {"external_id": "1", "name": "Jan Peeters", field: stored})

    assert fates(plan_of(importer, {"external_id": "1", "name": "Jan Peeters", field: given})) == [
        "unchanged:no-change"
    ]


@pytest.mark.parametrize(
    ("field", "stored", "given"),
    [
        ("email", "jan.peeters@voorbeeld.be", "jan-peeters@voorbeeld.be"),
        ("website", "https://a.be/b-c", "https://a.be/b/c"),
        ("phone", "+3225551212", "+3225551213"),
        ("birth_date", "1990-01-02", "1990-02-01"),
        ("postal_code", "9000", "9001"),
    ],
)
def test_two_addresses_or_numbers_are_never_a_matter_of_spelling(
    open_importer: OpenImporter, field: str, stored: str, given: str
) -> None:
    """A full stop in an e-mail address makes another mailbox."""
    importer = open_importer()
    bring_in(importer, {"external_id": "1", "name": "Jan Peeters", field: stored})

    plan = plan_of(importer, {"external_id": "1", "name": "Jan Peeters", field: given})

    assert fates(plan) == ["conflict:fields-differ"]


@pytest.mark.parametrize("merge", ["fill_blank", "overwrite", "keep", "ask"])
def test_absent_and_blank_never_erase(open_importer: OpenImporter, merge: str) -> None:
    """Neither a column that is missing nor an empty cell takes anything away."""
    importer = open_importer()
    bring_in(importer, {**KNOWN, "email": "jan@voorbeeld.be", "tags": "vip"})

    plan = plan_of(importer, {"external_id": "1", "name": "Jan Peeters", "city": "", "tags": "  "}, merge=merge)

    assert fates(plan) == ["unchanged:no-change"]
    importer.apply(plan)
    assert only(clients(importer)) == {**KNOWN, "email": "jan@voorbeeld.be", "tags": ["vip"]}


def test_every_change_names_its_client_its_rule_and_its_cell(open_importer: OpenImporter) -> None:
    """A person can look the value up in the file."""
    importer = open_importer()
    bring_in(importer, KNOWN)

    csv = b"external_id,name,Woonplaats\n\n1,Jan Peeters,Brugge\n"
    mapping = plan_of(importer, KNOWN).header["mapping"]["fields"]
    assert set(mapping) == {"external_id", "name", "city"}
    plan = importer.plan(csv, name="klanten.csv", merge="overwrite")

    change = only(list(plan.changes()))
    assert (change.client, change.field, change.rule) == ("1", "city", "overwrite")
    assert str(change.locator) == 'klanten.csv row 3, "Woonplaats"'


# ------------------------------------------------------------------------------------------------ modes and options


def test_with_update_existing_off_known_clients_are_skipped_with_the_reason(open_importer: OpenImporter) -> None:
    """Never a second record, never a silent omission."""
    importer = open_importer()
    bring_in(importer, KNOWN)

    plan = plan_of(importer, NEW, {"external_id": "2", "name": "Els"}, update_existing=False)

    assert fates(plan) == ["skip:option-update-existing", "create:new"]
    assert next(plan.records()).client == "1"
    importer.apply(plan)
    assert clients(importer) == [KNOWN, {"external_id": "2", "name": "Els"}]


def test_create_only_skips_who_is_there(open_importer: OpenImporter) -> None:
    """Only new clients come in."""
    importer = open_importer()
    bring_in(importer, KNOWN)

    plan = plan_of(importer, NEW, {"external_id": "2", "name": "Els"}, mode="create_only")

    assert fates(plan) == ["skip:mode-create-only", "create:new"]


def test_update_only_skips_who_is_new(open_importer: OpenImporter) -> None:
    """Only clients that are there are touched; rows of one new client say the same."""
    importer = open_importer()
    bring_in(importer, KNOWN)
    els = {"external_id": "2", "name": "Els"}

    plan = plan_of(importer, NEW, els, els, mode="update_only", merge="overwrite")

    assert fates(plan) == ["update:matched", "skip:mode-update-only", "skip:mode-update-only"]
    importer.apply(plan)
    assert len(clients(importer)) == 1
