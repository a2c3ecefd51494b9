"""The runner of the docs' blocks finds a page that promises what does not happen."""

from __future__ import annotations

import pytest

from tests.docs_blocks import Command, commands, missing_line

BLOCK = """\
$ pip install clientimport
$ clientimport plan clients.csv \\
    --store sqlite:///clients.db
3 records
  2 create

$ clientimport runs
"""


def test_commands_are_the_dollar_lines_with_what_follows_them() -> None:
    """A long command goes on after a backslash; blank lines are nothing."""
    assert list(commands(BLOCK)) == [
        Command("pip install clientimport", ()),
        Command("clientimport plan clients.csv  --store sqlite:///clients.db", ("3 records", "2 create")),
        Command("clientimport runs", ()),
    ]


@pytest.mark.parametrize(
    ("shown", "missing"),
    [
        ((), None),
        (("one", "three"), None),
        (("one", "…", "three"), None),
        (("t…ee",), None),
        (("2 of  two",), None),
        (("three", "one"), "one"),
        (("four",), "four"),
        (("t…four",), "t…four"),
        (("one", "…", "one"), "one"),
    ],
)
def test_shown_lines_are_looked_for_in_order(shown: tuple[str, ...], missing: str | None) -> None:
    """Lines may be left out between them; none may be made up, swapped or counted twice."""
    assert missing_line(shown, "one\n  2  of two\nthree\n") == missing
