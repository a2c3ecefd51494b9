"""What holds for any two records, and for any store."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from clientimport import Importer
from clientimport.core.near.similarity import NUMBERS, compare, judge, subject
from tests.duplicates.documents import Document, levels, put, summary

WORDS = [
    "Jan",
    "J.",
    "Peeters",
    "Peters",
    "van den",
    "Berg",
    "El",
    "Ben",
    "Ann",
    "Anna",
    "BV",
    "sr",
    "Dr.",
    "Zoë",
    "محمد",
    "李明",
    "3",
]
names = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join) | st.text(max_size=12)
phones = st.sampled_from(["+3216203040", "+3216203041", "016203040", "016 20 30 40;ext=2", "12345", "+32470000001"])
emails = st.sampled_from(["jan@a.example", "Jan@a.example", "info@a.example", "jan.peeters@a.example", "jan.peters@a.example",
                          "jan.peeters@b.example", "jan12@a.example", "jan12@b.example"])  # fmt: skip
documents = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["person", "organisation"]),
        "name": names.filter(bool),
        "first_name": st.sampled_from(["Jan", "J", "Els", "Anna", "Peeters"]),
        "last_name": st.sampled_from(["Peeters", "Peters", "Jan", "van den Berg", "Berg"]),
        "company_name": st.sampled_from(["Acme", "Acme BV", "Peeters NV"]),
        "email": emails,
        "other_emails": st.lists(emails, min_size=1, max_size=2),
        "phone": phones,
        "other_phones": st.lists(phones, min_size=1, max_size=2),
        "address": st.sampled_from(
            ["Kerkstraat 12", "12 Kerkstr.", "Kerkstraat 12 bus 3", "Kerkstraat 12 b", "Kerkstraat", "12", "?"]
        )
        | st.text(max_size=10).filter(bool),
        "address_2": st.sampled_from(["bus 4", "t.a.v. Jan"]),
        "postal_code": st.sampled_from(["9000", "9001", "1012 AB", "1012 AC"]),
        "city": st.sampled_from(["Gent", "GENT", "Brugge"]),
        "country": st.sampled_from(["BE", "NL"]),
        "birth_date": st.sampled_from(
            ["1980-05-04", "1980-04-05", "1980-05-14", "1980-01-01", "1900-01-01", "1950-11-30"]
        ),
        "vat_number": st.sampled_from(["BE0123456749", "BE0403170701"]),
        "national_number": st.sampled_from(["80050400123", "50113000123"]),
    },
)


@given(documents, documents)
def test_comparing_is_symmetric(left: Document, right: Document) -> None:
    """Level by level, in weight and band; the two values change sides."""
    found, other = compare(left, right), compare(right, left)

    assert (found.weight, found.band, summary(found)) == (other.weight, other.band, summary(other))
    assert found.weight == sum(each.weight for each in found.comparisons)
    assert [each.field for each in other.comparisons] == [each.field for each in found.comparisons]
    for each, mirror in zip(found.comparisons, other.comparisons, strict=True):
        if each.field not in {"email", "phone"}:  # of several pairs that are equally good one is shown
            assert (each.left, each.right) == (mirror.right, mirror.left)


@given(documents, documents)
def test_nobody_is_more_like_a_client_than_the_client(left: Document, right: Document) -> None:
    """In any field, so in sum."""
    itself, other = compare(left, left), compare(left, right)
    weights = {each.field: each.weight for each in itself.comparisons}

    assert itself.weight >= other.weight
    assert all(weights.get(each.field, 0) >= each.weight for each in other.comparisons)
    assert all(level != "different" for level in levels(left, left).values())


@given(documents, documents, st.sampled_from(NUMBERS), st.permutations(["N1", "N2"]))
def test_another_number_never_makes_two_more_alike(
    left: Document, right: Document, field: str, numbers: list[str]
) -> None:
    """It lowers the weight to where nothing is reported."""
    kinds: Document = {"kind": "person"}  # else a national number would say what kind of client it is
    left, right = ({key: value for key, value in each.items() if key not in NUMBERS} | kinds for each in (left, right))
    before, after = compare(left, right), compare(left | {field: numbers[0]}, right | {field: numbers[1]})

    assert after.weight < before.weight
    assert after.band == ""


@given(documents, documents, st.sampled_from(NUMBERS))
def test_an_equal_number_is_left_to_the_exact_keys(left: Document, right: Document, field: str) -> None:
    """It weighs nothing here."""
    kinds: Document = {"kind": "organisation"}
    left, right = ({key: value for key, value in each.items() if key not in NUMBERS} | kinds for each in (left, right))

    assert compare(left | {field: "N1"}, right | {field: "N1"}).weight == compare(left, right).weight


@given(documents, documents, st.integers(-50, 40))
def test_a_threshold_saves_work_and_changes_nothing(left: Document, right: Document, least: int) -> None:
    """What is given up early would not have reached it."""
    found, whole = judge(subject(left), subject(right), least), compare(left, right)

    assert found == (whole if whole.weight >= least else None)


@settings(max_examples=25)
@given(st.lists(documents, min_size=2, max_size=12), st.integers(0, 1000))
def test_the_order_in_which_clients_came_makes_no_difference(rows: list[Document], seed: int) -> None:
    """The same pairs with the same comparisons, whichever way round."""
    order = list(range(len(rows)))
    random.Random(seed).shuffle(order)
    found = []
    for positions in (list(range(len(rows))), order):
        with Importer("memory:") as importer:
            ids = put(importer, [rows[position] for position in positions])
            where = dict(zip(ids, positions, strict=True))
            result = importer.duplicates(threshold="rough", limit=None)
            pairs = {
                (frozenset((where[each.left], where[each.right])), each.weight, each.band) for each in result.pairs
            }
            found.append((pairs, result.compared, result.found))

    assert found[0] == found[1]
