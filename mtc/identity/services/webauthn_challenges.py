"""Challenges of passkeys: kept here, bound to one browser and one purpose, and answered once."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import delete

from mtc.core import clock
from mtc.core.crypto import keyed_hash
from mtc.core.db import commit_batch, session
from mtc.core.retention import purge_rows
from mtc.core.row_locking import matched_rows
from mtc.identity.models import WebAuthnChallenge

SECONDS = 300
ENROL, FIRST, SECOND = "enrol", "first", "second"


def new_challenge(holder: str, purpose: str) -> bytes:
    """256 random bits; `holder` is the secret that the browser's cookie carries."""
    challenge = secrets.token_bytes(32)
    session.add(
        WebAuthnChallenge(
            challenge_hash=_hash(challenge),
            holder_hash=keyed_hash(holder, "passkey holder"),
            purpose=purpose,
            expires_at=clock.now() + timedelta(seconds=SECONDS),
        )
    )
    session.flush()
    return challenge


def take_challenge(challenge: bytes, holder: str, purpose: str) -> bool:
    """Use up the challenge; return whether this browser was given it for this purpose.

    That is committed at once: an answer that is refused afterwards has used its challenge up as well.
    """
    taken = matched_rows(
        delete(WebAuthnChallenge).where(
            WebAuthnChallenge.challenge_hash == _hash(challenge),
            WebAuthnChallenge.holder_hash == keyed_hash(holder, "passkey holder"),
            WebAuthnChallenge.purpose == purpose,
            WebAuthnChallenge.expires_at > clock.now(),
        )
    )
    is_valid = taken == 1
    commit_batch()
    return is_valid


def purge_challenges() -> None:
    """Delete what nobody answered; needs a platform scope."""
    purge_rows(WebAuthnChallenge, WebAuthnChallenge.expires_at <= clock.now())


def _hash(challenge: bytes) -> str:
    return keyed_hash(challenge.hex(), "passkey challenge")
