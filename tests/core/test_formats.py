"""Days, times, numbers, sizes and lists in several locales."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from mtc.core import clock
from mtc.core.i18n import formats, use_locale
from mtc.core.local_time import day_text, moment_text
from mtc.core.money import format_money, parse_amount
from mtc.core.relative_time import ago, when

DAY, MOMENT = date(2026, 11, 3), datetime(2026, 11, 3, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "texts"),
    [
        ("en", ["3 November 2026", "3 November", "3 Nov 2026", "14:05", "1,234.5", "25%", "A, B and C"]),
        ("en-XA", ["3 November 2026", "3 November", "3 Nov 2026", "14:05", "1,234.5", "25%", "A, B and C"]),
        (
            "de",
            ["3. November 2026", "3. November", "03.11.2026", "14:05", "1.234,5", "25\u00a0%", "A, B und C"],
        ),
        (
            "en-US",
            [
                "November 3, 2026",
                "November 3",
                "Nov 3, 2026",
                "2:05\u202fPM",
                "1,234.5",
                "25%",
                "A, B, and C",
            ],
        ),
        ("hi", ["3 नवंबर 2026", "3 नवंबर", "3 नव॰ 2026", "2:05 pm", "1,234.5", "25%", "A, B और C"]),
    ],
)  # fmt: skip
def test_what_people_read(locale: str, texts: list[str]) -> None:
    with use_locale(locale):
        assert [
            formats.day(MOMENT),
            formats.day_of_year(DAY),
            formats.short_day(DAY),
            formats.clock_time(MOMENT),
            formats.number(1234.5, 1),
            formats.percent(25),
            formats.listed(["A", "B", "C"]),
        ] == texts


def test_numbers_below_zero_and_groups() -> None:
    assert [formats.number(value) for value in (-1234567, -0.2, 0)] == ["−1,234,567", "0", "0"]
    assert formats.number(12345678, locale="hi") == "1,23,45,678"
    assert formats.number(-0.25, 2, "de") == "−0,25"


@pytest.mark.parametrize(
    ("size", "english", "german"),
    [
        (0, "0 bytes", "0 Byte"),
        (1, "1 byte", "1 Byte"),
        (999, "999 bytes", "999 Byte"),
        (1000, "1.0 kB", "1,0 kB"),
        (13_240_000, "13.2 MB", "13,2 MB"),
        (10**18, "1,000.0 PB", "1.000,0 PB"),
    ],
)
def test_sizes(size: int, english: str, german: str) -> None:
    assert formats.file_size(size) == english
    with use_locale("de"):
        assert formats.file_size(size, "de") == german


@pytest.mark.parametrize(
    ("age", "english", "german", "arabic"),
    [
        (timedelta(0), "just now", "gerade eben", "الآن"),
        (timedelta(minutes=2), "2 minutes ago", "vor 2 Minuten", "قبل دقيقتين"),
        (timedelta(hours=2), "today, 12:05", "heute, 12:05", "اليوم، 12:05 م"),
        (timedelta(days=1), "yesterday, 14:05", "gestern, 14:05", "أمس، 2:05 م"),
        (timedelta(days=2), "1 November, 14:05", "1. November, 14:05", "1 نوفمبر، 2:05 م"),
        (timedelta(days=400), "29 September 2025", "29. September 2025", "29 سبتمبر 2025"),
    ],
)
def test_moments_relative_to_now(age: timedelta, english: str, german: str, arabic: str) -> None:
    with clock.frozen(MOMENT):
        for locale, text in (("en", english), ("de", german), ("ar", arabic)):
            with use_locale(locale):
                assert when(MOMENT - age) == text


def test_moments_of_mails_and_long_ages() -> None:
    with clock.frozen(MOMENT), use_locale("de"):
        assert day_text(MOMENT) == "3. November 2026"
        assert moment_text(MOMENT) == "3. November 2026, 14:05 UTC"
        assert ago(MOMENT - timedelta(days=1200)) == "vor 1.200 Tagen"


@pytest.mark.parametrize(
    "locale",
    ["ar", "bg", "cs", "da", "de-AT", "de-CH", "fi", "he", "hi", "ja", "ko", "nl", "pl", "pt-BR", "tr"],
)
@pytest.mark.parametrize("currency", ["EUR", "USD", "JPY", "KWD", "CHF", "XOF", "CAD"])
def test_a_price_can_be_typed_as_every_locale_shows_it(locale: str, currency: str) -> None:
    shown = format_money(12345670, currency, locale)
    assert parse_amount(shown, currency, locale) == 12345670, shown
