"""The frame around the platform's own pages."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, request

from mtc.core.context import current
from mtc.core.i18n import _l
from mtc.web.cookies import chosen_scheme
from mtc.web.flash import take_flash
from mtc.web.list_pages import answer

NAVIGATION = (
    ("tenants", _l("Tenants"), "store", "/tenants"),
    ("users", _l("People"), "users", "/users"),
    ("audit", _l("Audit log"), "history", "/audit"),
    ("health", _l("Health"), "activity", "/health"),
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


def listing(template: str, part: str, **values: Any) -> Response:
    """A list in the frame, or its part; see `mtc.web.list_pages.answer`."""
    root = request.script_root
    return answer(page, {"base": root + "/platform", "root": root}, template, part, **values)
