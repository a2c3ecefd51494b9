"""Who is who: the ladder of keys against the store and within the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import pytest

from clientimport import Importer, Profile, Settings, SettingsError, Severity
from clientimport.core.profile import Rung
from tests.planning.given import OpenImporter, bring_in, clients, fates, only, plan_of

JAN = {"name": "Jan Peeters", "email": "jan@voorbeeld.be"}
BRUSSELS = "+32 2 555 12 12"


def test_a_record_whose_keys_nobody_has_is_a_new_client(open_importer: OpenImporter) -> None:
    """New is new."""
    plan = plan_of(open_importer(), JAN)

    assert fates(plan) == ["create:new"]
    assert next(plan.records()).client is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("external_id", "K-001"),
        ("national_number", "93.05.18-223.61"),
        ("company_number", "0403.170.701"),
        ("vat_number", "BE 0403.170.701"),
    ],
)
def test_a_proving_number_finds_its_client_whatever_else_differs(
    open_importer: OpenImporter, field: str, value: str
) -> None:
    """Ids and official numbers are one client's own, so a new address changes nobody's identity."""
    importer = open_importer(default_country="BE")
    bring_in(importer, {"name": "Jan Peeters", field: value, "email": "oud@voorbeeld.be"})

    plan = plan_of(importer, {"name": "Jan Peeters", field: value, "city": "Gent"})

    assert fates(plan) == ["update:matched"]
    assert next(plan.records()).client == next(importer.clients()).id


def test_official_numbers_are_compared_without_their_punctuation(open_importer: OpenImporter) -> None:
    """`BE0403170701` and `BE 0403.170.701` are one number."""
    importer = open_importer(default_country="BE")
    bring_in(importer, {"name": "Bakkerij", "vat_number": "BE 0403.170.701"})

    assert fates(plan_of(importer, {"name": "Bakkerij", "vat_number": "BE0403170701"})) == ["unchanged:no-change"]


def test_a_couple_may_share_an_e_mail_under_standard(open_importer: OpenImporter) -> None:
    """One mailbox, two people: neither in the file nor against the store are they taken for one."""
    importer = open_importer()
    els = {"name": "Els Maes", "email": "JAN@voorbeeld.be"}

    assert fates(plan_of(importer, JAN, els)) == ["create:new", "create:new"]
    bring_in(importer, JAN)
    plan = plan_of(importer, JAN, els)

    assert fates(plan) == ["unchanged:no-change", "create:new"]
    assert [finding.code for finding in plan.findings] == ["same-key-other-name"]
    bring_in(importer, JAN, els)
    assert [client["name"] for client in clients(importer)] == ["Jan Peeters", "Els Maes"]
    assert fates(plan_of(importer, JAN, els)) == ["unchanged:no-change", "unchanged:no-change"]


def test_an_exclusive_e_mail_is_one_client_whatever_the_name(open_importer: OpenImporter) -> None:
    """Under Daftra the address decides."""
    importer = open_importer(profile="daftra")
    bring_in(importer, JAN)

    plan = plan_of(importer, {"name": "Els Maes", "email": "Jan@Voorbeeld.BE"})

    assert fates(plan) == ["update:matched"]


@pytest.mark.parametrize("name", ["jan peeters", "Peeters, Jan", "PEETERS  JAN", "Ján Peeters"])
def test_names_agree_without_regard_to_case_accents_and_order(open_importer: OpenImporter, name: str) -> None:
    """The same words are the same person where the e-mail agrees as well."""
    importer = open_importer()
    bring_in(importer, JAN)

    assert fates(plan_of(importer, {**JAN, "name": name})) == ["unchanged:no-change"]


@pytest.mark.parametrize("name", ["jan peeters", "Peeters, Jan", "Ján Peeters"])
def test_two_rows_whose_names_agree_do_not_contradict(open_importer: OpenImporter, name: str) -> None:
    """What joins two rows cannot also set them against each other; the first spelling stands."""
    importer = open_importer()

    plan = plan_of(importer, JAN, {**JAN, "name": name})

    assert fates(plan) == ["create:new", "skip:merged"]
    importer.apply(plan)
    assert only(clients(importer))["name"] == "Jan Peeters"


def test_the_same_legal_name_written_two_ways_is_one_client(open_importer: OpenImporter) -> None:
    """`N.V. Bouwwerken Janssens` is `Bouwwerken Janssens NV`; another legal form is another client."""
    importer = open_importer()
    first = {"name": "N.V. Bouwwerken Janssens", "email": "info@janssens.be"}
    bring_in(importer, first)

    assert fates(plan_of(importer, {**first, "name": "Bouwwerken Janssens NV"})) == ["unchanged:no-change"]
    assert fates(plan_of(importer, {**first, "name": "Bouwwerken Janssens BV"}, near="off")) == ["create:new"]


def test_keys_are_compared_across_all_fields_of_their_scheme(open_importer: OpenImporter) -> None:
    """A mobile in the one file is a phone in the other, and a second address is an address."""
    importer = open_importer(profile="daftra", default_country="BE")
    bring_in(importer, {"name": "Jan", "mobile": "0475 12 34 56", "other_emails": "jan@voorbeeld.be"})

    assert fates(plan_of(importer, {"name": "Jan", "phone": "+32475123456"})) == ["update:matched"]
    assert fates(plan_of(importer, {"name": "Jan", "email": "jan@voorbeeld.be"})) == ["update:matched"]


# ------------------------------------------------------------------------------------------------ two clients


def a_and_b(importer_profile: str, open_importer: OpenImporter) -> tuple[Importer, dict[str, str]]:
    importer = open_importer(profile=importer_profile)
    bring_in(
        importer,
        {"name": "Ann", "email": "a@voorbeeld.be", "phone": ""},
        {"name": "Ann", "email": "b@voorbeeld.be", "phone": BRUSSELS},
    )
    return importer, {"name": "Ann", "email": "a@voorbeeld.be", "phone": BRUSSELS}


def test_a_record_that_hits_two_clients_is_a_conflict_never_a_guess(open_importer: OpenImporter) -> None:
    """E-mail says Ann, telephone says the other Ann: a person must say."""
    importer, row = a_and_b("daftra", open_importer)

    plan = plan_of(importer, row)

    assert fates(plan) == ["conflict:two-clients"]
    conflict = only(plan.conflicts)
    assert conflict.kind == "two-clients"
    assert conflict.sequences == (0,)
    assert conflict.locator.row == 1
    assert [option.choice for option in conflict.options] == ["client:1", "client:2", "skip"]
    assert conflict.params["clients"] == {"1": ["email"], "2": ["phone"]}
    assert next(plan.records()).conflict == conflict.id
    importer.apply(plan)
    assert len(clients(importer)) == 2


def test_choosing_one_of_two_clients_writes_nothing_that_is_the_others(open_importer: OpenImporter) -> None:
    """The telephone stays with the client it belongs to."""
    importer, row = a_and_b("daftra", open_importer)
    plan = plan_of(importer, {**row, "city": "Gent"})
    question = only(plan.conflicts).id

    chosen = plan.decide({question: "client:1"})

    assert fates(chosen) == ["update:matched"]
    importer.apply(chosen)
    assert clients(importer) == [
        {"name": "Ann", "email": "a@voorbeeld.be", "city": "Gent"},
        {"name": "Ann", "email": "b@voorbeeld.be", "phone": "+3225551212"},
    ]


def test_two_clients_may_be_answered_with_skip(open_importer: OpenImporter) -> None:
    """Leaving it out says that a decision did."""
    importer, row = a_and_b("daftra", open_importer)
    plan = plan_of(importer, row)

    chosen = plan.decide({only(plan.conflicts).id: "skip"})

    assert fates(chosen) == ["skip:decision"]
    assert chosen.conflicts == []
    assert importer.apply(chosen).counts["skipped"] == 1


def test_where_keys_do_not_prove_a_third_client_may_be_made(open_importer: OpenImporter) -> None:
    """Under standard an e-mail proves nothing by itself, so `new` is an answer."""
    importer, row = a_and_b("standard", open_importer)
    plan = plan_of(importer, row)
    conflict = only(plan.conflicts)
    assert [option.choice for option in conflict.options] == ["client:1", "client:2", "new", "skip"]

    importer.apply(plan.decide({conflict.id: "new"}))

    assert len(clients(importer)) == 3


def test_rows_that_join_hit_two_clients_together(open_importer: OpenImporter) -> None:
    """Each row alone would be clear; together they say that two stored clients are one."""
    importer, _ = a_and_b("daftra", open_importer)

    plan = plan_of(
        importer,
        {"name": "Ann", "external_id": "7", "email": "a@voorbeeld.be"},
        {"name": "Ann", "external_id": "7", "phone": BRUSSELS},
    )

    assert fates(plan) == ["conflict:two-clients"] * 2
    assert only(plan.conflicts).sequences == (0, 1)


# ------------------------------------------------------------------------------------------------ shared keys


def office(count: int) -> list[dict[str, str]]:
    return [{"name": f"Collega {chr(65 + n)}", "email": f"c{n}@kantoor.be", "phone": BRUSSELS} for n in range(count)]


def test_a_key_too_many_records_share_tells_nobody_apart(open_importer: OpenImporter) -> None:
    """An office telephone: a warning on each record, no merging, and the next import adds nothing."""
    importer = open_importer(profile="daftra", settings=Settings(shared_key_limit=3))
    rows = office(5)

    plan = plan_of(importer, *rows)

    assert fates(plan) == ["create:new"] * 5
    assert plan.summary.findings == {"shared-key": 5}
    found = [finding for finding in plan.findings if finding.code == "shared-key"]
    assert [(dict(finding.params), finding.severity) for finding in found] == [
        ({"scheme": "phone", "records": 5}, "warning")
    ] * 5
    receipt = importer.apply(plan)
    assert (receipt.created, receipt.counts["stale"]) == (5, 0)
    assert fates(plan_of(importer, *rows)) == ["unchanged:no-change"] * 5


def test_exactly_the_limit_is_not_too_many(open_importer: OpenImporter) -> None:
    """The limit is the most that may share."""
    importer = open_importer(profile="daftra", settings=Settings(shared_key_limit=3))

    plan = plan_of(importer, *office(3))

    assert "shared-key" not in plan.summary.findings
    assert fates(plan) == ["conflict:rows-contradict"] * 3


def test_namesakes_under_a_shared_key_are_still_one(open_importer: OpenImporter) -> None:
    """Where the key tells nothing alone, key and name together do."""
    importer = open_importer(profile="daftra", settings=Settings(shared_key_limit=3))
    rows = [*office(4), {"name": "collega b", "email": "", "phone": BRUSSELS}]

    plan = plan_of(importer, *rows)

    assert fates(plan) == ["create:new"] * 4 + ["skip:merged"]
    importer.apply(plan)
    assert fates(plan_of(importer, *rows)) == ["unchanged:no-change"] * 4 + ["skip:merged"]


def test_a_client_one_of_whose_rows_has_the_shared_key_is_created(open_importer: OpenImporter) -> None:
    """The shared telephone stands in a later row of each client: what is planned is done all the same."""
    importer = open_importer(profile="daftra", settings=Settings(shared_key_limit=3))
    rows = []
    for n in range(5):
        rows.append({"external_id": f"E{n}", "name": f"Collega {chr(65 + n)}", "email": f"c{n}@kantoor.be"})
        rows.append({"external_id": f"E{n}", "name": f"Collega {chr(65 + n)}", "phone": BRUSSELS})
    plan = plan_of(importer, *rows)

    receipt = importer.apply(plan)

    assert (receipt.created, receipt.counts["stale"]) == (plan.summary.dispositions["create"], 0)
    assert receipt.created == 5
    assert plan_of(importer, *rows).summary.dispositions["create"] == 0


def test_a_shared_key_can_be_written_on_clients_that_are_there(open_importer: OpenImporter) -> None:
    """What is planned is done: five clients get the office telephone, and can lose it again."""
    importer = open_importer(profile="daftra", settings=Settings(shared_key_limit=3))
    known = [{"external_id": f"E{n}", "name": f"Collega {chr(65 + n)}", "email": f"c{n}@kantoor.be"} for n in range(5)]
    bring_in(importer, *known)
    rows = [{**row, "phone": BRUSSELS} for row in known]

    receipt = bring_in(importer, *rows)

    assert (receipt.updated, receipt.counts["stale"]) == (5, 0)
    assert fates(plan_of(importer, *rows)) == ["unchanged:no-change"] * 5
    assert importer.undo(receipt).reversed == 5
    assert fates(plan_of(importer, *known)) == ["unchanged:no-change"] * 5
    bring_in(importer, {"external_id": "E0", "name": "Collega A", "phone": BRUSSELS, "email": "c0@kantoor.be"})
    assert clients(importer)[0]["phone"] == "+3225551212"


def test_a_new_colleague_can_join_a_shared_key_later(open_importer: OpenImporter) -> None:
    """More clients than the limit hold the telephone already: a new name is a new client, created as planned."""
    importer = open_importer(profile="daftra", settings=Settings(shared_key_limit=3))
    bring_in(importer, *office(5))
    late = {"name": "Nieuwe collega", "email": "nieuw@kantoor.be", "phone": BRUSSELS}

    plan = plan_of(importer, late)

    assert fates(plan) == ["create:new"]
    receipt = importer.apply(plan)
    assert (receipt.created, receipt.counts["stale"]) == (1, 0)
    assert fates(plan_of(importer, late)) == ["unchanged:no-change"]


def test_a_decision_counts_no_finding_twice(open_importer: OpenImporter) -> None:
    """Deciding seals again; what was said once is still said once."""
    importer = open_importer(profile="daftra", settings=Settings(shared_key_limit=3))
    rows = [*office(5), {"name": "Q", "email": "q@voorbeeld.be"}, {"name": "Iemand", "email": "q@voorbeeld.be"}]
    plan = plan_of(importer, *rows)

    decided = plan.decide({only(plan.conflicts).id: "skip"})

    assert decided.summary.findings == plan.summary.findings == {"shared-key": 5}
    assert len([finding for finding in decided.findings if finding.code == "shared-key"]) == 5


# ------------------------------------------------------------------------------------------------ nobody's key


def test_a_record_with_only_a_name_is_not_created_at_every_import(open_importer: OpenImporter) -> None:
    """Pressing the button again adds nothing, keys or not."""
    importer = open_importer()
    bring_in(importer, {"name": "Jan Peeters"})

    bring_in(importer, {"name": "Jan Peeters"})

    assert clients(importer) == [{"name": "Jan Peeters"}]


def test_two_blank_names_prove_nothing(open_importer: OpenImporter) -> None:
    """Where a profile asks no name, sharing an e-mail that proves nothing does not make two nameless records one."""
    profile = Profile(
        name="loose", required=(), ladder=(Rung(scheme="external_id"), Rung(scheme="email", exclusive=False))
    )
    importer = open_importer(profile=profile)

    plan = plan_of(
        importer,
        {"external_id": "1", "email": "a@voorbeeld.be"},
        {"external_id": "2", "email": "a@voorbeeld.be"},
    )

    assert fates(plan) == ["create:new", "create:new"]


def test_a_shared_key_tells_nobody_apart_though_a_client_has_it_alone(open_importer: OpenImporter) -> None:
    """The first of the office is in the store already; five other names are five other people, and the first is himself."""
    importer = open_importer(profile="daftra", settings=Settings(shared_key_limit=3))
    bring_in(importer, {"name": "Jan Peeters", "phone": BRUSSELS})

    plan = plan_of(importer, *office(5), {"name": "PEETERS Jan", "phone": BRUSSELS})

    assert fates(plan) == ["create:new"] * 5 + ["update:matched"]
    receipt = importer.apply(plan)
    assert (receipt.created, receipt.updated, receipt.counts["stale"]) == (5, 1, 0)
    again = plan_of(importer, *office(5), {"name": "PEETERS Jan", "phone": BRUSSELS})
    assert fates(again) == ["unchanged:no-change"] * 6


def test_a_key_of_ones_own_still_finds_a_client_who_shares_another(open_importer: OpenImporter) -> None:
    """The office number proves nothing; the mobile beside it does."""
    importer = open_importer(profile="daftra", settings=Settings(shared_key_limit=3))
    bring_in(importer, {"name": "Jan Peeters", "phone": BRUSSELS, "mobile": "+32475123456"})
    renamed = {"name": "J. Peeters", "phone": BRUSSELS, "mobile": "+32475123456"}

    plan = plan_of(importer, *({**row, "mobile": ""} for row in office(5)), renamed)

    assert fates(plan) == ["create:new"] * 5 + ["update:matched"]


def test_a_crowd_under_one_key_costs_no_look_at_each_member_for_each_record(
    open_importer: OpenImporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A placeholder that everybody has is looked at once a plan; each record meets its namesake only."""
    importer = open_importer(profile="daftra", settings=Settings(shared_key_limit=3, batch_size=50))
    rows = [{"name": f"Collega {n}", "email": f"c{n}@kantoor.be", "phone": BRUSSELS} for n in range(400)]
    bring_in(importer, *rows)
    fetched: list[int] = []
    with importer.store.reading() as work:
        clients_class = type(work.clients)
    fetch = clients_class.fetch

    def counted(self: Any, ids: Sequence[str]) -> Any:
        fetched.append(len(ids))
        return fetch(self, ids)

    monkeypatch.setattr(clients_class, "fetch", counted)

    assert fates(plan_of(importer, *rows)) == ["unchanged:no-change"] * 400

    assert sum(fetched) <= 2 * 400


def test_a_silenced_finding_still_tells_the_writer_what_it_must_know(open_importer: OpenImporter) -> None:
    """A profile that does not want to hear of shared keys gets its new colleagues all the same."""
    quiet = attrs.evolve(
        open_importer(profile="daftra").profile, severities={"shared-key": None, "same-key-other-name": None}
    )
    importer = open_importer(profile=quiet, settings=Settings(shared_key_limit=3))
    bring_in(importer, *office(5))

    receipt = bring_in(importer, {"name": "Nieuwe Collega", "phone": BRUSSELS})
    later = bring_in(importer, {"name": "Nog Een Collega", "phone": BRUSSELS})

    assert (receipt.counts["created"], later.counts["created"]) == (1, 1)


def test_a_name_that_follows_from_others_replaces_none(open_importer: OpenImporter) -> None:
    """The file names people by first and last name only; the bakery keeps the name it has."""
    importer = open_importer(profile="daftra")
    bring_in(importer, {"name": "Bakkerij Aerts BV", "email": "an@voorbeeld.be"})

    bring_in(importer, {"first_name": "An", "last_name": "Aerts", "email": "an@voorbeeld.be"})
    bring_in(importer, {"first_name": "Bo", "last_name": "Bos", "email": "bo@voorbeeld.be"})

    assert [(client["name"], client["last_name"]) for client in clients(importer)] == [
        ("Bakkerij Aerts BV", "Aerts"),
        ("Bo Bos", "Bos"),
    ]


@pytest.mark.parametrize("options", [{"mode": "create_only"}, {"update_existing": False}])
def test_nobody_is_asked_what_could_change_nothing(open_importer: OpenImporter, options: dict[str, object]) -> None:
    """Where no known client is written on, it does not matter which of two is meant."""
    importer, both = a_and_b("daftra", open_importer)

    plan = plan_of(importer, both, {**both, "name": "Jan"}, **options)

    assert [fate.partition(":")[0] for fate in fates(plan)] == ["skip", "skip"]
    assert plan.conflicts == []


def test_an_answer_can_make_a_crowd_small_again(open_importer: OpenImporter) -> None:
    """It refuses one of three who share a number, so that the number proves again who is who."""
    importer = open_importer(profile="daftra", settings=Settings(shared_key_limit=2))
    bring_in(importer, {"name": "Jan Peeters", "phone": BRUSSELS})
    rows = [
        {"name": "Jan Peeters", "phone": BRUSSELS, "opening_balance": ""},
        {"name": "Jan Peeters", "phone": BRUSSELS, "opening_balance": "1.234"},
        {"name": "Els Maes", "phone": BRUSSELS, "opening_balance": ""},
    ]
    plan = plan_of(importer, *rows)
    assert fates(plan) == ["conflict:column-format"] * 2 + ["create:new"]
    answers = {"column-format:opening_balance": "."}

    decided = plan.decide(answers)

    assert fates(decided) == ["conflict:rows-contradict", "invalid:findings", "conflict:rows-contradict"]
    assert decided.digest == plan_of(importer, *rows, decisions=answers).digest


def test_a_nameless_record_with_nothing_but_a_shared_key_is_refused(open_importer: OpenImporter) -> None:
    """It could be any of them, or somebody else at every import; with a key of its own it is somebody."""
    loose = Profile(name="loose", required=(), ladder=(Rung(scheme="phone"), Rung(scheme="email")))
    importer = open_importer(profile=loose, settings=Settings(shared_key_limit=2))
    nameless = {"name": "", "email": "", "phone": BRUSSELS}
    rows = [*office(3), nameless, {**nameless, "email": "eigen@kantoor.be"}]

    for _ in range(2):
        plan = plan_of(importer, *rows)
        assert [fate.partition(":")[0] for fate in fates(plan)][3] == "invalid"
        assert "shared-key-alone" in {found.code for found in plan.findings if found.locator.row == 4}
        assert plan.decide({}).digest == plan.digest
        importer.apply(plan)
    assert fates(plan) == ["unchanged:no-change"] * 3 + ["invalid:findings", "unchanged:no-change"]


@pytest.mark.parametrize("code", ["shared-key", "same-key-other-name"])
def test_what_matching_finds_late_cannot_refuse_a_record(open_importer: OpenImporter, code: str) -> None:
    """The record was judged before; a profile that says so is told at once."""
    profile = attrs.evolve(open_importer().profile, severities={code: Severity.ERROR})

    with pytest.raises(SettingsError, match=rf"severity\.{code}.*Allowed: warning, info, off"):
        open_importer(profile=profile)
