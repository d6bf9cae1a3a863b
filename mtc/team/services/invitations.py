"""Inviting somebody by mail, and taking the place that was offered.

The token in the mail is an HMAC over the invitation and how often it was sent; only its hash is stored. It
works once, for a week, for the address that it was sent to, and as long as the inviter may give the role.
The platform invites owners (owners.py): that may be given as long as nobody owns the tenant.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from mtc.core import clock
from mtc.core.context import Actor, acting
from mtc.core.crypto import keyed_hash
from mtc.core.db import session
from mtc.core.email_addresses import address_key
from mtc.core.errors import ConflictError, GoneError, NotFoundError
from mtc.core.events import emit
from mtc.core.hook_calls import run_before
from mtc.core.i18n import _l
from mtc.core.ids import uuid7
from mtc.emails.services.outbox import check_address
from mtc.identity import queries as people
from mtc.identity.models import TenantUser, UserRole
from mtc.identity.services.roles import OWNER
from mtc.identity.services.staff import add_member
from mtc.team import queries
from mtc.team.events import MemberInvited, MemberJoined
from mtc.team.hooks import InviteDraft
from mtc.team.models import Invitation
from mtc.team.services.members import covers, grantable, has_owner, permissions_of

DAYS, PER_ADDRESS = 7, 5
"""How long an invitation lasts, and how often a day one address may be written to."""
_OVER = _l("This invitation is not valid any more. Ask whoever invited you for a new one.")


@dataclass(frozen=True, slots=True)
class Offer:
    """An invitation that can be taken: where, as what, by whom, for which address."""

    id: UUID
    tenant_id: UUID
    slug: str
    tenant_name: str
    email: str
    email_lc: str
    role: str
    role_name: str
    inviter_name: str
    token_hash: str


def token_of(row: Invitation) -> str:
    """The secret part of the link; made anew when the mail leaves, so that no mail at rest holds it."""
    return keyed_hash(f"{row.id}:{row.sent}", "invitation")


def invite(tenant_id: UUID, actor: Actor, email: str, role_slug: str) -> Invitation:
    """Offer a place. Raises ValidationError, ForbiddenError, ConflictError (is here, is invited), Reject."""
    address = check_address(email)
    role_slug = run_before("before_member_invite", InviteDraft(address, role_slug)).role
    role = grantable(tenant_id, actor, role_slug)
    email_lc = address_key(address)
    if any(address_key(member.email) == email_lc for member in queries.members(tenant_id)):
        raise ConflictError(
            _l("This person is on your list already."), {"email": [_l("Works here already.")]}
        )
    if queries.invitation_to(tenant_id, email_lc) is not None:
        raise ConflictError(
            _l("This address is invited already."), {"email": [_l("Send the invitation again.")]}
        )
    return offer_place(tenant_id, actor, address, role.slug)


def offer_place(tenant_id: UUID, actor: Actor, address: str, role: str) -> Invitation:
    """A new invitation; whether the actor may give the role has been looked at."""
    assert actor.id is not None
    row = Invitation(
        id=uuid7(),
        tenant_id=tenant_id,
        email=address,
        email_lc=address_key(address),
        role=role,
        inviter_id=actor.id,
        inviter_name=(actor.name or actor.email)[:200],
        sent=1,
        expires_at=clock.now() + timedelta(days=DAYS),
    )
    row.token_hash = _hash(token_of(row))
    session.add(row)
    session.flush()
    emit(MemberInvited(entity_id=row.id, role=role))
    return row


def send_again(tenant_id: UUID, actor: Actor, invitation_id: UUID) -> Invitation:
    """A new link for another week; the old one ends. Raises NotFoundError and ForbiddenError."""
    row = open_invitation(tenant_id, invitation_id)
    grantable(tenant_id, actor, row.role)
    return renew(row, actor)


def renew(row: Invitation, actor: Actor) -> Invitation:
    """Give an open invitation another link, in the actor's name."""
    assert actor.id is not None
    row.sent += 1
    row.inviter_id, row.inviter_name = actor.id, (actor.name or actor.email)[:200]
    row.token_hash = _hash(token_of(row))
    row.expires_at = clock.now() + timedelta(days=DAYS)
    session.flush()
    return row


def revoke(tenant_id: UUID, invitation_id: UUID) -> Invitation:
    """Take an invitation back: its link ends. Raises NotFoundError."""
    row = open_invitation(tenant_id, invitation_id)
    row.status, row.closed_at = "revoked", clock.now()
    session.flush()
    return row


def find_offer(token: str) -> Offer:
    """Return the offer of a link; needs a platform scope. Every cause of a refusal is the same GoneError."""
    invitation = queries.invitation_by_token(_hash(token))
    if invitation is None:
        raise GoneError(_OVER)
    row: Invitation = invitation.Invitation
    role = _role_now(row)
    if role is None:
        raise GoneError(_OVER)
    return Offer(
        id=row.id,
        tenant_id=row.tenant_id,
        slug=invitation.slug,
        tenant_name=invitation.tenant_name,
        email=row.email,
        email_lc=row.email_lc,
        role=row.role,
        role_name=role.name,
        inviter_name=row.inviter_name,
        token_hash=row.token_hash,
    )


def accept(offer: Offer, user_id: UUID) -> TenantUser:
    """Take the place, once; needs a platform scope. Raises GoneError (taken, revoked) and ConflictError.

    One at a time at each tenant: what was looked at before may be over by now, such as who may invite, or
    that nobody owns it.
    """
    queries.lock_team(offer.tenant_id)
    row = queries.locked_invitation(offer.tenant_id, offer.id)
    if row is None or row.token_hash != offer.token_hash or _role_now(row) is None:
        raise GoneError(_OVER)
    row.status, row.closed_at = "accepted", clock.now()
    session.flush()
    member = add_member(offer.tenant_id, user_id, offer.role)
    with acting(tenant_id=offer.tenant_id):
        emit(MemberJoined(entity_id=member.id, role=offer.role))
    return member


def _role_now(row: Invitation) -> UserRole | None:
    """The role that the invitation gives now; None when it is over, by whatever cause."""
    role = queries.role(row.tenant_id, row.role)
    if row.status != "open" or row.expires_at <= clock.now() or role is None or not _may_still(row, role):
        return None
    return role


def _may_still(row: Invitation, role: UserRole) -> bool:
    """Return whether the inviter may give the role now: as a member, or as the platform without an owner."""
    members = queries.members(row.tenant_id)
    inviter = next((member for member in members if member.user_id == row.inviter_id), None)
    if inviter is not None and (inviter.status, inviter.user_status) == ("active", "active"):
        actor = Actor("staff", row.inviter_id, permissions=frozenset(permissions_of(inviter)))
        if actor.may("team:write") and covers(actor, role.permissions):
            return True
    if row.role != OWNER or has_owner(members):
        return False
    operator = people.user(row.inviter_id)
    return operator is not None and operator.is_super_admin and operator.status == "active"


def open_invitation(tenant_id: UUID, invitation_id: UUID, role: str = "") -> Invitation:
    """The invitation that waits for an answer, to that role when told; raises NotFoundError.

    It is held still: whoever takes the place meanwhile is waited for, and then seen.
    """
    row = queries.locked_invitation(tenant_id, invitation_id)
    if row is None or row.status != "open" or (role and row.role != role):
        raise NotFoundError(_l("This invitation is not open any more."))
    return row


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
