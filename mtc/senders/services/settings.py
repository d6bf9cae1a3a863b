"""Setting and removing the address that a store wants its mail to come from."""

from __future__ import annotations

import string
from uuid import UUID

from flask import current_app

from mtc.core import clock
from mtc.core.crypto import seal
from mtc.core.db import scope_tenant, session
from mtc.core.domain_names import ascii_domain
from mtc.core.errors import ConflictError, NotFoundError
from mtc.core.events import emit
from mtc.core.hook_calls import run_before
from mtc.core.i18n import _l
from mtc.core.ids import letters, token, uuid7
from mtc.core.row_locking import insert_once
from mtc.infra.mail.dkim import new_key
from mtc.senders import queries
from mtc.senders.events import MailSenderChanged, MailSenderRemoved
from mtc.senders.hooks import SenderDraft, SenderView
from mtc.senders.models import PLACE, MailSender
from mtc.senders.services.allowed_addresses import OwnAddress, own_address
from mtc.senders.services.dns_checks import ask_check

_SMALL = string.ascii_lowercase + string.digits
_BUSY = _l("The address is being set at this moment. Try again.")


def platform_names() -> tuple[str, ...]:
    """The host and the mail domain of the platform, which no store may send from."""
    config = current_app.config["MTC"]
    domain = config.mail_from.rstrip(">").rpartition("@")[2]
    return config.platform_host, ascii_domain(domain)


def set_sender(store_id: UUID, text: str) -> MailSender:
    """Want the store's mail to come from this address, and have its domain looked at.

    Another address of the same domain keeps what was verified; another domain gets a key and a token of its
    own, and mail leaves from the platform's address until that is verified. Raises ValidationError.
    """
    text = run_before("before_mail_sender_change", SenderDraft(store_id, text)).address
    address = own_address(text, platform_names())
    row = queries.sender_of_store(store_id)
    if row is not None and row.domain == address.domain:
        if row.address != address.address:
            row.address = address.address
            row.updated_at = clock.now()
            session.flush()
            emit(MailSenderChanged(entity_id=row.id, address=row.address))
        return row
    if row is None:
        row = MailSender(id=uuid7(), tenant_id=scope_tenant(), store_id=store_id)
        _renew(row, address)
        if not insert_once(row, _BUSY):
            raise ConflictError(_BUSY)
    else:
        _renew(row, address)
        session.flush()
    emit(MailSenderChanged(entity_id=row.id, address=row.address))
    ask_check(row)
    return row


def _renew(row: MailSender, address: OwnAddress) -> None:
    """A key and a token that nobody has seen: what stands in DNS for a former domain proves nothing here."""
    private, row.public_key = new_key()
    row.private_key = seal(private, tenant_id=row.tenant_id, row_id=row.id, **PLACE)
    row.address, row.domain = address.address, address.domain
    row.token, row.selector = token(24), f"mtc-{letters(8, _SMALL)}"
    row.status, row.results = "pending", []
    row.set_at = clock.now()
    row.asked_at = row.checked_at = row.check_at = row.verified_at = row.failing_since = None
    row.updated_at = row.set_at


def drop_sender(store_id: UUID) -> None:
    """Let the store's mail come from the platform's address again; raises NotFoundError."""
    row = _existing(store_id)
    run_before("before_mail_sender_remove", SenderView(store_id, row.address))
    emit(MailSenderRemoved(entity_id=row.id, address=row.address))
    session.delete(row)
    session.flush()


def check_again(store_id: UUID) -> None:
    """Have the domain of the store's own address looked at now; raises NotFoundError."""
    ask_check(_existing(store_id))


def _existing(store_id: UUID) -> MailSender:
    row = queries.sender_of_store(store_id)
    if row is None:
        raise NotFoundError(_l("This store has no address of its own to send from."))
    return row
