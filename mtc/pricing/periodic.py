"""Work by the clock: shoppers' pages are made anew when a rule begins or ends."""

from __future__ import annotations

from datetime import timedelta

from mtc.catalog.queries.scope_cache import tenant_id
from mtc.core import clock
from mtc.pricing.services.boundaries import changed_between
from mtc.tasks.services import periodic
from mtc.tenants.services import bump_content_version

EVERY = 60


@periodic("pricing.boundaries", seconds=EVERY)
def renew_prices() -> None:
    """Raise the content version when a rule or one of its spans has begun or ended since the round before."""
    now = clock.now()
    # A margin, since rounds come about every minute; once too often does no harm.
    if changed_between(now - timedelta(seconds=EVERY * 1.5), now):
        bump_content_version(tenant_id())
