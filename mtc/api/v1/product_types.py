"""Product types: the list, one of them, making, changing and deleting; starter types."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from mtc.api.v1.blueprint import v1
from mtc.api.v1.endpoint import always, closed, endpoint
from mtc.api.v1.schemas import FLAG, ID, MAYBE_MOMENT, NUMBER, TEXT, moment, texts
from mtc.catalog.models import ProductType
from mtc.catalog.queries import product_types
from mtc.catalog.queries.types import count_products_of_type, count_products_of_types
from mtc.catalog.services import product_types as service
from mtc.catalog.services.product_types import version_of
from mtc.catalog.services.starter_types import starter_type, starter_types
from mtc.core.fields import to_definition
from mtc.core.i18n import _l
from mtc.delivery.services import delivery_by, install_starter_types
from mtc.web.access import for_programs
from mtc.web.audited import audited
from mtc.web.envelope import ok

FIELDS: dict[str, Any] = {
    "type": "array",
    "items": {"type": "object"},
    "maxItems": 200,
    "description": "The fields in the field language: name, type, label, required, options and so on.",
}
LAYOUT: dict[str, Any] = {"type": "object", "description": "Tabs, groups and hints of the form."}
STOCK = texts(("pool", "unlimited", "none"))
VERSION: dict[str, Any] = {"type": "string", "maxLength": 40}
TYPE = always(
    id=ID, slug=TEXT, name=TEXT, description=TEXT, icon=TEXT, fields=FIELDS, layout=LAYOUT,
    delivery_method=TEXT, stock_source=STOCK, products=NUMBER, version=TEXT, updated_at=MAYBE_MOMENT,
)  # fmt: skip
STARTER = always(
    slug=TEXT, name=TEXT, description=TEXT, icon=TEXT, fields=FIELDS, delivery_method=TEXT,
    stock_source=STOCK, installed=FLAG,
)  # fmt: skip
_VALUES: dict[str, Any] = {
    "name": {"type": "string", "maxLength": 100},
    "slug": {"type": "string", "maxLength": 63},
    "description": {"type": "string", "maxLength": 500},
    "icon": {"type": "string", "maxLength": 40},
    "fields": FIELDS,
    "layout": LAYOUT,
    "delivery_method": {"type": "string", "maxLength": 63, "description": "A way to deliver; empty: none."},
    "stock_source": STOCK,
}
NEW = closed(_VALUES, required=("name",))
CHANGE = closed(
    {
        **_VALUES,
        "renames": {
            "type": "object",
            "additionalProperties": {"type": "string", "maxLength": 40},
            "description": "Old path of a field to its new name; its values are kept.",
        },
        "drop_values": {
            "type": "array",
            "items": {"type": "string", "maxLength": 200},
            "maxItems": 200,
            "description": "Fields whose values may be removed from products.",
        },
        "version": {**VERSION, "description": "Refused (409) when the type has another version by now."},
    }
)


@v1.get("/types")
@for_programs("products:read")
@endpoint(always(items={"type": "array", "items": TYPE}))
def types() -> Response:
    """All product types, by name."""
    numbers = count_products_of_types()
    return ok({"items": [_shape(row, numbers.get(row.id, 0)) for row in product_types()]})


@v1.post("/types")
@for_programs("products:write", idempotent=True)
@endpoint(TYPE, body=NEW, status=201)
@audited(_l("Created a product type"))
def create_type(body: dict[str, Any]) -> Response:
    """Make a product type."""
    return ok(_shape(service.create(_values(body)), 0), "The type is made.", 201)


@v1.get("/types/<uuid:which>")
@for_programs("products:read")
@endpoint(TYPE)
def product_type(which: UUID) -> Response:
    """One product type with its fields."""
    return ok(_shape(service.get(which), count_products_of_type(which)))


@v1.patch("/types/<uuid:which>")
@for_programs("products:write", idempotent=True)
@endpoint(TYPE, body=CHANGE)
@audited(_l("Changed a product type"))
def change_type(which: UUID, body: dict[str, Any]) -> Response:
    """Change what is sent of a product type; the values of its products follow."""
    row = service.get(which)
    more = {"renames": body.pop("renames", {}), "drop": body.pop("drop_values", [])}
    version = body.pop("version", None)
    changed = service.update(row.id, _values(body, row), version=version, **more)
    return ok(_shape(changed, count_products_of_type(which)))


@v1.delete("/types/<uuid:which>")
@for_programs("products:write", idempotent=True)
@endpoint(always(id=ID), body=closed({}))
@audited(_l("Deleted a product type"))
def remove_type(which: UUID, body: dict[str, Any]) -> Response:
    """Delete a product type that no product uses."""
    del body
    service.delete(which)
    return ok({"id": str(which)}, "The type is deleted.")


@v1.get("/starter-types")
@for_programs("products:read")
@endpoint(always(items={"type": "array", "items": STARTER}))
def starters() -> Response:
    """The starter types, and which of them the store has."""
    slugs = {row.slug for row in product_types()}
    items = [
        {
            "slug": starter.slug,
            "name": starter.name,
            "description": starter.description,
            "icon": starter.icon,
            "fields": starter.schema["fields"],
            "delivery_method": starter.method,
            "stock_source": starter.stock_source,
            "installed": starter.slug in slugs,
        }
        for starter in starter_types()
    ]
    return ok({"items": items})


@v1.post("/starter-types/<slug>")
@for_programs("products:write", idempotent=True)
@endpoint(TYPE, body=closed({}), status=201)
@audited(_l("Added a starter product type"))
def install_type(slug: str, body: dict[str, Any]) -> Response:
    """Add a starter type and the delivery method it needs; a type that is there stays as it is."""
    del body
    install_starter_types([starter_type(slug).slug])
    row = next(row for row in product_types() if row.slug == slug)
    return ok(_shape(row, count_products_of_type(row.id)), status=201)


def _values(body: dict[str, Any], row: ProductType | None = None) -> dict[str, Any]:
    """Return the body's values as the service takes them."""
    values = {name: value for name, value in body.items() if name not in ("fields", "layout")}
    if "fields" in body:
        values["schema"] = {"fields": body["fields"]}
    if "layout" in body:
        values["ui_config"] = body["layout"]
    if "delivery_method" in values:
        delivery = dict(row.delivery_data) if row else {}
        rest = {name: value for name, value in delivery.items() if name not in ("method", "instant")}
        values["delivery_data"] = {**rest, **delivery_by(values.pop("delivery_method"))}
    return values


def _shape(row: ProductType, products: int) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "slug": row.slug,
        "name": row.name,
        "description": row.description,
        "icon": row.icon,
        "fields": to_definition(row.schema),
        "layout": row.ui_config,
        "delivery_method": str(row.delivery_data.get("method", "")),
        "stock_source": row.stock_source,
        "products": products,
        "version": version_of(row.updated_at),
        "updated_at": moment(row.updated_at),
    }
