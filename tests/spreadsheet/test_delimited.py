"""Delimited text: whatever program wrote it, the cells arrive, and the line numbers are those of an editor."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientimport.errors import LimitExceededError, SettingsError, SourceError, SourceUnreadableError
from clientimport.limits import Limits
from tests.spreadsheet.reading import findings, flags, headers, numbers, read, rows

TABLE = [
    ["Naam", "E-mail", "Straat", "Saldo", "Geboren"],
    ["Zoë Peeters", "zoe@voorbeeld.be", "Kerkstraat 1, bus 2", "1234,56", "03/04/1980"],
    ["François Müller", "f.muller@exemple.fr", "Rue de l'Église 12", "12,00", "13/12/1975"],
    ["André Coëlho", "andre@exemple.be", "Grote Markt 3; 2de verdiep", "-4,50", "01/01/1990"],
    ["Jürgen Weiß", "j.weiss@beispiel.de", "Königstraße 7 | Hof", "0,10", "28/02/1966"],
    ["Renée d'Août", "renee@exemple.fr", "Hélène\u00a0laan 4", "100,00", "29/02/2000"],
]


def _file(table: list[list[str]], delimiter: str, quoting: Any, end: str = "\r\n") -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(table)
    return file.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "cp1252", "cp850", "mac_roman"],
)
def test_dialects_and_encodings_are_found(delimiter: str, quoting: int, encoding: str) -> None:
    """Four delimiters, two ways to quote, ten encodings: the cells are the same."""
    source = read(_file(TABLE, delimiter, quoting).encode(encoding))

    assert source.describe().delimiter == delimiter
    assert headers(source) == TABLE[0]
    assert rows(source) == TABLE[1:]
    assert numbers(source) == [2, 3, 4, 5, 6]
    assert flags(source) == []
    assert "header-missing" not in findings(source)


def test_euro_sign_of_iso8859_15_is_found() -> None:
    """The one thing this encoding was made for."""
    text = "Naam;Café\nZoë;12 €\nRené;7 €\n"
    source = read(text.encode("iso8859-15"))

    assert rows(source) == [["Zoë", "12 €"], ["René", "7 €"]]


def test_encoding_doubt_is_told_and_can_be_overruled() -> None:
    """A single odd byte fits several encodings."""
    data = b"Naam;Plaats\nX;\x8ecole\n"
    doubted = read(data)
    told = read(data, encoding="cp850")

    assert findings(doubted)["encoding-doubt"]["alternatives"]
    assert told.describe().encoding == "cp850"
    assert "encoding-doubt" not in findings(told)
    assert rows(told) == [["X", "Äcole"]]
    assert rows(read(data, encoding="macintosh")) == [["X", "école"]]


def test_delimiter_doubt_is_told_and_can_be_overruled() -> None:
    """``a,b;c`` in every line divides twice as well."""
    data = b"x,a;b\ny,c;d\nz,e;f\n"
    doubted = read(data)

    assert findings(doubted)["delimiter-doubt"]["alternatives"]
    for said in (";", "semicolon", "Semicolon Separated", "semicolon separated"):
        source = read(data, delimiter=said)
        assert source.describe().delimiter == ";"
        assert "delimiter-doubt" not in findings(source)
        assert all(len(row) == 2 for row in rows(source))


@pytest.mark.parametrize(
    ("delimiter", "text"),
    [
        (";", "Naam;Saldo\nJan;1,50\nPiet;2,75\n"),
        (";", "Saldo;Naam\n1,50;Jan\n2,75;Piet\n"),
        (";", "Naam;Adres\nJan;Kerkstraat 1, Gent\nPiet;Dorp 2, Aalst\n"),
        (";", '"Naam";"Adres"\n"Jan";"Straat 1, 9000 Gent"\n"Piet";"Dorp 2, 1000 Brussel"\n'),
        (";", "Naam;Nota\nJan;a,b,c,d,e\nPiet;f,g,h,i,j\n"),
        (";", 'Naam;Adres;Tel\n"Jan\nde Man";"a;b";1\n'),
        (";", "Naam;E-mail\n"),
        ("\t", "Naam\tAdres\nJan\tKerkstraat 1, 9000 Gent; bus 2\nPiet\tx, y; z\n"),
        ("\t", "a\tb\tc\n\t\t\n1\t2\t3\n"),
        ("|", "id|naam\n1|Jan; Piet\n2|An, Els\n"),
        (",", "Export of clients, generated 3 April 2025; all offices\n\nName,Email\nJan,j@x.be\nPiet,p@x.be\n"),
        (",", 'Name,Balance\nJan,"1,234.50"\nPiet,"2,000.00"\n'),
        (",", "Nr,Naam,Bedrag\n1,Jan,10.50\n2,Piet,20.25\n3,An,30\n"),
    ],
)
def test_marks_inside_cells_do_not_divide(delimiter: str, text: str) -> None:
    """Decimal commas, addresses, lists and notes are full of other delimiters."""
    source = read(text.encode())

    assert source.describe().delimiter == delimiter
    assert "delimiter-doubt" not in findings(source)


def test_one_column_is_one_column() -> None:
    """A list of addresses has no delimiter, and says so by being comma separated without doubt."""
    source = read(b"E-mail\njan@voorbeeld.be\npiet@voorbeeld.be\n")

    assert headers(source) == ["E-mail"]
    assert "delimiter-doubt" not in findings(source)


def test_declared_delimiter_is_believed() -> None:
    """Excel writes ``sep=`` as the first line; it is no record and no preamble."""
    source = read(b"sep=;\nNaam;Nr\nJan;1\n")

    assert source.describe().delimiter == ";"
    assert source.describe().header_row == 2
    assert rows(source) == [["Jan", "1"]]
    assert numbers(source) == [3]


def test_titles_above_the_header_are_passed_over() -> None:
    """An export with its name and date on top; the blank line counts as a line, not as a record."""
    source = read(
        b"Klantenlijst\nAfgedrukt op;3/4/2025\n\nNaam;E-mail;Saldo\nJan;j@x.be;1\nPiet;p@x.be;2\nAn;a@x.be;3\n"
    )

    assert source.describe().header_row == 4
    assert findings(source) == {"preamble-skipped": {"rows": 2}}
    assert numbers(source) == [5, 6, 7]


def test_no_header_is_noticed() -> None:
    """The first line is a client already: columns get letters, nothing is lost."""
    source = read(b"Jan,jan@x.be,9000,1.50\nPiet,piet@x.be,2000,2.50\n")

    assert headers(source) == ["A", "B", "C", "D"]
    assert "header-missing" in findings(source)
    assert source.describe().header_row is None
    assert numbers(source) == [1, 2]


def test_header_can_be_told() -> None:
    """A row number, or that there is none."""
    data = b"x;y\nNaam;E-mail\nJan;j@x.be\n"

    assert headers(read(data, header=2)) == ["Naam", "E-mail"]
    assert rows(read(data, header="none"))[0] == ["x", "y"]
    assert headers(read(data, header="none")) == ["A", "B"]
    assert "header-missing" not in findings(read(data, header="none"))
    with pytest.raises(SettingsError) as error:
        read(data, header=9)
    assert error.value.key == "header"


def test_repeated_and_blank_headers_get_names() -> None:
    """Unique, so that a mapping can name them; the repetition is told."""
    source = read(b"Naam;Tel;;Tel;Tel (2)\nJan;1;x;2;3\n")

    assert headers(source) == ["Naam", "Tel", "C", "Tel (3)", "Tel (2)"]
    assert findings(source)["header-duplicate"] == {"header": "Tel", "columns": ["B", "D"]}


def test_short_and_long_rows_are_told() -> None:
    """Missing cells are blank, surplus cells are an error, surplus blanks are nothing."""
    source = read(b"a,b,c\n1,2\n1,2,3,,\n1,2,3,4\n1,2,3\n")

    assert rows(source) == [["1", "2", ""], ["1", "2", "3"], ["1", "2", "3"], ["1", "2", "3"]]
    assert [(flag.row, flag.code, dict(flag.params)) for flag in flags(source)] == [
        (2, "row-short", {"cells": 2, "columns": 3}),
        (4, "row-long", {"cells": 4, "columns": 3}),
    ]


def test_blank_rows_are_passed_over() -> None:
    """Empty lines, lines of delimiters, lines of spaces."""
    source = read(b"a,b\n1,2\n\n,\n  , \n3,4\n\n")

    assert numbers(source) == [2, 6]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_locators_are_physical_lines(end: str) -> None:
    """A quoted cell of three lines moves the next record down by two."""
    lines = ["Naam;Nota", 'Jan;"een', "twee", 'drie"', "Piet;x", '"a', 'b";y', "An;z"]
    source = read(end.join(lines).encode())

    assert numbers(source) == [2, 5, 6, 8]
    assert rows(source)[0] == ["Jan", f"een{end}twee{end}drie"]


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\"';,\t"), max_size=8),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_what_csv_writes_comes_back(table: list[list[str]], delimiter: str) -> None:
    """Rows, and the line each of them starts on, whatever stands in the cells."""
    text = _file([["Naam", "E-mail", "Adres"], *table], delimiter, csv.QUOTE_ALL, "\n")
    source = read(text.encode(), delimiter=delimiter, header=1)
    expected, line = [], 2
    for row in table:
        if "".join(row).strip():
            expected.append((line, row))
        line += 1 + sum(cell.count("\n") for cell in row)

    assert list(zip(numbers(source), rows(source), strict=True)) == expected
    assert flags(source) == []


def test_nul_and_control_characters_are_taken_out() -> None:
    """They are no text; the cell is told, the rest of it stays."""
    source = read(b"Naam,Nr\nJ\x00an,1\nPi\x08et,2\nAn,3\n")

    assert rows(source) == [["Jan", "1"], ["Piet", "2"], ["An", "3"]]
    assert [(flag.row, flag.code, flag.column) for flag in flags(source)] == [
        (2, "text-control-characters", 0),
        (3, "text-control-characters", 0),
    ]


def test_bytes_that_are_no_text_are_told() -> None:
    """One broken byte in a UTF-8 file costs one cell, not the file and not its encoding."""
    good = "".join(f"Zoë {n},Gènt\n" for n in range(20)).encode()
    source = read(b"Naam,Plaats\n" + good + b"Jo\xffs,Brugge\n")

    assert source.describe().encoding == "utf-8"
    assert rows(source)[-1] == ["Jo\ufffds", "Brugge"]
    assert [(flag.row, flag.code, flag.column) for flag in flags(source)] == [(22, "text-undecodable", 0)]


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "ascii", "utf-32", "shift_jis"])
def test_a_wrong_encoding_never_crashes(encoding: str) -> None:
    """Told to read UTF-8 as something else, it marks what cannot be read."""
    source = read("Naam;Plaats\nZoë;Gent\u0081\nJan;Ítaca\n".encode(), encoding=encoding, delimiter=";", header="none")

    for row in rows(source):
        "".join(row).encode()


@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Never a crash, never a half surrogate, never a row of another width."""
    try:
        source = read(data)
    except SourceError:
        return
    width = len(source.describe().columns)
    for row in rows(source):
        assert len(row) == width
        "".join(row).encode()


def test_a_lone_quote_costs_one_row() -> None:
    """It would swallow the rest of the file; its row is held, all others are read, each on its own line."""
    source = read(b'Naam;Straat;Nr\nJan;x;1\n"Piet;y;2\nAn;z;3\nEls;w;4\n')

    assert rows(source) == [["Jan", "x", "1"], ['"Piet', "y", "2"], ["An", "z", "3"], ["Els", "w", "4"]]
    assert numbers(source) == [2, 3, 4, 5]
    assert [(flag.row, flag.code) for flag in flags(source)] == [(3, "quote-unclosed")]


def test_a_lone_quote_before_quoted_cells_costs_one_row() -> None:
    """The next opening quote would close it, and two clients would become one."""
    source = read(b'Naam;Straat;Nr\n"Piet;y;2\nAn;"z;z";3\nEls;w;4\n')

    assert rows(source) == [['"Piet', "y", "2"], ["An", "z;z", "3"], ["Els", "w", "4"]]
    assert [(flag.row, flag.code) for flag in flags(source)] == [(2, "quote-unclosed")]


def test_a_lone_quote_in_a_big_file_stops_at_the_limit() -> None:
    """It neither eats the memory nor loses the rows silently."""
    data = b'Naam;Nr\n"Jan;1\n' + b"Piet;2\n" * 20_000

    with pytest.raises(LimitExceededError) as error:
        read(data)
    assert error.value.limit == "cell_length"
    assert error.value.seen is not None
    assert error.value.seen < 3 * 32_767


def test_a_huge_cell_names_the_limit_and_its_line() -> None:
    """And says nothing of what is in it."""
    data = b"Naam,Nr\n" + b"Jan,1\n" * 300 + b"x" * 40_000 + b",2\n"
    source = read(data)

    with pytest.raises(LimitExceededError, match="line 302") as error:
        rows(source)
    assert error.value.limit == "cell_length"
    assert "xxx" not in str(error.value)
    assert len(rows(read(data, limits=Limits(cell_length=50_000)))) == 301


def test_many_big_cells_in_one_record_are_fine() -> None:
    """The limit is of a cell, not of a record of several lines."""
    cell = '"' + "x\n" * 15_000 + '"'
    source = read(f"a,b,c\n{cell},{cell},{cell}\n1,2,3\n".encode())

    assert [len(cell) for cell in rows(source)[0]] == [30_000] * 3
    assert numbers(source) == [2, 2 + 45_000 + 1]


def test_a_line_without_end_is_stopped() -> None:
    """A line is held in memory, so it has a limit too."""
    with pytest.raises(LimitExceededError) as error:
        read(b"x," * 2_000_000, limits=Limits(row_bytes=1000))
    assert error.value.limit == "row_bytes"


def test_too_many_rows_and_columns_are_stopped() -> None:
    """Both by name."""
    with pytest.raises(LimitExceededError) as error:
        rows(read(b"a,b\n" + b"1,2\n" * 50, limits=Limits(rows=20)))
    assert error.value.limit == "rows"
    with pytest.raises(LimitExceededError) as error:
        read(b"a,b,c,d\n1,2,3,4\n", limits=Limits(columns=3))
    assert error.value.limit == "columns"


def test_the_hosts_csv_limit_stays_as_it_is() -> None:
    """``csv.field_size_limit`` belongs to the host."""
    before = csv.field_size_limit()
    rows(read(_file(TABLE, ";", csv.QUOTE_MINIMAL).encode()))

    assert csv.field_size_limit() == before


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    """A plan must not be made of two versions of one file."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1,2\n")
    source = read(path)
    path.write_bytes(b"a,b\n1,2\n3,4\n")

    with pytest.raises(SourceUnreadableError, match="changed"):
        rows(source)


def test_seven_million_bytes_of_rows_need_little_memory(tmp_path: Path) -> None:
    """Rows are streamed: what is held does not grow with the file."""
    import tracemalloc

    path = tmp_path / "a.csv"
    path.write_bytes(
        b"Naam;E-mail;Straat\n" + (b"Jan Peeters;jan@voorbeeld.be;" + b"Kerkstraat " * 30 + b"\n") * 20_000
    )
    tracemalloc.start()
    try:
        count = sum(len(batch.rows) for batch in read(path).batches())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert count == 20_000
    assert peak < 4_000_000
