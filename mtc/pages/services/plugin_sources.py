"""Asking a data source that a plugin brings: it reads only, and not for long."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from mtc.core.registry import CORE
from mtc.pages.registry import personal_sources, sources
from mtc.pages.services.plugin_components import declared_sources
from mtc.pages.services.slot_list import STOREFRONT
from mtc.plugins.services import loaded
from mtc.plugins.services.active_plugins import running_plugins
from mtc.plugins.services.calls import call_limited
from mtc.plugins.services.context import PluginHttp, context_for

SECONDS = 0.1
"""So long may a data source of a plugin take; then it is given up, and what needs it is not shown."""
_READ_ONLY = "A data source reads only."


class SourceError(RuntimeError):
    """A data source of a plugin failed in the database; the page's own transaction goes on."""


def ask_source(
    name: str, requests: Sequence[Mapping[str, Any]], page: Mapping[str, Any], surface: str
) -> list[Any]:
    """One answer for each request. Raises NotFoundError, and what the source raises."""
    source: Any = sources.get(name)
    owner = sources.owner_of(name)
    if surface_of(name) != surface:
        raise SourceError(f"{name} is no data source for the {surface}")
    if owner == CORE:
        return list(source(requests, page))
    running = running_plugins()[owner]

    def work() -> list[Any]:
        if "ctx" not in inspect.signature(source).parameters:
            return list(source(requests, page))
        context = context_for(owner, running.settings(), PluginHttp(SECONDS, lambda: None))
        return list(source(context, requests, page))

    try:
        answers: list[Any] = call_limited(owner, running.tenant_id, SECONDS, work, _READ_ONLY, name)
    except SQLAlchemyError as error:
        raise SourceError(f"{name}: {type(error).__name__}: {error}"[:500]) from error
    return answers


def surface_of(name: str) -> str:
    """The surface that a source is for; those of MTC are for the storefront."""
    return str(_facts(name).get("surface", STOREFRONT))


def is_personal(name: str) -> bool:
    """Return whether what a source tells is about one person."""
    return name in personal_sources or bool(_facts(name).get("personal", False))


def _facts(name: str) -> Mapping[str, Any]:
    """The facts that the manifest of a plugin's source states."""
    entry = sources.entries.get(name)
    if entry is None or entry.owner == CORE:
        return {}
    plugin = loaded(current_app).get(entry.owner)
    return declared_sources(plugin).get(name, {}) if plugin is not None else {}
