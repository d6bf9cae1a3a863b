"""Changing at how many keys left pools warn: of one, or of all that follow the store."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update

from mtc.catalog.events import StockLevelChanged
from mtc.catalog.hooks import LevelChange
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.tables import VARIANTS as _V
from mtc.catalog.services import variants
from mtc.catalog.services.warning_levels import level_of_store, own_level, store_level
from mtc.core.events import emit
from mtc.core.row_locking import matched_rows
from mtc.plugins.services import run_before
from mtc.tenants.queries import store_for_change
from mtc.tenants.services import update_store


def set_store_level(store_id: UUID, level: int | None) -> bool:
    """Set the store's level, and that of all variants without their own in one statement.

    False when it was so before. What staff were told of pools that are no longer low is forgotten.
    """
    level = _asked(None, level)
    store = store_for_change(tenant_id(), store_id)
    assert store is not None
    if level_of_store(store.settings or {}) == level:
        return False
    update_store(tenant_id(), store_id, settings={**(store.settings or {}), "low_at": level})
    store_level.forget()
    own = _V.c.inventory_data["low_at"].as_integer()
    mine = (_V.c.tenant_id == tenant_id(), own.is_(None))
    matched_rows(update(_V).where(*mine, _V.c.low_at != (level or 0)).values(low_at=level or 0))
    emit(StockLevelChanged(low_at=level))
    return True


def set_own_level(variant: UUID, level: int | None) -> bool:
    """Give a variant its own level, or None for the store's; False when it was so before.

    Raises NotFoundError.
    """
    row = variants.get(variant)
    level = _asked(variant, level)
    if own_level(row.inventory_data) == level:
        return False
    variants.update(variant, {"low_at": level})
    emit(StockLevelChanged(low_at=level, variant_id=variant))
    return True


def _asked(variant: UUID | None, level: int | None) -> int | None:
    """The level as plugins leave it: a level is none, or no less than nothing. Raises Reject."""
    asked = run_before("before_stock_level_change", LevelChange(variant, level)).low_at
    return level if asked is not None and asked < 0 else asked
