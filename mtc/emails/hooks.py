"""Hooks for plugins before mail leaves."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from mtc.core.context import Context
from mtc.core.events import Personal
from mtc.core.hooks import Changeable, hookspec


@dataclass(frozen=True, slots=True)
class MailDraft:
    """Mail about to leave. Secrets such as links to an order are marks in it, filled in afterwards.

    `kind` names its template; `entity_type` and `entity_id` say what it is about, such as an order.
    """

    mail_id: UUID
    kind: str
    to: Personal[str]
    entity_type: str
    entity_id: UUID | None
    subject: Changeable[Personal[str]]
    text: Changeable[Personal[str]]
    html: Changeable[Personal[str]]


@hookspec
def before_mail_send(ctx: Context, payload: MailDraft) -> MailDraft | None:
    """Look at, change or refuse mail; one that is refused is not sent, and says why in the list of mail."""
