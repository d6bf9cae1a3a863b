"""What follows from events of the catalogue: the after-hooks of plugins."""

from __future__ import annotations

from typing import Any

from mtc.plugins.services import after


def _data(payload: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = payload["data"]
    return data


after("product.created", "after_product_create", _data)
after("product.updated", "after_product_update", _data)
