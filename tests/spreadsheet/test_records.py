"""Records in memory: any values become the text a file would hold."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from clientimport.adapters.records import RecordsSource, as_text
from clientimport.errors import LimitExceededError, SourceUnreadableError
from clientimport.limits import Limits
from tests.spreadsheet.reading import headers, numbers, rows


class Kind(enum.Enum):
    PERSON = "person"


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (None, ""),
        ("", ""),
        (" 00123 ", " 00123 "),
        (0.1 + 0.2, "0.3"),
        (1234.5600000000002, "1234.56"),
        (12345678901234.56, "12345678901234.56"),
        (-0.1 - 0.2, "-0.3"),
        (1e22, "10000000000000000000000"),
        (5, "5"),
        (True, "TRUE"),
        (False, "FALSE"),
        (1.5, "1.5"),
        (5.0, "5"),
        (85073003328.0, "85073003328"),
        (1e21, "1000000000000000000000"),
        (1.234, "1.2340"),
        (float("nan"), ""),
        (Decimal("1.50"), "1.50"),
        (Decimal("1.234"), "1.2340"),
        (Decimal("1E+3"), "1000"),
        (date(2025, 4, 3), "2025-04-03"),
        (datetime.fromisoformat("2025-04-03T00:00:00"), "2025-04-03"),
        (datetime.fromisoformat("2025-04-03T14:30:00"), "2025-04-03 14:30:00"),
        (Kind.PERSON, "person"),
        (["a", "b"], "a; b"),
    ],
)
def test_values_become_text(value: object, seen: str) -> None:
    """No exponent, no ``.0``, ISO days, blank for nothing."""
    assert as_text(value) == seen


def test_columns_are_all_keys_in_order() -> None:
    """A key that comes late is blank before; numbers count every record."""
    source = RecordsSource(iter([{"a": 1}, {}, {"b": 2, "a": 3}]))

    assert headers(source) == ["a", "b"]
    assert rows(source) == [["1", ""], ["3", "2"]]
    assert numbers(source) == [1, 3]


def test_changing_the_records_later_changes_nothing() -> None:
    """Read once to preview and once to import, the same both times."""
    records = [{"a": 1}]
    source = RecordsSource(records)
    records.append({"a": 2})
    rows(source)[0][0] = "spoilt"

    assert rows(source) == [["1"]]


def test_the_digest_is_of_the_content() -> None:
    """The same records, the same digest; another value, another one."""
    first, same, other = ([{"a": "1", "b": value}] for value in ("x", "x", "y"))

    assert RecordsSource(first).describe().digest == RecordsSource(same).describe().digest
    assert RecordsSource(first).describe().digest != RecordsSource(other).describe().digest


class _Pandas:
    columns = ("a",)

    def to_dict(self, orient: str) -> list[dict[str, object]]:
        assert orient == "records"
        return [{"a": float("nan")}, {"a": 1.0}]


class _Polars:
    columns = ("a",)

    def iter_rows(self, *, named: bool) -> Iterator[dict[str, object]]:
        assert named
        yield {"a": 1}


@pytest.mark.parametrize("frame", [_Pandas(), _Polars()])
def test_data_frames_are_records(frame: Any) -> None:
    """By what they can do, so that neither library is needed."""
    assert rows(RecordsSource(frame)) == [["1"]]


@pytest.mark.parametrize("records", [5, {"a": 1}, [["a", 1]], "text", [{"a": 1}, None]])
def test_other_things_are_refused(records: Any) -> None:
    """By their type, without their values."""
    with pytest.raises(SourceUnreadableError):
        RecordsSource(records)


@pytest.mark.parametrize(
    ("limits", "name"),
    [(Limits(rows=1), "rows"), (Limits(columns=1), "columns"), (Limits(cell_length=3), "cell_length")],
)
def test_limits_hold_for_records(limits: Limits, name: str) -> None:
    """As for files."""
    with pytest.raises(LimitExceededError) as error:
        RecordsSource([{"a": "long text", "b": 1}, {"a": "x"}], limits=limits)
    assert error.value.limit == name
