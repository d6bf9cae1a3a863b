"""The store's audit log: who changed what, when and from where; search, one entry, export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, request

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, listing, page, store
from mtc.admin.navigation import SET_UP, navigation
from mtc.admin.team.support_sessions import visits_here
from mtc.audit import queries
from mtc.audit.models import AuditEntry
from mtc.audit.presenters import COLUMNS, as_line, as_page, as_row, asked, choices, filters, summary_of
from mtc.audit.services import MOST_EXPORTED, batches
from mtc.audit.values import Reader
from mtc.core.db import scope_tenant
from mtc.core.errors import NotFoundError
from mtc.core.i18n import _, _l, shown
from mtc.core.tenancy import tenant_scope
from mtc.web import csv, list_pages
from mtc.web.access import requires

PAGE = 30


@admin.get("/audit")
@navigation.entry("audit", _l("Audit log"), section=SET_UP, icon="history", order=30)
@requires("audit:read")
def audit(tenant: str) -> Response:
    """Entries, newest first."""
    del tenant
    params, path = asked(request.args), request.script_root + base() + "/audit"
    page = list_pages.find(
        lambda cursor: queries.entries(filters(params, scope_tenant()), cursor, PAGE), _rows
    )
    return listing(
        "admin/audit/list.html",
        "admin/audit/_results.html",
        title=_("Audit log"),
        active="audit",
        visits=visits_here(),
        list_page=page,
        path=path,
        filters=params,
        entries=page.rows,
        **choices(params, scope_tenant(), path),
        most=MOST_EXPORTED,
    )


def _reader(entries: Sequence[AuditEntry]) -> Reader:
    shop = store()
    return Reader.of(entries, scope_tenant(), currency=shop.currency, locale=shop.locale)


def _rows(entries: Sequence[AuditEntry]) -> list[dict[str, Any]]:
    reader = _reader(entries)
    return [as_row(entry, reader) for entry in entries]


@admin.get("/audit/<uuid:which>")
@requires("audit:read")
def audit_entry(tenant: str, which: UUID) -> Response:
    """One entry with its difference."""
    del tenant
    entry = queries.entry(scope_tenant(), which)
    if entry is None:
        raise NotFoundError(_l("There is no such entry. It may have been deleted when its time was over."))
    root = request.script_root + base() + "/audit"
    return page(
        "admin/audit/entry.html",
        title=summary_of(entry),
        active="audit",
        entry=as_page(entry, _reader([entry])),
        path=root,
        crumbs=[{"label": _("Audit log"), "url": root}, {"label": summary_of(entry), "url": ""}],
    )


@admin.get("/audit.csv")
@requires("audit:read")
def audit_export(tenant: str) -> Response:
    """Send the filtered entries as CSV, newest first and at most 50,000; read while it is sent."""
    tenant_id = scope_tenant()
    pages = batches(
        filters(asked(request.args), tenant_id),
        lambda: tenant_scope(tenant_id, readonly=True),
        lambda rows: [as_line(row) for row in rows],
    )
    return csv.download(f"audit-{tenant}.csv", shown(COLUMNS), pages)
