"""Links and entries that plugins add to the page of an order."""

from __future__ import annotations

from mtc.core.relative_time import exact
from mtc.orders.hooks import OrderAction
from mtc.orders.models import Order
from mtc.orders.presenters.read_models import EventView
from mtc.orders.services.hook_views import order_view
from mtc.plugins.services import ask_plugins, is_hooked


def actions_of(order: Order) -> list[OrderAction]:
    """The links of plugins above the order."""
    if not is_hooked("provide_order_actions"):
        return []
    return [action for some in ask_plugins("provide_order_actions", order_view(order)) for action in some]


def notes_of(order: Order) -> list[EventView]:
    """The entries of plugins in the order's timeline, newest first; they stand above its own."""
    if not is_hooked("provide_order_timeline"):
        return []
    notes = [note for some in ask_plugins("provide_order_timeline", order_view(order)) for note in some]
    return [
        EventView(
            name="plugin",
            label=note.label,
            text=note.text,
            at=exact(note.at),
            moment=note.at.isoformat(),
            by="",
            icon="plug",
        )
        for note in sorted(notes, key=lambda note: note.at, reverse=True)
    ]
