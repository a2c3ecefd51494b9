"""Workbooks: what a person sees in the sheet is what arrives, and what is odd is told by its cell."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientimport.adapters.spreadsheet.content import Content
from clientimport.adapters.spreadsheet.formats import plain
from clientimport.adapters.spreadsheet.options import SpreadsheetOptions
from clientimport.adapters.spreadsheet.xlsx import XlsxSource
from clientimport.errors import LimitExceededError, SettingsError, SourceUnreadableError
from clientimport.limits import DEFAULT_LIMITS, Limits
from tests.spreadsheet.reading import findings, flags, headers, numbers, read, rows
from tests.spreadsheet.workbooks import MAIN, STRICT, Sheet, header, plain_workbook, row, shared, text


def _careful(data: bytes, **options: Any) -> XlsxSource:
    """The same workbook read with the full XML parser only."""
    content = Content(data, name=None, limits=DEFAULT_LIMITS)
    return XlsxSource(content, options=SpreadsheetOptions(**options), limits=DEFAULT_LIMITS, careful=True)


def _both(data: bytes, **options: Any) -> XlsxSource:
    """A source, after checking that both lanes read it the same."""
    quick = read(data, **options)
    careful = _careful(data, **options)
    assert isinstance(quick, XlsxSource)
    assert quick.describe() == careful.describe()
    assert not careful._know().facts.quick
    assert list(quick.batches(3)) == list(careful.batches(3))
    return quick


def _cells(*cells: str, **odd: Any) -> XlsxSource:
    """A sheet with the headers a, b, c … and one row of these cells."""
    names = [chr(97 + at) for at in range(max(len(cells), 2))]
    return _both(Sheet(header(*names) + row(2, *cells), **odd).workbook())


# ------------------------------------------------------------------------------------------------ numbers


@pytest.mark.parametrize(
    ("stored", "seen"),
    [
        ("123", "123"),
        ("0", "0"),
        ("-5", "-5"),
        ("85073003328.0", "85073003328"),
        ("8.5073003328E+10", "85073003328"),
        ("1234.5", "1234.5"),
        ("1234.5600000000002", "1234.56"),
        ("0.30000000000000004", "0.3"),
        ("0.29999999999999999", "0.3"),
        ("1.234", "1.2340"),
        ("-12.345", "-12.3450"),
        ("999.125", "999.1250"),
        ("1234.567", "1234.567"),
        ("1E-7", "0.0000001"),
        ("1E+21", "1000000000000000000000"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("1234567890123456", "1234567890123456"),
        ("00123", "123"),
        ("not a number", "not a number"),
        ("v&gt;3.5", "v>3.5"),
        ("nan", "nan"),
    ],
)
def test_plain_numbers(stored: str, seen: str) -> None:
    """No exponent, no ``.0``, no more digits than a sheet shows, and nothing that could pass for thousands."""
    assert rows(_cells(f'<c r="A2"><v>{stored}</v></c>', text("B2", "x")))[0][0] == seen


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_plain_keeps_every_amount(amount: Decimal) -> None:
    """Up to 13 digits, as amounts have, the value is exactly the same, and there are never three decimals after 1 to 3."""
    seen = plain(repr(float(amount)))

    assert Decimal(seen) == amount
    whole, _, fraction = seen.lstrip("-").partition(".")
    assert not (len(fraction) == 3 and len(whole) <= 3)


@pytest.mark.parametrize(
    ("code", "stored", "seen"),
    [
        ("00000", "123", "00123"),
        ("00000", "1234567", "1234567"),
        ("00000", "-5", "-5"),
        ("00000", "1.5", "1.5"),
        ("00000;[Red]-00000", "42", "00042"),
        ('0000"."000"."000', "123456788", "0123.456.788"),
        ("0000\\.000\\.000", "123456788", "0123.456.788"),
        ('"BE"0000000000', "123456788", "BE0123456788"),
        ("000-00-0000", "12345678", "012-34-5678"),
        ("[$-813]00000", "123", "00123"),
        ("0.00", "1234.5", "1234.5"),
        ("#,##0.00", "1234.5", "1234.5"),
        ("0%", "0.21", "0.21"),
        ("0.00%", "0.215", "0.2150"),
        ("[$€-813] #,##0.00", "12", "12"),
        ('"€" 00', "7", "7"),
        ("0.00E+00", "123456789012", "123456789012"),
        ("0", "7", "7"),
        ("General", "7", "7"),
        ("@", "7", "7"),
        ("dd/mm/yyyy", "45750", "2025-04-03"),
        ("[$-413]d mmmm yyyy;@", "45750", "2025-04-03"),
        ("dd/mm/yyyy hh:mm", "45750.604166666664", "2025-04-03 14:30:00"),
        ("dd/mm/yyyy hh:mm", "45750", "2025-04-03"),
        ("yyyy", "45750", "2025-04-03"),
        ("mmm", "45750", "2025-04-03"),
        ("hh:mm", "0.604166666666667", "14:30:00"),
        ("hh:mm AM/PM", "0.604166666666667", "14:30:00"),
        ("[h]:mm", "1.25", "30:00:00"),
        ("mm:ss.0", "0.5", "12:00:00"),
        ("dd/mm/yyyy", "60", "1900-02-29"),
        ("dd/mm/yyyy", "59", "1900-02-28"),
        ("dd/mm/yyyy", "1", "1900-01-01"),
        ("dd/mm/yyyy", "0", "0"),
        ("dd/mm/yyyy", "-5", "-5"),
        ("dd/mm/yyyy", "99999999", "99999999"),
        ('"dag" 00', "7", "dag 07"),
        ("dd/mm/yyyy", "457&#53;0", "2025-04-03"),
    ],
)
def test_number_formats(code: str, stored: str, seen: str) -> None:
    """Codes keep their zeros, days become ISO text, everything else is the plain number."""
    source = _cells(f'<c r="A2" s="1"><v>{stored}</v></c>', text("B2", "x"), formats=[code])

    assert rows(source)[0][0] == seen


def test_built_in_date_format() -> None:
    """Format 14 has no code of its own; the cell's style decides, not the style of styles."""
    styles = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    sheet = Sheet(header("a", "b") + row(2, '<c r="A2" s="1"><v>45750</v></c><c r="B2" s="0"><v>45750</v></c>'))
    parts = sheet.parts() | {"xl/styles.xml": styles.encode()}
    from tests.spreadsheet.workbooks import archive

    assert rows(_both(archive(list(parts.items())))) == [["2025-04-03", "45750"]]


def test_epoch_1904() -> None:
    """A workbook born on an old Macintosh counts four years and a day later."""
    source = _cells('<c r="A2" s="1"><v>44288</v></c>', text("B2", "x"), formats=["dd/mm/yyyy"], epoch_1904=True)

    assert rows(source)[0][0] == "2025-04-03"


@given(st.datetimes(min_value=datetime.fromisoformat("1900-03-01"), max_value=datetime.fromisoformat("9999-12-31")))
def test_days_agree_with_openpyxl(moment: datetime) -> None:
    """Both count the days the same, to the second."""
    from openpyxl.utils.datetime import to_excel

    from clientimport.adapters.spreadsheet.formats import to_text

    moment = moment.replace(microsecond=0)
    shown = to_text(22, None, epoch_1904=False)
    assert shown is not None
    clock = "" if moment.time() == time() else f" {moment.time()}"
    serial = repr(to_excel(moment))  # type: ignore[no-untyped-call]
    assert shown(serial) == f"{moment.date()}{clock}"


# ------------------------------------------------------------------------------------------------ other cells


def test_booleans_and_iso_dates() -> None:
    """``TRUE`` and ``FALSE`` as the sheet shows them; Strict workbooks store days as text."""
    source = _cells(
        '<c r="A2" t="b"><v>1</v></c>',
        '<c r="B2" t="b"><v>0</v></c>',
        '<c r="C2" t="d"><v>2025-04-03T00:00:00</v></c>',
        '<c r="D2" t="d"><v>2025-04-03T14:30:00.000Z</v></c>',
        '<c r="E2" t="n"><v>5</v></c>',
    )

    assert rows(source) == [["TRUE", "FALSE", "2025-04-03", "2025-04-03 14:30:00", "5"]]


def test_error_cells_are_told_by_cell() -> None:
    """The text is the error as seen; never a silent nothing."""
    source = _cells(
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
    source = _cells(cell, text("B2", "Jan"))

    assert [(flag.code, flag.column, dict(flag.params)) for flag in flags(source)] == [
        ("formula-uncached", 0, {"cell": "A2"})
    ]
    assert rows(source) == [[seen, "Jan"]]


def test_a_row_of_uncached_formulas_only_is_no_blank_row() -> None:
    """It would be lost otherwise."""
    source = _both(Sheet(header("a", "b") + row(2, '<c r="A2"><f>1+1</f></c>')).workbook())

    assert numbers(source) == [2]


def test_formulas_with_a_value_are_their_value() -> None:
    """Numbers, texts, and the empty text, which is a value too."""
    source = _cells(
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
    source = _cells(*cells, strings=strings)

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
    source = _cells(
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

    assert rows(_both(Sheet("", sheet_xml=xml).workbook())) == [["x", ""]]


# ------------------------------------------------------------------------------------------------ sheets, rows, columns


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
    source = _both(data)

    assert source.describe().sheet == "Klanten"
    assert source.describe().sheets == ("Leeg", "Geheim", "Klanten", "Diep")
    assert findings(source)["hidden-sheets"] == {"sheets": ["Geheim", "Diep"]}
    assert rows(read(data, sheet="geheim")) == [["z", ""]]
    assert rows(read(data, sheet=2)) == [["z", ""]]


@pytest.mark.parametrize("sheet", ["Klant", 5, "klanten2"])
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
    source = _both(data)

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
    source = _both(Sheet(header("a", "b", "c") + body, before=f'<dimension ref="{claim}"/>').workbook())

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
    source = _both(Sheet("", sheet_xml=xml, main=STRICT).workbook())

    assert rows(source) == [["Jan", "5"]]


def test_prefixed_parts_go_the_quick_way() -> None:
    """Libraries of .NET write ``x:`` before every element; cut anywhere by a block, it is taken off."""
    count = 12_000
    body = "".join(row(n, text(f"A{n}", f"Zoë {n}"), f'<c r="B{n}" t="s"><v>{n % 3}</v></c>') for n in range(2, count))
    xml = f'<worksheet xmlns:x="{MAIN}"><sheetData>{header("a", "b")}{body}</sheetData></worksheet>'
    strings = f'<sst xmlns:x="{MAIN}"><si><t>p</t></si><si><t>q &lt;x:c&gt;</t></si><si><r><t>r</t></r></si></sst>'
    xml, strings = (one.replace("</", "\0").replace("<", "<x:").replace("\0", "</x:") for one in (xml, strings))
    source = _both(Sheet("", sheet_xml=xml, strings=strings).workbook())

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
    source = _both(Sheet("", sheet_xml=xml).workbook())

    assert rows(source) == [["Jan", "5"], ["Piet", ""]]
    assert numbers(source) == [2, 3]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_parts_in_other_encodings_are_read(encoding: str) -> None:
    """The format allows UTF-16 too."""
    xml = f'<worksheet xmlns="{MAIN}"><sheetData>{header("a", "b")}{row(2, text("A2", "Zoë"))}</sheetData></worksheet>'
    strings = shared("<t>x</t>").replace('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n', "")
    source = _both(Sheet("", sheet_xml=xml.encode(encoding), strings=strings.encode(encoding)).workbook())

    assert rows(source) == [["Zoë", ""]]


def test_titles_blank_rows_and_repeated_headers() -> None:
    """The header is found as in a text file; numbers are the sheet's own."""
    source = _both(
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
    source = _both(Sheet(header("Naam", "E-mail")).workbook())

    assert headers(source) == ["Naam", "E-mail"]
    assert rows(source) == []


def test_a_cell_far_right_in_a_late_row_is_told() -> None:
    """Beyond the first rows a cell without a column is an error, as in a text file."""
    body = "".join(row(n, text(f"A{n}", f"x{n}"), text(f"B{n}", "y")) for n in range(2, 302))
    source = _both(Sheet(header("a", "b") + body + row(302, text("A302", "z"), text("H302", "lost?"))).workbook())

    assert headers(source) == ["a", "b"]
    assert [(flag.row, flag.code, dict(flag.params)) for flag in flags(source)] == [
        (302, "row-long", {"cells": 8, "columns": 2})
    ]


# ------------------------------------------------------------------------------------------------ against openpyxl

_words = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff", include_characters="\n\t&<>\"'"),
    max_size=12,
)
_values = st.one_of(
    st.none(),
    _words,
    st.integers(-(10**12), 10**12),
    st.booleans(),
    st.dates(date(1901, 1, 1), date(2999, 12, 31)),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9).map(
        lambda number: round(number, 2)
    ),
)


def _seen(value: object) -> str:
    """What a person sees of a value as openpyxl reads it back."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float):
        return plain(repr(value))
    return str(value)


@given(st.lists(st.lists(_values, min_size=4, max_size=4), min_size=1, max_size=8))
def test_we_read_what_openpyxl_reads(table: list[list[object]]) -> None:
    """Any workbook it writes: same rows, same cells, by both lanes."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["Naam", "E-mail", "Saldo", "Datum"])
    for at, cells in enumerate(table, 2):
        for column, value in enumerate(cells, 1):
            cell = sheet.cell(at, column, value)
            if isinstance(value, str):
                cell.data_type = "s"
    file = io.BytesIO()
    book.save(file)
    data = file.getvalue()
    back: Any = openpyxl.load_workbook(io.BytesIO(data)).active
    expected = [
        (at, [_seen(cell) for cell in cells])
        for at, cells in enumerate(back.iter_rows(min_row=2, max_col=4, values_only=True), 2)
    ]
    source = _both(data, header=1)

    assert list(zip(numbers(source), rows(source), strict=True)) == [
        (at, cells) for at, cells in expected if "".join(cells).strip()
    ]


@given(st.lists(st.lists(_words, min_size=3, max_size=3), min_size=1, max_size=6))
def test_texts_come_back(table: list[list[str]]) -> None:
    """Inline or shared, exactly as they were."""
    whole = [["Naam", "E-mail", "Nota"], *table]
    entries = [f'<t xml:space="preserve">{escape(cell)}</t>' for cells in whole for cell in cells]
    body = "".join(
        row(at + 1, *(f'<c r="{letter}{at + 1}" t="s"><v>{at * 3 + n}</v></c>' for n, letter in enumerate("ABC")))
        for at in range(len(whole))
    )
    expected = [cells for cells in table if "".join(cells).strip()]

    assert rows(_both(plain_workbook(whole), header=1)) == expected
    assert rows(_both(Sheet(body, strings=shared(*entries)).workbook(), header=1)) == expected


def test_a_big_table_of_texts_is_read_across_blocks() -> None:
    """The table is read in blocks; plain, rich and escaped texts at every place of a block."""
    words = [f"Zoë & François nr {at} " + "é" * (at % 7) for at in range(8_000)]
    entries = [
        f"<r><t>{escape(word[:5])}</t></r><r><t xml:space='preserve'>{escape(word[5:])}</t></r>"
        if at % 1000 == 999
        else f'<t xml:space="preserve">{escape(word)}</t>'
        for at, word in enumerate(words)
    ]
    body = "".join(row(at + 2, f'<c r="A{at + 2}" t="s"><v>{at}</v></c>') for at in range(len(words)))
    source = _both(Sheet(header("Naam", "x") + body, strings=shared(*entries)).workbook())

    assert [cells[0] for cells in rows(source)] == words


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
        rows(_careful(data))


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
