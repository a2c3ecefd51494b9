"""The commands that only look: at a file, and at what is in the store."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from clientimport.cli.giving import export, states
from clientimport.cli.options import (
    FILE,
    changed,
    face,
    face_options,
    importer,
    mapping_options,
    profile_option,
    source_arguments,
    source_options,
    store_option,
    suffix,
    who_options,
)
from clientimport.cli.output import Face, table
from clientimport.core.lifecycle import TWO_STATES
from clientimport.messages import Messages, visible
from clientimport.reports.documents import finding_dict
from clientimport.reports.texts import shown

if TYPE_CHECKING:
    from clientimport import Importer, Inspection


@click.command(short_help="Show what is in a file.")
@click.argument("file", type=FILE)
@profile_option
@source_options
@who_options
@face_options
def inspect(file: Path, **given: Any) -> int:
    """Show what is in FILE: sheets, encoding, columns, and what each column probably is."""
    speak = face(given)
    with importer(given, store="memory:") as host:
        found = host.inspect(file, **source_arguments(given))
        records, filled = _fill(host, file, given, speak)
    document = _inspection(found, records, filled, Messages(speak.lang, host.profile))
    speak.show(lambda: document, lambda: _inspection_lines(document, found, Messages(speak.lang, host.profile)))
    return 0


@click.command("map", short_help="Say which column is what.")
@click.argument("file", type=FILE)
@click.option("--write", type=click.Path(dir_okay=False, path_type=Path), help="Save the mapping as TOML.")
@profile_option
@mapping_options
@source_options
@who_options
@face_options
def map_(file: Path, write: Path | None, **given: Any) -> int:
    """Suggest which column of FILE feeds which field, and save it to be changed and used again."""
    from clientimport.documents.mapping import dump_mapping, mapping_to_dict

    speak = face(given)
    suffix("--write", write, (".toml",))
    with importer(given, store="memory:") as host:
        found = host.inspect(file, **source_arguments(given))
        headers = tuple(column.header for column in found.description.columns)
        mapping = changed(found.mapping, given, headers, host)
    used = {header for entry in mapping.fields for header in entry.columns}
    left = [header for header in headers if header not in used and header not in mapping.dropped]
    if write is not None:
        from clientimport.reports.files import whole_file

        with whole_file(write) as written:
            written.write_text(dump_mapping(mapping), encoding="utf-8")
    document = {
        "mapping": mapping_to_dict(mapping),
        "unmapped": left,
        "unsure": [
            {"header": column.header, "field": column.field, "confidence": column.confidence}
            for column in found.suggestion.unsure
            if column.header in left
        ],
        "written": str(write) if write else None,
    }
    speak.show(lambda: document, lambda: [dump_mapping(mapping).rstrip("\n")])
    if left:
        speak.note(visible(f"Not imported: {', '.join(left)}"))
    return 0


@click.command(short_help="List imports and undos.")
@store_option
@who_options
@face_options
def runs(**given: Any) -> int:
    """List what was imported and undone, oldest first."""
    speak = face(given)
    with importer(given) as host:
        rows = host.runs.list()
    found = [
        {
            "run": row.id,
            "kind": row.kind,
            "state": row.state,
            "source": row.source,
            "actor": row.actor,
            "started_at": row.started_at,
            "finished_at": row.finished_at,
            "plan_digest": row.plan_digest,
            "counts": json.loads(row.counts),
            "undone_by": row.undone_by,
        }
        for row in rows
    ]

    def text() -> Iterator[str]:
        lines = [("RUN", "KIND", "STATE", "STARTED", "BY", "SOURCE", "COUNTS")]
        for run in found:
            counts = ", ".join(f"{count} {name}" for name, count in run["counts"].items() if count)
            state = f"undone by {run['undone_by']}" if run["undone_by"] else run["state"]
            lines.append((run["run"], run["kind"], state, run["started_at"], run["actor"], run["source"], counts))
        yield from map(visible, table(lines))

    speak.show(lambda: {"runs": found}, text)
    return 0


@click.command(short_help="List the clients in the store.")
@click.option("--duplicates", is_flag=True, help="Show which of them probably are one client, instead.")
@click.option(
    "--threshold",
    metavar="strict|close|similar|rough",
    help="With --duplicates: the weakest to be shown. Default: similar.",
)
@click.option("--limit", type=int, metavar="N", help="With --duplicates: the N most likely. Default: 1000.")
@click.option(
    "--not-same",
    nargs=2,
    metavar="A B",
    help="Say that two clients (their ids) are not the same: nobody is asked again.",
)
@click.option("--maybe-same", nargs=2, metavar="A B", help="Take that back.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write them to a file instead, to be edited and imported again: .xlsx or .csv.",
)
@click.option(
    "--columns", metavar="F,G", help="With --out: fields, id, status, balance, with commas between. Default: all."
)
@click.option(
    "--status", metavar="S,T", help="Only those in these states of the profile, such as inactive. Default: all."
)
@store_option
@profile_option
@who_options
@face_options
def clients(**given: Any) -> int:
    """List the clients in the store with all their fields, or write them to a file."""
    speak = face(given)
    if given["out"] is not None:
        return export(given, speak)
    if given["columns"] is not None:
        raise click.UsageError("--columns goes with --out.")
    asked = {key: given[key] for key in ("threshold", "limit") if given[key] is not None}
    if given["not_same"] or given["maybe_same"]:
        with importer(given) as host:
            if given["not_same"]:
                host.not_same.add(*given["not_same"])
            if given["maybe_same"]:
                host.not_same.remove(*given["maybe_same"])
            pairs = host.not_same.list()
        speak.show(lambda: {"not_same": pairs}, lambda: [f"{left}  ≠  {right}" for left, right in pairs])
        return 0
    if given["duplicates"]:
        with importer(given) as host:
            found = host.duplicates(**asked)
        speak.show(lambda: found.to_dict(speak.lang), lambda: found.lines(speak.lang))
        return 0
    if asked:
        raise click.UsageError(f"--{next(iter(asked))} goes with --duplicates.")
    with importer(given) as host:
        messages = Messages(speak.lang, host.profile)
        statuses = states(host, given["status"])
        host.clients(status=statuses)  # refuses a state that there is not

        def text() -> Iterator[str]:
            for client in host.clients(status=statuses):
                yield visible(f"{client.id}  {client.name}")
                if client.status != host.profile.lifecycle.initial or host.profile.lifecycle != TWO_STATES:
                    yield visible(f"    {messages.field('status')}: {messages.state(client.status)}")
                for aspect, standing in client.aspects.items():
                    yield visible(f"    {messages.aspect(aspect)}: {messages.state(standing)}")
                for currency, amount in client.balance.items():
                    yield f"    {messages.label('balance')}: {amount:f} {currency}"
                for field, value in client.fields.items():
                    if field not in {"name", "status"}:
                        yield visible(f"    {messages.field(field)}: {shown(value, messages)}")

        speak.show(lambda: {"clients": (client.to_dict() for client in host.clients(status=statuses))}, text)
    return 0


@click.command(short_help="Show where a client's value comes from.")
@click.argument("client")
@click.argument("field")
@store_option
@profile_option
@who_options
@face_options
def why(client: str, field: str, **given: Any) -> int:
    """Show which imports wrote FIELD of CLIENT (its id), from which file and row, and what they replaced."""
    from clientimport.reports.why import why_lines

    speak = face(given)
    with importer(given) as host:
        found = host.why(client, field)
    speak.show(found.to_dict, lambda: why_lines(found, Messages(speak.lang, host.profile)))
    return 0


@click.command(short_help="Show who did what.")
@store_option
@who_options
@face_options
def activity(**given: Any) -> int:
    """Show who did what, oldest first."""
    speak = face(given)
    with importer(given) as host:
        entries = host.activity()
    found = [{**attrs.asdict(entry, recurse=False), "summary": dict(entry.summary)} for entry in entries]

    def text() -> Iterator[str]:
        for entry in entries:
            counts = entry.summary.get("counts", {})
            said = ", ".join(f"{count} {name}" for name, count in dict(counts).items() if count)  # type: ignore[call-overload]
            yield visible(f"{entry.at}  {entry.actor}  {entry.action}  {entry.run or ''}  {said}".rstrip())

    speak.show(lambda: {"entries": found}, text)
    return 0


@click.command(short_help="List the plugins.")
@click.option(
    "--plugin", "plugins", multiple=True, metavar="NAME", help="Load an installed plugin and show it; repeat."
)
@face_options
def plugins(**given: Any) -> int:
    """List the plugins: the built-in one, those loaded with --plugin, and those installed."""
    speak = face(given)
    with importer(given, store="memory:") as host:
        loaded = [attrs.asdict(plugin) for plugin in host.plugins.describe()]
        installed = list(host.plugins.installed())

    def text() -> Iterator[str]:
        for plugin in loaded:
            yield visible(f"{plugin['name']} {plugin['version']}".rstrip())
            yield visible(f"    hooks: {', '.join(plugin['hooks']) or '-'}")
            if plugin["problem"]:
                yield visible(f"    problem: {plugin['problem']}")
        for name in installed:
            if name not in {plugin["name"] for plugin in loaded}:
                yield visible(f"{name}: installed, not used; use it with --plugin {name}")

    speak.show(lambda: {"plugins": loaded, "installed": installed}, text)
    return 0


# ------------------------------------------------------------------------------------------------ helpers


def _fill(host: Importer, path: Path, given: dict[str, Any], speak: Face) -> tuple[int, Counter[int]]:
    """How many records the file has, and how many cells of each column are not blank."""
    records = 0
    filled: Counter[int] = Counter()
    source = host.open(path, **source_arguments(given))
    try:
        total = source.describe().bytes_total
        with speak.progress() as progress:
            for batch in source.batches():
                records += len(batch.rows)
                for index, column in enumerate(zip(*batch.rows, strict=True)):
                    filled[index] += len(column) - column.count("")
                if progress is not None:
                    progress(batch.done or records, total, "reading")
    finally:
        source.close()
    return records, filled


def _inspection(found: Inspection, records: int, filled: Counter[int], messages: Messages) -> dict[str, Any]:
    description = found.description
    suggested = {column.header: column for column in found.suggestion.columns}
    return {
        "source": description.name,
        "kind": description.kind,
        "sheet": description.sheet,
        "sheets": list(description.sheets),
        "encoding": description.encoding,
        "delimiter": description.delimiter,
        "header_row": description.header_row,
        "digest": description.digest,
        "records": records,
        "preset": found.suggestion.preset,
        "columns": [
            {
                "header": column.header,
                "letter": column.letter,
                "hidden": column.hidden,
                "filled": filled[column.index],
                "field": suggested[column.header].field,
                "confidence": suggested[column.header].confidence,
                "reason": suggested[column.header].reason,
                "accepted": suggested[column.header].accepted,
                "alternatives": [list(other) for other in suggested[column.header].alternatives],
                "examples": list(found.samples.get(column.header, ())),
            }
            for column in description.columns
        ],
        "findings": [finding_dict(finding, messages) for finding in description.findings],
    }


def _inspection_lines(document: dict[str, Any], found: Inspection, messages: Messages) -> Iterator[str]:
    facts = [document["kind"], f"{document['records']} records"]
    if document["encoding"]:
        facts.append(document["encoding"])
    if document["delimiter"]:
        facts.append(f"delimiter {document['delimiter']!r}")
    if document["preset"]:
        facts.append(f"looks like {document['preset']}")
    yield visible(f"{document['source']}: {', '.join(facts)}")
    if document["sheets"]:
        yield visible(f"sheet {document['sheet']!r} of {', '.join(map(repr, document['sheets']))}")
    for finding in found.description.findings:
        yield messages.line(finding)
    yield ""
    rows: list[tuple[object, ...]] = [("", "COLUMN", "FILLED", "FIELD", "SURE", "WHY", "EXAMPLES")]
    for column in document["columns"]:
        field = messages.field(column["field"]) if column["field"] else "-"
        field += "" if column["accepted"] or not column["field"] else "?"
        sure = f"{column['confidence']:.0%}" if column["field"] else ""
        examples = visible(" | ".join(text if len(text) <= 24 else f"{text[:23]}…" for text in column["examples"]))
        rows.append(
            (column["letter"], visible(column["header"]), column["filled"], field, sure, column["reason"], examples)
        )
    yield from table(rows)
