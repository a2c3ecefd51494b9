"""A plan is a document: saved, loaded, sent, and refused when it is not what was approved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clientimport import Importer, Plan, SettingsError
from clientimport.errors import PlanError
from tests.planning.given import OpenImporter, bring_in, clients, fates, only, plan_of

ROWS = [
    {"external_id": "1", "name": "Jan", "city": "Gent", "tags": "a;b"},
    {"external_id": "1", "name": "Jan", "city": "Brugge", "tags": ""},
    {"external_id": "2", "name": "Zoë 🐘 \ud83d", "city": "Łódź", "tags": ""},
    {"external_id": "3", "name": "", "city": "", "tags": ""},
]


def saved(importer: Importer, path: Path) -> Plan:
    plan = plan_of(importer, *ROWS)
    plan.save(path)
    return plan


def test_a_loaded_plan_is_the_plan(open_importer: OpenImporter, tmp_path: Path) -> None:
    """Records, findings, conflicts, counts and digest; and saving it again gives the same bytes."""
    importer = open_importer()
    plan = saved(importer, tmp_path / "plan.jsonl")

    for loaded in (Plan.load(tmp_path / "plan.jsonl"), importer.load(tmp_path / "plan.jsonl")):
        assert loaded.digest == plan.digest
        assert loaded.summary == plan.summary
        assert list(loaded.records()) == list(plan.records())
        assert list(loaded.findings) == list(plan.findings)
        assert loaded.conflicts == plan.conflicts
        assert loaded.profile == plan.profile
        loaded.save(tmp_path / "again.jsonl")
        assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "plan.jsonl").read_bytes()


def test_a_loaded_plan_can_be_decided_and_applied(open_importer: OpenImporter, tmp_path: Path) -> None:
    """The file it was made from is not needed any more."""
    importer = open_importer()
    plan = saved(importer, tmp_path / "plan.jsonl")
    question = only(plan.conflicts).id
    loaded = importer.load(tmp_path / "plan.jsonl")

    decided = loaded.decide({question: "row:2"})

    assert decided.digest == plan.decide({question: "row:2"}).digest
    assert importer.apply(decided).created == 2
    assert clients(importer)[0]["city"] == "Brugge"


def test_a_closed_plan_leaves_no_file_behind(open_importer: OpenImporter, tmp_path: Path) -> None:
    """What was saved stays; what was only held goes."""
    plan = plan_of(open_importer(), *ROWS)
    held = plan._file.path
    assert held.exists()

    with plan:
        pass

    assert not held.exists()


@pytest.mark.parametrize("change", ["city", "count", "line-lost", "line-twice", "cut", "digest", "empty", "other"])
def test_a_plan_changed_by_hand_is_refused(open_importer: OpenImporter, tmp_path: Path, change: str) -> None:
    """What is approved is what is applied."""
    importer = open_importer()
    path = tmp_path / "plan.jsonl"
    saved(importer, path)
    lines = path.read_bytes().splitlines(keepends=True)
    changed = {
        "city": [line.replace(b"Gent", b"Mol") for line in lines],
        "count": [line.replace(b'"records":4', b'"records":5') for line in lines],
        "line-lost": [*lines[:2], *lines[3:]],
        "line-twice": [*lines[:2], lines[1], *lines[2:]],
        "cut": lines[:-1],
        "digest": [*lines[:-1], lines[-1].replace(b"sha256:", b"sha256:0")],
        "empty": [],
        "other": [b'{"name": "something else"}\n'],
    }[change]
    assert changed != lines
    path.write_bytes(b"".join(changed))

    for load in (Plan.load, importer.load):
        with pytest.raises(PlanError):
            load(path)


def test_a_plan_of_another_version_is_refused_by_name(open_importer: OpenImporter, tmp_path: Path) -> None:
    """A clear word beats a strange failure later."""
    path = tmp_path / "plan.jsonl"
    saved(open_importer(), path)
    header, *rest = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(json.dumps({**json.loads(header), "version": 99}) + "\n" + "".join(rest), encoding="utf-8")

    with pytest.raises(PlanError, match="version 99"):
        Plan.load(path)


def test_a_plan_for_another_store_is_refused(tmp_path: Path) -> None:
    """Its client ids would mean other people."""
    with Importer(f"sqlite:///{tmp_path / 'one.db'}") as one, Importer(f"sqlite:///{tmp_path / 'two.db'}") as two:
        plan = saved(one, tmp_path / "plan.jsonl")

        with pytest.raises(PlanError, match="another store"):
            two.apply(plan)
        with pytest.raises(PlanError, match="another store"):
            two.load(tmp_path / "plan.jsonl")
        assert list(two.clients()) == []


def test_a_plan_for_another_workspace_is_refused(tmp_path: Path) -> None:
    """Two offices in one database."""
    url = f"sqlite:///{tmp_path / 'one.db'}"
    with Importer(url, workspace="gent") as gent, Importer(url, workspace="brugge") as brugge:
        bring_in(gent, {"name": "Jan", "external_id": "1"})
        plan = plan_of(gent, *ROWS)

        with pytest.raises(PlanError):
            brugge.apply(plan)
        assert list(brugge.clients()) == []
        assert fates(plan_of(brugge, {"name": "Jan", "external_id": "1"})) == ["create:new"]


def test_a_missing_plan_is_a_clear_word(tmp_path: Path) -> None:
    """Not a traceback about a file."""
    with pytest.raises(PlanError, match="no-such"):
        Plan.load(tmp_path / "no-such.jsonl")


def test_saving_into_a_folder_that_is_not_there_is_refused(open_importer: OpenImporter, tmp_path: Path) -> None:
    """Before anything is written."""
    with pytest.raises(SettingsError):
        plan_of(open_importer(), *ROWS).save(tmp_path / "nowhere" / "plan.jsonl")


def test_a_decision_about_nothing_is_refused(open_importer: OpenImporter) -> None:
    """The id and the choice must both be there; the error names what is allowed."""
    plan = plan_of(open_importer(), *ROWS)
    question = only(plan.conflicts).id

    with pytest.raises(SettingsError, match=question):
        plan.decide({"no-such-question": "skip"})
    with pytest.raises(SettingsError, match="row:1"):
        plan.decide({question: "row:99"})
    with pytest.raises(SettingsError, match="row:1"):
        plan.decide({question: "row:1"}).decide({question: "row:99"})


@pytest.mark.parametrize("kind", ["rows-contradict", "two-clients", "fields-differ", "column-format"])
def test_an_impossible_answer_given_with_the_file_is_refused(open_importer: OpenImporter, kind: str) -> None:
    """Whatever the question: an answer that it does not offer is a broken setting, said at once."""
    importer = open_importer(profile="daftra")
    if kind == "rows-contradict":
        rows = [{"external_id": "1", "name": "Jan", "email": f"{x}@voorbeeld.be"} for x in "ab"]
    elif kind == "two-clients":
        bring_in(importer, *({"name": x, "email": f"{x}@voorbeeld.be"} for x in "ab"))
        rows = [{"name": "c", "email": "a@voorbeeld.be", "other_emails": "b@voorbeeld.be"}]
    elif kind == "fields-differ":
        bring_in(importer, {"name": "a", "email": "a@voorbeeld.be"})
        rows = [{"name": "b", "email": "a@voorbeeld.be"}]
    else:
        rows = [{"name": "b", "email": "a@voorbeeld.be", "birth_date": "01/02/2000"}]
    options = {"merge": "ask"}
    plan = plan_of(importer, *rows, **options)
    conflict = only(plan.conflicts)
    assert conflict.kind == kind

    with pytest.raises(SettingsError, match=conflict.options[0].choice):
        plan_of(importer, *rows, **options, decisions={conflict.id: "nonsense"})


def test_answers_to_a_question_and_to_the_one_it_raises_can_be_given_together(open_importer: OpenImporter) -> None:
    """A file of answers works in one go, as it does one by one, and as it does with the file."""
    importer = open_importer()
    bring_in(importer, {"external_id": "1", "name": "Jan", "birth_date": "2000-01-31"})
    row = {"external_id": "1", "name": "Jan", "birth_date": "03/04/2000"}
    plan = plan_of(importer, row)
    step = plan.decide({"column-format:birth_date": "DMY"})
    answers = {"column-format:birth_date": "DMY", only(step.conflicts).id: "overwrite"}

    decided = plan.decide(answers)

    assert fates(decided) == ["update:matched"]
    assert decided.digest == step.decide(answers).digest == plan_of(importer, row, decisions=answers).digest


def test_a_standing_answer_about_a_column_is_no_mistake_where_nothing_is_asked(open_importer: OpenImporter) -> None:
    """This month one of the dates shows the order by itself."""
    plan = plan_of(open_importer(), {"name": "Jan", "birth_date": "31/12/2000"})

    assert fates(plan.decide({"column-format:birth_date": "DMY"})) == ["create:new"]


def test_an_answer_holds_only_for_what_was_asked(open_importer: OpenImporter) -> None:
    """Next month the same row differs in another way, from a client of other values: that is another question."""
    importer = open_importer()
    bring_in(importer, {"external_id": "1", "name": "Jan", "city": "Gent"})

    def question(city: str) -> str:
        conflict = only(plan_of(importer, {"external_id": "1", "name": "Jan", "city": city}).conflicts)
        return str(conflict.id)

    old = question("Mol")
    assert old == question("Mol")
    assert old != question("Atlantis")
    changed = plan_of(importer, {"external_id": "1", "name": "Jan", "city": "Atlantis"}, decisions={old: "overwrite"})
    assert fates(changed) == ["conflict:fields-differ"]
    bring_in(importer, {"external_id": "1", "name": "Jan", "city": "Aalst"}, merge="overwrite")
    assert old != question("Mol")


def test_answers_for_contradicting_rows_hold_for_these_rows(open_importer: OpenImporter) -> None:
    """Other people in the same rows of another file are asked about anew."""
    importer = open_importer()

    def question(name: str) -> str:
        rows = [{"external_id": "1", "name": name, "city": city} for city in ("Gent", "Mol")]
        return str(only(plan_of(importer, *rows).conflicts).id)

    assert question("An Aerts") == question("An Aerts")
    assert question("An Aerts") != question("Zoë Zoet")
    rows = [{"external_id": "2", "name": "An Aerts", "city": city} for city in ("Gent", "Mol")]
    assert question("An Aerts") != only(plan_of(importer, *rows).conflicts).id
