"""The command line does what it says, says it in JSON where asked, and ends with the exit code it promises."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

import clientimport
from clientimport.cli import main
from clientimport.cli.running import DONE, FAILED, LEFT, WRONG
from clientimport.core.plan import Disposition
from tests.cli.asking import Cli, answer


def test_inspect_says_what_is_in_a_file(cli: Cli) -> None:
    """Format, columns, guesses with confidence and reason, fill counts over the whole file, examples."""
    found = answer(cli, "inspect", "messy.csv")

    assert (found["kind"], found["delimiter"], found["records"], found["header_row"]) == ("csv", ";", 4, 1)
    columns = {column["header"]: column for column in found["columns"]}
    assert columns["E-mail"]["field"] == "email"
    assert columns["E-mail"]["accepted"] is True
    assert columns["Telefoon"]["filled"] == 3
    assert columns["Geheim"]["examples"] == ["a", "b", "c"]
    code, out, _ = cli("inspect", "messy.csv")
    assert code == DONE
    assert "Klantnr" in out


def test_map_writes_a_mapping_that_plan_reads(cli: Cli, tmp_path: Path) -> None:
    """What is changed on the command line is in the file, and the file decides."""
    found = answer(cli, "map", "messy.csv", "--write", "m.toml", "--drop", "Telefoon", "--set", "notes=Geheim")
    plan = answer(cli, "plan", "messy.csv", "--mapping", "m.toml", "--country", "BE", code=LEFT)

    assert found["written"] == "m.toml"
    assert found["mapping"]["fields"]["notes"]["columns"] == ["Geheim"]
    fields = {column["header"]: (column["field"], column["reason"]) for column in plan["columns"]}
    assert fields["Geheim"] == ("notes", "given")
    assert fields["Telefoon"] == (None, "dropped")
    assert (tmp_path / "m.toml").read_text(encoding="utf-8").startswith("version = 1")


def test_plan_has_the_face_that_programs_rely_on(cli: Cli) -> None:
    """Counts that add up, findings with their place, conflicts, digest; and nothing is written."""
    plan = answer(cli, "plan", "messy.csv", "--country", "BE", code=LEFT)

    assert plan["records"] == 4
    assert set(plan["dispositions"]) == {kind.value for kind in Disposition}
    assert sum(plan["dispositions"].values()) == 4
    assert plan["digest"].startswith("sha256:")
    assert plan["conflicts"] == []
    found = next(finding for finding in plan["findings"] if finding["code"] == "email-invalid")
    assert (found["severity"], found["field"], found["seen"]) == ("error", "email", "mia@")
    assert found["message"] == "This is not an e-mail address: nothing stands after the @."
    assert {key: found["locator"][key] for key in ("source", "sheet", "row", "column")} == {
        "source": "messy.csv",
        "sheet": None,
        "row": 3,
        "column": "E-mail",
    }
    assert answer(cli, "clients")["clients"] == []
    assert answer(cli, "runs")["runs"] == []


def test_no_message_shows_a_placeholder(cli: Cli) -> None:
    """What findings of real files carry is what their texts need."""
    for file in ("messy.csv", "dated.csv"):
        for lang in ("en", "nl", "fr"):
            _, out, _ = cli("plan", file, "--lang", lang, "--json")
            for finding in json.loads(out)["findings"]:
                assert "{" not in finding["message"] + finding["wanted"] + finding["remedy"], finding


def test_apply_writes_once_and_gives_the_rest_back(cli: Cli, tmp_path: Path) -> None:
    """Run, outcomes, clients; failed rows as a workbook, the report as a page; a second time writes nothing."""
    arguments = ("apply", "messy.csv", "--country", "BE", "--yes", "--exceptions", "e.xlsx", "--report", "r.html")
    done = answer(cli, *arguments, code=LEFT)
    again = answer(cli, *arguments, code=LEFT)

    assert done["outcomes"]["created"] == done["created"] == 2
    assert done["outcomes"]["refused"] == done["dispositions"]["invalid"] == 2
    assert done["updated"] == 0
    assert done["exceptions"] == {"rows": 2, "path": "e.xlsx"}
    assert again["created"] == 0
    assert again["outcomes"]["unchanged"] == 2
    rows = list(openpyxl.load_workbook(tmp_path / "e.xlsx").worksheets[0].iter_rows(values_only=True))
    assert rows[0] == ("Klantnr", "Naam", "E-mail", "Telefoon", "Geheim", "Comments")
    assert [row[:5] for row in rows[1:]] == [
        ("00002", "Mia Maes", "mia@", "0470 00 00 02", "b"),
        ("00004", "'=Els", "els@", "-1+1", "d"),
    ]
    assert "Jan Peeters" in (tmp_path / "r.html").read_text(encoding="utf-8")
    names = {client["id"]: client["name"] for client in answer(cli, "clients")["clients"]}
    assert sorted(names.values()) == ["=SUM(A1)", "Jan Peeters"]
    assert [run["run"] for run in answer(cli, "runs")["runs"]] == [done["run"], again["run"]]
    assert [entry["action"] for entry in answer(cli, "activity")["entries"]] == ["import", "import"]


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_mended_rows_go_in_the_next_time(cli: Cli, tmp_path: Path, ending: str) -> None:
    """The normal next step: mend the exception file, import that file; the comments are not data."""
    answer(cli, "apply", "messy.csv", "--country", "BE", "--yes", "--exceptions", f"e.{ending}", code=LEFT)
    if ending == "xlsx":
        book = openpyxl.load_workbook(tmp_path / "e.xlsx")
        sheet = book.worksheets[0]
        sheet["C2"], sheet["C3"], sheet["D3"] = "mia@maes.example", "els@maes.example", "0470 00 00 04"
        book.save(tmp_path / "e.xlsx")
    else:
        text = (tmp_path / "e.csv").read_text(encoding="utf-8-sig")
        assert "\"''=Els\"" in text
        assert '"\'-1+1"' in text
        text = (
            text.replace("mia@", "mia@maes.example").replace("els@", "els@maes.example").replace("'-1+1", "0470000004")
        )
        (tmp_path / "e.csv").write_text(text, encoding="utf-8-sig", newline="")

    done = answer(cli, "apply", f"e.{ending}", "--country", "BE", "--yes")

    assert done["created"] == 2
    clients = {client["external_id"]: client for client in answer(cli, "clients")["clients"]}
    assert clients["00004"]["name"] == "'=Els"
    assert clients["00002"]["email"] == "mia@maes.example"
    assert not any("notes" in client for client in clients.values())


def test_a_saved_plan_is_applied_as_it_is(cli: Cli, tmp_path: Path) -> None:
    """Its options stand; the file may be gone by then."""
    plan = answer(cli, "plan", "messy.csv", "--country", "BE", "--profile", "daftra", "--out", "p.jsonl", code=LEFT)
    (tmp_path / "messy.csv").unlink()
    done = answer(cli, "apply", "p.jsonl", "--yes", "--exceptions", "e.csv", code=LEFT)

    assert done["plan_digest"] == plan["digest"]
    assert done["profile"] == "daftra"
    with (tmp_path / "e.csv").open(encoding="utf-8-sig", newline="") as file:
        header, first, *_ = csv.reader(file, delimiter=";")
    assert header == [
        "Klantnr",
        "Naam",
        "E-mail",
        "Telefoon",
        "Comments",
    ]  # the rest was not kept, and the file is gone
    assert first[-1] == "Invalid email format."


@pytest.mark.parametrize(
    "said",
    [
        "--drop Naam",
        "--set name=Geheim",
        "--mode update_only",
        "--country NL",
        "--profile daftra",
        "--as-at 2025-12-31",
    ],
)
@pytest.mark.parametrize("command", ["plan p.jsonl", "apply p.jsonl --yes"])
def test_a_saved_plan_takes_no_options_that_it_was_made_with(cli: Cli, command: str, said: str) -> None:
    """Whoever says others would think that they hold."""
    made = answer(cli, "plan", "messy.csv", "--country", "BE", "--out", "p.jsonl", code=LEFT)

    refused = answer(cli, *command.split(), *said.split(), code=WRONG)

    assert refused["error"]["code"] == "usage"
    assert refused["error"]["message"].startswith(said.split(maxsplit=1)[0])
    assert answer(cli, "plan", "p.jsonl", code=LEFT)["digest"] == made["digest"]


def test_a_changed_plan_is_refused(cli: Cli, tmp_path: Path) -> None:
    """What is approved is what is applied."""
    answer(cli, "plan", "messy.csv", "--out", "p.jsonl", code=LEFT)
    text = (tmp_path / "p.jsonl").read_text(encoding="utf-8")
    (tmp_path / "p.jsonl").write_text(text.replace("Jan Peeters", "Jan Pieters"), encoding="utf-8")

    assert answer(cli, "apply", "p.jsonl", "--yes", code=WRONG)["error"]["code"] == "plan"


def test_questions_are_asked_and_answered(cli: Cli, tmp_path: Path) -> None:
    """Dates that can be read in two ways wait; a decisions file or --format answers."""
    asked = answer(cli, "plan", "dated.csv", code=LEFT)
    (question,) = asked["conflicts"]
    (tmp_path / "d.json").write_text(json.dumps({question["id"]: "MDY"}), encoding="utf-8")
    decided = answer(cli, "plan", "dated.csv", "--decisions", "d.json")
    formatted = answer(cli, "apply", "dated.csv", "--format", "Geboortedatum=DMY", "--yes")

    assert asked["dispositions"]["conflict"] == question["records"] == 2
    assert question["kind"] == "column-format"
    assert "Geboortedatum" in question["question"]
    assert [option["choice"] for option in question["options"]][:2] == ["DMY", "MDY"]
    assert decided["dispositions"]["create"] == 2
    assert formatted["created"] == 2
    births = [client["birth_date"] for client in answer(cli, "clients")["clients"]]
    assert births == ["1980-04-03", "1981-06-05"]


def test_constants_and_sets(cli: Cli) -> None:
    """A field from a column of one's choice, and one from no column at all."""
    said = ("--set", "notes=Geheim", "--constant", "country=BE", "--constant", "language=nl", "--drop", "Telefoon")
    answer(cli, "apply", "messy.csv", "--yes", *said, code=LEFT)

    first = answer(cli, "clients")["clients"][0]

    assert (first["notes"], first["country"], first["language"]) == ("a", "BE", "nl")
    assert "phone" not in first


def test_undo_takes_back_and_says_so_twice(cli: Cli) -> None:
    """The clients are gone again; undoing once more changes nothing."""
    done = answer(cli, "apply", "messy.csv", "--country", "BE", "--yes", code=LEFT)

    undone = answer(cli, "undo", done["run"])

    assert (undone["reversed"], undone["kept"]) == (2, [])
    assert answer(cli, "clients")["clients"] == []
    assert answer(cli, "undo", done["run"])["run"] == undone["run"]
    assert answer(cli, "undo", "nothing", code=WRONG)["error"]["code"] == "settings"
    kinds = [(run["kind"], run["undone_by"]) for run in answer(cli, "runs")["runs"]]
    assert kinds == [("import", undone["run"]), ("undo", None)]


def test_what_changed_meanwhile_is_left_alone(cli: Cli, tmp_path: Path) -> None:
    """A plan that is overtaken reports the record as stale and gives it back; an undo keeps later changes and names them."""
    (tmp_path / "a.csv").write_text("Naam,E-mail,Stad\nJan,jan@x.example,Gent\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("Naam,E-mail,Stad\nJan,jan@x.example,Luik\n", encoding="utf-8")
    (tmp_path / "c.csv").write_text("Naam,E-mail,Stad\nJan,jan@x.example,Mol\n", encoding="utf-8")
    first = answer(cli, "apply", "a.csv", "--profile", "daftra", "--yes")
    answer(cli, "plan", "c.csv", "--profile", "daftra", "--out", "c.jsonl")
    second = answer(cli, "apply", "b.csv", "--profile", "daftra", "--yes")

    stale = answer(cli, "apply", "c.jsonl", "--yes", "--exceptions", "e.csv", code=LEFT)
    kept = answer(cli, "undo", first["run"])

    assert second["updated"] == 1
    assert stale["outcomes"]["stale"] == stale["exceptions"]["rows"] == 1
    assert "Somebody changed the client" in (tmp_path / "e.csv").read_text(encoding="utf-8-sig")
    assert kept["reversed"] == 0
    assert kept["kept"] == [
        {"client": "1", "field": None, "reason": "changed-since", "why": "changed by somebody since"}
    ]
    assert answer(cli, "clients")["clients"][0]["city"] == "Luik"
    _, out, _ = cli("undo", first["run"], "--lang", "nl")
    assert out == "Ongedaan gemaakt: 0\nBehouden: klant 1: sindsdien door iemand gewijzigd\n"


def test_who_may_not_import_is_refused_first(cli: Cli) -> None:
    """Under daftra importing needs Add New Client and nothing more; and the refusal names it."""
    refused = answer(cli, "apply", "messy.csv", "--yes", "--profile", "daftra", "--permission", "x", code=WRONG)

    assert refused["error"]["code"] == "permission-refused"
    assert "Add New Client" in refused["error"]["message"]
    answer(
        cli,
        "apply",
        "messy.csv",
        "--yes",
        "--profile",
        "daftra",
        "--permission",
        "clients.add",
        "--actor",
        "Els",
        code=LEFT,
    )
    assert answer(cli, "activity")["entries"][0]["actor"] == "Els"


def test_nothing_is_written_without_a_yes(cli: Cli, tmp_path: Path) -> None:
    """Where nobody can be asked, the command stops before it reads."""
    code, out, err = cli("apply", "messy.csv")
    refused = answer(cli, "apply", "messy.csv", code=WRONG)

    assert (code, out) == (WRONG, "")
    assert "--yes" in err
    assert refused["error"]["code"] == "usage"
    assert not (tmp_path / "clients.db").exists()


def test_a_person_is_asked(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan is shown; a no writes nothing, a yes writes."""
    import io

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    code, out, err = cli("apply", "messy.csv", "--country", "BE")
    assert (code, "Do this?" in out, "Nothing was written" in err) == (DONE, True, True)
    assert answer(cli, "clients")["clients"] == []

    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    assert cli("apply", "messy.csv", "--country", "BE")[0] == LEFT
    assert len(answer(cli, "clients")["clients"]) == 2


WRONG_USES = [
    (("plan", "nowhere.csv"), "usage"),
    (("plan", "messy.csv", "--profile", "nope"), "settings"),
    (("plan", "messy.csv", "--lang", "xx"), "settings"),
    (("plan", "messy.csv", "--set", "name"), "settings"),
    (("plan", "messy.csv", "--set", "nonsense=Naam"), "settings"),
    (("plan", "messy.csv", "--set", "name=Nonsense"), "settings"),
    (("plan", "messy.csv", "--format", "Geboortedatum=DMY"), "settings"),
    (("plan", "dated.csv", "--format", "Geboortedatum=DYM"), "settings"),
    (("plan", "messy.csv", "--delimiter", "x"), "settings"),
    (("plan", "messy.csv", "--header", "x"), "settings"),
    (("plan", "messy.csv", "--country", "Belgium"), "settings"),
    (("plan", "messy.csv", "--mode", "all"), "usage"),
    (("plan", "messy.csv", "--as-at", "31/12/2025"), "usage"),
    (("plan", "messy.csv", "--out", "p.txt"), "settings"),
    (("plan", "messy.csv", "--decisions", "messy.csv"), "settings"),
    (("apply", "messy.csv", "--yes", "--exceptions", "e.pdf"), "settings"),
    (("apply", "messy.csv", "--yes", "--report", "nowhere/r.html"), "settings"),
    (("plan", "empty.csv"), "source"),
    (("plan", "header.csv"), "source"),
    (("plan", "pdf.xlsx"), "source"),
    (("inspect", "empty.csv"), "source"),
    (("nonsense",), "usage"),
]


@pytest.mark.parametrize(
    ("arguments", "kind"), WRONG_USES, ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_a_wrong_use_is_one_clear_line(cli: Cli, tmp_path: Path, arguments: tuple[str, ...], kind: str) -> None:
    """Exit code 2; one line on stderr, or one JSON object on stdout; never a traceback."""
    (tmp_path / "empty.csv").touch()
    (tmp_path / "header.csv").write_text("Naam;E-mail\n", encoding="utf-8")
    (tmp_path / "pdf.xlsx").write_bytes(b"%PDF-1.7\n" + b"x" * 2000)

    code, out, err = cli(*arguments)
    refused = answer(cli, *arguments, code=WRONG)

    assert (code, out) == (WRONG, "")
    assert err.startswith("clientimport: ")
    assert err.count("\n") == 1
    assert refused["error"]["code"].startswith(kind)
    assert refused["error"]["message"] in err or kind == "usage"


def test_a_store_that_fails_is_not_the_users_fault(cli: Cli, tmp_path: Path) -> None:
    """Exit code 3: the outside world failed."""
    (tmp_path / "broken.db").write_bytes(b"this is no database at all, not even a little" * 50)

    assert answer(cli, "clients", "--store", "broken.db", code=FAILED)["error"]["code"] == "store"


def test_a_store_must_be_named(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no store by default: nobody's data ends up somewhere by accident."""
    monkeypatch.delenv("CLIENTIMPORT_STORE")

    assert "--store" in answer(cli, "runs", code=WRONG)["error"]["message"]


@pytest.mark.parametrize("store", ["nowhere.db", "sqlite:///nowhere.db", "sqlite+pysqlite:///nowhere.db?timeout=9"])
@pytest.mark.parametrize(
    "command", ["runs", "clients", "why 1 city", "activity", "undo 1", "plan p.jsonl", "apply p.jsonl --yes"]
)
def test_only_the_import_of_a_file_makes_a_store(cli: Cli, tmp_path: Path, command: str, store: str) -> None:
    """A misspelt name is no empty client list; and it leaves no file behind."""
    answer(cli, "plan", "messy.csv", "--out", "p.jsonl", code=LEFT)
    before = sorted(tmp_path.iterdir())

    refused = answer(cli, *command.split(), "--store", store, code=WRONG)

    assert refused["error"]["message"] == f"There is no store at {store}. Importing a file makes one."
    assert sorted(tmp_path.iterdir()) == before
    answer(cli, "plan", "messy.csv", "--store", store, code=LEFT)
    assert answer(cli, "clients", "--store", store)["clients"] == []


def test_where_a_value_comes_from_can_be_asked(cli: Cli, tmp_path: Path) -> None:
    """Two systems, an answer, a change of the list: who wrote it, from where, and what the other system gave."""
    answer(cli, "apply", "messy.csv", "--yes", "--system", "crm", code=LEFT)
    head = "Klantnr;Naam;E-mail"
    (tmp_path / "erp.csv").write_text(f"{head}\n00001;Jan Peeters;jp@peeters.example\n", encoding="utf-8")
    (tmp_path / "crm.csv").write_text(f"{head}\n00001;Jan Peeters;jan@nieuw.example\n", encoding="utf-8")
    asked = answer(cli, "plan", "erp.csv", "--system", "erp", code=LEFT)["conflicts"]
    (tmp_path / "keep.json").write_text(json.dumps({asked[0]["id"]: "keep"}), encoding="utf-8")
    answer(cli, "apply", "erp.csv", "--system", "erp", "--decisions", "keep.json", "--yes")
    changed = answer(cli, "apply", "crm.csv", "--system", "crm", "--yes")

    why = answer(cli, "why", "1", "email")

    assert (why["client"], why["field"], why["value"]) == ("1", "email", "jan@nieuw.example")
    assert why["set_by"] == why["written"][0] == why["said"][0]
    assert [why["set_by"][key] for key in ("run", "rule", "before")] == [
        changed["run"],
        "three_way",
        "jan@peeters.example",
    ]
    assert why["set_by"]["locator"]["row"] == 2
    assert [(origin["system"], origin["rule"], origin["value"]) for origin in why["said"]] == [
        ("crm", "three_way", "jan@nieuw.example"),
        ("erp", "said", "jp@peeters.example"),
    ]
    out = cli("why", "1", "email", "--lang", "nl")[1]
    assert "alleen het bestand had ze gewijzigd" in out
    assert 'crm.csv rij 2, "E-mail"' in out
    assert "Gegeven, maar niet geschreven, door run" in out
    assert "Ook gegeven" not in out
    answer(cli, "apply", "crm.csv", "--system", "third", "--yes")
    assert (
        f"Ook gegeven door run {answer(cli, 'runs')['runs'][-1]['run']}" in cli("why", "1", "email", "--lang", "nl")[1]
    )
    assert "client" in answer(cli, "why", "77", "email", code=WRONG)["error"]["message"]


def test_plugins_lists_the_built_in_one(cli: Cli) -> None:
    """What extends the library, and what could."""
    listed = answer(cli, "plugins")

    assert listed["plugins"][0]["name"] == "clientimport"
    assert "clientimport_open_source" in listed["plugins"][0]["hooks"]
    assert isinstance(listed["installed"], list)


@pytest.mark.parametrize("command", ["runs", "clients", "why 1 email", "activity", "plugins"])
def test_lists_read_well_too(cli: Cli, command: str) -> None:
    """Text for people, with what the JSON has."""
    cli("apply", "messy.csv", "--yes")

    code, out, err = cli(*command.split())

    assert (code, err) == (DONE, "")
    assert out.strip()


def test_as_a_module_and_for_a_pipe_that_closes(tmp_path: Path) -> None:
    """``python -m clientimport`` is the command; ``| head`` is no error; output is UTF-8 JSON in any locale."""
    (tmp_path / "k.csv").write_text("Naam;E-mail\nZoë;zoe@x.example\n", encoding="utf-8")
    sources = str(Path(clientimport.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": sources, "PYTHONIOENCODING": "ascii", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "clientimport", "inspect", "k.csv"]
    ended = subprocess.run(
        [*command, "--json"],
        cwd=tmp_path, env=environment, capture_output=True, check=False, timeout=60,
    )  # fmt: skip

    assert ended.returncode == DONE, ended.stderr
    assert json.loads(ended.stdout.decode("utf-8"))["columns"][0]["examples"] == ["Zoë"]
    assert ended.stderr == b""

    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as cut:
        assert cut.stdout is not None
        assert cut.stderr is not None
        cut.stdout.close()
        assert cut.stderr.read() == b""


def test_without_click_there_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A bare install says what to install."""
    monkeypatch.setitem(sys.modules, "click", None)

    with pytest.raises(SystemExit) as ended:
        main(["runs"])

    assert ended.value.code == WRONG
    assert capsys.readouterr().err == "The command line needs more packages: pip install 'clientimport[cli]'\n"


def test_help_names_every_command(cli: Cli) -> None:
    """What there is, in one screen."""
    code, out, _ = cli("--help")

    assert code == DONE
    for command in ("demo", "inspect", "map", "plan", "apply", "undo", "runs", "clients", "why", "activity", "plugins"):
        assert f"  {command}" in out
    assert cli() == (WRONG, out, "")
    assert cli("--version")[0] == DONE


def test_a_review_is_written_decided_on_and_applied(cli: Cli, tmp_path: Path) -> None:
    """As a workbook that somebody fills in; what is decided there is what apply does."""
    options = ("--country", "BE")
    code, _, said = cli("plan", "messy.csv", *options, "--review", "review.xlsx")
    assert (code, "--decisions review.xlsx" in said) == (LEFT, True)
    book = openpyxl.load_workbook(tmp_path / "review.xlsx")
    sheet = book["Customers only in import"]
    heads = [cell.value for cell in sheet[1]]
    names = [sheet.cell(row, heads.index("Name") + 1).value for row in range(2, sheet.max_row + 1)]
    sheet.cell(2 + names.index("Jan Peeters"), heads.index("Choice") + 1).value = "leave out"
    book.save(tmp_path / "review.xlsx")

    done = answer(cli, "apply", "messy.csv", *options, "--decisions", "review.xlsx", "--yes", code=LEFT)

    assert done["outcomes"]["skipped"] == 1
    assert "Jan Peeters" not in [client["name"] for client in answer(cli, "clients")["clients"]]


def test_a_page_is_written_and_says_what_comes_of_it(cli: Cli, tmp_path: Path) -> None:
    """In the language and with the product's name."""
    code, _, said = cli("review", "messy.csv", "--out", "review.html", "--product", "Exact", "--lang", "nl")

    assert (code, "--decisions decisions.json" in said) == (LEFT, True)
    page = (tmp_path / "review.html").read_text(encoding="utf-8")
    assert "Klanten enkel in Exact" in page
    assert cli("review", "messy.csv", "--out", "review.pdf")[0] == WRONG
    assert cli("plan", "messy.csv", "--review", "review.txt")[0] == WRONG


def test_what_no_longer_holds_is_said_and_ends_with_1(cli: Cli, tmp_path: Path) -> None:
    """The rest of the decisions are used."""
    (tmp_path / "d.json").write_text('{"records:only_in_import": "skip", "record:000000000000": "take"}')

    plan = answer(cli, "plan", "dated.csv", "--decisions", "d.json", code=LEFT)

    assert plan["dispositions"]["skip"] == 2
    (finding,) = [each for each in plan["findings"] if each["code"] == "decision-unmet"]
    assert finding["params"]["ids"] == ["record:000000000000"]


def review_of(cli: Cli, tmp_path: Path, name: str, choice: str) -> Path:
    """The review workbook of messy.csv in which somebody typed *choice* beside the client called so."""
    path = tmp_path / "review.xlsx"
    cli("review", "messy.csv", "--country", "BE", "--out", "review.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["Customers only in import"]
    heads = [cell.value for cell in sheet[1]]
    names = [sheet.cell(row, heads.index("Name") + 1).value for row in range(2, sheet.max_row + 1)]
    sheet.cell(2 + names.index(name), heads.index("Choice") + 1).value = choice
    book.save(path)
    return path


def test_nothing_is_applied_while_a_choice_cannot_be_understood(cli: Cli, tmp_path: Path) -> None:
    """Who was to be left out is not taken in because of a slip."""
    review_of(cli, tmp_path, "Jan Peeters", "leave outt")

    code, out, said = cli("apply", "messy.csv", "--country", "BE", "--decisions", "review.xlsx", "--yes")

    assert (code, out) == (WRONG, "")
    assert "leave outt" in said
    assert "\n  wanted: one of: take, skip\n" in said
    assert "\\n" not in said
    assert "Nothing was written" in said
    assert answer(cli, "clients")["clients"] == []
    assert cli("plan", "messy.csv", "--country", "BE", "--decisions", "review.xlsx")[0] == LEFT


def test_choices_in_a_workbook_are_not_written_over(cli: Cli, tmp_path: Path) -> None:
    """Unless the plan has them."""
    path = review_of(cli, tmp_path, "Jan Peeters", "leave out")
    filled = path.read_bytes()

    code, _, said = cli("review", "messy.csv", "--country", "BE", "--out", "review.xlsx")

    assert (code, "--decisions review.xlsx" in said) == (WRONG, True)
    assert path.read_bytes() == filled
    again = ("review", "messy.csv", "--country", "BE", "--decisions", "review.xlsx", "--out", "review.xlsx")
    assert cli(*again)[0] == LEFT
    assert path.read_bytes() != filled
    assert cli(*again)[0] == LEFT


def test_a_review_of_another_store_is_refused(cli: Cli, tmp_path: Path) -> None:
    """Its clients are others, though they may have the same ids."""
    review_of(cli, tmp_path, "Jan Peeters", "leave out")

    code, _, said = cli(
        "plan", "messy.csv", "--country", "BE", "--decisions", "review.xlsx", "--store", "sqlite:///other.db"
    )

    assert (code, "made for another" in said) == (WRONG, True)


def test_what_did_not_hold_is_said_after_an_apply(cli: Cli, tmp_path: Path) -> None:
    """On standard error, with the reason."""
    (tmp_path / "d.json").write_text('{"record:000000000000": "skip"}')

    code, _, said = cli("apply", "dated.csv", "--format", "Geboortedatum=DMY", "--decisions", "d.json", "--yes")

    assert (code, "record:000000000000" in said) == (LEFT, True)


def test_rows_that_wait_are_told_how_to_go_on(cli: Cli) -> None:
    """With the command that asks."""
    code, _, said = cli("apply", "dated.csv", "--yes")

    assert (code, "--out review.xlsx" in said, "2 rows wait" in said) == (LEFT, True, True)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp850"])
def test_a_name_that_the_terminal_cannot_show_is_written_as_an_escape(tmp_path: Path, encoding: str) -> None:
    """It ends as it would elsewhere."""
    (tmp_path / "names.csv").write_text("Naam;E-mail\nŁukasz Σ;l@voorbeeld.example\n", encoding="utf-8")
    command = [sys.executable, "-m", "clientimport", "review", "names.csv", "--store", "n.db"]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}

    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False, timeout=60)

    assert (ended.returncode, b"Traceback" in ended.stderr) == (DONE, False)
    assert b"ukasz" in ended.stdout


def test_a_field_of_a_profile_is_asked_about_with_that_profile(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "firm.toml").write_text('name = "firm"\n[[fields]]\nname = "office"\nlabel = "Kantoor"\n', "utf-8")
    (tmp_path / "firm.csv").write_text("Naam;Kantoor\nJan;Gent\n", encoding="utf-8")
    answer(cli, "apply", "firm.csv", "--profile", "firm.toml", "--yes")
    assert answer(cli, "why", "1", "office", "--profile", "firm.toml")["value"] == "Gent"
    assert "Kantoor" in cli("why", "1", "office", "--profile", "firm.toml")[1]
    assert "office" in answer(cli, "why", "1", "office", code=WRONG)["error"]["message"]


def test_what_changed_nobody_is_not_to_be_taken_back(cli: Cli) -> None:
    """The same file twice: the second time there is nothing to undo, and it says so."""
    first, second = (cli("apply", "messy.csv", "--yes", "--country", "BE")[2] for _ in range(2))
    assert "To take it back: clientimport undo" in first
    assert "To take it back" not in second
    assert "No client was changed." in second


def test_a_profile_that_was_forgotten_is_asked_for(cli: Cli) -> None:
    """Another one's rules would know clients by other keys; who says it may have it, and nothing was written."""
    assert cli("apply", "messy.csv", "--yes", "--profile", "daftra")[0] == 1
    before = cli("clients", "--json")[1]
    for command in (["plan"], ["review"], ["apply", "--yes"]):
        code, _, said = cli(command[0], "messy.csv", *command[1:])
        assert (code, "made with the profile daftra" in said) == (2, True), said
    (Path("t.toml")).write_text('[templates.welcome.en]\nsubject = "Hi"\nbody = "Hi"\n', encoding="utf-8")
    for command in (
        ["status", "1", "--event", "deactivate"],
        ["invite", "queue", "1"],
        ["invite", "preview", "1", "--templates", "t.toml"],
        ["invite", "send", "--templates", "t.toml", "--sender", "folder:o?from=a@b.example", "--yes"],
        ["template", "--filled", "--out", "t.xlsx"],
    ):
        code, _, said = cli(*command)
        assert (code, "made with the profile daftra" in said) == (2, True), (command, said)
    assert cli("clients", "--json")[1] == before
    assert cli("template", "--out", "t.xlsx")[0] == 0
    assert cli("plan", "messy.csv", "--profile", "standard")[0] == 1
    assert cli("plan", "messy.csv", "--profile", "daftra")[0] == 1
    assert cli("undo", json.loads(cli("runs", "--json")[1])["runs"][-1]["run"])[0] == 0
    assert cli("plan", "messy.csv")[0] == 1
