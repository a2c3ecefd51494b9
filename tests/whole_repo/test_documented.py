"""docs/reference names everything a user can call, catch, answer or meet."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import clientimport
from clientimport.core.findings import CODES
from clientimport.plugins import hookspecs

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
HOOKS = sorted(name for name in vars(hookspecs) if name.startswith("clientimport_"))


@cache
def reference() -> str:
    """All pages of the reference, as one text."""
    return "\n".join(page.read_text(encoding="utf-8") for page in sorted(REFERENCE.rglob("*.md")))


def is_named(name: str) -> bool:
    """Whether the reference has the whole word in code type."""
    word = rf"(?<![\w-]){re.escape(name)}(?![\w-])"
    return re.search(rf"`[^`\n]*{word}[^`\n]*`", reference()) is not None


@pytest.mark.parametrize("name", sorted(clientimport.__all__))
def test_every_public_name_is_in_the_reference(name: str) -> None:
    """What can be imported is explained."""
    assert is_named(name)
    assert getattr(clientimport, name) is not None


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_is_in_the_reference(name: str) -> None:
    """A plugin's author finds each promise."""
    assert is_named(name)


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_finding_code_is_in_the_reference(code: str) -> None:
    """Whoever reads a code in JSON can look it up."""
    assert is_named(code)


def test_every_command_is_in_the_reference() -> None:
    """``clientimport --help`` lists nothing that the reference does not explain."""
    command = [sys.executable, "-m", "clientimport", "--help"]
    shown = subprocess.run(command, capture_output=True, check=True, encoding="utf-8", cwd=ROOT).stdout
    names = re.findall(r"^  ([a-z]+)\b", shown.partition("Commands:")[2], flags=re.MULTILINE)

    assert {"demo", "inspect", "plan", "apply", "undo", "runs", "clients", "plugins"} <= set(names)
    assert [name for name in names if not is_named(f"clientimport {name}")] == []


def test_the_reference_names_no_hook_that_there_is_not() -> None:
    """A renamed hook leaves no ghost."""
    assert set(
        re.findall(r"\bclientimport_(?:open_s|observe|fields|rules|coercers|mapping|profiles)\w*", reference())
    ) <= {*HOOKS}
