"""Clients of a firm that works as TaxCaddy does, and the lists that its host keeps."""

from __future__ import annotations

from typing import Any

from clientimport import Importer
from tests.planning.given import OpenImporter

LISTS = {
    "owners": ["owner@firm.example", "other@firm.example"],
    "offices": ["New York", "Boston"],
    "staff": ["owner@firm.example", "staff@firm.example"],
    "tax_software": ["UltraTax", "Lacerte"],
    "offices_to_restrict": ["Boston"],
}

HEADERS = (
    "Is Offline", "Taxpayer First Name", "Taxpayer Last Name", "Taxpayer Email", "Mobile Number", "SSN", "OwnerEmail",
    "OfficeLocation", "Tax Software ID", "Tax Software Account number", "Tax Client ID", "Tax Software Password",
    "Tax Version",
)  # fmt: skip


def row(number: int, **cells: Any) -> dict[str, str]:
    """The row of taxpayer *number*, whole, with other *cells* by a short word of their heading."""
    usual = {
        "offline": "No",
        "first": f"First{number}",
        "last": f"Last{number}",
        "email": f"t{number}@mail.example",
        "mobile": f"(202) 555-{100 + number:04}",
        "ssn": "",
        "owner": "owner@firm.example",
        "office": "New York",
        "software": "UltraTax",
        "account": "1234",
        "client": f"T{number:05}",
        "password": "hunter2",
        "version": "2025",
    }
    return dict(zip(HEADERS, {**usual, **cells}.values(), strict=True))


def firm(open_importer: OpenImporter, **options: Any) -> Importer:
    """An importer of that firm."""
    options.setdefault("lists", LISTS)
    return open_importer(profile="taxcaddy", **options)


def brought(importer: Importer, *rows: dict[str, str]) -> list[str]:
    """Import *rows*; answer the comments of the report, which lists all of them."""
    with importer.plan(list(rows)) as plan:
        return [row.comment for row in importer.apply(plan).exceptions.rows()]
