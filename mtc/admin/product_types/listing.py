"""The list of product types, and the starter types that can be added to it."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, page
from mtc.admin.navigation import CATALOGUE, navigation
from mtc.catalog import queries
from mtc.catalog.queries.types import count_products_of_types
from mtc.catalog.services.starter_types import StarterType, starter_types
from mtc.core.errors import ValidationError
from mtc.core.i18n import _, _l
from mtc.delivery.services import install_starter_types
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.responses import see_other


@admin.get("/types")
@navigation.entry("types", _l("Product types"), section=CATALOGUE, icon="layers", order=20)
@requires("products:read")
def product_types(tenant: str) -> Response:
    """The types of the tenant, and those that it may add."""
    del tenant
    numbers = count_products_of_types()
    types: list[dict[str, Any]] = [
        {
            "id": str(info.id),
            "name": info.name,
            "slug": info.slug,
            "icon": info.icon or "layers",
            "fields": len(info.fields.fields),
            "products": numbers.get(info.id, 0),
            "facets": [field.label for field in info.fields.fields if field.filterable],
        }
        for info in queries.type_book().types
    ]
    return page(
        "admin/products/types.html",
        title=_("Product types"),
        active="types",
        types=types,
        starters=offered(),
    )


@admin.post("/types/starter")
@requires("products:write")
@audited(_l("Added starter product types"))
def add_starter_types(tenant: str) -> WerkzeugResponse:
    """Add starter types; what the tenant has already stays as it is."""
    del tenant
    chosen = request.form.getlist("types")
    if not chosen:
        raise ValidationError(_l("Choose at least one type."), {"types": [_l("Choose at least one.")]})
    made = install_starter_types(chosen)
    flash(
        _("Added: %(list)s.", list=", ".join(row.name for row in made))
        if made
        else _("You have these types already.")
    )
    if request.form.get("then") == "product" and len(chosen) == 1:
        return see_other(f"{base()}/products/new?type={chosen[0]}")
    return see_other(f"{base()}/types")


def offered() -> list[StarterType]:
    """Return the starter types that the tenant does not have."""
    slugs = {info.slug for info in queries.type_book().types}
    return [starter for starter in starter_types() if starter.slug not in slugs]
