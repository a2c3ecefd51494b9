"""Findings, reasons and questions as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from clientimport.core.findings import Severity
from clientimport.core.lifecycle import TWO_STATES
from clientimport.core.words import said
from clientimport.messages.catalogue import Catalogue, catalogue, fill, placeholders

if TYPE_CHECKING:
    from clientimport.core.findings import Finding
    from clientimport.core.locator import Locator
    from clientimport.core.plan import Conflict, Option
    from clientimport.core.profile import Profile
    from clientimport.core.schema import Field
    from clientimport.core.words import Words


@attrs.frozen(kw_only=True)
class Text:
    """What is said about one finding.

    Attributes:
        message: One sentence, or the profile's own words.
        seen: The cell's text in straight quotes; empty where no cell is meant.
        wanted: What would have been right; empty where nothing is asked.
        remedy: What a person can do; empty for codes without texts.
        own: The message is the profile's, to be shown exactly as it is.
    """

    message: str
    seen: str = attrs.field(default="", repr=False)
    wanted: str = ""
    remedy: str = ""
    own: bool = False


class Messages:
    """The words for everything the library says about data.

    Args:
        lang: ``"en"``, ``"nl"`` or ``"fr"``.
        profile: A product whose own words replace the messages: first those for that finding about that field, then for
            the finding's code, then, for errors, for its field. Its labels replace ours.
        extra: More texts by language, in the shape of the catalogue files:
            ``{"en": {"finding": {code: {"message": …}}}}``. A language that lacks one falls back to English.
        fields: Fields a host or plugin declared, for their labels.

    Raises:
        SettingsError: no texts in that language.
    """

    def __init__(
        self,
        lang: str = "en",
        profile: Profile | None = None,
        *,
        extra: Mapping[str, Catalogue] | None = None,
        fields: Iterable[Field] = (),
    ) -> None:
        texts = catalogue(lang)
        added = extra or {}
        self.lang = lang
        self._layers: tuple[Catalogue, ...] = (added.get(lang, {}), texts, added.get("en", {}))
        self._codes = self._own(profile.message_codes) if profile else {}
        self._fields = self._own(profile.message_fields) if profile else {}
        self._reasons = self._own(profile.message_reasons) if profile else {}
        self._lifecycle = profile.lifecycle if profile else TWO_STATES
        self._labels = self._own(profile.labels) if profile else {}
        own = profile.fields if profile else ()
        self._declared = {field.name: field.label for field in (*own, *fields) if field.label}

    def finding(self, finding: Finding) -> Text:
        """The words for *finding*. A code without texts is its own message."""
        entry: Any = self._find("finding", finding.code)
        if not isinstance(entry, Mapping):
            entry = {"message": finding.code}
        values = self._values(finding.params, finding.field)
        message = self._fields.get(f"{finding.field}:{finding.code}") or self._codes.get(finding.code)
        if message is None and finding.field is not None and finding.severity is Severity.ERROR:
            message = self._fields.get(finding.field)
        own = message is not None
        if message is None:
            message = entry.get("message", finding.code)
            if "short" in entry and not all(values.get(name) for name in placeholders(message)):
                message = entry["short"]
        return Text(
            message=fill(message, values),
            seen="" if finding.seen is None else f'"{finding.seen}"',
            wanted=fill(entry.get("wanted", ""), values),
            remedy=fill(entry.get("remedy", ""), values),
            own=own,
        )

    def line(self, finding: Finding) -> str:
        """The block a terminal shows: place, weight and message, then what was seen, wanted and can be tried.

        Lines without content are left out, so it has one to four lines.
        """
        text = self.finding(finding)
        severity = self.severity(finding.severity)
        lines = [visible(f"{self.place(finding.locator)}: {severity} {finding.code}: {text.message}")]
        parts = [(self.word("seen"), text.seen), (self.word("wanted"), text.wanted), (self.word("try"), text.remedy)]
        width = max(len(word) for word, _ in parts) + 1
        lines += [f"  {word + ':':<{width}} {visible(said)}" for word, said in parts if said]
        return "\n".join(lines)

    def place(self, locator: Locator) -> str:
        """``clients.xlsx row 41, "VAT no"``, in this language."""
        words = [locator.source]
        if locator.sheet is not None:
            words.append(f'{self.word("sheet")} "{locator.sheet}"')
        if locator.row is not None:
            words.append(f"{self.word('row')} {locator.row}")
        place = " ".join(words)
        return place if locator.column is None else f'{place}, "{locator.column}"'

    def reason(self, disposition: str, reason: str) -> str:
        """Why a record has its disposition: the profile's words, else ours; a reason without text is its own word."""
        key = f"{disposition}:{reason}"
        return self._reasons.get(key) or self._text("reason", key, reason)

    def choose(self, fields: Iterable[str]) -> str:
        """What has to be chosen in *fields* before a client is added; the profile's label ``choose:FIELD`` goes before a field's."""
        return fill(self.label("choose_first"), {"fields": self._chosen(fields)})

    def own_reason(self, disposition: str, reason: str) -> bool:
        """Whether the reason's words are the profile's, to be shown exactly as they are."""
        return f"{disposition}:{reason}" in self._reasons

    def rule(self, rule: str) -> str:
        """What chose the value of a field; a rule without text is its own word."""
        return self._text("rule", rule, rule)

    def disposition(self, disposition: str) -> str:
        """The disposition for people."""
        return self._text("disposition", disposition, disposition)

    def outcome(self, outcome: str) -> str:
        """What became of a record when the plan was applied, for people."""
        return self._text("outcome", outcome, outcome)

    def action(self, action: str) -> str:
        """What a plan does with a client that leaves: ``deactivate`` or ``remove``."""
        return self._text("action", action, action)

    def severity(self, severity: str) -> str:
        """The severity for people."""
        return self._text("severity", severity, severity)

    def why(self, why: Mapping[str, Any]) -> str:
        """Why a record turned out stale: ``why`` (``changed``, ``gone``, ``key-taken``) and what its text needs."""
        word = str(why.get("why", "changed"))
        if word == "key-taken" and not why.get("client"):  # nobody in the store: another record of the same plan
            word = "key-twice"
        if own := self._codes.get(word):  # of a finding that is found only now
            return own
        return fill(self._text("why", word, word), self._values(why, None))

    def kept(self, reason: str) -> str:
        """Why an undo left something as it is."""
        return self._text("kept", reason, reason)

    def uninvited(self, reason: str, detail: str = "") -> str:
        """Why a client gets no message, with the detail: the state it is in, the day or the placeholder."""
        text = self._text("uninvited", reason, reason)
        if "state" in placeholders(text):
            return fill(text, {"state": self.state(detail)})
        return f"{text} ({detail})" if detail else text

    def in_language(self, code: str, count: int) -> str:
        """How many there are in a language, as ``4 in Dutch``; a language without text is its letters."""
        language = self._text("template", f"language:{code}", code)
        return fill(self.word("in_language"), {"count": str(count), "language": language})

    def conflict(self, conflict: Conflict) -> str:
        """The question *conflict* asks; a kind without text is its own word."""
        values = {"records": str(conflict.records), "column": conflict.locator.column or ""}
        values |= self._values(conflict.params, None)
        values["fields"] = self._list([self.field(name) for name in conflict.fields], "and")
        if conflict.kind == "choose":
            values["fields"] = self._chosen(conflict.fields)
        return fill(self._text("conflict", conflict.kind, conflict.kind), values)

    def option(self, option: Option, conflict: Conflict | None = None) -> str:
        """One answer for people; a choice without text is its own. With its *conflict* a client is called by name."""
        if conflict and conflict.kind == "choose":
            return option.choice
        kind, colon, value = option.choice.partition(":")
        key = kind if colon else option.choice
        values = {"value": value}
        if colon and kind == "overwrite":
            key = "overwrite_fields"
            values["value"] = self._list([self.field(name) for name in value.split(",")], "and")
        if kind == "client" and conflict and (name := conflict.params.get("names", {}).get(value)):
            key = "client_named"
            values["name"] = str(name)
        for near in conflict.params.get("near", ()) if conflict else ():
            if near["choice"] == option.choice:
                key = f"near_{kind}"
                values |= {"name": near["name"], "band": self.band(near["band"])}
        known = self._find("option", key)
        return fill(known, values) if isinstance(known, str) else option.choice

    def format(self, order: str) -> str:
        """A date order or decimal mark, with an example."""
        return self._text("option", order, order)

    def field(self, name: str) -> str:
        """A field's label: the profile's, else ours, else the declared one, else its name."""
        known = self._labels.get(name) or self._find("field", name) or self._declared.get(name)
        return known if isinstance(known, str) else name

    def label(self, key: str) -> str:
        """A heading or button: the profile's label, else ours, else the key."""
        return self._labels.get(key) or self._text("label", key, key)

    def state(self, state: str) -> str:
        """What a state of clients, or a standing in an aspect, is called: the profile's label, else ours, else its name."""
        own = self._lifecycle.named.get(state) or self._lifecycle.standings.get(state)
        return (own and said(own.label, self.lang)) or self._text("state", state, state)

    def aspect(self, aspect: str) -> str:
        """What an aspect of clients is called: the profile's label, else its name."""
        own = self._lifecycle.aspect.get(aspect)
        return (own and said(own.label, self.lang)) or aspect

    def event(self, event: str) -> str:
        """What an event is called: the profile's label, else its name."""
        own = self._lifecycle.event.get(event)
        return (own and said(own.label, self.lang)) or event

    def word(self, key: str) -> str:
        """A small word such as "row" or "and"."""
        return self._text("word", key, key)

    def scheme(self, scheme: str) -> str:
        """What kind of number or address a key scheme is."""
        return self._text("scheme", scheme, scheme)

    def review(self, key: str) -> str:
        """A remark of an overview: ``only_here:`` and a reason, or ``fate:`` and what becomes of a field."""
        return self._text("review", key, key)

    def panel(self, key: str, **values: str) -> str:
        """A text of the import panel, with *values* in its placeholders: the profile's label, else ours, else the key."""
        return fill(self._labels.get(key) or self._text("panel", key, key), values)

    def template(self, key: str, **values: str) -> str:
        """A text of an import template, with *values* in its placeholders: the profile's label, else ours, else the key."""
        return fill(self._labels.get(key) or self._text("template", key, key), values)

    def level(self, level: str) -> str:
        """How far two clients agree in one field."""
        return self._text("level", level, level)

    def band(self, band: str) -> str:
        """How likely two clients are one."""
        return self._text("band", band, band)

    # ------------------------------------------------------------------------------------------- helpers

    def _chosen(self, fields: Iterable[str]) -> str:
        return self._list([self._labels.get(f"choose:{name}") or self.field(name) for name in fields], "and")

    def _own(self, words: Mapping[str, Words]) -> dict[str, str]:
        return {key: said(each, self.lang) for key, each in words.items()}

    def _find(self, section: str, key: str) -> object:
        for layer in self._layers:
            entry = layer.get(section, {}).get(key)
            if entry is not None:
                return entry
        return None

    def _text(self, section: str, key: str, default: str) -> str:
        found = self._find(section, key)
        return found if isinstance(found, str) else default

    def _values(self, params: Mapping[str, Any], field: str | None) -> dict[str, str]:
        values: dict[str, str] = {}
        for name, value in params.items():
            if name == "fields" and isinstance(value, list | tuple):
                values[name] = self._list([self.field(str(item)) for item in value], "or")
            elif name == "scheme":
                values[name] = self.scheme(str(value))
            elif name == "reason":
                values[name] = self._text("reason-given", str(value), str(value))
            elif name == "state":
                values[name] = self.state(str(value))
            elif name == "states":
                values[name] = ", ".join(self.state(str(item)) for item in value)
            elif name == "event":
                values[name] = self.event(str(value))
            elif name == "suggestion":
                values[name] = self.field(str(value))
            elif name in ("delimiter", "alternatives"):
                values[name] = self._delimiters(value)
            elif isinstance(value, list | tuple):
                values[name] = ", ".join(str(item) for item in value)
            else:
                values[name] = str(value)
        if field is not None:
            values["field"] = self.field(field)
        elif "field" in values:
            values["field"] = self.field(values["field"])
        return values

    def _list(self, items: list[str], word: str) -> str:
        return ", ".join(items[:-1]) + f" {self.word(word)} " + items[-1] if len(items) > 1 else "".join(items)

    def _delimiters(self, value: object) -> str:
        items = [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]
        return ", ".join(self._text("delimiter", item, item) for item in items)


def visible(text: str) -> str:
    """*text* on one line, with control characters shown as escapes, so that a cell cannot steer a terminal."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)
