"""Changes of staff users to their own log-in."""

from __future__ import annotations

from uuid import UUID

from mtc.core import security_log
from mtc.core.db import session
from mtc.core.errors import NotFoundError, ValidationError
from mtc.core.i18n import _l
from mtc.core.i18n.locales import PLATFORM_LOCALES
from mtc.identity.models import User
from mtc.identity.queries.factors import locked_user
from mtc.identity.queries.people import tenants_of
from mtc.identity.services.passwords import check_password_rules, hash_password, verify_password


def change_password(user_id: UUID, old: str, new: str) -> User:
    """Set another password; every session of the user ends. Platform scope. Raises ValidationError.

    The user is held still: of two changes at once the second one finds that the old password is gone.
    """
    user = locked_user(user_id)
    if user is None:
        raise NotFoundError(_l("There is no such user."))
    if not verify_password(user.password_hash, old):
        security_log.refuse("password.refused", account=str(user.id))
        raise ValidationError(_l("Check the old password."), {"old": [_l("This is not your password.")]})
    if old == new:
        raise ValidationError(_l("Choose another password."), {"password": [_l("Choose one that is new.")]})
    set_new_password(user, new)
    security_log.note("password.changed", kind="staff", account=str(user.id))
    return user


def choose_language(user_id: UUID, locale: str) -> None:
    """Keep the language in which the user works; empty for what the browser reads. Platform scope.

    Raises ValidationError for one that the admin is not translated to.
    """
    if locale and locale not in PLATFORM_LOCALES:
        raise ValidationError(
            _l("Check the language."), {"locale": [_l("Choose one of the languages in the list.")]}
        )
    user = locked_user(user_id)
    if user is None:
        raise NotFoundError(_l("There is no such user."))
    user.locale = locale or None
    session.flush()


def set_new_password(user: User, new: str) -> User:
    """Set the password of a user who is held still; every session ends. Raises ValidationError."""
    places = [name for tenant in tenants_of(user.id) for name in (tenant.name, tenant.slug)]
    check_password_rules(new, about=(user.email, user.name, *places))
    user.password_hash = hash_password(new)
    user.auth_epoch += 1
    session.flush()
    return user
