"""The fields a client record can have: what each means, how its text is read, and whether it identifies."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

import attrs

from clientimport.errors import SettingsError

COMPARES = ("exact", "words", "name")


def _name(_: object, attribute: attrs.Attribute[str], value: object) -> None:
    if not isinstance(value, str) or not _NAME.fullmatch(value) or value in BESIDE:
        wanted = f"small letters, digits, _ and points, such as card_number or shop.card; none of {', '.join(BESIDE)}"
        raise SettingsError(attribute.name, value, wanted=wanted)


def _compare(_: object, attribute: attrs.Attribute[str], value: object) -> None:
    if value not in COMPARES:
        raise SettingsError(attribute.name, value, allowed=COMPARES)


def _scheme(_: object, attribute: attrs.Attribute[str | None], value: object) -> None:
    if value in (BY_NAME, CLIENT):  # keys of the library's own
        raise SettingsError(attribute.name, value, wanted=f"another scheme than {BY_NAME} and {CLIENT}")


_NAME = re.compile(r"[a-z][a-z0-9_.]*")
BESIDE = ("id", "version", "balance", "aspects")
"""What stands beside the fields where a client is written as one object."""


@attrs.frozen(kw_only=True)
class Field:
    """One field of a client.

    Attributes:
        name: Stable snake_case name, used in mappings, plans and stores; none of ``id``, ``version``, ``balance`` and ``aspects``, which
            stand beside the fields of a client.
        coercer: Name of the coercer that reads its text (see ``clientimport.core.coercion``).
        label: English name for people.
        many: Holds several values: several columns may feed it, and the values that one file has for one client add up.
            Against those in the store the merge policy decides, for all of them together.
        scheme: The match-key scheme its values belong to (``"email"``, ``"phone"`` …); ``None`` if it never identifies. None of ``name`` and
            ``clientimport_id``, which are keys of the library's own.
        opening: Belongs to the opening balance, not to the client itself: carried in the plan, never stored on the client.
        compare: When two values mean the same to a person: ``exact`` (only if equal), ``words`` (whatever the case, accents and
            punctuation) or ``name`` (as words, in any order).
        choices: Allowed canonical values for the ``choice`` coercer; empty means free.
        max_length: Longest text accepted, in characters.
        mappable: A column or constant may feed it; ``False``: only the library itself writes it.
        identity: Says which stored client a record is about: carried in the plan, never stored on the client.

    Raises:
        SettingsError: names the key and what it may be.
    """

    name: str = attrs.field(validator=_name)
    coercer: str = "text"
    label: str = ""
    many: bool = False
    scheme: str | None = attrs.field(default=None, validator=_scheme)
    opening: bool = False
    compare: str = attrs.field(default="exact", validator=_compare)
    choices: tuple[str, ...] = ()
    max_length: int = 4000
    mappable: bool = True
    identity: bool = False

    @property
    def stored(self) -> bool:
        """Whether clients have it."""
        return not (self.opening or self.identity)


INACTIVE = "inactive"
"""The ``status`` of a client that was deactivated, unless the profile's lifecycle has others; an active one has none."""

CLIENT = "clientimport_id"
"""The field that says in a file of ours which client a row is about; also the scheme of that key."""

BY_NAME = "name"
"""The scheme of records that have no key at all: the same name again is the same record again."""


def client_cell(client: str, version: int, store: str) -> str:
    """What stands there: the client's id, the version that the row was written from, and the sign of the store."""
    return f"{client}{_VERSION}{version} {store}"


def client_of(cell: str) -> tuple[str, str, str]:
    """The id in such a cell, the version and the sign of the store; ``""`` for what it has not."""
    client, _, rest = cell.partition(_VERSION)
    version, _, store = rest.partition(" ")
    return client, version, store


def sign_of_store(identity: str) -> str:
    """Six letters and digits by which a file knows the store and workspace that it was written from; see ``Store.identity``."""
    return hashlib.sha256(identity.encode(errors="surrogatepass")).hexdigest()[:6]


_VERSION = " v"

BUILTIN_FIELDS: tuple[Field, ...] = (
    Field(name="kind", coercer="kind", label="Kind", choices=("person", "organisation")),
    Field(name="name", label="Name", compare="name"),
    Field(name="first_name", label="First name", compare="words"),
    Field(name="last_name", label="Last name", compare="words"),
    Field(name="company_name", label="Company name", compare="name"),
    Field(name="email", coercer="email", label="E-mail", scheme="email"),
    Field(name="other_emails", coercer="email", label="Other e-mails", scheme="email", many=True),
    Field(name="phone", coercer="phone", label="Phone", scheme="phone"),
    Field(name="mobile", coercer="phone", label="Mobile", scheme="phone"),
    Field(name="other_phones", coercer="phone", label="Other phones", scheme="phone", many=True),
    Field(name="address", label="Address", compare="words"),
    Field(name="address_2", label="Address, second line", compare="words"),
    Field(name="postal_code", label="Postal code"),
    Field(name="city", label="City", compare="words"),
    Field(name="region", label="State or province", compare="words"),
    Field(name="country", coercer="country", label="Country"),
    Field(name="language", coercer="language", label="Language"),
    Field(name="website", label="Website"),
    Field(name="birth_date", coercer="date", label="Date of birth"),
    Field(name="external_id", label="External id", scheme="external_id"),
    Field(name="vat_number", coercer="vat_number", label="VAT number", scheme="vat_number"),
    Field(name="company_number", coercer="company_number", label="Company number", scheme="company_number"),
    Field(name="national_number", coercer="national_number", label="National number", scheme="national_number"),
    Field(name="tax_number", coercer="tax_number", label="Tax number", scheme="tax_number"),
    Field(name="notes", label="Notes", max_length=32_767),
    Field(name="tags", coercer="tags", label="Tags", many=True),
    Field(name="status", label="Status", mappable=False),
    Field(name="status_since", coercer="date", label="Status since", mappable=False),
    Field(name=CLIENT, label="clientimport id", identity=True, max_length=200),
    Field(name="opening_balance", coercer="amount", label="Opening balance", opening=True),
    Field(name="opening_date", coercer="date", label="Opening balance date", opening=True),
    Field(name="opening_currency", coercer="currency", label="Opening balance currency", opening=True),
    Field(name="open_item", label="Open item", opening=True, max_length=200),
    Field(name="open_item_date", coercer="date", label="Open item date", opening=True),
    Field(name="open_item_due", coercer="date", label="Open item due date", opening=True),
)
"""The fields every store knows, in the order people expect to see them."""


class Schema:
    """The fields of one importer, in order: the built-in ones, then those a host or plugin declared.

    Raises:
        SettingsError: two fields carry one name.
    """

    def __init__(self, fields: Iterable[Field] = BUILTIN_FIELDS) -> None:
        self.fields: tuple[Field, ...] = tuple(fields)
        by_name: dict[str, Field] = {}
        for field in self.fields:
            if field.name in by_name:
                raise SettingsError("fields", field.name, wanted="each field name once")
            by_name[field.name] = field
        self.by_name: Mapping[str, Field] = MappingProxyType(by_name)

    @cached_property
    def mappable(self) -> Schema:
        """Those of the fields that a mapping may feed."""
        return Schema(field for field in self.fields if field.mappable)

    def including(self, fields: Sequence[Field]) -> Schema:
        """Also those of *fields* that it lacks, such as those of the profile that somebody else's plan or run was made with."""
        missing = [field for field in fields if field.name not in self.by_name]
        return Schema((*self.fields, *missing)) if missing else self

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    def __getitem__(self, name: str) -> Field:
        try:
            return self.by_name[name]
        except KeyError:
            raise SettingsError("field", name, allowed=tuple(self.by_name)) from None
