"""What can be done with members and invitations."""

from mtc.team.services.invitations import (
    DAYS,
    Offer,
    accept,
    find_offer,
    invite,
    revoke,
    send_again,
    token_of,
)
from mtc.team.services.members import change_role, grantable, set_active

__all__ = [
    "DAYS",
    "Offer",
    "accept",
    "change_role",
    "find_offer",
    "grantable",
    "invite",
    "revoke",
    "send_again",
    "set_active",
    "token_of",
]
