"""Where a stored value comes from, as the run log knows it."""

from __future__ import annotations

import pytest

from clientimport import Importer, Receipt
from clientimport.core.provenance import Origin
from clientimport.errors import SettingsError
from tests.planning.given import OpenImporter, bring_in, only, plan_of
from tests.planning.test_three_way import JAN, edit


def told(origins: tuple[Origin, ...]) -> list[tuple[str, str, int | None, object, object]]:
    """(run, rule, row, before, value) of each."""
    return [(origin.run, origin.rule, origin.locator.row, origin.before, origin.value) for origin in origins]


def import_of(importer: Importer, *rows: dict[str, str], system: str = "crm", **options: object) -> Receipt:
    """Plan and apply *rows*; every question is answered with the file's value."""
    plan = plan_of(importer, *rows, system=system, **options)
    return importer.apply(plan.decide({conflict.id: "overwrite" for conflict in plan.conflicts}))


@pytest.fixture
def importer(open_importer: OpenImporter) -> Importer:
    """Knows Jan from row 2 of a first list."""
    importer = open_importer()
    import_of(importer, {"external_id": "9", "name": "Els Maes"}, JAN)
    return importer


def test_the_import_that_made_the_client_is_named(importer: Importer) -> None:
    """With its file, row, column, time and actor."""
    why = importer.why("2", "city")

    origin = only(why.written)
    assert (why.value, why.set_by, why.said) == ("Gent", origin, (origin,))
    assert told(why.written) == [("r1", "new", 2, None, "Gent")]
    assert (origin.system, origin.at, origin.actor) == ("crm", importer.runs.list()[0].started_at, importer.actor.name)
    assert (origin.locator.source, origin.locator.column) == ("records", "city")


def test_every_import_that_wrote_it_is_told_newest_first(importer: Importer) -> None:
    """Each with the rule that chose and the value before it."""
    import_of(importer, {**JAN, "city": "Brugge"})
    import_of(importer, {**JAN, "city": "Aalst"}, system="erp")
    import_of(importer, {**JAN, "city": "Mol"}, merge="overwrite")

    assert told(importer.why("2", "city").written) == [
        ("r4", "overwrite", 1, "Aalst", "Mol"),
        ("r3", "decision", 1, "Brugge", "Aalst"),
        ("r2", "three_way", 1, "Gent", "Brugge"),
        ("r1", "new", 2, None, "Gent"),
    ]
    assert told(importer.why("2", "notes").written) == [("r1", "new", 2, None, "oud")]


def test_what_was_said_and_not_written_is_told_too(importer: Importer) -> None:
    """For each system what its newest import gave."""
    plan = plan_of(importer, {**JAN, "city": "Aalst"}, system="erp")
    importer.apply(plan.decide({only(plan.conflicts).id: "keep"}))

    why = importer.why("2", "city")

    assert told(why.said) == [("r2", "said", 1, None, "Aalst"), ("r1", "new", 2, None, "Gent")]
    assert why.set_by == why.written[0] == why.said[1]


def test_what_a_person_changed_here_comes_from_no_import(importer: Importer) -> None:
    """Neither does what a person entered."""
    edit(importer, "2", city="Geel", email="jan@voorbeeld.be")

    changed, entered = importer.why("2", "city"), importer.why("2", "email")

    assert (changed.value, changed.set_by, len(changed.written)) == ("Geel", None, 1)
    assert (entered.value, entered.set_by, entered.written, entered.said) == ("jan@voorbeeld.be", None, (), ())


def test_an_undone_import_wrote_nothing(importer: Importer) -> None:
    """The value is again from the one before."""
    importer.undo(import_of(importer, {**JAN, "city": "Brugge"}))

    assert told(importer.why("2", "city").written) == [("r1", "new", 2, None, "Gent")]


def test_a_value_of_a_merged_row_is_found_in_that_row(open_importer: OpenImporter) -> None:
    """However far down it stands: for a new client, for a known one, and for what was only said."""
    importer = open_importer()
    between = [{"external_id": f"K{n}", "name": f"Klant {n}", "city": "Mol"} for n in range(1200)]
    split = [{**JAN, "city": ""}, *between, {**JAN, "notes": ""}]
    import_of(importer, *split)
    assert told(importer.why("1", "city").written) == [("r1", "new", 1202, None, "Gent")]

    edit(importer, "1", city="Aalst", notes="van hier")
    plan = plan_of(importer, *split, system="erp")
    importer.apply(plan.decide({only(plan.conflicts).id: "overwrite:notes"}))

    assert told(importer.why("1", "notes").written)[0] == ("r2", "decision", 1, "van hier", "oud")
    assert told(importer.why("1", "city").said)[0] == ("r2", "said", 1202, None, "Gent")


def test_a_list_is_compared_whole(open_importer: OpenImporter) -> None:
    """Tags are one value."""
    importer = open_importer()
    bring_in(importer, {"external_id": "1", "name": "Jan", "tags": "vip;goud"})

    assert only(importer.why("1", "tags").written).value == ["vip", "goud"]


def test_a_list_that_rows_said_together_is_found_in_the_first_of_them(open_importer: OpenImporter) -> None:
    """No single row says all of it."""
    importer = open_importer()
    row = {"external_id": "1", "name": "Jan"}
    bring_in(importer, {**row, "tags": ""}, {**row, "tags": "vip"}, {**row, "tags": "goud"})

    assert told(importer.why("1", "tags").written) == [("r1", "new", 2, None, ["vip", "goud"])]


@pytest.mark.parametrize(
    ("client", "field", "key"), [("2", "cty", "field"), ("7", "city", "client"), ("2", "opening_balance", "field")]
)
def test_what_is_not_there_is_refused(importer: Importer, client: str, field: str, key: str) -> None:
    """A client that is not in the store, a field that does not exist, one that is in the books."""
    with pytest.raises(SettingsError) as error:
        importer.why(client, field)
    assert error.value.key == key


def test_the_machine_readable_face_holds_everything(importer: Importer) -> None:
    """As JSON types."""
    import_of(importer, {**JAN, "city": "Brugge"})
    why = importer.why("2", "city")

    document = why.to_dict()

    assert list(document) == ["client", "field", "value", "set_by", "written", "said"]
    assert document["set_by"] == document["written"][0] == document["said"][0]
    assert document["set_by"] == {
        "run": "r2",
        "system": "crm",
        "actor": importer.actor.name,
        "at": importer.runs.list()[1].started_at,
        "locator": {"source": "records", "sheet": None, "row": 1, "column": "city", "external_id": None},
        "rule": "three_way",
        "before": "Gent",
        "value": "Brugge",
    }


def test_values_are_not_shown_in_passing(importer: Importer) -> None:
    """What people typed is for reports, not for logs."""
    assert "Gent" not in repr(importer.why("2", "city"))
