"""An apply that was stopped half-way says how to go on, and going on does the rest."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clientimport.core.settings import Settings
from clientimport.errors import StoreError
from clientimport.services.applying import Applying
from tests.cli.asking import Cli, answer

COMMIT = Settings().commit_every
ROWS = COMMIT + 700


@pytest.fixture
def big(tmp_path: Path) -> Path:
    path = tmp_path / "big.csv"
    path.write_text("Klantnr;Naam\n" + "".join(f"K{n};Klant {n}\n" for n in range(ROWS)), encoding="utf-8")
    return path


def stop_after_the_first_commit(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    steps = Applying.steps

    def stopped(self: Applying, run_id: str) -> Iterator[int]:
        for done in steps(self, run_id):
            yield done
            raise error

    monkeypatch.setattr(Applying, "steps", stopped)


@pytest.mark.parametrize(
    ("error", "code", "kind"),
    [(KeyboardInterrupt(), 130, "stopped"), (StoreError("The disk is full.", retry=True), 3, "store")],
)
def test_a_stopped_import_of_a_file_can_be_gone_on_with(
    cli: Cli, big: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, kind: str
) -> None:
    """Its plan is saved, the message holds the two commands there are, and the first of them does the rest once."""
    with monkeypatch.context() as patch:
        stop_after_the_first_commit(patch, error)
        failed = answer(cli, "apply", big.name, "--yes", code=code)["error"]
    assert failed["code"] == kind
    assert f"{COMMIT} of {ROWS} records are done" in failed["message"]
    found = re.search(r"clientimport apply (clientimport-\w+\.jsonl) --store \S+ --yes", failed["message"])
    assert found is not None

    done = answer(cli, "apply", found[1], "--yes")

    assert (done["created"], done["records"]) == (ROWS, ROWS)
    assert [run["state"] for run in answer(cli, "runs")["runs"]] == ["done"]
    assert len(answer(cli, "activity")["entries"]) == 1


def test_a_stopped_plan_goes_on_with_the_same_command(cli: Cli, big: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No other file is written."""
    answer(cli, "plan", big.name, "--out", "big.jsonl")
    with monkeypatch.context() as patch:
        stop_after_the_first_commit(patch, KeyboardInterrupt())
        failed = answer(cli, "apply", "big.jsonl", "--yes", code=130)["error"]
    assert "clientimport apply big.jsonl" in failed["message"]
    assert not list(big.parent.glob("clientimport-*.jsonl"))

    assert answer(cli, "apply", "big.jsonl", "--yes")["created"] == ROWS


def test_a_run_that_was_killed_is_named_when_its_file_comes_again(
    cli: Cli, big: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody could say anything then; importing the file again does the rest, and says what else there is to undo."""
    with monkeypatch.context() as patch:
        stop_after_the_first_commit(patch, SystemError("as if the power went"))
        with pytest.raises(SystemError):
            cli("apply", big.name, "--yes")
    (killed,) = answer(cli, "runs")["runs"]

    code, out, err = cli("apply", big.name, "--yes")

    assert code == 0
    assert f"Run {killed['run']} of" in err
    assert f"clientimport undo {killed['run']}" in err
    assert re.search(r"created +700\b", out)
    assert re.search(rf"unchanged +{COMMIT}\b", out)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to write to")
@pytest.mark.parametrize(("redirect", "code"), [("> /dev/full", 3), (">&-", 0)])
def test_output_that_cannot_be_written_ends_without_a_traceback(tmp_path: Path, redirect: str, code: int) -> None:
    """A full disk is told by the exit code; a closed output is nobody's wish to read."""
    command = f'"{sys.executable}" -m clientimport plugins --json {redirect}'
    done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)

    assert (done.returncode, done.stderr) == (code, "")


def test_a_reader_that_has_seen_enough_is_no_failure(tmp_path: Path) -> None:
    """``… | head -1`` ends well, however much there is to print."""
    (tmp_path / "big.csv").write_text("Naam\n" + "".join(f"Klant {n}\n" for n in range(9000)), encoding="utf-8")
    run = f'"{sys.executable}" -m clientimport'
    subprocess.run(f"{run} apply big.csv --store s.db --yes", shell=True, cwd=tmp_path, check=True, capture_output=True)

    script = f"set -o pipefail; {run} clients --store s.db | head -1"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)

    assert (done.returncode, done.stdout.split()[1:], done.stderr) == (0, ["Klant", "0"], "")
