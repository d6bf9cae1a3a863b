"""The commands of `mtc plugin` that work with packages; all need an application context."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app

from mtc.core.db import unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.plugins import queries
from mtc.plugins.errors import PluginError
from mtc.plugins.services.packages import Package, new_key, pack_plugin, public_text, read_package
from mtc.plugins.services.uploaded import UploadedPlugin, UploadedPlugins

_RESTART = "It takes effect when MTC starts again; `mtc migrate` brings its tables along."


def make_key(file: Path) -> None:
    """Write a new private key into the file, which must not exist, and print the public one."""
    key = new_key()
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        file.touch(mode=0o600, exist_ok=False)
        file.write_bytes(text)
    except OSError as error:
        raise SystemExit(f"mtc: {file} cannot be written ({error.strerror}).") from None
    click.echo(f"MTC_PLUGIN_KEYS={public_text(key.public_key())}")


def pack(folder: Path, target: Path, key_file: Path | None) -> None:
    """Write the package of a plugin's folder, signed where there is a key."""
    try:
        click.echo(f"{pack_plugin(folder, target, _key(key_file) if key_file else None)} is ready.")
    except (PluginError, OSError) as error:
        raise _exit(error) from None


def install(file: Path, *, upgrade: bool, stage_only: bool) -> None:
    """Check a package, unpack it, and let it be what is loaded at the next start.

    An `upgrade` must be of a later version than the one in use; without it the plugin must be a new one.
    """
    uploads = _uploads()
    config = current_app.config["MTC"]
    keys = [key for key in config.plugin_keys.split(",") if key]
    try:
        package = read_package(file.read_bytes(), keys, unsigned=config.plugins_unsigned)
        _check_step(package, uploads, upgrade)
        uploads.stage(package)
        if not stage_only:
            uploads.use(package.slug, package.version)
    except (PluginError, OSError) as error:
        raise _exit(error) from None
    _tell(package)
    if stage_only:
        click.echo(f"It is staged: `mtc plugin use {package.slug} {package.version}` puts it into use.")
    else:
        click.echo(_RESTART)


def use(slug: str, version: str) -> None:
    """Let a staged version be what is loaded at the next start."""
    _change(lambda uploads: uploads.use(slug, version))


def roll_back(slug: str) -> None:
    """Let the version before be what is loaded at the next start; tables stay as they are."""
    _change(lambda uploads: uploads.roll_back(slug))


def remove(slug: str, *, force: bool) -> None:
    """Delete the code of an uploaded plugin; refused as long as a tenant has it on, without `force`."""
    with platform_scope("see who has a plugin on", readonly=True), unit_of_work():
        tenants = [row.tenant for row in queries.tenants_by_plugin() if row.slug == slug and row.tenant]
    if tenants and not force:
        raise SystemExit(f"mtc: {', '.join(tenants)} has it on. Switch it off first, or use --force.")
    try:
        _uploads().remove(slug)
    except PluginError as error:
        raise _exit(error) from None
    click.echo(f"{slug} is removed. What tenants have in its tables stays. Start MTC again.")


def _change(change: Callable[[UploadedPlugins], UploadedPlugin]) -> None:
    try:
        plugin = change(_uploads())
    except PluginError as error:
        raise _exit(error) from None
    click.echo(f"{plugin.slug} {plugin.current} is in use. {_RESTART}")


def _uploads() -> UploadedPlugins:
    return UploadedPlugins(current_app.config["MTC"].folder / "plugins")


def _check_step(package: Package, uploads: UploadedPlugins, upgrade: bool) -> None:
    current = next((plugin.current for plugin in uploads.all() if plugin.slug == package.slug), "")
    if upgrade and not current:
        raise PluginError(f"{package.slug} is not installed: `mtc plugin install` does that.")
    if not upgrade and current:
        raise PluginError(f"{package.slug} {current} is installed: `mtc plugin upgrade` replaces it.")
    if upgrade and _numbers(package.version) <= _numbers(current):
        raise PluginError(f"{package.slug} {current} is in use: {package.version} is no later version.")


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def _tell(package: Package) -> None:
    """Print what the plugin may do, as its manifest says."""
    manifest = package.manifest
    click.echo(f"{package.slug} {package.version}: {manifest['name']}")
    click.echo(f"    signed by {package.signed_by}" if package.signed_by else "    not signed")
    for label, values in (
        ("hooks", manifest["hooks"]),
        ("tables", manifest.get("tables", ())),
        ("permissions it uses", manifest.get("permissions", {}).get("uses", ())),
    ):
        if values:
            click.echo(f"    {label}: {', '.join(values)}")
    if manifest.get("trust", "sdk") == "full":
        click.echo("    It is trusted with all of MTC, not with the SDK alone.")


def _key(file: Path) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise PluginError(f"{file} is no private key that can be read ({error}).") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise PluginError(f"{file} is no Ed25519 key: `mtc plugin key` makes one.")
    return key


def _exit(error: PluginError | OSError) -> SystemExit:
    return SystemExit(f"mtc: {error.message if isinstance(error, PluginError) else error}")
