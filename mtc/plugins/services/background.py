"""Work of plugins that is done later with a `ctx`: the tasks that a manifest declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from flask import Flask

from mtc.core.db import commit_batch, scope_tenant, unit_of_work
from mtc.core.registry import registering
from mtc.infra.http.base import TIMEOUT
from mtc.plugins.errors import PluginError
from mtc.plugins.registry import LoadedPlugin
from mtc.plugins.services.active_plugins import running_plugins
from mtc.plugins.services.calls import call_limited
from mtc.plugins.services.context import PluginContext, PluginHttp, context_for
from mtc.tasks.errors import GiveUpError
from mtc.tasks.registry import TaskKind, tasks

F = TypeVar("F", bound=Callable[..., Any])
MARK = "mtc_plugin_work"
ATTEMPTS, SECONDS = 8, 60
SPARE_SECONDS = 5
"""How much longer than the run itself its lease lasts."""


def plugin_task(name: str) -> Callable[[F], F]:
    """Mark the function that does the plugin's tasks of this name: `def sync(ctx, payload)`."""
    return marked("task", name)


def job(function: F) -> F:
    """Mark the function that does the plugin's job of its name: `def expire(ctx)`."""
    return marked("job", function.__name__)(function)


def marked(part: str, name: str) -> Callable[[F], F]:
    """Mark a function as the code of an entry of plugin.json; raises ValueError for a second mark."""

    def mark(function: F) -> F:
        if MARK in vars(function):
            raise ValueError(f"{function.__name__} is marked already")
        vars(function)[MARK] = (part, name)
        return function

    return mark


def functions_of(plugin: LoadedPlugin, part: str) -> dict[str, Callable[..., Any]]:
    """The marked functions of plugin.py by the names of their entries. Raises PluginError."""
    functions: dict[str, Callable[..., Any]] = {}
    for value in vars(plugin.module).values():
        of_part, name = getattr(value, "__dict__", {}).get(MARK, ("", ""))
        if of_part != part:
            continue
        if functions.setdefault(name, value) is not value:
            raise PluginError(f"{plugin.slug}: two functions are marked as the {part} {name}.")
    return functions


def check_functions(plugin: LoadedPlugin, part: str, key: str) -> None:
    """Raise PluginError where the manifest's list and the marked functions differ."""
    declared = [entry["name"] for entry in plugin.manifest.get(key, ())]
    odd = set(declared) ^ set(functions_of(plugin, part))
    odd |= {name for name in declared if declared.count(name) > 1}
    if odd:
        raise PluginError(
            f"{plugin.slug}: manifest and code differ in these {key}: {', '.join(sorted(odd))}."
        )


def run_in_context(plugin: str, name: str, seconds: float, work: Callable[[PluginContext], Any]) -> bool:
    """Call the work with the plugin's context, in a transaction of its own and for a limited time.

    The call is logged under `name`.

    Needs the scope of a tenant and no open transaction. Returns False where the plugin is off for the tenant;
    raises what the work raises, and CallTimeout.
    """
    with unit_of_work():
        running = running_plugins().get(plugin)
    if running is None:
        return False
    settings = running.settings()
    # What was written so far is kept before a call leaves, so that no transaction waits for a network.
    outside = PluginHttp(TIMEOUT, commit_batch)
    context = partial(context_for, plugin, settings, outside)
    call_limited(plugin, scope_tenant(), seconds, lambda: work(context()), "", name)
    return True


def mount_tasks(app: Flask, plugin: LoadedPlugin) -> None:
    """Register the plugin's tasks as kinds of MTC's tasks."""
    del app
    functions = functions_of(plugin, "task")
    with registering(plugin.slug):
        for entry in plugin.manifest["tasks"]:
            seconds = entry.get("timeout", SECONDS)
            name = f"{plugin.slug}.{entry['name']}"
            run = partial(_run_task, plugin.slug, name, functions[entry["name"]], seconds)
            tasks.register(
                name,
                TaskKind(
                    run,
                    transactional=False,
                    max_attempts=entry.get("attempts", ATTEMPTS),
                    lease_seconds=seconds + SPARE_SECONDS,
                    lane=partial(_lane, plugin.slug),
                ),
            )


def _lane(plugin: str, payload: Mapping[str, Any]) -> str:
    del payload
    return plugin


def _run_task(
    plugin: str, name: str, function: Callable[..., Any], seconds: float, payload: dict[str, Any]
) -> None:
    def work(ctx: PluginContext) -> None:
        function(ctx, payload)

    if not run_in_context(plugin, name, seconds, work):
        raise GiveUpError(f"{plugin} is off for this tenant")
