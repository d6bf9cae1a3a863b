"""Money: integer minor units with an ISO 4217 code, never floats."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from mtc.core.errors import ValidationError

# ISO 4217 currencies whose exponent is not 2.
_EXPONENTS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
}
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹"}
_CODE = re.compile(r"[A-Z]{3}")
LARGEST_AMOUNT = 10**15


def exponent(currency: str) -> int:
    """How many decimal digits the currency has; raises ValidationError for what is not a code."""
    if not _CODE.fullmatch(currency):
        raise ValidationError("Use a three-letter currency code such as EUR.")
    return _EXPONENTS.get(currency, 2)


def format_money(amount: int, currency: str, locale: str = "en") -> str:
    """The amount (minor units) as people write it, such as `€1,234.50` or `1.234,50 €`."""
    digits = exponent(currency)
    whole, part = divmod(abs(amount), 10**digits)
    comma, point = (".", ",") if locale[:2] in {"de", "es", "it", "nl", "pt"} else (",", ".")
    text = f"{whole:,}".replace(",", comma)
    if digits:
        text += f"{point}{part:0{digits}d}"
    sign = "−" if amount < 0 else ""
    symbol = _SYMBOLS.get(currency)
    if symbol is None:
        return f"{sign}{text} {currency}"
    return f"{sign}{text} {symbol}" if point == "," else f"{sign}{symbol}{text}"


def to_decimal(amount: int, currency: str) -> str:
    """The amount as a plain decimal text for machines, such as `1234.50`."""
    digits = exponent(currency)
    return f"{Decimal(amount).scaleb(-digits):.{digits}f}"


def parse_amount(text: str, currency: str) -> int:
    """What a person typed (`1,234.5`, `12`, `9,99`) as minor units; ValidationError if no amount."""
    cleaned = text.strip().replace("\u00a0", "").replace(" ", "").replace("'", "")
    if re.fullmatch(r"\d{1,12},\d{1,2}", cleaned):
        cleaned = cleaned.replace(",", ".")
    cleaned = cleaned.replace(",", "")
    if not re.fullmatch(r"\d{1,13}(\.\d{1,4})?", cleaned):
        raise ValidationError("Use an amount such as 19.99.")
    try:
        value = Decimal(cleaned).scaleb(exponent(currency))
    except InvalidOperation as error:  # pragma: no cover - the pattern above admits numbers only
        raise ValidationError("Use an amount such as 19.99.") from error
    if value != value.to_integral_value():
        raise ValidationError(f"{currency} has {exponent(currency)} decimal places.")
    if value > LARGEST_AMOUNT:
        raise ValidationError("This amount is too large.")
    return int(value)


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
