"""`mtc plugin key, pack, install, upgrade, use, rollback, remove`: packages of plugins."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import click

from mtc.cli.group import lifecycle
from mtc.cli.plugins import plugin_group

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def _run(command: str, *arguments: Any, **options: Any) -> None:
    with lifecycle().flask_app().app_context():
        getattr(import_module("mtc.plugins.package_cli"), command)(*arguments, **options)


@plugin_group.command("key")
@click.argument("file", type=click.Path(path_type=Path))
def plugin_key(file: Path) -> None:
    """Make a key to sign packages with; FILE gets the private one."""
    _run("make_key", file)


@plugin_group.command("pack")
@click.argument("folder", type=_FOLDER)
@click.option("--to", "target", type=_FOLDER, default=Path(), help="Where the package is written.")
@click.option("--key", type=_FILE, default=None, help="Private key to sign it with.")
def plugin_pack(folder: Path, target: Path, key: Path | None) -> None:
    """Make a package of the plugin in FOLDER."""
    _run("pack", folder, target, key)


@plugin_group.command("install")
@click.argument("file", type=_FILE)
@click.option("--stage", is_flag=True, help="Unpack it only; `mtc plugin use` puts it into use.")
def plugin_install(file: Path, stage: bool) -> None:
    """Install a plugin from its package."""
    _run("install", file, upgrade=False, stage_only=stage)


@plugin_group.command("upgrade")
@click.argument("file", type=_FILE)
@click.option("--stage", is_flag=True, help="Unpack it only; `mtc plugin use` puts it into use.")
def plugin_upgrade(file: Path, stage: bool) -> None:
    """Replace a plugin by a later version; the one in use is kept for `mtc plugin rollback`."""
    _run("install", file, upgrade=True, stage_only=stage)


@plugin_group.command("use")
@click.argument("plugin_id")
@click.argument("version")
def plugin_use(plugin_id: str, version: str) -> None:
    """Put a staged version into use."""
    _run("use", plugin_id, version)


@plugin_group.command("rollback")
@click.argument("plugin_id")
def plugin_rollback(plugin_id: str) -> None:
    """Use the version before again."""
    _run("roll_back", plugin_id)


@plugin_group.command("remove")
@click.argument("plugin_id")
@click.option("--force", is_flag=True, help="Also while tenants have it on.")
def plugin_remove(plugin_id: str, force: bool) -> None:
    """Delete the code of a plugin that was installed from a package."""
    _run("remove", plugin_id, force=force)
