"""Dates as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientimport.core.cells.dates import date_readings
from tests.values.coerce import coerce, outcome

days = st.dates(min_value=date(1800, 1, 1), max_value=date(2199, 12, 31))

DEFINITE = [
    "2025-04-03", "2025-04-03 00:00:00", "2025-04-03T10:00:00Z", "2025-04-03 10:15:00.123+02:00", "2025/04/03",
    "2025.4.3", "2025 04 03", "20250403", "3 April 2025", "April 3, 2025", "Apr 3rd, 2025", "3-Apr-25", "03-APR-2025",
    "3 april 2025", "3 avr. 2025", "3. April 2025", "3 de abril de 2025", "the 3rd of April 2025", "2025-Apr-03",
    "3 Apr 2025 10:30", "3 apr '25",
]  # fmt: skip


@pytest.mark.parametrize("text", DEFINITE)
def test_a_definite_date_needs_no_format(text: str) -> None:
    """The year of four digits or the month's name says it all."""
    assert outcome("date", text) == "2025-04-03"


@pytest.mark.parametrize(("text", "day"), [
    ("3 maart 2025", "2025-03-03"), ("3. März 2025", "2025-03-03"), ("3 mars 2025", "2025-03-03"),
    ("3 marzo 2025", "2025-03-03"), ("1er août 2025", "2025-08-01"), ("15 okt. 2025", "2025-10-15"),
    ("15 Jänner 2025", "2025-01-15"), ("15 déc. 2025", "2025-12-15"), ("15 dic 2025", "2025-12-15"),
    ("15 mei 2025", "2025-05-15"), ("15 juillet 2025", "2025-07-15"), ("15 Dezember 2025", "2025-12-15"),
    ("15 février 2025", "2025-02-15"), ("15 setiembre 2025", "2025-09-15"),
])  # fmt: skip
def test_months_have_names_in_five_languages(text: str, day: str) -> None:
    """English, Dutch, French, German and Spanish, with accents or without."""
    assert outcome("date", text) == day


@pytest.mark.parametrize("text", [
    "10", "2025", "1.5", "may", "May 2025", "12.30", "45000", "0012", "today", "3/4-2025", "3/4", "1/2/3", "03042025",
    "3 foo 2025", "2025-04-03 noon", "03/04/2025 99", "5 mei mei", "3/4/20255", "٣/٤/٢٠٢٥ x", "-3/4/2025", "3//4/2025",
    "x" * 100,
])  # fmt: skip
def test_what_lacks_a_day_a_month_or_a_year_is_no_date(text: str) -> None:
    """Nothing is borrowed from today, and a spreadsheet's serial number in a text is a number."""
    assert outcome("date", text) == "date-unreadable"


@pytest.mark.parametrize("text", [
    "15/13/2024", "31/02/2025", "31/04/2025", "29/02/2023", "2025-02-30", "2025-13-01", "20251304", "0000-00-00",
    "00/00/2000", "30 February 2025", "01/01/0202", "99/99/99",
])  # fmt: skip
def test_a_day_that_never_was_is_impossible(text: str) -> None:
    """It is told from what is no date at all."""
    assert outcome("date", text) == "date-impossible"
    assert outcome("date", text, format="DMY", strict=True) == "date-impossible"


@pytest.mark.parametrize(("text", "dmy", "mdy"), [
    ("03/04/2025", "2025-04-03", "2025-03-04"), ("3-4-25", "2025-04-03", "2025-03-04"),
    ("03.04.2025 10:30 PM", "2025-04-03", "2025-03-04"), ("3 4 2025", "2025-04-03", "2025-03-04"),
    ("01/12/1999", "1999-12-01", "1999-01-12"),
])  # fmt: skip
def test_day_and_month_are_not_told_apart_by_guessing(text: str, dmy: str, mdy: str) -> None:
    """The column's format says, or a person."""
    assert outcome("date", text) == "pending"
    assert outcome("date", text, format="YMD") == "pending"
    for strict in (False, True):
        assert outcome("date", text, format="DMY", strict=strict) == dmy
        assert outcome("date", text, format="MDY", strict=strict) == mdy


def test_a_cell_with_one_reading_is_read_so_unless_a_person_gave_the_format() -> None:
    """Evidence from other cells does not refuse a good date; a person's word does."""
    assert outcome("date", "25/04/2025", format="MDY") == "2025-04-25"
    assert outcome("date", "25/04/2025", format="MDY", strict=True) == "date-unreadable"
    assert outcome("date", "2025/04/03", format="DMY", strict=True) == "date-unreadable"
    assert outcome("date", "5/5/2025") == "2025-05-05"


@pytest.mark.parametrize("form", ["DMY", "MDY", "YMD"])
def test_the_form_of_real_spreadsheet_dates_is_refused_by_no_format(form: str) -> None:
    """Readers hand true dates over as YYYY-MM-DD, whatever the person sees in the cell."""
    assert outcome("date", "2025-04-03", format=form, strict=True) == "2025-04-03"
    assert outcome("date", "2025-04-03 00:00:00", format=form, strict=True) == "2025-04-03"


@pytest.mark.parametrize(("text", "plain", "birth"), [
    ("13/12/68", "2068-12-13", "1968-12-13"), ("13/12/69", "1969-12-13", "1969-12-13"),
    ("13/12/26", "2026-12-13", "2026-12-13"), ("13/12/27", "2027-12-13", "1927-12-13"),
    ("13 jan 54", "2054-01-13", "1954-01-13"),
])  # fmt: skip
def test_a_year_of_two_digits_has_a_stated_century(text: str, plain: str, birth: str) -> None:
    """POSIX's rule; and nobody's birth is in the future."""
    assert outcome("date", text) == plain
    assert outcome("date", text, field="birth_date") == birth


def test_a_year_of_two_digits_is_first_only_if_said() -> None:
    """So that 25/04/03 is a day in 2003 unless the format is YMD."""
    assert outcome("date", "25/04/03") == "2003-04-25"
    assert outcome("date", "25/04/03", format="YMD") == "2025-04-03"
    assert outcome("date", "99/12/31") == "date-impossible"
    assert outcome("date", "99/12/31", format="YMD", strict=True) == "1999-12-31"


def test_a_column_keeps_its_rows_apart() -> None:
    """Values, flags and pending rows are by position, and repeated cells answer alike."""
    answer = coerce("date", "13/04/2025", "", "03/04/2025", "x", "13/04/2025", "31/02/2025")

    assert answer.values == ["2025-04-13", None, None, None, "2025-04-13", None]
    assert answer.flags == [(3, "date-unreadable", {}), (5, "date-impossible", {})]
    assert list(answer.pending) == [2]


@given(days, st.sampled_from(["-", "/", ".", " "]), st.booleans())
def test_any_day_written_out_is_read_back(day: date, between: str, padded: bool) -> None:
    """In its own order, with or without leading zeros."""
    number = "{:02d}" if padded else "{}"
    d, m = number.format(day.day), number.format(day.month)

    found = date_readings(between.join((d, m, str(day.year))))

    assert found.dmy == day.isoformat()
    assert date_readings(between.join((m, d, str(day.year)))).mdy == day.isoformat()
    assert date_readings(between.join((str(day.year), m, d))).ymd == day.isoformat()
    assert (found.mdy is None) == (day.day > 12)


@given(st.text(st.sampled_from("0123456789/-. :TZapmjunfebAPR"), max_size=14))
def test_no_text_makes_it_fail_and_every_value_is_a_day(text: str) -> None:
    """Whatever a cell holds."""
    answer = coerce("date", text.strip(), format="DMY")

    assert all(value is None or date.fromisoformat(str(value)) for value in answer.values)
