"""Amounts: written, read, rounded and split without losing a cent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtc.core.currencies import WITHOUT_MINOR_UNIT, check_currency
from mtc.core.errors import ValidationError
from mtc.core.money import allocate, exponent, format_money, parse_amount, percent, to_input


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
        (-5, "EUR", "de", "−0,05 €"),
        (-5, "EUR", "de-AT", "−€ 0,05"),
        (1234, "JPY", "en", "¥1,234"),
        (1234567, "KWD", "en", "1,234.567 KWD"),
        (99, "CHF", "de", "0,99 CHF"),
        (123450, "EUR", "fr", "1\u202f234,50 €"),
        (123450, "CHF", "de-CH", "CHF 1'234.50"),
        (-123450, "CHF", "de-CH", "CHF−1'234.50"),
        (123450, "CHF", "en", "1,234.50 CHF"),
        (123450, "CAD", "en", "1,234.50 CAD"),
        (123450, "MXN", "es-MX", "$1,234.50"),
        (12345678, "INR", "hi", "₹1,23,456.78"),
        (123450, "EUR", "nl", "€ 1.234,50"),
        (123450, "SEK", "sv", "1 234,50 kr"),
        (123450, "EUR", "ar", "\u200f1,234.50 €"),
        (123450, "EUR", "en-XA", "€1,234.50"),
        (123450, "EUR", "xx-YY", "€1,234.50"),
        (12345, "CLF", "en", "1.2345 CLF"),
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
        ("1'234.50", "CHF", 123450),
        ("1 234,50", "EUR", 123450),
        ("1234", "JPY", 1234),
        ("1,23,456.5", "INR", 12345650),
        ("1.234,5", "EUR", 123450),
        ("10.000,00", "EUR", 1000000),
        ("1.234.567", "EUR", 123456700),
        ("1\u00a0234,56", "EUR", 123456),
        ("1\u202f234.56", "EUR", 123456),
        ("1’234.56", "CHF", 123456),
        ("1234.567", "KWD", 1234567),
        ("1234,567", "KWD", 1234567),
        ("1,234.567", "KWD", 1234567),
        ("0.500", "KWD", 500),
        ("0,500", "KWD", 500),
        ("0.500", "EUR", 50),
        ("1234.500", "EUR", 123450),
        ("1.000", "JPY", 1000),
        ("1,000,000", "JPY", 1000000),
        ("1.2345", "CLF", 12345),
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
        ("1.2.3", "EUR"),
        ("9" * 40, "EUR"),
        ("0x10", "EUR"),
        ("1_000", "EUR"),
        ("9999999999999", "KWD"),
        ("1.23.456", "EUR"),
        ("1,234.567,8", "EUR"),
        ("1'23.45", "EUR"),
        ("1'234'5.00", "EUR"),
        ("1,234", "EUR"),
        ("1.", "EUR"),
        ("1,,5", "EUR"),
        ("1 .5", "EUR"),
        ("1" * 5000, "EUR"),
    ],
)
def test_what_is_no_amount(text: str, currency: str) -> None:
    with pytest.raises(ValidationError):
        parse_amount(text, currency)


# What a single mark before three digits means, by the locale of the store and the digits of the currency.
READINGS = [
    # text, currency, English, German, French, none: minor units, or the readings that are named
    ("1.000", "EUR", "1.00 or as 1000", 100000, "1.00 or as 1000", "1.00 or as 1000"),
    ("1,000", "EUR", 100000, "1.00 or as 1000", "1.00 or as 1000", "1.00 or as 1000"),
    ("1.999", "EUR", "Write 1999", 199900, "Write 1999", "Write 1999"),
    ("12.500", "EUR", "12.50 or as 12500", 1250000, "12.50 or as 12500", "12.50 or as 12500"),
    ("1.500", "KWD", 1500, 1500000, "1.500 or as 1500", "1.500 or as 1500"),
    ("1,500", "KWD", 1500000, 1500, 1500, "1.500 or as 1500"),
    ("1.500", "JPY", "Write 1500", 1500, 1500, 1500),
    ("1,500", "JPY", 1500, "Write 1500", "Write 1500", 1500),
    ("1,000", "JPY", 1000, "1 or as 1000", "1 or as 1000", 1000),
    ("1.500", "CLF", 15000, 15000000, "1.500 or as 1500", "1.500 or as 1500"),
    ("1 500", "KWD", 1500000, 1500000, 1500000, 1500000),
    ("1'500", "EUR", 150000, 150000, 150000, 150000),
]


@pytest.mark.parametrize(
    ("text", "currency", "locale", "read"),
    [
        (text, currency, locale, read)
        for text, currency, *readings in READINGS
        for locale, read in zip(("en", "de-AT", "fr", None), readings, strict=True)
    ],
)
def test_a_mark_before_three_digits(text: str, currency: str, locale: str | None, read: int | str) -> None:
    if isinstance(read, int):
        assert parse_amount(text, currency, locale) == read
        return
    with pytest.raises(ValidationError, match=read):
        parse_amount(text, currency, locale)


@given(
    st.integers(0, 10**12),
    st.sampled_from(["EUR", "JPY", "KWD", "CLF"]),
    st.sampled_from(["en", "de", "de-CH", "fr", "es-MX", "xx", "pt_BR"]),
)
def test_what_is_written_is_read_back(amount: int, currency: str, locale: str) -> None:
    assert parse_amount(to_input(amount, currency, locale), currency, locale) == amount
    shown = format_money(amount, currency, locale)
    assert parse_amount(shown, currency, locale) == amount


@pytest.mark.parametrize("code", sorted(WITHOUT_MINOR_UNIT | {"AAA", "EUX", "eur", "", "EURO"}))
def test_what_no_price_can_be_given_in(code: str) -> None:
    with pytest.raises(ValidationError):
        check_currency(code)
    if len(code) == 3 and code.isupper():
        assert exponent(code) == 2  # a row that is there already is still shown


@pytest.mark.parametrize(
    ("code", "digits"), [("CLF", 4), ("UYW", 4), ("CLP", 0), ("UYI", 0), ("MGA", 2), ("TND", 3), ("ZWG", 2)]
)
def test_digits_are_those_of_iso_4217(code: str, digits: int) -> None:
    assert exponent(check_currency(code)) == digits


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
