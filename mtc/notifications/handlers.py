"""What the staff are told when stock runs out, orders are paid, and the domain of the store's mail fails."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from mtc.events.registry import subscribe
from mtc.notifications.services import clear_alert, clear_risen, mail_sale, mail_sender_alert, send_alert
from mtc.orders import queries as orders


@subscribe("stock.low", name="notifications.stock_low")
@subscribe("stock.sold_out", name="notifications.sold_out")
def stock_fell(payload: dict[str, Any]) -> None:
    """Tell who may manage stock, by what is left now."""
    send_alert(UUID(payload["data"]["variant_id"]))


@subscribe("stock.added", name="notifications.refilled")
def refilled(payload: dict[str, Any]) -> None:
    """The next time that it runs out is news again."""
    clear_alert(UUID(payload["data"]["variant_id"]))


@subscribe("stock.level_changed", name="notifications.level_changed")
def level_changed(_payload: dict[str, Any]) -> None:
    """A pool that is no longer low is news again when it runs low."""
    clear_risen()


@subscribe("order.paid", name="notifications.sale", shared=True)
def sold(payload: dict[str, Any]) -> None:
    """Tell who wants to know of each sale."""
    facts = orders.order_facts(UUID(payload["entity_id"]))
    if facts is not None and not facts.is_demo and not facts.is_test:
        mail_sale(UUID(payload["entity_id"]))


@subscribe("mail_sender.failing", name="notifications.sender_failing")
@subscribe("mail_sender.lapsed", name="notifications.sender_lapsed")
def sender_failed(payload: dict[str, Any]) -> None:
    """Tell who may change the settings, by how it stands now."""
    mail_sender_alert(UUID(payload["entity_id"]), payload["event_id"])
