"""What CI runs, by name: ``nox -l`` is the table of contents, ``nox`` runs the sessions marked with a star."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = False  # a version that is not on this machine is skipped
nox.options.stop_on_first_error = False

PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
OLDEST = PYTHONS[0]
PARALLEL = "-n2"
FEW = {"HYPOTHESIS_PROFILE": "dev"}
ONCE = ("laws", "crash", "differential")
"""Tests that take long and of which another version of Python or of a library changes nothing: one session runs them."""


@nox.session
def lint(session: nox.Session) -> None:
    """Read the code as ruff does: all rules, and the format."""
    session.install(*group("lint"))
    session.run("ruff", "check", *session.posargs)
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Check types with mypy, strictly, tests included."""
    install(session, "types", extras="all")
    session.run("mypy", *session.posargs)


@nox.session
def imports(session: nox.Session) -> None:
    """Hold the drawing of the floors: who may import whom."""
    session.install(*group("imports"))
    session.run("lint-imports", *session.posargs, env={"PYTHONPATH": "src"})


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests on every supported Python that is found: all of them on the oldest, those that can differ on the others."""
    install(session, "test", extras="all")
    if session.python == OLDEST:
        session.run("pytest", PARALLEL, *session.posargs)
    else:
        session.run("pytest", PARALLEL, "tests", "examples", *without(*ONCE), *session.posargs, env=FEW)


@nox.session(default=False)
def laws(session: nox.Session) -> None:
    """Try what holds for any input on many more inputs."""
    install(session, "test", extras="all")
    session.run("pytest", PARALLEL, "tests/laws", *session.posargs, env={"HYPOTHESIS_PROFILE": "long"})


@nox.session(default=False)
def fuzz(session: nox.Session) -> None:
    """Try the same on ten times as many inputs, new ones each time."""
    install(session, "test", extras="all")
    session.run("pytest", PARALLEL, "tests/laws", *session.posargs, env={"HYPOTHESIS_PROFILE": "fuzz"})


@nox.session
def checkers(session: nox.Session) -> None:
    """Let other people's programs look over the journal: beancount, and hledger where it is installed."""
    install(session, "test", *group("checkers"), extras="all")
    session.run("pytest", "tests/openings/test_proof.py", *session.posargs)


@nox.session
def browser(session: nox.Session) -> None:
    """Use pages and notebook as a person does, in Chromium, where it is installed."""
    install(session, "test", *group("browser"), extras="all")
    session.run("pytest", PARALLEL, "tests/browser", "tests/notebook", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Run every block of code in the README and the docs."""
    install(session, "test", extras="all")
    session.run("pytest", "README.md", "CONTRIBUTING.md", "docs", *session.posargs)


@nox.session(python=OLDEST)
def lowest(session: nox.Session) -> None:
    """Run the tests with the oldest dependencies we allow, on the oldest Python."""
    bounds = Path(session.create_tmp()) / "lowest.txt"
    bounds.write_text("\n".join(lower_bounds()) + "\n", encoding="utf-8")
    install(session, "test", "-c", str(bounds), extras="all")
    session.run("pytest", PARALLEL, "tests", "examples", *without(*ONCE), *session.posargs, env=FEW)


@nox.session
def bare(session: nox.Session) -> None:
    """Use the library without any extra: no click, no rich, nothing missed."""
    install(session, "test")
    for extra in ("click", "rich"):
        session.run("python", "-c", f"import {extra}", success_codes=[1], silent=True)
    session.run("python", "-W", "error", "-c", "import clientimport; print(clientimport.__name__)")
    beyond = (*ONCE, "cli", "whole_repo", "duplicates", "spreadsheet", "stores", "values")  # which no extra touches
    session.run("pytest", PARALLEL, "tests", *without(*beyond), *session.posargs, env=FEW)


@nox.session
def package(session: nox.Session) -> None:
    """Build wheel and sdist, install the wheel and a plugin as a user would, and use them."""
    session.install(*group("package"))
    temporary = Path(session.create_tmp()).resolve()
    built, fresh = temporary / "dist", temporary / "fresh"
    for folder in (built, fresh):
        shutil.rmtree(folder, ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", str(built), ".", silent=True)
    session.run("python", "-m", "build", "--wheel", "--outdir", str(built), "examples/plugin_loyalty", silent=True)
    session.run("python", "-m", "venv", str(fresh))
    python = str(fresh / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    wheels = sorted(map(str, built.glob("*.whl")))
    session.run(python, "-m", "pip", "install", "--quiet", *wheels, external=True)
    # From elsewhere, so that what is imported is what was installed.
    smoke = Path("tests/whole_repo/installed_smoke.py").resolve()
    with session.chdir(temporary):
        session.run(python, "-W", "error", str(smoke), external=True)


@nox.session(default=False)
def differential(session: nox.Session) -> None:
    """Compare each fast path with its reference library over more than a million values a field."""
    install(session, "test", extras="all")
    session.run("pytest", PARALLEL, "-m", "differential", *session.posargs, env={"CLIENTIMPORT_FULL": "1"})


@nox.session(default=False)
def crash(session: nox.Session) -> None:
    """Kill an import at every point it can be killed at, and go on."""
    install(session, "test", extras="all")
    session.run("pytest", PARALLEL, "-m", "crash", *session.posargs, env={"CLIENTIMPORT_FULL": "1"})


@nox.session(default=False)
def coverage(session: nox.Session) -> None:
    """Show which lines and branches no test reaches."""
    install(session, "test", extras="all")
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", *session.posargs)
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report")


@nox.session(default=False)
def changelog(session: nox.Session) -> None:
    """Show what the changelog of the next release would say."""
    session.install(*group("changelog"))
    session.run("towncrier", "build", "--draft", "--version", "next", *session.posargs)


# ------------------------------------------------------------------------------------------------ installing


def group(name: str) -> list[str]:
    """The requirements of one dependency group."""
    return list(nox.project.dependency_groups(PROJECT, name))


def without(*folders: str) -> list[str]:
    """What tells pytest to leave *folders* of the tests out."""
    return [f"--ignore=tests/{folder}" for folder in folders]


def install(session: nox.Session, name: str, *options: str, extras: str = "") -> None:
    """Install this project, editable, with one dependency group; in one go, so that their versions agree."""
    session.install("-e", f".[{extras}]" if extras else ".", *group(name), *options)


def lower_bounds() -> list[str]:
    """``name==oldest`` for each dependency, of the extras too, as ``pyproject.toml`` gives them."""
    project = PROJECT["project"]
    extras = project["optional-dependencies"].values()
    every = [*project["dependencies"], *(item for extra in extras for item in extra)]
    found = (re.fullmatch(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*>=\s*([0-9.]+).*", item) for item in every)
    return [f"{match[1]}=={match[2]}" for match in found if match]
