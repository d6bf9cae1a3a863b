"""The owner of a tenant that has none: the platform invites one, and can do no more once there is one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from mtc.core.context import Actor
from mtc.core.email_addresses import address_key
from mtc.core.errors import ConflictError, ForbiddenError
from mtc.core.i18n import _l
from mtc.emails.services.outbox import check_address
from mtc.identity.services.roles import OWNER
from mtc.team import queries
from mtc.team.models import Invitation
from mtc.team.services.invitations import offer_place, open_invitation, renew, revoke
from mtc.team.services.members import has_owner

_OWNED = _l("This tenant has an owner, who invites whoever else is to work there.")
_HERE = _l("This person works here already. Invite another address.")
_INVITED = _l("Somebody is invited already. Send that invitation again, or take it back first.")


def invite_owner(tenant_id: UUID, actor: Actor, email: str) -> Invitation:
    """Offer the owner's place; platform scope. Raises ValidationError, ForbiddenError, ConflictError."""
    address = check_address(email)
    queries.lock_team(tenant_id)
    members = _may_name(tenant_id, actor)
    if address_key(address) in {address_key(member.email) for member in members}:
        raise ConflictError(_HERE, {"email": [_HERE]})
    if queries.invitations_as(tenant_id, OWNER):
        raise ConflictError(_INVITED)
    return offer_place(tenant_id, actor, address, OWNER)


def send_to_owner_again(tenant_id: UUID, actor: Actor, invitation_id: UUID) -> Invitation:
    """A new link for another week; the old one ends. Raises NotFoundError, ForbiddenError, ConflictError."""
    _may_name(tenant_id, actor)
    return renew(open_invitation(tenant_id, invitation_id, OWNER), actor)


def revoke_of_owner(tenant_id: UUID, actor: Actor, invitation_id: UUID) -> Invitation:
    """Take the invitation back: its link ends. Raises NotFoundError, ForbiddenError and ConflictError."""
    _may_name(tenant_id, actor)
    return revoke(tenant_id, open_invitation(tenant_id, invitation_id, OWNER).id)


def _may_name(tenant_id: UUID, actor: Actor) -> Sequence[Any]:
    """Return the members of the tenant; raises ConflictError when one of them is its owner."""
    if not actor.may("platform"):
        raise ForbiddenError(_l("Only the people who run the platform may do this."))
    members = queries.members(tenant_id)
    if has_owner(members):
        raise ConflictError(_OWNED)
    return members
