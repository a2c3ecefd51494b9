"""Templates say what they say, to everybody alike: nothing of a client's data counts as anything but text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientimport import SettingsError, Template, Templates, load_templates
from clientimport.adapters.senders.mail import mail, sender_address
from clientimport.core.invitations import PLACEHOLDERS, BlankValueError
from clientimport.documents.invitations import templates_from_dict
from tests.invitations.given import WELCOME

OFFICE = sender_address("The Office <office@firm.example>")
FILE = """
default_language = "nl"
[values]
firm = "Kantoor"
[templates.welcome.nl]
subject = "Welkom bij {firm}"
body = "Dag {name}, {{zo}}"
"""


def templates(body: str = "x", subject: str = "x", **more: Any) -> Templates:
    return Templates(texts={"welcome": {"en": Template(subject, body)}}, **more)


def said(made: Templates, document: dict[str, Any]) -> tuple[str, str]:
    message = made.message("welcome", "en", client="7", document=document, reference="ab")
    return message.subject, message.body


def test_a_file_is_read(tmp_path: Path) -> None:
    """Doubled braces are braces."""
    path = tmp_path / "templates.toml"
    path.write_text(FILE, encoding="utf-8")
    made = load_templates(path)

    message = made.message("welcome", "nl", client="7", document={"name": "Jan", "email": "j@x.be"}, reference="ab")
    assert (message.subject, message.body) == ("Welkom bij Kantoor", "Dag Jan, {zo}")
    assert made.default_language == "nl"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("{name}", "{nmae}", "templates.welcome.nl.body: the placeholder"),
        ("{name}", "{notes}", "templates.welcome.nl.body: the placeholder"),
        ("{name}", "{name.__class__}", "templates.welcome.nl.body: the placeholder"),
        ("{name}", "{name!r}", "templates.welcome.nl.body: the placeholder"),
        ("{name}", "{0}", "templates.welcome.nl.body: the placeholder"),
        ("{name}", "{name|}", "templates.welcome.nl.body: the placeholder"),
        ("{name}", "{}", "templates.welcome.nl.body: the placeholder"),
        ("{name}", "{name", "templates.welcome.nl.body"),
        ("{name}", "name}", "templates.welcome.nl.body"),
        ("Welkom", "Wel\\nkom", "templates.welcome.nl.subject"),
        ("Welkom bij {firm}", " ", "templates.welcome.nl.subject"),
        ("welcome.nl", "welcome.dutch", "templates.welcome"),
        ("welcome.nl", "welcome.fr", "templates.welcome"),
        ("body", "text", "templates.welcome.nl: the key"),
        ('"Kantoor"', "7", "values.firm"),
        ("[values]", "[value]", "templates file: the key"),
        ("default_language", "= 7 =", "templates"),
    ],
)
def test_what_is_wrong_is_named_when_it_is_loaded(tmp_path: Path, old: str, new: str, key: str) -> None:
    """Not when the first client gets it."""
    path = tmp_path / "templates.toml"
    path.write_text(FILE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        load_templates(path)
    assert refused.value.key == key
    if key.endswith("placeholder"):
        assert set(refused.value.allowed) == {*PLACEHOLDERS, "firm"}


def test_an_own_field_may_be_named() -> None:
    """If the host says so."""
    data = {"templates": {"welcome": {"en": {"subject": "x", "body": "{portal.link}"}}}}
    with pytest.raises(SettingsError):
        templates_from_dict(data)
    made = templates_from_dict(data, fields=["portal.link"])
    assert said(made, {"email": "j@x.be", "portal.link": "https://x"})[1] == "https://x"


def test_the_first_value_that_is_not_blank_is_taken() -> None:
    """And without any the message does not go: "Dear ," looks like a circular."""
    made = templates("Dear {first_name|name}")
    assert said(made, {"email": "x", "first_name": "Jan", "name": "Jan Peeters"})[1] == "Dear Jan"
    assert said(made, {"email": "x", "first_name": " \n", "name": "Jan Peeters"})[1] == "Dear Jan Peeters"
    with pytest.raises(BlankValueError) as blank:
        said(made, {"email": "x"})
    assert blank.value.args == ("first_name|name",)


def test_the_language_is_the_clients_or_the_default() -> None:
    """What was asked for comes first; a region does not matter."""
    made = templates_from_dict(WELCOME)
    assert made.language("welcome", "", "en") == "en"
    assert made.language("welcome", "nl", "en") == "nl"
    assert made.language("welcome", "", "EN-gb") == "en"
    assert made.language("welcome", "fr", "") == "nl"


@given(st.text(), st.text(), st.text())
def test_values_are_text_whatever_they_hold(name: str, city: str, number: str) -> None:
    """A value that looks like a placeholder, a header or a second recipient is one line of text in its place."""
    made = templates("A{name}B{city}C{vat_number}D", "{name}")
    document = {"email": "jan@x.be", "name": f"x{name}", "city": f"{{name}}{city}", "vat_number": f"x{number}"}
    message = made.message("welcome", "en", client="7", document=document, reference="ab")
    assert len(message.body.splitlines()) == 1
    assert message.body.count("{name}") >= 1
    sent = mail(message, OFFICE)
    data = sent.as_bytes()
    heads = data.partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0] for line in heads.split(b"\r\n") if line[:1] not in (b" ", b"\t")]
    assert sorted(names) == sorted(
        [
            b"From", b"To", b"Subject", b"Message-ID", b"Content-Language", b"Auto-Submitted", b"Content-Type",
            b"Content-Transfer-Encoding", b"MIME-Version",
        ]
    )  # fmt: skip
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert data.isascii()


@pytest.mark.parametrize(
    "evil",
    [
        "jan@x.be\r\nBcc: all@x.be",
        "jan@x.be, piet@x.be",
        "Jan <jan@x.be>",
        "jan@x.be\n",
        "jan",
        "@x.be",
        "",
        "jan@x.be\x00",
    ],
)
def test_one_address_and_nothing_else(evil: str) -> None:
    """A field that became an address by another way is checked once more where it counts."""
    from clientimport.core.invitations import Message
    from clientimport.ports import MessageRefusedError

    message = Message(to=evil, subject="x", body="x", language="en", reference="ab")
    with pytest.raises(MessageRefusedError) as refused:
        mail(message, OFFICE)
    assert "jan" not in str(refused.value)


@pytest.mark.parametrize("office", ["", "office", "Office\nBcc: x@y.be <office@x.be>", "<>", 7, "käse@x.be"])
def test_the_senders_address_is_one(office: Any) -> None:
    """Found out before anything is sent."""
    with pytest.raises(SettingsError):
        sender_address(office)
