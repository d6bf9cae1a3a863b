"""Product types: which there are, and the fields of one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request

from mtc.admin.blueprints import admin
from mtc.admin.shell import base, page
from mtc.catalog import queries
from mtc.core.errors import NotFoundError
from mtc.core.fields import Field
from mtc.web.access import requires
from mtc.web.forms import form_for


@admin.get("/types")
@requires("products:read")
def product_types(tenant: str) -> Response:
    """The types of the tenant."""
    del tenant
    types = [
        {
            "id": str(one.id),
            "name": one.name,
            "slug": one.slug,
            "fields": len(one.fields.fields),
            "facets": [field.label for field in one.fields.fields if field.filterable],
        }
        for one in queries.type_book().types
    ]
    return page("admin/products/types.html", title="Product types", active="types", types=types)


@admin.get("/types/<uuid:which>")
@requires("products:read")
def product_type(tenant: str, which: UUID) -> Response:
    """The fields of a type, and the form that they make."""
    del tenant
    kind = queries.type_book().get(which)
    if kind is None:
        raise NotFoundError("There is no such product type.")
    url = f"{request.script_root}{base()}/types"
    return page(
        "admin/products/type.html",
        title=kind.name,
        active="types",
        kind={"name": kind.name, "slug": kind.slug},
        fields=[_field(one) for one in kind.fields.fields],
        preview=form_for(kind.fields, prefix="preview"),
        crumbs=[{"label": "Product types", "url": url}, {"label": kind.name, "url": ""}],
    )


def _field(one: Field) -> dict[str, Any]:
    marks = [
        word
        for word, on in (
            ("Required", one.required),
            ("Filter", one.filterable),
            ("On cards", one.show_on_card),
        )
        if on
    ]
    return {
        "key": one.key,
        "label": one.label,
        "kind": one.widget,
        "help": one.help,
        "marks": marks,
        "options": [option.label for option in one.options],
    }
