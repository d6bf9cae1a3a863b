"""An error in the admin's own frame, with what was typed, so that it can be corrected and sent again."""

from __future__ import annotations

import re

from flask import g, request

from mtc.admin.layout import base, page
from mtc.core.context import Context, use
from mtc.core.db import unit_of_work
from mtc.core.errors import AppError
from mtc.core.i18n import _l
from mtc.core.tenancy import tenant_scope

_TITLES = {403: _l("You may not do this"), 404: _l("There is nothing here"), 409: _l("Something has changed")}
_SECRET = re.compile(r"password|secret|token|code|credential", re.IGNORECASE)
_MACHINE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]{1,6}|[a-z0-9_.-]{1,40}")
_MOST = 40
_LONGEST = 100_000


def error_in_frame(error: AppError) -> str:
    """The page, or nothing where there is no frame: elsewhere, and for who has no place at the tenant."""
    actor = g.get("actor")
    if actor is None or not request.path.startswith(base() + "/"):
        return ""
    context = Context(tenant_id=g.member.tenant_id, actor=actor, request_id=g.get("request_id", ""))
    with tenant_scope(g.member.tenant_id, readonly=True), unit_of_work(), use(context):
        return page(
            "admin/failed.html",
            title=str(_TITLES.get(error.status) or _l("That did not work")),
            message=error.message,
            typed=_typed(error),
            again=request.script_root + request.path,
            back=_back(),
        ).get_data(as_text=True)


def _typed(error: AppError) -> list[dict[str, str]]:
    """Return the values of the form; empty where it cannot be sent again: secrets and files are gone."""
    if request.method != "POST" or error.status not in (400, 409, 422) or request.files:
        return []
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    if not fields or len(fields) > _MOST or any(_SECRET.search(name) for name, _ in fields):
        return []
    if sum(len(value) for _, value in fields) > _LONGEST:
        return []
    return [
        {"name": name, "label": _label(name), "value": value, "kind": _kind(value)} for name, value in fields
    ]


def _label(name: str) -> str:
    return name.rpartition("-")[2].replace("_", " ").capitalize()


def _kind(value: str) -> str:
    """Words are shown and can be changed; what the program reads stays as it was."""
    if not value.strip() or (_MACHINE.fullmatch(value) and " " not in value):
        return "hidden"
    return "long" if len(value) > 80 or "\n" in value else "line"


def _back() -> str:
    """The page of the form, if it was one of the admin's."""
    here, host = request.script_root + base() + "/", request.host_url.rstrip("/")
    came = (request.referrer or "")[:2000]
    return came.removeprefix(host).partition("?")[0] if came.startswith(host + here) else here
