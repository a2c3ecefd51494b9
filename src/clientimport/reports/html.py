"""The report of an import as one HTML page: no scripts, nothing fetched, light and dark, every record."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator, Mapping

from clientimport.core.plan import Conflict, FieldChange
from clientimport.core.receipt import ReceiptRecord
from clientimport.messages import Messages
from clientimport.reports.documents import ReceiptLike, messages_of
from clientimport.reports.files import whole_file
from clientimport.reports.markup import Markup, element, start
from clientimport.reports.reasons import reasons
from clientimport.reports.texts import book_facts, facts, opening_sides, queued_facts, shown, title, unsent_facts

_STYLE = """
:root { color-scheme: light dark; --line: #8886; --soft: #8882; --good: #1a7f37; --bad: #c0362c; --wait: #9a6700; }
@media (prefers-color-scheme: dark) { :root { --good: #57c26f; --bad: #ff8a80; --wait: #e0b040; } }
body { font: 1rem/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; } caption { text-align: left; font-weight: 600; padding: .6rem 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin-bottom: 1.5rem; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .6rem; text-align: left; vertical-align: top; }
td { overflow-wrap: anywhere; white-space: pre-line; } thead th { position: sticky; top: 0; background: Canvas; }
tbody tr:nth-child(even) { background: var(--soft); } ul { margin: 0; padding-left: 1.1rem; }
del { opacity: .75; } ins { text-decoration: none; font-weight: 600; }
.counts { width: auto; } .number { text-align: right; }
.created, .updated { color: var(--good); } .refused, .stale, .stayed { color: var(--bad); } .held { color: var(--wait); }
@media print { thead { display: table-header-group; } tr { break-inside: avoid; } }
"""


def receipt_html(receipt: ReceiptLike, lang: str = "en") -> str:
    """The whole page as text; see ``write_receipt_html`` for long ones."""
    return "".join(html_chunks(receipt, lang))


def write_receipt_html(receipt: ReceiptLike, path: str | os.PathLike[str], lang: str = "en") -> None:
    """Write the page to *path*, record by record.

    Raises:
        SettingsError: the folder does not exist, or there are no texts in that language.
    """
    with whole_file(path) as written, written.open("w", encoding="utf-8", errors="xmlcharrefreplace") as file:
        file.writelines(html_chunks(receipt, lang))


def html_chunks(receipt: ReceiptLike, lang: str = "en") -> Iterator[str]:
    """The page in pieces, holding no more than one record."""
    messages = messages_of(receipt, lang)
    conflicts = {conflict.id: conflict for conflict in receipt.conflicts}
    heading = messages.label("receipt_undo" if receipt.kind == "undo" else "receipt")
    yield f"<!doctype html>\n{start('html', lang=lang)}\n{_head(heading)}\n<body>\n<main>\n"
    yield element("h1", heading) + "\n"
    described = [part for key, value in facts(receipt, messages) for part in (element("dt", key), element("dd", value))]
    yield element("dl", *described) + "\n"
    yield _counts(receipt, messages) + "\n"
    columns = [messages.label(key) for key in ("row", "outcome", "client", "name", "changes", "reason")]
    yield start("table") + element("caption", messages.label("every_record"))
    yield element("thead", element("tr", *(element("th", name, scope="col") for name in columns))) + "\n<tbody>\n"
    for record in receipt.records():
        yield _row(record, messages, conflicts) + "\n"
    yield "</tbody></table>\n"
    if any(receipt.left.values()):
        yield from _leavers(receipt, messages)
    yield "</main>\n</body>\n</html>\n"


# ------------------------------------------------------------------------------------------------ helpers


def _head(heading: str) -> Markup:
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return element(
        "head",
        start("meta", charset="utf-8"),
        start("meta", http_equiv="Content-Security-Policy", content=policy),
        start("meta", name="viewport", content="width=device-width, initial-scale=1"),
        start("meta", name="referrer", content="no-referrer"),
        element("title", heading),
        element("style", Markup(_STYLE)),
    )


def _counts(receipt: ReceiptLike, messages: Messages) -> Markup:
    rows = [
        element("tr", element("th", messages.outcome(name), scope="row"), element("td", str(count), class_="number"))
        for name, count in receipt.counts.items()
    ]
    rows += [
        element(
            "tr",
            element("th", f"{messages.label('leavers')}: {messages.outcome(name)}", scope="row"),
            element("td", str(count), class_="number"),
        )
        for name, count in receipt.left.items()
        if count
    ]
    rows += [
        element("tr", element("th", heading, scope="row"), element("td", text, class_="number"))
        for heading, text in (
            *book_facts(receipt, messages),
            *queued_facts(receipt, messages),
            *unsent_facts(receipt, messages),
        )
    ]
    caption = element("caption", messages.label("counts"))
    return element("table", caption, element("tbody", *rows), class_="counts")


def _leavers(receipt: ReceiptLike, messages: Messages) -> Iterator[str]:
    columns = [messages.label(key) for key in ("client", "name", "reason", "outcome", "why")]
    yield start("table") + element("caption", messages.label("leavers"))
    yield element("thead", element("tr", *(element("th", name, scope="col") for name in columns))) + "\n<tbody>\n"
    for left in receipt.leavers():
        planned = left.planned
        row = element(
            "tr",
            element("th", planned.client, scope="row"),
            element("td", planned.name),
            element("td", messages.review(f"only_here:{planned.reason}")),
            element("td", messages.outcome(left.outcome), class_=left.outcome),
            element("td", messages.why(left.why) if left.why else ""),
        )
        yield row + "\n"
    yield "</tbody></table>\n"


def _row(done: ReceiptRecord, messages: Messages, conflicts: Mapping[str, Conflict]) -> Markup:
    record = done.planned
    said = reasons(done, messages, conflicts) or [messages.reason(record.disposition, record.reason)]
    return element(
        "tr",
        element("th", "" if record.locator.row is None else str(record.locator.row), scope="row"),
        element("td", messages.outcome(done.outcome), class_=done.outcome),
        element("td", done.client or ""),
        element("td", title(record)),
        element("td", *_list([*(_change(change, messages) for change in record.changes), *_opening(done, messages)])),
        element("td", *_list(said)),
    )


def _opening(done: ReceiptRecord, messages: Messages) -> list[Markup]:
    if done.opening is None:
        return []
    old, new = opening_sides(done.opening, messages)
    heading = f"{messages.field('opening_balance')} ({done.opening.date}): "
    return [element("span", heading, element("del", old), " → ", element("ins", new))]


def _list(items: list[str] | list[Markup]) -> list[str]:
    if len(items) > 1:
        return [element("ul", *(element("li", item) for item in items))]
    return list(items)


def _change(change: FieldChange, messages: Messages) -> Markup:
    old = element("del", shown(change.old, messages))
    new = element("ins", shown(change.new, messages))
    return element("span", f"{messages.field(change.field)}: ", old, " → ", new)
