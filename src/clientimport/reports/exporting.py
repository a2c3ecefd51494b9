"""Stored clients as a workbook or text file, to be read elsewhere or edited and imported again."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from clientimport.core.schema import CLIENT, Field, Schema, client_cell
from clientimport.errors import SettingsError
from clientimport.messages import Messages
from clientimport.reports.files import whole_file
from clientimport.reports.forms import FREE, SMALL, Column, Look, form_workbook
from clientimport.reports.neutral import MARK, neutralise
from clientimport.reports.own_files import Cells, Headings, chosen
from clientimport.reports.workbook import MAX_TEXT

if TYPE_CHECKING:
    from clientimport.core.client import Client
    from clientimport.core.profile import Profile

FILES = (".xlsx", ".csv")
ID, BALANCE, STATUS = "id", "balance", "status"

HostRows = Callable[[Sequence["Client"]], Mapping[str, Iterable[Mapping[str, object]]]]
"""From some clients at once to the rows that each has in the host (client id -> column -> value), such as its jobs."""


@attrs.frozen(kw_only=True)
class Written:
    """What stands in a file of clients.

    Attributes:
        path: The file.
        columns: Heading -> the name of its column: a field, ``id``, ``balance``, ``status``, an aspect, or one of the host's. The
            last one, ``clientimport_id``, is what the file is known by when it comes back.
        clients: How many clients.
        rows: How many rows below the headings; more than clients where the host gave several rows of one.
        left_out: Values that no cell could hold so that they come back as they are; their cells are empty.
    """

    path: Path
    columns: Mapping[str, str]
    clients: int
    rows: int
    left_out: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The same in JSON types: ``path``, ``columns`` (a list of ``header`` and ``name``), ``clients``, ``rows``, ``left_out``."""
        columns = [{"header": header, "name": name} for header, name in self.columns.items()]
        return {**attrs.asdict(self), "path": str(self.path), "columns": columns}


def write_clients(
    path: str | os.PathLike[str],
    pages: Iterable[Sequence[Client]],
    *,
    schema: Schema,
    profile: Profile,
    columns: Sequence[str] | None,
    lang: str,
    rows: HostRows | None,
    row_columns: Sequence[str],
    sign: str,
) -> Written:
    """Write the clients of *pages* to *path*; see ``Importer.export``."""
    target = Path(path)
    if target.suffix.lower() not in FILES:
        raise SettingsError("path", target.name, wanted=f"a file name ending in {' or '.join(FILES)}")
    chosen = chosen_columns(columns, schema, tuple(profile.lifecycle.aspect))
    if rows is not None and not callable(rows):
        raise SettingsError("rows", type(rows).__name__, wanted="a function of some clients")
    headings, messages = Headings(schema, profile, lang), Messages(lang, profile, fields=schema)
    named: dict[str, str] = {}
    for name in chosen:
        named[_heading(name, schema, headings, messages, list(named))] = name
    for name in row_columns:
        named[headings.other(name, list(named))] = name
    named[MARK] = CLIENT
    workbook = target.suffix.lower() == ".xlsx"
    table = _Table(chosen, schema, rows, tuple(row_columns), MAX_TEXT if workbook else None, sign)
    sheet = messages.template("sheet:clients")
    with _xlsx(target, sheet, list(named)) if workbook else _csv(target, list(named)) as write:
        for page in pages:
            write(table.lines(page))
    return Written(path=target, columns=named, clients=table.clients, rows=table.rows, left_out=table.left_out)


def chosen_columns(columns: Sequence[str] | None, schema: Schema, aspects: Sequence[str] = ()) -> list[str]:
    """*columns*, or those of every client field, the balance, and every one of *aspects*.

    Raises:
        SettingsError: there is no such column, or it is there twice.
    """
    fields = [field.name for field in schema if field.stored]
    allowed = [ID, BALANCE, *fields, *aspects]
    if columns is None:
        return [*fields, BALANCE, *aspects]
    return chosen("columns", columns, allowed, "column")


class _Table:
    """Clients as rows of texts; counts them.

    Args:
        columns: Names of the columns.
        schema: The fields.
        host: Gives the host's rows.
        host_columns: Names of the host's columns, after the others.
        most: Characters that a cell can hold; ``None``: any.
        sign: Of the store.
    """

    def __init__(
        self,
        columns: Sequence[str],
        schema: Schema,
        host: HostRows | None,
        host_columns: Sequence[str],
        most: int | None,
        sign: str,
    ) -> None:
        self._sign = sign
        self.clients = self.rows = self.left_out = 0
        self._columns = [(name, Cells(schema[name], most=most) if name in schema else None) for name in columns]
        self._host = host
        self._host_columns = tuple(host_columns)

    def lines(self, page: Sequence[Client]) -> Iterator[list[str]]:
        given = self._host(page) if self._host is not None else {}
        for client in page:
            self.clients += 1
            own = [self._cell(client, name, cells) for name, cells in self._columns]
            mark = client_cell(client.id, client.version, self._sign)
            if not self._host_columns:
                self.rows += 1
                own.append(mark)
                yield own
                continue
            for row in list(given.get(client.id, ())) or [{}]:
                self.rows += 1
                yield [*own, *self._host_cells(row), mark]

    def _cell(self, client: Client, name: str, cells: Cells | None) -> str:
        if name == STATUS:
            return client.status
        if cells is None:
            if name == ID:
                return client.id
            if name in client.aspects:
                return client.aspects[name]
            return "; ".join(f"{currency} {amount:f}" for currency, amount in client.balance.items())
        value = client.fields.get(name)
        if value is None:
            return ""
        text = cells.text(value)
        if text is None:
            self.left_out += 1
            return ""
        return text

    def _host_cells(self, row: Mapping[str, object]) -> Iterator[str]:
        for name in row:
            if name not in self._host_columns:
                raise SettingsError("rows: the column", name, allowed=self._host_columns)
        for name in self._host_columns:
            value = row.get(name)
            yield "" if value is None else str(value)


def _heading(name: str, schema: Schema, headings: Headings, messages: Messages, taken: Sequence[str]) -> str:
    field: Field | None = schema.by_name.get(name)
    if field is not None and field.mappable:
        return headings.of(name)
    if field is not None:
        label = messages.field(name)
    elif name == ID:
        label = messages.template("id")
    else:
        label = messages.label(name) if name == BALANCE else messages.aspect(name)
    return headings.other(label, taken)


@contextmanager
def _xlsx(path: Path, title: str, heads: Sequence[str]) -> Iterator[Callable[[Iterable[list[str]]], None]]:
    """A workbook of text cells, all of which can be changed, sorted and filtered."""
    looks: tuple[Look, ...] = tuple(SMALL if head == MARK else FREE for head in heads)
    with form_workbook(path) as book:
        columns = [Column(head, 14 if head == MARK else 22, free=True) for head in heads]
        sheet = book.sheet(title, columns, protected=False)

        def write(lines: Iterable[list[str]]) -> None:
            for line in lines:
                sheet.row(line, looks)

        yield write


@contextmanager
def _csv(path: Path, heads: Sequence[str]) -> Iterator[Callable[[Iterable[list[str]]], None]]:
    """UTF-8 with a byte order mark, every field quoted, formula-looking text neutralised."""
    with (
        whole_file(path) as whole,
        whole.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file,
    ):
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow([neutralise(head) for head in heads])

        def write(lines: Iterable[list[str]]) -> None:
            writer.writerows([neutralise(text) if text else text for text in line] for line in lines)

        yield write
