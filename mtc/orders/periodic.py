"""Work by the clock: orders that were not paid in time."""

from __future__ import annotations

from mtc.orders.services import expire_pending
from mtc.orders.services.access import purge_access
from mtc.tasks.services import periodic

EVERY, HOURLY = 60, 3600


@periodic("orders.expire", seconds=EVERY)
def expire_orders() -> None:
    """Expire the tenant's orders whose time to be paid has run out; their stock returns."""
    expire_pending()


@periodic("orders.purge_access", seconds=HOURLY)
def purge_known_devices() -> None:
    """Delete the known devices and codes of orders that have run out."""
    purge_access()
