"""The frame around the platform's own pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, make_response, render_template, request

from mtc.core.context import current
from mtc.web.cookies import chosen_scheme
from mtc.web.flash import take_flash
from mtc.web.lists import Found
from mtc.web.pages import is_partial

NAVIGATION = (
    ("tenants", "Tenants", "store", "/tenants"),
    ("users", "People", "users", "/users"),
    ("audit", "Audit log", "history", "/audit"),
    ("health", "Health", "activity", "/health"),
)


def page(template: str, *, title: str, active: str, status: int = 200, **values: Any) -> Response:
    """A page in the frame."""
    actor = current().actor
    root = request.script_root
    values["shell"] = {
        "title": title,
        "root": root,
        "base": root + "/platform",
        "user": {"name": actor.name or actor.email, "email": actor.email},
        "items": [
            {"label": label, "icon": icon, "url": f"{root}/platform{path}", "active": key == active}
            for key, label, icon, path in NAVIGATION
        ],
        "scheme": chosen_scheme(),
        "toasts": take_flash(),
    }
    return make_response(render_template(template, **values), status)


def listing(
    template: str,
    part: str,
    *,
    title: str,
    active: str,
    found: Found,
    path: str,
    asked: Mapping[str, str] | None = None,
    **values: Any,
) -> Response:
    """A list: the whole page, or for htmx only the part that search and paging change."""
    values |= found.shown(path, asked or {})
    if is_partial():
        values["shell"] = {"base": request.script_root + "/platform", "root": request.script_root}
        return make_response(render_template(part, **values), found.status)
    return page(template, title=title, active=active, status=found.status, **values)
