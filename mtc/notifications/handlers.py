"""Emails to the staff when stock runs out, orders are paid, and the domain of the store's mail fails."""

from __future__ import annotations

from mtc.catalog.events import StockAdded, StockLevelChanged, StockLow, StockSoldOut
from mtc.events.registry import subscribe
from mtc.notifications.services import clear_alert, clear_risen, email_sale, email_sender_alert, send_alert
from mtc.orders import queries as orders
from mtc.orders.events import OrderPaid
from mtc.senders.events import MailSenderFailing, MailSenderLapsed


@subscribe(StockLow, name="notifications.stock_low")
@subscribe(StockSoldOut, name="notifications.sold_out")
def stock_fell(event: StockLow | StockSoldOut) -> None:
    """Tell who may manage stock, by what is left now."""
    send_alert(event.variant_id)


@subscribe(StockAdded, name="notifications.refilled")
def refilled(event: StockAdded) -> None:
    """The next time that it runs out is news again."""
    clear_alert(event.variant_id)


@subscribe(StockLevelChanged, name="notifications.level_changed")
def level_changed(_event: StockLevelChanged) -> None:
    """A pool that is no longer low is news again when it runs low."""
    clear_risen()


@subscribe(OrderPaid, name="notifications.sale", shared=True)
def sold(event: OrderPaid) -> None:
    """Tell who wants to know of each sale."""
    facts = orders.order_facts(event.order_id)
    if facts is not None and not facts.is_demo and not facts.is_test:
        email_sale(event.order_id)


@subscribe(MailSenderFailing, name="notifications.sender_failing")
@subscribe(MailSenderLapsed, name="notifications.sender_lapsed")
def sender_failed(event: MailSenderFailing | MailSenderLapsed) -> None:
    """Tell who may change the settings, by how it stands now."""
    assert event.entity_id is not None
    email_sender_alert(event.entity_id, str(event.event_id))
