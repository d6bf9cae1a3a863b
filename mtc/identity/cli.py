"""`mtc user`: what the operator does for people who are locked out."""

from __future__ import annotations

import click

from mtc.core.db import unit_of_work
from mtc.core.errors import NotFoundError
from mtc.core.tenancy import platform_scope
from mtc.identity.services.factors import reset_factors


def reset(email: str) -> None:
    """Remove every second factor of the person, end their sessions, tell them and the log."""
    try:
        with platform_scope("reset the second factors of a user"), unit_of_work():
            user = reset_factors(email)
    except NotFoundError as error:
        raise SystemExit(f"mtc: {error.message}") from None
    click.echo(f"{user.email} logs in with the password alone until a new second factor is set up.")
