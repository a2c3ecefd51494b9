"""A plan as a piece of HTML in a notebook: what is in it, how much of it, and that nothing in a cell becomes markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from clientimport import Importer, MergePolicy
from clientimport.errors import SettingsError
from clientimport.reports.inline import plan_html

STORED = [
    {"Name": "Jan Peeters", "Email": "jan@voorbeeld.example", "City": "Gent", "Notes": "oud"},
    {"Name": "Els Maes", "Email": "els@voorbeeld.example", "City": "Mol"},
]
GIVEN = [
    {"Name": "Jan Peeters", "Email": "jan@voorbeeld.example", "City": "Aalst", "Notes": "nieuw"},
    {"Name": "Rita Simons", "Email": "rita@voorbeeld.example", "City": "Geel"},
    {"Name": "Mia Maes", "Email": "mia(at)voorbeeld.example", "City": "Lier"},
]


class Reader(HTMLParser):
    """Tags, attributes and text; complains about an element that is not closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.words: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names.update(name for name, _ in attrs)
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append((next((tag for tag in reversed(self._open) if tag in {"del", "ins"}), ""), data))

    @property
    def text(self) -> str:
        return " ".join(" ".join(word for _, word in self.words).split())


@pytest.fixture
def importer() -> Any:
    with Importer("memory:") as importer:
        importer.apply(importer.plan(STORED))
        yield importer


def test_four_groups_with_what_differs(importer: Importer) -> None:
    """Counts, names, fields that are kept and overwritten, why somebody is invalid or only here."""
    policy = MergePolicy(default="overwrite", fields={"notes": "keep"})
    html = plan_html(importer.plan(GIVEN, merge=policy))
    read = Reader(html)

    for said in ("Customers only in import", "Customers only here", "Double customers", "Invalid customers"):
        assert said in read.text
    assert "Nothing has been written yet." in read.text
    assert "an earlier import of the same system had it, this one does not" in read.text
    assert "there is no @ in it" in read.text
    assert ("del", "Gent") in read.words
    assert ("ins", "Aalst") in read.words
    assert ("", "oud") in read.words  # what is here stays, in grey
    assert ("del", "nieuw") in read.words
    assert "email-invalid 1" in read.text


def test_open_questions_with_their_choices(importer: Importer) -> None:
    """Unless somebody shows them another way."""
    plan = importer.plan(GIVEN, merge="ask", system="another")
    assert "Which one holds?" in Reader(plan_html(plan)).text
    assert "take the value from the file" in Reader(plan_html(plan)).text
    without = Reader(plan_html(plan, questions=False)).text
    assert "Which one holds?" not in without
    assert "1 Questions" in without  # still counted


def test_it_speaks_the_readers_language(importer: Importer) -> None:
    """And refuses one that it does not have."""
    plan = importer.plan(GIVEN)
    assert "Er is nog niets geschreven." in plan_html(plan, "nl")
    with pytest.raises(SettingsError):
        plan_html(plan, "xx")


def test_a_long_list_is_cut(importer: Importer) -> None:
    """What is left out is counted."""
    many = [{"Name": f"Klant {n}", "Email": f"k{n}@voorbeeld.example"} for n in range(250)]
    html = plan_html(importer.plan(many), limit=10)

    assert "… and 240 more" in html
    assert html.count("a new client") == 10
    assert len(html) < 20_000


def test_nothing_in_a_cell_becomes_markup(importer: Importer) -> None:
    """Nor runs, nor turns the text around it, and a giant cell is cut."""
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> \u202e\x1b"
    rows = [{evil: "x", "Name": evil, "Email": "a@voorbeeld.example", "Notes": "n" * 20_000}]
    html = plan_html(importer.plan(rows))
    read = Reader(html)

    assert set(read.tags) <= {"div", "strong", "span", "details", "summary", "bdi", "table", "tbody", "tr", "th", "td",
                              "del", "ins", "ul", "li", "code"}  # fmt: skip
    assert read.names <= {"style", "lang", "open", "scope"}
    assert not re.search("[\u202e\x1b]", html)
    assert "<script" not in html
    assert len(html) < 20_000


def test_it_fetches_nothing_and_has_no_colours_for_one_theme(importer: Importer) -> None:
    """Text takes the page's colour, and tints are see-through; counts and dots are of a middle tone."""
    html = plan_html(importer.plan(GIVEN))

    assert "url(" not in html
    assert "http" not in html
    assert re.findall(r"(?<![-\w])color:([^;\"]+)", html) == ["inherit"]
    assert all(
        "rgba" in found or "none" in found for found in re.findall(r"background:([^;\"]+)", html) if "rgb(" not in found
    )
