"""Commands of plugins for the terminal: click commands that get a `ctx`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from flask import current_app

from mtc.core.db import commit_batch
from mtc.core.errors import NotFoundError
from mtc.infra.http.base import TIMEOUT
from mtc.plugins.errors import PluginError
from mtc.plugins.registry import LoadedPlugin
from mtc.plugins.services.active_plugins import running_plugins
from mtc.plugins.services.background import functions_of
from mtc.plugins.services.context import PluginHttp, context_for
from mtc.plugins.services.loader import loaded


class PluginCommand(click.Command):
    """A command of a plugin; what it runs gets the `ctx` first."""


def command(name: str) -> Callable[[Callable[..., Any]], PluginCommand]:
    """Make a command of `def recount(ctx, …)`; `click.argument` and `click.option` go below this one."""

    def mark(function: Callable[..., Any]) -> PluginCommand:
        return click.command(name, cls=PluginCommand)(click.pass_obj(function))

    return mark


def commands_of(plugin: LoadedPlugin) -> dict[str, PluginCommand]:
    """The commands of plugin.py by name."""
    values = vars(plugin.module).values()
    return {str(value.name): value for value in values if isinstance(value, PluginCommand)}


def check_commands(plugin: LoadedPlugin) -> None:
    """Raise PluginError where manifest and code differ in commands, or a job has the same name."""
    declared = set(plugin.manifest.get("commands", ()))
    if odd := declared ^ set(commands_of(plugin)):
        names = ", ".join(sorted(odd))
        raise PluginError(f"{plugin.slug}: manifest and code differ in these commands: {names}.")
    if twice := declared & {entry["name"] for entry in plugin.manifest.get("jobs", ())}:
        raise PluginError(f"{plugin.slug}: a command and a job are called {sorted(twice)[0]}.")


def run_now(slug: str, name: str, arguments: list[str]) -> None:
    """Run a command or a job of a plugin in the running transaction of a tenant that has it on.

    Raises NotFoundError, click's exceptions and what the function raises.
    """
    plugin, running = loaded(current_app).get(slug), running_plugins().get(slug)
    if plugin is None or running is None:
        raise NotFoundError(f"The plugin {slug} is not on for this tenant.")
    # What was written so far is kept before a call leaves, so that no transaction waits for a network.
    ctx = context_for(slug, running.settings(), PluginHttp(TIMEOUT, commit_batch))
    own = commands_of(plugin).get(name)
    if own is not None:
        own.main(args=arguments, prog_name=f"mtc plugin run {slug} {name}", obj=ctx, standalone_mode=False)
        return
    job = functions_of(plugin, "job").get(name)
    if job is None:
        raise NotFoundError(f"The plugin {slug} has no command and no job called {name}.")
    if arguments:
        raise click.UsageError("a job takes no arguments")
    job(ctx)
