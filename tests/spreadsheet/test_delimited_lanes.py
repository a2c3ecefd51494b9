"""Delimited text is read many lines at a time where each line is a row, else one by one: both read the same."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientimport.adapters.spreadsheet import delimited
from clientimport.errors import ClientImportError
from clientimport.limits import Limits
from clientimport.ports import RecordBatch
from tests.spreadsheet.reading import flags, numbers, read, rows

SIZES = (1, 2, 3, 7, 500)

PLAIN = ("", " ", "Jan", "Els Maes", "é", '"Jan"', '"x,y"', '"no ""no"""', '""', '","')
OF_SEVERAL_LINES = ('"a\nb"', '"a\r\nb\n"', '"a\rb"', '"\n\n"')
ODD = ('"', '""" ', 'J "x" P', '"Jan" x', '"open', 'shut"', '"\n', '"' + "y\n" * 9 + '"')
ONE_IN_A_LINE = ("\x08", "J\x00n", "\ufeff", "x" * 13)
"""Cells that a row may have and be a line all the same."""
ENDS = ("\n", "\n", "\r\n", "\r", "\n\n", "\r\n \r\n", ",\n", "")


def lines_of(*cells: str) -> st.SearchStrategy[str]:
    """A line of up to four of *cells*, three as often as not, and what follows it."""
    one = st.sampled_from(cells)
    several = st.one_of(st.lists(one, max_size=4), st.lists(one, min_size=3, max_size=3))
    return st.builds(lambda texts, end: ",".join(texts) + end, several, st.sampled_from(ENDS))


def tables_of(*lines: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A file of such lines, with a header and a mark at its start or without."""
    return st.builds(
        lambda start, header, rest: start + header + "".join(rest),
        st.sampled_from(("", "\ufeff")),
        st.sampled_from(("Naam,E-mail,Nr\n", "Naam,Nota\r\n", '"Naam\nvan",Nr\n', "")),
        st.lists(st.one_of(*lines), min_size=1, max_size=14),
    )


plain, noted = lines_of(*PLAIN), lines_of(*PLAIN, *OF_SEVERAL_LINES)
tables = st.one_of(
    tables_of(plain, plain, plain, lines_of("Jan", *ONE_IN_A_LINE)),
    tables_of(plain, noted, lines_of("Jan", *ONE_IN_A_LINE)),
    tables_of(plain, plain, noted, lines_of("Jan", *ODD)),
    tables_of(noted, lines_of(*PLAIN, *ODD, *ONE_IN_A_LINE)),
)
noise = st.text(st.sampled_from('",\n\r a\ufeff'), min_size=1, max_size=60)

Said = tuple[type[Exception], str] | None


def all_of(text: str, size: int, cell_length: int) -> tuple[list[RecordBatch], Said]:
    """The batches of *text*, without how far they reach, and what was said where it could not be read to its end."""
    batches: list[RecordBatch] = []
    try:
        source = read(text.encode(), delimiter=",", header=1, limits=Limits(cell_length=cell_length))
        batches.extend(batch._replace(done=0) for batch in source.batches(size))
    except ClientImportError as error:
        return batches, (type(error), str(error))
    return batches, None


def one_by_one(text: str, size: int, cell_length: int) -> tuple[list[RecordBatch], Said]:
    """The same where no line is ever taken for a row without looking."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited._Records, "_a_line_each", lambda *_: None)
        return all_of(text, size, cell_length)


def in_a_row(batches: list[RecordBatch]) -> list[tuple[int, list[str], list[tuple[str, int | None, object]]]]:
    """Every record with its number and its flags, however many came at a time."""
    return [
        (number, row, [(flag.code, flag.column, flag.params) for flag in batch.flags if flag.row == index])
        for batch in batches
        for index, (number, row) in enumerate(zip(batch.numbers, batch.rows, strict=True))
    ]


@given(text=st.one_of(tables, noise), cell_length=st.sampled_from([12, 200]))
def test_both_lanes_read_the_same(text: str, cell_length: int) -> None:
    """Records, numbers, flags and what is refused, whatever stands in the file and however much is read at a time."""
    whole, refused = one_by_one(text, 500, cell_length)

    for size in SIZES:
        batches, said = all_of(text, size, cell_length)

        assert (batches, said) == one_by_one(text, size, cell_length)
        assert said == refused
        assert all(len(batch.rows) == size for batch in batches[:-1])
        if said is None:
            assert in_a_row(batches) == in_a_row(whole)


def test_plain_lines_are_read_many_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the law above would compare one lane with itself: here nothing asks for the slow one."""
    text = 'Naam,Nr\nJan,1\n"Maes, Els",2\n\n"say ""no""",3\nkort\nlang,4,x\n'
    expected = one_by_one(text, 3, 200)

    def never(*_: object, **__: object) -> None:
        pytest.fail("a line was looked at by itself")

    monkeypatch.setattr(delimited._Records, "_one_by_one", never)

    assert all_of(text, 3, 200) == expected
    assert [number for number, _, _ in in_a_row(expected[0])] == [2, 3, 5, 6, 7]


@pytest.mark.parametrize("size", range(1, 8))
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_note_may_go_on_where_a_batch_of_lines_ends(size: int, end: str) -> None:
    """Wherever the cut falls: the note is whole, and the rows after it stand on their own lines."""
    text = end.join(
        ["Naam,Nota", "An,x", 'Jan,"een', "", 'drie, met komma"', "Els,y", 'Bo,"laatste', 'regel"', "Zoë,z"]
    )
    source = read(text.encode())

    found = [
        (number, row) for batch in source.batches(size) for number, row in zip(batch.numbers, batch.rows, strict=True)
    ]

    assert found == [
        (2, ["An", "x"]),
        (3, ["Jan", f"een{end}{end}drie, met komma"]),
        (6, ["Els", "y"]),
        (7, ["Bo", f"laatste{end}regel"]),
        (9, ["Zoë", "z"]),
    ]


@pytest.mark.parametrize("size", range(1, 8))
@pytest.mark.parametrize("line", range(2, 7))
def test_a_quote_left_open_costs_its_row_wherever_a_batch_of_lines_ends(size: int, line: int) -> None:
    """All lines after it are read anew, the first of them as well, and each once."""
    texts = ["Naam,Straat,Nr", *(f"Client {n},Kerkstraat,{n}" for n in range(2, 8))]
    texts[line - 1] = f'"Client {line},Kerkstraat,{line}'
    source = read("\n".join(texts).encode())

    batches = list(source.batches(size))

    found = [(number, row) for batch in batches for number, row in zip(batch.numbers, batch.rows, strict=True)]
    whole = [(n, [f"Client {n}", "Kerkstraat", f"{n}"]) for n in range(2, 8)]
    whole[line - 2][1][0] = f'"Client {line}'
    assert found == whole
    assert [(batch.numbers[flag.row], flag.code) for batch in batches for flag in batch.flags] == [
        (line, "quote-unclosed")
    ]


def test_a_hosts_own_limit_on_cells_is_met_in_both_lanes() -> None:
    """``csv.field_size_limit`` is refused in words of ours, not in those of ``csv``."""
    text = "Naam,Nr\n" + "Jan,1\n" * 5 + "x" * 60 + ",2\n"
    before = csv.field_size_limit(50)
    try:
        found = [all_of(text, size, 200) for size in SIZES]
        same = [one_by_one(text, size, 200) for size in SIZES]
    finally:
        csv.field_size_limit(before)

    assert found == same
    assert {said and "csv.field_size_limit() was reached" in said[1] for _, said in found} == {True}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le"])
@pytest.mark.parametrize("header", ["Naam,Nr\n", '"Naam",Nr\n', 'Naam,"Nr\nvan"\n'])
def test_the_mark_at_the_start_of_a_file_is_no_text(header: str, encoding: str) -> None:
    """In either lane, and where the encoding is told and so does not take it away by itself."""
    source = read(f"\ufeff{header}Jan,1\n".encode(encoding), encoding=encoding)

    assert source.describe().columns[0].header == "Naam"
    assert rows(source) == [["Jan", "1"]]
    assert numbers(source) == [1 + header.count("\n")]
    assert flags(source) == []


def test_a_note_makes_few_lines_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """After it, lines are read many at a time again."""
    texts = ["Naam,Nota", *(f"Client {n},x" for n in range(100))]
    texts[20] = 'Client 19,"een\ntwee"'
    source = read("\n".join(texts).encode())
    source.describe()
    quick: list[int] = []
    slow: list[int] = []
    take = delimited._Records._a_line_each

    def noted(self: delimited._Records, lines: list[str]) -> list[list[str]] | None:
        found = take(self, lines)
        (slow if found is None else quick).append(len(lines))
        return found

    monkeypatch.setattr(delimited._Records, "_a_line_each", noted)

    assert sum(len(batch.rows) for batch in source.batches(5)) == 100
    assert slow == [5]
    assert sum(quick) >= 90


def test_what_an_open_quote_swallowed_is_not_counted_twice() -> None:
    """Lines given out once more after one such quote do not make the next one too long a cell."""
    text = 'Naam,E-mail,Nr\n,"a\nb","a\r\nb\n"",Els Maes\n'
    for size in SIZES:
        batches, said = all_of(text, size, 12)

        assert said is None
        assert [(number, row) for number, row, _ in in_a_row(batches)] == [
            (2, ["", '"a', ""]),
            (3, ['b"', '"a', ""]),
            (4, ["b", "", ""]),
            (5, ["", "Els Maes", ""]),
        ]
