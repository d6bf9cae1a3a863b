"""What can be done with a store's own From address."""

from mtc.senders.services.checking import ask_check, ask_due, wanted_by
from mtc.senders.services.sending import sender_for
from mtc.senders.services.settings import check_again, drop_sender, platform_names, set_sender
from mtc.senders.services.views import SenderView, sender_view

__all__ = [
    "SenderView",
    "ask_check",
    "ask_due",
    "check_again",
    "drop_sender",
    "platform_names",
    "sender_for",
    "sender_view",
    "set_sender",
    "wanted_by",
]
