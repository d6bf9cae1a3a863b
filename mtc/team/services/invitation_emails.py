"""The email that invites somebody; its link is filled in when it leaves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app

from mtc.core.i18n import _, current_locale
from mtc.emails.registry import email_secrets
from mtc.emails.services import render_email, send_rendered_email
from mtc.emails.services.senders import sender_name_and_address
from mtc.team import queries
from mtc.team.models import Invitation
from mtc.team.services.invitations import DAYS, token_of
from mtc.tenants.services import StoreInfo, store_url


def post_invitation(
    row: Invitation, role_name: str, shop: StoreInfo, *, look: dict[str, Any], sender: str
) -> None:
    """Post the invitation to the tenant's outbox; `look` is the theme of mails, no sender is the platform.

    It is in the inviter's language: the outbox, which the inviter's team reads, must not tell of an account
    that the address has elsewhere.
    """
    public_url: str = current_app.config["MTC"].public_url
    facts = {
        "store": {
            "name": shop.name,
            "email": sender,
            "url": store_url(shop, public_url),
            "locale": current_locale(),
            "logo": shop.branding.get("logo") or {},
            "footer": shop.settings.get("footer") or {},
        },
        "theme": look,
        "inviter": row.inviter_name,
        "role": role_name,
        "days": DAYS,
        "join_url": f"{public_url}/join/[[invite:{row.id}]]",
    }
    email = render_email(
        "invitation",
        facts,
        to=row.email,
        subject=_("%(inviter)s invites you to %(store)s", inviter=row.inviter_name, store=shop.name),
        sender=sender_name_and_address(shop.name, sender) if sender else "",
    )
    send_rendered_email(email, entity=row)


@email_secrets.add("invite")
def invitation_secret(email: Any, invitation_id: UUID) -> str:
    """The secret part of the link; nothing once the invitation was taken or taken back."""
    row = queries.invitation(email.tenant_id, invitation_id) if email.entity_id == invitation_id else None
    return token_of(row) if row is not None and row.status == "open" else "over"
