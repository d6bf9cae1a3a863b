"""Attributes of products: one row per value, typed for filters, with its words for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert

from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.tables import ATTRIBUTES as _A
from mtc.core import clock
from mtc.core.db import session
from mtc.core.fields import FieldSet
from mtc.core.ids import uuid7

_LONGEST = 200


def write(product_id: UUID, fields: FieldSet, values: Mapping[str, Any]) -> None:
    """Replace the attributes of a product by these validated values."""
    write_many({product_id: values}, fields)


def write_many(values_of: Mapping[UUID, Mapping[str, Any]], fields: FieldSet) -> None:
    """Replace the attributes of products of one type; a few hundred products at a time."""
    tenant, now = tenant_id(), clock.now()
    session.execute(delete(_A).where(_A.c.tenant_id == tenant, _A.c.product_id.in_(values_of)))
    filled = [
        {**row, "tenant_id": tenant, "id": uuid7(), "created_at": now, "product_id": product_id}
        for product_id, values in values_of.items()
        for field in fields.fields
        for row in _rows(fields, field.key, values.get(field.key))
    ]
    if filled:
        session.execute(insert(_A), filled)


def _rows(fields: FieldSet, key: str, value: Any) -> list[dict[str, Any]]:
    if value is None or value == "" or value == []:
        return []
    several = list(dict.fromkeys(value)) if isinstance(value, list) and _plain(value) else None
    typed = fields.typed_values(key, several if several is not None else value)
    shown = fields.display(key, value)
    rows = []
    for position, entry in enumerate(typed):
        # The first row carries the whole value; the others only make it findable.
        content = {"value": value, "display": shown} if position == 0 else {}
        rows.append(
            {
                "attribute_key": key,
                "attribute_type": entry.type,
                "position": position,
                "attribute_value": content,
                "value_text": entry.text[:_LONGEST] if entry.text is not None else None,
                "value_number": entry.number,
                "value_flag": entry.flag,
                "value_time": entry.moment,
            }
        )
    return rows


def _plain(value: list[Any]) -> bool:
    return all(isinstance(item, str | int | float) for item in value)
