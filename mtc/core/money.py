"""Money: integer minor units with an ISO 4217 code, never floats."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from mtc.core.amount_text import DECIMAL_ONLY, plain_number
from mtc.core.context import current
from mtc.core.currencies import digits_of
from mtc.core.errors import ValidationError
from mtc.core.i18n import _l
from mtc.core.i18n.currency_patterns import currency_pattern

_CODE = re.compile(r"[A-Z]{3}")
LARGEST_AMOUNT = 10**15
LONGEST = 40

# How amounts are typed (Unicode CLDR, "numbers"): the group mark and the decimal mark by language.
_WITH_DOT = "ca da de el es hr id is it nl pt ro sl sr tr vi"
_WITH_SPACE = "bg cs et fi fr hu lt lv nb nn no pl ru sk sv uk"
_LIKE_ENGLISH = "es-do es-gt es-hn es-mx es-ni es-pa es-pe es-pr es-sv es-us"
_SWISS = "de-ch de-li it-ch"
_MARKS = {
    **dict.fromkeys(_WITH_DOT.split(), (".", ",")),
    **dict.fromkeys(_WITH_SPACE.split(), ("\u00a0", ",")),
    **dict.fromkeys(_LIKE_ENGLISH.split(), (",", ".")),
    **dict.fromkeys(_SWISS.split(), ("\u2019", ".")),
}
_TYPED = re.compile(r"[0-9.,'\u066b]+")
_WHOLE = re.compile(
    r"[0-9]{1,16}|[0-9]{1,3}(?:'[0-9]{3}){1,5}|[0-9]{1,3}(?:\.[0-9]{3}){1,5}|[0-9]{1,3}(?:,[0-9]{3}){1,5}"
)
_INDIAN = re.compile(r"[0-9]{1,2}(?:,[0-9]{2}){0,6},[0-9]{3}")  # 1,00,000


@dataclass(frozen=True, slots=True)
class ShownAmount:
    """An amount in minor units with its text."""

    amount: int
    formatted: str


def marks_of(locale: str) -> tuple[str, str]:
    """The group mark and the decimal mark of a locale such as `de` or `de-AT`."""
    name = locale.lower().replace("_", "-")
    return _MARKS.get(name[:5]) or _MARKS.get(name.partition("-")[0], (",", "."))


def exponent(currency: str) -> int:
    """Return how many decimal digits the currency has; raises ValidationError for what is not a code."""
    if not _CODE.fullmatch(currency):
        raise ValidationError(_l("Use a three-letter currency code such as EUR."))
    return digits_of(currency)


def format_money(amount: int, currency: str, locale: str | None = None) -> str:
    """The amount (minor units) as people write it, such as `€1,234.50` or `1.234,50 €`; by default in the

    locale of the running request or task.
    """
    digits = exponent(currency)
    pattern = currency_pattern(locale or current().locale, currency)
    before, after = pattern.negative if amount < 0 else pattern.positive
    if not digits:
        return f"{before}{pattern.group(abs(amount))}{after}"
    whole, part = divmod(abs(amount), 10**digits)
    return f"{before}{pattern.group(whole)}{pattern.point}{part:0{digits}d}{after}"


def to_decimal(amount: int, currency: str) -> str:
    """The amount as a plain decimal text for machines, such as `1234.50`."""
    digits = exponent(currency)
    return f"{Decimal(amount).scaleb(-digits):.{digits}f}"


def to_input(amount: int, currency: str, locale: str) -> str:
    """The amount as it stands in a field to be changed: read back as the same by parse_amount."""
    return to_decimal(amount, currency).replace(".", marks_of(locale)[1])


def parse_amount(text: str, currency: str, locale: str | None = None) -> int:
    """Parse a typed amount (`1,234.5`, `€1.234,50`, `1 234,5 zł`, `.50`) into minor units.

    Raises ValidationError for what is no amount, or can be read in two ways, with what to write.
    A single mark before three digits (1.234) can stand for thousands or for decimals: the locale says which.
    Without one it is refused, and so is what the currency has too few decimals for, because whoever types
    1.000 for euros where a point begins the cents has most likely meant a thousand.
    """
    digits = exponent(currency)
    example = to_input(1999 * 10 ** max(digits - 2, 0), currency, locale or "en")
    symbol = currency_pattern(locale or "en", currency).symbol
    typed = plain_number(text, currency, example, symbol) if len(text) <= LONGEST else ""
    if not _TYPED.fullmatch(typed):
        raise ValidationError(_l("Use an amount such as %(example)s.", example=example))
    whole, part = _split(typed, currency, locale, example)
    if not (_WHOLE.fullmatch(whole) or _INDIAN.fullmatch(whole)):
        raise ValidationError(_l("Use an amount such as %(example)s.", example=example))
    plain = "".join(sign for sign in whole if sign.isdigit())
    if len(part.rstrip("0")) > digits:
        raise ValidationError(
            _l("%(currency)s has %(digits)s decimal places.", currency=currency, digits=digits)
        )
    value = int(plain + part[:digits].ljust(digits, "0"))
    if value > LARGEST_AMOUNT:
        raise ValidationError(_l("This amount is too large."))
    return value


def _split(typed: str, currency: str, locale: str | None, example: str) -> tuple[str, str]:
    """The whole number, in groups as it was typed, and the decimals."""
    if DECIMAL_ONLY in typed:
        whole, _, part = typed.partition(DECIMAL_ONLY)
        if not part.isdecimal():
            raise ValidationError(_l("Use an amount such as %(example)s.", example=example))
        return whole or "0", part
    marks = [mark for mark in typed if mark in ".,"]
    if not marks:
        return typed, ""
    point = marks[-1]
    whole, _, part = typed.rpartition(point)
    if marks.count(point) > 1:  # 1.234.567
        return typed, ""
    if "'" in part or not part:
        raise ValidationError(_l("Use an amount such as %(example)s.", example=example))
    if not whole:  # .50
        return "0", part
    if len(marks) > 1 or "'" in typed or len(part) != 3 or len(whole) > 3 or whole.startswith("0"):
        return whole, part
    if _means_thousands(whole, part, point, currency, locale):
        return typed, ""
    return whole, part


def _means_thousands(whole: str, part: str, point: str, currency: str, locale: str | None) -> bool:
    digits = exponent(currency)
    if locale is not None and point == marks_of(locale)[0]:
        return True
    if locale is not None and point == marks_of(locale)[1] and digits >= 3:
        return False
    if digits == 0 and (locale is None or point != marks_of(locale)[1]):
        return True
    typed, thousands = f"{whole}{point}{part}", f"{whole}{part}"
    if part[digits:].strip("0"):
        sentence = _l(
            "%(typed)s can mean %(thousands)s or %(other)s. %(currency)s has %(digits)s decimal places."
            " Write %(thousands)s if you mean thousands.",
            typed=typed,
            thousands=thousands,
            other=f"{whole}.{part}",
            currency=currency,
            digits=digits,
        )
    else:
        sentence = _l(
            "%(typed)s can be read as %(one)s or as %(thousands)s %(currency)s. Write one of these.",
            typed=typed,
            one=f"{whole}.{part[:digits]}" if digits else whole,
            thousands=thousands,
            currency=currency,
        )
    raise ValidationError(sentence)


def percent(amount: int, basis_points: int) -> int:
    """`basis_points` hundredths of a per cent of the amount, rounded half up."""
    share = Decimal(amount) * basis_points / 10_000
    return int(share.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` in proportion to the weights so that the parts sum to it (largest remainder)."""
    if not weights:
        return []
    whole = sum(weights)
    if whole == 0:
        weights, whole = [1] * len(weights), len(weights)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for index in order[: total - sum(parts)]:
        parts[index] += 1
    return parts
