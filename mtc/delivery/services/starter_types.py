"""Starter product types together with the delivery methods that they need."""

from __future__ import annotations

from collections.abc import Iterable

from mtc.catalog.models import ProductType
from mtc.catalog.services.starter_types import add_starter_types, starter_type
from mtc.delivery.services.methods import ensure_methods


def install_starter_types(slugs: Iterable[str]) -> list[ProductType]:
    """Make the starter types, and the delivery methods they name, that the running tenant lacks.

    Safe to repeat: what exists is not touched. Returns the types that were made; raises NotFoundError.
    """
    distinct_slugs = list(dict.fromkeys(slugs))
    ensure_methods({starter_type(slug).method for slug in distinct_slugs})
    return add_starter_types(distinct_slugs)
