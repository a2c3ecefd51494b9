"""The review workbook read back: what a person chose, what cannot be used, and that nothing else changes."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import openpyxl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from clientimport import Plan
from clientimport.core.decisions import CHOICES
from clientimport.errors import SettingsError
from clientimport.limits import Limits
from clientimport.messages import LANGUAGES, Messages
from clientimport.reports.overview import Overview
from clientimport.reports.review_reading import ReadReview, read_review
from clientimport.reports.review_workbook import choice_words, write_review_xlsx
from tests.laws.strategies import World, worlds
from tests.planning.given import OpenImporter, fates, only, plan_of
from tests.review.filled_in import RITA, choice_cell, codes, filled_in, ids, open_importer, path, plan, written

__all__ = ["open_importer", "path", "plan"]

Edit = Callable[[Any], None]


def test_what_a_person_chose_is_read(plan: Plan, path: Path) -> None:
    """Single clients, single fields, all of a kind, and questions; what was left alone is no decision."""
    known = ids(plan)
    choices = {known["rita"]: "leave out", known["an-notes"]: "keep", known["jan-email"]: "overwrite",
               "records:only_in_import": "leave out", "fields:notes": "overwrite",
               known["question"]: "overwrite:city = take City from the file, keep the rest"}  # fmt: skip

    read = filled_in(plan, path, choices)

    assert read.findings == ()
    assert read.decisions == {
        known["rita"]: "skip", known["an-notes"]: "keep", known["jan-email"]: "overwrite",
        "records:only_in_import": "skip", "fields:notes": "overwrite", known["question"]: "overwrite:city",
    }  # fmt: skip
    decided = plan.decide(read.decisions)
    assert decided.decisions == read.decisions
    assert str(read.places[known["rita"]]) == "nazicht.xlsx sheet 'Customers only in import' row 2, \"Choice\""


def test_a_choice_that_says_what_happens_anyway_is_none(plan: Plan, path: Path) -> None:
    """Also typed again in another language."""
    known = ids(plan)

    read = filled_in(plan, path, {known["rita"]: " OPNEMEN ", known["an-notes"]: "écraser", known["jan"]: None})

    assert (read.decisions, read.cleared, codes(read)) == ({}, (), [])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_of_all_languages_are_understood(lang: str) -> None:
    """Whatever the workbook was written in; no word means two things where it may stand, and none has a comma."""
    for allowed in CHOICES.values():
        meant = [(choice_words(each)[choice].casefold(), choice) for each in LANGUAGES for choice in allowed]
        assert len(dict(meant)) == len(set(meant))
        words = [choice_words(lang)[choice] for choice in allowed]
        assert len(set(words)) == len(words)
        assert not any("," in word for word in words)


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("laat weg", "skip"),
        ("keep", "keep"),
        ("take the value from the file", "overwrite"),
        ("overwrite: notes, city", "overwrite:notes,city"),
        ("Overwrite:Gemeente,Notities", "overwrite:city,notes"),
        ("overwrite:city = neem Gemeente uit het bestand, behoud de rest", "overwrite:city"),
        ("overwrite:name", None),
        ("overwrite:", None),
        ("maybe", None),
    ],
)
def test_answers_are_understood(plan: Plan, path: Path, text: str, choice: str | None) -> None:
    """The bare answer, its words, both together; several fields typed by hand, by name or label; nothing else."""
    question = ids(plan)["question"]

    read = filled_in(plan, path, {question: text})

    assert read.decisions == ({} if choice is None else {question: choice})
    assert codes(read) == (["decision-unreadable"] if choice is None else [])


def test_earlier_decisions_stand_until_they_are_emptied(plan: Plan, path: Path) -> None:
    """Answers too, though their question is not asked any more."""
    known = ids(plan)
    taken = {known["question"]: "keep", known["rita"]: "skip", known["an-notes"]: "overwrite"}
    decided = plan.decide(taken)

    assert filled_in(decided, path, {}).decisions == taken
    read = filled_in(decided, path, {known["rita"]: None, known["an-notes"]: "keep"})
    assert read.decisions == {known["question"]: "keep", known["an-notes"]: "keep"}
    assert (read.cleared, codes(read)) == ((known["rita"],), [])


def test_sorting_and_moving_change_nothing(plan: Plan, path: Path) -> None:
    """Rows turned round with their headings among them, a column put in front, blank rows above, a sheet renamed."""
    known = ids(plan)
    book = written(plan, path)
    choice_cell(book, known["jan-city"]).value = "keep"
    sheet = book["Double customers - fields"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    sheet.delete_rows(1, len(rows))
    for row in [[], [], *reversed(rows)]:
        sheet.append(["mine", *row] if row else row)
    sheet.title = "Mine"
    book.save(path)

    read = read_review(path)

    assert (read.decisions, codes(read)) == ({known["jan-city"]: "keep"}, [])


def test_only_some_columns_sorted_is_noticed(plan: Plan, path: Path) -> None:
    """A choice that moved to another client's id is nobody's; no choice is taken for another client."""
    known = ids(plan)
    book = written(plan, path)
    sheet = book["Double customers - fields"]
    choice_cell(book, known["an-notes"]).value = "keep"
    heads = [cell.value for cell in sheet[1]]
    visible = heads.index("id")
    rows = [[cell.value for cell in row[:visible]] for row in sheet.iter_rows(min_row=2)]
    for number, row in enumerate(reversed(rows), start=2):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column).value = value
    book.save(path)

    read = read_review(path)

    assert known["an-notes"] not in read.decisions
    assert set(codes(read)) == {"decision-id-changed"}


def test_columns_may_be_moved_and_added(plan: Plan, path: Path) -> None:
    """They are found by their headings; a column of notes is nobody's business."""
    known = ids(plan)
    book = written(plan, path)
    choice_cell(book, known["rita"]).value = "leave out"
    sheet = book["Customers only in import"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate([f"note {number}", *reversed(row)], start=1):
            sheet.cell(number, column).value = value
    book.save(path)

    read = read_review(path)

    assert (read.decisions, codes(read)) == ({known["rita"]: "skip"}, [])


def _edit(id: str, column: str, value: object) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        cell = choice_cell(book, id)
        heads = {str(head.value).partition("|")[0]: head.column for head in cell.parent[1]}
        cell.parent.cell(cell.row, heads[column]).value = value

    return change


def _copy_rita(book: Any) -> None:
    sheet = book["Customers only in import"]
    sheet.append([cell.value for cell in sheet[2]])
    sheet["F3"].value = "leave out"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda known: _edit(known["rita"], "Choice", "perhaps"), ("decision-unreadable", "perhaps", 2)),
        (lambda known: _edit(known["rita"], "Choice", "overwrite"), ("decision-unreadable", "overwrite", 2)),
        (lambda known: _edit(known["rita"], "Choice", "=F1"), ("decision-unreadable", "=F1", 2)),
        (lambda known: _edit(known["rita"], "id", "record:123"), ("decision-id-changed", "record:123", 2)),
        (lambda known: _edit(known["rita"], "id", None), ("decision-id-changed", "", 2)),
        (lambda known: _edit(known["rita"], "was:only_in_import", "skip"), ("decision-id-changed", "rita", 2)),
        (lambda known: _copy_rita, ("decision-id-twice", "rita", 2)),
        (lambda known: lambda book: book.remove(book["Questions"]), ("review-sheet-missing", None, None)),
        (lambda known: lambda book: book.remove(book["Review"]), ("review-sheet-missing", None, None)),
        (lambda known: lambda book: book["Double customers"].delete_rows(2), ("review-rows-missing", None, None)),
    ],
)
def test_what_cannot_be_used_is_told(
    plan: Plan, path: Path, change: Callable[[Mapping[str, str]], Edit], expected: tuple[str, str | None, int | None]
) -> None:
    """Where it stands and what it says; everything else is read."""
    known = ids(plan)
    book = written(plan, path)
    choice_cell(book, known["an-notes"]).value = "keep"
    change(known)(book)
    book.save(path)

    read = read_review(path)

    found = only(read.findings)
    seen = {"rita": known["rita"]}.get(expected[1] or "", expected[1])
    assert (found.code, found.seen, found.locator.row) == (expected[0], seen, expected[2])
    assert read.decisions == {known["an-notes"]: "keep"}
    assert Messages("nl").line(found).startswith("nazicht.xlsx")


def test_a_choice_needs_an_id(plan: Plan, path: Path) -> None:
    """Where nothing can be decided, a choice is not passed over in silence."""
    book = written(plan, path, equal=True)
    sheet = book["Double customers - fields"]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[3].value == "Name")
    row[8].value = "overwrite"
    book.save(path)

    assert codes(read_review(path)) == ["decision-id-changed"]


# -------------------------------------------------------------------------------------------- other workbooks


@pytest.mark.parametrize("content", [b"", b"a;b\n1;2\n", b"PK\x03\x04 no archive", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_what_is_no_workbook_is_refused(content: bytes, path: Path) -> None:
    """By name, at once."""
    path.write_bytes(content)

    with pytest.raises(SettingsError, match=r"nazicht\.xlsx"):
        read_review(path)


def test_other_workbooks_and_what_is_not_there_are_refused(path: Path) -> None:
    """Also one with a column called id."""
    with pytest.raises(SettingsError, match=r"nazicht\.xlsx"):
        read_review(path)
    book = openpyxl.Workbook()
    book.create_sheet("Mine").append(["id", "Choice"])
    book.save(path)

    with pytest.raises(SettingsError, match="none of its sheets"):
        read_review(path)


def test_the_guards_of_importing_hold(plan: Plan, path: Path) -> None:
    """Limits, document type definitions, and whatever else a workbook from outside may bring."""
    write_review_xlsx(plan.overview(), path)
    with pytest.raises(SettingsError, match="limit"):
        read_review(path, limits=Limits(file_bytes=100))
    hostile = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(hostile, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            body = source.read(part)
            if part == "xl/worksheets/sheet3.xml":
                body = body.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1)
            target.writestr(part, body)

    with pytest.raises(SettingsError, match="sent\\.xlsx"):
        read_review(hostile.getvalue(), name="sent.xlsx")


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_damaged_workbook_never_crashes(data: st.DataObject, plan: Plan, tmp_path: Path) -> None:
    """It is refused, or read with findings."""
    path = tmp_path / "whole.xlsx"
    if not path.exists():
        write_review_xlsx(plan.overview(), path)
    parts = {}
    with zipfile.ZipFile(path) as source:
        parts = {name: bytearray(source.read(name)) for name in source.namelist()}
    body = parts[data.draw(st.sampled_from(sorted(parts)))]
    for _ in range(data.draw(st.integers(1, 5))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.sampled_from(b'<>&"=/x0 \x00\xff'))
    damaged = io.BytesIO()
    with zipfile.ZipFile(damaged, "w") as target:
        for name, content in parts.items():
            target.writestr(name, bytes(content))

    try:
        read = read_review(damaged.getvalue(), name="damaged.xlsx")
    except SettingsError:
        return
    assert isinstance(read, ReadReview)


# ---------------------------------------------------------------------------------------------------- the law


@given(world=worlds(), data=st.data(), lang=st.sampled_from(LANGUAGES), equal=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_reading_what_was_written_gives_the_same_plan(
    world: World, data: st.DataObject, lang: str, equal: bool, tmp_path: Path
) -> None:
    """Whatever was decided about it, and nothing more."""
    plan: Plan = world.plan(world.importer())
    for _ in range(2):
        possible = _possible(plan)
        taken = {id: data.draw(st.sampled_from(possible[id])) for id in sorted(possible) if data.draw(st.booleans())}
        try:
            plan = plan.decide(taken)
        except SettingsError:  # one of them is about what another one changed
            assume(False)
    path = tmp_path / "law.xlsx"
    write_review_xlsx(plan.overview(), path, lang=lang, equal=equal)

    read = read_review(path)

    assert (read.plan, read.findings, read.cleared) == (plan.digest, (), ())
    assert read.decisions == plan.decisions
    assert plan.decide(read.decisions, replace=True).digest == plan.digest


def _possible(plan: Plan) -> dict[str, list[str]]:
    """Id -> choices, of everything that can be decided about a plan."""
    overview = plan.overview().to_dict()
    entries = [entry for name in overview["groups"] for entry in overview[name]]
    rows = [*entries, *(field for entry in entries for field in entry.get("fields", ())), *overview["bulk"]]
    found = {row["id"]: row["choices"] for row in rows if row.get("id") and row["choices"]}
    return found | {each["id"]: [option["choice"] for option in each["options"]] for each in overview["conflicts"]}


# ------------------------------------------------------------------------------------------------- LibreOffice


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_keeps_what_is_read(plan: Plan, path: Path, tmp_path: Path) -> None:
    """Opened and saved by another program: the same decisions, and the lists and the protection are still there."""
    known = ids(plan)
    decided = plan.decide({known["rita"]: "skip", known["an-notes"]: "keep"})
    write_review_xlsx(decided.overview(), path, lang="nl")
    saved = tmp_path / "saved"
    profile = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"

    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(saved), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)

    read = read_review(saved / path.name)
    assert (read.plan, read.decisions, read.findings) == (decided.digest, dict(decided.decisions), ())
    sheet = openpyxl.load_workbook(saved / path.name)["Dubbele klanten - velden"]
    assert sheet.protection.sheet
    assert only(sheet.data_validations.dataValidation).formula1 == '"behouden,overschrijven"'


class _Others:
    """An overview in which only the clients that are only here can be decided about."""

    def __init__(self, plan: Plan, clients: Sequence[str]) -> None:
        self._plan = plan
        self._clients = clients

    def messages(self, lang: str) -> Messages:
        return self._plan.overview().messages(lang)

    def document(self, lang: str, *, equal: bool) -> dict[str, Any]:
        allowed = list(CHOICES["client"])
        others = [
            {"id": f"client:{client}", "client": client, "name": client, "reason": "not-listed", "why": "", "systems": [],
             "choice": "leave", "choices": allowed}
            for client in self._clients
        ]  # fmt: skip
        bulk = [{"id": "clients:not-listed", "label": "x", "choices": allowed, "choice": None, "count": len(others)}]
        nothing = dict.fromkeys(("only_in_import", "both", "invalid"), ())
        return {
            **self._plan.overview().document(lang, equal=equal),
            **nothing,
            "only_here": others,
            "bulk": bulk,
            "conflicts": [],
        }


def test_who_is_only_here_can_be_decided_whatever_the_id(plan: Plan, path: Path) -> None:
    """Ids are the application's: with blanks, colons, formulas. One that a workbook cannot hold is told, not taken for another."""
    clients = ["17", " 1 ", "a:b = c", "=1+1", "_x0041_", "é😀", "x\x01y"]
    overview = cast("Overview", _Others(plan, clients))
    write_review_xlsx(overview, path)
    book = openpyxl.load_workbook(path)
    for row in range(2, len(clients) + 2):
        book["Customers only here"].cell(row, 5).value = "remove"
    book["All at once"]["C2"].value = "deactivate"
    book.save(path)

    read = read_review(path)

    assert codes(read) == ["decision-id-changed"]
    kept = {f"client:{client}": "remove" for client in clients[:-1]}
    assert read.decisions == {"clients:not-listed": "deactivate", **kept}


# ------------------------------------------------------------------------------------------------ as the public face


def fill_in(plan: Plan, path: Path, choices: Mapping[str, str]) -> None:
    """What the plan itself wrote, with *choices* typed into it."""
    plan.to_xlsx(path)
    book = openpyxl.load_workbook(path)
    for id_, text in choices.items():
        choice_cell(book, id_).value = text
    book.save(path)


def test_a_plan_is_decided_from_its_workbook(plan: Plan, path: Path) -> None:
    """Written by the plan, filled in, read by it; what is emptied later is taken back."""
    known = ids(plan)
    fill_in(plan, path, {known["rita"]: "leave out", known["an-notes"]: "keep"})

    decided = plan.decide_from(path)

    assert decided.decisions == {known["an-notes"]: "keep", known["rita"]: "skip"}
    assert decided.digest == plan.decide(decided.decisions).digest
    fill_in(decided, path, {known["rita"]: ""})
    assert decided.decide_from(path).decisions == {known["an-notes"]: "keep"}


def test_what_cannot_be_read_is_a_finding_of_the_plan(plan: Plan, path: Path) -> None:
    """With its cell, and what stands there; the rest goes on, and deciding anew forgets it."""
    known = ids(plan)
    fill_in(plan, path, {known["rita"]: "perhaps", known["an-notes"]: "keep"})

    decided = plan.decide_from(path)

    assert decided.decisions == {known["an-notes"]: "keep"}
    finding = only([each for each in decided.source_findings if each.code == "decision-unreadable"])
    assert (finding.locator.source, finding.locator.row, finding.seen) == (path.name, 2, "perhaps")
    assert decided.summary.findings["decision-unreadable"] == 1
    assert "perhaps" in decided.to_text()
    assert "decision-unreadable" not in decided.decide({}).summary.findings


def test_a_workbook_of_another_day_says_what_no_longer_holds(
    open_importer: OpenImporter, plan: Plan, path: Path
) -> None:
    """In the cell where it was decided."""
    known = ids(plan)
    fill_in(plan, path, {known["rita"]: "leave out", known["jan-city"]: "keep"})

    later = plan_of(open_importer(), RITA, decisions=path)

    assert (fates(later), dict(later.unmet)) == (["skip:decision"], {known["jan-city"]: "gone"})
    finding = only([each for each in later.source_findings if each.code == "decision-unmet"])
    assert (finding.locator.source, finding.params) == (path.name, {"count": 1, "ids": [known["jan-city"]]})
    assert finding.locator.sheet is not None
    assert finding.locator.row is not None
