"""The email to staff when the domain of the store's own From address lacks a record, or is given up."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from mtc.core.i18n import _
from mtc.core.local_time import moment_text
from mtc.notifications.services.staff_email import admin_url, email_staff, first_store
from mtc.senders import queries
from mtc.senders.presenters import SenderView, sender_view
from mtc.senders.services.dns_records import FOUND


def email_sender_alert(sender_id: UUID, event_id: str) -> int:
    """Tell the staff once of each event, unless all is well again; returns how many emails."""
    row = queries.sender(sender_id)
    view = sender_view(row.store_id) if row is not None else None
    if row is None or view is None or (view.status == "verified" and view.failing_since is None):
        return 0
    store, store_id = first_store(), row.store_id

    def content() -> tuple[str, dict[str, Any]]:
        current = sender_view(store_id) or view  # once more: its notes are in the reader's language
        return _content(current, f"{admin_url(store)}/settings/mail")

    return email_staff("sender", "sender-alert", store, content, once=f"sender:{event_id}")


def _content(view: SenderView, mail_url: str) -> tuple[str, dict[str, Any]]:
    lapsed = view.status != "verified"
    facts = {
        "address": view.address,
        "domain": view.domain,
        "lapsed": lapsed,
        "until": moment_text(view.lapses_at) if view.lapses_at is not None else "",
        "records": [record for record in view.records if record.state != FOUND],
        "mail_url": mail_url,
    }
    subject = (
        _("Mail no longer comes from %(address)s", address=view.address)
        if lapsed
        else _("A record of %(domain)s is missing", domain=view.domain)
    )
    return subject, facts
