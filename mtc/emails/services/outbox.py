"""The transactional outbox for mail: written with the fact, sent by a task."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from html import escape
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from mtc.core import clock
from mtc.core.db import savepoint, scope_tenant, session, unit_of_work
from mtc.core.email_addresses import parse_address
from mtc.core.errors import NotFoundError, ValidationError
from mtc.core.events import emit
from mtc.core.hook_calls import is_hooked
from mtc.core.hooks import Reject
from mtc.core.i18n import _l
from mtc.core.ids import token
from mtc.core.normalization import strip_invisible
from mtc.core.retention import purge_rows
from mtc.core.tenancy import running_tenant, tenant_scope
from mtc.emails import queries
from mtc.emails.events import MailFailed, MailSent
from mtc.emails.models import Email
from mtc.emails.registry import email_secrets
from mtc.emails.services.before_sending import asked_draft
from mtc.emails.services.senders import headers_of, own_sender
from mtc.infra import ports
from mtc.infra.mail import MailError, Message
from mtc.tasks.errors import GiveUpError
from mtc.tasks.registry import MAIL, task
from mtc.tasks.services import enqueue

log = logging.getLogger(__name__)
KEEP_EMAILS = timedelta(days=90)
NO_USE = _l("It is not sent again: trying again is no use.")
TRIED_AGAIN = _l("It is tried again, later and later, for some hours.")
NOT_CARRIED = _l(
    "Our mail cannot reach an address with accents or other scripts before the @."
    " Use another address of yours."
)

_MARK = re.compile(
    r"\[\[(?P<name>[a-z_]{1,20}):(?P<id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\]\]"
)


def check_address(text: str) -> str:
    """The e-mail address as typed, if mail can be sent to it; raises ValidationError.

    Every address that people type comes through here.
    """
    address = parse_address(text)
    if not address.local.isascii() and not ports.mail.supports_smtputf8:
        raise ValidationError(_l("Check the e-mail address."), {"email": [NOT_CARRIED]})
    return address.typed


def send_email(
    kind: str,
    *,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    sender: str = "",
    entity: Any = None,
    dedupe_key: str | None = None,
) -> Email | None:
    """Put an email into the tenant's outbox; a dedupe key that was used before posts nothing (None).

    `sender` is whom the email speaks for, as sender_name_and_address() writes it; none is the platform.
    """
    tenant_id = running_tenant()
    if dedupe_key is not None:
        earlier = select(Email.id).where(Email.tenant_id == tenant_id, Email.dedupe_key == dedupe_key)
        if session.execute(earlier).first() is not None:
            return None
    email = Email(
        tenant_id=tenant_id,
        kind=kind,
        recipient=parse_address(to).typed,
        sender=sender,
        subject=_one_line(subject),
        body_text=text,
        body_html=html,
        dedupe_key=dedupe_key,
        entity_type=entity.__entity__ if entity is not None else "",
        entity_id=getattr(entity, "id", None),
    )
    try:
        with savepoint():
            session.add(email)
    except IntegrityError:
        if dedupe_key is None:
            raise
        return None  # another transaction posted it first
    enqueue("mail.send", {"mail_id": str(email.id)})
    return email


@dataclass(frozen=True, slots=True)
class RenderedEmail:
    """An email as it is to be posted; the arguments of `send_email`."""

    kind: str
    to: str
    subject: str
    text: str
    html: str
    sender: str


def render_email(
    template: str, facts: Mapping[str, Any], *, to: str, subject: str, sender: str
) -> RenderedEmail:
    """Render `templates/mail/<template>` with the facts and the subject, as text and as HTML.

    It is written in the running locale: `use_locale` that of whom it is for, around the subject, too.
    """
    environment, context = current_app.jinja_env, {**facts, "subject": subject}
    text = environment.get_template(f"mail/{template}.txt").render(context).strip() + "\n"
    html = environment.get_template(f"mail/{template}.html").render(context)
    return RenderedEmail(template, to, subject, text, html, sender)


def send_rendered_email(
    email: RenderedEmail, *, entity: Any = None, dedupe_key: str | None = None
) -> Email | None:
    """Put the email into the tenant's outbox, as `send_email` does."""
    return send_email(
        email.kind,
        to=email.to,
        subject=email.subject,
        text=email.text,
        html=email.html,
        sender=email.sender,
        entity=entity,
        dedupe_key=dedupe_key,
    )


def resend_email(tenant_id: UUID, mail_id: UUID) -> None:
    """Queue an email once more; raises NotFoundError."""
    if queries.email(tenant_id, mail_id) is None:
        raise NotFoundError(_l("There is no such mail."))
    # Another id: a mailbox drops the second of two mails with the same one.
    enqueue("mail.send", {"mail_id": str(mail_id), "again": f".{token(9)}"})


@task("mail.send", transactional=False, priority=MAIL)
def deliver_email(payload: dict[str, Any]) -> Callable[[], None] | None:
    """Hand one email to the provider; returns what notes that it went."""
    tenant_id = scope_tenant()
    mail_id = UUID(payload["mail_id"])
    try:
        draft = asked_draft(tenant_id, mail_id)
    except Reject as error:
        _give_up(tenant_id, mail_id, error.message)
        raise GiveUpError(error.message) from error
    with tenant_scope(tenant_id, readonly=True):
        email = queries.email(tenant_id, mail_id)
        if email is None:
            return None
        mark_values: dict[str, str] = {}
        config, number = current_app.config["MTC"], f"{email.id}{payload.get('again', '')}"
        message = Message(
            to=email.recipient,
            subject=_one_line(draft.subject) if draft is not None else email.subject,
            text=_filled(email, draft.text if draft is not None else email.body_text, str, mark_values),
            html=_filled(email, draft.html if draft is not None else email.body_html, escape, mark_values),
            **headers_of(email.sender, config.mail_from, number),
        )
        listed = _list_headers(mark_values)
        store = own_sender(email.sender)
        own = headers_of(email.sender, config.mail_from, number, store, aligned=bool(config.mail_spf))
        message = replace(message, headers={**message.headers, **listed})
        own["headers"] |= listed
    try:
        provider_id = _hand_over(message, replace(message, **own) if store is not None else None)[:200]
    except Exception as error:
        for_good = isinstance(error, ValidationError) or (isinstance(error, MailError) and error.permanent)
        if for_good:
            _give_up(tenant_id, mail_id, str(error))
            raise GiveUpError(str(error)) from error
        with unit_of_work():
            _note(tenant_id, mail_id, {"status": "failed", "error": f"{str(error)[:400]} {TRIED_AGAIN}"})
        raise
    sent = {"status": "sent", "provider_id": provider_id, "error": "", "sent_at": clock.now()}

    def note_sent() -> None:
        _note(tenant_id, mail_id, sent)
        if is_hooked(MailSent.hook):
            emit(MailSent(entity_id=mail_id, kind=email.kind))

    return note_sent


def _give_up(tenant_id: UUID, mail_id: UUID, reason: str) -> None:
    """Note that an email is not sent again."""
    with unit_of_work():
        _note(tenant_id, mail_id, {"status": "failed", "error": f"{reason[:400]} {NO_USE}"})
        email = queries.email(tenant_id, mail_id) if is_hooked(MailFailed.hook) else None
        if email is not None:
            emit(MailFailed(entity_id=mail_id, kind=email.kind, reason=reason[:400]))


def _one_line(subject: str) -> str:
    return " ".join(strip_invisible(subject, multiline=False).split())[:300]


def _hand_over(message: Message, own: Message | None) -> str:
    """Send it from the store's own address if there is one, whose refusal must not cost a buyer the goods.

    A mail server may not send for every domain: then the email leaves from the platform's address.
    """
    if own is not None:
        try:
            return ports.mail.send(own)
        except ValidationError:
            log.warning("the own address %s cannot be used", own.from_)
        except MailError as error:
            if not error.permanent:
                raise
            log.warning("the mail server does not take %s: %s", own.from_, error)
    return ports.mail.send(message)


def _list_headers(mark_values: Mapping[str, str]) -> dict[str, str]:
    """For an email that can be left, the headers that let mail programs do it with one press (RFC 8058)."""
    for mark, url in mark_values.items():
        if url and mark.startswith("[[unsubscribe:"):
            return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return {}


def _filled(email: Email, text: str, write: Callable[[str], str], mark_values: dict[str, str]) -> str:
    """The text with what its marks stand for, looked up once each; one that nobody knows stays as it is."""

    def value(mark: re.Match[str]) -> str:
        lookup = email_secrets.find(mark["name"])
        if lookup is None:
            return mark[0]
        if mark[0] not in mark_values:
            mark_values[mark[0]] = lookup(email, UUID(mark["id"]))
        return write(mark_values[mark[0]])

    return _MARK.sub(value, text)


def purge_emails() -> int:
    """Delete the tenant's emails that belong to no order, some months after they were sent or given up.

    Anybody can cause them, with a forgotten password; those of orders stay with the orders.
    """
    return purge_rows(
        Email,
        Email.tenant_id == scope_tenant(),
        Email.created_at < clock.now() - KEEP_EMAILS,
        Email.status != "queued",
        Email.entity_type != "order",
    )


def _note(tenant_id: UUID, mail_id: UUID, values: dict[str, Any]) -> None:
    session.execute(
        update(Email)
        .where(Email.tenant_id == tenant_id, Email.id == mail_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
