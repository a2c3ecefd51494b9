"""Workbooks: what a person sees in the sheet is what arrives, and what is odd is told by its cell."""

from __future__ import annotations

import pytest

from clientimport.errors import LimitExceededError, SettingsError, SourceUnreadableError
from clientimport.limits import Limits
from tests.spreadsheet.lanes import both, careful, row_of
from tests.spreadsheet.reading import findings, flags, headers, numbers, read, rows
from tests.spreadsheet.workbooks import MAIN, STRICT, Sheet, header, plain_workbook, row, shared, text

# ------------------------------------------------------------------------------------------------ other cells


def test_booleans_and_iso_dates() -> None:
    """``TRUE`` and ``FALSE`` as the sheet shows them; Strict workbooks store days as text."""
    source = row_of(
        '<c r="A2" t="b"><v>1</v></c>',
        '<c r="B2" t="b"><v>0</v></c>',
        '<c r="C2" t="d"><v>2025-04-03T00:00:00</v></c>',
        '<c r="D2" t="d"><v>2025-04-03T14:30:00.000Z</v></c>',
        '<c r="E2" t="n"><v>5</v></c>',
    )

    assert rows(source) == [["TRUE", "FALSE", "2025-04-03", "2025-04-03 14:30:00", "5"]]


def test_error_cells_are_told_by_cell() -> None:
    """The text is the error as seen; never a silent nothing."""
    source = row_of(
        '<c r="A2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', text("B2", "Jan"), '<c r="C2" t="e"><v>#N/A</v></c>'
    )

    assert rows(source) == [["#DIV/0!", "Jan", "#N/A"]]
    assert [(flag.code, flag.column, dict(flag.params)) for flag in flags(source)] == [
        ("cell-error", 0, {"cell": "A2", "error": "#DIV/0!"}),
        ("cell-error", 2, {"cell": "C2", "error": "#N/A"}),
    ]


@pytest.mark.parametrize(
    ("cell", "seen"),
    [
        ('<c r="A2"><f>B2*2</f></c>', "=B2*2"),
        ('<c r="A2"><f>B2*2</f><v/></c>', "=B2*2"),
        ('<c r="A2"><f>B2*2</f><v></v></c>', "=B2*2"),
        ('<c r="A2" t="str"><f>A1&amp;"x"</f></c>', '=A1&"x"'),
        ('<c r="A2"><f t="shared" ref="A2:A9" si="0">B2*2</f></c>', "=B2*2"),
        ('<c r="A2"><f t="shared" si="0"/></c>', "="),
    ],
)
def test_formulas_without_a_value_are_told(cell: str, seen: str) -> None:
    """Written by a program that does not calculate: an error, by cell, and not a blank."""
    source = row_of(cell, text("B2", "Jan"))

    assert [(flag.code, flag.column, dict(flag.params)) for flag in flags(source)] == [
        ("formula-uncached", 0, {"cell": "A2"})
    ]
    assert rows(source) == [[seen, "Jan"]]


def test_a_row_of_uncached_formulas_only_is_no_blank_row() -> None:
    """It would be lost otherwise."""
    source = both(Sheet(header("a", "b") + row(2, '<c r="A2"><f>1+1</f></c>')).workbook())

    assert numbers(source) == [2]


def test_formulas_with_a_value_are_their_value() -> None:
    """Numbers, texts, and the empty text, which is a value too."""
    source = row_of(
        '<c r="A2"><f>1+1</f><v>2</v></c>',
        '<c r="B2" t="str"><f>"a"&amp;"b"</f><v>ab</v></c>',
        '<c r="C2" t="str"><f>""</f><v></v></c>',
        '<c r="D2" t="str"><f>""</f><v/></c>',
        '<c r="E2"><f t="shared" si="0"/><v>3</v></c>',
        '<c r="F2" t="b"><f>TRUE()</f><v>1</v></c>',
    )

    assert rows(source) == [["2", "ab", "", "", "3", "TRUE"]]
    assert flags(source) == []


def test_texts_of_all_kinds() -> None:
    """Shared, inline and rich text; spaces kept; phonetic hints left out; entities and escapes decoded."""
    strings = shared(
        "<t>plain</t>",
        '<t xml:space="preserve">  two spaces  </t>',
        "<r><rPr><b/></rPr><t>ri</t></r><r><t>ch</t></r>",
        '<t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh>',
        "<t>A &amp; B &lt;c&gt; &#233;&#x20AC;</t>",
        "<t>line_x000D_\nend _x005F_x000D_</t>",
        "<t/>",
        "<t>_xD83D__xDE00_</t>",
    )
    cells = [f'<c r="{chr(65 + at)}2" t="s"><v>{at}</v></c>' for at in range(8)]
    cells += [
        '<c r="I2" t="inlineStr"><is><t xml:space="preserve"> in </t></is></c>',
        '<c r="J2" t="inlineStr"><is><r><t>a</t></r><r><t xml:space="preserve"> b</t></r></is></c>',
        '<c r="K2" t="inlineStr"><is><t>x &amp;amp; y</t></is></c>',
        '<c r="L2" t="str"><v>00123</v></c>',
    ]
    source = row_of(*cells, strings=strings)

    assert rows(source) == [
        [
            "plain",
            "  two spaces  ",
            "rich",
            "東京",
            "A & B <c> é€",
            "line\r\nend _x000D_",
            "",
            "\N{GRINNING FACE}",
            " in ",
            "a b",
            "x &amp; y",
            "00123",
        ]
    ]
    assert flags(source) == []


def test_text_that_is_none_is_told() -> None:
    """NUL by escape and half a surrogate, shared and inline."""
    strings = shared("<t>a_x0000_b</t>", "<t>c_xD800_d</t>")
    source = row_of(
        '<c r="A2" t="s"><v>0</v></c>', '<c r="B2" t="s"><v>1</v></c>', text("C2", "e_x0001_f"), strings=strings
    )

    assert rows(source) == [["ab", "c\ufffdd", "ef"]]
    assert [(flag.column, flag.code) for flag in flags(source)] == [
        (0, "text-control-characters"),
        (1, "text-undecodable"),
        (2, "text-control-characters"),
    ]


def test_merged_cells_are_as_stored() -> None:
    """The value stands in the first cell; the others are blank."""
    blank = '<c r="B2"/>'
    xml = (
        f'<worksheet xmlns="{MAIN}"><sheetData>{header("a", "b")}{row(2, text("A2", "x"), blank)}'
        '</sheetData><mergeCells count="1"><mergeCell ref="A2:B2"/></mergeCells></worksheet>'
    )

    assert rows(both(Sheet("", sheet_xml=xml).workbook())) == [["x", ""]]


# ------------------------------------------------------------------------------------------------ sheets, rows, columns


def test_other_sheets_with_something_in_them_are_named() -> None:
    """Half of a list may stand there; empty ones and hidden ones are no news, nor is any once somebody chose."""
    clients = header("Naam", "Nr") + row(2, text("A2", "Jan"))
    data = Sheet(
        clients,
        name="A-M",
        more_sheets=[("N-Z", "visible", clients), ("Leeg", "visible", ""), ("Geheim", "hidden", clients)],
    ).workbook()

    assert findings(both(data))["other-sheets"] == {"read": "A-M", "sheets": ["N-Z"]}
    assert "other-sheets" not in findings(read(data, sheet="N-Z"))


def test_the_first_visible_sheet_with_data_is_read() -> None:
    """Not the empty one before it, not the hidden one; all are named."""
    data = Sheet(
        "",
        name="Leeg",
        more_sheets=[
            ("Geheim", "hidden", header("x", "y") + row(2, text("A2", "z"))),
            ("Klanten", "visible", header("Naam", "Nr") + row(2, text("A2", "Jan"))),
            ("Diep", "veryHidden", ""),
        ],
    ).workbook()
    source = both(data)

    assert source.describe().sheet == "Klanten"
    assert source.describe().sheets == ("Leeg", "Geheim", "Klanten", "Diep")
    assert findings(source)["hidden-sheets"] == {"sheets": ["Geheim", "Diep"]}
    assert rows(read(data, sheet="geheim")) == [["z", ""]]
    assert rows(read(data, sheet=2)) == [["z", ""]]


@pytest.mark.parametrize(
    ("said", "meant"), [("2024", "2024"), ("3", "3"), (3, "Klanten"), (1, "2024"), ("1", "2024"), ("2", "3")]
)
def test_digits_are_a_name_before_they_are_a_number(said: str | int, meant: str) -> None:
    """A year is a usual name of a sheet; whoever counts says a number, or has no sheet of that name."""
    sheets = [(name, "visible", header("a", "b")) for name in ("3", "Klanten")]
    data = Sheet(header("a", "b"), name="2024", more_sheets=sheets).workbook()

    assert read(data, sheet=said).describe().sheet == meant


@pytest.mark.parametrize("sheet", ["Klant", 5, "5", "0", "klanten2"])
def test_an_unknown_sheet_is_a_wrong_setting(sheet: str | int) -> None:
    """The error names the sheets there are."""
    with pytest.raises(SettingsError) as error:
        read(Sheet(header("a", "b"), name="Klanten").workbook(), sheet=sheet)

    assert error.value.key == "sheet"
    assert error.value.allowed == ("Klanten",)


def test_hidden_rows_and_columns_are_read_and_told() -> None:
    """A filter hides rows that nobody meant to leave out, or did: a person must know."""
    data = Sheet(
        header("a", "b", "c")
        + row(2, text("A2", "1"))
        + f'<row r="3" hidden="1">{text("A3", "2")}</row>'
        + f'<row r="4" ht="15" hidden="true" customHeight="1">{text("A4", "3")}</row>'
        + '<row r="5" hidden="1"/>'
        + f'<row r="6" hidden="0">{text("A6", "4")}</row>',
        before='<cols><col min="1" max="1" width="9"/><col min="2" max="2" hidden="1"/><col min="9" max="16384" hidden="1"/></cols>',
    ).workbook()
    source = both(data)

    assert [cells[0] for cells in rows(source)] == ["1", "2", "3", "4"]
    assert findings(source)["hidden-rows"] == {"rows": 2, "first": 3}
    assert findings(source)["hidden-columns"] == {"columns": ["B"]}
    assert [column.hidden for column in source.describe().columns] == [False, True, False]


def test_hidden_rows_are_counted_across_blocks() -> None:
    """The part is looked through in blocks; a row cut in two counts once."""
    body = "".join(
        f'<row r="{number}" hidden="1"><c r="A{number}"><v>{number}</v></c></row>' for number in range(2, 20_002)
    )
    source = read(Sheet(header("a", "b") + body).workbook())

    assert findings(source)["hidden-rows"] == {"rows": 20_000, "first": 2}


@pytest.mark.parametrize("claim", ["A1", "A1:B1", "A1:XFD1048576", "nonsense"])
def test_a_false_dimension_loses_nothing(claim: str) -> None:
    """The sheet's claim of its size is not read."""
    body = "".join(row(n, text(f"A{n}", f"x{n}"), text(f"C{n}", "y")) for n in range(2, 50))
    source = both(Sheet(header("a", "b", "c") + body, before=f'<dimension ref="{claim}"/>').workbook())

    assert len(rows(source)) == 48
    assert rows(source)[-1] == ["x49", "", "y"]


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_strict_workbooks_and_prefixes_lose_nothing(prefix: str) -> None:
    """Other namespaces, other spelling, same cells."""
    declared = f'xmlns:x="{STRICT}"' if prefix else f'xmlns="{STRICT}"'
    five = '<c r="B2"><v>5</v></c>'
    body = f"<sheetData>{header('a', 'b')}{row(2, text('A2', 'Jan'), five)}</sheetData>"
    xml = f"<worksheet>{body}</worksheet>".replace("</", "\0").replace("<", f"<{prefix}").replace("\0", f"</{prefix}")
    xml = xml.replace("worksheet>", f"worksheet {declared}>", 1)
    source = both(Sheet("", sheet_xml=xml, main=STRICT).workbook())

    assert rows(source) == [["Jan", "5"]]


def test_prefixed_parts_go_the_quick_way() -> None:
    """Libraries of .NET write ``x:`` before every element; cut anywhere by a block, it is taken off."""
    count = 12_000
    body = "".join(row(n, text(f"A{n}", f"Zoë {n}"), f'<c r="B{n}" t="s"><v>{n % 3}</v></c>') for n in range(2, count))
    xml = f'<worksheet xmlns:x="{MAIN}"><sheetData>{header("a", "b")}{body}</sheetData></worksheet>'
    strings = f'<sst xmlns:x="{MAIN}"><si><t>p</t></si><si><t>q &lt;x:c&gt;</t></si><si><r><t>r</t></r></si></sst>'
    xml, strings = (one.replace("</", "\0").replace("<", "<x:").replace("\0", "</x:") for one in (xml, strings))
    source = both(Sheet("", sheet_xml=xml, strings=strings).workbook())

    assert source._know().facts.quick
    assert rows(source) == [[f"Zoë {n}", ("p", "q <x:c>", "r")[n % 3]] for n in range(2, count)]


@pytest.mark.parametrize(
    "odd",
    [
        '<row r="2"><c t="inlineStr" r="A2"><is><t>Jan</t></is></c><c r="B2" ><v>5</v></c></row>',
        "<row r='2'><c r='A2' t='inlineStr'><is><t>Jan</t></is></c><c r='B2'><v>5</v></c></row>",
        '<row><c t="inlineStr"><is><t>Jan</t></is></c><c><v>5</v></c></row>',
        '<row r="2"><c r="B2"><v>5</v></c><c r="A2" t="inlineStr"><is><t>Jan</t></is></c></row>',
        '<row r="2"><!-- note --><c r="A2" t="inlineStr"><is><t><![CDATA[Jan]]></t></is></c><c r="B2"><v>5</v></c></row>',
        '<row r="2">\n  <c r="A2" t="inlineStr">\n<is>\n<t>Jan</t></is></c>\n<c r="B2">\n<v>5</v>\n</c></row>',
        '<row r="2"><c r="A2" cm="1" t="inlineStr"><is><t>Jan</t></is></c><c r="B2" vm="1"><v>5</v></c></row>',
        '<row r="2"><c r="A2" t="inlineStr"><is><t>J&#97;n</t></is></c><c r="B2"><v>5</v><extLst><ext/></extLst></c></row>',
        '<row r="2" spans="1:2" x14ac:dyDescent="0.25"><c r="A2" t="inlineStr"><is><t>Jan</t></is></c><c r="B2"><v>5</v></c></row>',
        '<row><c r="A2" t="inlineStr"><is><t>Jan</t></is></c><c r="B2"><v>5</v></c></row>',
    ],
)
def test_odd_spellings_of_xml_are_read_alike(odd: str) -> None:
    """Attributes in any order, quotes of any kind, no references, comments, CDATA: all the same row."""
    xml = (
        f'<worksheet xmlns="{MAIN}" xmlns:x14ac="urn:x"><sheetData>{header("a", "b")}{odd}'
        f"{row(3, text('A3', 'Piet'))}</sheetData></worksheet>"
    )
    source = both(Sheet("", sheet_xml=xml).workbook())

    assert rows(source) == [["Jan", "5"], ["Piet", ""]]
    assert numbers(source) == [2, 3]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_parts_in_other_encodings_are_read(encoding: str) -> None:
    """The format allows UTF-16 too."""
    xml = f'<worksheet xmlns="{MAIN}"><sheetData>{header("a", "b")}{row(2, text("A2", "Zoë"))}</sheetData></worksheet>'
    strings = shared("<t>x</t>").replace('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n', "")
    source = both(Sheet("", sheet_xml=xml.encode(encoding), strings=strings.encode(encoding)).workbook())

    assert rows(source) == [["Zoë", ""]]


def test_titles_blank_rows_and_repeated_headers() -> None:
    """The header is found as in a text file; numbers are the sheet's own."""
    source = both(
        Sheet(
            row(1, text("A1", "Klantenlijst 2025"))
            + row(4, text("A4", "Naam"), text("B4", "Tel"), text("C4", "Tel"), '<c r="D4"/>', text("E4", "Saldo"))
            + row(6, text("A6", "Jan"), '<c r="B6"><v>1</v></c>', text("D6", "x"), '<c r="E6"><v>2</v></c>')
            + row(7, '<c r="A7"/>', text("B7", "  "))
            + row(9, text("A9", "Piet"), '<c r="B9"><v>3</v></c>', text("F9", "note"), '<c r="E9"><v>2</v></c>')
        ).workbook()
    )

    assert source.describe().header_row == 4
    assert headers(source) == ["Naam", "Tel", "Tel (2)", "D", "Saldo", "F"]
    assert numbers(source) == [6, 9]
    assert rows(source)[1] == ["Piet", "3", "", "", "2", "note"]
    assert findings(source)["header-duplicate"] == {"header": "Tel", "columns": ["B", "C"]}
    assert findings(source)["preamble-skipped"] == {"rows": 1}


def test_header_only_is_a_source_without_records() -> None:
    """A template somebody forgot to fill in."""
    source = both(Sheet(header("Naam", "E-mail")).workbook())

    assert headers(source) == ["Naam", "E-mail"]
    assert rows(source) == []


def test_a_cell_far_right_in_a_late_row_is_told() -> None:
    """Beyond the first rows a cell without a column is an error, as in a text file."""
    body = "".join(row(n, text(f"A{n}", f"x{n}"), text(f"B{n}", "y")) for n in range(2, 302))
    source = both(Sheet(header("a", "b") + body + row(302, text("A302", "z"), text("H302", "lost?"))).workbook())

    assert headers(source) == ["a", "b"]
    assert [(flag.row, flag.code, dict(flag.params)) for flag in flags(source)] == [
        (302, "row-long", {"cells": 8, "columns": 2})
    ]


# ------------------------------------------------------------------------------------------------ damage and limits


@pytest.mark.parametrize(
    "rows_xml",
    [
        row(3, text("A3", "x")) + row(2, text("A2", "y")),
        row(2, text("A2", "x")) + row(2, text("A2", "y")),
        row(2, text("A2", "x"), text("A2", "y")),
        row(2, '<c r="A2" t="s"><v>5</v></c>'),
        row(2, '<c r="A2" t="s"><v>-1</v></c>'),
        row(2, text("A2", "x")) + "<row",
        row(2, text("A2", "x")) + text("B2", "y") + row(3, text("A3", "z")),
        row(2, text("A2", "x")) + text("B2", "y"),
        row(2, '<c r="A2" t="inlineStr"><is><t>&unknown;</t></is></c>'),
        row(2, '<c r="A2" t="inlineStr"><is><t>&#0;</t></is></c>'),
    ],
)
def test_damage_is_refused_not_guessed(rows_xml: str) -> None:
    """Rows out of order or twice, cells twice, texts that are not there, broken XML."""
    data = Sheet(header("a", "b") + rows_xml, strings=shared("<t>only</t>")).workbook()

    with pytest.raises(SourceUnreadableError, match="damaged"):
        rows(read(data))
    with pytest.raises(SourceUnreadableError, match="damaged"):
        rows(careful(data))


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        (Limits(rows=5), "rows"),
        (Limits(columns=1), "columns"),
        (Limits(cell_length=50), "cell_length"),
        (Limits(file_bytes=100), "file_bytes"),
        (Limits(archive_entries=3), "archive_entries"),
        (Limits(archive_bytes=100), "archive_bytes"),
        (Limits(part_bytes=100), "part_bytes"),
        (Limits(sheet_bytes=100), "sheet_bytes"),
        (Limits(xml_depth=2), "xml_depth"),
    ],
)
def test_every_limit_is_named(limits: Limits, name: str) -> None:
    """An error says which limit to raise."""
    data = plain_workbook([["Naam", "Nota"], *([str(at), "x" * 60] for at in range(20))])

    with pytest.raises(LimitExceededError) as error:
        rows(read(data, limits=limits))
    assert error.value.limit == name


@pytest.mark.parametrize(
    ("limits", "name"), [(Limits(strings_bytes=100), "strings_bytes"), (Limits(cell_length=50), "cell_length")]
)
def test_shared_texts_have_limits(limits: Limits, name: str) -> None:
    """The table is kept in memory, and its texts are cells."""
    data = Sheet(header("a", "b"), strings=shared("<t>" + "x" * 100 + "</t>")).workbook()

    with pytest.raises(LimitExceededError) as error:
        read(data, limits=limits)
    assert error.value.limit == name
