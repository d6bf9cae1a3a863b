"""Ten codes on paper for the day when the app and the passkeys are out of reach."""

from __future__ import annotations

import base64
import hashlib
import secrets
from uuid import UUID

from sqlalchemy import delete, update

from mtc.core import clock
from mtc.core.db import session
from mtc.core.row_locking import matched_rows
from mtc.identity.models import RecoveryCode

COUNT, FEW = 10, 3
_BYTES, _GROUP = 15, 4  # 120 bits, so that a plain hash is enough (ASVS 5.0 V6.5.2)


def new_codes(user_id: UUID) -> list[str]:
    """Ten new codes; those of before are worth nothing from now on. Only their hashes are kept."""
    forget_codes(user_id)
    codes = [base64.b32encode(secrets.token_bytes(_BYTES)).decode().lower() for _ in range(COUNT)]
    session.add_all(RecoveryCode(user_id=user_id, code_hash=_hash(user_id, code)) for code in codes)
    session.flush()
    return ["-".join(code[n : n + _GROUP] for n in range(0, len(code), _GROUP)) for code in codes]


def forget_codes(user_id: UUID) -> None:
    """Take all codes of the user away."""
    matched_rows(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def use_code(user_id: UUID, code: str) -> bool:
    """Use up one of the user's codes; return whether it was one."""
    taken = matched_rows(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == _hash(user_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
    )
    return taken == 1


def _hash(user_id: UUID, code: str) -> str:
    plain = "".join(c for c in code.lower() if c.isascii() and c.isalnum())
    return hashlib.sha256(f"recovery code {user_id} {plain}".encode()).hexdigest()
