"""Amounts: written, read, rounded and split without losing a cent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtc.core.errors import ValidationError
from mtc.core.money import allocate, exponent, format_money, parse_amount, percent, to_decimal


@pytest.mark.parametrize(
    ("currency", "digits"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("XAF", 0), ("USD", 2), ("BHD", 3)]
)
def test_exponents(currency: str, digits: int) -> None:
    assert exponent(currency) == digits


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "E", "EU1", "EUR\n", "€"])
def test_what_is_no_currency(currency: str) -> None:
    with pytest.raises(ValidationError, match="three-letter"):
        exponent(currency)


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "text"),
    [
        (0, "EUR", "en", "€0.00"),
        (5, "EUR", "en", "€0.05"),
        (123450, "EUR", "en", "€1,234.50"),
        (123450, "EUR", "de", "1.234,50 €"),
        (-123450, "EUR", "en", "−€1,234.50"),
        (-5, "EUR", "de-AT", "−0,05 €"),
        (1234, "JPY", "en", "¥1,234"),
        (1234567, "KWD", "en", "1,234.567 KWD"),
        (99, "CHF", "de", "0,99 CHF"),
    ],
)
def test_amounts_as_people_write_them(amount: int, currency: str, locale: str, text: str) -> None:
    assert format_money(amount, currency, locale).replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("12", "EUR", 1200),
        (" 19.99 ", "EUR", 1999),
        ("9,99", "EUR", 999),
        ("1,234.5", "EUR", 123450),
        ("1,234", "EUR", 123400),
        ("1'234.50", "CHF", 123450),
        ("1 234,50", "EUR", 123450),
        ("1234", "JPY", 1234),
        ("1.234", "KWD", 1234),
        ("0", "EUR", 0),
    ],
)
def test_amounts_as_people_type_them(text: str, currency: str, amount: int) -> None:
    assert parse_amount(text, currency) == amount


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("", "EUR"),
        ("-1", "EUR"),
        ("1.999", "EUR"),
        ("1.5", "JPY"),
        ("1e3", "EUR"),
        ("NaN", "EUR"),
        ("Infinity", "EUR"),
        ("12 €", "EUR"),
        ("1.2.3", "EUR"),
        ("9" * 40, "EUR"),
        ("0x10", "EUR"),
        ("1_000", "EUR"),
        ("9999999999999", "KWD"),
    ],
)
def test_what_is_no_amount(text: str, currency: str) -> None:
    with pytest.raises(ValidationError):
        parse_amount(text, currency)


@given(st.integers(0, 10**12), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_what_is_written_is_read_back(amount: int, currency: str) -> None:
    assert parse_amount(to_decimal(amount, currency), currency) == amount


@pytest.mark.parametrize(
    ("amount", "points", "share"),
    [
        (1000, 1000, 100),
        (999, 1000, 100),
        (995, 1000, 100),
        (994, 1000, 99),
        (1, 5000, 1),
        (-1, 5000, -1),
        (0, 1, 0),
    ],
)
def test_per_cents_round_half_up(amount: int, points: int, share: int) -> None:
    assert percent(amount, points) == share


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
def test_a_split_sums_up_and_is_fair(total: int, weights: list[int]) -> None:
    parts = allocate(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    if whole:
        assert all(
            abs(part - total * weight / whole) < 1.0001 for part, weight in zip(parts, weights, strict=True)
        )
    else:
        assert max(parts) - min(parts) <= 1


def test_splitting_among_nobody() -> None:
    assert allocate(10, []) == []
    assert allocate(10, [1, 1, 1]) == [4, 3, 3]
    assert allocate(1, [0, 0]) == [1, 0]
