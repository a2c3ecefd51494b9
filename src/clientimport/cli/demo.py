"""``clientimport demo``: a messy sample workbook, made, planned, applied and given back. Everybody in it is invented."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from clientimport.cli.output import Face
from clientimport.core.journal import Opening
from clientimport.errors import SettingsError
from clientimport.messages import visible
from clientimport.reports.documents import receipt_summary
from clientimport.reports.texts import plan_text, receipt_lines

START = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)
"""When every demo takes place, so that all of them are the same."""

FILES = ("klanten.xlsx", "clients.db", "exceptions.xlsx", "receipt.html", "proof.xlsx", "plan.jsonl")

KNOWN = (
    {"Name": "Bakkerij De Korenbloem", "Email": "info@korenbloem.example", "City": "Gent", "Country": "BE"},
    {"Name": "Lotte Vandamme", "Email": "lotte@vandamme.example", "Phone": "+32 470 00 00 17", "Country": "BE"},
)
"""Clients that are in the store before the workbook comes."""

TITLE = "Klantenlijst kantoor Voorbeeld & Co, uit het oude programma op 02/01/2026"

HEADERS = (
    "Klantnr", "Naam klant", "E-mail", "Telefoon", "Straat en nr", "Postcode", "Gemeente", "Land", "BTW-nummer",
    "Beginsaldo", "Saldo per", "Kleur kaft",
)  # fmt: skip

ROWS: tuple[tuple[Any, ...], ...] = (
    (1, "Bakkerij De Korenbloem", "info@korenbloem.example", "0470 00 00 01", "Molenstraat 1", "9000", "Gent", "België", "BE 0123.456.749", "1.234,56", "31/12/2025", "rood"),
    (2, "An Peeters", "an.peeters@mail.example", "0470/00.00.02", "Kerkstraat 12", "2000", "Antwerpen", "België", "", "250,00", "31/12/2025", "blauw"),
    (3, "  Bram   Claes ", "BRAM@claes.example", "+32 470 00 00 03", "Dorp 3", "3000", "Leuven", "BE", "", "", "", ""),
    (4, "", "niemand@mail.example", "0470 00 00 04", "Stationsplein 4", "8000", "Brugge", "België", "", "75,10", "31/12/2025", "groen"),
    (5, "Chris De Wolf", "chris.dewolf@", "0470 00 00 05", "Veldweg 5", "9300", "Aalst", "België", "", "", "", ""),
    (6, "Dirk Jacobs", "dirk jacobs@mail.example", "", "Lindelaan 6", "1000", "Brussel", "Belgique", "", "12,00", "31/12/2025", ""),
    (7, "Els Maes", "els.maes@mail.example", "0470 00 00 07", "Beekstraat 7", "2800", "Mechelen", "België", "", "", "", "geel"),
    ("", "Els Maes", "els.maes@mail.example", "", "", "", "", "", "", "", "", ""),
    (9, "Garage Snel & Zoon", "garage@snel.example", "+33 1 99 00 12 34", "Rue du Port 9", "59000", "Lille", "Frankrijk", "", "3.400,00", "31/12/2025", "rood"),
    (10, "Hilde Wouters", "hilde@wouters.example", "0470 00 00 10", "Kouter 10", "9000", "Gent", "Belgie", "", "-45,00", "31/12/2025", ""),
    (11, "Ivo Janssens", "ivo@janssens.example", "0470 00 00 11", "Markt 11", "3500", "Hasselt", "België", "", "veel", "31/12/2025", ""),
    (12, "Jozef Aerts", "jozef@aerts.example", "0470 00 00 12", "Heide 12", "2400", "Mol", "België", "", "100,00", "31/02/2025", ""),
    (13, "=SUM(A1:A9) BV", "sum@formule.example", "0470 00 00 13", "Rekenplein 13", "1000", "Brussel", "België", "", "", "", ""),
    (14, "Kapsalon Knip", "knip@kapsalon.example", "0470 00 00 14", "Schaarstraat 14", "9000", "Gent", "België", "BE 0123.456.788", "89,90", "31/12/2025", ""),
    (15, "Leen Smets", "", "", "Eik 15", "3600", "Genk", "België", "", "", "", ""),
    (16, "Mohamed El Idrissi", "mohamed@idrissi.example", "0470 00 00 16", "Parklaan 16", "2018", "Antwerpen", "België", "", "#REF!", "31/12/2025", "blauw"),
    (17, "Lotte Vandamme", "lotte@vandamme.example", "0470 00 00 17", "Zeedijk 17", "8400", "Oostende", "België", "", "60,00", "31/12/2025", ""),
    (18, "Nele Goossens", "nele@goossens.example; nele@werk.example", "0470 00 00 18", "Berg 18", "3001", "Heverlee", "België", "", "", "", ""),
    (19, "Olivier Lambert", "olivier@lambert.example", "12", "Rue Haute 19", "5000", "Namen", "België", "", "15,00", "30/11/2025", ""),
    (20, "Pia Hermans", "pia@hermans.example", "0470 00 00 20", "Dreef 20", "2300", "Turnhout", "België", "", "1.000,00", "30/11/2025", ""),
    (21, "Quinten Bogaert", "quinten@bogaert.example", "0470 00 00 21", "Pad 21", "8500", "Kortrijk", "België", "", "", "", "oud"),
    (22, "@Home Verzorging", "home@verzorging.example", "geen", "Zorglaan 22", "9100", "Sint-Niklaas", "België", "", "", "", ""),
    (23, "Rita Simons", "rita@simons.example", "0470 00 00 23", "Hoek 23", "3800", "Sint-Truiden", "Belgiem", "", "20,5", "31/12/2025", ""),
    (24, "Sofie Willems", "sofie@willems.example", "0470 00 00 24", "Brug 24", "2500", "Lier", "België", "", "310,25", "31/12/2025", "groen"),
    (24, "Sofie Daems", "sofie@willems.example", "0470 00 00 24", "Brug 24", "2500", "Lier", "België", "", "", "", ""),
)  # fmt: skip
HIDDEN = 21
"""The customer whose row somebody hid in the sheet."""


def sample_workbook() -> bytes:
    """The messy workbook, the same bytes every time."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Klanten"
    sheet.append([TITLE])
    sheet.append([])
    sheet.append(HEADERS)
    for cell in sheet[3]:
        cell.font = Font(bold=True)
    for number, row in enumerate(ROWS, start=4):
        for column, value in enumerate(row, start=1):
            if value == "":
                continue
            cell = sheet.cell(row=number, column=column, value=value)
            if isinstance(value, str) and value != "#REF!":
                cell.data_type = "s"  # openpyxl takes what begins with = for a formula
        sheet.cell(row=number, column=1).number_format = "00000"
        sheet.row_dimensions[number].hidden = row[0] == HIDDEN
    notes = book.create_sheet("Nota's")
    notes.append(["Niet vergeten: klanten van voor 2010 opkuisen"])
    notes.sheet_state = "hidden"
    made = io.BytesIO()
    book.save(made)
    return _without_time(made.getvalue())


def run_demo(folder: Path, profile: str, speak: Face) -> int:
    """Make the sample in *folder*, plan it, apply it to a store there, write what was refused and what was done.

    A demo made there earlier is replaced.

    Raises:
        SettingsError: there is no such profile, or the folder holds other things under the demo's names.
    """
    from clientimport.core.client import Actor
    from clientimport.importer import Importer

    if profile == "smsf-sorted":
        from clientimport.cli import demo_smsf

        return demo_smsf.run_demo(folder, speak)
    if profile == "accounton":
        from clientimport.cli import demo_accounton

        return demo_accounton.run_demo(folder, speak)
    if profile == "taxcaddy":
        from clientimport.cli import demo_taxcaddy

        return demo_taxcaddy.run_demo(folder, speak)
    paths = empty_folder(folder, FILES)
    paths["klanten.xlsx"].write_bytes(sample_workbook())
    store = f"sqlite:///{paths['clients.db']}"
    ticks, runs = _clock(), (f"demo-{number}" for number in itertools.count(1))
    with Importer(
        store, profile=profile, actor=Actor(name="demo"), default_country="BE", clock=lambda: next(ticks),
        new_id=lambda: next(runs),
    ) as host:  # fmt: skip
        with host.plan(list(KNOWN)) as known:
            host.apply(known)
        speak.note(f"1. Made {paths['klanten.xlsx']}, and a store with {len(KNOWN)} clients.\n2. The plan:\n")
        with host.plan(paths["klanten.xlsx"], as_at=date(2026, 1, 1)) as plan:
            plan.save(paths["plan.jsonl"])
            planned = plan_text(plan, speak.lang, limit=5)
            if not speak.json:
                click.echo(planned)
            receipt = host.apply(plan)
        receipt.exceptions.in_language(speak.lang).to_xlsx(paths["exceptions.xlsx"])
        receipt.to_html(paths["receipt.html"], speak.lang)
        proof = host.openings.proof(receipt, lang=speak.lang)
        proof.to_xlsx(paths["proof.xlsx"])
        openings = host.openings.list()
        document = {
            **receipt_summary(receipt),
            "opening_balances": [opening.to_dict() for opening in openings],
            "ties": proof.ties,
            "folder": str(folder),
            "files": list(FILES),
            "store": store,
        }
        speak.note("3. Done as planned:\n")
        speak.show(lambda: document, lambda: [*receipt_lines(receipt, speak.lang, limit=0), *_booked(openings)])
        for line in _what_next(receipt.run, profile, len(receipt.exceptions), paths, store):
            speak.note(line)
    return 0


def empty_folder(folder: Path, names: Sequence[str]) -> dict[str, Path]:
    """Name -> path in *folder*, which is made; what a demo left there earlier is gone.

    Raises:
        SettingsError: it is a file.
    """
    if folder.is_file():
        raise SettingsError("--folder", str(folder), wanted="a folder, this is a file")
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).unlink(missing_ok=True)
    return {name: folder / name for name in names}


def _booked(openings: Sequence[Opening]) -> Iterator[str]:
    yield "  Each in a balanced entry, and in the payments list:"
    for each in openings:
        yield visible(f"    {each.as_at}  {each.method}  {each.client_name:<24} {each.amount:>12f} {each.currency}")


def _what_next(run: str, profile: str, refused: int, paths: dict[str, Path], store: str) -> Iterator[str]:
    yield f"4. {refused} rows to look at, with the reasons: {paths['exceptions.xlsx']}"
    yield f"   Every record and what became of it: {paths['receipt.html']}"
    yield f"   What was booked, proven to the cent: {paths['proof.xlsx']}"
    yield "\nTry next:"
    options = f"--store {store} --profile {profile} --country BE"
    commands: Sequence[str] = (
        f"clients --store {store}",
        f"openings journal --store {store}",
        f'payments list --method "Opening Balance" --store {store}',
        f"inspect {paths['klanten.xlsx']}",
        f"review {paths['klanten.xlsx']} {options}",
        f"plan {paths['klanten.xlsx']} {options}",
        f"apply {paths['exceptions.xlsx']} {options} --yes   (after mending some rows)",
        f"undo {run} --store {store}",
        f"periods close 2025-01-01 2025-12-31 --store {store}   (then nothing of it can be undone)",
    )
    yield from (f"  clientimport {command}" for command in commands)


def _clock() -> Iterator[datetime]:
    """A second passes whenever somebody looks."""
    return (START + timedelta(seconds=seconds) for seconds in itertools.count())


def _without_time(workbook: bytes) -> bytes:
    """The same workbook as if it had been saved at ``START``."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(
                    rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", START.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), content
                )
            entry = zipfile.ZipInfo(name, START.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return made.getvalue()
