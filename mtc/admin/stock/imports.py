"""Imports of large files of keys: how far one is, what became of it, and stopping it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, make_response, render_template, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, page
from mtc.admin.stock.import_presenter import import_path, shown
from mtc.admin.stock.pools import pool_of
from mtc.catalog.queries import stock_imports as queries
from mtc.catalog.services import import_tasks
from mtc.catalog.services.stock_insert import report_sentence
from mtc.core.db import scope_tenant
from mtc.core.errors import NotFoundError
from mtc.core.i18n import _, _l
from mtc.extensions import htmx
from mtc.web import csv
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.responses import see_other

SHOWN = 20


def _row(variant: UUID, which: UUID) -> Any:
    row = queries.find(which, variant)
    if row is None:
        raise NotFoundError(_l("There is no such import. Reports are kept for a week."))
    return row


@admin.get("/stock/<uuid:variant>/imports/<uuid:which>/progress")
@requires("stock:write")
def key_import(tenant: str, variant: UUID, which: UUID) -> Response:
    """Show how far an import is, and in the end its report; asked again while it runs."""
    del tenant
    row, pool = _row(variant, which), pool_of(variant)
    url = f"{request.script_root}{base()}/stock/{variant}"
    first = [line for part in queries.lines(which) for line in part.lines][:SHOWN]
    values: dict[str, Any] = {
        "one": shown(row),
        "lines": [(line, report_sentence(why)) for line, why, _kind in first],
        "pool_url": url,
    }
    if htmx.partial:
        return make_response(render_template("admin/stock/_importing.html", **values))
    name = f"{pool.product}, {pool.variant}" if pool.variant else pool.product
    return page(
        "admin/stock/importing.html",
        title=_("Adding keys"),
        active="stock",
        pool_name=name,
        sku=pool.sku,
        crumbs=[
            {"label": _("Key stock"), "url": f"{request.script_root}{base()}/stock"},
            {"label": name, "url": url},
            {"label": _("Adding keys"), "url": ""},
        ],
        **values,
    )


@admin.post("/stock/<uuid:variant>/imports/<uuid:which>/stop")
@requires("stock:write")
@audited(_l("Stopped an import of keys"))
def stop_import(tenant: str, variant: UUID, which: UUID) -> WerkzeugResponse:
    """Stop an import: what was added stays, the rest is not added."""
    del tenant
    if import_tasks.stop(variant, which):
        flash(_("The import is stopped. The keys that were added stay for sale."))
    else:
        flash(_("This import had ended already."), "info")
    return see_other(import_path(variant, which))


@admin.get("/stock/<uuid:variant>/imports/<uuid:which>/lines.csv")
@requires("stock:write")
def import_lines(tenant: str, variant: UUID, which: UUID) -> Response:
    """The lines of a file that were left out and why, without what stands on them."""
    del tenant
    _row(variant, which)
    return csv.download(
        f"left-out-{which}.csv", ("Line", "Problem"), import_tasks.told_lines(scope_tenant(), which)
    )
