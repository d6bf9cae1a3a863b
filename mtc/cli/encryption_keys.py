"""`mtc keys`: the keys that seal and sign."""

from __future__ import annotations

from importlib import import_module

import click

from mtc.cli.group import main


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
