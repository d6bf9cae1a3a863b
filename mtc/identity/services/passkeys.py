"""Passkeys (WebAuthn level 3): registering them, and logging in with them as first or as second step.

The relying party is the stored public address of the platform, never what a request says about itself.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.exceptions import UnsupportedAlgorithm
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from mtc.core import clock
from mtc.core.db import commit_batch, savepoint, session
from mtc.core.errors import ConflictError, NotFoundError, UnauthorizedError, ValidationError
from mtc.core.i18n import _l
from mtc.core.normalization import strip_invisible
from mtc.core.row_locking import matched_rows
from mtc.identity.models import Passkey, User
from mtc.identity.queries import factors as queries
from mtc.identity.services.factors import changed, changing, first_codes
from mtc.identity.services.security_notifications import notify_user
from mtc.identity.services.webauthn_challenges import ENROL, FIRST, SECOND, new_challenge, take_challenge

MOST, LARGEST = 20, 20_000
REFUSED = _l("This passkey was not accepted. Try again, or log in another way.")
_ID = re.compile(r"[A-Za-z0-9_-]{1,1400}")  # base64url, and nothing that a database cannot even look for
# What reading bytes of strangers may end in; each means that they are no passkey's.
_BROKEN = (
    WebAuthnException, UnsupportedAlgorithm, ArithmeticError, AttributeError, EOFError, LookupError,
    RecursionError, TypeError, ValueError,
)  # fmt: skip
_NO_NAME = _l("Give the passkey a name of at most 60 characters.")


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Relying party: the domain that keys are bound to, and the one origin where they may be used."""

    id: str
    origin: str

    @classmethod
    def of(cls, public_url: str) -> RelyingParty:
        """The relying party of the platform's stored address."""
        parts = urlsplit(public_url)
        return cls(parts.hostname or "localhost", f"{parts.scheme}://{parts.netloc}".lower())


def enrolment_options(party: RelyingParty, user: User, holder: str) -> str:
    """Return the options to make a passkey, as JSON; `holder` is the browser's session."""
    existing = queries.passkeys_of(user.id)
    if len(existing) >= MOST:
        raise ConflictError(_l("You have %(most)s passkeys. Remove one first.", most=MOST))
    return options_to_json(
        generate_registration_options(
            rp_id=party.id,
            rp_name="MTC",
            user_id=user.id.bytes,
            user_name=user.email,
            user_display_name=user.name or user.email,
            challenge=new_challenge(holder, ENROL),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED,
                user_verification=UserVerificationRequirement.PREFERRED,
            ),
            exclude_credentials=_described(existing),
        )
    )


def enrol_passkey(
    party: RelyingParty, user_id: UUID, holder: str, name: str, credential: str, place: str = ""
) -> tuple[User, list[str]]:
    """Keep a new passkey; returns the user and, with the first factor, ten recovery codes.

    Raises ValidationError for a name or an answer that will not do, ConflictError for a known key.
    """
    name = " ".join(strip_invisible(name, multiline=False).split())
    if not 1 <= len(name) <= 60:
        raise ValidationError(_NO_NAME, {"name": [_NO_NAME]})
    answer = _read(credential)
    challenge = _challenge(answer, holder, ENROL)
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
        )
    except _BROKEN as error:
        raise ValidationError(REFUSED) from error
    user = changing(user_id)
    if len(queries.passkeys_of(user_id)) >= MOST:
        raise ConflictError(_l("You have %(most)s passkeys. Remove one first.", most=MOST))
    codes = first_codes(user)
    _keep(user_id, name, answer, made)
    changed(user, f"The passkey “{name}” was added to your account.", place)
    return user, codes


def _keep(user_id: UUID, name: str, answer: dict[str, Any], made: Any) -> None:
    row = Passkey(
        user_id=user_id,
        name=name,
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=bytes_to_base64url(made.credential_public_key),
        sign_count=made.sign_count,
        transports=_transports(answer),
        backed_up=made.credential_backed_up,
    )
    try:
        with savepoint():
            session.add(row)
    except IntegrityError:
        raise ConflictError(_l("This passkey is registered already.")) from None


def rename_passkey(user_id: UUID, passkey_id: UUID, name: str) -> None:
    """Give a passkey another name; raises ValidationError and NotFoundError."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 60:
        raise ValidationError(_NO_NAME, {"name": [_NO_NAME]})
    done = matched_rows(
        update(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id).values(name=name)
    )
    if done != 1:
        raise NotFoundError(_l("There is no such passkey."))


def first_options(party: RelyingParty, holder: str) -> str:
    """Return the options to log in without a password; they name nobody, so they disclose nobody's keys."""
    return options_to_json(
        generate_authentication_options(
            rp_id=party.id,
            challenge=new_challenge(holder, FIRST),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def second_options(party: RelyingParty, user: User, holder: str) -> str:
    """Return the options to show a passkey after the password."""
    return options_to_json(
        generate_authentication_options(
            rp_id=party.id,
            challenge=new_challenge(holder, SECOND),
            allow_credentials=_described(queries.passkeys_of(user.id)),
            user_verification=UserVerificationRequirement.PREFERRED,
        )
    )


def accept_passkey(
    party: RelyingParty, holder: str, credential: str, *, purpose: str, user_id: UUID | None = None
) -> Passkey:
    """The passkey that answered this browser's challenge; as a first step it has verified its owner.

    Every cause of a refusal is the same UnauthorizedError.
    """
    try:
        answer = _read(credential)
        challenge = _challenge(answer, holder, purpose)
    except ValidationError as error:
        raise UnauthorizedError(REFUSED) from error
    shown_id = answer.get("id")
    known_form = isinstance(shown_id, str) and _ID.fullmatch(shown_id)
    row = queries.passkey_by_credential(known_form[0]) if known_form else None
    handle = answer["response"].get("userHandle")
    if row is None or (user_id is not None and row.user_id != user_id):
        raise UnauthorizedError(REFUSED)
    if purpose == FIRST and handle != bytes_to_base64url(row.user_id.bytes):
        raise UnauthorizedError(REFUSED)
    shown = _verified(party, row, answer, challenge, purpose == FIRST)
    if shown is None:
        raise UnauthorizedError(REFUSED)
    last_count = row.sign_count
    if (shown or last_count) and shown <= last_count:
        notify_user(
            row.user_id,
            f"The passkey “{row.name}” seems to have a copy: its counter went back. Remove it.",
        )
        commit_batch()
        raise UnauthorizedError(REFUSED)
    if not _count(row.id, last_count, shown):
        raise UnauthorizedError(REFUSED)
    return row


def _verified(
    party: RelyingParty, row: Passkey, answer: dict[str, Any], challenge: bytes, verified: bool
) -> int | None:
    """The counter of an answer that is right in everything else, which the caller has to look at."""
    try:
        return verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=base64url_to_bytes(row.public_key),
            credential_current_sign_count=-1,
            require_user_verification=verified,
        ).new_sign_count
    except _BROKEN:
        return None


def _count(passkey_id: UUID, last_count: int, shown: int) -> bool:
    """Note the key's counter; False when another answer was counted meanwhile."""
    done = matched_rows(
        update(Passkey)
        .where(Passkey.id == passkey_id, Passkey.sign_count == last_count)
        .values(sign_count=shown, last_used_at=clock.now())
    )
    return done == 1


def _read(credential: str) -> dict[str, Any]:
    """The browser's answer; raises ValidationError for what is none."""
    try:
        answer = json.loads(credential) if len(credential) <= LARGEST else None
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict) or not isinstance(answer.get("response"), dict):
        raise ValidationError(REFUSED)
    return answer


def _challenge(answer: dict[str, Any], holder: str, purpose: str) -> bytes:
    """The challenge in the answer, if it was given to this browser for this purpose and not answered yet."""
    try:
        said = parse_client_data_json(base64url_to_bytes(answer["response"]["clientDataJSON"])).challenge
    except _BROKEN as error:
        raise ValidationError(REFUSED) from error
    if not holder or not take_challenge(said, holder, purpose):
        raise ValidationError(REFUSED)
    return said


def _described(passkeys: Any) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(passkey.credential_id),
            transports=[AuthenticatorTransport(name) for name in passkey.transports or []] or None,
        )
        for passkey in passkeys
    ]


def _transports(answer: dict[str, Any]) -> list[str]:
    transports = answer["response"].get("transports")
    supported = {transport.value for transport in AuthenticatorTransport}
    return (
        [name for name in transports if isinstance(name, str) and name in supported]
        if isinstance(transports, list)
        else []
    )
