"""Where plugins may join in when the catalogue changes."""

from __future__ import annotations

from typing import Any

from mtc.core.hooks import hookspec


@hookspec
def before_product_create(ctx: Any, payload: dict[str, Any]) -> dict[str, Any] | None:
    """Before a product is made; `payload` holds its values. Return changed values, or raise Reject."""


@hookspec
def after_product_create(ctx: Any, payload: dict[str, Any]) -> None:
    """After a product was made; `payload` has product_id and slug."""


@hookspec
def before_product_update(ctx: Any, payload: dict[str, Any]) -> dict[str, Any] | None:
    """Before a product changes; `payload` has product_id and the changed values. May return others."""


@hookspec
def after_product_update(ctx: Any, payload: dict[str, Any]) -> None:
    """After a product changed; `payload` has product_id, slug and the names of the changed values."""
