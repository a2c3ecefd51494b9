"""Looking through a store: who is compared, how often, and what is reported in which order."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from benchmarks.near_matches_people import People
from clientimport import Importer, SettingsError
from clientimport.core.near.similarity import BANDS, Similarity, Subject, compare, judge
from clientimport.services import duplicates
from clientimport.services.duplicates import Search
from tests.duplicates.documents import HOME, Document, crowd, named, person, put
from tests.planning.given import OpenImporter, bring_in

TWICE = [
    person("Jan", "Peeters", **HOME, email="jan@mail.example"),
    person("Els", "Maes", birth_date="1980-05-04", city="Brugge"),
    named("Peeters, J.", address="Kerkstr. 12", city="Gent"),
    person("Els", "Maes", birth_date="1980-05-04", phone="+32470000001"),
    person("Karel", "Claes", **HOME),
]


def searched(importer: Importer, at_least: int = BANDS["rough"], **options: Any) -> tuple[Search, set[frozenset[str]]]:
    """A search, and the names of the pairs it found."""
    with importer.store.reading() as work:
        search = Search(work.clients, at_least, **options)
        pairs = search.pairs(None)
    return search, {frozenset((pair.left, pair.right)) for pair in pairs}


def test_pairs_come_strongest_first_with_what_speaks_for_them(open_importer: OpenImporter) -> None:
    """Ids, names, comparisons, weight, band; and how much work it was."""
    importer = open_importer()
    bring_in(importer, *({key: value for key, value in row.items() if key != "kind"} for row in TWICE), near="off")

    found = importer.duplicates()

    assert [(pair.left, pair.right, pair.band, pair.weight) for pair in found.pairs] == [
        ("2", "4", "close", 17),
        ("1", "3", "similar", 11),
    ]
    assert (found.pairs[1].left_name, found.pairs[1].right_name) == ("Jan Peeters", "Peeters, J.")
    assert [(each.field, each.level, each.weight) for each in found.pairs[1].comparisons] == [
        ("name", "similar", 5),
        ("address", "exact", 6),
        ("email", "missing", 0),
    ]
    assert (found.clients, found.found, found.threshold) == (5, 2, "similar")
    assert (found.blocks_split, found.blocks_left_out) == (0, 0)
    assert 2 <= found.compared <= 4
    assert "Peeters" not in repr(found)


def test_looking_changes_nothing_and_asks_what_clients_asks(open_importer: OpenImporter) -> None:
    """No permission to import is needed to look."""
    from clientimport import Actor

    importer = open_importer(actor=Actor(name="reader", permissions=frozenset()))
    put(importer, TWICE)
    before = [client.to_dict() for client in importer.clients()]

    assert importer.duplicates().found == 2
    assert [client.to_dict() for client in importer.clients()] == before
    assert importer.activity() == []


def test_ids_are_ordered_as_people_count(open_importer: OpenImporter) -> None:
    """Client 9 before client 10, in a pair and among pairs of one weight."""
    importer = open_importer()
    put(importer, [named(f"Fill Er{letter * 5}") for letter in "abcdefg"])
    put(importer, [person("Jan", "Peeters", **HOME), person("Els", "Maes", **HOME)] * 2)

    assert [(pair.left, pair.right) for pair in importer.duplicates().pairs] == [("8", "10"), ("9", "11")]


@pytest.mark.parametrize(("threshold", "count"), [("strict", 0), ("close", 1), ("similar", 2), ("rough", 2)])
def test_the_threshold_is_the_weakest_band(open_importer: OpenImporter, threshold: str, count: int) -> None:
    """Stronger bands are always in it."""
    importer = open_importer()
    put(importer, TWICE)

    assert importer.duplicates(threshold=threshold).found == count


def test_a_limit_keeps_the_strongest_and_counts_all(open_importer: OpenImporter) -> None:
    """What was not shown is said."""
    importer = open_importer()
    put(importer, TWICE)

    found = importer.duplicates(limit=1)

    assert [(pair.left, pair.right) for pair in found.pairs] == [("2", "4")]
    assert found.found == 2
    assert "… and 1 more" in found.to_text()
    assert "en nog 1" in found.to_text("nl")
    assert importer.duplicates(limit=None).pairs[:1] == found.pairs


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"threshold": "sure"}, "threshold = 'sure' is not possible. Allowed: strict, close, similar, rough."),
        ({"threshold": 11}, "threshold = 11 is not possible. Allowed: strict, close, similar, rough."),
        ({"limit": 0}, "limit = 0 is not possible. Wanted: a whole number above 0, or None for all."),
        ({"limit": True}, "limit = True is not possible. Wanted: a whole number above 0, or None for all."),
        ({"limit": "5"}, "limit = '5' is not possible. Wanted: a whole number above 0, or None for all."),
    ],
)
def test_broken_settings_are_refused(options: dict[str, Any], said: str) -> None:
    """Key, value and what is allowed."""
    with Importer("memory:") as importer, pytest.raises(SettingsError) as refused:
        importer.duplicates(**options)

    assert str(refused.value) == said


def test_an_unknown_language_is_refused() -> None:
    """As everywhere."""
    with Importer("memory:") as importer, pytest.raises(SettingsError):
        importer.duplicates().to_dict("zz")


def test_every_likely_pair_of_a_small_town_is_found(open_importer: OpenImporter) -> None:
    """Blocking finds what comparing everybody with everybody finds."""
    importer = open_importer()
    documents = crowd(300, seed=4)
    ids = put(importer, documents)

    every = {
        frozenset((ids[one], ids[other]))
        for one, other in itertools.combinations(range(len(documents)), 2)
        if compare(documents[one], documents[other]).weight >= BANDS["similar"]
    }

    search, found = searched(importer, BANDS["similar"])
    assert len(every) > 15
    assert found == every
    assert search.compared < 300 * 299 / 2 / 100


SLIPPED = "Vermeulen", "Vermeulem"  # not the same sound


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param({"address": "Kerkstraat 12", "postal_code": "9000"}, {"address": "Kerkstraat", "postal_code": "9000"}, id="name and postal code"),
        pytest.param({"last": SLIPPED, "city": "Gent", "address": "Kerkstraat 12", "postal_code": "9000"}, {"city": "Gent", "address": "Kekrstraat 12", "postal_code": "9000"}, id="beginnings and city"),
        pytest.param({"last": SLIPPED, "phone": "+3216203040"}, {"phone": "016203040"}, id="telephone"),
        pytest.param({"last": SLIPPED, "email": "kv@mail.example"}, {"email": "kv@mail.example"}, id="whole address"),
        pytest.param({"last": SLIPPED, "email": "katrien77@mail.example"}, {"email": "katrien77@post.example"}, id="mailbox"),
        pytest.param({"last": SLIPPED, "address": "Kerkstraat 12", "postal_code": "9000"}, {"address": "Kerkstr. 12", "postal_code": "9000"}, id="house and postal code"),
        pytest.param({"last": SLIPPED, "birth_date": "1980-05-04"}, {"birth_date": "1980-05-04"}, id="birth date and initials"),
        pytest.param({"birth_date": "1980-05-04"}, {"birth_date": "1980-05-14"}, id="name and year"),
        pytest.param({"birth_date": "1980-05-04"}, {"birth_date": "1908-05-04"}, id="name and day"),
        pytest.param({"email": "katrien.v@mail.example"}, {"email": "katrein.v@mail.example"}, id="name and mailbox"),
    ],
)  # fmt: skip
def test_each_key_finds_pairs_that_no_other_finds(left: Document, right: Document) -> None:
    """One thing in common is enough to be compared, if it is one of these."""
    last, other = left.get("last", ("Vermeulen", "Vermeulen"))
    documents = [
        person("Katrien", last, **{field: value for field, value in left.items() if field != "last"}),
        person("Katrien", other, **right),
    ]
    with Importer("memory:") as importer:
        put(importer, documents)

        assert compare(*documents).weight >= BANDS["similar"]
        assert importer.duplicates().found == 1


def test_no_pair_is_compared_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two who share everything meet in every pass, and in several blocks of one."""
    both = person("Jan", "Peeters", **HOME, birth_date="1980-05-04", phone="+32470000001", mobile="+32470000002",
                  email="jan1980@a.example", other_emails=["jan1980@b.example"])  # fmt: skip
    seen: list[tuple[Subject, Subject]] = []

    def watched(left: Subject, right: Subject, at_least: int) -> Similarity | None:
        seen.append((left, right))
        return judge(left, right, at_least)

    monkeypatch.setattr(duplicates, "judge", watched)
    with Importer("memory:") as importer:
        put(importer, [both, dict(both)])
        search, _ = searched(importer)

    assert (search.compared, search.found, len(seen)) == (1, 1, 1)


@pytest.mark.parametrize("page", [2, 7, 2000])
def test_pages_make_no_difference(open_importer: OpenImporter, monkeypatch: pytest.MonkeyPatch, page: int) -> None:
    """Nor how many clients are held at a time."""
    importer = open_importer()
    put(importer, crowd(200, seed=5))
    whole = importer.duplicates(threshold="rough")
    monkeypatch.setattr(duplicates, "PAGE", page)

    assert importer.duplicates(threshold="rough") == whole
    assert whole.found > 5


def test_twice_the_clients_are_twice_the_comparisons() -> None:
    """By count, not by the clock: 2,000 and 4,000 clients of regions as large as that."""
    compared = []
    for count in (2000, 4000):
        with Importer("memory:") as importer:
            put(importer, [each for seed in range(count // 1000) for each in crowd(1000, seed)])
            compared.append(importer.duplicates().compared)

    assert compared[0] >= 150
    assert compared[1] <= 2.2 * compared[0]


def test_a_crowd_under_one_key_costs_no_square() -> None:
    """Everybody has the office's telephone number: the block is split by name, and namesakes are still compared."""
    compared = []
    for count in (500, 1000):
        town = [each for seed in range(count // 500) for each in crowd(500, seed)]
        documents = [each | {"phone": "+3225551212"} for each in town]
        with Importer("memory:") as importer:
            put(
                importer,
                [*documents, person("Zoë", "Zwart", phone="+3225551212"), named("Zwart, Zoe", phone="+3225551212")],
            )
            found = importer.duplicates(limit=1)
            search, pairs = searched(importer)
        assert (found.blocks_split, found.blocks_left_out) == (1, 0)
        assert frozenset((str(count + 1), str(count + 2))) in pairs
        compared.append(search.compared)

    assert compared[1] <= 2.3 * compared[0]
    assert compared[1] < 1000


def test_what_is_too_large_even_when_split_is_counted(open_importer: OpenImporter) -> None:
    """Nothing is dropped in silence, and another key still finds those who share one."""
    importer = open_importer()
    office: Document = {"phone": "+3225551212"}
    put(importer, [named("Jan Peeters", **office)] * 60)
    put(importer, [named("Jan Peeters", **office, email="jan77@mail.example")] * 2)

    search, found = searched(importer)

    assert (search.blocks_split, search.blocks_left_out) == (1, 1)
    assert search.compared == 1
    assert found == {frozenset(("61", "62"))}
    assert "Groups not compared because they were too large  " in importer.duplicates().to_text()
    assert "Groepen niet vergeleken" in importer.duplicates().to_text("nl")
    assert "Groups" not in open_importer("memory:").duplicates().to_text()


def test_a_block_up_to_the_limit_is_compared_whole() -> None:
    """One more and it is split."""
    with Importer("memory:") as importer:
        put(importer, [named(f"{letter * 4} Bbb", phone="+3225551212") for letter in "abcdefghil"])
        whole, _ = searched(importer, max_block=10)
        split, _ = searched(importer, max_block=9)

    assert (whole.compared, whole.blocks_split) == (45, 0)
    assert (split.compared, split.blocks_split) == (0, 1)


def test_a_removed_client_is_compared_with_nobody(open_importer: OpenImporter) -> None:
    """Only who is there is looked at."""
    importer = open_importer()
    put(importer, TWICE)
    with importer.store.writing() as work:
        work.clients.remove([("4", [])])

    found = importer.duplicates()

    assert [(pair.left, pair.right) for pair in found.pairs] == [("1", "3")]
    assert found.clients == 4


def test_questions_about_a_firms_clients_are_worth_asking() -> None:
    """On made-up clients with households and namesakes: nine in ten reported pairs are one client, of four in five copies."""
    people = People(4000, seed=11)
    with Importer("memory:") as importer:
        put(importer, people.documents)
        found = importer.duplicates(limit=None)
    reported = {(int(pair.left) - 1, int(pair.right) - 1) for pair in found.pairs}
    right = len(reported & people.truth)

    assert right / len(reported) >= 0.9
    assert right / len(people.truth) >= 0.75
