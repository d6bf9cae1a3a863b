"""The type editor: making, changing and deleting a product type, with a preview of its form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, page
from mtc.admin.product_types.form_data import TypeForm, complete, empty_form, stored_form, typed_form
from mtc.admin.product_types.rows import operate
from mtc.audit.services import nothing_done
from mtc.catalog.models import ProductType
from mtc.catalog.queries.types import count_products_of_type
from mtc.catalog.services import product_types as service
from mtc.core.db import savepoint
from mtc.core.errors import ConflictError, ValidationError
from mtc.core.fields import FieldSet, check_schema
from mtc.core.i18n import _, _l
from mtc.delivery import queries as deliveries
from mtc.delivery.services import delivery_by
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.forms import form_for
from mtc.web.responses import see_other

FIELD_TYPES = [
    ("text", _l("Text, one line")), ("textarea", _l("Text, several lines")),
    ("richtext", _l("Formatted text")), ("integer", _l("Whole number")), ("number", _l("Number")),
    ("boolean", _l("Yes or no")), ("select", _l("Choice of one option")),
    ("multiselect", _l("Choice of several options")), ("list", _l("List of texts")), ("date", _l("Date")),
    ("datetime", _l("Date and time")), ("url", _l("Web address")), ("email", _l("E-mail address")),
    ("link", _l("Link")), ("color", _l("Colour")), ("icon", _l("Icon")), ("code", _l("Code")),
    ("image", _l("Picture, by its id")), ("product", _l("Product, by its id")),
    ("collection", _l("Collection, by its id")), ("page", _l("Page, by its id")),
    ("group", _l("Group of fields")), ("repeater", _l("Repeated group of fields")),
]  # fmt: skip
ICONS = (
    "package", "gamepad-2", "key-round", "download", "book-open", "play", "gift", "ticket", "palette",
    "blocks", "headphones", "image", "file-text", "code", "smartphone", "globe", "users", "star", "tag",
)  # fmt: skip
STOCK = [
    ("pool", _l("Keys or codes that you add")),
    ("unlimited", _l("No limit (files)")),
    ("none", _l("Not counted")),
]
NUMBER_FORMATS = [("", _l("As usual")), ("plain", "2023"), ("grouped", "2,023")]


@admin.get("/types/new")
@requires("products:write")
def new_type(tenant: str) -> Response:
    """The empty type editor."""
    del tenant
    return _show(empty_form(), None)


@admin.post("/types/new")
@requires("products:write")
@audited(_l("Created a product type"))
def create_type(tenant: str) -> Response | WerkzeugResponse:
    """Make a product type, or carry out a button of the form."""
    del tenant
    form = typed_form(request.form)
    if _operated(form, None):
        return _show(form, None)
    made = _stored(form, None)
    if made is None:
        return _show(form, None, 422)
    flash(_("The product type “%(name)s” is made.", name=made.name))
    return see_other(f"{base()}/types/{made.id}")


@admin.get("/types/<uuid:which>")
@requires("products:read")
def product_type(tenant: str, which: UUID) -> Response:
    """The editor of one product type."""
    del tenant
    row = service.get(which)
    return _show(stored_form(row), row)


@admin.post("/types/<uuid:which>")
@requires("products:write")
@audited(_l("Changed a product type"))
def save_type(tenant: str, which: UUID) -> Response | WerkzeugResponse:
    """Save a product type together with the values of its products, or carry out a button of the form."""
    del tenant
    row, form = service.get(which), typed_form(request.form)
    if _operated(form, row):
        return _show(form, row)
    saved = _stored(form, row)
    if saved is None:
        return _show(form, service.get(which), 422)
    flash(_("The product type “%(name)s” is saved.", name=saved.name))
    return see_other(f"{base()}/types/{which}")


@admin.post("/types/<uuid:which>/delete")
@requires("products:write")
@audited(_l("Deleted a product type"))
def delete_type(tenant: str, which: UUID) -> Response | WerkzeugResponse:
    """Delete a product type that no product uses."""
    del tenant
    row = service.get(which)
    name = row.name
    try:
        service.delete(which)
    except ConflictError as error:
        form = stored_form(row)
        form.refuse(error)
        return _show(form, row, 409)
    flash(_("The product type “%(name)s” is deleted.", name=name))
    return see_other(f"{base()}/types")


def _operated(form: TypeForm, row: ProductType | None) -> bool:
    """Return whether a button of the rows was pressed instead of Save."""
    done = bool(request.form.get("_op")) and operate(form.rows, request.form["_op"])
    complete(form, row)
    if done:
        form.errors.clear()  # nobody has asked to save it yet
        nothing_done()
    return done


def _stored(form: TypeForm, row: ProductType | None) -> ProductType | None:
    """The type as it is stored now, or None with the refusal in the form."""
    if form.errors:
        return None
    stored = dict(row.delivery_data) if row else {}
    try:
        with savepoint():
            rest = {name: value for name, value in stored.items() if name not in ("method", "instant")}
            delivery = stored
            if stored.get("method", "") != form.texts["method"]:
                delivery = {**rest, **delivery_by(form.texts["method"])}
            values = {**form.values(), "delivery_data": delivery}
            if row is None:
                return service.create(values)
            more: dict[str, Any] = {"renames": form.renames, "drop": form.drop}
            return service.update(row.id, values, version=form.texts["version"], **more)
    except (ValidationError, ConflictError) as error:
        form.refuse(error)
        return None


def _show(form: TypeForm, row: ProductType | None, status: int = 200) -> Response:
    url, name = f"{request.script_root}{base()}/types", row.name if row else _("New product type")
    fits = not check_schema(form.definition, form.layout, max_settings=1000)
    methods = [(method.slug, method.name) for method in deliveries.methods() if method.is_active]
    return page(
        "admin/products/type.html",
        title=name,
        active="types",
        status=status,
        kind={"slug": row.slug, "id": str(row.id)} if row else None,
        action=f"{url}/{row.id}" if row else f"{url}/new",
        products=count_products_of_type(row.id) if row else 0,
        form=form,
        preview=form_for(FieldSet(form.definition, form.layout), prefix="preview") if fits else None,
        field_types=FIELD_TYPES,
        icons=_icons(form.texts["icon"]),
        number_formats=NUMBER_FORMATS,
        stock_sources=STOCK,
        methods=[("", _("Each product says so")), *methods],
        crumbs=[{"label": _("Product types"), "url": url}, {"label": name, "url": ""}],
    )


def _icons(chosen: str) -> list[tuple[str, str]]:
    offered = [*ICONS, chosen] if chosen and chosen not in ICONS else list(ICONS)
    return [(icon, icon.removesuffix("-2").replace("-", " ").capitalize()) for icon in offered]
