"""What reading a workbook of 100,000 rows and 15 columns costs, against python-calamine alone.

    python benchmarks/read_xlsx.py [--rows 100000] [--repeat 3]

Prints one JSON object and one line for people. Each reader runs in a process of its own; CPU seconds are the least of
the repetitions, and include opening the file; peak memory is of the whole process, imports included.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

COLUMNS = (
    *("Code", "Name", "First name", "Last name", "E-mail", "Phone", "Street", "Number", "Zip", "City", "Country"),
    *("VAT no", "Opening balance", "Date", "Notes"),
)

OURS = """
from clientimport.adapters.spreadsheet import open_source
def read(path):
    return sum(len(batch.rows) for batch in open_source(path).batches())
"""

CALAMINE = """
from python_calamine import CalamineWorkbook
def read(path):
    return sum(1 for row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows()) - 1
"""

CHILD = """
import json, sys, time
started = time.process_time()
rows = read(sys.argv[1])
spent = time.process_time() - started
# Not ru_maxrss: on Linux a child inherits that of the process that started it.
peak = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:")]
print(json.dumps([rows, spent, int(peak[0]) / 1024]))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=3)
    arguments = parser.parse_args()
    figures: dict[str, object] = {"rows": arguments.rows, "columns": len(COLUMNS)}
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("shared", "inline"):
            path = Path(folder, f"{kind}.xlsx")
            write(path, arguments.rows, shared=kind == "shared")
            ours = measure(OURS, path, arguments.rows, arguments.repeat)
            theirs = measure(CALAMINE, path, arguments.rows, arguments.repeat)
            ratio = round(ours["cpu_s"] / theirs["cpu_s"], 2)
            figures[kind] = {"clientimport": ours, "python_calamine": theirs, "ratio": ratio}
            lines.append(
                f"{kind} texts: {ours['cpu_s']} s and {ours['peak_mb']} MB, calamine {theirs['cpu_s']} s and "
                f"{theirs['peak_mb']} MB, ratio {ratio}"
            )
    print(json.dumps(figures))
    print("; ".join(lines))


def measure(reader: str, path: Path, rows: int, repeat: int) -> dict[str, float]:
    """Least CPU seconds and greatest peak of *repeat* processes that each read the file once."""
    spent: list[float] = []
    peaks: list[float] = []
    for _ in range(repeat):
        done = subprocess.run(
            [sys.executable, "-c", reader + CHILD, str(path)], capture_output=True, text=True, check=True
        )
        read, seconds, peak = json.loads(done.stdout)
        if read != rows:
            raise SystemExit(f"{read} rows were read of {rows}")
        spent.append(seconds)
        peaks.append(peak)
    return {"cpu_s": round(min(spent), 2), "peak_mb": round(max(peaks))}


def write(path: Path, rows: int, *, shared: bool) -> None:
    """A workbook as spreadsheet programs save it: with a table of texts, or as many exports do, with texts in the cells."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    start = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    table: dict[str, int] = {}

    def text(column: str, number: int, words: str) -> str:
        if shared:
            return f'<c r="{column}{number}" t="s"><v>{table.setdefault(words, len(table))}</v></c>'
        return f'<c r="{column}{number}" t="inlineStr"><is><t>{words}</t></is></c>'

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as book:
        book.writestr(
            "[Content_Types].xml",
            f'{start}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        book.writestr(
            "_rels/.rels",
            f'{start}<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{office}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'{start}<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Clients" sheetId="1" r:id="rId1"/>'
            "</sheets></workbook>",
        )
        strings = (
            f'<Relationship Id="rId3" Type="{office}/sharedStrings" Target="sharedStrings.xml"/>' if shared else ""
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'{start}<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{office}/worksheet" '
            f'Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{office}/styles" Target="styles.xml"/>'
            f"{strings}</Relationships>",
        )
        book.writestr(
            "xl/styles.xml",
            f'{start}<styleSheet xmlns="{main}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="4"/>'
            "</cellXfs></styleSheet>",
        )
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=False) as sheet:
            sheet.write(f'{start}<worksheet xmlns="{main}"><sheetData>'.encode())
            cells = "".join(text(chr(65 + at), 1, name) for at, name in enumerate(COLUMNS))
            sheet.write(f'<row r="1">{cells}</row>'.encode())
            for at in range(rows):
                sheet.write(record(at, text).encode())
            sheet.write(b"</sheetData></worksheet>")
        if shared:
            words = "".join(f"<si><t>{word}</t></si>" for word in table)
            book.writestr("xl/sharedStrings.xml", f'{start}<sst xmlns="{main}">{words}</sst>')


def record(at: int, text: object) -> str:
    """One client; names, towns and dates repeat as they do in real lists."""
    assert callable(text)
    n = at + 2
    first = ("Jan", "Zoë", "Piet", "François", "Anna", "Mohamed")[at % 6]
    last = f"{('Peeters', 'Janssens', 'Müller', 'Dupont')[at % 4]}{at % 9973}"
    words = {
        "B": f"{first} {last}",
        "C": first,
        "D": last,
        "E": f"client{at}@voorbeeld.be",
        "F": f"+32470{at:06}",
        "G": f"Kerkstraat {at % 300}",
        "I": f"{1000 + at % 9000}",
        "J": ("Gent", "Antwerpen", "Brussel", "Liège")[at % 4],
        "K": "BE",
        "L": f"BE0{at * 7919 % 1_000_000_000:09}",
    }
    cells = {column: text(column, n, word) for column, word in words.items()}
    cells["A"] = f'<c r="A{n}"><v>{at}</v></c>'
    cells["H"] = f'<c r="H{n}"><v>{at % 300}</v></c>'
    cells["M"] = f'<c r="M{n}" s="2"><v>{at * 7919 % 1_000_000 / 100}</v></c>'
    cells["N"] = f'<c r="N{n}" s="1"><v>{45000 + at % 730}</v></c>'
    if at % 3 == 0:
        cells["O"] = text("O", n, "note &amp; more")
    return f'<row r="{n}" spans="1:15">{"".join(cells[column] for column in sorted(cells))}</row>'


if __name__ == "__main__":
    main()
