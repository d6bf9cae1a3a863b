"""Services of delivery."""

from mtc.delivery.services.buyer_emails import mail_refund, mail_replaced
from mtc.delivery.services.deliver import (
    complete_manual,
    deliver_line,
    is_quick,
    retry_delivery,
    start_deliveries,
)
from mtc.delivery.services.deliverable import check_delivery
from mtc.delivery.services.downloads import (
    GrantedDownload,
    download_token,
    open_download,
    record_bytes,
    reset_download,
)
from mtc.delivery.services.email_context import facts_of
from mtc.delivery.services.hasten import hasten_delivery
from mtc.delivery.services.methods import delivery_by, ensure_methods, save_method
from mtc.delivery.services.order_emails import mail_instructions, mail_receipt, post_due, resend, write_due
from mtc.delivery.services.reveal import LineKeys, reveal, reveal_all
from mtc.delivery.services.revoke import replace_key, revoke_order
from mtc.delivery.services.starter_types import install_starter_types

__all__ = [
    "GrantedDownload", "LineKeys", "check_delivery", "complete_manual", "deliver_line", "delivery_by",
    "download_token", "ensure_methods", "facts_of", "hasten_delivery", "install_starter_types", "is_quick",
    "mail_instructions", "mail_receipt", "mail_refund", "mail_replaced", "open_download", "post_due",
    "record_bytes", "replace_key", "resend", "reset_download", "retry_delivery", "reveal", "reveal_all",
    "revoke_order", "save_method", "start_deliveries", "write_due",
]  # fmt: skip
