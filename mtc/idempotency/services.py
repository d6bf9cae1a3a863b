"""Requests that count once: the first answer is kept with its effects and given again."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update

from mtc.core import clock
from mtc.core.crypto import keyed_hash, open_sealed, seal, verify_hash
from mtc.core.db import scope_tenant, session
from mtc.core.errors import BusyError, ConflictError, UnprocessableError
from mtc.core.ids import uuid7
from mtc.core.retention import purge_rows
from mtc.core.row_locking import insert_once
from mtc.idempotency import queries
from mtc.idempotency.models import IdempotencyKey

KEPT = timedelta(hours=24)
_BODY = "idempotency body"
_TABLE = IdempotencyKey.__tablename__
_RUNNING = "A request with this Idempotency-Key is under way. Send it again in a moment, unchanged."
_OTHER = (
    "This Idempotency-Key was used for another request. Take a new key for each request, and the same one"
    " only to send a request again."
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was given. `nonce` is that of the page it was for, which a later page replaces."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes
    nonce: str = ""


def begin_once(scope: Sequence[str], key: str, sent: bytes) -> IdempotencyKey | Answer:
    """The row that will keep the answer, or the answer that the same request had.

    `scope` says whose key it is and where it was sent: nobody else's answer can be found with it. `sent`
    is all that the request asks for. Must come first in the transaction. Raises UnprocessableError (the
    key stands for another request) and BusyError (that one is under way for longer than 3 s).
    """
    tenant_id, now = scope_tenant(), clock.now()
    row = IdempotencyKey(
        id=uuid7(),
        tenant_id=tenant_id,
        scope=_digest("\0".join(scope).encode(errors="surrogatepass")),
        key_hash=_digest(key.encode()),
        body_hash=keyed_hash(_digest(sent), _BODY),  # it may be short, and a key that is for sale
        expires_at=now + KEPT,
    )
    try:
        if insert_once(row, _RUNNING):
            return row
    except ConflictError as error:
        raise BusyError(error.message) from error
    existing = queries.idempotency_key(row.scope, row.key_hash)
    if existing is None:
        raise BusyError(_RUNNING)
    if existing.expires_at <= now:
        return _take_over(existing, row)
    if not verify_hash(_digest(sent), _BODY, existing.body_hash):
        raise UnprocessableError(_OTHER)
    if existing.answer is None:
        raise BusyError(_RUNNING)
    return _read(existing)


def _digest(data: bytes) -> str:
    """A hash without a secret, which is found again when MTC_SECRET_KEY has changed."""
    return hashlib.sha256(data).hexdigest()


def _take_over(existing: IdempotencyKey, fresh: IdempotencyKey) -> IdempotencyKey:
    """The row has served its time and is used anew, by one of those who find it so."""
    statement = (
        update(IdempotencyKey)
        .where(
            IdempotencyKey.tenant_id == existing.tenant_id,
            IdempotencyKey.id == existing.id,
            IdempotencyKey.expires_at == existing.expires_at,
        )
        .values(body_hash=fresh.body_hash, answer=None, expires_at=fresh.expires_at)
        .returning(IdempotencyKey.id)
        .execution_options(synchronize_session=False)
    )
    if session.execute(statement).first() is None:
        raise BusyError(_RUNNING)
    session.refresh(existing)
    return existing


def keep_answer(row: IdempotencyKey, answer: Answer) -> None:
    """Store the answer. It is sealed: it may hold a cookie, or the secret link of an order."""
    body = base64.b64encode(answer.body).decode()
    plain = json.dumps([answer.status, list(answer.headers), body, answer.nonce])
    row.answer = seal(plain, tenant_id=row.tenant_id, table=_TABLE, column="answer", row_id=row.id)
    session.flush()


def _read(row: IdempotencyKey) -> Answer:
    sealed = row.answer or ""
    plain = open_sealed(sealed, tenant_id=row.tenant_id, table=_TABLE, column="answer", row_id=row.id)
    status, headers, body, nonce = json.loads(plain)
    return Answer(status, [(name, value) for name, value in headers], base64.b64decode(body), nonce)


def purge_answers() -> int:
    """Delete what has served its time; needs a platform scope."""
    return purge_rows(IdempotencyKey, IdempotencyKey.expires_at <= clock.now())
