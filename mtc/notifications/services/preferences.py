"""Emails that each member of staff gets: by permissions, and by the person's own switches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mtc.core.context import Actor
from mtc.core.db import scope_tenant, session
from mtc.core.errors import NotFoundError
from mtc.core.events import emit
from mtc.core.i18n import Sentence, _l
from mtc.core.i18n.locales import SOURCE
from mtc.identity.services.roles import OWNER
from mtc.notifications import queries
from mtc.notifications.events import NotificationSwitched
from mtc.notifications.hooks import NotificationSwitch
from mtc.notifications.models import NotificationChoice
from mtc.plugins.services import run_before
from mtc.team import queries as team


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of email to staff. `owner_only`: on for the owner, off for everybody else until switched on."""

    label: Sentence
    help: Sentence
    permission: str
    owner_only: bool = False


TOPICS: dict[str, Topic] = {
    "stock": Topic(
        _l("Low stock and sold out"),
        _l("One mail when the keys of a variant fall to its warning level, and one when none is left."),
        "stock:write",
    ),
    "sender": Topic(
        _l("Your own sender address"),
        _l("A mail when the domain of the store's mail lacks a record, and when it is no longer used."),
        "settings:write",
    ),
    "sale": Topic(
        _l("New orders"), _l("One mail for each order that was paid."), "orders:read", owner_only=True
    ),
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """A member of staff with an address, and the language that the person reads."""

    member_id: UUID
    name: str
    email: str
    locale: str = SOURCE


@dataclass(frozen=True, slots=True)
class Preferences:
    """A member of staff and the topics that the person may get: topic -> on or off."""

    recipient: Recipient
    topics: dict[str, bool]


def preferences() -> list[Preferences]:
    """The active staff of the tenant, by name, each with the topics that the person may get."""
    chosen = queries.choices()
    staff = []
    for row in team.members(scope_tenant()):
        if row.status != "active" or row.user_status != "active":
            continue
        person = Actor(permissions=frozenset([*(row.permissions or []), *(row.role_permissions or [])]))
        topics = {
            name: chosen.get((row.id, name), _default(topic, row))
            for name, topic in TOPICS.items()
            if person.may(topic.permission)
        }
        staff.append(Preferences(Recipient(row.id, row.name, row.email, row.locale or SOURCE), topics))
    return staff


def _default(topic: Topic, row: Any) -> bool:
    return row.role == OWNER or not topic.owner_only


def preferences_of(member_id: UUID) -> Preferences:
    """Those of one member; raises NotFoundError."""
    for member in preferences():
        if member.recipient.member_id == member_id:
            return member
    raise NotFoundError(_l("Nobody with this id works here."))


def recipients(topic: str) -> list[Recipient]:
    """Return the recipients of the topic's emails."""
    return [member.recipient for member in preferences() if member.topics.get(topic)]


def set_preference(member_id: UUID, topic: str, enabled: bool) -> None:
    """Switch a topic on or off for a member; raises NotFoundError for one that the person may not get."""
    if topic not in preferences_of(member_id).topics:
        raise NotFoundError(_l("There is no such notification for this person."))
    switch = NotificationSwitch(member_id, topic, enabled)
    enabled = bool(run_before("before_notification_switch", switch).enabled)
    row = queries.choice(member_id, topic)
    if row is not None and row.enabled == enabled:
        return
    if row is None:
        row = NotificationChoice(tenant_id=scope_tenant(), member_id=member_id, topic=topic)
        session.add(row)
    row.enabled = enabled
    session.flush()
    emit(NotificationSwitched(entity_id=row.id, member_id=member_id, topic=topic, enabled=enabled))
