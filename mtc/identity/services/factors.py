"""The second factors of a person: what they have, for whom one is required, and every change to them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete

from mtc.core import security_log
from mtc.core.db import session
from mtc.core.errors import ConflictError, NotFoundError
from mtc.core.i18n import _l
from mtc.identity import queries
from mtc.identity.models import Passkey, TotpSecret, User
from mtc.identity.queries import factors as factor_queries
from mtc.identity.services.recovery_codes import forget_codes, new_codes
from mtc.identity.services.security_notifications import notify_user
from mtc.identity.services.totp import first_code, set_totp
from mtc.tenants.services.tenants import REQUIRE_SECOND_FACTOR

TOTP, PASSKEY, RECOVERY = "totp", "passkey", "recovery"
"""How a session may have been opened."""


@dataclass(frozen=True, slots=True)
class Factors:
    """Factors of a person; `required_by` says who asks for one, and is empty when nobody does."""

    totp: TotpSecret | None
    passkeys: Sequence[Passkey]
    codes_left: int
    required_by: str = ""

    @property
    def count(self) -> int:
        """Return how many factors there are; recovery codes are none, they only stand in for one."""
        return len(self.passkeys) + (self.totp is not None)


def factors_of(user: User) -> Factors:
    """Everything about the factors of a user. Platform scope."""
    return Factors(
        factor_queries.totp_of(user.id),
        factor_queries.passkeys_of(user.id),
        factor_queries.codes_left(user.id),
        required_by(user),
    )


def required_by(user: User) -> str:
    """Return who requires a second factor: the platform, or names of tenants; empty for nobody."""
    if user.is_super_admin:
        return "this platform"
    rows = factor_queries.settings_of_employers(user.id)
    return ", ".join(row.name for row in rows if (row.settings or {}).get(REQUIRE_SECOND_FACTOR))


def changing(user_id: UUID) -> User:
    """The user, locked until the transaction ends, so that two changes of factors see each other."""
    user = factor_queries.locked_user(user_id)
    if user is None:
        raise NotFoundError(_l("There is no such user."))
    return user


def changed(user: User, text: str, place: str) -> None:
    """After every change: all sessions of the person end, and the person is told."""
    user.auth_epoch += 1
    session.flush()
    security_log.note("factors.changed", kind="staff", account=str(user.id), why=text)
    notify_user(user.id, text, place=place)


def enrol_totp(user_id: UUID, secret: str, code: str, place: str = "") -> tuple[User, list[str]]:
    """Set an authenticator app up once it has shown a right code; that code is used up.

    Returns the user and, with the first factor, ten recovery codes. Raises ValidationError.
    """
    step = first_code(secret, code)
    user = changing(user_id)
    codes = first_codes(user)
    set_totp(user_id, secret, last_step=step)
    changed(user, "An authenticator app was set up for your account.", place)
    return user, codes


def first_codes(user: User) -> list[str]:
    """Recovery codes for somebody who sets up the first factor; later ones are asked for."""
    return [] if factor_queries.has_factor(user.id) else new_codes(user.id)


def remove_totp(user_id: UUID, place: str = "") -> User:
    """Take the authenticator app away; raises ConflictError where it is the last factor that is needed."""
    user = changing(user_id)
    totp = factor_queries.totp_of(user_id)
    if totp is None:
        raise NotFoundError(_l("There is no authenticator app to remove."))
    _may_go(user)
    session.delete(totp)
    session.flush()
    _removed(user, "The authenticator app was removed from your account.", place)
    return user


def remove_passkey(user_id: UUID, passkey_id: UUID, place: str = "") -> User:
    """Take a passkey away; raises NotFoundError, and ConflictError for the last factor that is needed."""
    user = changing(user_id)
    passkey = next(
        (candidate for candidate in factor_queries.passkeys_of(user_id) if candidate.id == passkey_id), None
    )
    if passkey is None:
        raise NotFoundError(_l("There is no such passkey."))
    _may_go(user)
    session.delete(passkey)
    session.flush()
    _removed(user, f"The passkey “{passkey.name}” was removed from your account.", place)
    return user


def renew_codes(user_id: UUID, place: str = "") -> tuple[User, list[str]]:
    """Ten new recovery codes in place of the old; raises ConflictError for who has no factor."""
    user = changing(user_id)
    if not factor_queries.has_factor(user_id):
        raise ConflictError(_l("Set up an authenticator app or a passkey first."))
    codes = new_codes(user_id)
    changed(user, "You have new recovery codes; the old ones are worth nothing now.", place)
    return user, codes


def reset_factors(email: str) -> User:
    """For the operator: take every factor and code of a locked-out person away and end their sessions."""
    person = queries.user_by_email(email)
    if person is None:
        raise NotFoundError(_l("There is no user with this address."))
    user = changing(person.id)
    for model in (TotpSecret, Passkey):
        session.execute(
            delete(model).where(model.user_id == user.id).execution_options(synchronize_session=False)
        )
    forget_codes(user.id)
    changed(user, "The people who run this platform removed every second factor from your account.", "")
    security_log.note("factors.reset", level=logging.WARNING, kind="staff", account=str(user.id))
    return user


def _may_go(user: User) -> None:
    factors = factors_of(user)
    if factors.count == 1 and factors.required_by:
        raise ConflictError(
            _l(
                "A second factor is required by %(places)s, and this is your last one. Set up another"
                " one first.",
                places=factors.required_by,
            )
        )


def _removed(user: User, text: str, place: str) -> None:
    if not factor_queries.has_factor(user.id):
        forget_codes(user.id)
        text += " You log in with your password alone now."
    changed(user, text, place)
