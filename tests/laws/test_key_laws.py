"""What holds for the keys of every client: those that a change takes and gives up are those by which the whole differs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientimport.core.matching import ClientKeys
from clientimport.core.profile import Profile, Rung
from clientimport.core.schema import BUILTIN_FIELDS, Schema
from clientimport.documents.profile import load_builtin_profiles
from clientimport.services.new_keys import NewKeys

Document = Mapping[str, Any]

PROFILES = {
    **{profile.name: profile for profile in load_builtin_profiles()},
    "phone-only": Profile(name="phone-only", ladder=(Rung(scheme="phone"),)),
    "no-keys": Profile(name="no-keys", ladder=()),
}
PHONES = ("+3225551212", "+32475123456", "+32475123457")
MAILS = ("a@voorbeeld.be", "A@Voorbeeld.be", "b@voorbeeld.be")
POOLS: Mapping[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from(["Jan Peeters", "PEETERS Jan", "Els Maes", "?!"]),
    "first_name": st.sampled_from(["Jan", "Els"]),
    "email": st.sampled_from(MAILS),
    "other_emails": st.lists(st.sampled_from(MAILS), min_size=1, max_size=3),
    "phone": st.sampled_from(PHONES),
    "mobile": st.sampled_from(PHONES),
    "other_phones": st.lists(st.sampled_from(PHONES), min_size=1, max_size=2),
    "external_id": st.sampled_from(["1", "2"]),
    "vat_number": st.sampled_from(["BE0403170701", "BE0123456749"]),
    "national_number": st.sampled_from(["93051822361", "85073003328"]),
    "city": st.sampled_from(["Gent", "Mol"]),
    "is_offline": st.booleans(),
}
"""Values as clients have them; ``is_offline`` is the kind under the profile that has two."""


def fields_of(profile: Profile) -> Schema:
    return Schema((*BUILTIN_FIELDS, *profile.fields))


def documents(schema: Schema) -> st.SearchStrategy[Document]:
    """A client; blank fields are not there."""
    return st.fixed_dictionaries({}, optional={name: pool for name, pool in POOLS.items() if name in schema})


def small_changes(document: Document, schema: Schema) -> st.SearchStrategy[Document]:
    """*document* with a field or two filled, changed or, where they become ``None``, emptied."""
    pools = {name: st.one_of(pool, st.none()) for name, pool in POOLS.items() if name in schema}
    changed = st.lists(st.sampled_from(sorted(pools)), max_size=2, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: pools[name] for name in names})
    )
    return changed.map(
        lambda values: {name: value for name, value in {**document, **values}.items() if value is not None}
    )


@pytest.mark.parametrize("name", PROFILES)
@given(data=st.data())
def test_a_change_of_keys_is_the_difference_of_all_keys(name: str, data: st.DataObject) -> None:
    """Looking at the fields that changed alone is enough, also where the name or the kind decides what is a key at all."""
    schema = fields_of(PROFILES[name])
    keys = ClientKeys(PROFILES[name], schema)
    before = data.draw(documents(schema), label="before")
    after = data.draw(st.one_of(small_changes(before, schema), documents(schema)), label="after")
    shared = data.draw(st.sets(st.sampled_from(["email", "phone", "external_id", "vat_number"])), label="shared")
    changed = {field for field in {*before, *after} if before.get(field) != after.get(field)}

    taken, given_up = keys.changes(before, after, changed, shared)

    old, new = keys.rows(before), keys.rows(after, shared)
    held, holds = {key[:2] for key in old}, {key[:2] for key in new}
    assert taken == [key for key in new if key[:2] not in held]
    assert len(given_up) == len(set(given_up))
    assert set(given_up) == held - holds


@pytest.mark.parametrize("name", PROFILES)
@given(data=st.data())
def test_keys_of_a_page_of_new_clients_are_those_of_their_documents(name: str, data: st.DataObject) -> None:
    """Made a field at a time, with clients beside one another that hold many values, few or none."""
    schema = fields_of(PROFILES[name])
    keys = ClientKeys(PROFILES[name], schema)
    fields = data.draw(
        st.lists(st.sampled_from([field for field in POOLS if field in schema]), unique=True), label="fields"
    )
    found = data.draw(st.lists(documents(schema), max_size=4), label="documents")
    clients = [{field: value for field, value in document.items() if field in fields} for document in found]
    shared = [data.draw(st.sets(st.sampled_from(["email", "phone", "vat_number"]))) for _ in clients]
    flags = [[["shared-key", "i", None, None, {"scheme": scheme}] for scheme in sorted(own)] for own in shared]
    lines: list[tuple[object, ...]] = [
        (number, number, [], [], own, [], [], "create", "new", None, None) for number, own in enumerate(flags)
    ]
    rows = [[client.get(field) for field in fields] for client in clients]

    made = NewKeys(keys, fields).of(lines, rows)

    assert made == [keys.rows(client, own) for client, own in zip(clients, shared, strict=True)]


@pytest.mark.parametrize(
    ("profile", "before", "after", "taken", "given_up"),
    [
        ("daftra", {"name": "Jan"}, {"name": "Jan", "email": "a@x.be"}, [("email", "a@x.be", "")], [("name", "jan")]),
        ("daftra", {"name": "Jan", "phone": "+321"}, {"name": "Jan"}, [("name", "jan", None)], [("phone", "+321")]),
        ("daftra", {"email": "a@x.be", "phone": "+321"}, {"email": "a@x.be"}, [], [("phone", "+321")]),
        ("daftra", {"phone": "+321", "mobile": "+322"}, {"phone": "+322", "mobile": "+321"}, [], []),
        ("daftra", {"phone": "+321", "mobile": "+321"}, {"mobile": "+321"}, [], []),
        ("standard", {"email": "a@x.be"}, {"email": "A@x.be"}, [], []),
        (
            "taxcaddy",
            {"name": "Jan", "external_id": "1"},
            {"name": "Jan", "external_id": "1", "is_offline": True},
            [("external_id", "\x1f1", "")],
            [("external_id", "1")],
        ),
        (
            "taxcaddy",
            {"name": "Jan", "external_id": "1", "is_offline": True},
            {"name": "Jan", "external_id": "2", "is_offline": True},
            [("external_id", "\x1f2", "")],
            [("external_id", "\x1f1")],
        ),
    ],
)
def test_what_a_change_takes_and_gives_up(
    profile: str,
    before: Document,
    after: Document,
    taken: list[tuple[str, str, str | None]],
    given_up: list[tuple[str, str]],
) -> None:
    """By hand, so that the law has something to stand on."""
    keys = ClientKeys(PROFILES[profile], fields_of(PROFILES[profile]))
    changed = {field for field in {*before, *after} if before.get(field) != after.get(field)}

    assert keys.changes(before, after, changed) == (taken, given_up)
