"""The plugin as its author tests it: loaded strictly, each thing it declares used once."""

from __future__ import annotations

import clientimport_loyalty
import pytest
from clientimport_loyalty import NUMBER, read_numbers

from clientimport import Importer
from clientimport.core.coercion import CoercionContext
from clientimport.core.findings import CODES, Flag, Severity
from clientimport.core.profile import Profile, Rung
from clientimport.plugins import Plugins


class Batch:
    """Three records, the second with a card and no e-mail address."""

    size = 3
    profile = Profile(name="any")
    fields = ("name", "email", NUMBER)
    identifying = ("name", "email")

    def values(self, field: str) -> list[str | None]:
        columns: dict[str, list[str | None]] = {
            "name": ["Jan", "Piet", "Marie"],
            "email": ["jan@voorbeeld.example", None, None],
            NUMBER: ["LC-000001", "LC-000002", None],
        }
        return columns[field]

    def refused(self, row: int, field: str) -> bool:
        raise NotImplementedError(row, field)


@pytest.fixture
def plugins() -> Plugins:
    return Plugins([clientimport_loyalty], strict=True)


def test_it_declares_a_field_with_its_coercer(plugins: Plugins) -> None:
    (field,) = plugins.fields()

    assert field.name == NUMBER
    assert plugins.coercers() == {field.coercer: read_numbers}
    assert plugins.codes() == {**CODES, "loyalty-no-email": Severity.WARNING}


def test_numbers_are_read_however_people_type_them() -> None:
    texts = ["lc 123 456", "LC-123456", "123456", "", "12345", "LC-12345X"]
    context = CoercionContext(field=NUMBER, countries=[None] * len(texts))

    assert read_numbers(texts, context).values == ["LC-123456"] * 3 + [None] * 3
    assert [(row, code) for row, code, _ in read_numbers(texts, context).flags] == [
        (4, "number-format"),
        (5, "number-format"),
    ]


def test_a_card_without_an_address_is_warned_about(plugins: Plugins) -> None:
    (rule,) = plugins.rules()

    assert list(rule.check(Batch())) == [Flag(1, "loyalty-no-email", "email", None, {})]


@pytest.mark.parametrize(("ladder", "clients"), [((Rung(scheme=NUMBER),), 1), ((), 2)])
def test_one_number_is_one_client_where_the_ladder_says_so(ladder: tuple[Rung, ...], clients: int) -> None:
    importer = Importer("memory:", profile=Profile(name="shop", ladder=ladder), plugins=[clientimport_loyalty])
    for name in ("Jan Peeters", "J. Peeters"):
        importer.apply(importer.plan([{"name": name, NUMBER: "LC 123 456"}]))

    assert len(list(importer.clients())) == clients
