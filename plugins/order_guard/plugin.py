"""Order guard: no orders from blocked e-mail domains, and a word in the chat for every paid one."""

from __future__ import annotations

import json
from typing import Any

from mtc.sdk import PluginContext, Reject, hookimpl
from mtc.sdk.events import OrderPaid
from mtc.sdk.lifecycle import CheckResult
from mtc.sdk.payloads import OrderDraft
from mtc.sdk.values import address_key


@hookimpl(priority=50)
def before_order_create(ctx: PluginContext, payload: OrderDraft) -> None:
    """Refuse the order when its e-mail domain is on the merchant's list."""
    domain = address_key(payload.email).rpartition("@")[2]
    if domain in {_in_ascii(blocked) for blocked in ctx.settings.get("blocked_domains", [])}:
        raise Reject(
            "This e-mail address cannot be used here. Please use another one.",
            {"email": ["Use an address of another provider."]},
        )


def _in_ascii(domain: str) -> str:
    return address_key(f"any@{domain}").rpartition("@")[2]


@hookimpl
def after_order_paid(ctx: PluginContext, payload: OrderPaid) -> None:
    """Tell the chat channel."""
    url = ctx.settings.get("chat_url")
    if not url:
        return
    status = _post(ctx, url, f"A new order was paid: {payload.number}")
    if status >= 300:
        raise RuntimeError(f"the chat answered {status}")


def test_settings(ctx: PluginContext, values: dict[str, Any]) -> CheckResult:
    """Send a line to the chat channel."""
    url = values.get("chat_url")
    if not url:
        return CheckResult(False, "There is no chat webhook to send to.")
    status = _post(ctx, url, "The order guard can write here.")
    if status >= 300:
        return CheckResult(False, f"The chat answered {status}. Check the address.")
    return CheckResult(True, "A line was sent to the chat.")


def _post(ctx: PluginContext, url: str, text: str) -> int:
    body = json.dumps({"text": text}).encode()
    return ctx.http.request("POST", url, headers={"Content-Type": "application/json"}, body=body).status
