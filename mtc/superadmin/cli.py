"""`mtc user add-super-admin`: the first log-in of an installation that was started without the demo."""

from __future__ import annotations

import click

from mtc.core.db import unit_of_work
from mtc.core.errors import AppError
from mtc.core.tenancy import platform_scope
from mtc.events.services.mail import check_address
from mtc.identity.services import create_user


def add_super_admin(email: str, name: str, password: str) -> None:
    """Make a log-in that runs the platform; its second factor is set up at the first log-in."""
    try:
        with platform_scope("make a super admin"), unit_of_work():
            user = create_user(check_address(email), name, password, is_super_admin=True)
    except AppError as error:
        told = " ".join(one for some in error.details.values() for one in some)
        raise SystemExit(f"mtc: {error.message} {told}".rstrip()) from None
    click.echo(f"{user.email} runs this platform. The first log-in asks for a second factor to be set up.")
