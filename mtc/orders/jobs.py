"""Work by the clock: orders that were not paid in time."""

from __future__ import annotations

from mtc.events.services import periodic
from mtc.orders.services import expire_pending

EVERY = 60


@periodic("orders.expire", seconds=EVERY)
def expire_orders() -> None:
    """Expire the tenant's orders whose time to be paid has run out; their stock returns."""
    expire_pending()
