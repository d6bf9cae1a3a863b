"""What can be done to deliver."""

from mtc.delivery.services.buyer_emails import mail_refund, mail_replaced
from mtc.delivery.services.deliver import (
    complete_manual,
    deliver_line,
    retry_delivery,
    start_deliveries,
)
from mtc.delivery.services.details import details
from mtc.delivery.services.downloads import Opened, download_token, open_download, reset_download
from mtc.delivery.services.mails import mail_receipt, resend
from mtc.delivery.services.methods import save_method
from mtc.delivery.services.reveal import reveal
from mtc.delivery.services.revoke import replace_key, revoke_order

__all__ = [
    "Opened",
    "complete_manual",
    "deliver_line",
    "details",
    "download_token",
    "mail_receipt",
    "mail_refund",
    "mail_replaced",
    "open_download",
    "replace_key",
    "resend",
    "reset_download",
    "retry_delivery",
    "reveal",
    "revoke_order",
    "save_method",
    "start_deliveries",
]
