"""The header is found on the header sets that people and programs write, below titles too, and missed where there is none."""

from __future__ import annotations

import pytest

from clientimport.adapters.spreadsheet.header import HeadRow, find_header
from tests.mapping.corpus_sets import HeaderSet, header_sets

TITLES = [
    [],
    [["Klantenlijst 2025"]],
    [["Export"], ["Datum:", "03/04/2025"], ["Aantal", "8"]],
]


def _table(one: HeaderSet) -> tuple[list[str], list[list[str]]]:
    """Headers, and up to eight rows with something in them; short columns begin again."""
    columns = [column.texts or ("",) for column in one.columns]
    rows = [[column[at % len(column)] for column in columns] for at in range(min(8, max(map(len, columns))))]
    return [column.header for column in one.columns], [row for row in rows if "".join(row).strip()]


def _found(rows: list[list[str]]) -> int | None:
    header = find_header([HeadRow(at, row) for at, row in enumerate(rows, 1)], "auto")
    return header.row.number if header.row else None


@pytest.mark.parametrize("titles", TITLES)
def test_headers_are_found(titles: list[list[str]]) -> None:
    """In every set of the corpus, whatever its language."""
    missed = []
    for one in header_sets():
        headers, rows = _table(one)
        if _found([*titles, headers, *rows]) != len(titles) + 1:
            missed.append(one.name)

    assert missed == []


@pytest.mark.parametrize("titles", TITLES)
def test_missing_headers_are_noticed(titles: list[list[str]]) -> None:
    """The same sets without their headers: a client must not be taken for one."""
    wrong, total = [], 0
    for one in header_sets():
        _, rows = _table(one)
        if len(rows) >= 3:
            total += 1
            if _found([*titles, *rows]) is not None:
                wrong.append(one.name)

    assert total > 40
    assert len(wrong) <= total * 0.03, wrong


@pytest.mark.parametrize(
    ("rows", "start", "preamble"),
    [
        ({1: ["Els Maes", ""], 2: ["Jan Peeters", "02 345 67 89"], 3: ["Bo Claes", "02 345 67 80"]}, 1, 0),
        (
            {1: ["Klanten", ""], 3: ["Els Maes", ""], 4: ["Jan Peeters", "02 345 67 89"], 5: ["Bo", "02 345 67 80"]},
            3,
            1,
        ),
    ],
    ids=["record", "title"],
)
def test_without_a_header_no_record_is_passed_over(rows: dict[int, list[str]], start: int, preamble: int) -> None:
    """One with a blank cell stands straight above the others; a title stands apart."""
    header = find_header([HeadRow(at, row) for at, row in rows.items()], "auto")

    assert (header.row, header.start, header.preamble, header.missing) == (None, start, preamble, True)


NOTES = [f"belt na {hour} uur" for hour in range(10, 30)]
CLIENTS = [[f"An Aerts {number}", f"an{number}@voorbeeld.example"] for number in range(20)]


@pytest.mark.parametrize(
    "rows",
    [
        [["Name", "Email", ""], *([*client, note] for client, note in zip(CLIENTS, NOTES, strict=True))],
        [["Name", "Email"], *([*client, note] for client, note in zip(CLIENTS, NOTES, strict=True))],
        [["Name", "", "Email"], *([name, note, mail] for (name, mail), note in zip(CLIENTS, NOTES, strict=True))],
        [["", "Name", "Email"], *([str(at), *client] for at, client in enumerate(CLIENTS))],
        [["", "Name"], *([str(at), name] for at, (name, _) in enumerate(CLIENTS))],
        [["Naam", "E-mail", "", "", ""], [*CLIENTS[0], "", "", ""], *([*client, "x", "y", "z"] for client in CLIENTS)],
        [["Name", "Email", "Email", "", ""], [*CLIENTS[0], "b@voorbeeld.example", "x", "y"]],
        [["Name", "Email", "Shoe size", "", ""], *([*client, "42", "x", "y"] for client in CLIENTS)],
        [["Name", "Email", ""], *([name, "nog te vragen", "x"] for name, _ in CLIENTS)],
    ],
    ids=["note", "ragged", "middle", "index", "index, one name", "sparse", "one row", "odd name", "bad cells"],
)
def test_columns_without_a_name_leave_the_header_a_header(rows: list[list[str]]) -> None:
    """An exported index, or notes that somebody wrote beside the table: what is named says where the records begin."""
    header = find_header([HeadRow(at, row) for at, row in enumerate(rows, 1)], "auto")

    assert (header.row, header.preamble, header.missing) == (HeadRow(1, rows[0]), 0, False)


@pytest.mark.parametrize(
    "titles",
    [
        [["Client", ""]],
        [["Client", "", "Address", ""]],
        [["Client", "Date"], ["Acorn", "31/12/2024"]],
        [["Name", "Jan Peeters"], ["E-mail", "jan@voorbeeld.example"]],
    ],
    ids=["title", "groups", "question and answer", "answers beside"],
)
def test_a_few_field_names_above_the_header_are_a_title(titles: list[list[str]]) -> None:
    """A title may be the name of a field, and columns may stand in named groups."""
    table = [
        ["Name", "E-mail", "Street", "Town"],
        *([*client, "Kerkstraat 12", "Gent"] for client in CLIENTS),
    ]

    assert _found([*titles, *table]) == len(titles) + 1


def test_a_name_column_below_its_title_keeps_its_own_header() -> None:
    """One name above a row that may be a header is a title, whatever the words of that row."""
    assert _found([["Client"], ["Nazwa", "Ulica", "Miasto"], *(["Jan", "Długa", "Łódź"] for _ in range(5))]) == 2
