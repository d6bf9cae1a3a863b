"""Events of the people who work for a tenant."""

from __future__ import annotations

from dataclasses import dataclass

from mtc.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class MemberInvited(
    DomainEvent, name="member.invited", label="Invited", entity="invitation", permission="team:read"
):
    """Somebody was invited to work here."""

    role: str
