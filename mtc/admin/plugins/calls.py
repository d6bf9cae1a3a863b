"""The calls of a plugin's code: what went wrong, and a sample of the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request

from mtc.admin.blueprints import admin
from mtc.admin.layout import listing
from mtc.admin.plugins.listing import address
from mtc.core.db import scope_tenant
from mtc.core.i18n import _, _l, formats
from mtc.core.relative_time import when
from mtc.core.urls import with_query
from mtc.plugins import queries
from mtc.plugins.models import PluginCall
from mtc.plugins.presenters import plugin_view
from mtc.web import list_pages
from mtc.web.access import requires

PAGE = 30
LABELS = {
    "ok": _l("Done"),
    "changed": _l("Changed something"),
    "skipped": _l("Passed over"),
    "rejected": _l("Refused"),
    "slow": _l("Slow"),
    "broken": _l("Failed"),
    "cut": _l("Took too long"),
}
TONES = {"broken": "failed", "cut": "failed", "slow": "pending", "rejected": "pending", "skipped": "paused"}
FAILED = ("broken", "cut", "slow")


@admin.get("/plugins/<plugin>/calls")
@requires("plugins:read")
def plugin_calls(tenant: str, plugin: str) -> Response:
    """The calls of a plugin, newest first; `show=failed` leaves out what went well."""
    del tenant
    view = plugin_view(scope_tenant(), plugin[:63])
    failed = request.args.get("show") == "failed"
    path = f"{address()}/{view.slug}/calls"
    calls = list_pages.find(
        lambda cursor: queries.calls(
            scope_tenant(), view.slug, outcomes=FAILED if failed else (), cursor=cursor, limit=PAGE
        ),
        _rows,
    )
    return listing(
        "admin/plugins/calls.html",
        "admin/plugins/_calls.html",
        title=_("Calls of %(plugin)s", plugin=view.name),
        active="plugins",
        list_page=calls,
        path=path,
        filters={"show": "failed" if failed else ""},
        calls=calls.rows,
        failed=failed,
        tabs=[
            {"label": _("All"), "url": path, "active": not failed},
            {"label": _("Failed or slow"), "url": with_query(path, {"show": "failed"}), "active": failed},
        ],
        crumbs=[
            {"label": _("Plugins"), "url": address()},
            {"label": view.name, "url": f"{address()}/{view.slug}"},
            {"label": _("Calls"), "url": ""},
        ],
    )


def _rows(calls: Sequence[PluginCall]) -> list[dict[str, Any]]:
    return [
        {
            "at": when(call.created_at),
            "hook": call.hook,
            "label": LABELS[call.outcome],
            "tone": TONES.get(call.outcome, "ok"),
            "took": _("%(ms)s ms", ms=formats.number(call.ms)),
            "statements": formats.number(call.statements),
            "error": call.error,
            "request_id": call.request_id,
        }
        for call in calls
    ]
