"""Commands of the platform: its first log-in without the demo, and starter product types for a tenant."""

from __future__ import annotations

from collections.abc import Sequence

import click

from mtc.catalog.services.starter_types import starter_types
from mtc.core.context import SYSTEM, Context, use
from mtc.core.db import unit_of_work
from mtc.core.errors import AppError
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.delivery.services import install_starter_types
from mtc.emails.services.outbox import check_address
from mtc.identity.services import create_user
from mtc.tenants.queries import tenant_by_slug


def add_super_admin(email: str, name: str, password: str) -> None:
    """Make a log-in that runs the platform; its second factor is set up at the first log-in."""
    try:
        with platform_scope("make a super admin"), unit_of_work():
            user = create_user(check_address(email), name, password, is_super_admin=True)
    except AppError as error:
        sentences = " ".join(sentence for messages in error.details.values() for sentence in messages)
        raise SystemExit(f"mtc: {error.message} {sentences}".rstrip()) from None
    click.echo(f"{user.email} runs this platform. The first log-in asks for a second factor to be set up.")


def add_types(slug: str, types: Sequence[str]) -> None:
    """Give a tenant the starter types of these slugs that it lacks, with the delivery methods they need."""
    offered = [starter_type.slug for starter_type in starter_types()]
    if unknown := [slug_given for slug_given in types if slug_given not in offered]:
        raise SystemExit(f"mtc: there is no starter type {unknown[0]}. Choose from {', '.join(offered)}.")
    with platform_scope("find a tenant", readonly=True), unit_of_work():
        tenant = tenant_by_slug(slug)
    if tenant is None:
        raise SystemExit(f"mtc: there is no tenant {slug}. `mtc tenant list` shows them.")
    context = Context(tenant_id=tenant.id, actor=SYSTEM)
    with use(context), tenant_scope(tenant.id), unit_of_work():
        made = [product_type.name for product_type in install_starter_types(types)]
    click.echo(f"Added: {', '.join(made)}." if made else "The tenant has them already.")
