"""One email when a variant runs low, one when it is sold out; then none until it is refilled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, or_, update

from mtc.catalog.queries import pools
from mtc.core import clock
from mtc.core.db import scope_tenant
from mtc.core.i18n import _, _l, ngettext
from mtc.core.row_locking import insert_once, matched_rows
from mtc.notifications.models import StockAlert
from mtc.notifications.services.staff_email import admin_url, email_staff, first_store

# Keys that unpaid orders give back cross the level again and again; a day later it is news once more.
QUIET = timedelta(days=1)
_BUSY = _l("The alert of this variant is being written. Try again.")


def level_of(available: int, low_at: int) -> str:
    """`out`, `low`, or nothing where enough is left."""
    if available <= 0:
        return "out"
    return "low" if available <= low_at else ""


def send_alert(variant_id: UUID) -> int:
    """Mail the staff how few keys of a variant are left, unless they know; returns how many emails."""
    row = pools.pool(variant_id)
    level = level_of(row.available, row.low_at) if row is not None else ""
    if row is None or not level or not _claim(variant_id, level):
        return 0
    store = first_store()
    title = f"{row.product}, {row.variant}" if row.variant else row.product
    facts = {
        "product": row.product,
        "variant": row.variant,
        "sku": row.sku,
        "available": row.available,
        "low_at": row.low_at,
        "level": level,
        "stock_url": f"{admin_url(store)}/stock/{variant_id}",
    }

    def content() -> tuple[str, dict[str, Any]]:
        if level == "out":
            return _("Sold out: %(product)s", product=title), facts
        # Translators: the subject of a mail; the number counts keys in stock.
        left = ngettext(
            "%(num)s left: %(product)s", "%(num)s left: %(product)s", row.available, product=title
        )
        return left, facts

    return email_staff("stock", "stock-alert", store, content)


def _claim(variant_id: UUID, level: str) -> bool:
    """Return whether the alert is new; of several concurrent calls, one returns True."""
    now = clock.now()
    same_variant = and_(StockAlert.tenant_id == scope_tenant(), StockAlert.variant_id == variant_id)
    news = StockAlert.alerted_at <= now - QUIET
    if level == "out":
        news = or_(news, StockAlert.level == "low")
    if matched_rows(update(StockAlert).where(same_variant, news).values(level=level, alerted_at=now)):
        return True
    row = StockAlert(tenant_id=scope_tenant(), variant_id=variant_id, level=level, alerted_at=now)
    return insert_once(row, _BUSY)


def clear_alert(variant_id: UUID) -> None:
    """Keys were added: what is above its level now may be told of again when it falls once more."""
    row = pools.pool(variant_id)
    level = level_of(row.available, row.low_at) if row is not None else ""
    same_variant = and_(StockAlert.tenant_id == scope_tenant(), StockAlert.variant_id == variant_id)
    if not level:
        matched_rows(delete(StockAlert).where(same_variant))
    elif level == "low":
        matched_rows(update(StockAlert).where(same_variant, StockAlert.level == "out").values(level="low"))


def clear_risen() -> int:
    """Levels were changed: forget what was told of pools that are above theirs now; how many these were."""
    return matched_rows(
        delete(StockAlert).where(
            StockAlert.tenant_id == scope_tenant(), StockAlert.variant_id.in_(pools.above_level())
        )
    )
