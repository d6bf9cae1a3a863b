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
    wanted = {"tenant": text("tenant", 63), **asked(request.args)}
    found = list_pages.find(lambda cursor: queries.entries(_filters(wanted), cursor, PAGE), _rows)
    return listing(
        "superadmin/audit.html",
        "admin/audit/_results.html",
        title=_("Audit log"),
        active="audit",
        found=found,
        path=path,
        asked=wanted,
        entries=found.rows,
        **choices(wanted, None, path),
        most=MOST_EXPORTED,
    )


def _filters(wanted: dict[str, str]) -> queries.Filters:
    slug = wanted["tenant"]
    if slug in ("", PLATFORM):
        return filters(wanted, None, platform_only=slug == PLATFORM)
    found = tenant_by_slug(slug)
    if found is None:
        raise ValidationError(_l("There is no tenant of that name. Write its short name, such as acme."))
    return filters(wanted, found.id)


def _rows(entries: Sequence[AuditEntry]) -> list[dict[str, Any]]:
    names = queries.tenant_names({one.tenant_id for one in entries if one.tenant_id is not None})
    reader = Reader.of(entries, None)
    return [
        {**as_row(one, reader), "place": names[one.tenant_id].name if one.tenant_id in names else "Platform"}
        for one in entries
    ]


@platform.get("/audit/<uuid:which>")
@platform_only()
def audit_entry(which: UUID) -> Response:
    """One entry with its difference."""
    found = queries.entry(None, which)
    if found is None:
        raise NotFoundError(_l("There is no such entry. It may have been deleted when its time was over."))
    root = request.script_root + "/platform/audit"
    return page(
        "superadmin/audit-entry.html",
        title=summary_of(found),
        active="audit",
        entry=as_page(found, Reader.of([found], None)),
        path=root,
        crumbs=[{"label": _("Audit log"), "url": root}, {"label": summary_of(found), "url": ""}],
    )


@platform.get("/audit.csv")
@platform_only()
def audit_export() -> Response:
    """What the filters find as CSV, newest first and at most 50,000 entries; read while it is sent."""
    found = batches(
        _filters({"tenant": text("tenant", 63), **asked(request.args)}),
        lambda: platform_scope("export the audit log", readonly=True),
        _lines,
    )
    return csv.download("audit.csv", [_("Tenant"), *shown(COLUMNS)], found)


def _lines(entries: Sequence[AuditEntry]) -> list[list[Any]]:
    places = [row["place"] for row in _rows(entries)]
    return [[place, *as_line(one)] for place, one in zip(places, entries, strict=True)]
