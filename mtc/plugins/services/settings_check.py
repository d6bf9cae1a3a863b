"""Trying the settings of a plugin: `test_settings(ctx, values)` of plugin.py."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from flask import current_app

from mtc.core.configured import CheckResult
from mtc.core.errors import AppError, ConflictError, NotFoundError
from mtc.core.i18n import _l
from mtc.infra.http.base import TIMEOUT
from mtc.plugins import queries
from mtc.plugins.registry import LoadedPlugin
from mtc.plugins.services.active_plugins import SECRETS
from mtc.plugins.services.callback_rules import has_callback
from mtc.plugins.services.calls import call_limited
from mtc.plugins.services.context import PluginHttp, context_for
from mtc.plugins.services.loader import loaded

log = logging.getLogger(__name__)
TEST_SECONDS = 20.0
_READ_ONLY = "A test of settings may read only."


def settings_to_test(tenant_id: UUID, slug: str) -> tuple[LoadedPlugin, dict[str, Any]]:
    """The plugin and what is saved of its settings, secrets in clear; NotFoundError, ConflictError."""
    plugin, row = loaded(current_app).get(slug), queries.plugin_by_slug(slug)
    installed = queries.installation(tenant_id, slug)
    if plugin is None or row is None or installed is None or not has_callback(plugin, "test_settings"):
        raise NotFoundError(_l("The settings of this plugin cannot be tested."))
    if row.block_reason or installed.status not in ("active", "inactive"):
        raise ConflictError(_l("The settings of this plugin cannot be tested now."))
    return plugin, {**installed.config, **SECRETS.read(installed)}


def try_plugin_settings(tenant_id: UUID, plugin: LoadedPlugin, settings: dict[str, Any]) -> CheckResult:
    """Let the plugin try the settings, while no transaction is open; it may call others, and not write.

    What it raises is a failed test: an AppError says why, anything else is logged.
    """

    def work() -> Any:
        context = context_for(plugin.slug, settings, PluginHttp(TIMEOUT, lambda: None))
        return plugin.module.test_settings(context, dict(settings))

    try:
        result = call_limited(plugin.slug, tenant_id, TEST_SECONDS, work, _READ_ONLY, "test_settings")
    except AppError as error:
        return CheckResult(False, error.message)
    except Exception:
        log.exception("The plugin %s broke in test_settings.", plugin.slug)
        return CheckResult(False, _l("The test failed. Check the settings and try again."))
    if not isinstance(result, CheckResult):
        log.error("test_settings of %s returned a %s, not a CheckResult", plugin.slug, type(result).__name__)
        return CheckResult(False, _l("The test failed. Check the settings and try again."))
    return result
