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
    return ok({"items": [_shape(one, numbers.get(one.id, 0)) for one in product_types()]})


@v1.post("/types")
@for_programs("products:write", idempotent=True)
@endpoint(TYPE, body=NEW, status=201)
@audited(_l("Created a product type"))
def create_type(given: dict[str, Any]) -> Response:
    """Make a product type."""
    return ok(_shape(service.create(_values(given)), 0), "The type is made.", 201)


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
def change_type(which: UUID, given: dict[str, Any]) -> Response:
    """Change what is sent of a product type; the values of its products follow."""
    kind = service.get(which)
    more = {"renames": given.pop("renames", {}), "drop": given.pop("drop_values", [])}
    version = given.pop("version", None)
    changed = service.update(kind.id, _values(given, kind), version=version, **more)
    return ok(_shape(changed, count_products_of_type(which)))


@v1.delete("/types/<uuid:which>")
@for_programs("products:write", idempotent=True)
@endpoint(always(id=ID), body=closed({}))
@audited(_l("Deleted a product type"))
def remove_type(which: UUID, given: dict[str, Any]) -> Response:
    """Delete a product type that no product uses."""
    del given
    service.delete(which)
    return ok({"id": str(which)}, "The type is deleted.")


@v1.get("/starter-types")
@for_programs("products:read")
@endpoint(always(items={"type": "array", "items": STARTER}))
def starters() -> Response:
    """The starter types, and which of them the store has."""
    known = {one.slug for one in product_types()}
    items = [
        {
            "slug": one.slug,
            "name": one.name,
            "description": one.description,
            "icon": one.icon,
            "fields": one.schema["fields"],
            "delivery_method": one.method,
            "stock_source": one.stock_source,
            "installed": one.slug in known,
        }
        for one in starter_types()
    ]
    return ok({"items": items})


@v1.post("/starter-types/<slug>")
@for_programs("products:write", idempotent=True)
@endpoint(TYPE, body=closed({}), status=201)
@audited(_l("Added a starter product type"))
def install_type(slug: str, given: dict[str, Any]) -> Response:
    """Add a starter type and the delivery method it needs; a type that is there stays as it is."""
    del given
    install_starter_types([starter_type(slug).slug])
    kind = next(one for one in product_types() if one.slug == slug)
    return ok(_shape(kind, count_products_of_type(kind.id)), status=201)


def _values(given: dict[str, Any], kind: ProductType | None = None) -> dict[str, Any]:
    """What was sent, as the service takes it."""
    values = {name: value for name, value in given.items() if name not in ("fields", "layout")}
    if "fields" in given:
        values["schema"] = {"fields": given["fields"]}
    if "layout" in given:
        values["ui_config"] = given["layout"]
    if "delivery_method" in values:
        known = dict(kind.delivery_data) if kind else {}
        kept = {name: value for name, value in known.items() if name not in ("method", "instant")}
        values["delivery_data"] = {**kept, **delivery_by(values.pop("delivery_method"))}
    return values


def _shape(kind: ProductType, products: int) -> dict[str, Any]:
    return {
        "id": str(kind.id),
        "slug": kind.slug,
        "name": kind.name,
        "description": kind.description,
        "icon": kind.icon,
        "fields": to_definition(kind.schema),
        "layout": kind.ui_config,
        "delivery_method": str(kind.delivery_data.get("method", "")),
        "stock_source": kind.stock_source,
        "products": products,
        "version": version_of(kind.updated_at),
        "updated_at": moment(kind.updated_at),
    }
