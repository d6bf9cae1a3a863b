"""Plugins of the store: list, install, set up, switch, uninstall."""

from __future__ import annotations

from typing import Any

from flask import Response

from mtc.api.v1.blueprint import v1
from mtc.api.v1.endpoint import always, closed, endpoint, listed
from mtc.api.v1.schemas import FLAG, MAYBE_MOMENT, MOMENT, NUMBER, PAGING, TEXT, moment, texts
from mtc.core.db import scope_tenant
from mtc.core.errors import NotFoundError
from mtc.core.i18n import _l
from mtc.plugins import queries
from mtc.plugins.models import PluginCall
from mtc.plugins.presenters import (
    STATUSES,
    PluginView,
    abilities,
    plugin_view,
    plugin_views,
    settings_of,
)
from mtc.plugins.services import activate, deactivate, install_plugin, uninstall_plugin
from mtc.web.access import for_programs
from mtc.web.audited import audited
from mtc.web.envelope import ok

_PLUGIN: dict[str, Any] = {
    "id": TEXT, "name": TEXT, "summary": TEXT, "version": TEXT, "author": TEXT,
    "categories": {"type": "array", "items": TEXT}, "status": texts(STATUSES), "on": FLAG,
    "deprecated": {**TEXT, "description": "Why nobody new can install it; empty where it can be."},
}  # fmt: skip
PLUGIN_ROW = always(**_PLUGIN)
PLUGIN = always(
    **_PLUGIN,
    may={"type": "array", "items": TEXT, "description": "What it may do, in sentences."},
    trusted={**FLAG, "description": "It may use all of MTC, not the SDK alone."},
    settings={"type": "object", "description": "Without secrets; empty while it is not installed."},
    secrets={"type": "array", "items": TEXT, "description": "The names of secrets that are stored."},
    problem=TEXT, failures=NUMBER, paused_until=MAYBE_MOMENT, last_error=TEXT,
)  # fmt: skip
OUTCOMES = ("ok", "changed", "skipped", "rejected", "slow", "broken", "cut")
CALL = always(
    at=MOMENT,
    hook={**TEXT, "description": "The hook, job, route or callback."},
    outcome=texts(OUTCOMES),
    ms=NUMBER,
    statements={**NUMBER, "description": "Statements sent to the database."},
    error=TEXT,
    request_id=TEXT,
)
CALLS = closed({**PAGING, "outcome": texts(OUTCOMES)})
SETTINGS = {
    "type": "object",
    "description": "Fields of its settings_schema. Secrets that are left out stay.",
}


@v1.get("/plugins")
@for_programs("plugins:read")
@endpoint(always(items={"type": "array", "items": PLUGIN_ROW}))
def list_plugins() -> Response:
    """The plugins that the store can have or has."""
    return ok({"items": [_row(view) for view in plugin_views(scope_tenant())]})


@v1.get("/plugins/<plugin>")
@for_programs("plugins:read")
@endpoint(PLUGIN)
def show_plugin(plugin: str) -> Response:
    """One plugin with what it may do, its settings and its health."""
    return ok(_shape(plugin))


@v1.get("/plugins/<plugin>/calls")
@for_programs("plugins:read")
@endpoint(listed(CALL), query=CALLS)
def list_plugin_calls(plugin: str, query: dict[str, Any]) -> Response:
    """Calls of the plugin, newest first: all that failed, and a sample of the others."""
    slug, outcome = plugin_view(scope_tenant(), plugin[:63]).slug, query.get("outcome", "")
    page = queries.calls(
        scope_tenant(),
        slug,
        outcomes=(outcome,) if outcome else (),
        cursor=query.get("cursor", ""),
        limit=query.get("limit", 25),
    )
    return ok({"items": [_call(call) for call in page.items], "next": page.next})


@v1.post("/plugins/<plugin>")
@for_programs("plugins:manage", idempotent=True)
@endpoint(PLUGIN, body=closed({"settings": SETTINGS}))
@audited(_l("Installed or set up a plugin"))
def set_up_plugin(plugin: str, body: dict[str, Any]) -> Response:
    """Install a plugin, switched off, or change the settings of an installed one."""
    install_plugin(scope_tenant(), plugin_view(scope_tenant(), plugin[:63]).slug, body.get("settings"))
    return ok(_shape(plugin))


@v1.post("/plugins/<plugin>/switch")
@for_programs("plugins:manage", idempotent=True)
@endpoint(PLUGIN, body=closed({"active": FLAG}, required=("active",)))
@audited(_l("Switched a plugin on or off"))
def switch_a_plugin(plugin: str, body: dict[str, Any]) -> Response:
    """Switch it on, which is refused while settings are missing, or off."""
    (activate if body["active"] else deactivate)(scope_tenant(), plugin[:63])
    return ok(_shape(plugin))


@v1.post("/plugins/<plugin>/uninstall")
@for_programs("plugins:manage", idempotent=True)
@endpoint(PLUGIN, body=closed({"keep": FLAG}, required=("keep",)))
@audited(_l("Uninstalled a plugin"))
def uninstall_a_plugin(plugin: str, body: dict[str, Any]) -> Response:
    """Uninstall it; what it has stored is kept for the next time, or deleted by a task."""
    uninstall_plugin(scope_tenant(), plugin[:63], keep=body["keep"])
    return ok(_shape(plugin))


def _call(call: PluginCall) -> dict[str, Any]:
    return {
        "at": moment(call.created_at),
        "hook": call.hook,
        "outcome": call.outcome,
        "ms": call.ms,
        "statements": call.statements,
        "error": call.error,
        "request_id": call.request_id,
    }


def _row(view: PluginView) -> dict[str, Any]:
    return {
        "id": view.slug,
        "name": view.name,
        "summary": view.summary,
        "version": view.version,
        "author": view.author,
        "categories": list(view.categories),
        "status": view.status,
        "on": view.is_on,
        "deprecated": view.deprecation,
    }


def _shape(slug: str) -> dict[str, Any]:
    view = plugin_view(scope_tenant(), slug[:63])
    try:
        _plugin, settings, secrets = settings_of(scope_tenant(), view.slug)
    except NotFoundError:
        settings, secrets = {}, frozenset()
    return {
        **_row(view),
        "may": [str(sentence) for sentence in abilities(view.slug)],
        "trusted": view.is_trusted,
        "settings": settings,
        "secrets": sorted(secrets),
        "problem": view.problem or view.block_reason,
        "failures": view.failures,
        "paused_until": moment(view.broken_until),
        "last_error": view.last_error,
    }
