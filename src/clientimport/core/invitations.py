"""Invitations: what stands in the outbox, and what a message says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import attrs

from clientimport.core.lifecycle import Lifecycle
from clientimport.errors import SettingsError

STATES = ("queued", "sending", "sent", "failed", "unknown", "cancelled")
LIVE = ("queued", "sending", "sent", "unknown")
"""Of these a client has one at most for each template."""

MOVES: Mapping[str, tuple[str, ...]] = {
    "queued": ("sending", "cancelled"),
    "sending": ("sent", "failed", "queued", "unknown"),
    "unknown": ("sending", "sent", "failed", "queued"),
    "failed": ("sending", "cancelled"),
    "sent": (),
    "cancelled": (),
}
"""State -> the states that may follow. Whoever was sending records the outcome, also after another one called it unknown."""

REASONS = ("gone", "inactive", "state", "no-email", "invited", "invited-before", "embargo", "blank-value", "unknown")
"""Why a client gets no message. ``state``: the message is not for clients in its state; ``invited-before``: its address got it already, for a client that was removed since, as after an
undone import; ``unknown``: it may have been sent, nobody knows."""

PLACEHOLDERS = (
    "client", "name", "first_name", "last_name", "company_name", "email", "city", "external_id", "vat_number",
    "company_number",
)  # fmt: skip
"""What a template may name besides its own values and the host's fields. No birth dates, national numbers or notes: an
e-mail is read by others."""

LONGEST_VALUE = 200
"""Characters of a value in a message; longer ones are cut."""

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
"""What a message or a value may be called."""

_PLACE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\s]+")


class NewInvitation(NamedTuple):
    """What is put into the outbox; see ``Invitation``."""

    client: str
    template: str
    language: str
    run: str
    not_before: str
    at: str


class Invitation(NamedTuple):
    """One message of the outbox.

    Attributes:
        id: Opaque text, never used again.
        client: Whose it is. The address itself is not kept: it is the client's when it is sent.
        template: Name of the template.
        language: Of the message: before it is sent the one that was asked for, empty for the client's own; afterwards the
            one that was used.
        state: ``queued``, ``sending`` (just now, or by a process that died), ``sent``, ``failed``, ``unknown`` (perhaps sent:
            the process or the connection broke off in between) or ``cancelled``.
        run: The import that queued it; empty where somebody did by hand.
        not_before: The first day (ISO) on which it may go; empty if at once.
        attempts: How often it was handed to a sender.
        error: Why the last attempt failed or was put off, as ``recipient-refused 550``: a kind and the server's code. Empty
            if it did not.
        queued_at, changed_at: UTC, ISO 8601 text; when it came and when its state last changed.
        address: A digest of the address it was last handed to a sender for, empty before; it cannot be turned back into one, but
            tells whether another message goes to the same.
    """

    id: str
    client: str
    template: str
    language: str
    state: str
    run: str
    not_before: str
    attempts: int
    error: str
    queued_at: str
    changed_at: str
    address: str = ""

    def to_dict(self) -> dict[str, object]:
        """Every attribute by its name."""
        return self._asdict()


@attrs.frozen(kw_only=True)
class Message:
    """A message as it goes.

    Attributes:
        to: The address; one, and nothing else.
        subject: One line.
        body: Plain text.
        language: Of the text, as two or three letters.
        reference: The same for each attempt and for no other message, of hexadecimal digits: for the ``Message-ID``.
    """

    to: str = attrs.field(repr=False)
    subject: str = attrs.field(repr=False)
    body: str = attrs.field(repr=False)
    language: str
    reference: str


class BlankValueError(Exception):
    """A placeholder has no value for this client; ``args[0]`` names it."""


@attrs.frozen
class Template:
    """Subject and body in one language, with ``{field}`` where a value goes; ``{first_name|name}`` takes the first that is
    not blank, ``{{`` is a brace.
    """

    subject: str
    body: str


def _templates(value: Mapping[str, Mapping[str, Template]]) -> dict[str, dict[str, Template]]:
    return {name: dict(texts) for name, texts in value.items()}


@attrs.frozen(kw_only=True)
class Templates:
    """The messages there are.

    Attributes:
        texts: Name -> language -> template.
        default_language: For clients whose language is unknown or has no text; every template has it.
        values: Placeholder -> what stands there for everybody, such as the office's name.
        fields: Fields that may be named besides ``PLACEHOLDERS``: the host's own.

    Raises:
        SettingsError: a name, language or placeholder is not possible, or the default language is missing.
    """

    texts: Mapping[str, Mapping[str, Template]] = attrs.field(converter=_templates)
    default_language: str = "en"
    values: Mapping[str, str] = attrs.field(factory=dict)
    fields: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        allowed = tuple(dict.fromkeys((*PLACEHOLDERS, *self.values, *self.fields)))
        for name in (*self.texts, *self.values):
            if not isinstance(name, str) or not NAME.fullmatch(name):
                raise SettingsError("templates", name, wanted="a name of letters, digits and underscores")
        for name, value in self.values.items():
            if not isinstance(value, str) or not clean(value):
                raise SettingsError(f"values.{name}", value, wanted="a text on one line")
        for name, languages in self.texts.items():
            if self.default_language not in languages:
                key = f"templates.{name}"
                raise SettingsError(key, tuple(languages), wanted=f"a text in {self.default_language} too, the default")
            for language, template in languages.items():
                key = f"templates.{name}.{language}"
                if not _LANGUAGE.fullmatch(language):
                    raise SettingsError(key, language, wanted="a language as two or three small letters, such as nl")
                if not template.subject.strip() or clean(template.subject) != template.subject.strip():
                    raise SettingsError(f"{key}.subject", template.subject, wanted="a text on one line")
                if not template.body.strip():
                    raise SettingsError(f"{key}.body", template.body, wanted="a text")
                for part, text in (("subject", template.subject), ("body", template.body)):
                    _check_places(f"{key}.{part}", text, allowed)

    def known(self, name: str) -> None:
        """Refuse a template that there is not.

        Raises:
            SettingsError: names those there are.
        """
        if name not in self.texts:
            raise SettingsError("template", name, allowed=tuple(self.texts))

    def language(self, name: str, *wanted: str) -> str:
        """The first of *wanted* languages that the template has a text in, else the default."""
        languages = (tag.lower().partition("-")[0] for tag in wanted)
        return next((tag for tag in languages if tag in self.texts[name]), self.default_language)

    def message(self, name: str, language: str, *, client: str, document: Mapping[str, Any], reference: str) -> Message:
        """What the template says to a client. Values are put in as they are, cut and on one line; nothing in them counts.

        Raises:
            BlankValueError: a placeholder has no value.
        """
        template = self.texts[name][language]
        known = {**{key: value for key, value in document.items() if isinstance(value, str)}, "client": client}
        values = {key: clean(value)[:LONGEST_VALUE] for key, value in {**known, **self.values}.items()}
        return Message(
            to=str(document["email"]),
            subject=clean(_filled(template.subject, values)),
            body=_filled(template.body, values),
            language=language,
            reference=reference,
        )


def clean(text: str) -> str:
    """*text* on one line: line breaks, control characters and those that turn the direction of writing become a blank."""
    return _UNPRINTABLE.sub(" ", text).strip()


def hindrance(document: Mapping[str, Any] | None, lifecycle: Lifecycle, sources: Sequence[str] = ()) -> tuple[str, str]:
    """Why a message cannot be sent to a client with this document: one of ``REASONS``, empty if it can, and a detail of it.

    Args:
        document: Its values that are not blank; ``None``: it is gone.
        lifecycle: What its state follows from.
        sources: The states in which clients get the message; empty: every active one.
    """
    if document is None:
        return "gone", ""
    if not lifecycle.active(document):
        return "inactive", ""
    if sources and (state := lifecycle.state(document)) not in sources:
        return "state", state
    return ("" if document.get("email") else "no-email"), ""


def _check_places(key: str, text: str, allowed: Sequence[str]) -> None:
    for place in _PLACE.finditer(text):
        if place[0] in ("{{", "}}"):
            continue
        if place[1] is None:
            raise SettingsError(key, place[0], wanted="a placeholder such as {name}; {{ and }} for braces themselves")
        for name in place[1].split("|"):
            if name not in allowed:
                raise SettingsError(f"{key}: the placeholder", name, allowed=allowed)


def _filled(text: str, values: Mapping[str, str]) -> str:
    def value(place: re.Match[str]) -> str:
        if place[1] is None:
            return place[0][0]
        found = next((values[name] for name in place[1].split("|") if values.get(name)), "")
        if not found:
            raise BlankValueError(place[1])
        return found

    return _PLACE.sub(value, text)
