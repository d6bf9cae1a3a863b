"""Periodic deletion of abandoned carts."""

from __future__ import annotations

from flask import current_app

from mtc.checkout.services import purge_carts
from mtc.tasks.services import periodic

EVERY = 86_400.0


@periodic("carts.purge", seconds=EVERY)
def purge_old_carts() -> None:
    """Delete the tenant's carts that were not touched for MTC_CART_DAYS and became no order."""
    purge_carts(current_app.config["MTC"].cart_days)
