"""Addresses at which other systems notify plugins: verified by the plugin, kept once, answered at once."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, request

from mtc.core.errors import NotFoundError, PayloadTooLargeError
from mtc.core.i18n import _l
from mtc.plugins.registry import LoadedPlugin
from mtc.plugins.services import take_notification
from mtc.tenants.services import store_lookup
from mtc.web.access import Access
from mtc.web.client_address import client_ip
from mtc.web.envelope import ok
from mtc.web.plugin_rules import add_rule
from mtc.web.rate_limits import limit

LARGEST = 2 * 2**20
_NOT_FOUND = _l("There is nothing at this address.")


def mount_webhooks(app: Flask, plugin: LoadedPlugin) -> None:
    """Add the addresses of the plugin's webhooks; the first one answers without its name, too."""
    names = [webhook["name"] for webhook in plugin.manifest["webhooks"]]
    base = f"/api/<tenant>/plugins/{plugin.slug}/webhook"
    for path, name in [("", names[0]), *((f"/{name}", name) for name in names)]:
        endpoint = f"plugin.{plugin.slug}.webhook{path.replace('/', '.')}"
        view = _view(plugin.slug, name)
        add_rule(app, plugin.slug, plugin.module, "platform", base + path, "POST", endpoint, view)


def _view(slug: str, name: str) -> Callable[[str], Response]:
    def notify(tenant: str) -> Response:
        """Take one notification: 202 for what is kept or known, 401 for a forged one."""
        limit("plugin-webhook", client_ip(), 600, 60)
        body = request.stream.read(LARGEST + 1)
        if (request.content_length or 0) > LARGEST or len(body) > LARGEST:
            raise PayloadTooLargeError("A notification has at most 2 MB.")
        store = store_lookup.by_slug(tenant)
        if store is None or store.tenant_status != "active":
            raise NotFoundError(_NOT_FOUND)
        is_new = take_notification(store.tenant_id, slug, name, dict(request.headers), body)
        return ok({"known": not is_new}, status=202)

    notify.__dict__["mtc_access"] = Access("public", signed=True)
    return notify
