"""The demo works on a fresh machine, shows what the library is for, and is the same every time."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from clientimport.cli.demo import FILES, ROWS, sample_workbook
from clientimport.cli.running import DONE, run


def demo(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, object]:
    assert run(["demo", "--folder", str(folder), "--json", *more]) == DONE
    document = json.loads(capsys.readouterr().out)
    assert isinstance(document, dict)
    return document


@pytest.mark.parametrize("profile", ["standard", "daftra"])
def test_the_demo_shows_every_kind_of_record(tmp_path: Path, capsys: pytest.CaptureFixture[str], profile: str) -> None:
    """New, changed, merged and refused ones and an open question; everything it promises to write is there."""
    done = demo(tmp_path / "new" / "folder", capsys, "--profile", profile)

    counts = done["outcomes"]
    assert isinstance(counts, dict)
    assert done["records"] == len(ROWS) == sum(counts.values())
    assert all(counts[name] for name in ("created", "updated", "skipped", "refused", "held"))
    assert {path.name for path in (tmp_path / "new" / "folder").iterdir()} == set(FILES)


def test_the_sample_is_the_same_every_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same bytes, the same runs at the same times; run again in its folder it starts over."""
    first = demo(tmp_path / "a", capsys)
    again = demo(tmp_path / "a", capsys)

    assert sample_workbook() == sample_workbook()
    for key in ("run", "started_at", "finished_at", "outcomes", "reasons", "openings", "finding_counts"):
        assert first[key] == again[key]


def test_the_demo_talks_and_gives_rows_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was done and what to try next; the formula-looking name went in as a name."""
    assert run(["demo", "--folder", str(tmp_path), "--lang", "nl"]) == DONE
    said = capsys.readouterr()

    assert "Vragen (1)" in said.out
    assert "Try next:" in said.err
    assert "clientimport undo demo-2" in said.err
    assert "clientimport review" in said.err
    rows = list(openpyxl.load_workbook(tmp_path / "exceptions.xlsx").worksheets[0].iter_rows(values_only=True))
    assert rows[0][-1] == "Comments"
    assert rows[1][:2] == ("00004", None)
    assert run(["clients", "--store", str(tmp_path / "clients.db")]) == DONE
    assert "=SUM(A1:A9) BV" in capsys.readouterr().out


def test_a_file_in_the_folders_place_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong folder is a wrong setting."""
    (tmp_path / "x").touch()

    assert run(["demo", "--folder", str(tmp_path / "x")]) == 2
    assert "x" in capsys.readouterr().err


def test_the_story_of_smsf_sorted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Funds that exist already, that are held back, deleted, and charged afterwards when they come back."""
    done = demo(tmp_path, capsys, "--profile", "smsf-sorted")
    assert done["outcomes"] == {
        "created": 3,
        "updated": 0,
        "unchanged": 0,
        "skipped": 1,
        "refused": 2,
        "held": 0,
        "stale": 0,
    }
    assert done["clients"] == {
        "active": ["Wattle Family Fund", "Quokka Retirement Fund"],
        "inactive": [],
        "deleted": ["Banksia Super Fund"],
    }
    acts = done["acts"]
    assert isinstance(acts, list)
    assert [(act["done"]["moved"], act["done"]["refused"]) for act in acts] == [(2, 1), (1, 1), (1, 1)]
    assert acts[2]["preview"]["total"] == {
        "currency": "AUD",
        "before": "11.00",
        "after": "55.00",
        "months": 4,
        "back": "176.00",
    }

    assert run(["demo", "--folder", str(tmp_path), "--profile", "smsf-sorted"]) == DONE
    said = capsys.readouterr()
    assert '"Deactivate" is held back: Audit 2025 is in progress' in said.out
    assert 'Nothing leaves "Deleted Clients".' in said.out
    assert "Deleted Clients: Banksia Super Fund" in said.err
    rows = list(openpyxl.load_workbook(tmp_path / "results.xlsx").worksheets[0].iter_rows(values_only=True))
    assert [row[-1] for row in rows] == [
        "Result",
        None,
        None,
        None,
        "Already exists",
        "ABN Number is required.",
        "The ABN Number is not valid.",
    ]


def test_the_story_of_accounton(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Groups, a refused role, nobody added without a choice, questionnaires that go later, to one and then to all."""
    done = demo(tmp_path, capsys, "--profile", "accounton")
    assert done["groups"] == {"only_in_import": 5, "only_here": 1, "both": 1, "invalid": 2}
    assert "Admin" in str(done["accountant"])
    assert (done["held"], done["unsent"]) == (5, 5)
    assert done["outcomes"] == {
        "created": 5,
        "updated": 0,
        "unchanged": 1,
        "skipped": 0,
        "refused": 2,
        "held": 0,
        "stale": 0,
    }
    assert done["refused"] == ["The e-mail address is not valid.", "The national number is not valid."]
    preview = done["preview"]
    assert isinstance(preview, dict)
    assert preview["languages"] == {"nl": 6, "fr": 1}
    assert done["acts"] == [{"queued": 1, "refused": 0, "sent": 1}, {"queued": 6, "refused": 1, "sent": 6}]
    assert len(list((tmp_path / "outgoing").glob("*.eml"))) == 7
    assert set(dict(done["clients"]).values()) == {"sent"}  # type: ignore[call-overload]

    assert run(["demo", "--folder", str(tmp_path), "--profile", "accounton", "--lang", "nl"]) == DONE
    said = capsys.readouterr()
    assert "Klanten enkel in Accounton: 1" in said.out
    assert "Kies een taal en een vragenlijst voor je deze klant toevoegt." in said.out
    assert "Vragenlijsten nog niet verzonden: 5" in said.out
    assert "Jan Peeters      Niet verzonden" in said.out
    assert "Jan Peeters      Verzonden" in said.out
    assert len(list((tmp_path / "outgoing").glob("*.eml"))) == 7

    assert run(["clients", "--store", str(tmp_path / "clients.db"), "--profile", "accounton"]) == DONE
    shown = capsys.readouterr().out
    assert shown.count("    Status: Sent") == 7
    assert "    Questionnaire: checklist de l'impôt des personnes physiques" in shown


def test_the_story_of_taxcaddy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ten of a hundred never signed up: they alone become offline clients, and one of these a duplicate."""
    done = demo(tmp_path, capsys, "--profile", "taxcaddy")
    assert done["statuses"] == {"connected": 91, "not-enrolled": 9, "duplicate": 1, "offline": 9}
    assert done["tax_data"] == {"missing-tax-info": 27, "eligible-for-import": 83}
    assert {path.name for path in tmp_path.iterdir()} == set(done["files"])  # type: ignore[call-overload]
    steps = done["steps"]
    assert isinstance(steps, list)
    assert [step["comments"] for step in steps[4:6]] == [
        {"A connected client already exists with this Tax Client ID": 90}
    ] * 2
    assert [step["outcomes"].get("created") for step in steps if "outcomes" in step] == [100, 10, 0]
    assert len(steps[0]["comments"]) == 5
    assert [(step["event"], step["moved"]) for step in steps if "event" in step] == [
        ("invite", 100), ("enroll", 90), ("connect", 90), ("enroll", 1), ("connect", 2),
    ]  # fmt: skip

    assert run(["demo", "--folder", str(tmp_path), "--profile", "taxcaddy"]) == DONE
    said = capsys.readouterr()
    assert "90 refused: A connected client already exists with this Tax Client ID" in said.out
    assert "now 91 Connected, 9 Not Enrolled, 1 Duplicate, 9 Offline" in said.out
    assert "Missing Tax Info: 27" in said.err
    rows = list(openpyxl.load_workbook(tmp_path / "offline-comments.xlsx").worksheets[0].iter_rows(values_only=True))
    assert [rows[0][-1], rows[-10][-1], len(rows)] == ["Comments", None, 101]
    sheet = openpyxl.load_workbook(tmp_path / "bulk-edit.xlsx").worksheets[0]
    assert [sheet[f"B{row}"].protection.locked for row in (2, 92, 102)] == [False, False, True]
