"""Each event has its before-hook, or a reason why nobody can be asked before it."""

from __future__ import annotations

from flask import Flask

from tests.architecture.described_events import declared_events

REPORTED = "another server, or the buyer at the provider, has done it: nobody here can refuse it"
FOLLOWS = "follows from another write, which was asked about"
CLOCK = "time has run out"
OTHER_NAMES = {
    "api_key.created": "before_api_key_create",
    "branding.updated": "before_branding_update",
    "cart.added": "before_cart_add",
    "customer.logged_in": "before_customer_login",
    "customer.password_changed": "before_customer_password_change",
    "customer.registered": "before_customer_register",
    "delivery.done": "before_delivery",
    "delivery.resent": "before_delivery_resend",
    "download.started": "before_download",
    "legal_page.published": "before_legal_page_publish",
    "mail.sent": "before_mail_send",
    "mail_sender.changed": "before_mail_sender_change",
    "media.added": "before_media_upload",
    "media.replaced": "before_media_upload",
    "member.joined": "before_member_invite",
    "member.removed": "before_member_update",
    "member.restored": "before_member_update",
    "notification.switched": "before_notification_switch",
    "order.cancelled": "before_order_cancel",
    "order.corrected": "before_order_create",
    "order.devices_forgotten": "before_order_devices_forget",
    "order.key_replaced": "before_key_replace",
    "order.key_revealed": "before_key_reveal",
    "order.keys_revealed": "before_key_reveal",
    "order.partially_refunded": "before_refund",
    "order.refunded": "before_refund",
    "payment.started": "before_payment_process",
    "payment_method.switched_off": "before_payment_method_switch",
    "payment_method.switched_on": "before_payment_method_switch",
    "refund.created": "before_refund",
    "settings.second_factor": "before_settings_second_factor",
    "stock.added": "before_stock_add",
    "stock.import_started": "before_stock_add",
    "stock.level_changed": "before_stock_level_change",
    "variant.files_changed": "before_variant_files_change",
}
WITHOUT = {
    "customer.verified": FOLLOWS,
    "delivery.failed": FOLLOWS,
    "delivery.revoked": FOLLOWS,
    "mail.failed": REPORTED,
    "mail_sender.failing": REPORTED,
    "mail_sender.lapsed": REPORTED,
    "mail_sender.verified": REPORTED,
    "media.resized": FOLLOWS,
    "order.attention": FOLLOWS,
    "order.claimed": FOLLOWS,
    "order.expired": CLOCK,
    "order.fulfilled": FOLLOWS,
    "order.paid": REPORTED,
    "payment.cancelled": REPORTED,
    "payment.failed": REPORTED,
    "payment.instructed": FOLLOWS,
    "payment.mismatch": REPORTED,
    "payment.succeeded": REPORTED,
    "plugin.activated": "a plugin has no say in whether another one is used",
    "plugin.deactivated": "a plugin has no say in whether another one is used",
    "plugin.installed": "a plugin has no say in whether another one is used",
    "plugin.uninstalled": "a plugin has no say in whether another one is used",
    "refund.failed": REPORTED,
    "refund.succeeded": REPORTED,
    "stock.low": FOLLOWS,
    "stock.restocked": FOLLOWS,
    "stock.returned": FOLLOWS,
    "stock.sold_out": FOLLOWS,
}


def before_of(event: str) -> str:
    """The before-hook of an event by the usual way of naming it: product.created, before_product_create."""
    noun, _, verb = event.rpartition(".")
    for ending in ("ed", "d"):
        if verb.endswith(ending):
            return f"before_{noun}_{verb.removesuffix(ending)}"
    return f"before_{noun}_{verb}"


def test_every_event_has_its_before_hook_or_a_reason(app: Flask) -> None:
    hooks = set(app.extensions["mtc.hooks"].names())
    lacking, used = [], set[str]()
    for event in declared_events():
        name = event.event_name
        ways = {before_of(name), f"{before_of(name)}e", OTHER_NAMES.get(name, "")} & hooks
        used |= ways
        if bool(ways) == (name in WITHOUT):
            lacking.append(name)
    assert lacking == []
    before = {name for name in hooks if name.startswith("before_")}
    # Asked about a part of a write, or about something that only reads.
    assert before - used == {
        "before_checkout",
        "before_delivery_complete",
        "before_menu_update",
        "before_order_number",
        "before_payment_book",
        "before_search",
    }
