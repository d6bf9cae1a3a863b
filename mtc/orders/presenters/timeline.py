"""Timeline of an order."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Row

from mtc.core.events import label_of
from mtc.core.i18n import retold
from mtc.core.paging import Page
from mtc.orders import queries
from mtc.orders.presenters.lines import moment
from mtc.orders.presenters.read_models import EventView

# What went wrong, by the verb of the event; with what ended or went back, these get no tick.
_BAD = {"failed", "mismatch", "attention", "unfulfilled"}
ENDED = ("cancelled", "expired", "refunded", "partially_refunded")


def look_of(verb: str) -> tuple[str, str]:
    """Icon and tone of a step of a timeline that is not simply done; empty texts for all others."""
    if verb in _BAD:
        return "alert-circle", "bad"
    if verb in ("cancelled", "expired"):
        return "x" if verb == "cancelled" else "timer", "quiet"
    if verb in ("refunded", "partially_refunded"):
        return "undo-2", "quiet"
    return "", ""


def _told(data: dict[str, Any]) -> str:
    """Return the details in an event: of which item, and why."""
    words = [retold(str(data[name])) for name in ("title", "reason") if data.get(name)]
    return ": ".join(words) or str(data.get("text") or "")


def timeline_view(order_id: UUID, cursor: str = "") -> Page[EventView]:
    """Return the timeline of an order for the merchant, newest first; a page of it."""
    page = queries.timeline(order_id, cursor)
    return Page([_event(row) for row in page.items], page.next)


def _event(row: Row[Any]) -> EventView:
    icon, tone = look_of(row.name.rpartition(".")[2])
    return EventView(
        name=row.name,
        label=label_of(row.name),
        text=_told(row.data),
        at=moment(row.created_at, time=True),
        moment=row.created_at.isoformat(),
        by=row.actor.get("name") or row.actor.get("kind") or "",
        icon=icon,
        tone=tone,
    )
