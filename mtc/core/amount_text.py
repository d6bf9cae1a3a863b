"""Amounts as people type them, freed of all that does not change their value.

Signs and codes of the currency, before or behind; blanks, apostrophes and the Arabic group mark; digits of
other scripts and of full width; marks of writing direction; the dash that stands for no cents.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import takewhile

from mtc.core.errors import ValidationError
from mtc.core.i18n import _l

DECIMAL_ONLY = "\u066b"  # the Arabic decimal mark, which never separates thousands
_GROUP_MARKS = " \u00a0\u2009\u202f\u2007\u3000'\u2019\u02bc\uff07\u066c"
_TRANSLATED = {
    **dict.fromkeys(map(ord, _GROUP_MARKS), "'"),
    **dict.fromkeys(map(ord, "\u200e\u200f\u061c\u2066\u2067\u2068\u2069\u202a\u202b\u202c"), ""),
    **dict.fromkeys(map(ord, "\ufeff\u200b\u2060\u00ad"), ""),  # what comes with a copy of a page or a sheet
    ord("\uff0c"): ",",
    ord("\u060c"): ",",
    ord("\uff0e"): ".",
    ord("\uffe5"): "¥",
    ord("\uff04"): "$",
    ord("\uffe1"): "£",
    ord("\uffe6"): "₩",
    **dict.fromkeys(map(ord, "\u2212\u2013\u2014\uff0d\ufe63"), "-"),
}
# What people write for a currency beside its code, in small letters.
_SIGNS = {
    "AED": "د.إ dh dhs", "AUD": "$ a$ au$", "BGN": "лв лв.", "BHD": "د.ب bd", "BRL": "r$", "CAD": "$ c$ ca$",
    "CHF": "fr fr. sfr sfr.", "CLP": "$", "CNY": "¥ cn¥ 元 rmb", "COP": "$", "CZK": "kč", "DKK": "kr kr.",
    "EGP": "ج.م e£ £", "EUR": "€ euro euros", "GBP": "£", "HKD": "$ hk$", "HUF": "ft",
    "IDR": "rp rp.", "ILS": "₪",
    "INR": "₹ rs rs.", "ISK": "kr kr.", "JPY": "¥ 円 yen", "KRW": "₩ 원", "KWD": "د.ك kd", "MXN": "$ mx$",
    "MYR": "rm", "NGN": "₦", "NOK": "kr kr.", "NZD": "$ nz$", "PHP": "₱", "PKR": "₨ rs rs.", "PLN": "zł zl",
    "RON": "lei", "RSD": "din din. дин дин.", "RUB": "₽ руб руб. р р.", "SAR": "ر.س ﷼ sr",
    "SEK": "kr kr.", "SGD": "$ s$", "THB": "฿", "TND": "د.ت dt", "TRY": "₺ tl", "TWD": "$ nt$",
    "UAH": "₴ грн грн.", "USD": "$ us$", "VND": "₫ đ", "ZAR": "r",
}  # fmt: skip
_CODE = re.compile(r"[A-Z]{3}")
_NO_WORD = "0123456789'-()"
_EVERY_SIGN = frozenset(sign for signs in _SIGNS.values() for sign in signs.split())


def plain_number(text: str, currency: str, example: str, symbol: str = "") -> str:
    """The typed amount in ASCII digits with . , ' (any group mark) and the Arabic decimal mark.

    `example` is how an amount is written here, `symbol` the currency as it is shown here. Raises
    ValidationError with what to do.
    """
    typed = _ascii_digits(text.strip().translate(_TRANSLATED), example).strip("'\t\r\n")
    shown = symbol.translate(_TRANSLATED)
    if shown:  # signs of several words (F CFA) among them
        minus = "-" if typed.startswith("-") else ""
        typed = minus + typed.removeprefix("-").removeprefix(shown).removesuffix(shown).strip("'")
    typed = _without_signs(typed, currency, example)
    if typed.startswith("-") or (typed.startswith("(") and typed.endswith(")")):
        raise ValidationError(
            _l("An amount cannot be below zero. Write it like %(example)s.", example=example)
        )
    for dash in (".-", ",-", ":-", ".--", ",--"):  # 12,- and 12.-- say that there are no cents
        head = typed.removesuffix(dash)
        if head != typed and not {".", ","} & set(head[-3:]):
            typed = head
    return typed


def _ascii_digits(text: str, example: str) -> str:
    scripts = {ord(sign) - unicodedata.decimal(sign) for sign in text if unicodedata.category(sign) == "Nd"}
    if len(scripts) > 1:
        raise ValidationError(
            _l("These are digits of several scripts. Write it like %(example)s.", example=example)
        )
    return "".join(str(unicodedata.decimal(s)) if unicodedata.category(s) == "Nd" else s for s in text)


def _without_signs(typed: str, currency: str, example: str) -> str:
    code, signs = currency.lower(), _SIGNS.get(currency, "").split()
    own = {code, *signs, *(code + sign for sign in signs)}
    for side in ("before", "behind"):
        word = _word(typed, side)
        if not word:
            continue
        if side == "before" and word.lower() not in own:
            word = word.rstrip(".,")  # the point of €.50 belongs to the number
        if word.lower() in own:
            typed = typed[len(word) :] if side == "before" else typed[: -len(word)]
            typed = typed.strip("'")
        elif word.lower() in _EVERY_SIGN or _CODE.fullmatch(word):
            raise ValidationError(
                _l(
                    "Amounts are in %(currency)s here: write %(example)s without %(word)s.",
                    currency=currency,
                    example=example,
                    word=word,
                )
            )
    return typed


def _word(typed: str, side: str) -> str:
    """The sign or code at an end, with the points that belong to it: Rs. 500, د.إ 500, 12,50 kr."""
    word = "".join(
        takewhile(lambda sign: sign not in _NO_WORD, typed if side == "before" else reversed(typed))
    )
    word = word if side == "before" else word[::-1].lstrip(".,")
    return word if word.strip(".,") else ""
