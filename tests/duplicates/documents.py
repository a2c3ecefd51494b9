"""Client documents of the tests of near matches, and putting them into a store."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from clientimport import Importer
from clientimport.core.canonical import encode
from clientimport.core.near.similarity import Similarity, compare
from clientimport.ports import NewClient

Document = dict[str, Any]

HOME: Document = {"address": "Kerkstraat 12", "postal_code": "9000", "city": "Gent"}


def person(first: str, last: str, **more: object) -> Document:
    """A person whose first and last name are known."""
    return {"kind": "person", "name": f"{first} {last}", "first_name": first, "last_name": last, **more}


def named(name: str, **more: object) -> Document:
    """Somebody of whom only the whole name is known."""
    return {"name": name, **more}


def levels(left: Document, right: Document) -> dict[str, str]:
    """Field -> level, after checking that the order of the two makes no difference."""
    found, other = compare(left, right), compare(right, left)
    assert found.weight == other.weight
    assert summary(found) == summary(other)
    return {each.field: each.level for each in found.comparisons}


def summary(found: Similarity) -> list[tuple[str, str, int]]:
    return [(each.field, each.level, each.weight) for each in found.comparisons]


def put(importer: Importer, documents: Sequence[Document]) -> list[str]:
    """Store *documents* as they are, without an import, and answer their ids."""
    with importer.store.writing() as work:
        ids = work.clients.new_ids(len(documents))
        rows = [
            NewClient(client, encode(dict(sorted(document.items()))), ())
            for client, document in zip(ids, documents, strict=True)
        ]
        work.clients.insert(rows)
    return ids


def crowd(count: int, seed: int = 1) -> list[Document]:
    """*count* clients of a town's size, a tenth of them twice with a slip in the name."""
    chance = random.Random(seed)
    letters = "abdefghiklmnoprstuvz"

    def word(size: int) -> str:
        return "".join(chance.choice(letters) for _ in range(size)).capitalize()

    surnames, firsts, streets = ([word(size) for _ in range(many)] for size, many in ((8, 400), (6, 80), (9, 60)))
    found: list[Document] = []
    while len(found) < count:
        document = person(
            chance.choice(firsts),
            chance.choice(surnames),
            address=f"{chance.choice(streets)} {chance.randrange(1, 90)}",
            postal_code=str(1000 + chance.randrange(300)),
            birth_date=f"19{chance.randrange(40, 99)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}",
            phone=f"+324{chance.randrange(10**8):08}",
        )
        found.append(document)
        if chance.random() < 0.1:
            last = document["last_name"]
            found.append(person(document["first_name"], last[:4] + last[5:], **{
                field: document[field] for field in ("address", "postal_code", "birth_date")
            }))  # fmt: skip
    return found[:count]
