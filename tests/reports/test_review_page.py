"""What a review page is made of; what it does is tried in tests/browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientimport import Plan
from clientimport.errors import SettingsError
from clientimport.messages.catalogue import LANGUAGES
from clientimport.reports.review_page import (
    _json,
    board_data,
    board_script,
    board_style,
    write_review_html,
)
from tests.planning.given import OpenImporter, bring_in, opener, plan_of

PAIRS = [
    ("ink", "paper"), ("ink", "card"), ("ink", "line"), ("ink", "blue-wash"), ("ink", "amber-wash"), ("ink", "violet-wash"),
    ("soft", "paper"), ("soft", "card"), ("soft", "violet-wash"), ("soft", "blue-wash"), ("blue", "paper"), ("blue", "card"),
    ("blue", "violet-wash"), ("blue-ink", "blue"), ("amber", "card"), ("amber", "paper"), ("violet", "card"),
    ("violet", "violet-wash"), ("red", "card"), ("red", "paper"),
]  # fmt: skip
"""Text on ground, as the style sheet puts them together."""
EDGES = [("edge", "card"), ("edge", "paper"), ("blue", "violet-wash"), ("blue", "card"), ("amber", "amber-wash")]
"""Edges of controls and marks on their ground."""


@pytest.fixture
def open_importer() -> Iterator[OpenImporter]:
    yield from opener("memory:")


@pytest.fixture
def plan(open_importer: OpenImporter) -> Plan:
    importer = open_importer()
    bring_in(importer, {"external_id": "1", "name": "Jan", "city": "Gent"}, system="crm")
    rows = [{"external_id": "1", "name": "Jan", "city": "Mol"}, {"external_id": "2", "name": "", "city": "<b>"}]
    return plan_of(importer, *rows, system="erp")


def luminance(colour: str) -> float:
    """Of WCAG 2.2, relative."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_edges_can_be_told_from_their_ground(scheme: str) -> None:
    """4.5 to 1 for text and 3 to 1 for what one must see to use the page (WCAG AA)."""
    found = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", board_style())
    colours = {name: luminance(light if scheme == "light" else dark) for name, light, dark in found}

    def contrast(pair: tuple[str, str]) -> float:
        low, high = sorted(colours[name] for name in pair)
        return (high + 0.05) / (low + 0.05)

    assert {pair: contrast(pair) for pair in PAIRS if contrast(pair) < 4.5} == {}
    assert {pair: contrast(pair) for pair in EDGES if contrast(pair) < 3} == {}


def test_the_policy_names_the_script_and_the_style_that_are_there(plan: Plan, tmp_path: Path) -> None:
    """By hash, and allows nothing else."""
    write_review_html(plan.overview(), tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    policy = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)[0].replace("&#x27;", "'")

    assert policy.startswith("default-src 'none'; ")
    for kind, pattern in (("script", r'<script type="module">(.*?)</script>'), ("style", r"<style>(.*?)</style>")):
        inside = re.findall(pattern, page, flags=re.DOTALL)
        assert len(inside) == 1
        digest = base64.b64encode(hashlib.sha256(inside[0].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'; " in policy
    assert "unsafe" not in policy
    assert not re.search(r"https?:|@import|url\(|<link|\ssrc=|\sstyle=|\son[a-z]+=", page)


@given(st.dictionaries(st.text(), st.text() | st.sampled_from(["</script>", "<!--", "]]>", "\u2028\u2029", "\ud800"])))
def test_data_cannot_end_the_element_it_stands_in(data: dict[str, Any]) -> None:
    """Whatever it says, and it says the same when it is read."""
    text = _json(data)

    assert not set(text) & set("<>&\u2028\u2029")
    assert text.isascii()
    assert json.loads(text) == data


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_of_the_board_is_there(plan: Plan, lang: str) -> None:
    """Those that its script names, and those it puts together."""
    labels = board_data(plan.overview(), lang)["labels"]
    named = set(re.findall(r'say\("([a-z_]+)"', board_script()))
    choices = ("take", "skip", "keep", "overwrite", "leave", "deactivate", "remove")
    states = ("overwrite", "keep", "ruled", "asked", "waiting", "same", "only_here")
    filters = ("all", "differing", "asked", "open", "findings", "decided")
    made = {
        *(f"choice_{choice}" for choice in choices), *(f"state_{state}" for state in states),
        *(f"filter_{kind}" for kind in filters), *(f"severity_{each}" for each in ("error", "warning", "info")),
    }  # fmt: skip

    assert len(named) > 30
    assert sorted((named | made) - set(labels)) == []
    assert all(isinstance(text, str) and text for text in labels.values())


def test_the_board_makes_no_markup_of_text_and_fetches_nothing() -> None:
    """Its module imports nothing, and offers one function."""
    script = board_script()

    assert re.findall(r"^export .*?(\w+)\(", script, flags=re.MULTILINE) == ["mount"]
    found = re.findall(
        r"\binnerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function|\bfetch\b|^import\b|XMLHttp",
        script,
    )
    assert found == []
    assert "</script" not in script
    assert "<!--" not in script


def test_what_a_board_gets_is_the_overview_without_what_is_empty(plan: Plan) -> None:
    """Every entry and every field, with its id and choices."""
    whole, data = plan.overview().to_dict("fr"), board_data(plan.overview(), "fr")

    assert data["lang"] == "fr"
    assert data["plan"] == plan.digest
    for group in whole["groups"]:
        assert [entry["name"] for entry in data[group]] == [entry["name"] for entry in whole[group]]
    fields, kept = whole["both"][0]["fields"], data["both"][0]["fields"]
    assert [(f["field"], f.get("id"), f.get("choices", [])) for f in kept] == [
        (f["field"], f["id"], f["choices"]) for f in fields
    ]
    assert [each["message"] for each in data["invalid"][0]["findings"]] == [
        each["message"] for each in whole["invalid"][0]["findings"]
    ]


def test_a_page_is_refused_where_it_cannot_be_written(plan: Plan, tmp_path: Path) -> None:
    """In no language there is, and in no folder there is not."""
    with pytest.raises(SettingsError, match="lang"):
        write_review_html(plan.overview(), tmp_path / "r.html", "de")
    with pytest.raises(SettingsError, match="path"):
        write_review_html(plan.overview(), tmp_path / "gone" / "r.html")
    assert list(tmp_path.iterdir()) == []
