"""Delivery details of order lines, for every page that shows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from mtc.catalog.services import stock_reservation
from mtc.core import clock
from mtc.core.i18n import _, ngettext
from mtc.core.i18n.formats import number
from mtc.core.local_time import day_text
from mtc.delivery import queries
from mtc.delivery.models import Download
from mtc.delivery.services.downloads import download_token
from mtc.delivery.types import kinds
from mtc.orders.models import Order, OrderItem
from mtc.orders.presenters import (
    FileView,
    LineDetails,
    UnitView,
    below,
    key_actions,
    line_details,
    moment,
    path_of,
)
from mtc.orders.queries.stock_items import KeyWindow, keys_shown
from mtc.orders.services import OWNED
from mtc.orders.services.reservations import remaining_quantity


def details(pairs: list[tuple[Order, OrderItem]], window: KeyWindow | None = None) -> dict[UUID, LineDetails]:
    """Kind, keys of the window, files and words of lines; four statements whatever their number."""
    window = window or KeyWindow()
    owned = {item.id: order for order, item in pairs if order.status in OWNED and remaining_quantity(item)}
    if not owned:
        return {}
    details_by_item = {item_id: LineDetails() for item_id in owned}
    for row in queries.delivery_rows(list(owned)):
        item_id, data = row.order_item_id, row.delivery_data
        texts = {name: data.get(name, "") for name in ("how_to", "promise", "message")}
        details_by_item[item_id] = replace(
            details_by_item[item_id], kind=_shows(data.get("kind", "")), **texts
        )
    paths = {order.id: path_of(order) for order in owned.values()}
    for item_id, rows in groupby(keys_shown(owned, window), attrgetter("order_item_id")):
        path = paths[owned[item_id].id]
        details_by_item[item_id] = _with_keys(details_by_item[item_id], list(rows), path, window)
    downloads = queries.downloads_of(list(owned))
    sizes = queries.sizes([download.media_id for download in downloads]) if downloads else {}
    for download in downloads:
        if download.revoked_at is None:
            details_by_item[download.order_item_id].files.append(
                _file(download, sizes.get(download.media_id, 0))
            )
    return details_by_item


def _shows(name: str) -> str:
    delivery_type = kinds.find(name)
    return delivery_type.shows if delivery_type is not None else "manual"


def _with_keys(details: LineDetails, rows: list[Row[Any]], path: str, window: KeyWindow) -> LineDetails:
    """Return the details with the keys that are shown, and the actions for all keys of the line."""
    first, last, total = rows[0].rank, rows[-1].rank, rows[0].total
    line, page = str(rows[0].order_item_id), (first - 1) // window.size + 1
    actions = replace(
        key_actions(path, total, rows[0].seen, line),
        first=first,
        last=last,
        previous_url=f"{page_path(path, line, page - 1)}#line-{line}" if page > 1 else "",
        next_url=f"{page_path(path, line, page + 1)}#line-{line}" if last < total else "",
    )
    units = [_unit(row, page_path(path, line, page)) for row in rows]
    return replace(details, units=units, key_actions=actions)


def page_path(path: str, line: str, page: int) -> str:
    """The address of an order with a page of the keys of a line; the first page needs no more words."""
    return f"{path}{'&' if '?' in path else '?'}line={line}&page={page}" if page > 1 else path


def _unit(row: Row[Any], path: str) -> UnitView:
    shown = row.revealed_at is not None
    return UnitView(
        id=str(row.id),
        masked=stock_reservation.masked(row.hint),
        revealed=shown,
        # Opening a key that was revealed before writes nothing.
        value=stock_reservation.value_of(row) if shown else None,
        reveal_url=below(path, f"reveal/{row.id}"),
    )


def _file(download: Download, size: int) -> FileView:
    ended = download.expires_at is not None and download.expires_at <= clock.now()
    most = download.max_downloads
    remaining = 0 if ended else None if most is None else most - download.used
    return FileView(
        id=str(download.id),
        name=download.filename,
        size=in_words(size),
        url=f"/d/{download_token(download)}",
        remaining=remaining,
        left=left_in_words(download, remaining),
        used=download.used,
        max=download.max_downloads,
        expires=moment(download.expires_at),
        expired=ended,
    )


def left_in_words(download: Download, remaining: int | None) -> str:
    """Return the remaining downloads in words: `4 of 5 downloads left, until 29 December 2026`."""
    ends, most = download.expires_at, download.max_downloads
    if ends is not None and ends <= clock.now():
        return _("Ended on %(day)s", day=_day(ends))
    if remaining == 0:
        return ngettext("Downloaded", "All %(num)s downloads used", most or 0)
    if ends is None:
        if remaining is None:
            return _("Any number of downloads")
        return ngettext(
            "%(left)s of %(num)s download left",
            "%(left)s of %(num)s downloads left",
            most or 0,
            left=remaining,
        )
    if remaining is None:
        return _("Any number of downloads, until %(day)s", day=_day(ends))
    return ngettext(
        "%(left)s of %(num)s download left, until %(day)s",
        "%(left)s of %(num)s downloads left, until %(day)s",
        most or 0,
        left=remaining,
        day=_day(ends),
    )


def _day(value: datetime) -> str:
    return day_text(value)


def in_words(size: int) -> str:
    """A size in bytes for people: 512 bytes, 3.4 kB, 12 MB."""
    if size < 1000:
        return ngettext("%(num)s byte", "%(num)s bytes", size)
    amount = float(size)
    for unit in ("kB", "MB", "GB"):
        amount /= 1000
        if amount < 999.5 or unit == "GB":
            break
    return f"{number(amount, 1 if amount < 10 else 0)} {unit}"


line_details.register("delivery", details)
