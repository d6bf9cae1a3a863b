"""The transactional outbox for mail: written with the fact, sent by a task."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from html import escape
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from mtc.core import clock
from mtc.core.db import attempt, scope_tenant, session, unit_of_work
from mtc.core.errors import NotFoundError, ValidationError
from mtc.core.normalization import has_invisible, strip_invisible
from mtc.core.purging import purge_rows
from mtc.events import queries
from mtc.events.models import Mail
from mtc.events.registry import MAIL, mail_secrets, task
from mtc.events.services.emit import enqueue, running_tenant
from mtc.infra import ports
from mtc.infra.mail import Message

KEEP_LETTERS = timedelta(days=90)

_ADDRESS = re.compile(r"^[^@\s<>\"(),:;\\\[\]]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}$")

_MARK = re.compile(
    r"\[\[(?P<name>[a-z_]{1,20}):(?P<id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\]\]"
)


def check_address(text: str) -> str:
    """The e-mail address as typed, trimmed; raises ValidationError.

    A letter that becomes another one in small letters is refused: with the Kelvin sign for a k the address
    would be found as somebody else's, while its mail would go to another box. So is a character that nobody
    sees: of two addresses that look the same only one can be right.
    """
    address = text.strip()
    odd = has_invisible(address) or any(
        not sign.isascii() and any(map(str.isascii, sign.lower())) for sign in address
    )
    if odd or len(address) > 254 or not _ADDRESS.match(address) or ".." in address:
        raise ValidationError("Check the e-mail address.", {"email": ["Write it like name@example.com."]})
    return address


def post_mail(
    kind: str,
    *,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    sender: str = "",
    entity: Any = None,
    dedupe_key: str | None = None,
) -> Mail | None:
    """Put a mail into the tenant's outbox; a dedupe key that was used before posts nothing (None)."""
    tenant_id = running_tenant()
    if dedupe_key is not None:
        known = select(Mail.id).where(Mail.tenant_id == tenant_id, Mail.dedupe_key == dedupe_key)
        if session.execute(known).first() is not None:
            return None
    mail = Mail(
        tenant_id=tenant_id,
        kind=kind,
        recipient=check_address(to),
        sender=sender,
        subject=" ".join(strip_invisible(subject, multiline=False).split())[:300],
        body_text=text,
        body_html=html,
        dedupe_key=dedupe_key,
        entity_type=type(entity).__name__.lower() if entity is not None else "",
        entity_id=getattr(entity, "id", None),
    )
    try:
        with attempt():
            session.add(mail)
    except IntegrityError:
        if dedupe_key is None:
            raise
        return None  # another transaction posted it first
    enqueue("mail.send", {"mail_id": str(mail.id)})
    return mail


def post_letter(
    template: str,
    facts: Mapping[str, Any],
    *,
    to: str,
    subject: str,
    sender: str,
    entity: Any = None,
    dedupe_key: str | None = None,
) -> Mail | None:
    """Post what `templates/mail/<template>` makes of the facts and the subject, as text and as HTML."""
    environment, told = current_app.jinja_env, {**facts, "subject": subject}
    return post_mail(
        template,
        to=to,
        subject=subject,
        text=environment.get_template(f"mail/{template}.txt").render(told).strip() + "\n",
        html=environment.get_template(f"mail/{template}.html").render(told),
        sender=sender,
        entity=entity,
        dedupe_key=dedupe_key,
    )


def resend_mail(tenant_id: UUID, mail_id: UUID) -> None:
    """Queue a mail once more; raises NotFoundError."""
    if queries.mail(tenant_id, mail_id) is None:
        raise NotFoundError("There is no such mail.")
    enqueue("mail.send", {"mail_id": str(mail_id)})


@task("mail.send", transactional=False, priority=MAIL)
def send_mail(payload: dict[str, Any]) -> Callable[[], None] | None:
    """Hand one mail to the provider; returns what notes that it went."""
    tenant_id = scope_tenant()
    mail_id = UUID(payload["mail_id"])
    with unit_of_work():
        mail = queries.mail(tenant_id, mail_id)
        if mail is None:
            return None
        known: dict[str, str] = {}
        message = Message(
            to=mail.recipient,
            subject=mail.subject,
            text=_filled(mail, mail.body_text, str, known),
            html=_filled(mail, mail.body_html, escape, known),
            from_=mail.sender or current_app.config["MTC"].mail_from,
            headers={"Message-ID": f"<{mail.id}@mtc.invalid>"},
        )
    try:
        provider_id = ports.mail.send(message)[:200]
    except Exception as error:
        with unit_of_work():
            _note(tenant_id, mail_id, {"status": "failed", "error": str(error)[:500]})
        raise
    sent = {"status": "sent", "provider_id": provider_id, "error": "", "sent_at": clock.now()}
    return lambda: _note(tenant_id, mail_id, sent)


def _filled(mail: Mail, text: str, write: Callable[[str], str], known: dict[str, str]) -> str:
    """The text with what its marks stand for, looked up once each; one that nobody knows stays as it is."""

    def value(mark: re.Match[str]) -> str:
        lookup = mail_secrets.find(mark["name"])
        if lookup is None:
            return mark[0]
        if mark[0] not in known:
            known[mark[0]] = lookup(mail, UUID(mark["id"]))
        return write(known[mark[0]])

    return _MARK.sub(value, text)


def purge_letters() -> int:
    """Delete the tenant's mails that belong to no order, some months after they were sent or given up.

    Anybody can cause them, with a forgotten password; those of orders stay with the orders.
    """
    return purge_rows(
        Mail,
        Mail.tenant_id == scope_tenant(),
        Mail.created_at < clock.now() - KEEP_LETTERS,
        Mail.status != "queued",
        Mail.entity_type != "order",
    )


def _note(tenant_id: UUID, mail_id: UUID, values: dict[str, Any]) -> None:
    session.execute(
        update(Mail)
        .where(Mail.tenant_id == tenant_id, Mail.id == mail_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
