"""What can be done with notifications to staff."""

from mtc.notifications.services.preferences import (
    TOPICS,
    Recipient,
    Topic,
    preferences,
    preferences_of,
    recipients,
    set_preference,
)
from mtc.notifications.services.sales import mail_sale
from mtc.notifications.services.stock_alerts import clear_alert, send_alert

__all__ = [
    "TOPICS",
    "Recipient",
    "Topic",
    "clear_alert",
    "mail_sale",
    "preferences",
    "preferences_of",
    "recipients",
    "send_alert",
    "set_preference",
]
