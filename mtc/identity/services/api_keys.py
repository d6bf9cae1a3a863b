"""API keys: what a program shows instead of a log-in. The key is random and only its hash is stored."""

from __future__ import annotations

import hashlib
import re
import string
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import update

from mtc.core import clock
from mtc.core.crypto import same
from mtc.core.db import session
from mtc.core.ids import letters
from mtc.identity import queries
from mtc.identity.models import ApiKey

FORM = re.compile(r"(mtc_live_[a-z0-9]{8})_[A-Za-z0-9]{32}")
TOUCH_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Program:
    """Whose key it is, and what the program may do with it."""

    id: UUID
    tenant_id: UUID
    tenant_slug: str
    tenant_status: str
    name: str
    prefix: str
    permissions: frozenset[str]
    stale: bool = False


def new_key() -> tuple[str, str]:
    """A key that nobody has yet, with its prefix: mtc_live_<8>_<32>, some 190 random bits."""
    prefix = "mtc_live_" + letters(8, string.ascii_lowercase + string.digits)
    return f"{prefix}_{letters(32)}", prefix


def secret_hash(key: str) -> str:
    """Return the hash to store of a key; keys are long and random, so a plain hash cannot be reversed."""
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()


def find_program(key: str) -> Program | None:
    """The program of a key that is valid now; None for every other text. One statement; platform scope."""
    form = FORM.fullmatch(key)
    if form is None:
        return None
    row = queries.api_key_by_prefix(form[1])
    right = same(row.secret_hash if row is not None else secret_hash(""), secret_hash(key))
    now = clock.now()
    if row is None or not right or row.revoked_at is not None:
        return None
    if row.tenant_status == "deleted" or (row.expires_at is not None and row.expires_at <= now):
        return None
    return Program(
        id=row.id,
        tenant_id=row.tenant_id,
        tenant_slug=row.slug,
        tenant_status=row.tenant_status,
        name=row.name,
        prefix=row.prefix,
        permissions=frozenset(row.scopes or ()),
        stale=row.last_used_at is None or row.last_used_at + TOUCH_AFTER <= now,
    )


def touch_program(program: Program) -> None:
    """Remember that the key was used, to about five minutes."""
    statement = update(ApiKey).where(ApiKey.tenant_id == program.tenant_id, ApiKey.id == program.id)
    session.execute(statement.values(last_used_at=clock.now()).execution_options(synchronize_session=False))
