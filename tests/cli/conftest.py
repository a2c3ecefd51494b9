"""A command line in an empty folder, with two files to import."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientimport.cli.running import run
from tests.cli.asking import Cli

MESSY = """Klantnr;Naam;E-mail;Telefoon;Geheim
00001;Jan Peeters;jan@peeters.example;0470 00 00 01;a
00002;Mia Maes;mia@;0470 00 00 02;b
00003;=SUM(A1);sum@formule.example;;c
00004;'=Els;els@;-1+1;d
"""
DATED = """Naam;E-mail;Geboortedatum
Jan Peeters;jan@peeters.example;03/04/1980
Mia Maes;mia@maes.example;05/06/1981
"""


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Runs a command in an empty folder with a store there; answers exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLIENTIMPORT_STORE", "sqlite:///clients.db")
    (tmp_path / "messy.csv").write_text(MESSY, encoding="utf-8")
    (tmp_path / "dated.csv").write_text(DATED, encoding="utf-8")

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return call
