"""Asking plugins about mail before it leaves, while no transaction is open."""

from __future__ import annotations

from uuid import UUID

from mtc.core.db import unit_of_work
from mtc.core.hook_calls import is_hooked, run_before
from mtc.core.retry import repeatable
from mtc.core.tenancy import tenant_scope
from mtc.emails import queries
from mtc.emails.hooks import MailDraft

HOOK = "before_mail_send"


def asked_draft(tenant_id: UUID, mail_id: UUID) -> MailDraft | None:
    """The mail as plugins leave it; None where none has a say, or there is no such mail. Raises Reject."""
    with unit_of_work():
        if not is_hooked(HOOK):
            return None
    return repeatable(lambda: _asked(tenant_id, mail_id))


def _asked(tenant_id: UUID, mail_id: UUID) -> MailDraft | None:
    with tenant_scope(tenant_id), unit_of_work():
        email = queries.email(tenant_id, mail_id)
        if email is None:
            return None
        return run_before(
            HOOK,
            MailDraft(
                mail_id=email.id,
                kind=email.kind,
                to=email.recipient,
                entity_type=email.entity_type,
                entity_id=email.entity_id,
                subject=email.subject,
                text=email.body_text,
                html=email.body_html,
            ),
        )
