"""A plan as a piece of HTML for the output of a notebook's cell: no script, nothing fetched, every style inline.

Its colours are the page's own, and greys and tints through which the page shows, so it reads on white and on black. Where
styles are taken away, as some viewers do, ``del`` and ``ins`` still say what goes and what comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from clientimport.core.overview import FieldReview, OtherClient, OverviewEntry
from clientimport.messages import Messages, visible
from clientimport.reports.documents import PlanLike, messages_of
from clientimport.reports.markup import Markup, element
from clientimport.reports.near import comparison_lines, near_matches
from clientimport.reports.reasons import reasons
from clientimport.reports.texts import opening_line, shown

if TYPE_CHECKING:
    from clientimport.core.plan import Conflict, Value
    from clientimport.reports.overview import Group, Overview

_LINE = "1px solid rgba(128,128,128,.35)"
_CARD = f"border:{_LINE};border-radius:8px;"
_HINT = "opacity:.72;"
_GREY = "opacity:.6;"
_TINTS = {
    "only_in_import": "46,160,67",
    "only_here": "128,128,128",
    "both": "56,132,244",
    "invalid": "218,72,58",
}
_ASK = "212,148,0"
_CELL = "padding:2px 14px 2px 0;text-align:left;vertical-align:top;border:0;background:none;"
_LONGEST = 160


class Reviewable(PlanLike, Protocol):
    """What is needed of a plan."""

    def overview(self) -> Overview: ...


def plan_html(plan: Reviewable, lang: str = "en", *, limit: int = 5, questions: bool = True) -> str:
    """*plan* as a person looks it over: the four groups with their counts, clients with what differs, questions, findings.

    What a field keeps is grey, what is overwritten is highlighted. It shows personal data, as a report does.

    Args:
        plan: The plan.
        lang: Of labels and messages.
        limit: So many clients of a group, and so many questions, at most; how many more there are is said.
        questions: With the open questions.

    Raises:
        SettingsError: no texts in that language.
        StoreError: the store cannot be read.
    """
    messages = messages_of(plan, lang)
    overview = plan.overview()
    conflicts = {conflict.id: conflict for conflict in plan.conflicts}
    parts = [_heading(plan, messages), _tiles(overview, plan.summary.conflicts, messages, lang)]
    if conflicts and questions:
        parts.append(_questions(list(conflicts.values()), messages, limit))
    for name, group in overview.groups.items():
        if group.count:
            parts.append(_group(name, group, overview.label(name, lang), messages, conflicts, limit))
    if plan.summary.findings:
        parts.append(_findings(plan, messages))
    return element("div", *parts, style="font:14px/1.5 system-ui,sans-serif;max-width:60rem;color:inherit;", lang=lang)


# ------------------------------------------------------------------------------------------------ the head


def _heading(plan: PlanLike, messages: Messages) -> Markup:
    source = plan.header["source"]
    about = [f"{plan.summary.records} {messages.label('records').lower()}"]
    if source.get("sheet"):
        about.insert(0, f"{messages.word('sheet')} {source['sheet']}")
    about.append(messages.panel("nothing_written"))
    return element(
        "div",
        element("strong", _text(source["name"]), style="font-size:16px;"),
        element("span", " · ".join(["", *map(visible, about)]), style=_HINT),
        style="margin:4px 0 10px;",
    )


def _tiles(overview: Overview, questions: int, messages: Messages, lang: str) -> Markup:
    tiles = [(overview.label(name, lang), group.count, _TINTS[name]) for name, group in overview.groups.items()]
    if questions:
        tiles.append((messages.label("conflicts"), questions, _ASK))
    return element(
        "div",
        *(
            element(
                "div",
                element("div", str(count), style="font-size:22px;font-weight:600;line-height:1.2;"),
                element("div", visible(label), style=_HINT + "font-size:13px;"),
                style=f"{_CARD}border-left:4px solid rgb({tint});padding:8px 14px;",
            )
            for label, count, tint in tiles
        ),
        style="display:grid;grid-template-columns:repeat(auto-fit,minmax(7.5rem,1fr));gap:8px;margin-bottom:12px;",
    )


# ------------------------------------------------------------------------------------------------ the groups


def _group(
    name: str, group: Group, label: str, messages: Messages, conflicts: Mapping[str, Conflict], limit: int
) -> Markup:
    clients = [
        _other(entry, messages) if isinstance(entry, OtherClient) else _entry(entry, messages, conflicts)
        for entry in islice(group, limit)
    ]
    left = group.count - len(clients)
    return _section(label, group.count, _TINTS[name], clients, _more(left, messages), is_open=name != "only_here")


def _other(other: OtherClient, messages: Messages) -> Markup:
    client = f"{messages.label('client').lower()} {other.client}"
    return _row(other.name or client, client, messages.review(f"only_here:{other.reason}"))


def _entry(entry: OverviewEntry, messages: Messages, conflicts: Mapping[str, Conflict]) -> Markup:
    record = entry.record
    rows = ", ".join(map(str, entry.rows[:5])) + (" …" if len(entry.rows) > 5 else "")
    place = f"{messages.word('row')} {rows}"
    if entry.clients:
        place += f", {messages.label('client').lower()} {' / '.join(entry.clients)}"
    details = []
    if entry.group == "invalid":
        details += [element("div", _text(reason)) for reason in reasons(record, messages, conflicts)]
    elif entry.group == "both":
        details += list(_differences(entry, messages))
    else:
        given = [field for field in entry.fields if field.given is not None and field.field != "name"]
        pairs = [f"{messages.field(field.field)}: {_shown(field.given, messages)}" for field in given[:4]]
        if pairs:
            tail = " · …" if len(given) > 4 else ""
            details.append(element("div", _text(" · ".join(pairs) + tail), style=_HINT))
    if record.opening is not None:
        details.append(element("div", _text(opening_line(record.opening, messages))))
    fate = messages.reason(record.disposition, record.reason)
    return _row(entry.name or "–", place, "" if entry.group == "invalid" else fate, *details)


def _differences(entry: OverviewEntry, messages: Messages) -> Iterator[Markup]:
    rows = [
        element(
            "tr",
            element(
                "th",
                visible(messages.field(field.field)),
                scope="row",
                style=_CELL + "font-weight:500;white-space:nowrap;",
            ),
            element("td", _sides(field, messages), style=_CELL),
            element("td", visible(_fate(field, messages)), style=_CELL + _HINT),
            style="background:none;",
        )
        for field in entry.differences
    ]
    if rows:
        yield element("table", element("tbody", *rows), style="border-collapse:collapse;margin:2px 0 0;font-size:13px;")


def _sides(field: FieldReview, messages: Messages) -> Markup:
    """What is here and what the import says: kept grey, overwritten highlighted, asked about side by side."""
    here, given = (_text(_shown(value, messages)) for value in (field.here, field.given))
    if field.fate == "written":
        old = element("span" if field.here is None else "del", here, style=_GREY)
        new = element(
            "ins", given, style="background:rgba(255,196,0,.3);padding:0 4px;border-radius:3px;text-decoration:none;"
        )
        return element("span", old, " → ", new)
    if field.fate in {"asked", "waiting"}:
        return element("span", here, element("span", " | ", style=_GREY), given)
    return element("span", here, " ", element("del", given), style=_GREY)


def _fate(field: FieldReview, messages: Messages) -> str:
    return messages.rule(field.rule or "") if field.fate == "written" else messages.review(f"fate:{field.fate}")


# ------------------------------------------------------------------------------------------------ questions and findings


def _compared(near: Mapping[str, Any] | None, messages: Messages) -> Iterable[str]:
    """How far a near match agrees; nothing for another answer."""
    return () if near is None else comparison_lines(near, messages)


def _questions(conflicts: list[Conflict], messages: Messages, limit: int) -> Markup:
    asked = [
        _row(
            messages.conflict(conflict),
            messages.place(conflict.locator),
            "",
            element(
                "ul",
                *(
                    element(
                        "li",
                        _text(
                            "; ".join(
                                (messages.option(option, conflict), *_compared(near.get(option.choice), messages))
                            )
                        ),
                    )
                    for option in conflict.options
                ),
                style="margin:0;padding-left:1.2em;",
            ),
        )
        for conflict in conflicts[:limit]
        for near in (near_matches(conflict),)
    ]
    more = _more(len(conflicts) - len(asked), messages)
    return _section(messages.label("conflicts"), len(conflicts), _ASK, asked, more, is_open=True)


def _findings(plan: PlanLike, messages: Messages) -> Markup:
    weights = [f"{messages.severity(name)}: {count}" for name, count in plan.summary.severities.items() if count]
    codes = [
        element("span", element("code", code), f" {count}", style="white-space:nowrap;margin-right:14px;")
        for code, count in plan.summary.findings.items()
    ]
    found = element("div", element("div", " · ".join(weights)), element("div", *codes, style="font-size:13px;"))
    total = sum(plan.summary.findings.values())
    return _section(messages.label("findings"), total, "128,128,128", [found], None, is_open=False)


# ------------------------------------------------------------------------------------------------ helpers


def _section(label: str, count: int, tint: str, rows: list[Markup], more: Markup | None, *, is_open: bool) -> Markup:
    attributes = {"style": f"{_CARD}margin:0 0 8px;"}
    if is_open:
        attributes["open"] = "open"
    title = element(
        "summary",
        element("span", style=f"display:inline-block;width:9px;height:9px;border-radius:50%;background:rgb({tint});"),
        element("strong", f" {visible(label)} "),
        element("span", str(count), style=_HINT),
        style="cursor:pointer;padding:6px 12px;",
    )
    tail = [more] if more else []
    return element("details", title, *rows, *tail, **attributes)


def _row(name: str, place: str, fate: str, *details: Markup) -> Markup:
    about = f"{visible(place)} · {visible(fate)}" if fate else visible(place)
    return element(
        "div",
        element("span", _text(name), style="font-weight:500;margin-right:10px;"),
        element("span", about, style=_HINT + "font-size:13px;"),
        *details,
        style=f"padding:6px 12px;border-top:{_LINE};overflow-wrap:anywhere;",
    )


def _more(left: int, messages: Messages) -> Markup | None:
    if left <= 0:
        return None
    said = f"… {messages.label('more').replace('{count}', str(left))}"
    return element("div", said, style=f"padding:6px 12px;border-top:{_LINE};{_HINT}")


def _shown(value: Value, messages: Messages) -> str:
    text = shown(value, messages)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + " …"


def _text(text: str) -> Markup:
    """What somebody typed, on one line, and unable to turn the direction of what stands beside it."""
    return element("bdi", visible(text))
