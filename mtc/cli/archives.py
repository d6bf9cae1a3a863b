"""`mtc backup` and `mtc restore`."""

from __future__ import annotations

from importlib import import_module

import click

from mtc.cli.group import main


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
@click.option(
    "--without-plugins", is_flag=True, help="Leave out tables of plugins that are not installed here."
)
def restore_command(
    file: str, replace: bool, yes: bool, keys: bool, without_keys: bool, without_plugins: bool
) -> None:
    """Put an archive back: into an empty database, or with --replace in place of what is there."""
    import_module("mtc.backup.commands").restore(
        file,
        replace=replace,
        yes=yes,
        keys=keys,
        without_keys=without_keys,
        without_plugins=without_plugins,
    )
