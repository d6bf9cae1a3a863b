"""What a person did, in words, by the endpoint of what they asked for: the sentences of the audit log."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

SAID = {
    "admin.add_keys": "Added keys to a pool",
    "admin.add_pictures": "Added pictures to a product",
    "admin.book_payment": "Booked a payment by hand",
    "admin.cancel": "Cancelled an order",
    "admin.change_picture": "Changed a product's picture",
    "admin.complete_by_hand": "Delivered a line by hand",
    "admin.create_key": "Made an API key",
    "admin.create_product": "Created a product",
    "admin.give_back": "Gave money back",
    "admin.replace_faulty": "Replaced a faulty key",
    "admin.resend_delivery": "Sent a delivery again",
    "admin.reset_downloads": "Allowed the downloads of a file again",
    "admin.retry_line": "Tried a delivery again",
    "admin.reveal_key": "Looked at a key that was sold",
    "admin.revoke_key": "Revoked an API key",
    "admin.save_product": "Changed a product",
    "admin.save_settings": "Changed the store's settings",
    "admin.send_again": "Sent a mail again",
    "admin.set_aside": "Took a key out of its pool",
    "admin.set_level": "Changed when stock counts as low",
    "admin.set_status": "Changed a product's status",
    "admin.try_again": "Tried a refund again",
    "admin.try_task_again": "Tried a failed task again",
    "api_v1.cancel": "Cancelled an order",
    "api_v1.fill": "Added keys to a pool",
    "api_v1.refund_order": "Gave money back",
    "api_v1.resend_order": "Sent a delivery again",
    "front.log_in": "Logged in",
    "front.log_out": "Logged out",
    "front.set_password": "Changed their password",
    "platform.create_tenant": "Opened a tenant",
    "platform.set_status": "Closed or reopened a tenant",
}
REFUSED = {"front.log_in": "Failed to log in", "front.set_password": "Failed to change their password"}


def said(endpoint: str, view: Callable[..., Any] | None) -> str:
    """The sentence of an endpoint; one that has none is told by the first line of its view."""
    if endpoint in SAID:
        return SAID[endpoint]
    first = (inspect.getdoc(view) or endpoint).partition("\n")[0] if view is not None else endpoint
    return first.partition(". ")[0].removesuffix(".")


def refused(endpoint: str, view: Callable[..., Any] | None) -> str:
    """The sentence for a request of that kind that was refused."""
    return REFUSED.get(endpoint) or f"Was refused: {said(endpoint, view)}"
