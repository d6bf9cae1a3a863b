"""The words for the states of things, as badges show them."""

from __future__ import annotations

from mtc.core.i18n import _l

WORDS = {
    "active": _l("Active"),
    "archived": _l("Archived"),
    "cancelled": _l("Cancelled"),
    "closed": _l("Closed"),
    "delivered": _l("Delivered"),
    "draft": _l("Draft"),
    "ended": _l("Ended"),
    "expired": _l("Expired"),
    "failed": _l("Failed"),
    "open": _l("Open"),
    "paid": _l("Paid"),
    "pending": _l("Pending"),
    "processing": _l("Being delivered"),
    "published": _l("Published"),
    "queued": _l("Waiting"),
    "refunded": _l("Refunded"),
    "running": _l("Running"),
    "sent": _l("Sent"),
    "succeeded": _l("Succeeded"),
    "suspended": _l("Suspended"),
}


def status_word(value: str) -> str:
    """The word for a state in the running locale; one without a word of ours is written out."""
    word = WORDS.get(value)
    return str(word) if word is not None else value.replace("_", " ").capitalize()
