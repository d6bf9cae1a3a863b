"""Plugins of the installation: their state, who has them on, blocking and deprecating."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.core.errors import ValidationError
from mtc.core.i18n import _, _l
from mtc.plugins.presenters import platform_views
from mtc.plugins.services import block_plugin, deprecate_plugin, unblock_plugin, undeprecate_plugin
from mtc.superadmin.blueprint import platform
from mtc.superadmin.layout import navigation, page
from mtc.web.access import platform_only
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.responses import see_other

STATES = {
    "available": ("ok", _l("Ready")),
    "broken": ("failed", _l("Broken")),
    "missing": ("failed", _l("Missing")),
    "blocked": ("failed", _l("Blocked")),
}


@platform.get("/plugins")
@navigation.entry("plugins", _l("Plugins"), icon="plug", order=30)
@platform_only()
def plugins() -> Response:
    """Every plugin of the installation."""
    return _page()


@platform.post("/plugins/<plugin>")
@platform_only()
@audited(_l("Blocked or deprecated a plugin, or took that back"))
def change_plugin(plugin: str) -> Response | WerkzeugResponse:
    """Block or deprecate a plugin with a reason, or take that back; it counts at once for all tenants."""
    slug, reason, action = plugin[:63], request.form.get("reason", "")[:1000], request.form.get("do", "")
    try:
        if action == "block":
            block_plugin(slug, reason)
            flash(_("The plugin is blocked: it runs for nobody."))
        elif action == "deprecate":
            deprecate_plugin(slug, reason)
            flash(_("The plugin is deprecated: nobody new can install it."))
        elif action == "unblock":
            unblock_plugin(slug)
            flash(_("The plugin is not blocked any more."))
        elif action == "undeprecate":
            undeprecate_plugin(slug)
            flash(_("The plugin is not deprecated any more."))
        else:
            raise ValidationError(_l("Choose what to do with the plugin."))
    except ValidationError as error:
        return _page(slug, reason, error.details or {"do": [error.message]}, 422)
    return see_other("/platform/plugins")


def _page(
    slug: str = "", reason: str = "", errors: dict[str, Any] | None = None, status: int = 200
) -> Response:
    """The list; reason and errors belong to the form of one plugin."""
    return page(
        "superadmin/plugins.html",
        title=_("Plugins"),
        active="plugins",
        status=status,
        plugins=[{"view": view, "state": STATES[view.status]} for view in platform_views()],
        sent={"slug": slug, "reason": reason, "errors": errors or {}},
    )
