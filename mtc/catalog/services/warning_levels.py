"""At how many keys left a pool warns: a variant's own level, or the store's for those that have none.

`low_at` of a variant is the level that holds; `inventory_data.low_at` is its own, or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtc.catalog.queries.scope_cache import Remembered, tenant_id
from mtc.core.errors import ValidationError
from mtc.core.i18n import _l
from mtc.tenants.queries import stores_of

USUAL, HIGHEST = 5, 1_000_000
_WRONG = _l("Use a whole number from 0 to %(most)s, or leave it empty for no warning.", most=f"{HIGHEST:,}")


def level_of_store(settings: Mapping[str, Any]) -> int | None:
    """The level of variants without one of their own; None: no warning before a pool is empty."""
    level = settings.get("low_at", USUAL)
    return None if level is None else int(level)


def _load() -> int:
    stores = stores_of(tenant_id())
    return (level_of_store(stores[0].store_settings or {}) if stores else USUAL) or 0


store_level = Remembered(_load)
"""The level that holds for variants without one of their own, read once in a scope."""


def own_level(inventory: Mapping[str, Any] | None) -> int | None:
    """The variant's own level, or None."""
    level = (inventory or {}).get("low_at")
    return None if level is None else int(level)


def read_level(text: str) -> int | None:
    """A level as it is typed, empty for none; raises ValidationError."""
    typed = text.strip().replace("\u00a0", "")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 8 and int(typed) <= HIGHEST):
        raise ValidationError(_WRONG, {"low_at": [_WRONG]})
    return int(typed)
