"""Access to delivered items: for the browser that placed the order, or one that entered a mailed code.

The secret link alone opens the order, not its keys: links are forwarded and kept in histories.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, update

from mtc.core import clock, security_log
from mtc.core.crypto import keyed_hash, keyed_hashes, open_sealed, seal, verify_hash
from mtc.core.db import commit_batch, scope_tenant
from mtc.core.events import emit
from mtc.core.i18n import _l
from mtc.core.ids import token, uuid7
from mtc.core.retention import purge_rows
from mtc.core.row_locking import insert_once, matched_rows
from mtc.orders.events import OrderDevicesForgotten, OrderUnlocked
from mtc.orders.models import CODE, Order, OrderCode, OrderDevice
from mtc.orders.queries import access as queries
from mtc.orders.services.hook_views import ask_about_order

DEVICE_DAYS, CODE_MINUTES, TRIES, DIGITS = 90, 10, 5, 6
_DEVICE = "order.device"
_BUSY = _l("Another code is being sent at this moment. Try again.")


def new_device() -> str:
    """Return the cookie for a browser without access yet."""
    return token(24)


def is_known_device(order: Order, device: str) -> bool:
    """Return whether the browser that keeps this text may see what the order delivered."""
    return bool(device) and queries.is_known(order.id, keyed_hashes(device, _DEVICE), clock.now())


def remember_device(order: Order, device: str) -> None:
    """Let the browser that keeps this text see what the order delivered, for 90 days from now."""
    until = clock.now() + timedelta(days=DEVICE_DAYS)
    mark = keyed_hash(device, _DEVICE)
    mine = (
        OrderDevice.tenant_id == scope_tenant(),
        OrderDevice.order_id == order.id,
        OrderDevice.token_hash == mark,
    )
    if not matched_rows(update(OrderDevice).where(*mine).values(expires_at=until)):
        row = OrderDevice(tenant_id=scope_tenant(), order_id=order.id, token_hash=mark, expires_at=until)
        insert_once(row, _BUSY)


def forget_devices(order: Order) -> int:
    """Ask every browser for a code again; returns how many were known. Raises Reject."""
    ask_about_order("before_order_devices_forget", order)
    gone = matched_rows(delete(OrderDevice).where(_of(OrderDevice, order)))
    forget_code(order)
    if gone:
        emit(OrderDevicesForgotten(entity_id=order.id, devices=gone))
    return gone


def forget_code(order: Order) -> None:
    """Invalidate the mailed code; the address it went to may no longer be the order's."""
    matched_rows(delete(OrderCode).where(_of(OrderCode, order)))


def new_code(order: Order) -> None:
    """Put a new code on the order; the one before is worth nothing. The mail fills it in."""
    # The row is new each time, so that the code is sealed for it and its tries begin at nothing.
    forget_code(order)
    row_id, code = uuid7(), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    row = OrderCode(
        id=row_id,
        tenant_id=order.tenant_id,
        order_id=order.id,
        code=seal(code, tenant_id=order.tenant_id, table="order_codes", column="code", row_id=row_id),
        code_hash=keyed_hash(code, CODE),
        expires_at=clock.now() + timedelta(minutes=CODE_MINUTES),
    )
    insert_once(row, _BUSY)


def code_in_clear(order_id: UUID) -> str:
    """Return the code of an order for its mail; nothing once it was used or has run out."""
    row = queries.code_of(order_id)
    if row is None or row.used_at is not None or row.expires_at <= clock.now():
        return ""
    return open_sealed(row.code, tenant_id=row.tenant_id, table="order_codes", column="code", row_id=row.id)


def redeem_code(order: Order, code: str) -> bool:
    """Return whether this is the order's code; a right one is used up with that.

    Each try is counted and committed before it is compared: of many at once no more than five are looked at,
    and an answer that is refused takes no try back.
    """
    ask_about_order("before_order_unlock", order)
    live = (_of(OrderCode, order), OrderCode.used_at.is_(None), OrderCode.expires_at > clock.now())
    counted = matched_rows(
        update(OrderCode).where(*live, OrderCode.tries < TRIES).values(tries=OrderCode.tries + 1)
    )
    row = queries.code_of(order.id) if counted else None
    mark = row.code_hash if row is not None else keyed_hash("", CODE)
    commit_batch()
    right = verify_hash("".join(code.split()), CODE, mark) and row is not None
    if right:
        used = update(OrderCode).where(*live, OrderCode.code_hash == mark).values(used_at=clock.now())
        right = matched_rows(used) == 1
    if right:
        security_log.note("order.unlocked", kind="order", account=str(order.id))
        emit(OrderUnlocked(entity_id=order.id))
    else:
        security_log.refuse("order.code_refused", kind="order", account=str(order.id))
    return right


def has_live_code(order: Order) -> bool:
    """Return whether a code is on its way to the buyer."""
    row = queries.code_of(order.id)
    return row is not None and row.used_at is None and row.expires_at > clock.now() and row.tries < TRIES


def purge_access() -> None:
    """Delete what has run out."""
    for model in (OrderDevice, OrderCode):
        purge_rows(model, model.tenant_id == scope_tenant(), model.expires_at <= clock.now())


def _of(model: type[OrderDevice] | type[OrderCode], order: Order) -> ColumnElement[bool]:
    return and_(model.tenant_id == scope_tenant(), model.order_id == order.id)
