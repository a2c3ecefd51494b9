"""The plan's counts add up, and every record says why."""

from __future__ import annotations

from collections import Counter

from clientimport import Importer, Plan
from clientimport.core.plan import Disposition
from tests.planning.given import OpenImporter, bring_in, only, plan_of

MIXED = [
    {"external_id": "1", "name": "Jan", "email": "jan@voorbeeld.be", "city": "Gent", "opening_balance": "10,50"},
    {"external_id": "1", "name": "Jan", "email": "", "city": "", "opening_balance": ""},
    {"external_id": "2", "name": "Els", "email": "els@", "city": "", "opening_balance": ""},
    {"external_id": "3", "name": "Mia", "email": "mia@voorbeeld.be", "city": "Brugge", "opening_balance": "1,00"},
    {"external_id": "4", "name": "Piet", "email": "", "city": "Aalst", "opening_balance": "2,00"},
    {"external_id": "5", "name": "Bert", "email": "", "city": "Geel", "opening_balance": ""},
    {"external_id": "6", "name": "Rik", "email": "", "city": "Mol", "opening_balance": "8,00"},
]


def mixed_plan(open_importer: OpenImporter) -> tuple[Importer, Plan]:
    importer = open_importer()
    bring_in(
        importer,
        {"external_id": "4", "name": "Piet", "city": ""},
        {"external_id": "5", "name": "Bert", "city": "Geel"},
        {"external_id": "6", "name": "Rik", "city": "Gent"},
    )
    return importer, plan_of(importer, *MIXED)


def test_every_record_has_exactly_one_disposition(open_importer: OpenImporter) -> None:
    """All six are always there, and sum to the records read."""
    _, plan = mixed_plan(open_importer)

    assert dict(plan.summary.dispositions) == {
        "create": 2, "update": 1, "unchanged": 1, "skip": 1, "invalid": 1, "conflict": 1,
    }  # fmt: skip
    assert set(plan.summary.dispositions) == {kind.value for kind in Disposition}
    assert sum(plan.summary.dispositions.values()) == plan.summary.records == len(MIXED)
    assert [record.sequence for record in plan.records()] == list(range(len(MIXED)))


def test_the_summary_counts_what_the_records_say(open_importer: OpenImporter) -> None:
    """Dispositions, reasons, findings, severities and conflicts, counted again one by one."""
    _, plan = mixed_plan(open_importer)
    records = list(plan.records())

    assert plan.summary.reasons == Counter(f"{record.disposition}:{record.reason}" for record in records)
    assert plan.summary.findings == Counter(finding.code for finding in plan.findings)
    severities = Counter(finding.severity.value for finding in plan.findings)
    assert plan.summary.severities == {"error": 0, "warning": 0, "info": 0} | severities
    assert plan.summary.conflicts == len(plan.conflicts) == 1
    for kind in Disposition:
        assert list(plan.records(kind)) == [record for record in records if record.disposition == kind]


def test_opening_balances_are_carried_with_their_totals(open_importer: OpenImporter) -> None:
    """Those of records that are created, updated or unchanged count, once a client, per currency."""
    _, plan = mixed_plan(open_importer)

    assert plan.summary.openings == {"EUR": "13.50"}
    first = next(plan.records())
    assert (first.values["opening_balance"], first.values["opening_currency"]) == ("10.50", "EUR")


def test_opening_totals_are_kept_apart_by_currency(open_importer: OpenImporter) -> None:
    """Adding two currencies is an error, never a conversion."""
    rows = [
        {"external_id": str(n), "name": "Jan", "opening_balance": amount, "opening_currency": currency}
        for n, (amount, currency) in enumerate(
            [("0,10", "EUR"), ("0,20", ""), ("5.000,25", "USD"), ("7", "JPY"), ("-3,50", "EUR")]
        )
    ]

    plan = plan_of(open_importer(), *rows)

    assert plan.summary.openings == {"EUR": "-3.20", "JPY": "7", "USD": "5000.25"}


def test_an_opening_balance_given_twice_counts_once(open_importer: OpenImporter) -> None:
    """Two rows of one client that say the same amount are one balance."""
    row = {"external_id": "1", "name": "Jan", "opening_balance": "10,50"}

    plan = plan_of(open_importer(), row, row)

    assert plan.summary.openings == {"EUR": "10.50"}


def test_the_chosen_rows_opening_balance_is_the_one_that_counts(open_importer: OpenImporter) -> None:
    """What is decided is what is totalled."""
    row = {"external_id": "1", "name": "Jan"}
    plan = plan_of(open_importer(), {**row, "opening_balance": "100,50"}, {**row, "opening_balance": "200,50"})
    assert plan.summary.openings == {}

    chosen = plan.decide({only(plan.conflicts).id: "row:2"})

    assert chosen.summary.openings == {"EUR": "200.50"}


def test_an_opening_balance_of_a_later_row_counts_too(open_importer: OpenImporter) -> None:
    """Blank cells are filled from later rows, those of money too."""
    row = {"external_id": "1", "name": "Jan"}

    plan = plan_of(open_importer(), {**row, "opening_balance": ""}, {**row, "opening_balance": "7,25"})

    assert plan.summary.openings == {"EUR": "7.25"}


def test_opening_balances_are_never_stored_on_the_client(open_importer: OpenImporter) -> None:
    """They wait in the plan for the books; a client has no such field."""
    importer, plan = mixed_plan(open_importer)
    importer.apply(plan)

    for client in importer.clients():
        assert not [field for field in client if field.startswith("opening")]


def test_the_machine_readable_face_says_the_same(open_importer: OpenImporter) -> None:
    """`to_dict` is what `--json` prints: counts, findings with places, conflicts, digest."""
    _, plan = mixed_plan(open_importer)

    face = plan.to_dict()

    assert face["records"] == len(MIXED)
    assert face["dispositions"] == dict(plan.summary.dispositions)
    assert face["digest"] == plan.digest
    assert len(face["findings"]) == len(list(plan.findings))
    bad = next(found for found in face["findings"] if found["code"] == "email-invalid")
    assert (bad["severity"], bad["field"], bad["seen"]) == ("error", "email", "els@")
    assert {key: bad["locator"][key] for key in ("row", "column")} == {"row": 3, "column": "email"}
    assert [conflict["id"] for conflict in face["conflicts"]] == [only(plan.conflicts).id]


def test_a_file_with_only_a_header_is_a_plan_of_nothing(open_importer: OpenImporter) -> None:
    """Nothing to do is done at once."""
    importer = open_importer()

    plan = importer.plan(b"name,email\n", name="leeg.csv")

    assert (plan.summary.records, sum(plan.summary.dispositions.values())) == (0, 0)
    receipt = importer.apply(plan)
    assert sum(receipt.counts.values()) == 0
    assert receipt.finished_at is not None


def test_planning_writes_nothing(open_importer: OpenImporter) -> None:
    """No run, no activity, no client."""
    importer, _ = mixed_plan(open_importer)
    before = (list(importer.clients()), len(importer.runs.list()), len(importer.activity()))

    plan = plan_of(importer, *MIXED)
    plan.decide({only(plan.conflicts).id: "overwrite"})

    assert (list(importer.clients()), len(importer.runs.list()), len(importer.activity())) == before
