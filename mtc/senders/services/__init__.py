"""Services of a store's own From address."""

from mtc.senders.services.dns_checks import ask_check, ask_due, wanted_by
from mtc.senders.services.from_address import sender_for
from mtc.senders.services.settings import check_again, drop_sender, platform_names, set_sender

__all__ = [
    "ask_check",
    "ask_due",
    "check_again",
    "drop_sender",
    "platform_names",
    "sender_for",
    "set_sender",
    "wanted_by",
]
