"""Files made to hurt: each is refused by name or read in full, in little time and memory, and never ends the process."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import tracemalloc
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientimport.errors import (
    ClientImportError,
    LimitExceededError,
    SourceError,
    SourceUnreadableError,
    SourceUnsupportedError,
)
from clientimport.limits import Limits
from tests.spreadsheet.reading import flags, headers, numbers, read, rows
from tests.spreadsheet.workbooks import MAIN, Sheet, archive, header, plain_workbook, row, shared, text

GOOD = Sheet(header("Naam", "Nr") + row(2, text("A2", "Jan"), '<c r="B2"><v>1</v></c>'), strings=shared("<t>x</t>"))


def _with(part: str, body: bytes) -> bytes:
    return archive(list((GOOD.parts() | {part: body}).items()))


def _refused(data: bytes, limits: Limits | None = None) -> ClientImportError:
    """The error, after checking that being refused cost little memory."""
    tracemalloc.start()
    try:
        with pytest.raises(SourceError) as error:
            rows(read(data, limits=limits or Limits()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40_000_000
    return error.value


def _limit(data: bytes, limits: Limits | None = None) -> str:
    error = _refused(data, limits)
    assert isinstance(error, LimitExceededError), error
    return error.limit


# ------------------------------------------------------------------------------------------------ inflation


def test_a_zip_bomb_is_stopped_by_its_claim() -> None:
    """A ratio no honest part has."""
    assert _limit(_with("xl/worksheets/sheet1.xml", b" " * 30_000_000)) == "inflation_ratio"
    assert _limit(_with("xl/media/image1.png", b"\0" * 30_000_000)) == "inflation_ratio"


def test_a_zip_bomb_that_lies_about_its_size_is_stopped() -> None:
    """The directory says a hundred bytes; what really comes out is counted."""
    body = f'<worksheet xmlns="{MAIN}"><sheetData>'.encode() + b" " * 5_000_000
    data = bytearray(_with("xl/worksheets/sheet1.xml", body))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as whole:
        entry = whole.getinfo("xl/worksheets/sheet1.xml")
    real = struct.pack("<L", entry.file_size)
    for at in (data.find(real, entry.header_offset), data.rfind(real)):
        data[at : at + 4] = struct.pack("<L", 200)

    assert isinstance(_refused(bytes(data)), SourceUnreadableError)


def test_a_bomb_of_rows_within_the_ratio_is_stopped_by_size() -> None:
    """Rows enough for any sheet, and then more."""
    body = "".join(row(n, text(f"A{n}", str(n * 7919 % 10_007))) for n in range(2, 30_000))

    assert _limit(Sheet(header("a", "b") + body).workbook(), Limits(sheet_bytes=500_000)) == "sheet_bytes"
    assert _limit(Sheet(header("a", "b") + body).workbook(), Limits(rows=1000)) == "rows"


def test_overlapping_entries_are_refused() -> None:
    """Two entries over the same bytes: how 100 KiB become gigabytes."""
    data = archive([*GOOD.parts().items(), ("xl/copy.xml", b"<a/>" * 100)])
    start = data.find(b"PK\x01\x02")
    directory = bytearray(data[start:])
    at = directory.find(b"xl/copy.xml") - 46
    with zipfile.ZipFile(io.BytesIO(data)) as whole:
        other = whole.getinfo("xl/workbook.xml").header_offset
    directory[at + 42 : at + 46] = struct.pack("<L", other)

    assert "overlaps" in str(_refused(data[:start] + bytes(directory)))


def test_entries_are_counted_before_they_are_listed() -> None:
    """Two thousand entries over one blob."""
    many = archive([*GOOD.parts().items(), *((f"xl/{n}.bin", b"") for n in range(1100))])

    assert _limit(many) == "archive_entries"


def test_a_name_twice_is_refused() -> None:
    """Two programs would read two different workbooks."""
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = archive([*GOOD.parts().items(), ("xl/workbook.xml", b"<workbook/>")])

    assert "twice" in str(_refused(twice))


def test_a_truncated_archive_is_unreadable() -> None:
    """A download that broke off."""
    data = GOOD.workbook()
    for length in range(10, len(data) - 1, 97):
        assert isinstance(_refused(data[:length]), SourceUnreadableError)


def test_a_damaged_part_is_unreadable() -> None:
    """The checksum of every part read is compared, of the worksheet before its first row is used."""
    data = bytearray(GOOD.workbook())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as whole:
        entry = whole.getinfo("xl/worksheets/sheet1.xml")
    data[entry.header_offset + 30 + len(entry.filename) + 20] ^= 0xFF

    assert isinstance(_refused(bytes(data)), SourceUnreadableError)


# ------------------------------------------------------------------------------------------------ XML

BOMB = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
OUTSIDE = '<!DOCTYPE a SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize("dtd", [BOMB, OUTSIDE, "<!DOCTYPE a>", "<!-- x --><!DOCTYPE a []>"])
@pytest.mark.parametrize(
    "part",
    [
        "xl/worksheets/sheet1.xml",
        "xl/sharedStrings.xml",
        "xl/workbook.xml",
        "xl/styles.xml",
        "_rels/.rels",
        "[Content_Types].xml",
        "xl/_rels/workbook.xml.rels",
        "docProps/core.xml",
        "xl/drawings/vmlDrawing1.vml",
    ],
)
def test_a_dtd_in_any_part_is_refused(dtd: str, part: str) -> None:
    """Also in parts that nobody reads."""
    body = GOOD.parts().get(part, b"<a/>").decode()
    start = body.find("?>") + 2 if "?>" in body else 0

    assert "document type" in str(_refused(_with(part, (body[:start] + dtd + body[start:]).encode())))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "docProps/app.xml"])
def test_a_dtd_in_another_encoding_is_refused(encoding: str, part: str) -> None:
    """The classic way around a search for ``<!DOCTYPE``."""
    body = GOOD.parts().get(part, b"<a/>").decode().partition("?>\n")
    label = "" if encoding == "utf-8-sig" else '<?xml version="1.0" encoding="utf-16"?>'

    assert isinstance(
        _refused(_with(part, (label + BOMB + (body[2] or body[0])).encode(encoding))), SourceUnreadableError
    )


def test_a_dtd_after_much_space_is_refused() -> None:
    """Beyond the head that is looked at in parts nobody reads, the parser refuses it in parts that are read."""
    body = GOOD.parts()["xl/worksheets/sheet1.xml"].decode()
    at = body.find("?>") + 2
    noise = "".join(f"<!-- {n} -->" for n in range(30_000))

    assert "document type" in str(
        _refused(_with("xl/worksheets/sheet1.xml", (body[:at] + noise + BOMB + body[at:]).encode()))
    )


@pytest.mark.parametrize("encoding", ["utf-7", "cp037", "cp1252", "utf-32", "unknown", "koi8-r"])
def test_encodings_that_workbooks_do_not_have_are_refused(encoding: str) -> None:
    """Others are a way to hide things."""
    body = GOOD.parts()["xl/worksheets/sheet1.xml"].decode().replace('encoding="UTF-8"', f'encoding="{encoding}"')

    assert isinstance(_refused(_with("xl/worksheets/sheet1.xml", body.encode())), SourceUnreadableError)


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"]
)
def test_deep_nesting_is_stopped(part: str) -> None:
    """A stack has an end."""
    body = GOOD.parts()[part].decode()
    at = body.index(">", body.index("?>") + 2) + 1
    deep = "<a>" * 3000 + "</a>" * 3000

    assert _limit(_with(part, (body[:at] + deep + body[at:]).encode())) == "xml_depth"


def test_deep_nesting_inside_a_row_is_stopped() -> None:
    """The quick lane does not count depth, so it may not swallow it either."""
    nested = '<c r="A2"><is>' + "<r>" * 3000 + "</r>" * 3000 + "</is></c>"

    assert _limit(Sheet(header("a", "b") + row(2, nested)).workbook()) == "xml_depth"


def test_a_giant_tag_is_stopped() -> None:
    """Old parsers take quadratic time on it."""
    noise = "".join(f"{n * 7919 % 100_003} " for n in range(600_000))
    xml = f'<worksheet xmlns="{MAIN}"><!-- {noise} --><sheetData>{header("a", "b")}</sheetData></worksheet>'

    assert _limit(Sheet("", sheet_xml=xml).workbook()) == "xml_token_bytes"


def test_a_row_without_end_is_stopped() -> None:
    """Rows are held one at a time; one that fills the sheet is none."""
    cells = "".join(text(f"A{n}", str(n * 7919)) for n in range(60_000))

    assert _limit(Sheet(header("a", "b") + row(2, cells)).workbook(), Limits(row_bytes=300_000)) == "row_bytes"


@pytest.mark.parametrize("kind", ["inline", "shared", "rich", "formula"])
def test_a_giant_cell_is_stopped(kind: str) -> None:
    """No worksheet cell holds more than 32,767 characters; nothing of it stands in the error."""
    words = "".join(f"{n * 7919 % 100_003} " for n in range(10_000))
    strings = None
    if kind == "inline":
        cell = text("A2", words)
    elif kind == "rich":
        cell = f'<c r="A2" t="inlineStr"><is><r><t>{words}</t></r></is></c>'
    elif kind == "formula":
        cell = f'<c r="A2" t="str"><f>A1</f><v>{words}</v></c>'
    else:
        cell, strings = '<c r="A2" t="s"><v>0</v></c>', shared(f"<t>{words}</t>")
    data = Sheet(header("a", "b") + row(2, cell), strings=strings).workbook()

    assert _limit(data) == "cell_length"
    assert "7919" not in str(_refused(data))


# ------------------------------------------------------------------------------------------------ claims


def test_a_far_cell_costs_nothing() -> None:
    """One cell at XFD1048576 asked another reader for 16 G cells."""
    alone = Sheet(row(1048576, text("XFD1048576", "far")), before='<dimension ref="A1:XFD1048576"/>').workbook()
    beside = Sheet(
        header("Naam", "Nr") + row(2, text("A2", "Jan")) + row(1048576, text("XFD1048576", "far")),
    ).workbook()
    tracemalloc.start()
    try:
        source = read(beside)
        found = rows(source)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 5_000_000
    assert headers(source) == ["Naam", "Nr", "XFD"]
    assert found == [["Jan", "", ""], ["", "", "far"]]
    assert numbers(source) == [2, 1048576]
    assert headers(read(alone)) == ["far"]


def test_a_far_cell_after_many_rows_is_told() -> None:
    """By its row, as an error, without a column for it."""
    body = "".join(row(n, text(f"A{n}", "x")) for n in range(2, 300))
    source = read(Sheet(header("Naam", "Nr") + body + row(1048576, text("XFD1048576", "far"))).workbook())

    assert [(flag.row, flag.code, dict(flag.params)) for flag in flags(source)] == [
        (1048576, "row-long", {"cells": 16384, "columns": 2})
    ]


def test_too_many_columns_are_stopped() -> None:
    """A thousand used columns is no client list."""
    cells = "".join(text(f"{_letters(n)}1", str(n)) for n in range(1500))

    assert _limit(Sheet(row(1, cells)).workbook(), Limits(columns=200)) == "columns"


def test_a_lying_text_count_is_not_believed() -> None:
    """Four thousand million texts are claimed; two are there."""
    strings = shared("<t>Jan</t>", "<t>Piet</t>", count=4_294_967_295)
    source = read(Sheet(header("a", "b") + row(2, '<c r="A2" t="s"><v>1</v></c>'), strings=strings).workbook())

    assert rows(source) == [["Piet", ""]]


def test_hidden_column_ranges_are_not_spread_out() -> None:
    """A range to the end of numbers is cut at the limit of columns."""
    before = '<cols><col min="1" max="999999999" hidden="1"/></cols>'
    source = read(Sheet(header("a", "b") + row(2, text("A2", "x")), before=before).workbook())

    assert all(column.hidden for column in source.describe().columns)


def _letters(index: int) -> str:
    from clientimport.adapters.spreadsheet.header import letter_of

    return letter_of(index)


# ------------------------------------------------------------------------------------------------ other formats


def _ole(*names: str) -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\xff" * 504
        + b"".join(n.encode("utf-16-le") + b"\0" * 40 for n in names)
    )


ODS = archive([("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"<a/>")])
FOREIGN = [
    (b"%PDF-1.7\n%\xe2\xe3", "This is a PDF document although it is called clients.xlsx", SourceUnsupportedError),
    (_ole("Workbook"), "old kind (.xls)", SourceUnsupportedError),
    (_ole("EncryptedPackage"), "password", SourceUnreadableError),
    ((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 604)[:612], "old Office file", SourceUnsupportedError),
    (ODS, "OpenDocument", SourceUnsupportedError),
    (archive([("xl/workbook.bin", b"x")]), "binary Excel workbook", SourceUnsupportedError),
    (archive([("word/document.xml", b"<a/>")]), "Word", SourceUnsupportedError),
    (archive([("clients.csv", b"a,b")]), "zip archive without a workbook", SourceUnsupportedError),
    (b"<html><table><tr><td>Naam</td></tr></table></html>", "web page", SourceUnsupportedError),
    (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "XML document", SourceUnsupportedError),
    (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "picture", SourceUnsupportedError),
    (b"\x1f\x8b\x08" + b"\0" * 50, "gzip", SourceUnsupportedError),
    (b"SQLite format 3\x00" + b"\0" * 90, "SQLite", SourceUnsupportedError),
    (zlib.compress(bytes(range(256)) * 40), "not text and not a workbook", SourceUnsupportedError),
    (bytes(range(256)) * 20, "not text and not a workbook", SourceUnsupportedError),
    (b"", "is empty", SourceUnreadableError),
    (b"\xef\xbb\xbf", "is empty", SourceUnreadableError),
    (b" \r\n \r\n", "is empty", SourceUnreadableError),
    (b"PK\x03\x04", "damaged", SourceUnreadableError),
    (Sheet("").workbook(), "no cell with anything", SourceUnreadableError),
]


@pytest.mark.parametrize(("data", "said", "kind"), FOREIGN)
def test_other_formats_are_named(data: bytes, said: str, kind: type[Exception], tmp_path: Path) -> None:
    """What it is, whatever it is called, and what to do about it."""
    path = tmp_path / "clients.xlsx"
    path.write_bytes(data)

    with pytest.raises(kind) as error:
        read(path)
    assert said in str(error.value)
    assert "clients.xlsx" in str(error.value)


def test_content_decides_and_not_the_name(tmp_path: Path) -> None:
    """A workbook called .csv and text called .xlsx are read."""
    book = tmp_path / "book.csv"
    book.write_bytes(plain_workbook([["Naam", "Nr"], ["Jan", "1"]]))
    words = tmp_path / "text.xlsx"
    words.write_bytes(b"Naam;Nr\nJan;1\n")

    assert read(book).describe().kind == "xlsx"
    assert read(words).describe().kind == "csv"
    assert rows(read(book)) == rows(read(words)) == [["Jan", "1"]]


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    """A wrong path, a folder, an impossible name."""
    for path in (tmp_path / "gone.csv", tmp_path, "a\0b"):
        with pytest.raises(SourceUnreadableError):
            read(path)


def test_open_files_and_bytes_are_read() -> None:
    """An open file is read at once and stays open; text mode is refused."""
    file = io.BytesIO(b"Naam;Nr\nJan;1\n")
    source = read(file, name="klanten.csv")

    assert rows(source) == [["Jan", "1"]]
    assert rows(source) == [["Jan", "1"]]
    assert source.describe().name == "klanten.csv"
    assert not file.closed
    with pytest.raises(SourceUnreadableError, match="binary"):
        read(io.StringIO("a,b"))


@given(st.data())
def test_flipped_bytes_never_crash(data: st.DataObject) -> None:
    """Any byte of a workbook changed: read, or refused with a typed error."""
    body = bytearray(_GOOD_BYTES)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at] = data.draw(st.integers(0, 255))
    with suppress(ClientImportError):
        rows(read(bytes(body)))


_PIECES = (
    *(
        '<c r="B3"><v>7</v></c>',
        '<c r="C2" s="1" t="s"><v>0</v></c>',
        '<c r="A9"/>',
        '<row r="9">',
        "</row>",
        '<row r="3"/>',
    ),
    *(
        "<c>",
        "</c>",
        "<v>",
        "</v>",
        "<v/>",
        "<is><t>",
        "</t></is>",
        "<t>",
        "</t>",
        "<r>",
        "</r>",
        "<rPh>",
        "<x>",
        "</x>",
    ),
    *("<f>1+1</f>", "<f/>", '<f t="shared" si="0"/>', "<!-- x -->", "<![CDATA[x]]>", "&amp;", "&#65;", "&bad;", "&#0;"),
    *("_x0041_", "_x0000_", ' s="1"', ' t="str"', ' t="e"', ' t="b"', ' t="d"', ' r="7"', ' hidden="1"', 'xmlns="u"'),
    *("\r\n", "\r", " ", '"', "'", "<", ">", "/", "é", "\x01", "</sheetData>", "<sheetData>", '<cc r="A2">', "<row>"),
    *('<c t="inlineStr" r="D2"><is><t>z</t></is></c>', '<y:c r="A2"><v>1</v></y:c>'),
)
_noise = st.one_of(st.sampled_from(_PIECES), st.text(st.sampled_from("<>/=\"'&; crstvf012AXé\0!?[]-"), max_size=12))


@given(st.lists(st.tuples(_noise, st.integers(0, 600), st.integers(0, 12), st.booleans()), min_size=1, max_size=3))
def test_noise_in_xml_reads_alike_or_is_refused(changes: list[tuple[str, int, int, bool]]) -> None:
    """Noise in the sheet's XML: the quick lane reads nothing that the full parser would read otherwise."""
    from clientimport.adapters.spreadsheet.content import Content
    from clientimport.adapters.spreadsheet.options import DEFAULT_OPTIONS
    from clientimport.adapters.spreadsheet.xlsx import XlsxSource

    body = "".join(row(n, text(f"A{n}", "Jan & co"), f'<c r="B{n}" s="1"><v>{n}</v></c>') for n in range(2, 5))
    sheet = f"{header('a', 'b')}{body}"
    for noise, where, cut, at_a_tag in changes:
        at = sheet.find("<", where) if at_a_tag else min(where, len(sheet))
        sheet = sheet[:at] + noise + sheet[at + cut :]
    workbook = Sheet(sheet, formats=["dd/mm/yyyy"]).workbook()
    answers: list[object] = []
    for careful in (True, False):
        content = Content(workbook, name=None, limits=Limits())
        source = XlsxSource(content, options=DEFAULT_OPTIONS, limits=Limits(), careful=careful)
        try:
            answers.append((source.describe(), list(source.batches())))
        except ClientImportError:
            answers.append(None)
    if answers[0] is not None:
        assert answers[1] in (None, answers[0])


_GOOD_BYTES = GOOD.workbook()

_CHILD = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))
from clientimport.adapters.spreadsheet import open_source
from clientimport.errors import SourceError
for path in sys.argv[1:]:
    try:
        source = open_source(path)
        print(sum(len(batch.rows) for batch in source.batches()))
    except SourceError as error:
        print(error.code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="memory limits of processes are POSIX")
def test_files_that_abort_other_readers_do_not_end_the_process(tmp_path: Path) -> None:
    """In a child with 400 MiB in all, one after the other."""
    files = {
        "far.xlsx": Sheet(row(1048576, text("XFD1048576", "far"))).workbook(),
        "count.xlsx": Sheet(header("a", "b"), strings=shared("<t>x</t>", count=4_294_967_295)).workbook(),
        "bomb.xlsx": _with("xl/worksheets/sheet1.xml", b"<" * 40_000_000),
        "bomb2.xlsx": _with("xl/sharedStrings.xml", b"<t>" * 20_000_000),
        "ole.xls": FOREIGN[3][0],
    }
    for name, body in files.items():
        (tmp_path / name).write_bytes(body)
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, *(str(tmp_path / name) for name in files)],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": ":".join(sys.path)},
    )

    assert done.stdout.split() == ["0", "0", "limit-exceeded", "limit-exceeded", "source-unsupported"], done.stderr
