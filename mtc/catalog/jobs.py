"""Work by the clock: reservations run out, and products appear at the moment they were published for."""

from __future__ import annotations

from datetime import timedelta

from mtc.catalog import queries
from mtc.catalog.queries.scope import tenant_id
from mtc.catalog.services import key_index, stock
from mtc.core import clock
from mtc.events.services import periodic
from mtc.tenants.services import touch_content

EVERY = 60


@periodic("stock.expire_reservations", seconds=EVERY)
def expire_reservations() -> None:
    """Return keys to their pools whose reservation has run out."""
    stock.expire_reservations()


@periodic("stock.index_keys", seconds=EVERY)
def index_keys() -> None:
    """Make keys findable that were added before there was a search for keys, a batch each round."""
    key_index.index_keys()


@periodic("catalog.appear", seconds=EVERY)
def appear() -> None:
    """Raise the content version when a product's moment has come since the round before."""
    now = clock.now()
    # A margin, since rounds come about every minute; once too often does no harm.
    if queries.appeared(now - timedelta(seconds=EVERY * 1.5), now):
        touch_content(tenant_id())
