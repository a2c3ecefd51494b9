"""A plan beside the store as a workbook to go through: what is where, field by field, with a choice for each.

Nothing in it depends on where a row stands: each has its id, and beside it, hidden, what the plan does by itself. So rows may
be sorted and filtered, and ``review_reading`` can tell what a person chose without the plan.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from clientimport.core.decisions import CHOICES, CLIENT, FIELD, RECORD, choices
from clientimport.messages import Messages
from clientimport.messages.catalogue import catalogue
from clientimport.reports.forms import (
    CHOICE,
    PLAIN,
    SMALL,
    ChoiceColumn,
    Column,
    FormSheet,
    FormWorkbook,
    Look,
    form_workbook,
)
from clientimport.reports.texts import shown

if TYPE_CHECKING:
    from clientimport.reports.overview import Overview

MARK = "clientimport review 1"
"""What the first sheet says of itself, in a hidden column."""
ID = "id"
"""Heading of the column of ids, in every language."""
WAS = "was:"
"""How the heading of the hidden column begins that says what the plan does by itself; the sheet's key follows."""
DECIDED = "decided"
"""What stands there for what a person had decided already."""
ANSWERS = "answers"
"""Heading of the hidden column with the possible answers to a row's question, as JSON."""
FIELDS_OF = "fields"
"""Heading of the hidden column with the fields that a row's question is about, as JSON."""
BETWEEN = " = "
"""What stands in an answer between its choice and what that means."""

_MOST_OFFERED = 50
"""Answers that the list in a cell offers; the others stand beside it and can be typed."""

_MOST_ROWS = 20
"""Numbers of rows that are named for one client."""


COVERED: Mapping[str, int] = {
    "only_in_import": 2, "only_here": 2, "both": 3, "fields": 4, "bulk": 1, "questions": 2, "choose": 3,
}  # fmt: skip
"""Sheet -> how many of its first columns say what a row is about: they must stay with its id."""

BESIDE = "|"
"""Between the key of a sheet and the headings of these columns, in the heading of the hidden column."""


def row_check(id: str, was: str, about: Sequence[str]) -> str:
    """What is written in the hidden column: *was*, and a sum that shows if it, the id or what the row is about was changed, as
    when only some columns of a sheet are sorted.

    *was* is what the plan does by itself, empty where it does nothing before it is told; or ``DECIDED``. Of *about* only
    letters and digits count: programs store blanks and signs each in their way.
    """
    plain = ["".join(filter(str.isalnum, text[:1000])) for text in about]
    checksum = zlib.crc32("\n".join((id, was, *plain)).encode("utf-8", "surrogatepass"))
    return f"{was} {checksum:08x}".lstrip()


def choice_words(lang: str) -> dict[str, str]:
    """Choice -> what it is called in a language; the same words as on the review page.

    Raises:
        SettingsError: there are no texts in that language.
    """
    texts = catalogue(lang)["board"]
    return {choice: texts[f"choice_{choice}"] for allowed in CHOICES.values() for choice in allowed}


def write_review_xlsx(
    overview: Overview,
    path: str | os.PathLike[str],
    *,
    lang: str = "en",
    equal: bool = False,
    source: str = "",
    findings: Iterable[Mapping[str, Any]] | None = None,
) -> None:
    """Write *overview* to *path*: how to use it, then every group, every question and every finding, each on its sheet.

    Each group is gone through once, one client at a time. All cells are text, and only those for a choice can be changed.

    Args:
        overview: What to write; the choices that its plan was made with stand in their cells.
        path: The workbook to write.
        lang: Of headings, texts and choices.
        equal: With the fields that are the same on both sides.
        source: What the file is called that the plan was made of; empty leaves it out.
        findings: Those of the whole plan, as ``plan_document`` gives them; ``None``: those of the overview's clients.

    Raises:
        SettingsError: the folder does not exist, or there are no texts in that language.
    """
    with form_workbook(path) as book:
        _Review(book, overview.document(lang, equal=equal), overview.messages(lang)).write(source, findings)


class _Review:
    """What is written of one overview."""

    def __init__(self, book: FormWorkbook, document: Mapping[str, Any], messages: Messages) -> None:
        self._book = book
        self._document = document
        self._messages = messages
        self._word = choice_words(messages.lang)
        self._left = {taken["id"]: taken["choice"] for taken in document["decisions"]}  # what no row shows yet
        self._ids: set[str] = set()
        self._asked_of: dict[str, str] = {}  # question -> name of the client that it is about
        self._sheets: dict[str, list[Any]] = {}  # key -> title, rows with an id
        self._questions = {question["id"]: question["question"] for question in document["conflicts"]}
        # others are about all clients that wait
        self._single = {question["id"] for question in document["conflicts"] if question["locator"]["row"] is not None}
        self._findings: list[tuple[str, str, Mapping[str, Any]]] = []  # rows, client, finding

    def write(self, source: str, findings: Iterable[Mapping[str, Any]] | None) -> None:
        story = self._book.sheet(
            self._messages.review("sheet:story"),
            [Column(self._messages.review("story:title"), 28), Column("", 100), *[Column("", 10, hidden=True)] * 2],
            table=False,
        )
        self._bulk()
        groups = {"only_in_import": self._new, "only_here": self._others, "both": self._known, "invalid": self._invalid}
        titles = {}
        for name, group in self._document["groups"].items():
            titles[name] = groups[name](group["label"], self._document[name])
        self._open_questions()
        if findings is not None:
            self._findings = [(str(found["locator"]["row"] or ""), "", found) for found in findings]
        count = self._all_findings()
        self._story(story, titles, count, source)

    # -------------------------------------------------------------------------------------------- the groups

    def _new(self, title: str, entries: Iterable[Mapping[str, Any]]) -> str:
        heads = [("name", 30), ("rows", 8), ("values", 60), ("what", 44), ("question", 40)]
        sheet, looks = self._choosing(title, "only_in_import", heads, RECORD)
        chosen = self._for_each_client()
        for entry in entries:
            values = "\n".join(
                f"{field['label']}: {shown(field['given'], self._messages)}"
                for field in entry["fields"]
                if field["given"] is not None
            )
            cells = [entry["name"], self._rows(entry), values, *self._fate(entry)]
            self._row(sheet, "only_in_import", cells, _marked(looks, entry), entry)
            if chosen is not None:
                self._choices_of(entry, *chosen)
        return sheet.title

    def _for_each_client(self) -> tuple[FormSheet, tuple[Look, ...]] | None:
        """The sheet for what is chosen for single new clients; ``None`` where nothing can be."""
        offered = self._document["choose"].values()
        if not offered or not self._document["groups"]["only_in_import"]["clients"]:
            return None
        heads = [("name", 30), ("rows", 8), ("field", 24), ("what", 44)]
        return self._asking("sheet:choose", "choose", heads, min(_MOST_OFFERED, max(map(len, offered))))

    def _choices_of(self, entry: Mapping[str, Any], sheet: FormSheet, looks: tuple[Look, ...]) -> None:
        for each in entry["choose"]:
            cells = [entry["name"], _numbers(entry["rows"]), each["label"], _text(each["value"], self._messages)]
            answers = dict.fromkeys((*each["choices"], *filter(None, [each["choice"]])))  # it may be said otherwise
            known = [json.dumps([*answers]), "", *each["choices"][:_MOST_OFFERED]]
            self._row(sheet, "choose", cells, looks, {**each, "choice": None}, known)

    def _others(self, title: str, others: Iterable[Mapping[str, Any]]) -> str:
        heads = [("client", 24), ("name", 30), ("reason", 60), ("systems", 24)]
        sheet, looks = self._choosing(title, "only_here", heads, CLIENT)
        for other in others:
            cells = [other["client"], other["name"], other["why"], ", ".join(other["systems"])]
            self._row(sheet, "only_here", cells, looks, other)
        return sheet.title

    def _known(self, title: str, entries: Iterable[Mapping[str, Any]]) -> str:
        heads = [("client", 24), ("name", 30), ("rows", 8), ("differences", 30), ("what", 44), ("question", 40)]
        clients, looks = self._choosing(title, "both", heads, RECORD)
        named = self._messages.review("sheet:fields").replace("{group}", title[:20])
        heads = [("client", 24), ("name", 30), ("rows", 8), ("field", 20), ("here", 34), ("given", 34), ("base", 34)]
        heads.append(("what", 44))
        fields, _ = self._choosing(named, "fields", heads, FIELD)
        for entry in entries:
            who = [" / ".join(entry["clients"]), entry["name"], self._rows(entry)]
            differ = [field for field in entry["fields"] if field["fate"] not in {"same", "only_here"}]
            cells = [*who, ", ".join(field["label"] for field in differ), *self._fate(entry)]
            self._row(clients, "both", cells, _marked(looks, entry), entry)
            for field in entry["fields"]:
                sides = [_text(field[side], self._messages) for side in ("here", "given", "base")]
                self._row(
                    fields,
                    "fields",
                    [*who, field["label"], *sides, self._becomes(field)],
                    _FIELD_LOOKS[field["fate"]],
                    field,
                )
        return clients.title

    def _invalid(self, title: str, entries: Iterable[Mapping[str, Any]]) -> str:
        columns = self._columns([("rows", 8), ("name", 30), ("what", 44), ("findings", 80), ("remedy", 60)])
        sheet = self._book.sheet(title, columns)
        for entry in entries:
            rows = self._rows(entry)
            wrong = [found for found in entry["findings"] if found["severity"] == "error"]
            said, remedies = ("\n".join(found[key] for found in wrong) for key in ("message", "remedy"))
            sheet.row(
                [rows, entry["name"], entry["why"], said, remedies], ("plain", "plain", "plain", "error", "plain")
            )
        return sheet.title

    # -------------------------------------------------------------------------------------- the other sheets

    def _bulk(self) -> None:
        if self._document["bulk"]:
            most = max(len(each["choices"]) for each in self._document["bulk"])
            sheet, looks = self._asking("sheet:bulk", "bulk", [("about", 60), ("count", 10)], most, strict=True)
            for each in self._document["bulk"]:
                offered = [self._word.get(choice, choice) for choice in each["choices"]]
                cells = [each["label"], str(each["count"])]
                self._row(
                    sheet, "bulk", cells, looks, {**each, "choice": None}, [json.dumps(each["choices"]), "", *offered]
                )

    def _open_questions(self) -> None:
        """The questions, and below them the decisions that no other sheet shows, so that none is lost."""
        questions = self._document["conflicts"]
        if not questions and not self._left:
            return
        most = min(_MOST_OFFERED, max([3, *(len(question["options"]) for question in questions)]))
        heads = [
            ("name", 30),
            ("rows", 8),
            ("question", 60),
            ("column", 20),
            ("waiting", 16),
            ("field", 24),
            ("options", 60),
        ]
        label = self._messages.label("conflicts")
        sheet, looks = self._asking(label, "questions", heads, most)
        for question in questions:
            answers = [option["choice"] for option in question["options"]]
            offered = [_offered(option["choice"], option["label"]) for option in question["options"]]
            place = question["locator"]
            cells = [
                self._asked_of.get(question["id"], ""),
                str(place["row"] or ""),
                question["question"],
                place["column"] or "",
                str(question["records"]),
                "\n".join(f"{name} ({self._messages.field(name)})" for name in question["fields"]),
                "\n".join(
                    line
                    for text, option in zip(offered, question["options"], strict=True)
                    for line in (text, *(f"    {compared}" for compared in option.get("compared", ())))
                ),
            ]
            given = {"id": question["id"], "choice": None, "choices": answers}
            known = [json.dumps(answers), json.dumps(question["fields"]), *offered[:most]]
            self._row(sheet, "questions", cells, looks, given, known)
        before = self._messages.review("story:answered")
        for id, choice in list(self._left.items()):
            given = {"id": id, "choice": choice, "choices": [choice]}
            offered = [self._word[word] for word in choices(id)][:most]
            self._row(sheet, "questions", ["", "", before, *[""] * 4], looks, given, ["", "", *offered])

    def _all_findings(self) -> int:
        names = ("rows", "column", "name", "field", "kind", "findings", "seen", "wanted", "remedy")
        widths = (8, 20, 30, 20, 14, 60, 30, 40, 50)
        if self._findings:
            sheet = self._book.sheet(
                self._messages.label("findings"), self._columns(list(zip(names, widths, strict=True)))
            )
            for rows, name, found in self._findings:
                field = "" if found["field"] is None else self._messages.field(found["field"])
                weight = self._messages.severity(found["severity"])
                cells = [rows, found["locator"]["column"] or "", name, field, weight, found["message"]]
                cells += [found["seen"] or "", found["wanted"], found["remedy"]]
                sheet.row(cells, _FINDING_LOOKS[found["severity"]])
        return len(self._findings)

    def _story(self, sheet: FormSheet, titles: Mapping[str, str], findings: int, source: str) -> None:
        say, label = self._messages.review, self._messages.label
        product = self._document["product"]
        told = [(say(f"story:{key}"), say(f"story:{key}_text")) for key in ("what", "choose")]
        told += [
            (
                say(f"story:{_TOLD.get(key, key)}"),
                say(f"story:{_TOLD.get(key, key)}_text").replace("{sheet}", f'"{self._sheets[key][0]}"'),
            )
            for key in ("questions", "choose", "bulk")
            if key in self._sheets
        ]
        told += [(say(f"story:{key}"), say(f"story:{key}_text")) for key in ("sort", "save")]
        hidden = [
            ("mark", MARK),
            ("plan", self._document["plan"]),
            ("store", self._document["store"]),
            ("lang", self._messages.lang),
        ]
        hidden += [("sheet", f"{key} {rows} {title}") for key, (title, rows) in self._sheets.items()]
        rows: list[tuple[str, str, Look]] = [(heading, text, "plain") for heading, text in told]
        rows += [(label(key), text, "plain") for key, text in (("source", source), ("profile", product or "")) if text]
        rows.append((label("digest"), self._document["plan"], "plain"))
        for name, group in self._document["groups"].items():
            key = "story:only" if name == "only_here" else "story:clients"
            count = say(key).replace("{clients}", str(group["clients"])).replace("{records}", str(group["records"]))
            rows.append((titles[name], count, "plain"))
        rows.append((label("conflicts"), str(len(self._questions)), "plain"))
        rows.append((label("findings"), str(findings), "plain"))
        colours = [(say("story:colours") if fate == "written" else "", fate, look) for fate, look in _COLOURS.items()]
        rows += [(heading, say(f"fate:{fate}"), look) for heading, fate, look in colours]
        for index in range(max(len(rows), len(hidden))):
            heading, text, look = rows[index] if index < len(rows) else ("", "", "plain")
            key, value = hidden[index] if index < len(hidden) else ("", "")
            sheet.row([heading, text, key, value], ("bold", look, "id", "id"))

    # ------------------------------------------------------------------------------------------------ helpers

    def _columns(self, heads: Sequence[tuple[str, int]]) -> list[Column]:
        return [Column(self._head(key), width) for key, width in heads]

    def _head(self, key: str) -> str:
        text = self._messages.review(f"column:{key}")
        return self._messages.label(key) if text == f"column:{key}" else text

    def _was(self, key: str, heads: Sequence[tuple[str, int]]) -> str:
        return BESIDE.join((f"{WAS}{key}", *(self._head(name) for name, _ in heads[: COVERED[key]])))

    def _choosing(
        self, title: str, key: str, heads: Sequence[tuple[str, int]], kind: str
    ) -> tuple[FormSheet, tuple[Look, ...]]:
        """A sheet whose rows all allow the same choices, and how its rows look."""
        columns = self._columns([*heads, ("choice", 20)])
        columns += [Column(ID, 20), Column(self._was(key, heads), 20, hidden=True)]
        alike = (each["choices"] for each in self._document["bulk"] if each["id"].startswith(f"{kind}s:"))
        words = [self._word[choice] for choice in next(alike, CHOICES[kind])]  # the profile may not have all of them
        choice = ChoiceColumn(index=len(heads), words=words, warning=self._warning)
        return self._begun(title, key, columns, choice), (*(PLAIN,) * len(heads), CHOICE, SMALL, SMALL)

    def _asking(
        self, title: str, key: str, heads: Sequence[tuple[str, int]], most: int, *, strict: bool = False
    ) -> tuple[FormSheet, tuple[Look, ...]]:
        """A sheet each of whose rows has answers of its own, in hidden columns, and how its rows look."""
        columns = self._columns([*heads, ("choice", 40)])
        columns += [Column(ID, 20), Column(self._was(key, heads), 20, hidden=True)]
        columns += [Column(head, 10, hidden=True) for head in (ANSWERS, FIELDS_OF, *map(str, range(1, most + 1)))]
        last = len(columns) - 1
        choice = ChoiceColumn(
            index=len(heads), options=(last - most + 1, last), warning=self._warning if strict else None
        )
        looks = (*(PLAIN,) * len(heads), CHOICE, *(SMALL,) * (most + 4))
        return self._begun(self._messages.review(title), key, columns, choice), looks

    @property
    def _warning(self) -> tuple[str, str]:
        return self._messages.review("story:typed"), self._messages.review("story:typed_text")

    def _begun(self, title: str, key: str, columns: Sequence[Column], choice: ChoiceColumn) -> FormSheet:
        sheet = self._book.sheet(title, columns, choice)
        self._sheets[key] = [sheet.title, 0]
        return sheet

    def _row(
        self,
        sheet: FormSheet,
        key: str,
        cells: Sequence[str],
        looks: tuple[Look, ...],
        given: Mapping[str, Any],
        more: Sequence[str] = (),
    ) -> None:
        """One row with its choice; without one where nothing can be decided, or where a row above has the same id."""
        id, place = given.get("id"), len(cells)
        behind = [*more, *[""] * (len(looks) - place - len(more) - 3)]
        if id is None or id in self._ids or not given["choices"]:
            sheet.row([*cells, "", "", "", *behind], (*looks[:place], PLAIN, *looks[place + 1 :]))
            return
        self._ids.add(id)
        self._sheets[key][1] += 1
        choice, was = self._left.pop(id, None), DECIDED
        if choice is None:
            choice = was = given["choice"] or ""
        word = self._word.get(choice, choice) if choices(id) else choice
        sheet.row([*cells, word, id, row_check(id, was, cells[: COVERED[key]]), *behind], looks)

    def _rows(self, entry: Mapping[str, Any]) -> str:
        """The rows of a client; what was found in them goes to the sheet of findings."""
        rows = _numbers(entry["rows"])
        if entry["findings"]:
            self._findings += [(rows, entry["name"], found) for found in entry["findings"]]
        return rows

    def _fate(self, entry: Mapping[str, Any]) -> list[str]:
        """What becomes of a client, and the question it waits for."""
        if entry["conflict"] in self._single:
            self._asked_of.setdefault(entry["conflict"], entry["name"])
        return [entry["why"], "" if entry["conflict"] is None else self._questions.get(entry["conflict"], "")]

    def _becomes(self, field: Mapping[str, Any]) -> str:
        text = self._messages.review(f"fate:{field['fate']}")
        return f"{text} ({self._messages.rule(field['rule'])})" if field["rule"] else text


_TOLD = {"choose": "each"}
"""Sheet -> under which key it is explained, if not its own."""
_COLOURS: Mapping[str, Look] = {"written": "written", "kept": "kept", "asked": "asked"}
_FATES: Mapping[str, Look] = {**_COLOURS, "same": PLAIN, "only_here": PLAIN, "waiting": "asked"}
_FIELD_LOOKS: Mapping[str, tuple[Look, ...]] = {
    fate: (PLAIN, PLAIN, PLAIN, *(look,) * 5, CHOICE, SMALL, SMALL) for fate, look in _FATES.items()
}
_WEIGHTS: Mapping[str, Look] = {"error": "error", "warning": "warning", "info": PLAIN}
_FINDING_LOOKS: Mapping[str, tuple[Look, ...]] = {
    weight: (PLAIN, PLAIN, PLAIN, PLAIN, look, look, PLAIN, PLAIN, PLAIN) for weight, look in _WEIGHTS.items()
}


def _marked(looks: tuple[Look, ...], entry: Mapping[str, Any]) -> tuple[Look, ...]:
    """*looks*, with the question of an entry that waits for an answer in its colour."""
    if entry["conflict"] is None:
        return looks
    place = looks.index(CHOICE) - 1
    return (*looks[:place], "asked", *looks[place + 1 :])


def _offered(choice: str, label: str) -> str:
    return choice if label == choice else f"{choice}{BETWEEN}{label}"


def _text(value: Any, messages: Messages) -> str:
    return "" if value is None else shown(value, messages)


def _numbers(rows: Sequence[int]) -> str:
    return ", ".join(map(str, rows[:_MOST_ROWS])) + (" …" if len(rows) > _MOST_ROWS else "")
