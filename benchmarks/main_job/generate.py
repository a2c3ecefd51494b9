"""The files of the main job, and the truth about them.

The truth is not measured but built in: every row is made from one known client, so what a correct import answers follows
from how the row was made. A client's rows never contradict one another, and together they say all there is to say
about it; so its final state is what the file says, over what the store had besides.
"""

from __future__ import annotations

import csv
import hashlib
import json
import random
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from benchmarks.main_job import people
from benchmarks.main_job.people import Person

HEADERS = ("Client code", "Name", "First name", "Last name", "E-mail", "Phone", "Mobile", "Street", "Postal code", "City",
           "Country", "VAT number", "Opening balance", "Opening date", "Currency")  # fmt: skip
INVALID_KINDS = ("name", "contact", "email", "opening_balance", "opening_date")
"""Why a row is refused: a field it misses or that cannot be read; ``contact``: neither e-mail nor telephone."""

_CODE, _EMAIL, _PHONE, _MOBILE, _VAT, _OPENING = 0, 4, 5, 6, 11, 12
_BLANKABLE = ("code", "first_name", "last_name", "email", "phone", "mobile", "street", "postal_code", "city", "vat_number",
              "opening")  # fmt: skip
_MAY_DIFFER = ("street", "postal_code", "city", "mobile", "phone", "email", "vat_number", "code")
_BAD_EMAILS = ("{}.example.com", "{}@", "{} at example.com", "{}@example..com", "@{}.example")
_BAD_AMOUNTS = ("-{}.50", "n/a", "unknown", "-1{}.00", "about {}", "{}.10.5x")
_BAD_DATES = ("31/02/2025", "45/13/2025", "last year", "00/00/2025", "31/11/2025", "n/a")


class _Client(NamedTuple):
    """One client of the file: what all its rows say together, what the store has, and what it must be matched by."""

    number: int
    person: Person
    opening: tuple[str, str, str]  # amount, date, currency as written; all "" for none
    anchor: str  # "email" or "phone": in every row and in the store alike
    stored: Person | None


def generate(folder: Path, rows: int, seed: int = 1) -> dict[str, object]:
    """Write ``clients.csv``, ``store.csv`` and ``truth.json`` for *rows* rows into *folder* and return the truth."""
    chance = random.Random(f"{seed} {rows}")
    invalid, repeats = rows * 3 // 100, rows // 10
    distinct = rows - invalid - repeats
    clients = [_client(number, rows, chance) for number in range(distinct)]

    lines: list[tuple[int, list[str]]] = []
    extra = Counter[int]()
    while extra.total() < repeats:
        for number in chance.choices(range(distinct), k=repeats - extra.total()):
            extra[number] = min(extra[number] + 1, 2)  # at most three rows a client
    for client in clients:
        lines.extend((client.number, line) for line in _lines(client, extra[client.number], chance))
    refused: Counter[str] = Counter()
    for number in range(distinct, distinct + invalid):
        kind = INVALID_KINDS[number % len(INVALID_KINDS)]
        refused[kind] += 1
        lines.append((-1, _spoil(kind, _client(number, rows, chance), chance)))
    chance.shuffle(lines)

    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "clients.csv", (line for _, line in lines))
    stored = [c for c in clients if c.stored is not None]
    chance.shuffle(stored)
    _write(folder / "store.csv", (_line(c.stored, ("", "", ""), chance) for c in stored if c.stored is not None))

    truth = {"rows": rows, "seed": seed, "invalid": dict(refused), **_truth(clients, extra, lines, invalid)}
    (folder / "truth.json").write_text(json.dumps(truth, indent=1), encoding="utf-8")
    return truth


def contents_digest(clients: object) -> str:
    """What a store holds, as one number whatever the order: twelve texts a client, canonical, in ``Person``'s order."""
    total = 0
    for texts in clients:  # type: ignore[attr-defined]
        line = "\x1f".join(texts)
        total += int.from_bytes(hashlib.blake2b(line.encode(), digest_size=16).digest())
    return f"{total % (1 << 128):032x}"


def _client(number: int, rows: int, chance: random.Random) -> _Client:
    person = people.person(number, chance)
    has_both = bool(person.email and person.phone)
    anchor = ("email" if chance.random() < 0.75 else "phone") if has_both else ("email" if person.email else "phone")
    draw = chance.random()
    known, changed = draw < 1 / 3, draw < 0.8 / 3  # four in five of the stored ones are updates
    opening = ("", "", "")
    if chance.random() < 0.3 / (1 - 0.2 / 3) and (changed or not known):
        date = f"{chance.randrange(1, 29):02d}/{chance.randrange(1, 13):02d}/2025"
        opening = (f"{chance.randrange(100, 2_000_000) / 100:.2f}", date, people.CURRENCIES[person.country])
    stored = _stored(person, anchor, number + rows, changed, chance) if known else None
    return _Client(number, person, opening, anchor, stored)


def _stored(person: Person, anchor: str, spare: int, changed: bool, chance: random.Random) -> Person:
    """The client as the store has it: equal where both say something, but for one or two fields if *changed*."""
    differs: dict[str, str] = {}
    if changed:
        candidates = [f for f in _MAY_DIFFER if f != anchor and getattr(person, f)]
        for field in chance.sample(candidates, k=chance.choice((1, 1, 2))):
            differs[field] = _other(field, person, spare, chance)
    if not person.mobile and chance.random() < 0.3:
        differs["mobile"] = people.mobile(spare, person.country)  # the file is silent about it, so it stays
    return person._replace(**differs)


def _other(field: str, person: Person, spare: int, chance: random.Random) -> str:
    """An older value of *field*, unique where the field is; often none at all."""
    if field in {"vat_number", "code"} or chance.random() < 0.4:
        return ""
    if field == "street":
        return people.street(person.country, chance) + "A"
    if field == "email":
        return people.email(spare, person.first_name, person.last_name)
    if field == "phone":
        return people.landline(spare, person.country)
    if field == "mobile":
        return people.mobile(spare, person.country)
    return f"{getattr(person, field)} (old)"


def _lines(client: _Client, extra: int, chance: random.Random) -> list[list[str]]:
    """A full row, and *extra* repeats: most the same, others with blanks; now and then it is the first that has them."""
    person, opening = client.person, client.opening
    made = [_line(person, opening, chance)]
    for _ in range(extra):
        blanked, balance = person, opening
        if chance.random() < 0.4:
            for field in chance.sample([f for f in _BLANKABLE if f != client.anchor], k=chance.randrange(1, 4)):
                if field == "opening":
                    balance = ("", "", "")
                else:
                    blanked = blanked._replace(**{field: ""})
        made.append(_line(blanked, balance, chance))
    return made  # shuffled with all other rows, so the full one comes first only half of the time


def _line(person: Person, opening: tuple[str, str, str], chance: random.Random) -> list[str]:
    """*person* as somebody typed it: telephone numbers in E.164 or as at home, VAT numbers with or without a blank."""
    line = [*person, *opening]
    for column in (_PHONE, _MOBILE):
        if line[column] and chance.random() < 0.55:
            line[column] = people.national(line[column], person.country)
    if line[_VAT] and chance.random() < 0.2:
        line[_VAT] = f"{line[_VAT][:2]} {line[_VAT][2:]}"
    return line


def _spoil(kind: str, client: _Client, chance: random.Random) -> list[str]:
    """A row with one fault, of a client that is nowhere else."""
    opening = client.opening
    if kind in {"opening_balance", "opening_date"} and not opening[0]:
        opening = ("120.00", "28/02/2025", people.CURRENCIES[client.person.country])
    line = _line(client.person, opening, chance)
    filler = client.number
    if kind == "name":
        line[1] = ""
    elif kind == "contact":
        line[_EMAIL] = line[_PHONE] = line[_MOBILE] = ""
    elif kind == "email":
        line[_EMAIL] = chance.choice(_BAD_EMAILS).format(f"somebody{filler}")
    elif kind == "opening_balance":
        line[_OPENING] = chance.choice(_BAD_AMOUNTS).format(filler % 900 + 10)
    else:
        line[_OPENING + 1] = chance.choice(_BAD_DATES)
    return line


def _truth(
    clients: list[_Client], extra: Counter[int], lines: list[tuple[int, list[str]]], invalid: int
) -> dict[str, object]:
    """What must come out, counted by client, by record, and as a tool sees it that takes row after row."""
    fate: dict[int, str] = {}
    state: dict[int, int] = {}
    for client in clients:
        if client.stored is None:
            fate[client.number], state[client.number] = "create", -1
        else:
            full = zip(client.person, client.stored, strict=True)
            same = sum(1 << i for i, (said, had) in enumerate(full) if said and said == had)
            state[client.number] = same
            wanted = sum(1 << i for i, said in enumerate((*client.person, *client.opening)) if said)
            fate[client.number] = "update" if wanted & ~same else "unchanged"
    by_client = Counter(fate.values())

    row_by_row: Counter[str] = Counter(invalid=invalid)
    totals: dict[str, Decimal] = {}
    for number, line in lines:
        if number < 0:
            continue
        said = sum(1 << i for i, text in enumerate(line) if text)
        had = state[number]
        state[number] = said if had < 0 else had | said
        row_by_row["create" if had < 0 else "update" if said & ~had else "unchanged"] += 1
    for client in clients:
        if client.opening[0]:
            totals[client.opening[2]] = totals.get(client.opening[2], Decimal()) + Decimal(client.opening[0])
    final = (tuple(said or had for said, had in zip(c.person, c.stored or c.person, strict=True)) for c in clients)
    compact = ((*most, vat[0 if vat[:2].isdigit() else 2 :]) for *most, vat in final)  # some tools drop the prefix
    before = sum(c.stored is not None for c in clients)
    return {
        "store": {"before": before, "after": len(clients)},
        "clients": {"created": by_client["create"], "updated": by_client["update"],
                    "unchanged": by_client["unchanged"], "invalid": invalid},
        "records": {"create": by_client["create"], "update": by_client["update"], "unchanged": by_client["unchanged"],
                    "skip": extra.total(), "invalid": invalid, "conflict": 0},
        "row_by_row": dict(row_by_row),
        "openings": {"clients": sum(bool(c.opening[0]) for c in clients),
                     "totals": {currency: str(total) for currency, total in sorted(totals.items())}},
        "contents": contents_digest(compact),
    }  # fmt: skip


def _write(path: Path, lines: object) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        writer.writerows(lines)  # type: ignore[arg-type]
