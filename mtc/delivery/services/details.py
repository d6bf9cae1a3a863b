"""What delivery knows of order lines, for every page that shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from mtc.catalog.models import StockItem
from mtc.catalog.services import stock
from mtc.core import clock
from mtc.delivery import queries
from mtc.delivery.models import Download
from mtc.delivery.services.downloads import download_token
from mtc.orders import queries as order_queries
from mtc.orders.models import Order, OrderItem
from mtc.orders.services import OWNED, line_details
from mtc.orders.services.holding import kept
from mtc.orders.services.secrets import order_path
from mtc.orders.services.views import moment

_KINDS = {"email": "keys", "file": "files", "manual": "manual", "sample": "manual", "webhook": "manual"}


def details(pairs: list[tuple[Order, OrderItem]]) -> dict[UUID, dict[str, Any]]:
    """Kind, keys, files and words of lines; four statements whatever their number."""
    owned = {item.id: order for order, item in pairs if order.status in OWNED and kept(item)}
    if not owned:
        return {}
    found: dict[UUID, dict[str, Any]] = {item_id: {"units": [], "files": []} for item_id in owned}
    for row in queries.delivery_rows(list(owned)):
        found[row.order_item_id] |= {
            "kind": _KINDS.get(row.delivery_data.get("kind", ""), "manual"),
            "how_to": row.delivery_data.get("how_to", ""),
            "promise": row.delivery_data.get("promise", ""),
            "message": row.delivery_data.get("message", ""),
        }
    paths = {order.id: order_path(order) for order in owned.values() if order.secret}
    for unit in order_queries.units_of(owned):
        if unit.status == "delivered" and unit.order_item_id is not None:
            order = owned[unit.order_item_id]
            found[unit.order_item_id]["units"].append(_unit(unit, order, paths.get(order.id, "")))
    downloads = queries.downloads_of(list(owned))
    sizes = queries.sizes([one.media_id for one in downloads]) if downloads else {}
    for one in downloads:
        if one.revoked_at is None:
            found[one.order_item_id]["files"].append(_file(one, sizes.get(one.media_id, 0)))
    return found


def _unit(unit: StockItem, order: Order, path: str) -> dict[str, Any]:
    secret = path.partition("?")[2]
    url = f"/orders/{order.order_number}/reveal/{unit.id}"
    shown = unit.revealed_at is not None
    return {
        "id": str(unit.id),
        "masked": stock.masked(unit.hint),
        "revealed": shown,
        # Opening a key that was revealed before writes nothing.
        "value": stock.reveal(unit) if shown else None,
        "reveal_url": f"{url}?{secret}" if secret else url,
    }


def _file(download: Download, size: int) -> dict[str, Any]:
    ended = download.expires_at is not None and download.expires_at <= clock.now()
    most = download.max_downloads
    remaining = 0 if ended else None if most is None else most - download.used
    return {
        "id": str(download.id),
        "name": download.filename,
        "size": in_words(size),
        "url": f"/d/{download_token(download)}",
        "remaining": remaining,
        "left": left_in_words(download, remaining),
        "used": download.used,
        "max": download.max_downloads,
        "expires": moment(download.expires_at),
        "expired": ended,
    }


def left_in_words(download: Download, remaining: int | None) -> str:
    """What is left of a download: `4 of 5 downloads left, until 29 December`."""
    ends = download.expires_at
    if ends is not None and ends <= clock.now():
        return f"Ended on {_day(ends)}"
    until = f", until {_day(ends)}" if ends is not None else ""
    if remaining is None:
        return f"Any number of downloads{until}"
    if remaining == 0:
        return f"All {download.max_downloads} downloads used" if download.max_downloads != 1 else "Downloaded"
    noun = "download" if download.max_downloads == 1 else "downloads"
    return f"{remaining} of {download.max_downloads} {noun} left{until}"


def _day(value: datetime) -> str:
    """The day without the year when it is this one."""
    return f"{value.day} {value:%B}" if value.year == clock.now().year else f"{value.day} {value:%B %Y}"


def in_words(size: int) -> str:
    """A size in bytes for people: 512 bytes, 3.4 kB, 12 MB."""
    if size < 1000:
        return f"{size} bytes"
    amount = float(size)
    for unit in ("kB", "MB", "GB"):
        amount /= 1000
        if amount < 999.5 or unit == "GB":
            break
    return f"{amount:.1f} {unit}" if amount < 10 else f"{amount:.0f} {unit}"


line_details.register("delivery", details)
