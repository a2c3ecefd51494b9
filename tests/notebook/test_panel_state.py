"""An import through the panel's steps, without a notebook: real files, a real store, what is written read back."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import openpyxl
import pytest

from clientimport import Actor, Importer, Limits, Settings
from clientimport.errors import LimitExceededError, SettingsError, SourceUnreadableError
from clientimport.notebook.panel_state import PanelState
from clientimport.notebook.panel_view import panel_view
from tests.notebook.conftest import CLIENTS


def bring(state: PanelState, content: bytes, name: str = "klanten.csv", piece: int = 50) -> None:
    state.begin(name, len(content))
    for at in range(0, len(content), piece):
        state.receive(content[at : at + piece])


def checked(importer: Importer, content: bytes = CLIENTS) -> PanelState:
    """A panel at the step where somebody looks what would happen."""
    state = PanelState(importer)
    bring(state, content)
    state.next_step()
    state.next_step()
    return state


def cities(importer: Importer) -> dict[str, object]:
    return {str(client.name): client.fields.get("city") for client in importer.clients()}


def folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A place for temporary files that nobody else uses."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def test_a_whole_import(importer: Importer) -> None:
    """File, columns, check, answer, import, report: the store has it, the report has the rest."""
    state = PanelState(importer)
    bring(state, CLIENTS, "C:\\lijsten\\klanten.csv")
    assert (state.step, state.upload is not None and state.upload.name) == ("file", "klanten.csv")

    state.next_step()
    assert state.suggestion is not None
    assert {column.header: column.field for column in state.suggestion.columns if column.accepted} == {
        "Naam": "name",
        "E-mailadres": "email",
        "Telefoon": "phone",
        "Gemeente": "city",
    }
    state.assign("Kleur", "notes")

    state.next_step()
    assert state.plan is not None
    (question,) = state.plan.conflicts
    state.decide({question.id: "overwrite"})
    assert state.plan.conflicts == []
    assert cities(importer) == {"Bakkerij Peeters": "Leuven", "Piet Oud": "Mol"}

    state.apply()
    assert state.step == "result"
    assert state.receipt is not None
    assert (state.receipt.created, state.receipt.updated, state.receipt.counts["refused"]) == (1, 1, 2)
    assert cities(importer) == {"Bakkerij Peeters": "Aarschot", "Piet Oud": "Mol", "Jan Janssens": "Gent"}

    name, content = state.exceptions()
    assert name == "exceptions.xlsx"
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].values)
    assert [row[0] for row in rows] == ["Naam", "Marie Dubois", None]
    assert "there is no @ in it" in str(rows[1][-1])


def test_close_removes_everything(importer: Importer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The file, the plan and what was decided; the clients stay."""
    place = folders(monkeypatch, tmp_path)
    state = checked(importer)
    state.apply()
    state.exceptions()
    assert list(place.rglob("upload"))

    state.close()

    assert list(place.iterdir()) == []
    assert (state.step, state.upload, state.plan, state.receipt, state.suggestion) == ("file", None, None, None, None)
    assert "Jan Janssens" in cities(importer)


def test_nothing_stays_when_nobody_closes(importer: Importer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A panel that is run again and forgotten takes its file along."""
    place = folders(monkeypatch, tmp_path)
    state = checked(importer)
    upload = state.upload
    assert upload is not None
    assert upload.path.stat().st_mode & 0o077 == 0 or upload.path.parent.stat().st_mode & 0o077 == 0

    del state, upload

    assert list(place.iterdir()) == []


def test_a_file_that_is_too_big_is_not_received(
    importer: Importer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Said before a byte is taken, in words for whoever sends it."""
    place = folders(monkeypatch, tmp_path)
    with Importer("memory:", limits=Limits(file_bytes=2048)) as small:
        state = PanelState(small, lang="nl")
        with pytest.raises(LimitExceededError):
            state.begin("groot.csv", 2049)
        with state.attempt():
            state.begin("groot.csv", 5000)
        assert state.problem is not None
        assert state.problem.head == "Het bestand is te groot: 4.9 KiB, en hier kan hoogstens 2 KiB ingelezen worden."
        assert state.problem.detail == ""
    assert list(place.iterdir()) == []


def test_more_than_was_said_is_let_go(importer: Importer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whoever says 10 bytes and sends 11 gets no further."""
    place = folders(monkeypatch, tmp_path)
    state = PanelState(importer)
    state.begin("a.csv", 10)
    state.receive(b"12345")
    with pytest.raises(SourceUnreadableError):
        state.next_step()
    with pytest.raises(SourceUnreadableError):
        state.receive(b"123456")
    with pytest.raises(SourceUnreadableError):
        state.receive(b"1")

    assert (state.upload, list(place.iterdir())) == (None, [])


@pytest.mark.parametrize(
    ("content", "head"),
    [
        (b"%PDF-1.7 and so on", "This kind of file cannot be read here."),
        (b"", "This file cannot be read."),
        (b"PK\x03\x04 half an archive", "This file cannot be read."),
    ],
)
def test_a_file_that_cannot_be_read(importer: Importer, content: bytes, head: str) -> None:
    """What it is and what to do, and the panel waits for another."""
    state = PanelState(importer)
    bring(state, content, "lijst.xlsx")

    with state.attempt():
        state.next_step()

    assert state.problem is not None
    assert state.problem.head == head
    assert "lijst.xlsx" in state.problem.detail
    assert state.step == "file"
    bring(state, CLIENTS)
    with state.attempt():
        state.next_step()
    assert state.step == "columns"
    assert state.error is None


def test_who_may_not_import_sends_nothing(tmp_path: Path) -> None:
    """The permission is asked for before the file."""
    with Importer("memory:", profile="daftra", actor=Actor(name="jan", permissions=())) as importer:
        state = PanelState(importer)
        with state.attempt():
            state.begin("klanten.csv", 10)
    assert state.upload is None
    assert state.problem is not None
    assert state.problem.head == "You may not import clients. Ask who runs this for the permission clients.add."


def test_going_back_keeps_the_columns(importer: Importer) -> None:
    """Unless the file is read another way."""
    state = checked(importer)
    state.back()
    state.assign("Kleur", "notes")
    state.assign("Gemeente", None)
    state.back()
    assert (state.step, state.plan) == ("file", None)
    state.next_step()
    assert state.suggestion is not None
    assert {entry.field for entry in state.suggestion.mapping.fields} == {"name", "email", "phone", "notes"}

    state.back()
    state.choose_format("comma")
    state.next_step()
    assert len(state.suggestion.columns) == 1
    with pytest.raises(SettingsError):
        state.choose_format("pipes")


def test_a_required_field_without_a_column_is_told(importer: Importer) -> None:
    """Before every row is refused for it."""
    state = PanelState(importer)
    bring(state, CLIENTS)
    state.next_step()
    found = [state.missing]
    for field in (None, "last_name"):
        state.assign("Naam", field)
        found.append(state.missing)
    assert found == [(), ("name",), ()]


def test_known_clients_may_be_left_alone(importer: Importer) -> None:
    """The box that is not ticked."""
    state = PanelState(importer)
    bring(state, CLIENTS)
    state.next_step()
    assert state.update_existing
    state.update_existing = False
    state.next_step()
    state.apply()

    assert cities(importer) == {"Bakkerij Peeters": "Leuven", "Piet Oud": "Mol", "Jan Janssens": "Gent"}


def test_a_sheet_is_chosen(importer: Importer) -> None:
    """A workbook's second sheet; one that is not there leaves all as it was."""
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Nota"])
    book.worksheets[0].append(["iets"])
    book.create_sheet("Klanten").append(["Naam", "Email"])
    book["Klanten"].append(["Ann Aerts", "ann@voorbeeld.example"])
    made = io.BytesIO()
    book.save(made)
    state = PanelState(importer)
    bring(state, made.getvalue(), "boek.xlsx", piece=1000)
    state.next_step()

    with pytest.raises(SettingsError):
        state.choose_sheet("Leveranciers")
    state.choose_sheet("Klanten")

    assert state.suggestion is not None
    assert [column.field for column in state.suggestion.columns] == ["name", "email"]
    state.next_step()
    state.apply()
    assert "Ann Aerts" in cities(importer)


def test_answers_can_be_taken_back(importer: Importer) -> None:
    """All decisions are given each time; one that says nothing any more is named by the plan."""
    state = checked(importer)
    assert state.plan is not None
    (question,) = state.plan.conflicts
    state.decide({question.id: "keep"})
    assert (state.plan.conflicts, state.decisions) == ([], {question.id: "keep"})

    state.decide({})
    assert ([conflict.id for conflict in state.plan.conflicts], state.decisions) == ([question.id], {})

    state.decide({question.id: "keep", "record:nobody": "skip"})
    assert (state.plan.conflicts, dict(state.plan.unmet)) == ([], {"record:nobody": "gone"})

    with state.attempt():
        state.decide({question.id: "sell"})
    assert isinstance(state.error, SettingsError)
    assert state.decisions[question.id] == "keep"


def test_an_import_that_was_stopped_goes_on(tmp_path: Path) -> None:
    """Interrupting the kernel loses nothing: the button does the rest."""
    rows = "".join(f"Klant {n};k{n}@voorbeeld.example\n" for n in range(1200))
    with Importer(f"sqlite:///{tmp_path / 'c.db'}", settings=Settings(commit_every=500)) as importer:

        def stop(done: int, total: int | None, stage: str) -> None:
            if stage == "applying" and done == 500:
                raise KeyboardInterrupt

        state = PanelState(importer, tell=stop)
        bring(state, f"Naam;Email\n{rows}".encode())
        state.next_step()
        state.next_step()
        with state.attempt():
            state.apply()
        assert state.problem is not None
        assert state.problem.head.startswith("Stopped. What was written stays")
        assert (state.step, len(cities(importer))) == ("check", 500)

        state._tell = None
        with state.attempt():
            state.apply()
        assert [state.step, state.error, len(cities(importer))] == ["result", None, 1200]
        assert len(importer.runs.list()) == 1


def test_an_unknown_failure_tells_no_data(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its text may hold what people typed; its kind is enough for who looks into it."""
    state = checked(importer)

    def fail(*_: object, **__: object) -> None:
        raise ValueError("Jan Janssens, born 1980")

    monkeypatch.setattr(importer, "apply", fail)
    with state.attempt():
        state.apply()

    assert state.problem is not None
    assert (state.problem.detail, isinstance(state.error, ValueError)) == ("ValueError", True)


def test_a_mended_report_comes_back(importer: Importer) -> None:
    """Its column of comments is known and left out, and its rows go in."""
    state = checked(importer)
    state.apply()
    _, content = state.exceptions()
    book = openpyxl.load_workbook(io.BytesIO(content))
    for row in book.worksheets[0].iter_rows(min_row=2):
        if row[0].value == "Marie Dubois":
            row[1].value = "marie@voorbeeld.example"
    mended = io.BytesIO()
    book.save(mended)

    bring(state, mended.getvalue(), "exceptions.xlsx", piece=4000)
    state.next_step()
    columns = panel_view(state)["columns"]["columns"]
    assert (columns[-1]["field"], columns[-1]["why"]) == (None, "comments of an earlier report")
    state.next_step()
    state.apply()

    assert "Marie Dubois" in cities(importer)
