"""Which source leads for which field: a fixed order of systems, or the newest; never a guess where neither says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from clientimport import Importer, MergePolicy
from clientimport.core.merging import HERE
from clientimport.documents.profile import merge_from_dict, merge_to_dict
from clientimport.errors import SettingsError
from tests.planning.given import OpenImporter, bring_in, changes, clients, fates, only, plan_of
from tests.planning.test_three_way import edit

JAN = {"external_id": "1", "name": "Jan Peeters", "city": "Gent", "notes": "oud"}


@pytest.fixture
def importer(open_importer: OpenImporter) -> Importer:
    """Knows Jan as the erp has him, as at the first of March."""
    importer = open_importer()
    bring_in(importer, JAN, system="erp", as_at=date(2025, 3, 1))
    return importer


def led(*order: str, **fields: Any) -> MergePolicy:
    """The city goes by an order of systems."""
    return MergePolicy(default="keep", fields={"city": "leading", **fields}, order=order)


@pytest.mark.parametrize(
    ("order", "written"),
    [
        (("crm", "erp"), [("city", "Gent", "Brugge", "leading")]),
        (("erp", "crm"), []),
        (("crm",), [("city", "Gent", "Brugge", "leading")]),
        (("erp",), []),
    ],
)
def test_the_first_in_the_order_leads(importer: Importer, order: tuple[str, ...], written: list[object]) -> None:
    """A system in the order leads one that is not."""
    plan = plan_of(importer, {**JAN, "city": "Brugge"}, system="crm", merge=led(*order))

    assert changes(plan) == written
    importer.apply(plan)
    assert only(clients(importer))["city"] == ("Brugge" if written else "Gent")


def test_where_the_order_does_not_say_somebody_is_asked(importer: Importer) -> None:
    """Two systems that are not in it."""
    plan = plan_of(importer, {**JAN, "city": "Brugge"}, system="crm", merge=led("shop"))

    assert fates(plan) == ["conflict:fields-differ"]
    assert changes(plan.decide({only(plan.conflicts).id: "overwrite"})) == [("city", "Gent", "Brugge", "decision")]


def test_a_system_follows_itself(importer: Importer) -> None:
    """Its later word holds over its earlier one, in the order or not."""
    for order in (("erp",), ("crm",), ("crm", "erp")):
        plan = plan_of(importer, {**JAN, "city": "Brugge"}, system="erp", merge=led(*order))
        assert changes(plan) == [("city", "Gent", "Brugge", "leading")]


def test_what_was_entered_here_has_its_place(importer: Importer) -> None:
    """Where the order names it; else a person is asked, whoever leads."""
    edit(importer, "1", city="Aalst")
    row = {**JAN, "city": "Brugge"}

    assert fates(plan_of(importer, row, system="crm", merge=led("crm", "erp"))) == ["conflict:fields-differ"]
    assert changes(plan_of(importer, row, system="crm", merge=led("crm", HERE))) == [
        ("city", "Aalst", "Brugge", "leading")
    ]
    assert fates(plan_of(importer, row, system="crm", merge=led(HERE, "crm"))) == ["unchanged:no-change"]


def test_a_leading_system_that_said_the_same_keeps_it(importer: Importer) -> None:
    """The value was written by one and confirmed by another: the best of them owns it."""
    importer.apply(plan_of(importer, JAN, system="crm", merge="ask"))

    plan = plan_of(importer, {**JAN, "city": "Brugge"}, system="shop", merge=led("crm", "shop", "erp"))

    assert fates(plan) == ["unchanged:no-change"]


def test_a_blank_is_filled_by_anybody(importer: Importer) -> None:
    """There is nothing to lead."""
    row = {**JAN, "email": "jan@voorbeeld.be"}
    policy = MergePolicy(default="leading", order=("erp", "crm"))

    assert changes(plan_of(importer, row, system="crm", merge=policy)) == [
        ("email", None, "jan@voorbeeld.be", "fill_blank")
    ]


def test_fields_have_orders_of_their_own(importer: Importer) -> None:
    """The crm leads for the city, the erp for the notes."""
    policy = MergePolicy(default="leading", order=("erp", "crm"), orders={"city": ("crm", "erp")})

    plan = plan_of(importer, {**JAN, "city": "Brugge", "notes": "nieuw"}, system="crm", merge=policy)

    assert changes(plan) == [("city", "Gent", "Brugge", "leading")]


def test_a_run_that_was_undone_owns_nothing(importer: Importer) -> None:
    """What it wrote is gone; what was before is the erp's again."""
    receipt = importer.apply(plan_of(importer, {**JAN, "city": "Brugge"}, system="crm", merge="overwrite"))
    importer.undo(receipt)

    assert changes(plan_of(importer, {**JAN, "city": "Lier"}, system="shop", merge=led("shop", "erp"))) == [
        ("city", "Gent", "Lier", "leading")
    ]


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2025, 2, 28), []),
        (date(2025, 3, 1), [("city", "Gent", "Brugge", "newest")]),
        (date(2025, 12, 31), [("city", "Gent", "Brugge", "newest")]),
    ],
)
def test_the_newest_wins(importer: Importer, day: date, written: list[object]) -> None:
    """By the day that an import is as at; of the same day the one that comes later."""
    policy = MergePolicy(default="keep", fields={"city": "newest"})

    assert changes(plan_of(importer, {**JAN, "city": "Brugge"}, system="crm", as_at=day, merge=policy)) == written


def test_a_value_confirmed_later_is_as_new_as_that(importer: Importer) -> None:
    """An import that said the same again says it on its own day."""
    importer.apply(plan_of(importer, JAN, system="shop", merge="ask", as_at=date(2025, 9, 1)))
    policy = MergePolicy(default="newest")
    row = {**JAN, "city": "Brugge"}

    assert fates(plan_of(importer, row, system="crm", as_at=date(2025, 6, 1), merge=policy)) == ["unchanged:no-change"]


def test_when_something_was_entered_here_is_not_known(importer: Importer) -> None:
    """So a person is asked."""
    edit(importer, "1", city="Aalst")

    plan = plan_of(importer, {**JAN, "city": "Brugge"}, system="crm", as_at=date(2025, 12, 31), merge="newest")

    assert fates(plan) == ["conflict:fields-differ"]


def test_the_answer_and_the_plan_anew_agree(importer: Importer) -> None:
    """What was looked up is in the plan: deciding needs no store."""
    rows = [{**JAN, "city": "Brugge", "notes": "nieuw"}]
    policy = MergePolicy(default="leading", order=("crm", "erp"), orders={"notes": ("shop",)})
    plan = plan_of(importer, *rows, system="crm", merge=policy)
    answers = {only(plan.conflicts).id: "keep"}

    decided = plan.decide(answers)

    assert changes(decided) == [("city", "Gent", "Brugge", "leading")]
    assert decided.digest == plan_of(importer, *rows, system="crm", merge=policy, decisions=answers).digest
    importer.apply(decided)
    why = importer.why("1", "city")
    assert why.set_by is not None
    assert (why.set_by.system, why.set_by.rule) == ("crm", "leading")


@pytest.mark.parametrize(
    ("made", "named"),
    [
        (lambda: MergePolicy(default="leading"), "merge.order"),
        (lambda: MergePolicy(fields={"city": "leading"}), "merge.orders.city"),
        (lambda: MergePolicy(default="leading", order="crm"), "merge.order"),
        (lambda: MergePolicy(default="leading", order=("crm", "crm")), "merge.order"),
        (lambda: MergePolicy(default="leading", order=("crm", "")), "merge.order"),
        (lambda: MergePolicy(default="leading", order=(3,)), "merge.order"),  # type: ignore[arg-type]
        (lambda: merge_from_dict({"default": "leading"}), "merge.order"),
        (lambda: merge_from_dict({"orders": {"city": "crm"}}), "merge.orders.city"),
        (lambda: merge_from_dict({"orders": ["crm"]}), "merge.orders"),
    ],
)
def test_an_order_that_says_nothing_is_refused(made: Any, named: str) -> None:
    """Naming the key."""
    with pytest.raises(SettingsError, match=named.replace(".", r"\.")):
        made()


def test_an_order_for_no_field_is_refused(importer: Importer) -> None:
    """The fields are those of the schema."""
    with pytest.raises(SettingsError, match=r"merge\.orders"):
        plan_of(importer, JAN, merge=MergePolicy(orders={"town": ("crm",)}))


def test_a_policy_as_plain_data() -> None:
    """Back and forth."""
    policy = MergePolicy(default="ask", fields={"city": "leading"}, order=("crm", HERE), orders={"city": ("erp",)})

    assert merge_from_dict(merge_to_dict(policy)) == policy
