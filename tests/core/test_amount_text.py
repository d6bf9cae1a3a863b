"""Amounts as people type them in twelve languages: signs, codes, blanks, apostrophes, other digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtc.core.errors import ValidationError
from mtc.core.money import format_money, parse_amount, to_input

# locale, currency, minor units, spellings
SPELLINGS = [
    ("en", "USD", 123450, ["1234.50", "1,234.50", "$1,234.50", "$ 1,234.50", "1,234.50 $", "US$1,234.50"]),
    ("en", "USD", 123450, ["USD 1,234.50", "1,234.50 USD", "1,234.5", "1234.500", "usd1234.5"]),
    ("en", "USD", 123450, [" 1,234.50 ", "\t1,234.50\r\n", "\ufeff1,234.50", "1,234\u200b.50\u00ad"]),
    ("en", "USD", 123450, ["USD$1,234.50", "USD$ 1234.5"]),
    ("en", "GBP", 50, [".50", ".5", "£.50", "£0.50", "0.50", "00.50", "0.5 GBP", ".500"]),
    ("en-IN", "INR", 12345650, ["1,23,456.50", "₹1,23,456.50", "₹ 1,23,456.5"]),
    ("en-IN", "INR", 12345650, ["Rs. 1,23,456.50", "Rs 123456.5"]),
    ("en-IN", "INR", 50000, ["Rs.500", "500", "INR 500", "500.00 ₹"]),
    ("de", "EUR", 123450, ["1.234,50", "1.234,50 €", "€1.234,50", "1234,50", "1.234,5"]),
    ("de", "EUR", 123450, ["1234,50 EUR", "EUR 1.234,50"]),
    ("de", "EUR", 1250, ["12,50", "12.50", "€12.50", "€ 12,50", "12,50€", "12,5", "12,50 Euro"]),
    ("de", "EUR", 1200, ["12", "12,-", "12,-- €", "12,– €", "12.-", "€ 12,-", "12,00"]),
    ("de", "EUR", 123400, ["1.234", "1.234,-", "1 234,00", "1\u2009234,00", "1\u202f234,00"]),
    ("de-CH", "CHF", 123450, ["1'234.50", "1’234.50", "CHF 1’234.50", "Fr. 1'234.50"]),
    ("de-CH", "CHF", 123450, ["SFr. 1'234.50", "1234.50 Fr."]),
    ("de-CH", "CHF", 123400, ["1'234.-", "1'234.–", "CHF 1'234.—", "1’234"]),
    ("fr", "EUR", 123450, ["1 234,50", "1\u00a0234,50 €", "1\u202f234,50\u00a0€", "1234,50 €"]),
    ("fr", "EUR", 123450, ["1.234,50", "€ 1 234,5"]),
    ("es", "EUR", 123450, ["1.234,50 €", "1234,50", "1.234,5 €", "1\u00a0234,50"]),
    ("it", "EUR", 99, ["0,99", ",99", "€ 0,99", "0.99", "0,99 €", "€,99"]),
    ("pl", "PLN", 123450, ["1 234,50 zł", "1234,50", "1\u00a0234,50 PLN", "1 234,5zł", "1 234,5 zl"]),
    ("sv", "SEK", 1200, ["12:-", "12:- kr"]),
    ("sr", "RSD", 123450, ["1.234,50 din.", "1.234,50 дин"]),
    ("uk", "UAH", 123450, ["1 234,50 грн", "1234,50 грн.", "₴1 234,50"]),
    ("ru", "RUB", 123450, ["1 234,50 руб.", "1234,50 р.", "1 234,50 ₽"]),
    ("sv", "SEK", 123450, ["1 234,50 kr", "1 234,50 kr.", "1234,50", "SEK 1 234,50", "kr 1.234,50"]),
    ("pt-BR", "BRL", 123450, ["R$ 1.234,50", "R$1.234,50", "1.234,50", "1234,50 BRL", "r$ 1234.50"]),
    ("ja", "JPY", 1234, ["1234", "1,234", "¥1,234", "￥1，234", "１２３４", "１，２３４円"]),
    ("ja", "JPY", 1234, ["1,234円", "JPY 1234"]),
    ("ar", "KWD", 1234567, ["١٢٣٤٫٥٦٧", "١٬٢٣٤٫٥٦٧", "د.ك ١٬٢٣٤٫٥٦٧", "1234.567"]),
    ("ar", "KWD", 1234567, ["\u200f١٢٣٤٫٥٦٧ د.ك\u200f"]),
    ("ar", "EUR", 150, ["١٫٥", "١٫٥٠", "١٫٥٠٠", "€ ١٫٥", "۱٫۵"]),
    ("hi", "INR", 12345650, ["१,२३,४५६.५०", "₹१,२३,४५६.५०", "1,23,456.50"]),
    ("en", "KWD", 1500, ["1.5", "1.500", "KD 1.500", "1.500 KWD"]),
    ("cs", "CZK", 123450, ["1 234,50 Kč", "1234,50 kč"]),
    ("hu", "HUF", 123400, ["1 234 Ft", "1.234,00 Ft"]),
    ("tr", "TRY", 123450, ["₺1.234,50", "1.234,50 TL"]),
    ("en", "USD", 0, ["0", "0.00", "$0", ".00", "0.-"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("locale", "currency", "amount", "text"),
    [(locale, currency, amount, text) for locale, currency, amount, some in SPELLINGS for text in some],
)
def test_b56_usual_spellings_are_read(locale: str, currency: str, amount: int, text: str) -> None:
    assert parse_amount(text, currency, locale) == amount


@pytest.mark.parametrize("locale", ["en", "de", "fr", None])
@pytest.mark.parametrize(
    "text",
    [
        "12,50,", "12.50.", ",12,50", "1,2345", "1.2345", "1,5,0", "1.5.0", "1,,5",
        "1..5", "1.234,567,8", "1 .5",
        "12 50", "1'23.45", "12:50", "12/50", "12;50", "1e3", "1E3", "0x10", "1_000",
        "NaN", "Infinity", "∞", "½",
        "12²", "①", "十二", "1万", "12%", "12 50 €", "€", "", " ", ".", ",", "'", "-", "(",
        "12 apples", "€12€x",
        "1٢", "12,50 EUR USD", "1٫2٫3", "9" * 17, "9" * 40, "1" * 5000, "12\n50",
        "12\t50", "12,50 ,", "--5", "12.5.-",
    ],
)  # fmt: skip
def test_b56_odd_spellings_are_refused_with_what_to_write(text: str, locale: str | None) -> None:
    with pytest.raises(ValidationError) as refused:
        parse_amount(text, "EUR", locale)
    assert "19" in refused.value.message or "decimal places" in refused.value.message


@pytest.mark.parametrize(
    ("text", "currency", "locale", "message"),
    [
        ("$12.50", "EUR", "en", "Amounts are in EUR here: write 19.99 without $."),
        ("12,50 USD", "EUR", "de", "Amounts are in EUR here: write 19,99 without USD."),
        ("£5", "JPY", "en", "Amounts are in JPY here: write 1999 without £."),
        ("-5", "EUR", "en", "An amount cannot be below zero. Write it like 19.99."),
        ("€ −5", "EUR", "de", "An amount cannot be below zero. Write it like 19,99."),
        ("(5.00)", "KWD", "en", "An amount cannot be below zero. Write it like 19.990."),
        (
            "1,234", "EUR", None,
            "1,234 can mean 1234 or 1.234. EUR has 2 decimal places. Write 1234 if you mean thousands.",
        ),
        ("1.500", "EUR", "en", "1.500 can be read as 1.50 or as 1500 EUR. Write one of these."),
        ("1٢", "EUR", "en", "These are digits of several scripts. Write it like 19.99."),
        ("9999999999999999", "EUR", "en", "This amount is too large."),
        ("12.555", "EUR", "de", 1255500),
        ("0.555", "EUR", "de", "EUR has 2 decimal places."),
        ("1.5", "JPY", "en", "JPY has 0 decimal places."),
        ("12 apples", "JPY", "ja", "Use an amount such as 1999."),
    ],
)  # fmt: skip
def test_b56_a_refusal_says_what_was_understood(
    text: str, currency: str, locale: str, message: str | int
) -> None:
    if isinstance(message, int):
        assert parse_amount(text, currency, locale) == message
        return
    with pytest.raises(ValidationError) as refused:
        parse_amount(text, currency, locale)
    assert refused.value.message == message


LOCALES = [
    "en",
    "en-IN",
    "de",
    "de-CH",
    "fr",
    "es",
    "it",
    "pl",
    "sv",
    "pt-BR",
    "ja",
    "ar",
    "hi",
    "es-MX",
    "xx",
]
CURRENCIES = ["EUR", "USD", "GBP", "JPY", "INR", "KWD", "CLF", "CHF", "SEK"]


@given(st.integers(0, 10**14), st.sampled_from(CURRENCIES), st.sampled_from(LOCALES))
def test_what_a_page_shows_can_be_typed_as_it_stands(amount: int, currency: str, locale: str) -> None:
    assert parse_amount(format_money(amount, currency, locale), currency, locale) == amount
    assert parse_amount(to_input(amount, currency, locale), currency, locale) == amount


@given(st.text(alphabet="0123456789.,' €-", max_size=12), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_whatever_is_typed_is_read_one_way_or_refused(text: str, currency: str) -> None:
    """Without a locale there is no reading that another locale would contradict."""
    readings = set()
    for locale in (None, *LOCALES):
        try:
            readings.add((locale, parse_amount(text, currency, locale)))
        except ValidationError as error:
            assert error.message.endswith(".")
    alone = {amount for locale, amount in readings if locale is None}
    assert not alone or {amount for _, amount in readings} == alone
