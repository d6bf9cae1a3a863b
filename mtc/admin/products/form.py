"""Making and editing a product: core values, the fields of its type, variants."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, page, store
from mtc.admin.product_types.listing import offered
from mtc.admin.products.file_names import save_names
from mtc.admin.products.form_data import ProductFormData, typed_product
from mtc.admin.products.sidebar import editor
from mtc.catalog import queries
from mtc.catalog.queries.types import TypeInfo
from mtc.catalog.services import products as service
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.i18n import Sentence, _, _l
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.forms import form_for, submit
from mtc.web.pages import see_other

ATTRIBUTES = "attr"


@admin.get("/products/new")
@requires("products:write")
def new_product(tenant: str) -> Response:
    """Choose a type, then the empty form."""
    del tenant
    kind = next((one for one in queries.type_book().types if one.slug == request.args.get("type")), None)
    if kind is None:
        return page(
            "admin/products/choose.html",
            title=_("New product"),
            active="products",
            types=[(one, len(one.fields.fields)) for one in queries.type_book().types],
            starters=offered(),
            crumbs=_crumbs(_("New product")),
        )
    typed = ProductFormData.empty(store().currency, kind.stock_source)
    return show_typed(kind, typed, form_for(kind.fields, prefix=ATTRIBUTES), None)


@admin.post("/products/new")
@requires("products:write")
@audited(_l("Created a product"))
def create_product(tenant: str) -> Response | WerkzeugResponse:
    """Make the product; what is wrong is shown at its field."""
    del tenant
    kind = next((one for one in queries.type_book().types if one.slug == request.form.get("type")), None)
    if kind is None:
        raise ValidationError(_l("Choose a product type first."))
    result = submit(kind.fields, request.form, ATTRIBUTES)
    typed = typed_product(request.form, store().currency)
    if typed.operation or result.values is None or typed.errors:
        typed.unsaved = True
        status = 200 if typed.operation or (result.status == 200 and not typed.errors) else 422
        return show_typed(kind, typed, result.form, None, status)
    values = {**typed.values, "type": kind.slug, "attributes": result.values, "currency": store().currency}
    try:
        made = service.create(values)
    except (ValidationError, ConflictError) as error:
        typed.refuse(error)
        form = form_for(kind.fields, result.values, _of_attributes(kind, error.details), ATTRIBUTES)
        return show_typed(kind, typed, form, None, 422)
    flash(
        _(
            "“%(name)s” is saved as a draft. Add pictures and files or keys, then put it on sale.",
            name=made.name,
        )
    )
    return see_other(f"{base()}/products/{made.id}")


@admin.get("/products/<uuid:product>")
@requires("products:read")
def product(tenant: str, product: UUID) -> Response:
    """The editor of one product."""
    del tenant
    return show_product(product)


@admin.post("/products/<uuid:product>")
@requires("products:write")
@audited(_l("Changed a product"))
def save_product(tenant: str, product: UUID) -> Response | WerkzeugResponse:
    """Save the product; refused when somebody else has changed it meanwhile."""
    del tenant
    found = details_of(product)
    kind = queries.type_book().get(found.product.product_type_id)
    assert kind is not None
    result = submit(kind.fields, request.form, ATTRIBUTES, stored=queries.attributes_of([product])[product])
    typed = typed_product(request.form, found.product.currency)
    if typed.operation or result.values is None or typed.errors:
        typed.unsaved = True
        status = 200 if typed.operation or (result.status == 200 and not typed.errors) else 422
        return show_typed(kind, typed, result.form, found, status)
    try:
        saved = service.update(product, {**typed.values, "attributes": result.values}, typed.version)
        save_names(product)
    except (ValidationError, ConflictError) as error:
        typed.refuse(error)
        form = form_for(kind.fields, result.values, _of_attributes(kind, error.details), ATTRIBUTES)
        return show_typed(kind, typed, form, details_of(product), 422)
    flash(_("“%(name)s” is saved.", name=saved.name))
    return see_other(f"{base()}/products/{product}")


def show_product(
    product: UUID, errors: dict[str, list[Sentence]] | None = None, status: int = 200
) -> Response:
    """The editor with the product as it is stored."""
    found = details_of(product)
    kind = queries.type_book().get(found.product.product_type_id)
    assert kind is not None
    typed = ProductFormData.stored(found)
    typed.errors = dict(errors or {})
    stored = queries.attributes_of([product])[product]
    return show_typed(kind, typed, form_for(kind.fields, stored, prefix=ATTRIBUTES), found, status)


def details_of(product: UUID) -> queries.Details:
    """The product with what belongs to it; raises NotFoundError."""
    found = queries.product_by_id(product, hidden=True)
    if found is None:
        raise NotFoundError(_l("There is no such product."))
    return found


def _of_attributes(kind: TypeInfo, details: dict[str, list[Sentence]]) -> dict[str, list[Sentence]]:
    keys = {field.key for field in kind.fields.fields}
    return {name: words for name, words in details.items() if name.partition("-")[0] in keys}


def _crumbs(last: str) -> list[dict[str, str]]:
    return [
        {"label": _("Products"), "url": f"{request.script_root}{base()}/products"},
        {"label": last, "url": ""},
    ]


def show_typed(
    kind: TypeInfo,
    typed: ProductFormData,
    attributes: object,
    found: queries.Details | None,
    status: int = 200,
) -> Response:
    """The editor with the form as it was typed; `found` is None for a product that is being made."""
    name = found.product.name if found else _("New product")
    return page(
        "admin/products/editor.html",
        title=name,
        active="products",
        status=status,
        crumbs=_crumbs(name),
        kind={"slug": kind.slug, "name": kind.name},
        typed=typed,
        attributes=attributes,
        collections=queries.collections(),
        **editor(found),
    )
