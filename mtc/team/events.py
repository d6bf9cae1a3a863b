"""Events of the people who work for a tenant."""

from __future__ import annotations

from dataclasses import dataclass

from mtc.core.events import DomainEvent
from mtc.core.i18n import _l


@dataclass(frozen=True, kw_only=True)
class MemberInvited(
    DomainEvent, name="member.invited", label=_l("Invited"), entity="invitation", permission="team:read"
):
    """Somebody was invited to work here."""

    role: str


@dataclass(frozen=True, kw_only=True)
class _MemberEvent(DomainEvent, entity="tenant_user", permission="team:read"):
    role: str


@dataclass(frozen=True, kw_only=True)
class MemberJoined(_MemberEvent, name="member.joined", label=_l("Joined the team")):
    """Somebody took a place that was offered."""


@dataclass(frozen=True, kw_only=True)
class MemberUpdated(_MemberEvent, name="member.updated", label=_l("Role changed")):
    """A member has another role."""


@dataclass(frozen=True, kw_only=True)
class MemberRemoved(_MemberEvent, name="member.removed", label=_l("Shut out")):
    """A member was shut out, from the next request on."""


@dataclass(frozen=True, kw_only=True)
class MemberRestored(_MemberEvent, name="member.restored", label=_l("Let in again")):
    """A member who was shut out was let in again."""
