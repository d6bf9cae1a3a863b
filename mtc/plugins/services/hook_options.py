"""Checking the options that a plugin's hooks are marked with, when it is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtc.core.errors import ValidationError
from mtc.core.hook_payloads import rule_fields
from mtc.core.hooks import Hooks, Implementation, OrderCycleError, implementation_of, ordered
from mtc.core.rules import validate
from mtc.plugins.errors import PluginError
from mtc.plugins.registry import LoadedPlugin


def check_options(hooks: Hooks, plugin: LoadedPlugin) -> None:
    """Raise PluginError for a priority, an order or a rule that cannot be kept."""
    for hook in plugin.manifest["hooks"]:
        implementation = implementation_of(plugin.slug, getattr(plugin.module, hook))
        _check_priority(plugin.slug, hook, implementation.priority)
        _check_order(hooks, hook, implementation)
        _check_rule(hooks, plugin.slug, hook, implementation.when)


def _check_priority(slug: str, hook: str, priority: Any) -> None:
    if isinstance(priority, bool) or not isinstance(priority, int):
        raise PluginError(f"{slug}: write the priority of {hook} as a whole number.")


def _check_order(hooks: Hooks, hook: str, implementation: Implementation) -> None:
    names, slug = implementation.runs_after, implementation.plugin
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise PluginError(f"{slug}: write runs_after of {hook} as a list of ids of plugins.")
    if slug in names:
        raise PluginError(f"{slug}: {hook} cannot run after itself. Take {slug} out of runs_after.")
    try:
        ordered([*hooks.registered(hook), implementation])
    except OrderCycleError as error:
        listed = ", ".join(sorted(error.plugins))
        raise PluginError(
            f"{slug}: {hook} of these plugins wait for each other: {listed}. Change runs_after of one."
        ) from error


def _check_rule(hooks: Hooks, slug: str, hook: str, when: Any) -> None:
    if when is None:
        return
    if not isinstance(when, Mapping) or not when:
        raise PluginError(f"{slug}: write `when` of {hook} as a rule, see docs/rules.md.")
    variables = rule_fields(hooks.specifications[hook].payload)
    try:
        validate(dict(when), variables)
    except ValidationError as error:
        where, sentences = next(iter(error.details.items()))
        listed = ", ".join(sorted(variables)) or "none"
        raise PluginError(
            f"{slug}: `when` of {hook}, {where}: {sentences[0]} Fields of this hook: {listed}."
        ) from error
