"""Amounts as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientimport.core.cells.amounts import amount_readings, currency_in
from tests.values.coerce import coerce, outcome

DEFINITE = [
    ("1.234,56", "1234.56"), ("1,234.56", "1234.56"), ("1 234,56", "1234.56"), ("1\u00a0234,56", "1234.56"),
    ("1\u202f234.56", "1234.56"), ("1'234.56", "1234.56"), ("1’234,50", "1234.50"), ("(1,234.56)", "-1234.56"),
    ("1.234,56-", "-1234.56"), ("-1.234,56", "-1234.56"), ("1.234,56 CR", "-1234.56"), ("1,234.56CR", "-1234.56"),
    ("1.234,56 DR", "1234.56"), ("€ 1.234,56", "1234.56"), ("EUR 1.234,56", "1234.56"), ("1.234,56 €", "1234.56"),
    ("-€ 5,00", "-5.00"), ("€ -5,00", "-5.00"), ("€(5,00)", "-5.00"), ("(€ 5,00)", "-5.00"), ("\u22125,5", "-5.5"),
    ("+5", "5"), ("5 -", "-5"), ("0.125", "0.125"), ("0,125", "0.125"), ("1.234.567", "1234567"),
    ("1,234,567", "1234567"), ("12,34,567.89", "1234567.89"), ("1234,567", "1234.567"), ("1.2345", "1.2345"),
    ("1 234", "1234"), (".50", "0.50"), (",5", "0.5"), ("007", "7"), ("-0,00", "0.00"), ("-0", "0"), ("0", "0"),
    ("50,-", "50.00"), ("1.234,--", "1234.00"), ("US$ 5.00", "5.00"), ("5.00 CA$", "5.00"), ("$5", "5"),
    ("٣٫٥", "3.5"), ("١٬٢٣٤٫٥٦", "1234.56"), ("CHF 1'000.05", "1000.05"), ("12.50 kr", "12.50"), ("Rs. 5", "5"),
    ("999999999999999.99", "999999999999999.99"), ("€ -", "0"), ("-   €", "0"), ("EUR –", "0"), ("€ -5", "-5"),
]  # fmt: skip
UNREADABLE = [
    "abc", "1e5", "NaN", "inf", "Infinity", "1.2.3", "1,23,4", "12.34.567", "(5)-", "--5", "-5 CR", "5 CR DR", "5.",
    "1 23", "1  234", "1.234 567", "0x10", "1/2", "5%", "EUR", "€", "-", "()", "5 EUR USD", "1,234.56,78", "²",
    "1_000", "9999999999999999", "0.12345678901", "XYZ 5", "5 5", "1" * 70, "٫", "01.234.567",
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), DEFINITE)
def test_a_definite_amount_is_read_by_itself(text: str, wanted: str) -> None:
    """No format is asked where only one reading makes sense, and a looser one changes nothing."""
    assert outcome("amount", text) == wanted
    assert outcome("amount", text, format=",") == wanted
    assert outcome("amount", text, format=".") == wanted


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_no_amount_is_refused(text: str) -> None:
    """Never a guess, never an exception."""
    assert outcome("amount", text) == "amount-unreadable"
    assert outcome("amount", text, format=",", strict=True) == "amount-unreadable"


@pytest.mark.parametrize(("text", "comma", "dot"), [
    ("1.234", "1234", "1.234"), ("1,234", "1.234", "1234"), ("-12.345", "-12345", "-12.345"),
    ("(123,456)", "-123.456", "-123456"), ("€ 1.234", "1234", "1.234"),
])  # fmt: skip
def test_one_mark_before_three_digits_asks_the_column(text: str, comma: str, dot: str) -> None:
    """A thousand and one are not told apart by guessing."""
    assert outcome("amount", text) == "pending"
    assert outcome("amount", text, format=",") == comma
    assert outcome("amount", text, format=".") == dot
    assert outcome("amount", text, format=".", strict=True) == dot


@pytest.mark.parametrize("text", ["1,234.56", "1234.5", "0.125", "1,234,567", ".5"])
def test_a_given_decimal_mark_decides_only_where_there_are_two_readings(text: str) -> None:
    """A workbook's column may hold numbers, which arrive with a point, beside texts written with a comma."""
    assert outcome("amount", text, format=",", strict=True) == outcome("amount", text)
    assert outcome("amount", text, format=".", strict=True) == outcome("amount", text)


def test_a_column_keeps_its_rows_apart() -> None:
    """Values, flags and pending rows are by position."""
    answer = coerce("amount", "1,50", "", "1.234", "x", "2")

    assert answer.values == ["1.50", None, None, None, "2"]
    assert answer.flags == [(3, "amount-unreadable", {})]
    assert list(answer.pending) == [2]


@given(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=2),
    st.sampled_from([(",", "."), (".", ","), (" ", ","), ("\u00a0", "."), ("'", "."), ("", "."), ("", ",")]),
    st.sampled_from(["-{}", "({})", "{}-", "{} CR", "€ -{}", "-{} EUR", "\u2212{}"]),
)
def test_any_amount_of_cents_is_read_back_exactly(amount: Decimal, marks: tuple[str, str], negative: str) -> None:
    """However it is grouped and however its sign is shown."""
    grouping, mark = marks
    text = f"{abs(amount):,.2f}".replace(",", "G").replace(".", mark).replace("G", grouping)
    text = negative.format(text) if amount < 0 else text

    value = outcome("amount", text)

    assert isinstance(value, str)
    assert Decimal(value) == amount


@given(st.text(st.sampled_from("0123456789.,' -+()€CRDEU\u00a0\u2212e"), max_size=14))
def test_the_quick_patterns_answer_as_the_careful_reading_does(text: str) -> None:
    """Under every format, given or found; and any value is a plain finite decimal."""
    text = text.strip()
    dot, comma = amount_readings(text)
    definite = dot if comma is None or comma == dot else comma if dot is None else None
    for mark, own, strict in ((",", comma, True), (".", dot, True), (",", comma, False), (".", dot, False)):
        wanted = own if definite is None else definite
        answer = coerce("amount", text, format=mark, strict=strict)
        assert answer.values == [wanted], (mark, strict)
        if wanted is not None:
            assert format(Decimal(wanted), "f") == wanted
            assert Decimal(wanted).is_finite()


@pytest.mark.parametrize(("text", "currency"), [
    ("€ 5", "EUR"), ("5 EUR", "EUR"), ("£5", "GBP"), ("US$ 5", "USD"), ("5 CA$", "CAD"), ("$ 5", ""), ("5", ""),
    ("kr 5", ""), ("5 chf", "CHF"), ("abc", ""), ("5 zł", "PLN"), ("5 euro", "EUR"), ("(1.234,56)", ""), ("¥5", ""),
])  # fmt: skip
def test_a_currency_beside_an_amount_is_seen(text: str, currency: str) -> None:
    """A sign of several currencies names none, unless the expected one is among them."""
    assert currency_in(text, "EUR")[1] == currency


@pytest.mark.parametrize(("text", "expected"), [("$ 5", "CAD"), ("kr 5", "SEK"), ("¥5", "CNY"), ("5 Rs.", "PKR")])
def test_a_shared_sign_means_the_expected_currency(text: str, expected: str) -> None:
    """A Canadian office that writes ``$`` means its own dollars."""
    assert currency_in(text, expected)[1] == expected
