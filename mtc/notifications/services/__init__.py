"""Services of notifications to staff."""

from mtc.notifications.services.preferences import (
    TOPICS,
    Recipient,
    Topic,
    preferences,
    preferences_of,
    recipients,
    set_preference,
)
from mtc.notifications.services.sales import email_sale
from mtc.notifications.services.sender_alerts import email_sender_alert
from mtc.notifications.services.stock_alerts import clear_alert, clear_risen, send_alert
from mtc.notifications.services.unsubscribing import subscription, switch

__all__ = [
    "TOPICS",
    "Recipient",
    "Topic",
    "clear_alert",
    "clear_risen",
    "email_sale",
    "email_sender_alert",
    "preferences",
    "preferences_of",
    "recipients",
    "send_alert",
    "set_preference",
    "subscription",
    "switch",
]
