"""Format of an amount in a locale: marks, groups, the currency sign and its place (Unicode CLDR)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from babel.numbers import get_currency_symbol, get_decimal_symbol, get_group_symbol

from mtc.core.i18n.locales import PSEUDO, SOURCE, babel_locale

MINUS, BLANK = "−", "\u00a0"


@dataclass(frozen=True, slots=True)
class CurrencyPattern:
    """Texts before and after the digits, for amounts from zero up and for those below."""

    symbol: str
    positive: tuple[str, str]
    negative: tuple[str, str]
    point: str
    group: Callable[[int], str]


@lru_cache(2048)
def currency_pattern(locale: str, currency: str) -> CurrencyPattern:
    """The pattern of a currency in a locale; a code of letters is set apart from the digits."""
    data = babel_locale(SOURCE if locale == PSEUDO else locale)
    pattern = data.currency_formats["standard"]
    symbol = get_currency_symbol(currency, data)
    prefixes, suffixes = pattern.prefix, pattern.suffix
    if data.language == SOURCE and any(sign.isalpha() for sign in symbol):
        # €5.00, and 5.00 CAD: what English writes before the digits are signs.
        symbol, prefixes, suffixes = currency, ("", "-"), (" ¤", " ¤")
    positive, negative = (
        (_filled(prefix, symbol, before=True), _filled(suffix, symbol, before=False))
        for prefix, suffix in zip(prefixes, suffixes, strict=True)
    )
    group = grouping(get_group_symbol(data), pattern.grouping)
    return CurrencyPattern(symbol, positive, negative, get_decimal_symbol(data), group)


def _filled(affix: str, symbol: str, *, before: bool) -> str:
    text = affix.replace("¤", symbol).replace("-", MINUS)
    edge = text[-1:] if before else text[:1]
    if edge.isalpha():
        return text + BLANK if before else BLANK + text
    return text


def grouping(mark: str, sizes: tuple[int, int]) -> Callable[[int], str]:
    """Return the function that groups digits: 1,234,567, or 12,34,567 where further groups are of two."""
    first, others = sizes

    def by_threes(number: int) -> str:
        return f"{number:,}".replace(",", mark)

    def by_sizes(number: int) -> str:
        digits = str(number)
        parts = [digits[-first:]]
        rest = digits[:-first]
        while rest:
            parts.append(rest[-others:])
            rest = rest[:-others]
        return mark.join(reversed(parts))

    return by_threes if sizes == (3, 3) else by_sizes
