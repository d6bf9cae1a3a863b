"""Notifications of other systems: how a plugin verifies and receives them (docs/plugins/routes.md)."""

from mtc.plugins.values import WebhookDelivery, WebhookReceiver, is_signed

__all__ = ["WebhookDelivery", "WebhookReceiver", "is_signed"]
