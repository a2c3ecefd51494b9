"""pandera (polars) for checking, polars joins for matching, SQL for writing.

Canonical texts are made column by column with the reference libraries; the schema says which columns must then hold
what, and one lazy validation collects the failures. Repeats inside the file are merged with a group-by.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from benchmarks.main_job import measure, reference
from benchmarks.main_job.generate import HEADERS
from benchmarks.main_job.reference import COLUMNS, INSERT, POST, UPDATE, posting

KEYS = ("email", "phone", "code")
BAD = "\x00"  # what a canonical text becomes that could not be made

FILLED = pa.Check(lambda data: data.lazyframe.select(pl.col(data.key) != ""))
READ = pa.Check(lambda data: data.lazyframe.select(pl.col(data.key) != BAD))
REACHABLE = pa.Check(
    lambda data: data.lazyframe.select(
        pl.any_horizontal(pl.col("email") != "", pl.col("phone") != "", pl.col("mobile") != "")
    )
)
SCHEMA = pa.DataFrameSchema(
    {
        **{column: pa.Column(str) for column in COLUMNS},
        "name": pa.Column(str, FILLED),
        "email": pa.Column(str, READ),
        "opening_balance": pa.Column(str, READ),
        "opening_date": pa.Column(str, READ),
    },
    checks=REACHABLE,
)


def run(csv_path: Path, database: Path) -> dict[str, int]:
    frame = canonical(pl.read_csv(csv_path, infer_schema=False).fill_null(""))
    good = valid(frame)
    with closing(sqlite3.connect(database)) as connection, connection:
        stored = pl.read_database(
            "SELECT * FROM client", connection, schema_overrides=dict.fromkeys(COLUMNS, pl.String)
        )
        return {"invalid": frame.height - good.height, **upsert(good, stored, connection)}


def canonical(frame: pl.DataFrame) -> pl.DataFrame:
    frame = frame.rename(dict(zip(HEADERS, COLUMNS, strict=True))).with_columns(pl.all().str.strip_chars())

    def one(column: str, read: Callable[[str], str]) -> pl.Expr:
        return pl.col(column).map_elements(lambda text: or_bad(read, text), return_dtype=pl.String)

    def two(column: str, read: Callable[[str, str], str]) -> pl.Series:
        return pl.Series(column, map(read, frame[column], frame["country"]), dtype=pl.String)

    return frame.with_columns(
        one("email", reference.email),
        one("opening_balance", reference.amount),
        one("opening_date", reference.date),
        two("phone", reference.phone),
        two("mobile", reference.phone),
        two("vat_number", reference.vat_number),
    )


def or_bad(read: Callable[[str], str], text: str) -> str:
    try:
        return read(text)
    except reference.InvalidRowError:
        return BAD


def valid(frame: pl.DataFrame) -> pl.DataFrame:
    try:
        return SCHEMA.validate(frame, lazy=True)
    except SchemaErrors as failures:
        bad = failures.failure_cases["index"].drop_nulls().unique()
        return frame.with_row_index().filter(~pl.col("index").is_in(bad.implode())).drop("index")


def upsert(good: pl.DataFrame, stored: pl.DataFrame, connection: sqlite3.Connection) -> dict[str, int]:
    """One record a client (the first text of each field), then by e-mail, else telephone, else code to the store."""
    good = good.with_columns(pl.when(pl.all() != "").then(pl.all())).with_row_index("client", offset=1)
    for _ in range(2):  # a client's rows share a key with one another, directly or through a third row
        for key in KEYS:
            first = pl.col("client").min().over(key)
            good = good.with_columns(
                pl.when(pl.col(key).is_null()).then(pl.col("client")).otherwise(first).alias("client")
            )
    merged = good.group_by("client", maintain_order=True).agg(pl.all().drop_nulls().first())
    for key in KEYS:
        known = stored.filter(pl.col(key) != "").select(key, pl.col("id").alias(f"by_{key}"))
        merged = merged.join(known, on=key, how="left")
    merged = merged.with_columns(pl.coalesce(*(f"by_{key}" for key in KEYS)).alias("id"))

    old = merged.filter(pl.col("id").is_not_null()).join(stored, on="id", suffix="_had")
    after = [pl.coalesce(column, f"{column}_had").alias(column) for column in COLUMNS]
    changed = old.filter(
        pl.any_horizontal(pl.col(c).is_not_null() & (pl.col(c) != pl.col(f"{c}_had")) for c in COLUMNS)
    )
    highest = max(stored["id"].to_list(), default=0)
    fresh = merged.filter(pl.col("id").is_null()).drop("id").with_row_index("id", offset=highest + 1)
    new = fresh.select("id", pl.col(COLUMNS).fill_null(""))
    connection.executemany(UPDATE, changed.select(*after, "id").iter_rows())
    connection.executemany(INSERT, new.iter_rows())
    balance = ("opening_balance", "opening_date", "currency")
    owing = changed.filter(pl.col("opening_balance").is_not_null() & (pl.col("opening_balance_had") == ""))
    for rows in (new.filter(pl.col("opening_balance") != ""), owing.with_columns(pl.col(balance).fill_null(""))):
        connection.executemany(POST, (posting(*row) for row in rows.select("id", *balance).iter_rows()))
    return {"created": new.height, "updated": changed.height, "unchanged": old.height - changed.height}


if __name__ == "__main__":
    folder, store = Path(sys.argv[1]), Path(sys.argv[2])
    meter = measure.Meter()
    with meter.part("job"):
        answer = run(folder / "clients.csv", store)
    measure.finish(folder, store, meter, answer, "clients")
