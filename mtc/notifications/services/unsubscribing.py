"""Leaving one kind of email to staff by the link in it (RFC 2369, RFC 8058), without a log-in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app

from mtc.core.context import SYSTEM, Context, use
from mtc.core.crypto import sign, unsign
from mtc.core.db import unit_of_work
from mtc.core.errors import GoneError, NotFoundError
from mtc.core.i18n import Sentence, _l
from mtc.core.tenancy import tenant_scope
from mtc.emails.models import Email
from mtc.emails.registry import email_secrets
from mtc.notifications.services.preferences import TOPICS, preferences_of, recipients, set_preference

PURPOSE = "unsubscribe"
SECONDS = 365 * 24 * 3600
KINDS = {"stock-alert": "stock", "new-order": "sale", "sender-alert": "sender"}
"""The topic of each kind of email that can be left."""
_GONE = _l("This link leads to nobody who works here any more. You get no such mails.")


@dataclass(frozen=True, slots=True)
class Subscription:
    """Recipient and topic of a link, and whether it is on."""

    tenant_id: UUID
    member_id: UUID
    topic: str
    label: Sentence
    email: str
    is_on: bool


@email_secrets.add("unsubscribe")
def unsubscribe_url(email: Email, member_id: UUID) -> str:
    """Return the link that ends this kind of email for its reader; "" for a mark that a stranger wrote."""
    topic = KINDS.get(email.kind)
    if topic is None or all(
        (recipient.member_id, recipient.email) != (member_id, email.recipient)
        for recipient in recipients(topic)
    ):
        return ""
    said = {"t": str(email.tenant_id), "m": str(member_id), "k": topic}
    return f"{current_app.config['MTC'].public_url}/unsubscribe/{sign(said, PURPOSE, SECONDS)}"


def subscription(token: str) -> Subscription:
    """Return a link's subscription; raises ValidationError (forged) or GoneError (run out, person gone)."""
    said = unsign(token, PURPOSE)
    tenant_id, member_id, topic = UUID(said["t"]), UUID(said["m"]), str(said["k"])
    with _as_system(tenant_id), tenant_scope(tenant_id, readonly=True), unit_of_work():
        try:
            mine = preferences_of(member_id)
        except NotFoundError as error:
            raise GoneError(_GONE) from error
        if topic not in mine.topics:
            raise GoneError(_GONE)
        return Subscription(
            tenant_id, member_id, topic, TOPICS[topic].label, mine.recipient.email, mine.topics[topic]
        )


def switch(link_subscription: Subscription, enabled: bool) -> None:
    """Switch the topic off, or on again, for whom the link is about."""
    with _as_system(link_subscription.tenant_id), tenant_scope(link_subscription.tenant_id), unit_of_work():
        set_preference(link_subscription.member_id, link_subscription.topic, enabled)


def _as_system(tenant_id: UUID) -> Any:
    return use(Context(tenant_id=tenant_id, actor=SYSTEM))
