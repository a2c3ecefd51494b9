"""Two records compared: what makes them one client, and what makes them two."""

from __future__ import annotations

import pytest

from clientimport.core.near.blocking import sound
from clientimport.core.near.similarity import BANDS, DEFAULT_BAND, LEVELS, NUMBERS, WEIGHTS, band_of, compare
from tests.duplicates.documents import HOME, Document, levels, named, person

LIKELY = BANDS[DEFAULT_BAND]


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("Jan Peeters", "Peeters, Jan", "exact"),
        ("Jan Peeters", "JAN PEETERS", "exact"),
        ("Dhr. Jan Peeters", "Jan Peeters", "exact"),
        ("José Núñez", "Jose Nunez", "exact"),
        ("Jan van den Berg", "Berg, van den, Jan", "exact"),
        ("Jan van den Berg", "Jan Vandenberg", "exact"),
        ("Luc D'Hondt", "Luc DHondt", "exact"),
        ("Sean O'Neill", "O’Neill Sean", "exact"),
        ("محمد الحسن", "الحسن محمد", "exact"),
        ("李明", "李明", "exact"),
        ("Li Wu", "Wu Li", "exact"),
        ("Jan Peeters", "Jan Peters", "close"),
        ("Jan Peeters", "Jna Peeters", "close"),
        ("Jan Janssen", "Jan Jansen", "close"),
        ("Jan P. Maes", "Jan Maes", "close"),
        ("Karim El Amrani", "Karim Amrani", "close"),
        ("Karim El-Amrani", "Karim El Amrani", "exact"),
        ("Mohamed Ben Salah", "Mohammed Bensalah", "close"),
        ("J. Peeters", "Jan Peeters", "similar"),
        ("J.P. Maes", "Jan Pieter Maes", "similar"),
        ("Tom Maes", "Thomas Maes", "similar"),
        ("Jan Pieter Maes", "Jan Maes", "similar"),
        ("Peeters", "Jan Peeters", "part"),
        ("Jan Peeters", "Els Peeters", "different"),
        ("Tim Maes", "Tom Maes", "different"),
        ("Daniel Claes", "Daniela Claes", "different"),
        ("Anna Claes", "Anne Claes", "different"),
        ("An Maes", "Ann Maes", "different"),
        ("Ben Peeters", "Jan Peeters", "different"),
        ("Jan Pieter Maes", "Jan Paul Maes", "different"),
        ("J. Peeters", "Els Peeters", "different"),
        ("Jan Peeters jr.", "Jan Peeters sr.", "different"),
        ("Jan Peeters jr.", "Jan Peeters", "similar"),
        ("Jan Peeters", "", "missing"),
    ],
)
def test_names_of_people(left: str, right: str, level: str) -> None:
    """Order, case, accents, particles and titles say nothing; a slip and an initial little; another first name all."""
    assert (
        levels(named(left, **HOME, birth_date="1980-05-04"), named(right, **HOME, birth_date="1980-05-04"))["name"]
        == level
    )


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("Bakkerij Peeters BV", "Bakkerij Peeters", "exact"),
        ("Bakkerij Peeters BV", "B.V. Bakkerij Peeters", "exact"),
        ("Peeters & Zonen NV", "Peeters en Zonen NV", "exact"),
        ("Acme Ltd", "Acme", "exact"),
        ("Acme Ltd", "Acme GmbH", "close"),
        ("Print Shop NV", "Printshop NV", "close"),
        ("Bakkerij Peeters BV", "Bakkerij Peters BV", "close"),
        ("Bakkerij Peeters Leuven BV", "Bakkerij Peeters BV", "similar"),
        ("Bakkerij Peeters BV", "Slagerij Peeters BV", "different"),
        ("Garage 1 BV", "Garage 2 BV", "different"),
        ("Volvo NV", "Valve NV", "different"),
    ],
)
def test_names_of_organisations(left: str, right: str, level: str) -> None:
    """The legal form is no part of the name; numbers in it are."""
    assert levels(named(left, kind="organisation"), named(right, kind="organisation"))["name"] == level


def test_an_organisation_is_no_person_unless_every_word_agrees() -> None:
    """A company and its owner are two clients; the same name under another kind is one."""
    owner = {"kind": "person", "name": "Jan Peeters", **HOME}

    assert levels(owner, {"kind": "organisation", "name": "Jan Peeters BV", **HOME})["name"] == "different"
    assert levels(owner, {"kind": "organisation", "name": "Peeters Jan", **HOME})["name"] == "exact"


@pytest.mark.parametrize(
    ("more", "level"),
    [
        ({"address": "Kerkstr. 12", "postal_code": "9000"}, "exact"),
        ({"address": "12, Kerkstraat", "postal_code": "9000", "city": "Gent"}, "exact"),
        ({"address": "Kerkstraat 12 bus 3", "postal_code": "9000"}, "exact"),
        ({"address": "Kerstraat 12", "postal_code": "9000"}, "close"),
        ({"address": "Kerkstraat 12"}, "close"),
        ({"address": "Kerkstraat 12", "postal_code": "9040", "city": "Gent"}, "close"),
        ({"address": "Kerkstraat", "postal_code": "9000"}, "similar"),
        ({"city": "GENT"}, "part"),
        ({"address": "Kerkstraat 14", "postal_code": "9000"}, "different"),
        ({"address": "Kerkstraat 12", "postal_code": "2000", "city": "Antwerpen"}, "different"),
        ({"address": "Kerkstraat 12", "postal_code": "9000", "country": "NL"}, "different"),
        ({"city": "Brugge"}, "different"),
        ({}, "missing"),
    ],
)
def test_addresses(more: Document, level: str) -> None:
    """Spelling and order say nothing; another house is another address."""
    assert levels(named("Jan Peeters", **HOME, country="BE"), named("Jan Peeters", **more)).get("address") == level


def test_two_flats_of_one_house_are_not_one_address() -> None:
    """The number of the flat is in the line, or in the second one."""
    flat = named("Jan Peeters", **(HOME | {"address": "Kerkstraat 12 bus 3"}))

    assert levels(flat, named("Jan Peeters", **HOME, address_2="bus 4"))["address"] == "similar"
    assert levels(flat, named("Jan Peeters", **HOME, address_2="bus 3"))["address"] == "exact"


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("1980-05-04", "1980-05-04", "exact"),
        ("1980-05-04", "1980-04-05", "close"),
        ("1980-05-04", "1980-05-14", "close"),
        ("1980-05-04", "1908-05-04", "close"),
        ("1980-01-01", "1980-01-01", "similar"),
        ("1980-05-04", "1952-11-30", "different"),
        ("1900-01-01", "1980-05-04", "missing"),
    ],
)
def test_birth_dates(left: str, right: str, level: str) -> None:
    """One digit is a slip; 1 January is often nobody's birthday, and 1900-01-01 never one."""
    assert levels(named("Jan", birth_date=left), named("Jan", birth_date=right))["birth_date"] == level


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("jan@peeters.example", "JAN@peeters.example", "exact"),
        ("jan.peeters@mail.example", "jan.peters@mail.example", "close"),
        ("jan.peeters@gmail.example", "jan.peeters@gmial.example", "close"),
        ("jan1980@mail.example", "jan1980@post.example", "similar"),
        ("jan.peeters@mail.example", "jan.peeters@post.example", "part"),
        ("jan1980@mail.example", "jan1981@mail.example", "different"),
        ("a.peeters@mail.example", "b.peeters@mail.example", "different"),
        ("info@peeters.example", "info@maes.example", "different"),
        ("jan@peeters.example", "jan@maes.example", "different"),
    ],
)
def test_mailboxes(left: str, right: str, level: str) -> None:
    """A slip is no digit and no first letter; a mailbox of a role or a first name is nobody's own."""
    assert levels(named("Jan", email=left), named("Jan", email=right))["email"] == level


def test_the_best_of_several_addresses_and_numbers_counts() -> None:
    """Whatever field they are in."""
    left = named(
        "Jan", email="a@mail.example", other_emails=["jan@peeters.example"], phone="+3216203040", mobile="+32470000001"
    )
    right = named("Jan", email="jan@peeters.example", other_phones=["016 20 30 40;ext=12"])

    assert levels(left, right)["email"] == "exact"
    assert levels(left, right)["phone"] == "close"  # the last eight digits
    assert levels(left, named("Jan", phone="+32470000010"))["phone"] == "similar"
    assert levels(left, named("Jan", phone="+32499999999"))["phone"] == "different"


# ------------------------------------------------------------------------------------------------ one or two


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (person("Jan", "Peeters", **HOME), named("Peeters, Jan", address="Kerkstr. 12", city="Gent")),
        (person("Jan", "Peeters", birth_date="1980-05-04", **HOME), person("Jan", "Peeters", birth_date="1980-05-04", city="Brugge")),
        (person("Jan", "Peeters", **HOME), person("J.", "Peeters", **HOME)),
        (person("Jan", "Peeters", email="jan1@mail.example"), person("Jan", "Peters", email="jan1@mail.example")),
(person("Els", "Maes", birth_date="1980-05-04", email="els1980@a.example"),
         person("Els", "Peeters", birth_date="1980-05-04", email="els1980@a.example")),
        (named("Acme BV", kind="organisation", **HOME), named("Acme", kind="organisation", **HOME)),
    ],
)  # fmt: skip
def test_one_client(left: Document, right: Document) -> None:
    """Typing errors, another order, a move, an initial, a wedding, a legal form."""
    assert compare(left, right).weight >= LIKELY


SHARED: Document = {**HOME, "email": "thuis@mail.example", "phone": "+3216203040", "mobile": "+32470000001"}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (person("Jan", "Peeters", **SHARED), person("Els", "Maes", **SHARED)),  # a household
        (person("Jan", "Peeters", **SHARED), person("Piet", "Peeters", **SHARED)),  # brothers
        (person("Tim", "Maes", birth_date="2001-02-03", **SHARED), person("Tom", "Maes", birth_date="2001-02-03", **SHARED)),  # twins
        (person("Jan", "Maes", birth_date="1950-02-03", **HOME), person("Jan", "Maes", birth_date="1980-11-12", **HOME)),
        (named("Jan Maes sr", **SHARED), named("Jan Maes jr", **SHARED)),  # father and son of one name
        (named("Acme BV", vat_number="BE0123456749", **SHARED), named("Acme BV", vat_number="BE0403170701", **SHARED)),
        (person("Jan", "Maes", **SHARED), named("Jan Maes BV", kind="organisation", **SHARED)),
    ],
)  # fmt: skip
def test_two_clients(left: Document, right: Document) -> None:
    """Whatever a household shares, another first name, birth date or official number makes another person."""
    assert band_of(compare(left, right).weight) == ""


def test_namesakes_are_not_likely_one() -> None:
    """The same name in the same town is no more than a hint."""
    found = compare(person("Jan", "Maes", city="Gent"), person("Jan", "Maes", city="Gent"))

    assert (found.weight, found.band) == (10, "rough")
    assert found.weight < LIKELY


def test_another_name_or_number_outweighs_everything_else() -> None:
    """However much is shared: the promise of the table, kept when weights are tuned."""
    best = {field: max(weights.values()) for field, weights in WEIGHTS.items()}
    weakest = min(BANDS.values())
    for field in ("name", *NUMBERS):
        assert WEIGHTS[field]["different"] + sum(most for other, most in best.items() if other != field) < weakest


def test_the_table_is_whole_and_falls_from_level_to_level() -> None:
    """Every field has a weight for every level, and agreeing more never weighs less."""
    for field, weights in WEIGHTS.items():
        assert tuple(weights) == LEVELS, field
        agreeing = [weights[level] for level in ("exact", "close", "similar")]
        assert agreeing == sorted(agreeing, reverse=True), field
        assert weights["different"] < 0 == weights["missing"], field
    assert list(BANDS.values()) == sorted(BANDS.values(), reverse=True)
    assert [band_of(weight) for weight in (18, 17, 11, 10, 6)] == ["strict", "close", "similar", "rough", ""]


def test_no_repr_shows_what_a_person_is_called() -> None:
    """Logs hold containers, and containers hold people."""
    found = compare(named("Jan Peeters", **SHARED), named("Jan Peters", **SHARED))

    assert "Peeters" not in repr(found)
    assert "Kerkstraat" not in repr(found)
    assert "name" in repr(found)


def test_words_that_sound_alike_are_one_key() -> None:
    """Spellings of one name share a block; other names do not."""
    assert sound("jansen") == sound("janssen") == sound("yanssen")
    assert sound("philippe") == sound("filip")
    assert sound("dubois") != sound("dupont")
