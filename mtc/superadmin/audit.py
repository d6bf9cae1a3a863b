"""The audit log of all tenants and of the platform itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, request

from mtc.audit import queries
from mtc.audit.models import AuditEntry
from mtc.audit.presenters import COLUMNS, as_line, as_page, as_row, asked, choices, filters, summary_of
from mtc.audit.services import MOST_EXPORTED, batches
from mtc.audit.values import Reader
from mtc.core.errors import NotFoundError, ValidationError
from mtc.core.i18n import _, _l, shown
from mtc.core.tenancy import platform_scope
from mtc.superadmin.blueprint import platform
from mtc.superadmin.layout import listing, navigation, page
from mtc.tenants.queries import tenant_by_slug
from mtc.web import csv, list_pages
from mtc.web.access import platform_only
from mtc.web.query_params import text

PAGE = 30
PLATFORM = "-"


@platform.get("/audit")
@navigation.entry("audit", _l("Audit log"), icon="history", order=30)
@platform_only()
def audit() -> Response:
    """Entries of everybody, newest first; `tenant` is a slug, or - for those of the platform."""
    path = request.script_root + "/platform/audit"
    chosen = {"tenant": text("tenant", 63), **asked(request.args)}
    list_page = list_pages.find(lambda cursor: queries.entries(_filters(chosen), cursor, PAGE), _rows)
    return listing(
        "superadmin/audit.html",
        "admin/audit/_results.html",
        title=_("Audit log"),
        active="audit",
        list_page=list_page,
        path=path,
        filters=chosen,
        entries=list_page.rows,
        **choices(chosen, None, path),
        most=MOST_EXPORTED,
    )


def _filters(chosen: dict[str, str]) -> queries.Filters:
    slug = chosen["tenant"]
    if slug in ("", PLATFORM):
        return filters(chosen, None, platform_only=slug == PLATFORM)
    tenant = tenant_by_slug(slug)
    if tenant is None:
        raise ValidationError(_l("There is no tenant of that name. Write its short name, such as acme."))
    return filters(chosen, tenant.id)


def _rows(entries: Sequence[AuditEntry]) -> list[dict[str, Any]]:
    names = queries.tenant_names({entry.tenant_id for entry in entries if entry.tenant_id is not None})
    reader = Reader.of(entries, None)
    return [
        {
            **as_row(entry, reader),
            "place": names[entry.tenant_id].name if entry.tenant_id in names else "Platform",
        }
        for entry in entries
    ]


@platform.get("/audit/<uuid:which>")
@platform_only()
def audit_entry(which: UUID) -> Response:
    """One entry with its difference."""
    entry = queries.entry(None, which)
    if entry is None:
        raise NotFoundError(_l("There is no such entry. It may have been deleted when its time was over."))
    root = request.script_root + "/platform/audit"
    return page(
        "superadmin/audit-entry.html",
        title=summary_of(entry),
        active="audit",
        entry=as_page(entry, Reader.of([entry], None)),
        path=root,
        crumbs=[{"label": _("Audit log"), "url": root}, {"label": summary_of(entry), "url": ""}],
    )


@platform.get("/audit.csv")
@platform_only()
def audit_export() -> Response:
    """Return the filtered entries as CSV, newest first and at most 50,000; read while it is sent."""
    rows = batches(
        _filters({"tenant": text("tenant", 63), **asked(request.args)}),
        lambda: platform_scope("export the audit log", readonly=True),
        _lines,
    )
    return csv.download("audit.csv", [_("Tenant"), *shown(COLUMNS)], rows)


def _lines(entries: Sequence[AuditEntry]) -> list[list[Any]]:
    places = [row["place"] for row in _rows(entries)]
    return [[place, *as_line(entry)] for place, entry in zip(places, entries, strict=True)]
