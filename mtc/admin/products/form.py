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
from mtc.web.responses import see_other

ATTRIBUTES = "attr"


@admin.get("/products/new")
@requires("products:write")
def new_product(tenant: str) -> Response:
    """Choose a type, then the empty form."""
    del tenant
    info = next(
        (candidate for candidate in queries.type_book().types if candidate.slug == request.args.get("type")),
        None,
    )
    if info is None:
        return page(
            "admin/products/choose.html",
            title=_("New product"),
            active="products",
            types=[(info, len(info.fields.fields)) for info in queries.type_book().types],
            starters=offered(),
            crumbs=_crumbs(_("New product")),
        )
    typed = ProductFormData.empty(store().currency, info.stock_source)
    return show_typed(info, typed, form_for(info.fields, prefix=ATTRIBUTES), None)


@admin.post("/products/new")
@requires("products:write")
@audited(_l("Created a product"))
def create_product(tenant: str) -> Response | WerkzeugResponse:
    """Make the product; what is wrong is shown at its field."""
    del tenant
    info = next(
        (candidate for candidate in queries.type_book().types if candidate.slug == request.form.get("type")),
        None,
    )
    if info is None:
        raise ValidationError(_l("Choose a product type first."))
    result = submit(info.fields, request.form, ATTRIBUTES)
    typed = typed_product(request.form, store().currency)
    if typed.operation or result.values is None or typed.errors:
        typed.unsaved = True
        status = 200 if typed.operation or (result.status == 200 and not typed.errors) else 422
        return show_typed(info, typed, result.form, None, status)
    values = {**typed.values, "type": info.slug, "attributes": result.values, "currency": store().currency}
    try:
        made = service.create(values)
    except (ValidationError, ConflictError) as error:
        typed.refuse(error)
        form = form_for(info.fields, result.values, _of_attributes(info, error.details), ATTRIBUTES)
        return show_typed(info, typed, form, None, 422)
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
    details = details_of(product)
    info = queries.type_book().get(details.product.product_type_id)
    assert info is not None
    result = submit(info.fields, request.form, ATTRIBUTES, stored=queries.attributes_of([product])[product])
    typed = typed_product(request.form, details.product.currency)
    if typed.operation or result.values is None or typed.errors:
        typed.unsaved = True
        status = 200 if typed.operation or (result.status == 200 and not typed.errors) else 422
        return show_typed(info, typed, result.form, details, status)
    try:
        saved = service.update(product, {**typed.values, "attributes": result.values}, typed.version)
        save_names(product)
    except (ValidationError, ConflictError) as error:
        typed.refuse(error)
        form = form_for(info.fields, result.values, _of_attributes(info, error.details), ATTRIBUTES)
        return show_typed(info, typed, form, details_of(product), 422)
    flash(_("“%(name)s” is saved.", name=saved.name))
    return see_other(f"{base()}/products/{product}")


def show_product(
    product: UUID, errors: dict[str, list[Sentence]] | None = None, status: int = 200
) -> Response:
    """The editor with the product as it is stored."""
    details = details_of(product)
    info = queries.type_book().get(details.product.product_type_id)
    assert info is not None
    typed = ProductFormData.stored(details)
    typed.errors = dict(errors or {})
    stored = queries.attributes_of([product])[product]
    return show_typed(info, typed, form_for(info.fields, stored, prefix=ATTRIBUTES), details, status)


def details_of(product: UUID) -> queries.Details:
    """The product with what belongs to it; raises NotFoundError."""
    details = queries.product_by_id(product, hidden=True)
    if details is None:
        raise NotFoundError(_l("There is no such product."))
    return details


def _of_attributes(info: TypeInfo, details: dict[str, list[Sentence]]) -> dict[str, list[Sentence]]:
    keys = {field.key for field in info.fields.fields}
    return {name: words for name, words in details.items() if name.partition("-")[0] in keys}


def _crumbs(last: str) -> list[dict[str, str]]:
    return [
        {"label": _("Products"), "url": f"{request.script_root}{base()}/products"},
        {"label": last, "url": ""},
    ]


def show_typed(
    info: TypeInfo,
    typed: ProductFormData,
    attributes: object,
    stored: queries.Details | None,
    status: int = 200,
) -> Response:
    """The editor with the form as it was typed; `found` is None for a product that is being made."""
    name = stored.product.name if stored else _("New product")
    return page(
        "admin/products/editor.html",
        title=name,
        active="products",
        status=status,
        crumbs=_crumbs(name),
        kind={"slug": info.slug, "name": info.name},
        typed=typed,
        attributes=attributes,
        collections=queries.collections(),
        **editor(stored),
    )
