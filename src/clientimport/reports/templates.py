"""The import template: a workbook to be filled in, empty or with the clients there are."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from clientimport.core.coercion import CoercionContext
from clientimport.core.profile import TemplateColumn
from clientimport.core.schema import CLIENT, Field, Schema, client_cell
from clientimport.errors import SettingsError
from clientimport.messages import Messages
from clientimport.reports.exporting import Written
from clientimport.reports.forms import FREE, KEPT, PLAIN, SMALL, ChoiceColumn, Column, FormWorkbook, Look, form_workbook
from clientimport.reports.neutral import MARK
from clientimport.reports.own_files import SPLIT, Cells, Headings, chosen
from clientimport.reports.workbook import MAX_TEXT, letter

if TYPE_CHECKING:
    from clientimport.core.client import Client
    from clientimport.core.coercion import Coercer
    from clientimport.core.profile import Profile

USUAL = (
    "external_id", "kind", "name", "email", "phone", "mobile", "address", "postal_code", "city", "country", "language",
    "vat_number", "notes",
)  # fmt: skip
"""The fields of a template that a profile says nothing about, besides those that it requires."""

_NAMED = 20
"""So many choices of a column are named where it is explained; its list has all of them."""

LANGUAGES_OFFERED = ("en", "nl", "fr", "de", "es", "it", "pt", "pl", "ro", "bg", "ru", "uk", "tr", "ar", "zh")


@attrs.frozen(kw_only=True)
class _Asked:
    """A column of the template.

    Attributes:
        field: What it feeds.
        header: Its heading.
        required: Something must be filled in.
        words: What its drop-down offers; empty for none.
        cells: How values stand in it.
    """

    field: Field
    header: str
    required: bool
    words: Sequence[str]
    cells: Cells


def write_template(
    path: str | os.PathLike[str],
    *,
    schema: Schema,
    profile: Profile,
    coercers: Mapping[str, Coercer],
    fields: Sequence[str] | None,
    lang: str,
    pages: Iterable[Sequence[Client]] | None,
    sign: str,
    lists: Mapping[str, Sequence[str]],
) -> Written:
    """Write the template of *profile* to *path*, with the clients of *pages* if there are any; see ``Importer.template``.

    *lists* are those of the host, by name: a field that is looked up in one offers what stands in it.
    """
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise SettingsError("path", target.name, wanted="a file name ending in .xlsx")
    messages, headings = Messages(lang, profile, fields=schema), Headings(schema, profile, lang)
    own = {column.field: column for column in profile.template.columns}
    entries = {each.field: lists.get(each.name, ()) for each in profile.lists if not each.forbidden}
    asked = [
        _asked(
            own.get(name) or TemplateColumn(field=name),
            schema,
            profile,
            coercers,
            headings,
            messages,
            entries.get(name),
        )
        for name in _names(fields, schema, profile)
    ]
    with form_workbook(target) as book:
        clients, left_out = _fill_in(book, asked, messages, pages, profile, sign)
        _read_me(book, asked, messages, profile)
        _lists(book, asked, messages)
    columns = {each.header: each.field.name for each in asked} | {MARK: CLIENT}
    return Written(path=target, columns=columns, clients=clients, rows=clients, left_out=left_out)


def _names(fields: Sequence[str] | None, schema: Schema, profile: Profile) -> list[str]:
    """The fields of the columns.

    Raises:
        SettingsError: one is no field that a column may feed, or is there twice.
    """
    known = [field.name for field in schema if field.mappable and not field.identity]
    if fields is None:
        if profile.template.columns:
            return [column.field for column in profile.template.columns]
        groups = (name for group in profile.required_one_of for name in group)
        wanted = {*profile.required, *groups, *USUAL}
        return [name for name in known if name in wanted]
    return chosen("fields", fields, known, "field")


def _asked(
    column: TemplateColumn,
    schema: Schema,
    profile: Profile,
    coercers: Mapping[str, Coercer],
    headings: Headings,
    messages: Messages,
    listed: Sequence[str] | None,
) -> _Asked:
    field = schema[column.field]
    words = _words(field, column, coercers, messages)
    offered = column.choices or words.values() or dict.fromkeys(each.strip() for each in listed or () if each.strip())
    return _Asked(
        field=field,
        header=headings.of(field.name),
        required=field.name in profile.required if column.required is None else column.required,
        words=() if field.many else tuple(offered),
        cells=Cells(field, words, MAX_TEXT),
    )


def _words(field: Field, column: TemplateColumn, coercers: Mapping[str, Coercer], messages: Messages) -> dict[str, str]:
    """Value as text -> the word for it, as the coercer reads it back."""
    if column.choices:
        offered = list(column.choices.items())
    elif field.coercer == "language":
        offered = [(messages.template(f"language:{code}"), code) for code in LANGUAGES_OFFERED]
    elif field.coercer == "yes_no":
        offered = [(messages.template(word), word) for word in ("yes", "no")]
    elif field.coercer == "kind":
        kinds = field.choices or ("person", "organisation")
        offered = [(messages.template(f"kind:{kind}").removeprefix("kind:"), kind) for kind in kinds]
    else:
        offered = [(choice, choice) for choice in field.choices]
    context = CoercionContext(
        field=field.name, countries=[None] * len(offered), choices=field.choices, max_length=field.max_length
    )
    read = coercers[field.coercer]([said for _, said in offered], context).values if offered else []
    found: dict[str, str] = {}
    for (word, said), value in zip(offered, read, strict=True):
        text = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
        found.setdefault(text if isinstance(text, str) else said, word)
    return found


# ------------------------------------------------------------------------------------------------ the sheets


def _fill_in(
    book: FormWorkbook,
    asked: Sequence[_Asked],
    messages: Messages,
    pages: Iterable[Sequence[Client]] | None,
    profile: Profile,
    sign: str,
) -> tuple[int, int]:
    """The sheet to be filled in; how many clients it has, and how many of their values it could not hold.

    Cells of fields that may not be changed in the state of their client are locked.

    Raises:
        SettingsError: there are more clients than the profile's template takes.
    """
    lists = "'" + messages.template("sheet:lists").replace("'", "''") + "'"
    warning = (messages.template("other:title"), messages.template("other:text"))
    offered = [(index, each) for index, each in enumerate(asked) if each.words]
    choices = [
        ChoiceColumn(
            index=index, cells=f"{lists}!${letter(place)}$2:${letter(place)}${len(each.words) + 1}", warning=warning
        )
        for place, (index, each) in enumerate(offered, start=1)
    ]
    columns = [Column(each.header, max(16, len(each.header) + 2), free=True, needed=each.required) for each in asked]
    sheet = book.sheet(messages.template("sheet:clients"), [*columns, Column(MARK, 16)], *choices, table=False)
    most, lifecycle = profile.template.most, profile.lifecycle
    looks: dict[str, tuple[Look, ...]] = {}
    clients = left_out = 0
    for page in pages or ():
        for client in page:
            clients += 1
            if clients > most:
                wanted = f"at most {most:,} clients in a filled template; choose some by status, or export them"
                raise SettingsError("filled", f"more than {most:,} clients", wanted=wanted)
            cells = [each.cells.text(client.fields.get(each.field.name)) for each in asked]
            left_out += cells.count(None)
            own = looks.get(client.status)
            if own is None:
                open_ = lifecycle.editable(client.fields)
                own = (*(FREE if open_ is None or each.field.name in open_ else KEPT for each in asked), SMALL)
                looks[client.status] = own
            sheet.row([*(cell or "" for cell in cells), client_cell(client.id, client.version, sign)], own)
    return clients, left_out


def _read_me(book: FormWorkbook, asked: Sequence[_Asked], messages: Messages, profile: Profile) -> None:
    """What is to be known before filling in, and what each column wants."""
    say = messages.template
    sheet = book.sheet(say("sheet:read_me"), [Column(say("title"), 34), Column("", 14), Column("", 90)], table=False)
    lines = [profile.template.note, *(say(f"line:{line}") for line in ("rows", "headings", "needed", "id", "note"))]
    if profile.lifecycle.locks:
        lines.insert(-1, say("line:locked"))
    headings = {each.field.name: each.header for each in asked}
    for group in profile.required_one_of:
        names = ", ".join(headings.get(name) or messages.field(name) for name in group)
        lines.insert(4, say("line:one_of", fields=names))
    for line in filter(None, lines):
        sheet.row(["", "", line], ("plain", "plain", "plain"))
    sheet.row(["", "", ""], ("plain", "plain", "plain"))
    sheet.row([say("column"), say("required"), say("wanted")], ("bold", "bold", "bold"))
    for each in asked:
        if each.words:
            more = ", …" if len(each.words) > _NAMED else ""
            hint = say("hint:choice", choices=", ".join(each.words[:_NAMED]) + more)
        else:
            hint = say(f"hint:{each.field.coercer}")
            hint = "" if hint.startswith("hint:") else hint
        if each.field.many:
            hint = say("hint:many" if each.field.coercer in SPLIT else "hint:lines")
        sheet.row([each.header, say("yes") if each.required else "", hint], ("plain", "plain", "plain"))
    sheet.row([MARK, "", say("hint:id")], ("plain", "plain", "plain"))


def _lists(book: FormWorkbook, asked: Sequence[_Asked], messages: Messages) -> None:
    """What the drop-downs offer, a column each."""
    offered = [each for each in asked if each.words]
    if not offered:
        return
    columns = [Column(each.header, 24) for each in offered]
    sheet = book.sheet(messages.template("sheet:lists"), columns, table=False)
    plain: tuple[Look, ...] = (PLAIN,) * len(offered)
    for row in range(max(len(each.words) for each in offered)):
        sheet.row([each.words[row] if row < len(each.words) else "" for each in offered], plain)
