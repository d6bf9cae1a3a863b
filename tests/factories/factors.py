"""An authenticator app for people of tests: one secret, and codes that were not used yet."""

from uuid import UUID

from mtc.core.db import unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.identity.queries import user_by_email
from mtc.identity.services.totp import set_totp, unused_code

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_app(user_id: UUID) -> None:
    """Set the app up, as the person would have done; needs a platform scope."""
    set_totp(user_id, SECRET)


def code_of(email: str) -> str:
    """The code that the person's app shows, or the next one when that was used."""
    with platform_scope("look at the app of a test", readonly=True), unit_of_work():
        user = user_by_email(email)
        assert user is not None
        return unused_code(user.id, SECRET)
