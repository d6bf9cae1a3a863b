"""`mtc stock`: pools of keys at the terminal."""

from __future__ import annotations

from importlib import import_module

import click

from mtc.cli.group import lifecycle, main


@main.group("stock")
def stock_group() -> None:
    """Pools of keys."""


@stock_group.command("add")
@click.argument("tenant")
@click.argument("sku")
@click.argument("file")
@click.option("--preview", is_flag=True, help="Only show how the file would be read.")
@click.option("--batch", default="", help="A name for where the keys come from.")
@click.option("--column", default="", help="The column with the keys: a number from 1, or its heading.")
@click.option("--separator", default="", help="comma, semicolon, tab, pipe or none.")
@click.option("--encoding", default="", help="Such as utf-8, utf-16-le or windows-1252.")
@click.option("--heading", default="", help="yes or no: whether the first line is a heading.")
@click.option("--quotes", default="", help="yes or no: whether quotation marks hold cells together.")
def stock_add(tenant: str, sku: str, file: str, preview: bool, batch: str, **how: str) -> None:
    """Add the keys of FILE (- is standard input) to the pool of the variant SKU of TENANT."""
    with lifecycle().flask_app().app_context():
        import_module("mtc.catalog.cli").add_from_file(
            tenant, sku, file, preview=preview, batch=batch, how=how
        )
