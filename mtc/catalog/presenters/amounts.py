"""Amounts, pictures and addresses as pages get them."""

from __future__ import annotations

from typing import Any

from mtc.core.context import current
from mtc.core.money import ShownAmount, format_money


def amount(value: int, currency: str) -> ShownAmount:
    """An amount of minor units with its text in the running language."""
    return ShownAmount(value, format_money(value, currency, current().locale))


def percent_off(now: int, before: int | None) -> int | None:
    """By how many per cent a price is reduced, rounded down; None when it is not."""
    if before is None or before <= now:
        return None
    return (before - now) * 100 // before or None


def image(stored: dict[str, Any] | None, alt: str) -> dict[str, Any] | None:
    """A stored picture for a page; None when there is none."""
    if not stored or not stored.get("src"):
        return None
    shown = {name: stored.get(name) for name in ("src", "width", "height", "srcset") if stored.get(name)}
    return {"width": None, "height": None, **shown, "alt": stored.get("alt") or alt}


def product_url(slug: str) -> str:
    """The address of a product below its store."""
    return f"/p/{slug}"


def collection_url(slug: str) -> str:
    """The address of a collection below its store."""
    return f"/c/{slug}"
