"""The commands `mtc plugin …`; those that look at the database need an application context."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from flask import current_app

from mtc.core.context import SYSTEM, Context, use
from mtc.core.db import unit_of_work
from mtc.core.errors import AppError
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.plugins import queries
from mtc.plugins.scaffold import new_plugin
from mtc.plugins.services import (
    activate,
    block_plugin,
    deactivate,
    install_plugin,
    loaded,
    sync_plugins,
    unblock_plugin,
    uninstall_plugin,
)
from mtc.plugins.services.commands import run_now
from mtc.plugins.services.loader import sources


def list_plugins() -> None:
    """Print id, version, whether it can be used, and the tenants that have it switched on; below, its source.

    One that is broken has another line, which says what to mend; so has one that may import all of MTC.
    """
    sync_plugins()
    origins = sources(current_app)
    trusted = {slug for slug, plugin in loaded(current_app).items() if plugin.is_trusted}
    with platform_scope("list the plugins", readonly=True), unit_of_work():
        rows = queries.tenants_by_plugin()
    for (slug, version, status, problem, block_reason), group in groupby(
        rows, key=lambda row: tuple(row[:5])
    ):
        tenants = ", ".join(row.tenant for row in group if row.tenant) or "-"
        click.echo(f"{slug:<24}{version:<12}{'blocked' if block_reason else status:<12}{tenants}")
        for line in filter(None, (origins.get(slug), block_reason, problem)):
            click.echo(f"    {line}")
        if slug in trusted:
            click.echo("    It is trusted with all of MTC, not with the SDK alone.")


def make_plugin(plugin_id: str, folder: Path) -> None:
    """Make a plugin that works and say what comes next."""
    try:
        made = new_plugin(plugin_id, folder)
    except AppError as error:
        raise SystemExit(f"mtc: {error.message}") from None
    click.echo(f"{made} is ready. Look into its README.md.")


def switch_on(plugin_id: str, tenant: str, settings: str | None) -> None:
    """Install the plugin for the tenant if it is not, give it these settings (JSON), and switch it on."""
    values = _read(settings)
    sync_plugins()
    try:
        tenant_id = _tenant(tenant)
        with use(Context(tenant_id=tenant_id, actor=SYSTEM)), tenant_scope(tenant_id), unit_of_work():
            if values is not None or queries.installation(tenant_id, plugin_id) is None:
                install_plugin(tenant_id, plugin_id, values)
            activate(tenant_id, plugin_id)
    except AppError as error:
        raise _exit(error) from None
    click.echo(f"{plugin_id} is on for {tenant}.")


def switch_off(plugin_id: str, tenant: str) -> None:
    """Switch the plugin off for the tenant."""
    try:
        tenant_id = _tenant(tenant)
        with use(Context(tenant_id=tenant_id, actor=SYSTEM)), tenant_scope(tenant_id), unit_of_work():
            deactivate(tenant_id, plugin_id)
    except AppError as error:
        raise _exit(error) from None
    click.echo(f"{plugin_id} is off for {tenant}.")


def run_plugin(plugin_id: str, name: str, tenant: str, arguments: list[str]) -> None:
    """Run a command or a job of the plugin for the tenant, in one transaction."""
    sync_plugins()
    try:
        tenant_id = _tenant(tenant)
        with use(Context(tenant_id=tenant_id, actor=SYSTEM)), tenant_scope(tenant_id), unit_of_work():
            run_now(plugin_id, name, arguments)
    except AppError as error:
        raise _exit(error) from None


def uninstall(plugin_id: str, tenant: str, *, keep: bool) -> None:
    """Uninstall the plugin for the tenant, and keep what it has stored or have it deleted."""
    sync_plugins()
    try:
        tenant_id = _tenant(tenant)
        with use(Context(tenant_id=tenant_id, actor=SYSTEM)), tenant_scope(tenant_id), unit_of_work():
            uninstall_plugin(tenant_id, plugin_id, keep=keep)
    except AppError as error:
        raise _exit(error) from None
    stored = "What it has stored is kept." if keep else "What it has stored is being deleted."
    click.echo(f"{plugin_id} is uninstalled for {tenant}. {stored}")


def block(plugin_id: str, reason: str) -> None:
    """Let the plugin run for no tenant, at once."""
    _for_all("block a plugin", lambda: block_plugin(plugin_id, reason))
    click.echo(f"{plugin_id} is blocked for all tenants.")


def unblock(plugin_id: str) -> None:
    """Let the plugin run again where it is on."""
    _for_all("unblock a plugin", lambda: unblock_plugin(plugin_id))
    click.echo(f"{plugin_id} is not blocked any more.")


def _for_all(why: str, change: Callable[[], None]) -> None:
    sync_plugins()
    try:
        with use(Context(actor=SYSTEM)), platform_scope(why), unit_of_work():
            change()
    except AppError as error:
        raise _exit(error) from None


def _read(settings: str | None) -> dict[str, Any] | None:
    try:
        values = None if settings is None else json.loads(settings)
    except ValueError:
        values = ()
    if values is None or isinstance(values, dict):
        return values
    raise SystemExit("mtc: write the settings as a JSON object, such as '{\"most_pieces\": 3}'.")


def _tenant(slug: str) -> UUID:
    with platform_scope("find a tenant by its slug", readonly=True), unit_of_work():
        tenant_id = queries.tenant_by_slug(slug)
    if tenant_id is None:
        raise SystemExit(f"mtc: there is no tenant called {slug}. `mtc tenant list` shows them.")
    return tenant_id


def _exit(error: AppError) -> SystemExit:
    lines = [f"  {name}: {' '.join(map(str, sentences))}" for name, sentences in error.details.items()]
    return SystemExit("\n".join([f"mtc: {error.message}", *lines]))
