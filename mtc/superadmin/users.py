"""People with a log-in on the platform."""

from __future__ import annotations

from flask import Response, request

from mtc.core.errors import ValidationError
from mtc.superadmin import queries
from mtc.superadmin.blueprint import platform
from mtc.superadmin.shell import listing
from mtc.web.access import platform_only
from mtc.web.inputs import address, text
from mtc.web.times import when

PAGE = 25


@platform.get("/users")
@platform_only()
def users() -> Response:
    """People, newest first."""
    path = request.script_root + "/platform/users"
    asked = {"q": text("q")}
    problem, found, more, status = "", [], None, 200
    try:
        result = queries.users(text=asked["q"], cursor=text("cursor", 1000), limit=PAGE)
        more = result.next
        found = [
            {
                "name": row.name or row.email,
                "email": row.email,
                "status": row.status,
                "root": row.is_super_admin,
                "places": row.places,
                "seen": when(row.last_login_at) or "never",
            }
            for row in result.items
        ]
    except ValidationError as error:
        problem, status = error.message, error.status
    response = listing(
        "superadmin/users.html",
        "superadmin/_users.html",
        title="People",
        active="users",
        users=found,
        asked=asked,
        path=path,
        problem=problem,
        next_url=address(path, {**asked, "cursor": more}) if more else None,
        previous_url=None,
    )
    response.status_code = status
    return response
