"""Events of the emails that staff get."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from mtc.core.events import DomainEvent
from mtc.core.i18n import _l


@dataclass(frozen=True, kw_only=True)
class NotificationSwitched(
    DomainEvent,
    name="notification.switched",
    label=_l("Notification switched on or off"),
    entity="notification_choice",
    permission="team:read",
):
    """A kind of notification was switched on or off for a member."""

    member_id: UUID
    topic: str
    enabled: bool
