"""The store's own From address: what has to stand in DNS, what was found, and looking again."""

from __future__ import annotations

from typing import Any

from flask import Response

from mtc.api.v1.blueprint import v1
from mtc.api.v1.endpoint import always, closed, endpoint
from mtc.api.v1.schemas import FLAG, MAYBE_MOMENT, MAYBE_TEXT, TEXT, moment, texts
from mtc.api.v1.settings import store
from mtc.core.db import scope_tenant
from mtc.core.i18n import _l
from mtc.senders import queries
from mtc.senders.presenters import SenderView, sender_view
from mtc.senders.services import check_again, drop_sender, set_sender
from mtc.web.access import for_programs
from mtc.web.audited import audited
from mtc.web.envelope import ok
from mtc.web.rate_limits import limit

TIMES, SECONDS = 20, 3600
_RECORD = always(
    key=TEXT, label=TEXT, type=TEXT, name=TEXT, value=TEXT,
    state=texts(("", "found", "missing", "differs", "unknown")),
    found={"type": "array", "items": TEXT}, note=TEXT,
)  # fmt: skip
MAIL_SENDER = always(
    address=MAYBE_TEXT, domain=MAYBE_TEXT, status=texts(("none", "pending", "verified", "lapsed")),
    checking=FLAG, checked_at=MAYBE_MOMENT, verified_at=MAYBE_MOMENT, failing_since=MAYBE_MOMENT,
    records={"type": "array", "items": _RECORD},
)  # fmt: skip


@v1.get("/mail-sender")
@for_programs("settings:read")
@endpoint(MAIL_SENDER)
def mail_sender() -> Response:
    """The store's own From address with the records that its domain needs, and what was found of them."""
    return ok(_shape(sender_view(store().id)))


@v1.post("/mail-sender")
@for_programs("settings:write", idempotent=True)
@endpoint(MAIL_SENDER, body=closed({"address": {**TEXT, "maxLength": 254}}, required=("address",)))
@audited(_l("Changed the address that mail comes from"))
def set_mail_sender(body: dict[str, Any]) -> Response:
    """Set the address, whose domain is then looked at; an empty one: that of the platform."""
    limit("mail-sender", str(scope_tenant()), TIMES, SECONDS)
    if body["address"].strip():
        set_sender(store().id, body["address"])
    elif queries.sender_of_store(store().id) is not None:
        drop_sender(store().id)
    return ok(_shape(sender_view(store().id)))


@v1.post("/mail-sender/check")
@for_programs("settings:write", idempotent=True)
@endpoint(MAIL_SENDER, body=closed({}))
@audited(_l("Had the records of the mail's domain looked at"))
def check_mail_sender(body: dict[str, Any]) -> Response:
    """Have the records looked at now; `checking` is true until that is done."""
    del body
    limit("mail-sender", str(scope_tenant()), TIMES, SECONDS)
    check_again(store().id)
    return ok(_shape(sender_view(store().id)))


def _shape(view: SenderView | None) -> dict[str, Any]:
    if view is None:
        return {
            "address": None, "domain": None, "status": "none", "checking": False, "checked_at": None,
            "verified_at": None, "failing_since": None, "records": [],
        }  # fmt: skip
    return {
        "address": view.address,
        "domain": view.domain,
        "status": view.status,
        "checking": view.is_checking,
        "checked_at": moment(view.checked_at),
        "verified_at": moment(view.verified_at),
        "failing_since": moment(view.failing_since),
        "records": [
            {name: getattr(record, name) for name in _RECORD["properties"]} for record in view.records
        ],
    }
