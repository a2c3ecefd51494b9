"""Why a field has the value it has, to be read."""

from __future__ import annotations

from collections.abc import Iterator

from clientimport.core.provenance import Origin, Why
from clientimport.messages import Messages, visible
from clientimport.reports.texts import shown


def why_lines(why: Why, messages: Messages) -> Iterator[str]:
    """*why* line by line, without line breaks."""
    head = messages.label("value_of").replace("{field}", messages.field(why.field)).replace("{client}", why.client)
    yield visible(f"{head}: {shown(why.value, messages)}")
    if why.set_by is None:
        yield f"  {messages.label('changed_here' if why.written else 'entered_here')}"
    for origin in why.written:
        yield from _origin_lines("written_by", origin, messages)
        yield visible(f"    {messages.rule(origin.rule)}")
        if origin.rule != "new":
            yield visible(f"    {messages.label('before')}: {shown(origin.before, messages)}")
    for origin in why.said:
        if origin not in why.written:
            yield from _origin_lines("said_too" if origin.value == why.value else "last_said", origin, messages)


def _origin_lines(label: str, origin: Origin, messages: Messages) -> Iterator[str]:
    said = f"{messages.label(label)} {origin.run}, {origin.at}, {origin.actor}: {shown(origin.value, messages)}"
    yield visible(f"  {said}")
    yield visible(f"    {messages.place(origin.locator)}")
