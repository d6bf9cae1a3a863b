"""Hand-made orders in the shape of the storefront data contract."""

from typing import Any

from tests.pages.contract import Data, Shop, money


def order(shop: Shop, pending: bool = False) -> Data:
    """A paid order with a hidden key, a revealed key and files; or one still waiting for its payment."""
    lines = [line(shop, n, pending) for n in range(3)]
    total = money(sum(one["total"]["amount"] for one in lines), shop.currency)
    steps = [("Order placed", "22 Nov, 14:02", True), ("Payment confirmed", "22 Nov, 14:03", not pending)]
    return {
        "number": "Q-10482",
        "url": "/orders/Q-10482?t=secret",
        "status": "pending" if pending else "delivered",
        "status_label": "Waiting for payment" if pending else "Delivered",
        "created": "22 November 2026, 14:02",
        "email": "sam@example.org",
        "lines": lines,
        "totals": [{"label": "Subtotal", **total}, {"label": "VAT included", **money(812, shop.currency)},
                   {"label": "Total", **total}],
        "timeline": [{"label": text, "at": at, "done": done} for text, at, done in steps]
        + [{"label": "Delivered", "at": None if pending else "22 Nov, 14:03", "done": not pending}],
        "pending": pending,
    }  # fmt: skip


def line(shop: Shop, n: int, pending: bool) -> Data:
    """One order line: keys, a revealed key, or files."""
    row = shop.rows[n]
    card = shop.card(row)
    units = [
        {
            "id": f"u{n}",
            "masked": "•••••-•••••-••7KQ",
            "revealed": n == 1,
            "value": "QF7K2-9XWPD-M37KQ",
            "reveal_url": "/x",
        }
    ]
    files = [
        {
            "name": "grain-library-v2.zip",
            "size": "48 MB",
            "url": "/d/x",
            "remaining": 4,
            "left": "4 of 5 downloads left, until 22 December 2026",
            "expires": "22 Dec 2026",
        },
        {
            "name": "licence.pdf",
            "size": "120 KB",
            "url": "/d/y",
            "remaining": 0,
            "left": "All 5 downloads used",
            "expires": None,
        },
    ]
    has_files = bool(row["variants"][0].get("files")) or n == 2
    return {
        "id": str(n),
        "name": card["name"],
        "variant_name": row["variants"][0]["name"],
        "quantity": 1,
        "total": money(row["variants"][0]["price"], shop.currency),
        "image": card["image"],
        "kind": "files" if has_files else "keys",
        "units": [] if pending or has_files else units,
        "files": files if has_files and not pending else [],
        "refunded": False,
        "how_to": "Open the launcher, choose “Activate a product” and paste the key.",
    }


def history(shop: Shop, **_: Any) -> list[Data]:
    """The source orders.history."""
    states = [("delivered", "Delivered"), ("processing", "Being prepared"), ("refunded", "Refunded")]
    return [
        {
            "number": f"Q-1048{n}",
            "url": "/orders/x",
            "status": state,
            "status_label": label,
            "created": f"{20 - n} November 2026",
            "total": money(4999 - n * 1200, shop.currency),
            "count": n + 1,
            "summary": shop.rows[n]["name"],
        }
        for n, (state, label) in enumerate(states)
    ]
