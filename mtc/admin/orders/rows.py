"""An order as lists show it."""

from __future__ import annotations

from typing import Any

from mtc.core.money import format_money
from mtc.core.relative_time import when
from mtc.orders.services import LABELS


def order_row(row: Any) -> dict[str, Any]:
    """An order as lists show it."""
    names = [one.get("name", "") for one in row.items_data]
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return {
        "number": row.order_number,
        "status": "delivered" if row.status == "fulfilled" else row.status,
        "label": LABELS[row.status],
        "email": row.email,
        "country": row.country,
        "items": f"{names[0]}{more}" if names else "",
        "total": format_money(row.total, row.currency),
        "refunded": format_money(row.refunded_amount, row.currency) if row.refunded_amount else "",
        "at": when(row.created_at),
        "moment": row.created_at,
        "test": row.is_test,
    }
