"""The review of a plan as one page for a browser, and the board on it for whoever wants it elsewhere.

The page fetches nothing and sends nothing. Its policy lets it run the board's script and style and no other; what stands in
a source becomes text, never markup.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import TYPE_CHECKING, Any

from clientimport.messages import Messages
from clientimport.messages.catalogue import catalogue
from clientimport.reports.files import whole_file
from clientimport.reports.markup import Markup, element, start

if TYPE_CHECKING:
    from clientimport.reports.overview import Overview

DECISIONS = "decisions.json"
"""What the page calls the file of decisions that it saves."""

_PARTS = ("choices.js", "elements.js", "cards.js", "board.js")
_STATIC_QUESTIONS = 200
_PAGE_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; background: light-dark(#f7f7f5, #15181b); color: light-dark(#1b1f23, #e7eaed); font: 0.9375rem/1.45 system-ui, sans-serif; }
.page { max-width: 78rem; margin: 0 auto; padding: 0 1.25rem; overflow-wrap: anywhere; }
.page h1 { font-size: 1.45rem; font-weight: 650; margin: 1.25rem 0 0.1rem; }
.page header p { color: light-dark(#5a636d, #a5afb9); margin: 0 0 0.75rem; }
.page table { border-collapse: collapse; margin: 1rem 0; }
.page :is(th, td) { border-bottom: 1px solid #8886; padding: 0.3rem 1rem 0.3rem 0; text-align: start; font-weight: 400; }
.page td { text-align: end; font-variant-numeric: tabular-nums; }
"""
_START = """
const read = (id) => document.getElementById(id).textContent;
mount(document.getElementById("board"), JSON.parse(read("data")), { file: %s });
"""


def write_review_html(overview: Overview, path: str | os.PathLike[str], lang: str = "en") -> None:
    """Write the page to *path*.

    Raises:
        SettingsError: the folder does not exist, or there are no texts in that language.
    """
    data = board_data(overview, lang)
    with whole_file(path) as written, written.open("w", encoding="utf-8") as file:
        file.writelines(_chunks(data))


def board_data(overview: Overview, lang: str = "en") -> dict[str, Any]:
    """What a board needs: ``Overview.to_dict`` without what is empty, with ``lang`` and the board's texts as ``labels``.

    Raises:
        SettingsError: there are no texts in that language.
    """
    data = overview.to_dict(lang)
    for group in data["groups"]:
        data[group] = [_slim(entry) for entry in data[group]]
    conflicts = [_slim_conflict(conflict) for conflict in data["conflicts"]]
    return {**data, "conflicts": conflicts, "lang": lang, "labels": _labels(overview, lang)}


@functools.cache
def board_script() -> str:
    """The board as an ES module without imports, which exports ``mount(root, data, options)``."""
    return "\n".join(_part(name) for name in _PARTS)


@functools.cache
def board_style() -> str:
    """The board's style sheet; every rule is for what is inside ``.clientimport-board``, which ``mount`` sets on its root."""
    return _part("board.css")


# ------------------------------------------------------------------------------------------------ data


def _slim(entry: Mapping[str, Any]) -> dict[str, Any]:
    """*entry* without what a board takes for absent or does not show; of a review of thousands, half."""
    kept = {key: value for key, value in entry.items() if value is not None and value != []}
    if "fields" in kept:
        kept["fields"] = [
            {key: value for key, value in field.items() if value is not None and value != [] and key != "base"}
            for field in kept["fields"]
        ]
    if "choose" in kept:  # what is offered is the same for all, and stands in the data once
        kept["choose"] = [{key: each[key] for key in ("field", "label", "id", "value")} for each in kept["choose"]]
    if "findings" in kept:
        kept["findings"] = [_slim_finding(finding) for finding in kept["findings"]]
    return kept


def _slim_finding(finding: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: finding[key] for key in ("severity", "message", "wanted", "remedy", "seen")}
    return {**kept, "locator": {"column": finding["locator"]["column"]}}


def _slim_conflict(conflict: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: conflict[key] for key in ("id", "kind", "question", "options")}
    if conflict["kind"] == "rows-contradict":
        kept["params"] = {key: conflict["params"][key] for key in ("rows", "values")}
    return {**kept, "locator": {key: conflict["locator"][key] for key in ("row", "column")}}


def _labels(overview: Overview, lang: str) -> dict[str, str]:
    messages = Messages(lang)
    texts = catalogue(lang)
    product = overview.product
    return {
        **texts["board"],
        "here": texts["board"]["here" if product is None else "here_product"].replace("{product}", product or ""),
        **{key: messages.label(key) for key in ("row", "client", "field")},
        **{key: messages.word(key) for key in ("seen", "wanted", "try", "blank")},
        "opening": messages.field("opening_balance"),
        **{f"rule_{rule}": text for rule, text in texts["rule"].items()},
        **{f"severity_{severity}": text for severity, text in texts["severity"].items()},
    }


# ------------------------------------------------------------------------------------------------ page


def _chunks(data: Mapping[str, Any]) -> Iterator[str]:
    labels = data["labels"]
    style = _PAGE_STYLE + board_style()
    script = board_script() + _START % json.dumps(DECISIONS)
    yield f"<!doctype html>\n{start('html', lang=data['lang'])}\n{_head(labels['title'], style, script)}\n<body>\n"
    yield start("div", class_="page")
    yield element("header", element("h1", labels["title"]), element("p", labels["nothing_sent"])) + "\n<main>\n"
    yield element("div", *_static(data), id="board") + "\n</main></div>\n"
    yield start("script", type="application/json", id="data") + _json(data) + "</script>\n"
    yield start("script", type="module") + script + "</script>\n</body>\n</html>\n"


def _head(title: str, style: str, script: str) -> Markup:
    policy = (
        f"default-src 'none'; script-src {_digest(script)}; style-src {_digest(style)}; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return element(
        "head",
        start("meta", charset="utf-8"),
        start("meta", http_equiv="Content-Security-Policy", content=policy),
        start("meta", name="viewport", content="width=device-width, initial-scale=1"),
        start("meta", name="referrer", content="no-referrer"),
        start("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", Markup(style)),
    )


def _static(data: Mapping[str, Any]) -> Iterator[Markup]:
    """What is read where no script runs: counts and questions. The board takes its place."""
    yield element("p", data["labels"]["without_script"])
    rows = [(group["label"], group["clients"]) for group in data["groups"].values()]
    rows += [(data["labels"]["questions"], len(data["conflicts"]))]
    body = [element("tr", element("th", label, scope="row"), element("td", str(count))) for label, count in rows]
    yield element("table", element("tbody", *body))
    questions = data["conflicts"][:_STATIC_QUESTIONS]
    yield element("ul", *(element("li", conflict["question"]) for conflict in questions))


def _json(data: Mapping[str, Any]) -> str:
    """*data* so that nothing in it can end the element it stands in: pure ASCII, without ``<``, ``>`` and ``&``."""
    text = json.dumps(data, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


def _part(name: str) -> str:
    return resources.files("clientimport.reports").joinpath("board", name).read_text(encoding="utf-8")
