"""The geometry of the sales chart: bars in a box of 100 by 40, a round scale, labels for months."""

from __future__ import annotations

from typing import Any

from mtc.analytics.services import Day
from mtc.core.i18n import _, ngettext
from mtc.core.i18n.formats import day, day_of_year, short_day_of_year
from mtc.core.money import exponent, format_money

WIDTH, HEIGHT = 900, 200


def sales_chart(days: list[Day], currency: str) -> dict[str, Any]:
    """Return the data of admin/_chart.html: bars with texts, the scale's labels, months along the axis."""
    top = _round_up(max((day.revenue for day in days), default=0), currency)
    step = WIDTH / max(len(days), 1)
    bars = [
        {
            "x": round(index * step + step * 0.14, 2),
            "slot": round(index * step, 2),
            "width": round(step * 0.72, 2),
            "slot_width": round(step, 2),
            "height": round(item.revenue / top * HEIGHT, 2),
            "y": round(HEIGHT - item.revenue / top * HEIGHT, 2),
            "label": day(item.day),
            "amount": format_money(item.revenue, currency),
            "orders": item.orders,
            "recent": index >= len(days) - 30,
        }
        for index, item in enumerate(days)
    ]
    total = sum(day.revenue for day in days)
    best = max(days, key=lambda day: day.revenue, default=None)
    described = ngettext(
        "%(amount)s in %(num)s day.",
        "%(amount)s in %(num)s days.",
        len(days),
        amount=format_money(total, currency),
    )
    if best is not None and best.revenue:
        described += " " + _(
            "Best day: %(day)s with %(amount)s.",
            day=day_of_year(best.day),
            amount=format_money(best.revenue, currency),
        )
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "bars": bars,
        "empty": total == 0,
        "scale": [_short(top * part // 4, currency) for part in (4, 3, 2, 1, 0)],
        "axis": [short_day_of_year(day.day) for day in days[:: max(1, len(days) // 6)]],
        "description": described,
        "total": format_money(total, currency),
    }


def _round_up(amount: int, currency: str) -> int:
    """Return the next amount that divides into four nice steps."""
    unit = 10 ** exponent(currency)
    whole = max(amount, 4 * unit)
    size = unit
    while size * 10 <= whole:
        size *= 10
    return next(top for top in (size, 2 * size, 4 * size, 6 * size, 8 * size, 10 * size) if top >= whole)


def _short(amount: int, currency: str) -> str:
    """An amount for the scale, without decimals."""
    digits = exponent(currency)
    text = format_money(amount // 10**digits * 10**digits, currency)
    for point in ".,٫" if digits else "":
        text = text.replace(point + "0" * digits, "")
    return text
