"""`mtc tenant` and `mtc user`."""

from __future__ import annotations

from importlib import import_module

import click

from mtc.cli.group import lifecycle, main


@main.group("tenant")
def tenant_group() -> None:
    """Tenants of the platform."""


@tenant_group.command("list")
def tenant_list() -> None:
    """List the tenants with their stores."""
    import_module("mtc.demo.commands").list_tenants()


@tenant_group.command("add-types")
@click.argument("tenant")
@click.argument("types", nargs=-1, required=True, metavar="TYPE...")
def tenant_add_types(tenant: str, types: tuple[str, ...]) -> None:
    """Give a tenant starter product types, such as game-key or ebook; those that it has stay as they are."""
    with lifecycle().flask_app().app_context():
        import_module("mtc.superadmin.cli").add_types(tenant, types)


@main.group("user")
def user_group() -> None:
    """People with a log-in on the platform."""


@user_group.command("add-super-admin")
@click.argument("email")
@click.option("--name", prompt="Name", help="What the person is called.")
@click.password_option(help="Asked for when left out, as it should be: shells remember what is typed.")
def user_add_super_admin(email: str, name: str, password: str) -> None:
    """Make a log-in that runs the platform: tenants, people, the audit log of all."""
    with lifecycle().flask_app().app_context():
        import_module("mtc.superadmin.cli").add_super_admin(email, name, password)


@user_group.command("reset-factors")
@click.argument("email")
def user_reset_factors(email: str) -> None:
    """Remove every second factor of a person who is locked out; make sure first that it is them."""
    with lifecycle().flask_app().app_context():
        import_module("mtc.identity.cli").reset(email)
