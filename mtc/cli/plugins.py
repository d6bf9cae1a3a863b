"""`mtc plugin` and `mtc theme`."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path

import click

from mtc.cli.group import lifecycle, main
from mtc.core.paths import plugin_folder

PLUGINS = plugin_folder(os.environ.get("MTC_PLUGINS", ""))


@main.group("theme")
def theme_group() -> None:
    """Themes of the installation."""


@theme_group.command("sync")
def theme_sync() -> None:
    """Read the theme folders into the system's rows."""
    with lifecycle().flask_app().app_context():
        import_module("mtc.pages.services.manifest_sync").sync_all()
    click.echo("The themes are up to date.")


@main.group("plugin")
def plugin_group() -> None:
    """Plugins of the installation (docs/plugins/)."""


@plugin_group.command("list")
def plugin_list() -> None:
    """List the plugins: id, version, status, tenants that have them switched on."""
    with lifecycle().flask_app().app_context():
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
    with lifecycle().flask_app().app_context():
        import_module("mtc.plugins.cli").switch_on(plugin_id, tenant, settings)


@plugin_group.command("off")
@click.argument("plugin_id")
@click.option("--tenant", required=True, help="Slug of the tenant.")
def plugin_off(plugin_id: str, tenant: str) -> None:
    """Switch a plugin off for a tenant; its settings stay."""
    with lifecycle().flask_app().app_context():
        import_module("mtc.plugins.cli").switch_off(plugin_id, tenant)


@plugin_group.command("run", context_settings={"ignore_unknown_options": True})
@click.argument("plugin_id")
@click.argument("name")
@click.option("--tenant", required=True, help="Slug of the tenant.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def plugin_run(plugin_id: str, name: str, tenant: str, arguments: tuple[str, ...]) -> None:
    """Run a command or a job of a plugin for a tenant."""
    with lifecycle().flask_app().app_context():
        import_module("mtc.plugins.cli").run_plugin(plugin_id, name, tenant, list(arguments))
@plugin_group.command("uninstall")
@click.argument("plugin_id")
@click.option("--tenant", required=True, help="Slug of the tenant.")
@click.option("--keep", is_flag=True, help="Keep what it has stored for the next time.")
@click.option("--delete", is_flag=True, help="Delete what it has stored.")
def plugin_uninstall(plugin_id: str, tenant: str, keep: bool, delete: bool) -> None:
    """Uninstall a plugin for a tenant; say what becomes of all that it has stored."""
    if keep == delete:
        raise click.UsageError("Write --keep or --delete.")
    with lifecycle().flask_app().app_context():
        import_module("mtc.plugins.cli").uninstall(plugin_id, tenant, keep=keep)


@plugin_group.command("block")
@click.argument("plugin_id")
@click.option("--reason", required=True, help="What tenants and the platform read.")
def plugin_block(plugin_id: str, reason: str) -> None:
    """Let a plugin run for no tenant, at once and without a restart."""
    with lifecycle().flask_app().app_context():
        import_module("mtc.plugins.cli").block(plugin_id, reason)


@plugin_group.command("unblock")
@click.argument("plugin_id")
def plugin_unblock(plugin_id: str) -> None:
    """Let a plugin that was blocked run again where it is on."""
    with lifecycle().flask_app().app_context():
        import_module("mtc.plugins.cli").unblock(plugin_id)
