"""The frame of pages outside a tenant: welcome, log-in, the list of stores, the account."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, request

from mtc.admin.layout import scheme
from mtc.core.context import current
from mtc.web.flash import take_flash


def plain_page(template: str, *, title: str, status: int = 200, **values: Any) -> Response:
    """A page without navigation."""
    actor = current().actor
    shell = {
        "title": title,
        "root": request.script_root,
        "scheme": scheme(),
        "toasts": take_flash(),
        "user": {"name": actor.name or actor.email, "email": actor.email} if actor.id else None,
        "is_super_admin": actor.may("platform"),
    }
    return make_response(render_template(template, shell=shell, **values), status)
