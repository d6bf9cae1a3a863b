"""People with a log-in on the platform."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from mtc.core.i18n import _, _l
from mtc.core.relative_time import when
from mtc.platform import queries
from mtc.superadmin.blueprint import platform
from mtc.superadmin.layout import listing, navigation
from mtc.web import list_pages
from mtc.web.access import platform_only
from mtc.web.query_params import text

PAGE = 25


@platform.get("/users")
@navigation.entry("users", _l("People"), icon="users", order=20)
@platform_only()
def users() -> Response:
    """People, newest first."""
    path = request.script_root + "/platform/users"
    filters = {"q": text("q")}
    list_page = list_pages.find(
        lambda cursor: queries.users(text=filters["q"], cursor=cursor, limit=PAGE), list_pages.each(_row)
    )
    return listing(
        "superadmin/users.html",
        "superadmin/_users.html",
        title=_("People"),
        active="users",
        list_page=list_page,
        path=path,
        filters=filters,
        users=list_page.rows,
    )


def _row(row: Any) -> dict[str, Any]:
    return {
        "name": row.name or row.email,
        "email": row.email,
        "status": row.status,
        "root": row.is_super_admin,
        "places": row.places,
        "seen": when(row.last_login_at) or _("never"),
    }
