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
