"""A plugin's `ctx` in a transaction of a tenant, as its tasks get it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mtc.core.db import commit_batch
from mtc.plugins.services import PluginContext
from mtc.plugins.services.active_plugins import running_plugins
from mtc.plugins.services.context import PluginHttp, context_for
from tests.plugins.kit import at_work

NOTHING = "@hookimpl\ndef before_product_create(ctx, payload):\n    pass\n"


@contextmanager
def context_of(world: Any, plugin: str) -> Iterator[PluginContext]:
    """The context of a plugin that the tenant has on, with the transaction around it."""
    with at_work(world):
        settings = running_plugins()[plugin].settings()
        yield context_for(plugin, settings, PluginHttp(15.0, commit_batch))
