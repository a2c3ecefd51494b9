"""What a person chose in a review workbook, read back with the guards of every spreadsheet that comes from outside."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import attrs

from clientimport.adapters.spreadsheet import SpreadsheetOptions, open_source
from clientimport.core.decisions import CHOICES, CHOOSE, choices
from clientimport.core.findings import CODES, Finding
from clientimport.core.locator import Locator
from clientimport.core.plan import Option
from clientimport.errors import SettingsError, SourceError
from clientimport.limits import DEFAULT_LIMITS, Limits
from clientimport.messages import LANGUAGES, Messages
from clientimport.ports import Source
from clientimport.reports.review_workbook import (
    ANSWERS,
    BESIDE,
    BETWEEN,
    DECIDED,
    FIELDS_OF,
    ID,
    MARK,
    WAS,
    choice_words,
    row_check,
)

_MOST_SHEETS = 100
"""Sheets that are looked at; a review of a million clients has ten."""
_STORY_ROWS = 500
"""Rows in which the first sheet says what it is."""


@attrs.frozen(kw_only=True)
class ReadReview:
    """What a review workbook says.

    Attributes:
        plan: Digest of the plan that it was written for; ``None`` if its first sheet is gone.
        store: The store that this plan was made for; ``None`` as above.
        lang: The language it was written in; ``None`` as above.
        decisions: Id -> choice, in the order of the sheets: what the plan was decided with when it was written and still
            stands there, and what a person changed. What the plan does by itself is none.
        cleared: Ids of what was decided when it was written and is no longer: the cell is empty now.
        places: Id -> the cell in which the decision was taken.
        findings: What could not be read.
    """

    plan: str | None
    store: str | None
    lang: str | None
    decisions: dict[str, str] = attrs.field(repr=False)
    places: Mapping[str, Locator] = attrs.field(repr=False)
    cleared: tuple[str, ...] = attrs.field(default=(), repr=False)
    findings: tuple[Finding, ...] = ()


def read_review(
    path: str | os.PathLike[str] | bytes, *, name: str | None = None, limits: Limits = DEFAULT_LIMITS
) -> ReadReview:
    """Read what was chosen in a workbook of ``write_review_xlsx``, whatever was sorted, filtered or moved in it.

    A choice may be written in any of our languages, as the word that plans use (``skip``), or for a question as its answer
    with the text behind it. An empty cell is no decision. No plan is needed: whether an id still means something, and
    whether a choice is one of those allowed where the workbook does not say, is for the plan to tell.

    Args:
        path: The workbook, or its bytes.
        name: What findings call it; by default the file's name.
        limits: What it may cost.

    Raises:
        SettingsError: it is no review workbook, is damaged, or is bigger than *limits* allow.
    """
    return _Reader(path, name, limits).read()


@attrs.frozen
class _Layout:
    """Where things stand in a sheet with choices.

    Attributes:
        key: Which sheet it is.
        row: Physical row of the headings.
        head: The heading of the choices.
        id, choice, was, answers, fields: Columns, from 0; ``None`` if there is none.
        about: The columns that say what a row is about; ``None`` for one that was taken out.
    """

    key: str
    row: int
    head: str
    id: int
    choice: int
    was: int
    answers: int | None
    fields: int | None
    about: tuple[int | None, ...]


class _Reader:
    """Reads one workbook."""

    def __init__(self, data: str | os.PathLike[str] | bytes, name: str | None, limits: Limits) -> None:
        self._data = data
        self._name = name
        self._limits = limits
        self._facts: list[tuple[str, str]] = []
        self._decisions: dict[str, str] = {}
        self._places: dict[str, Locator] = {}
        self._cleared: list[str] = []
        self._findings: list[Finding] = []
        self._rows: dict[str, int] = {}  # key of a sheet -> rows that had an id when they were written
        self._seen: dict[str, tuple[str, int, str]] = {}  # id -> sheet, row, heading of the choices
        self._copies: dict[str, list[tuple[str, int, str]]] = {}
        self._words = {kind: _words(allowed) for kind, allowed in CHOICES.items()}
        self._heads = {Messages(lang).review("column:choice").casefold() for lang in LANGUAGES}

    def read(self) -> ReadReview:
        for number, title in enumerate(self._titles()[:_MOST_SHEETS], start=1):
            try:
                self._sheet(number, title)
            except SourceError:
                continue  # nothing in it, or damaged: missed below if it was one of ours
        if not self._facts and not self._rows:
            raise self._no_review("none of its sheets is one of a review")
        facts = dict(self._facts)
        self._refuse_copies()
        self._miss()
        return ReadReview(
            plan=facts.get("plan"),
            store=facts.get("store"),
            lang=facts.get("lang"),
            decisions=self._decisions,
            places={id: self._places[id] for id in self._decisions},
            cleared=tuple(id for id in self._cleared if id not in self._copies),
            findings=tuple(self._findings),
        )

    # ------------------------------------------------------------------------------------------- the sheets

    def _titles(self) -> Sequence[str]:
        """The names of the sheets."""
        try:
            with open_source(self._data, name=self._name, limits=self._limits) as source:
                description = source.describe()
        except SourceError as error:
            raise self._no_review(str(error)) from error
        self._name = description.name
        if description.kind != "xlsx":
            raise self._no_review("it is a text file")
        return description.sheets

    def _no_review(self, why: str) -> SettingsError:
        shown = self._name or ("" if isinstance(self._data, bytes) else os.fspath(self._data))
        return SettingsError(
            "review", shown, wanted=f"a review workbook as it was written, filled in ({why.rstrip('.')})"
        )

    def _sheet(self, number: int, title: str) -> None:
        options = SpreadsheetOptions(sheet=number, header="none")
        with open_source(self._data, name=self._name, options=options, limits=self._limits) as source:
            layout = self._look(_rows(source))
            if layout is None:
                return
            self._rows.setdefault(layout.key, 0)
            for row, cells in _rows(source):
                if row != layout.row:
                    self._row(title, row, cells, layout)

    def _look(self, rows: Iterator[tuple[int, list[str]]]) -> _Layout | None:
        """Find the headings, wherever sorting put them; or, on the first sheet of a review, what it says about itself."""
        facts: list[tuple[str, str]] = []
        for count, (row, cells) in enumerate(rows):
            layout = self._headings(row, cells)
            if layout is not None:
                return layout
            if count < _STORY_ROWS:
                facts += [(key, value) for key, value in pairwise(cells) if key in _FACTS]
        if ("mark", MARK) in facts:
            self._facts = self._facts or facts
        return None

    def _headings(self, row: int, cells: Sequence[str]) -> _Layout | None:
        if ID not in cells:
            return None
        was = next((at for at, cell in enumerate(cells) if cell.startswith(WAS)), None)
        choice = next((at for at, cell in enumerate(cells) if cell.strip().casefold() in self._heads), None)
        if was is None or choice is None:
            return None
        places = {cell: at for at, cell in enumerate(cells)}
        key, *about = cells[was].removeprefix(WAS).split(BESIDE)
        return _Layout(
            key=key,
            row=row,
            head=cells[choice],
            id=cells.index(ID),
            choice=choice,
            was=was,
            answers=places.get(ANSWERS),
            fields=places.get(FIELDS_OF),
            about=tuple(places.get(heading) for heading in about),
        )

    # -------------------------------------------------------------------------------------------- the rows

    def _row(self, title: str, row: int, cells: Sequence[str], layout: _Layout) -> None:
        id, said, kept = cells[layout.id], " ".join(cells[layout.choice].split()), cells[layout.was]
        place = (title, row, layout.head)
        if kept:
            self._rows[layout.key] += 1
        if not id and not said:
            return
        was = kept.rpartition(" ")[0]
        about = ["" if at is None else cells[at] for at in layout.about]
        if not id or row_check(id, was, about) != kept:
            self._find("decision-id-changed", place, id)
            return
        if id in self._seen:
            self._copies.setdefault(id, [self._seen[id]]).append(place)
            self._rows[layout.key] -= 1
            return
        self._seen[id] = place
        if not said:
            self._cleared += [id] if was == DECIDED else []
            return
        choice = self._choice(id, said, cells, layout)
        if choice is None:
            self._find(
                "decision-unreadable", place, cells[layout.choice], {"allowed": self._allowed(id, cells, layout)}
            )
        elif choice != was:
            self._decisions[id] = choice
            self._places[id] = self._locator(place)

    def _choice(self, id: str, said: str, cells: Sequence[str], layout: _Layout) -> str | None:
        words = self._words.get(id.partition(":")[0])
        if words is not None:
            return words.get(said.casefold())
        answers = _list(cells, layout.answers)
        if answers is None:
            return said
        answer = _answer(said, answers, _list(cells, layout.fields) or [])
        # what is chosen is read as a cell would be, and "nl" says Dutch: that is for the plan to tell
        return said if answer is None and id.startswith(f"{CHOOSE}:") else answer

    @staticmethod
    def _allowed(id: str, cells: Sequence[str], layout: _Layout) -> list[str]:
        return list(choices(id) or _list(cells, layout.answers) or [])

    # ---------------------------------------------------------------------------------------------- the end

    def _refuse_copies(self) -> None:
        for id, places in self._copies.items():
            self._decisions.pop(id, None)
            rows = [f"{title} {row}" for title, row, _ in places]
            self._find("decision-id-twice", places[0], id, {"rows": rows})

    def _miss(self) -> None:
        """Say which sheets and rows are not there any more."""
        written = [value.split(" ", 2) for key, value in self._facts if key == "sheet"]
        if not self._facts:
            written = [["", "0", Messages().review("sheet:story")]]
        for key, count, name in (parts for parts in written if len(parts) == 3):
            if key not in self._rows:
                self._find("review-sheet-missing", None, None, {"name": name})
            elif count.isdecimal() and len(count) < 10 and (missing := int(count) - self._rows[key]) > 0:
                self._find("review-rows-missing", (name, None, None), None, {"rows": missing})

    def _find(
        self,
        code: str,
        place: tuple[str, int | None, str | None] | None,
        seen: str | None,
        params: Mapping[str, str | int | list[str]] | None = None,
    ) -> None:
        locator = Locator(source=self._name or "") if place is None else self._locator(place)
        found = Finding(code=code, severity=CODES[code], locator=locator, seen=seen, params=params or {})
        self._findings.append(found)

    def _locator(self, place: tuple[str, int | None, str | None]) -> Locator:
        sheet, row, column = place
        return Locator(source=self._name or "", sheet=sheet, row=row, column=column)


def _rows(source: Source) -> Iterator[tuple[int, list[str]]]:
    """The rows of a sheet that are not blank, with their numbers."""
    for batch in source.batches():
        yield from zip(batch.numbers, batch.rows, strict=True)


_FACTS = frozenset({"mark", "plan", "store", "lang", "sheet"})


def _words(allowed: Sequence[str]) -> Mapping[str, str]:
    """What a person may write -> the choice."""
    said = {choice_words(lang)[choice].casefold(): choice for lang in LANGUAGES for choice in allowed}
    return said | {choice: choice for choice in allowed}


def _answer(said: str, answers: Sequence[str], fields: Sequence[str]) -> str | None:
    """The answer that is meant: it alone, it with its text behind it, its text, or some of the fields to be taken."""
    plain = {" ".join(answer.split()): answer for answer in answers}
    if said in plain:
        return plain[said]
    begun = [text for text in plain if said.startswith(f"{text}{BETWEEN}")]
    if begun:
        return plain[max(begun, key=len)]
    kind, colon, rest = said.partition(":")
    if colon and kind.casefold() == "overwrite" and "overwrite" in answers:
        return _some(rest, fields)
    texts = {
        answer
        for answer in answers
        for text in (answer, *(Messages(lang).option(Option(choice=answer)) for lang in LANGUAGES))
        if text.casefold() == said.casefold()
    }
    return texts.pop() if len(texts) == 1 else None


def _some(text: str, fields: Sequence[str]) -> str | None:
    """``overwrite:`` and those of *fields* that *text* names, by name or label, between commas; ``None`` if it names others."""
    known = {Messages(lang).field(field).casefold(): field for field in fields for lang in LANGUAGES}
    known |= {field.casefold(): field for field in fields}
    chosen = [known.get(part.strip().casefold()) for part in text.split(",")]
    return None if None in chosen else "overwrite:" + ",".join(dict.fromkeys(filter(None, chosen)))


def _list(cells: Sequence[str], at: int | None) -> list[str] | None:
    """The texts in a hidden cell; ``None`` if it has none, or something else."""
    try:
        found = json.loads(cells[at]) if at is not None and cells[at] else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) and all(isinstance(item, str) for item in found) else None
