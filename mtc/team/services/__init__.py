"""Services of members and invitations."""

from mtc.team.services.invitation_emails import post_invitation
from mtc.team.services.invitations import (
    DAYS,
    PER_ADDRESS,
    Offer,
    accept,
    find_offer,
    invite,
    revoke,
    send_again,
    token_of,
)
from mtc.team.services.members import change_role, grantable, set_active
from mtc.team.services.owners import invite_owner, revoke_of_owner, send_to_owner_again

__all__ = [
    "DAYS",
    "PER_ADDRESS",
    "Offer",
    "accept",
    "change_role",
    "find_offer",
    "grantable",
    "invite",
    "invite_owner",
    "post_invitation",
    "revoke",
    "revoke_of_owner",
    "send_again",
    "send_to_owner_again",
    "set_active",
    "token_of",
]
