"""An order as lists show it."""

from __future__ import annotations

from typing import Any

from mtc.core.i18n import ngettext
from mtc.core.money import format_money
from mtc.core.relative_time import when
from mtc.orders.services import LABELS


def order_row(row: Any) -> dict[str, Any]:
    """An order as lists show it."""
    names = [item.get("name", "") for item in row.items_data]
    items = names[0] if names else ""
    if len(names) > 1:
        items = ngettext("%(item)s and %(num)s more", "%(item)s and %(num)s more", len(names) - 1, item=items)
    return {
        "number": row.order_number,
        "status": "delivered" if row.status == "fulfilled" else row.status,
        "label": LABELS[row.status],
        "email": row.email,
        "country": row.country,
        "items": items,
        "total": format_money(row.total, row.currency),
        "refunded": format_money(row.refunded_amount, row.currency) if row.refunded_amount else "",
        "at": when(row.created_at),
        "moment": row.created_at,
        "test": row.is_test,
    }
