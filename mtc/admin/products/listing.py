"""The list of products: search, status, type, pages; and putting one on sale or taking it off."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, listing
from mtc.admin.media.serve import picture_of
from mtc.admin.navigation import CATALOGUE, navigation
from mtc.catalog import queries
from mtc.catalog.services import products as service
from mtc.core.errors import ValidationError
from mtc.core.i18n import _, _l, ngettext, pgettext
from mtc.core.money import format_money
from mtc.core.relative_time import when
from mtc.core.urls import with_query
from mtc.web import list_pages, query_params
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.responses import see_other

PAGE = 24
SORTS = {
    "newest": _l("Newest first"),
    "name": _l("By name"),
    "price": _l("Lowest price"),
    "sold": _l("Best selling"),
}
STATUSES = ("active", "draft", "archived")


def status_labels() -> dict[str, str]:
    """The words for the states of a product."""
    return {"active": pgettext("status", "On sale"), "draft": _("Draft"), "archived": _("Archived")}


@admin.get("/products")
@navigation.entry("products", _l("Products"), section=CATALOGUE, icon="package", order=10)
@requires("products:read")
def products(tenant: str) -> Response:
    """Products, newest first."""
    del tenant
    path = request.script_root + base() + "/products"
    types = queries.type_book().types
    params = {
        "q": query_params.text("q"),
        "status": query_params.one_of("status", STATUSES),
        "type": query_params.one_of("type", {info.slug for info in types}),
        "sort": query_params.one_of("sort", SORTS),
    }
    chosen = next((info.id for info in types if info.slug == params["type"]), None)
    page = list_pages.find(
        lambda cursor: queries.admin_products(
            status=params["status"],
            type_id=chosen,
            text=params["q"],
            sort=params["sort"] or "newest",
            cursor=cursor,
            limit=PAGE,
        ),
        list_pages.each(_row),
    )
    return listing(
        "admin/products/list.html",
        "admin/products/_results.html",
        title=_("Products"),
        active="products",
        list_page=page,
        path=path,
        filters=params,
        products=page.rows,
        sorts=SORTS,
        types=[(info.slug, info.name) for info in types],
        tabs=_tabs(path, params),
    )


def _tabs(path: str, params: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": with_query(path, {**params, "status": status}),
            "active": params["status"] == status,
        }
        for status, label in {"": _("All"), **status_labels()}.items()
    ]


def _row(row: Any) -> dict[str, Any]:
    prices = format_money(row.price_from, row.currency)
    if row.price_to > row.price_from:
        prices = _("%(from)s to %(to)s", **{"from": prices, "to": format_money(row.price_to, row.currency)})
    return {
        "id": str(row.id),
        "name": row.name,
        "slug": row.slug,
        "type": row.type_name,
        "status": "published" if row.status == "active" else row.status,
        "label": status_labels()[row.status],
        "image": picture_of(row.image),
        "price": prices,
        "variants": row.variants or 0,
        "stock": _stock(row),
        "at": when(row.updated_at or row.created_at),
    }


def _stock(row: Any) -> dict[str, str]:
    left = int(row.available or 0)
    if left:
        return {"text": ngettext("%(num)s key", "%(num)s keys", left), "tone": "neutral"}
    return (
        {"text": _("No limit"), "tone": "neutral"}
        if row.in_stock
        else {"text": _("Sold out"), "tone": "destructive"}
    )


@admin.post("/products/<uuid:product>/status")
@requires("products:write")
@audited(_l("Changed a product's status"))
def set_status(tenant: str, product: UUID) -> WerkzeugResponse:
    """Put a product on sale, make it a draft again, or archive it."""
    del tenant
    status = request.form.get("status", "")
    words = {
        "active": (service.publish, _l("“%(name)s” is on sale.")),
        "draft": (service.unpublish, _l("“%(name)s” is a draft; shoppers do not see it.")),
        "archived": (service.archive, _l("“%(name)s” is archived. Orders keep it.")),
    }
    if status not in words:
        raise ValidationError(_l("Choose active, draft or archived."))
    change, sentence = words[status]
    service.get(product)
    try:
        changed = change(product)
    except ValidationError as error:
        flash(_("It cannot go on sale yet. %(reason)s", reason=_reason(error)), "destructive")
        place = next((name for name in error.details if name in ("files", "variants")), "")
        return see_other(f"{base()}/products/{product}{'#' + place if place else ''}")
    else:
        flash(str(sentence) % {"name": changed.name})
    return see_other(f"{base()}/products/{product}")


def _reason(error: ValidationError) -> str:
    sentences = [str(sentence) for some in error.details.values() for sentence in some]
    return " ".join(sentences[:3]) or error.message
