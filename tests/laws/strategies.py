"""Small messy worlds: a store with some clients, a file that collides with them and with itself, and a policy."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from hypothesis import strategies as st

from clientimport import Importer, Merge, MergePolicy, Plan, Profile, Settings
from clientimport.adapters.stores.memory import MemoryStore
from clientimport.core.profile import MODES, Choose, Rung
from tests.planning.given import NOW, plan_of

POOLS: Mapping[str, Sequence[str]] = {
    "external_id": ("", "", "1", "2", "3", "A-1", "A 1"),
    "name": ("Jan Peeters", "PEETERS Jan", "Els Maes", "N.V. Bouw Nys", "Bouw Nys NV", "", " "),
    "email": ("", "a@voorbeeld.be", "A@Voorbeeld.be", "b@voorbeeld.be", "a.b@voorbeeld.be", "a-b@voorbeeld.be", "jan@"),
    "other_emails": ("", "", "b@voorbeeld.be", "c@voorbeeld.be", "a@voorbeeld.be"),
    "phone": ("", "", "+32 2 555 12 12", "02 555 12 12", "0475 12 34 56", "bel niet", "12"),
    "mobile": ("", "", "", "+32 475 12 34 56", "0475/12.34.57"),
    "city": ("", "Gent", "gent", "Brugge", "\u200bSint-Niklaas", "sint niklaas"),
    "tags": ("", "vip", "vip;goud", "goud;vip", "nieuw"),
    "birth_date": ("", "", "2000-01-31", "25/04/2000", "03/04/2000", "31/02/2000"),
    "opening_balance": ("", "", "10", "-10", "1.234", "12,50", "veel"),
}
FIELDS = tuple(POOLS)

PROFILES: Mapping[str, str | Profile] = {
    "standard": "standard",
    "daftra": "daftra",
    "strict": Profile(
        name="strict",
        ladder=tuple(Rung(scheme=scheme) for scheme in ("external_id", "email", "phone")),
        merge=MergePolicy(default=Merge.FILL_BLANK),
    ),
    "loose": Profile(
        name="loose",
        required=(),
        ladder=(Rung(scheme="external_id"), Rung(scheme="email", exclusive=False), Rung(scheme="phone")),
        merge=MergePolicy(default=Merge.ASK),
    ),
    "choosy": Profile(
        name="choosy",
        ladder=(Rung(scheme="external_id"), Rung(scheme="email", exclusive=False)),
        choose=(Choose(field="city", options=("Gent", "Mol")),),
    ),
}


@attrs.frozen(kw_only=True)
class World:
    """One example.

    Attributes:
        profile: A key of ``PROFILES``.
        stored: What was imported before; differences were overwritten.
        rows: The file; every row has all of ``FIELDS``.
        policy: Keyword arguments of ``Importer.plan``.
        shared_limit: More records than this under one exclusive key.
        system: Where the file comes from; what is stored came from ``"stored"``.
    """

    profile: str
    stored: tuple[Mapping[str, str], ...]
    rows: tuple[Mapping[str, str], ...]
    policy: Mapping[str, Any]
    shared_limit: int
    system: str = "file"

    def importer(self, store: object = None, **settings: Any) -> Importer:
        """An importer on a store with the stored clients in it; in memory all of them are one store, so that plans compare."""
        runs = iter(range(1, 1000))
        settings.setdefault("shared_key_limit", self.shared_limit)
        importer = Importer(
            store or MemoryStore(identity="memory"),
            profile=PROFILES[self.profile],
            settings=Settings(default_country="BE", **settings),
            clock=lambda: NOW,
            new_id=lambda: f"r{next(runs)}",
        )
        if self.stored:
            importer.apply(plan_of(importer, *self.stored, merge="overwrite", system="stored", near="off"))
        return importer

    def plan(self, importer: Importer, rows: Sequence[Mapping[str, str]] | None = None, **options: Any) -> Plan:
        """The plan of the file, or of other *rows*, under the policy."""
        rows = self.rows if rows is None else rows
        return plan_of(importer, *rows, **{"system": self.system, **self.policy, **options})


def rows() -> st.SearchStrategy[Mapping[str, str]]:
    """One row of every field."""
    return st.fixed_dictionaries({field: st.sampled_from(pool) for field, pool in POOLS.items()})


def files(most: int = 6) -> st.SearchStrategy[tuple[Mapping[str, str], ...]]:
    """Up to *most* rows."""
    return st.lists(rows(), max_size=most).map(tuple)


def merges() -> st.SearchStrategy[MergePolicy]:
    """A policy for all fields, and another for some."""
    some = st.dictionaries(
        st.sampled_from(["name", "email", "city", "tags", "phone"]), st.sampled_from(Merge), max_size=2
    )
    orders = st.sampled_from([("stored", "file"), ("file", "here"), ("here", "stored"), ("elsewhere",)])
    return st.builds(
        lambda default, fields, order: MergePolicy(default=default, fields=fields, order=order),
        st.sampled_from(Merge),
        some,
        orders,
    )


def policies() -> st.SearchStrategy[Mapping[str, Any]]:
    """What a host may choose for one plan; the profile's own policy among it."""
    chosen = st.fixed_dictionaries(
        {"mode": st.sampled_from(MODES), "update_existing": st.booleans(), "merge": merges()}
    )
    upsert = st.fixed_dictionaries({"merge": merges()})
    return st.one_of(upsert, chosen, st.just({}))


def worlds(
    policy: st.SearchStrategy[Mapping[str, Any]] | None = None, most: int = 6, system: str | None = None
) -> st.SearchStrategy[World]:
    """Any store, file and policy; the file comes from *system*, by default from where the stored ones came or elsewhere."""
    return st.builds(
        World,
        profile=st.sampled_from(sorted(PROFILES)),
        stored=files(4),
        rows=files(most),
        policy=policies() if policy is None else policy,
        shared_limit=st.sampled_from([2, 20]),
        system=st.sampled_from(["stored", "file"]) if system is None else st.just(system),
    )


def big_file(count: int, seed: int = 1) -> list[dict[str, str]]:
    """The same *count* rows at each call: mostly people of their own, some of the pools' collisions among them."""
    chance = random.Random(seed)
    found = []
    for n in range(count):
        row = {field: chance.choice(pool) for field, pool in POOLS.items()}
        if chance.random() < 0.8:
            row |= {"name": f"Klant {n}", "email": f"k{n}@voorbeeld.be", "external_id": f"K{n}"}
            row |= {"phone": f"+32 2 5{n % 100_000:05d} 1"[:15], "mobile": "", "other_emails": ""}
        found.append(row)
    return found
