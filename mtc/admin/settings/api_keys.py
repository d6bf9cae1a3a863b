"""API keys of the store's own programs: the list, making one that is shown once, taking one back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, current_app, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, page
from mtc.admin.navigation import SET_UP, navigation
from mtc.core import clock
from mtc.core.context import current
from mtc.core.db import savepoint, scope_tenant
from mtc.core.errors import AppError, ForbiddenError, ValidationError
from mtc.core.i18n import Sentence, _, _l
from mtc.core.local_time import day_text
from mtc.core.permissions import permissions
from mtc.core.relative_time import when
from mtc.identity import queries
from mtc.identity.models import ApiKey
from mtc.integrations.services import create_api_key, revoke_api_key
from mtc.integrations.services.api_keys import is_live
from mtc.web.access import access_of, requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.responses import see_other

ENDS = {"30": _l("In 30 days"), "90": _l("In 90 days"), "365": _l("In a year"), "": _l("Never")}
_NEW: dict[str, Any] = {"name": "", "scopes": [], "expires": "365"}


@admin.get("/keys")
@navigation.entry("keys", _l("API keys"), section=SET_UP, icon="code", order=40)
@requires("settings:read")
def api_keys(tenant: str) -> Response:
    """The keys, and the form for another one."""
    del tenant
    return _show(_NEW)


@admin.post("/keys")
@requires("api_keys:write")
@audited(_l("Made an API key"))
def create_key(tenant: str) -> Response:
    """Make a key; this answer is the only place where it is ever shown."""
    del tenant
    typed: dict[str, Any] = {
        "name": request.form.get("name", "").strip()[:200],
        "scopes": [scope for scope in request.form.getlist("scopes") if scope in permissions],
        "expires": request.form.get("expires", "")[:10],
    }
    try:
        if typed["expires"] not in ENDS:
            raise ValidationError(_l("Check the marked fields."), {"expires": [_l("Choose from the list.")]})
        days = int(typed["expires"] or 0)
        end = clock.now() + timedelta(days=days) if days else None
        with savepoint():
            _, text = create_api_key(typed["name"], typed["scopes"], end)
    except ForbiddenError:
        raise
    except AppError as error:
        status = 422 if isinstance(error, ValidationError) else error.status
        return _show(typed, errors=error.details or {"name": [error.message]}, status=status)
    return _show(_NEW, made={"name": typed["name"], "text": text})


@admin.post("/keys/<uuid:which>/revoke")
@requires("api_keys:write")
@audited(_l("Revoked an API key"))
def revoke_key(tenant: str, which: UUID) -> WerkzeugResponse:
    """Take a key back; its program is refused from the next request on."""
    del tenant
    key = revoke_api_key(which)
    flash(_("The key “%(name)s” is revoked. Its program is refused from now on.", name=key.name))
    return see_other(f"{base()}/keys")


def offered() -> dict[str, Sentence]:
    """Return the permissions that some endpoint for programs requires, each with its sentence."""
    in_use = {
        access.permission
        for view in current_app.view_functions.values()
        if (access := access_of(view)) is not None and access.kind == "program"
    }
    return {name: permission.label for name, permission in permissions.items() if name in in_use}


def _show(
    typed: dict[str, Any],
    *,
    errors: dict[str, Any] | None = None,
    made: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    keys, may = queries.api_keys(scope_tenant()), current().actor.may
    return page(
        "admin/keys.html",
        title=_("API keys"),
        active="keys",
        status=status,
        keys=[_row(key) for key in sorted(keys, key=lambda key: not is_live(key))],
        scopes=[(name, sentence) for name, sentence in offered().items() if may(name)],
        ends=list(ENDS.items()),
        typed=typed,
        errors=errors or {},
        made=made,
    )


def _row(key: ApiKey) -> dict[str, Any]:
    state = "live" if is_live(key) else "revoked" if key.revoked_at else "expired"
    return {
        "id": str(key.id),
        "name": key.name,
        "prefix": key.prefix,
        "scopes": key.scopes,
        "made": when(key.created_at),
        "used": when(key.last_used_at) or _("never"),
        "ends": day_text(key.expires_at) if key.expires_at else "",
        "state": state,
        "label": state.capitalize(),
    }
