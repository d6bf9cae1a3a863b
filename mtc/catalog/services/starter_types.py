"""Product types for new stores: one JSON file each in `catalog/starter_types/`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mtc.catalog import queries
from mtc.catalog.models import ProductType
from mtc.catalog.services import product_types
from mtc.core.errors import ConflictError, NotFoundError
from mtc.core.i18n import _l

FOLDER = Path(__file__).resolve().parents[1] / "starter_types"
# What a new tenant gets unless somebody chooses: one type that is sold by key, one by file.
DEFAULT_STARTER_TYPES = ("software-licence", "download")


@dataclass(frozen=True, slots=True)
class StarterType:
    """A product type before it is a tenant's own; `schema` lists its fields in the field language."""

    slug: str
    name: str
    description: str
    icon: str
    delivery_data: Mapping[str, Any]
    stock_source: str
    schema: Mapping[str, Any]
    ui_config: Mapping[str, Any]

    @property
    def method(self) -> str:
        """The slug of the delivery method that its products use unless they say otherwise."""
        return str(self.delivery_data.get("method", ""))

    def values(self) -> dict[str, Any]:
        """The values for `product_types.create`."""
        return {name: getattr(self, name) for name in self.__slots__}


@cache
def starter_types() -> tuple[StarterType, ...]:
    """All starter types in the order in which they are offered."""
    read = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]
    read.sort(key=lambda values: int(values.pop("position")))
    return tuple(StarterType(**values) for values in read)


def starter_type(slug: str) -> StarterType:
    """The starter type of that slug; raises NotFoundError."""
    for starter in starter_types():
        if starter.slug == slug:
            return starter
    raise NotFoundError(_l("There is no such starter type."))


def add_starter_types(slugs: Iterable[str]) -> list[ProductType]:
    """Make the starter types that the tenant lacks; a type that has such a slug already stays as it is.

    Returns those that were made. Raises NotFoundError for an unknown slug, before anything is made.
    """
    starters = [starter_type(slug) for slug in dict.fromkeys(slugs)]
    slugs_in_use = {info.slug for info in queries.type_book().types}
    made = []
    for starter in starters:
        if starter.slug in slugs_in_use:
            continue
        try:
            made.append(product_types.create(starter.values()))
        except ConflictError:  # somebody else has made it at the same moment
            queries.type_book.forget()
    return made
