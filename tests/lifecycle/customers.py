"""Customers as an office writes them into the template of Accounton."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl

from clientimport import Actor, Importer
from tests.planning.given import OpenImporter

DUTCH = "checklist van de personenbelasting"
FRENCH = "checklist de l'impôt des personnes physiques"
ADMIN = Actor(name="kim", roles={"Admin"})
JAN = {
    "person": "person",
    "Firstname": "Jan",
    "Lastname": "Peeters",
    "Email": "jan@mail.example",
    "Mobile Number": "0470 12 34 56",
    "National number": "93.05.18-223.61",
    "Community": "Gent",
    "Firstname partner": "Mia",
    "Lastname partner": "Maes",
    "National number partner": "85.41.52-001.26",
}
LUC = {
    **dict.fromkeys(JAN, ""),
    "person": "person",
    "Firstname": "Luc",
    "Lastname": "Dubois",
    "Email": "luc@mail.example",
}


def office(open_importer: OpenImporter, actor: Actor = ADMIN, **options: Any) -> Importer:
    """An importer as the office has it."""
    return open_importer(profile="accounton", actor=actor, **options)


def filled_in(importer: Importer, path: Path, *rows: dict[str, str]) -> Path:
    """The template with *rows* filled in."""
    importer.template(path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    places = {cell.value: cell.column for cell in sheet[1]}
    for number, row in enumerate(rows, start=2):
        for heading, text in row.items():
            sheet.cell(row=number, column=places[heading] or 0, value=text)
    book.save(path)
    return path
