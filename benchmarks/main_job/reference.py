"""The checks every peer makes, with the reference libraries: email-validator, phonenumbers, python-stdnum, Decimal.

Shared, so that no peer is slow because of how its checks were written. The rules are those of the ``daftra`` profile.
"""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from stdnum import get_cc_module
from stdnum.exceptions import ValidationError as NumberError

from benchmarks.main_job.generate import HEADERS

COLUMNS = ("code", "name", "first_name", "last_name", "email", "phone", "mobile", "street", "postal_code", "city", "country",
           "vat_number", "opening_balance", "opening_date", "currency")  # fmt: skip
"""The fields in the order of the file's columns."""

BY_HEADER = dict(zip(HEADERS, COLUMNS, strict=True))

JOURNAL = ("client", "date", "debit", "credit", "currency", "minor")
SCHEMA = (
    f"CREATE TABLE client (id INTEGER PRIMARY KEY, {', '.join(f'{c} TEXT' for c in COLUMNS)});"
    + "".join(f"CREATE INDEX client_{c} ON client ({c});" for c in ("code", "email", "phone"))
    + "CREATE TABLE journal (id INTEGER PRIMARY KEY, client INTEGER NOT NULL, date TEXT NOT NULL, debit TEXT NOT NULL,"
    " credit TEXT NOT NULL, currency TEXT NOT NULL, minor INTEGER NOT NULL);"
    "CREATE INDEX journal_client ON journal (client);"
)
INSERT = f"INSERT INTO client (id, {', '.join(COLUMNS)}) VALUES (?{', ?' * len(COLUMNS)})"
POST = f"INSERT INTO journal ({', '.join(JOURNAL)}) VALUES (?, ?, ?, ?, ?, ?)"
UPDATE = f"UPDATE client SET {', '.join(f'{c} = ?' for c in COLUMNS)} WHERE id = ?"


class InvalidRowError(ValueError):
    """A row that must not be imported; its text is one of ``generate.INVALID_KINDS``."""


def clean(row: Mapping[str, str]) -> dict[str, str]:
    """One row of the file, keyed by header, as canonical texts keyed by field.

    Raises:
        InvalidRowError: the row breaks a rule of the profile.
    """
    out = {field: row[header].strip() for header, field in BY_HEADER.items()}
    if not out["name"]:
        raise InvalidRowError("name")
    if not out["email"] and not out["phone"] and not out["mobile"]:
        raise InvalidRowError("contact")
    country = out["country"] or "BE"
    out["email"] = email(out["email"])
    out["phone"], out["mobile"] = phone(out["phone"], country), phone(out["mobile"], country)
    out["vat_number"] = vat_number(out["vat_number"], country)
    out["opening_balance"] = amount(out["opening_balance"])
    out["opening_date"] = date(out["opening_date"])
    return out


def posting(client: int, balance: str, day: str, currency: str) -> tuple[int, str, str, str, str, int]:
    """The journal row of an opening balance, as ``JOURNAL`` has it; all currencies of the file have cents."""
    minor = int(Decimal(balance).scaleb(2))
    return client, day or "2026-01-01", "Accounts Receivable", "Opening Balance Equity", currency or "EUR", minor


def email(text: str) -> str:
    if not text:
        return ""
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        raise InvalidRowError("email") from None


def phone(text: str, country: str) -> str:
    """E.164; a number that is not valid is kept as it is, as the profile asks no more."""
    if not text:
        return ""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_valid_number(number):
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def vat_number(text: str, country: str) -> str:
    if not text:
        return ""
    try:
        return str(_vat_module(country).validate(text))
    except NumberError:
        return text


def amount(text: str) -> str:
    if not text:
        return ""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise InvalidRowError("opening_balance") from None
    if not value.is_finite() or value < 0:
        raise InvalidRowError("opening_balance")
    return str(value)


def date(text: str) -> str:
    if not text:
        return ""
    try:
        return datetime.strptime(text, "%d/%m/%Y").date().isoformat()  # noqa: DTZ007
    except ValueError:
        raise InvalidRowError("opening_date") from None


@functools.cache
def _vat_module(country: str) -> Any:
    return get_cc_module(country.lower(), "vat")


def prefill(csv_rows: list[dict[str, str]], database: Path) -> None:
    """The clients a peer's store holds before the job (untimed)."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.executescript(SCHEMA)
        cleaned = (clean(row) for row in csv_rows)
        connection.executemany(INSERT, ((None, *(row[c] for c in COLUMNS)) for row in cleaned))
