"""The work of orders that nobody waits for."""

from __future__ import annotations

from typing import Any

from mtc.events.registry import task
from mtc.orders.services import expire_pending


@task("orders.expire")
def expire_orders(_payload: dict[str, Any]) -> None:
    """Expire the tenant's orders that were not paid in time."""
    expire_pending()
