"""Own From address of an email, looked up at the moment when it is sent."""

from __future__ import annotations

import logging

from mtc.core.crypto import SealError, open_sealed
from mtc.emails.registry import StoreSender, store_sender
from mtc.infra.mail import DkimKey
from mtc.senders import queries
from mtc.senders.models import PLACE

log = logging.getLogger(__name__)


@store_sender
def sender_for(store_email: str) -> StoreSender | None:
    """The verified own address of the running tenant's store with that address for shoppers, or None."""
    row = queries.verified_sender(store_email)
    if row is None:
        return None
    try:
        key = open_sealed(row.private_key, tenant_id=row.tenant_id, row_id=row.id, **PLACE)
    except SealError:
        log.exception("the key of the sender %s does not open", row.id)
        return None
    return StoreSender(row.address, DkimKey(row.domain, row.selector, key))
