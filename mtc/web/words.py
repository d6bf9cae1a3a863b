"""What a person did, in words, by the endpoint of what they asked for: the sentences of the audit log."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

SAID = {
    "admin.add_starter_types": "Added starter product types",
    "admin.create_type": "Created a product type",
    "admin.delete_type": "Deleted a product type",
    "admin.save_type": "Changed a product type",
    "api_v1.change_type": "Changed a product type",
    "api_v1.create_type": "Created a product type",
    "api_v1.install_type": "Added a starter product type",
    "api_v1.remove_type": "Deleted a product type",
    "admin.add_keys": "Added keys to a pool",
    "admin.import_keys": "Added keys to a pool",
    "admin.stop_import": "Stopped an import of keys",
    "api_v1.stop_stock_import": "Stopped an import of keys",
    "api_v1.set_stock_level": "Changed when stock counts as low",
    "admin.undo_batch": "Took a batch of keys back",
    "api_v1.add_key_file": "Added keys to a pool",
    "api_v1.preview_key_file": "Looked at a file of keys",
    "api_v1.undo_stock_batch": "Took a batch of keys back",
    "admin.add_files": "Added files for sale to a product",
    "admin.add_pictures": "Added pictures to a product",
    "admin.book_payment": "Booked a payment by hand",
    "admin.move_payment_method": "Changed the order of the payment methods",
    "admin.save_payment_method": "Changed a payment method",
    "admin.save_payment_mode": "Took the store live or put it into test mode",
    "admin.switch_payment_method": "Switched a payment method on or off",
    "api_v1.book": "Booked a payment by hand",
    "api_v1.change_payment_method": "Changed a payment method",
    "api_v1.switch_payment_method": "Switched a payment method on or off",
    "admin.cancel": "Cancelled an order",
    "admin.forget_order_devices": "Asked for a code on every device of an order again",
    "admin.change_file": "Changed a product's files for sale",
    "admin.change_picture": "Changed a product's picture",
    "admin.complete_by_hand": "Delivered a line by hand",
    "admin.create_key": "Made an API key",
    "admin.create_product": "Created a product",
    "admin.give_back": "Gave money back",
    "admin.replace_file": "Replaced a file for sale",
    "admin.replace_faulty": "Replaced a faulty key",
    "admin.resend_delivery": "Sent a delivery again",
    "admin.reset_downloads": "Allowed the downloads of a file again",
    "admin.retry_line": "Tried a delivery again",
    "admin.reveal_key": "Looked at a key that was sold",
    "admin.revoke_key": "Revoked an API key",
    "admin.save_product": "Changed a product",
    "admin.save_settings": "Changed the store's settings",
    "admin.save_theme": "Gave the store another theme",
    "admin.save_colours": "Changed the store's colours",
    "admin.save_brand_picture": "Changed a picture of the brand",
    "admin.save_navigation": "Changed navigation and footer",
    "admin.save_legal_text": "Changed or published a legal text",
    "admin.unpublish_legal_text": "Took a legal text back",
    "admin.open_the_store": "Opened the store",
    "admin.close_the_store": "Closed the store",
    "admin.send_again": "Sent a mail again",
    "admin.set_aside": "Took a key out of its pool",
    "admin.set_level": "Changed when stock counts as low",
    "admin.set_status": "Changed a product's status",
    "admin.try_again": "Tried a refund again",
    "admin.try_task_again": "Tried a failed task again",
    "admin.save_second_factor": "Changed whether staff need a second factor",
    "api_v1.add_file": "Added files for sale to a product",
    "api_v1.replace_file": "Replaced a file for sale",
    "api_v1.change_file": "Changed a product's files for sale",
    "api_v1.change_terms": "Changed how often files may be downloaded",
    "api_v1.remove_file": "Changed a product's files for sale",
    "api_v1.cancel": "Cancelled an order",
    "api_v1.change_store_settings": "Changed the store's settings",
    "api_v1.close_to_shoppers": "Closed the store",
    "api_v1.open_to_shoppers": "Opened the store",
    "api_v1.publish_legal_draft": "Published a legal text",
    "api_v1.save_legal_draft": "Changed a legal text",
    "api_v1.unpublish_legal_page": "Took a legal text back",
    "api_v1.fill": "Added keys to a pool",
    "api_v1.refund_order": "Gave money back",
    "api_v1.resend_order": "Sent a delivery again",
    "front.add_passkey": "Set up a passkey",
    "front.add_totp": "Set up an authenticator app",
    "front.drop_passkey": "Removed a passkey",
    "front.drop_totp": "Removed their authenticator app",
    "front.choose_new_password": "Chose a new password by a mailed link",
    "front.end_one": "Logged one of their browsers out",
    "front.end_others": "Logged all their other browsers out",
    "admin.change_member_role": "Changed a member's role",
    "admin.change_member_status": "Shut a member out or let one in again",
    "admin.invite_member": "Invited somebody",
    "admin.resend_invitation": "Sent an invitation again",
    "admin.revoke_invitation": "Took an invitation back",
    "front.log_in": "Logged in",
    "front.take_place": "Took an invitation and joined the team",
    "front.log_out": "Logged out",
    "front.name_passkey": "Renamed a passkey",
    "front.new_recovery_codes": "Made new recovery codes",
    "front.passkey_login": "Logged in with a passkey",
    "front.second_step": "Logged in with a second factor",
    "front.set_password": "Changed their password",
    "admin.end_visit_here": "Ended a visit of platform support",
    "platform.start_visit_at": "Began a visit of platform support",
    "platform.raise_visit_at": "Allowed changes in a visit of platform support",
    "platform.leave": "Ended the visit of platform support",
    "platform.create_tenant": "Opened a tenant and invited its owner",
    "platform.invite_owner": "Invited an owner",
    "platform.resend_to_owner": "Sent the owner's invitation again",
    "platform.revoke_owner": "Took the owner's invitation back",
    "platform.set_status": "Closed or reopened a tenant",
}
FIRST, SECOND = "front.log_in", "front.second_step"
REFUSED = {
    FIRST: "Failed to log in",
    "front.passkey_login": "Failed to log in with a passkey",
    SECOND: "Failed at the second factor",
    "front.set_password": "Failed to change their password",
}
# A step on the way to something that is written down itself.
ON_THE_WAY = frozenset(
    {"front.forgot", "front.passkey_challenge", "front.passkey_options", "front.second_passkey"}
)
# What somebody did although no row tells of it: they looked at a secret, or had something done again.
LEAVES_NO_ROW = frozenset(
    {"admin.find_keys", "admin.resend_delivery", "admin.resend_invitation", "admin.retry_line"}
    | {"admin.reveal_key", "admin.send_again", "admin.try_again", "admin.try_task_again"}
    | {"api_v1.find_keys", "api_v1.preview_key_file", "api_v1.resend_order"}
    | {"platform.leave", "platform.resend_to_owner", "admin.end_visit_here"}
)
HALF = "Gave the right password; the second factor is still to come"


def said(endpoint: str, view: Callable[..., Any] | None) -> str:
    """The sentence of an endpoint; one that has none is told by the first line of its view."""
    if endpoint in SAID:
        return SAID[endpoint]
    first = (inspect.getdoc(view) or endpoint).partition("\n")[0] if view is not None else endpoint
    return first.partition(". ")[0].removesuffix(".")


def refused(endpoint: str, view: Callable[..., Any] | None) -> str:
    """The sentence for a request of that kind that was refused."""
    return REFUSED.get(endpoint) or f"Was refused: {said(endpoint, view)}"
