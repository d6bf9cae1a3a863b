"""The command `mtc`; `serve` leaves importing the application to its children."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from mtc import config as settings
from mtc.cli_stock import stock_group
from mtc.processes.process_group import Group
from mtc.server import Hooks
from mtc.server.parent import serve

PLUGINS = Path(__file__).resolve().parent.parent / "plugins"


class _Commands(click.Group):
    """Commands that say in one line what went wrong."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command; an error that the person at the terminal can mend is no traceback."""
        try:
            return super().invoke(context)
        except Exception as error:
            if isinstance(error, click.ClickException):
                raise
            raise SystemExit(_said(error)) from None


def _said(error: Exception) -> str:
    """The line for people; raises the error anew when only a programmer can mend it."""
    line = import_module("mtc.cli_errors").sentence(error)
    if line is None:
        raise error
    return f"mtc: {line}"


@click.group(cls=_Commands)
def main() -> None:
    """MTC sells digital goods: many stores on one system."""


main.add_command(stock_group)


def _not_in_production(command: str) -> None:
    """Refuse what is there to try and to develop."""
    if settings.load().production:
        raise SystemExit(f"mtc: `mtc {command}` is switched off here, because MTC_PRODUCTION is set.")


def _runtime() -> Any:
    """The application's own module, imported only by the commands that need it."""
    return import_module("mtc.lifecycle")


@main.command("serve")
@click.option("--host", default=None, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Port to listen on.")
def serve_command(host: str | None, port: int | None) -> None:
    """Serve stores and admin; the embedded profile also works its queue."""
    if port is not None:
        os.environ["MTC_PORT"] = str(port)
        if "MTC_PUBLIC_URL" not in os.environ:
            os.environ["MTC_PUBLIC_URL"] = f"http://localhost:{port}"
    if host is not None:
        os.environ["MTC_HOST"] = host
    config = settings.load()
    hooks = Hooks(
        create="mtc.lifecycle:create",
        prepare="mtc.lifecycle:prepare",
        start="mtc.lifecycle:start",
        ready="mtc.lifecycle:ready",
        stop="mtc.lifecycle:stop",
    )
    serve(hooks, host=config.host, port=config.port, workers=config.processes, threads=config.threads)


@main.command("worker")
def worker_command() -> None:
    """Work the queue of the server profile: RQ wakes it, the rows say what to do."""
    config = settings.load()
    if not config.redis_url:
        raise SystemExit(
            "mtc: `mtc worker` needs MTC_REDIS_URL; without Redis the web processes do the work."
        )
    sys.exit(Group(_work, config.worker_processes).run())


def _work(ready: Callable[[], None]) -> None:
    """Be a worker process."""
    try:
        import_module("mtc.worker").run(ready)
    except Exception as error:
        raise SystemExit(_said(error)) from None


@main.command("migrate")
def migrate_command() -> None:
    """Bring the database to the newest revision, synchronise the system's pages and register plugins."""
    runtime = _runtime()
    runtime.migrate_database(runtime.flask_app())
    with runtime.flask_app().app_context():
        import_module("mtc.pages.services.manifest_sync").sync_all()
        import_module("mtc.plugins.services").sync_plugins()
    click.echo("The database is up to date.")


@main.command("demo")
@click.option("--reset", is_flag=True, help="Delete the embedded profile first and start over.")
@click.option(
    "--orders",
    default=100,
    show_default=True,
    type=click.IntRange(0, 10_000),
    help="Past orders of each store.",
)
def demo_command(reset: bool, orders: int) -> None:
    """Load the three demo stores."""
    _not_in_production("demo")
    import_module("mtc.demo.commands").demo(reset=reset, orders=orders)


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
    with _runtime().flask_app().app_context():
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
    with _runtime().flask_app().app_context():
        import_module("mtc.superadmin.cli").add_super_admin(email, name, password)


@user_group.command("reset-factors")
@click.argument("email")
def user_reset_factors(email: str) -> None:
    """Remove every second factor of a person who is locked out; make sure first that it is them."""
    with _runtime().flask_app().app_context():
        import_module("mtc.identity.cli").reset(email)


@main.group("theme")
def theme_group() -> None:
    """Themes of the installation."""


@theme_group.command("sync")
def theme_sync() -> None:
    """Read the theme folders into the system's rows."""
    with _runtime().flask_app().app_context():
        import_module("mtc.pages.services.manifest_sync").sync_all()
    click.echo("The themes are up to date.")


@main.group("plugin")
def plugin_group() -> None:
    """Plugins of the installation (docs/plugins.md)."""


@plugin_group.command("list")
def plugin_list() -> None:
    """List the plugins: id, version, status, tenants that have them switched on."""
    with _runtime().flask_app().app_context():
        import_module("mtc.plugins.cli").list_plugins()


@plugin_group.command("new")
@click.argument("plugin_id")
@click.option("--folder", type=click.Path(path_type=Path), default=PLUGINS, help="Where its folder is made.")
def plugin_new(plugin_id: str, folder: Path) -> None:
    """Make a plugin that works, with tests that pass."""
    import_module("mtc.plugins.cli").make_plugin(plugin_id, folder)


@plugin_group.command("on")
@click.argument("plugin_id")
@click.option("--tenant", required=True, help="Slug of the tenant.")
@click.option("--settings", default=None, help="Settings as a JSON object; without it they stay.")
def plugin_on(plugin_id: str, tenant: str, settings: str | None) -> None:
    """Install a plugin for a tenant and switch it on."""
    with _runtime().flask_app().app_context():
        import_module("mtc.plugins.cli").switch_on(plugin_id, tenant, settings)


@plugin_group.command("off")
@click.argument("plugin_id")
@click.option("--tenant", required=True, help="Slug of the tenant.")
def plugin_off(plugin_id: str, tenant: str) -> None:
    """Switch a plugin off for a tenant; its settings stay."""
    with _runtime().flask_app().app_context():
        import_module("mtc.plugins.cli").switch_off(plugin_id, tenant)


@main.command("backup")
@click.argument("file", required=False)
@click.option("--with-keys", is_flag=True, help="Put MTC_SECRET_KEY and MTC_KEYRING into the archive too.")
@click.option("--check", is_flag=True, help="Make none: look whether FILE is whole.")
def backup_command(file: str | None, with_keys: bool, check: bool) -> None:
    """Save database and files in one archive, while the shops sell; FILE `-` is standard output."""
    if check and (not file or file == "-" or with_keys):
        raise click.UsageError("Name the FILE that --check is to look at.")
    commands = import_module("mtc.backup.commands")
    if check:
        commands.check(file)
    else:
        commands.backup(file, with_keys=with_keys)


@main.command("restore")
@click.argument("file")
@click.option("--replace", is_flag=True, help="Delete what is in the database first.")
@click.option("--yes", is_flag=True, help="Do not ask before deleting.")
@click.option("--keys", is_flag=True, help="Take over the keys that the archive was made --with-keys.")
@click.option("--without-keys", is_flag=True, help="Restore though what is sealed will not open here.")
def restore_command(file: str, replace: bool, yes: bool, keys: bool, without_keys: bool) -> None:
    """Put an archive back: into an empty database, or with --replace in place of what is there."""
    import_module("mtc.backup.commands").restore(
        file, replace=replace, yes=yes, keys=keys, without_keys=without_keys
    )


@main.group("keys")
def keys_group() -> None:
    """Keys that seal and sign (docs/operations.md)."""


@keys_group.command("list")
def keys_list() -> None:
    """List the keys, newest first, and how much is sealed with each."""
    import_module("mtc.key_rotation.commands").show()


@keys_group.command("new")
def keys_new() -> None:
    """Print a fresh key for MTC_KEYRING; nothing is changed."""
    click.echo(import_module("mtc.key_rotation.commands").new_key())


@keys_group.command("rotate")
@click.option("--secret", is_flag=True, help="Change MTC_SECRET_KEY instead of the key that seals.")
def keys_rotate(secret: bool) -> None:
    """Seal everything anew with the newest key, while the shops sell; safe to stop and to run again."""
    commands = import_module("mtc.key_rotation.commands")
    if secret:
        commands.rotate_secret()
    else:
        commands.rotate_keys()


@keys_group.command("retire")
@click.argument("key")
def keys_retire(key: str) -> None:
    """Take a KEY out of the ring once nothing is sealed with it; `secret` is the former MTC_SECRET_KEY."""
    import_module("mtc.key_rotation.commands").retire(key)


@main.command("bench")
@click.option("--rounds", default=5, help="Interleaved rounds; the medians are printed.")
@click.option("--products", default=0, help="Also fill a tenant with so many products and time its queries.")
@click.option("--var", default="", help="Embedded profile with the demo to measure, instead of a fresh one.")
@click.option("--database", default="", help="A PostgreSQL with data, as mtc_app: the price of RLS.")
def bench_command(rounds: int, products: int, var: str, database: str) -> None:
    """Measure pages against a bare WSGI app, a bare Flask route and a floor app."""
    _not_in_production("bench")
    import_module("mtc.bench").run(rounds, products, var, database)


if __name__ == "__main__":
    sys.exit(main(prog_name="mtc"))
