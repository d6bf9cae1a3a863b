"""Hooks for plugins before somebody's notifications change."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from mtc.core.context import Context
from mtc.core.hooks import Changeable, hookspec


@dataclass(frozen=True, slots=True)
class NotificationSwitch:
    """A kind of notification about to be switched on or off for a member."""

    member_id: UUID
    topic: str
    enabled: Changeable[bool]


@hookspec
def before_notification_switch(ctx: Context, payload: NotificationSwitch) -> NotificationSwitch | None:
    """Look at, change or refuse which emails a member of staff gets."""
