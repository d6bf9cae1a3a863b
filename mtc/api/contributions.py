"""The contribution point of webhooks: notifications of other systems to a plugin."""

from __future__ import annotations

from mtc.api.plugin_webhooks import mount_webhooks
from mtc.plugins.errors import PluginError
from mtc.plugins.registry import ContributionPoint, LoadedPlugin, contribution_points
from mtc.plugins.values import WebhookReceiver


def _check(plugin: LoadedPlugin) -> None:
    """Manifest and code must name the same webhooks."""
    names = [webhook["name"] for webhook in plugin.manifest.get("webhooks", ())]
    receivers = {name for name, value in vars(plugin.module).items() if isinstance(value, WebhookReceiver)}
    if len(set(names)) < len(names):
        raise PluginError(f"{plugin.slug}: two webhooks have the same name.")
    if odd := ", ".join(sorted(receivers ^ set(names))):
        raise PluginError(f"{plugin.slug}: manifest and code differ in these webhooks: {odd}.")


contribution_points.register(
    "webhooks",
    ContributionPoint(
        {
            "type": "array",
            "minItems": 1,
            "maxItems": 50,
            "items": {
                "type": "object",
                "required": ["name"],
                "additionalProperties": False,
                "properties": {"name": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"}},
            },
        },
        "Write a list of objects with the `name` of each webhook.",
        _check,
        mount_webhooks,
    ),
)
