"""Callbacks of plugin.py about the plugin's own life with a tenant (docs/plugins/lifecycle.md).

Each is called while no transaction is open, in a transaction of its own and for a limited time. What one has
written is undone when it raises. The step that it belongs to comes after it, so one may be called again for
the same step when that has failed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mtc.core import clock
from mtc.core.context import current, use
from mtc.core.db import commit_batch, unit_of_work
from mtc.core.errors import AppError, ConflictError
from mtc.core.i18n import _l
from mtc.core.retry import RunFirst, running_operation
from mtc.core.tenancy import tenant_scope
from mtc.plugins import queries
from mtc.plugins.registry import LoadedPlugin
from mtc.plugins.services.callback_rules import has_callback
from mtc.plugins.services.calls import call_limited
from mtc.plugins.services.context import PluginHttp, context_for

log = logging.getLogger(__name__)

CALLBACK_SECONDS = 5.0
_OUTCOMES, LONGEST_ERROR = "mtc.plugins.callbacks", 500


@dataclass(frozen=True, slots=True)
class _Outcome:
    """Outcome of one call, for the attempts of the operation that follow it."""

    plugin: str
    name: str
    arguments: tuple[Any, ...]
    error: Exception | None


def call_callback(
    plugin: LoadedPlugin,
    tenant_id: UUID,
    name: str,
    settings: dict[str, Any],
    *arguments: Any,
    go_on: bool = False,
) -> None:
    """Call the callback if the plugin has it; raises what it refuses with, ConflictError when it breaks.

    In work that can be repeated the attempt ends and the callback is called between two attempts; elsewhere
    what was written so far is committed before. With `go_on` nothing that it raises is more than logged.
    """
    if not has_callback(plugin, name):
        return
    operation, context = running_operation(), current()

    def act() -> _Outcome:
        with use(context):
            error = _call(plugin, tenant_id, name, settings, arguments)
        return _Outcome(plugin.slug, name, arguments, error)

    if operation is not None and operation.may_repeat:
        outcomes: list[_Outcome] = operation.results.setdefault(_OUTCOMES, [])
        sought = (plugin.slug, name, arguments)
        outcome = next(
            (each for each in outcomes if (each.plugin, each.name, each.arguments) == sought), None
        )
        if outcome is None:
            raise RunFirst(lambda: outcomes.append(act()))
    else:
        commit_batch()
        outcome = act()
    if outcome.error is not None and not go_on:
        raise outcome.error.with_traceback(None)


def _call(
    plugin: LoadedPlugin, tenant_id: UUID, name: str, settings: dict[str, Any], arguments: tuple[Any, ...]
) -> Exception | None:
    """Call it; returns the error with which the step is refused."""
    try:
        work = work_of(plugin, name, settings, *arguments)
        call_limited(plugin.slug, tenant_id, CALLBACK_SECONDS, work, "", name)
    except AppError as error:
        if error.status < 500:
            return error
        return _broken(plugin, tenant_id, name, error)
    except Exception as error:
        return _broken(plugin, tenant_id, name, error)
    return None


def work_of(plugin: LoadedPlugin, name: str, settings: dict[str, Any], *arguments: Any) -> Callable[[], Any]:
    """The call of a callback in the running scope, with a context of its own."""

    def work() -> Any:
        context = context_for(plugin.slug, settings, PluginHttp(CALLBACK_SECONDS, lambda: None))
        return getattr(plugin.module, name)(context, *arguments)

    return work


def _broken(plugin: LoadedPlugin, tenant_id: UUID, name: str, error: Exception) -> ConflictError:
    log.error("The plugin %s broke in %s.", plugin.slug, name, exc_info=error)
    note_error(tenant_id, plugin.slug, name, error)
    return ConflictError(
        _l(
            "%(name)s has failed (%(callback)s), and nothing was changed. Please tell who made the plugin.",
            name=plugin.manifest["name"],
            callback=name,
        )
    )


def note_error(tenant_id: UUID, slug: str, name: str, error: Exception) -> None:
    """Write down the last error of an installation, in a transaction of its own."""
    text = f"{name}: {type(error).__name__}: {error}"[:LONGEST_ERROR]
    with tenant_scope(tenant_id), unit_of_work():
        installed = queries.installation(tenant_id, slug)
        if installed is not None:
            installed.last_error, installed.last_error_at = text, clock.now()
