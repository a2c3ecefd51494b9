"""Records made by hand for the report tests."""

from __future__ import annotations

from clientimport.core.findings import CODES, Finding
from clientimport.core.locator import Locator
from clientimport.core.plan import ColumnUse, Conflict, Disposition, Option, PlannedRecord

HEADERS = ("Klantnr", "Naam", "E-mail", "Saldo", "Geheim")
FIELDS = {"Klantnr": "external_id", "Naam": "name", "E-mail": "email", "Saldo": "opening_balance"}
COLUMNS = tuple(
    ColumnUse(
        header=header,
        field=FIELDS.get(header),
        filled=4,
        confidence=1.0 if header in FIELDS else 0.0,
        reason="exact" if header in FIELDS else "unmapped",
    )
    for header in HEADERS
)


def place(row: int, column: str | None = None) -> Locator:
    return Locator(source="klanten.csv", row=row, column=column)


def finding(code: str, row: int, column: str | None, field: str | None, seen: str = "", **params: object) -> Finding:
    return Finding(
        code=code,
        severity=CODES[code],
        locator=place(row, column),
        field=field,
        seen=seen,
        params=params,  # type: ignore[arg-type]
    )


def record(
    sequence: int,
    raw: tuple[str, ...],
    disposition: str = "create",
    reason: str = "new",
    **more: object,
) -> PlannedRecord:
    """The record of row *sequence* + 2 with the texts of the four mapped columns."""
    given: dict[str, object] = {
        "sequence": sequence,
        "locator": place(sequence + 2),
        "raw": dict(zip(HEADERS, raw, strict=False)),
        "values": {FIELDS[header]: text for header, text in zip(HEADERS, raw, strict=False) if text},
        "disposition": Disposition(disposition),
        "reason": reason,
        **more,
    }
    return PlannedRecord(**given)  # type: ignore[arg-type]


CONFLICT = Conflict(
    id="q1",
    kind="fields-differ",
    sequences=(3,),
    records=1,
    locator=place(5),
    fields=("email",),
    options=(Option(choice="keep"), Option(choice="overwrite")),
)

RECORDS = (
    record(0, ("00123", "Jan Peeters", "jan@voorbeeld.be", "1.234,56")),
    record(
        1,
        ("00124", "=cmd|'/C calc'!A0", "jan@", "-1+1"),
        "invalid",
        "findings",
        findings=(
            finding("email-invalid", 3, "E-mail", "email", "jan@"),
            finding("amount-unreadable", 3, "Saldo", "opening_balance", "-1+1"),
        ),
    ),
    record(2, ("00125", "Els", "els@voorbeeld.be", ""), "skip", "merged", partner=place(2)),
    record(3, ("00126", "'=Mia\nMaes", "mia@voorbeeld.be", "-12.50"), "conflict", "fields-differ", conflict="q1"),
    record(
        4,
        ("", "", "@x", ""),
        "invalid",
        "findings",
        findings=(
            finding("required", 6, None, "name"),
            finding("email-invalid", 6, "E-mail", "email", "@x"),
            finding("row-short", 6, None, None, cells=3, columns=5),
        ),
    ),
)
