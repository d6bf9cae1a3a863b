"""Hooks for plugins before somebody is invited to work here, or gets another place."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from mtc.core.context import Context
from mtc.core.events import Personal
from mtc.core.hooks import Changeable, hookspec


@dataclass(frozen=True, slots=True)
class InviteDraft:
    """Somebody is about to be invited. Another role is checked like the one that was chosen."""

    email: Personal[str]
    role: Changeable[str]


@dataclass(frozen=True, slots=True)
class MemberChange:
    """A member about to get another role, or to be shut out or let in again; what stays is None."""

    member_id: UUID
    role: str | None
    active: bool | None


@hookspec
def before_member_invite(ctx: Context, payload: InviteDraft) -> InviteDraft | None:
    """Look at, change or refuse an invitation."""


@hookspec
def before_member_update(ctx: Context, payload: MemberChange) -> MemberChange | None:
    """Refuse (raise Reject) another role, or that a member is shut out or let in again."""
