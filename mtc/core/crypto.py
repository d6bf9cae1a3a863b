"""Secrets at rest, keyed hashes and signed tokens, all from one ring of keys."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mtc.core import clock
from mtc.core.encrypted_columns import check_place
from mtc.core.errors import AppError, GoneError, ValidationError
from mtc.core.i18n import _l


@dataclass(frozen=True)
class Keyring:
    """Keys by id; the first one seals, every one opens. `secret` feeds hashes and signatures.

    What the `former` secret signed or hashed still counts; it signs and hashes nothing any more.
    """

    keys: dict[str, bytes]
    secret: bytes
    former: bytes = b""

    @classmethod
    def parse(cls, text: str, secret: str, former: str = "") -> Keyring:
        """Read `id:base64key,id:base64key` (32-byte keys, newest first); raises ValueError."""
        keys = {}
        for part in filter(None, (p.strip() for p in text.split(","))):
            name, _, value = part.partition(":")
            try:
                key = base64.b64decode(value, validate=True)
            except binascii.Error:
                key = b""
            if len(key) != 32 or not name.isalnum():
                raise ValueError(
                    "MTC_KEYRING is id:key,…, each key 32 bytes in base64 (`mtc keys new` makes one)"
                )
            keys[name] = key
        if not keys or len(secret) < 32:
            raise ValueError("MTC_KEYRING needs a key, and MTC_SECRET_KEY at least 32 characters")
        return cls(keys, secret.encode(), former.encode())

    @property
    def newest(self) -> str:
        """The id of the key that seals."""
        return next(iter(self.keys))

    def texts(self) -> dict[str, str]:
        """The ring as `parse` reads it: `secret_key` and `keyring`."""
        written = ",".join(f"{name}:{base64.b64encode(key).decode()}" for name, key in self.keys.items())
        return {
            "secret_key": self.secret.decode(),
            "secret_key_old": self.former.decode(),
            "keyring": written,
        }

    def fingerprints(self) -> dict[str, str]:
        """Return fingerprints of the keys by id, and of the secrets under "" and "former secret"."""
        every = {**self.keys, "": self.secret, **({"former secret": self.former} if self.former else {})}
        return {
            name: hmac.new(key, b"fingerprint", hashlib.sha256).hexdigest()[:16]
            for name, key in every.items()
        }


_ring: Keyring | None = None
_news: Callable[[], Keyring | None] | None = None


class SealError(AppError):
    """A sealed value does not open here: it was moved, altered, or its key is gone."""

    code = "seal_broken"


def set_keyring(ring: Keyring, news: Callable[[], Keyring | None] | None = None) -> None:
    """Use this ring in the whole process; `news` is asked each time for a ring that took its place."""
    global _ring, _news
    _ring, _news = ring, news


def keyring() -> Keyring:
    """The ring of the process; raises RuntimeError before one was set."""
    global _ring
    fresh = _news() if _news is not None else None
    if fresh is not None:
        _ring = fresh
    if _ring is None:
        raise RuntimeError("no keyring is set")
    return _ring


def _place(tenant_id: UUID | None, table: str, column: str, row_id: UUID) -> bytes:
    return f"{tenant_id or '-'}|{table}|{column}|{row_id}".encode()


def seal(text: str, *, tenant_id: UUID | None, table: str, column: str, row_id: UUID) -> str:
    """Encrypt for one place: AES-256-GCM with tenant, table, column and row as associated data.

    Raises ValueError for a column that is not declared as one of sealed texts (mtc.core.encrypted_columns).
    """
    return Sealer(tenant_id=tenant_id, table=table, column=column).seal(text, row_id)


class Sealer:
    """Seals many texts for the rows of one column of a tenant, with the ring of the moment it was made."""

    def __init__(self, *, tenant_id: UUID | None, table: str, column: str) -> None:
        check_place(table, column)
        ring = keyring()
        self._name, self._box = ring.newest, AESGCM(ring.keys[ring.newest])
        self._place = (tenant_id, table, column)

    def seal(self, text: str, row_id: UUID) -> str:
        """Return the text sealed for this row."""
        nonce = os.urandom(12)
        box = self._box.encrypt(nonce, text.encode(), _place(*self._place, row_id))
        return f"{self._name}:{base64.b64encode(nonce + box).decode()}"


def open_sealed(sealed: str, *, tenant_id: UUID | None, table: str, column: str, row_id: UUID) -> str:
    """Decrypt what was sealed for exactly this place; raises SealError."""
    name, _, value = sealed.partition(":")
    key = keyring().keys.get(name)
    if key is None:
        raise SealError("The key that this value was sealed with is not in MTC_KEYRING.")
    try:
        raw = base64.b64decode(value, validate=True)
        return AESGCM(key).decrypt(raw[:12], raw[12:], _place(tenant_id, table, column, row_id)).decode()
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise SealError("This value was sealed for another place.") from error


def keyed_hash(text: str, purpose: str) -> str:
    """HMAC-SHA-256 as hex: finds equal secrets without storing them; differs by purpose."""
    return _hash(keyring().secret, text, purpose)


def keyed_hashes(text: str, purpose: str) -> list[str]:
    """The keyed hash, and the one that the former secret made: whatever was stored is one of them."""
    ring = keyring()
    return [_hash(secret, text, purpose) for secret in (ring.secret, ring.former) if secret]


def hasher(purpose: str) -> Callable[[str], str]:
    """Return the function that makes keyed hashes of many texts with the secret of this moment."""
    return partial(_hash, keyring().secret, purpose=purpose)


def verify_hash(text: str, purpose: str, mark: str, length: int = 64) -> bool:
    """Return whether the mark is the beginning of the text's hash by the secret or the former one."""
    return any(same(made[:length], mark) for made in keyed_hashes(text, purpose))


def _hash(secret: bytes, text: str, purpose: str) -> str:
    message = f"{purpose}\0{text}".encode(errors="surrogatepass")
    return hmac.digest(secret, message, "sha256").hex()


def same(text: str, other: str) -> bool:
    """Compare secrets in constant time."""
    return hmac.compare_digest(text.encode(errors="surrogatepass"), other.encode(errors="surrogatepass"))


def sign(payload: dict[str, Any], purpose: str, seconds: int) -> str:
    """A URL-safe token that carries the payload, valid for so many seconds and this purpose only."""
    until = int((clock.now() + timedelta(seconds=seconds)).timestamp())
    raw = json.dumps([until, payload], separators=(",", ":"), sort_keys=True).encode()
    body = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    return f"{body}.{keyed_hash(body, 'sign:' + purpose)[:43]}"


def unsign(token: str, purpose: str) -> dict[str, Any]:
    """Read a signed token; raises ValidationError when forged and GoneError when it has run out."""
    body, _, mark = token.partition(".")
    if not verify_hash(body, "sign:" + purpose, mark, 43):
        raise ValidationError(_l("This link is not valid. Use the newest link that was sent to you."))
    until, payload = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    if until < clock.now().timestamp():
        raise GoneError(_l("This link has expired. Ask for a new one."))
    return dict(payload)
