"""Plugins as pages and the API show them: what each is, what it may do, and how a tenant stands to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import current_app

from mtc.core import clock
from mtc.core.errors import NotFoundError
from mtc.core.events import event_types
from mtc.core.i18n import Sentence, _, _l
from mtc.core.markdown import LONGEST, render_markdown
from mtc.plugins import queries
from mtc.plugins.models import Plugin, TenantPlugin
from mtc.plugins.registry import LoadedPlugin, contribution_points
from mtc.plugins.services.active_plugins import SECRETS
from mtc.plugins.services.callback_rules import has_callback
from mtc.plugins.services.loader import loaded

STATUSES = ("available", "inactive", "active", "uninstalled", "deleting", "blocked", "broken", "missing")
_BEFORE = {
    "before_checkout": _l("Can refuse a checkout, or add to what the buyer states."),
    "before_order_create": _l("Can refuse or change an order before it is placed."),
    "before_payment_process": _l("Can refuse a payment before it begins."),
    "before_refund": _l("Can refuse or change a refund."),
    "before_delivery": _l("Can refuse or change a delivery."),
    "before_product_create": _l("Can refuse or change a new product."),
    "before_product_update": _l("Can refuse or change what is saved of a product."),
}


@dataclass(frozen=True, slots=True)
class PluginView:
    """A plugin, and a tenant's installation of it if there is one.

    `status` is what counts: one of STATUSES. `installed` says whether the tenant has it, whatever stands in
    its way; `active_tenants` is only counted for the platform.
    """

    slug: str
    name: str
    summary: str
    description: str
    version: str
    author: str
    author_url: str
    security: str
    license: str
    icon: str
    categories: tuple[str, ...]
    status: str
    installed: bool
    is_on: bool
    installed_version: str
    installed_at: datetime | None
    problem: str
    block_reason: str
    deprecation: str
    is_trusted: bool
    has_settings: bool
    is_testable: bool
    failures: int
    broken_until: datetime | None
    last_error: str
    last_error_at: datetime | None
    active_tenants: int = 0


def plugin_views(tenant_id: UUID, text: str = "", category: str = "") -> list[PluginView]:
    """The plugins that the tenant can have or has, by name."""
    installations = queries.installations(tenant_id)
    views = [_view(row, installations.get(row.id)) for row in queries.all_plugins()]
    return [view for view in views if _is_offered(view) and _matches(view, text, category)]


def plugin_view(tenant_id: UUID, slug: str) -> PluginView:
    """One plugin that the tenant can have or has; raises NotFoundError."""
    row = queries.plugin_by_slug(slug)
    view = _view(row, queries.installation(tenant_id, slug)) if row is not None else None
    if view is None or not _is_offered(view):
        raise NotFoundError(_l("There is no such plugin."))
    return view


def platform_views() -> list[PluginView]:
    """All plugins with the number of tenants that have them on; needs a platform scope."""
    counts = queries.active_counts()
    return [_view(row, None, counts.get(row.id, 0)) for row in queries.all_plugins()]


def categories_of(views: Iterable[PluginView]) -> list[str]:
    """The categories of these plugins, each once."""
    return sorted({category for view in views for category in view.categories})


def abilities(slug: str) -> list[Sentence]:
    """Sentences about all that a plugin may do, for whoever decides whether to install it."""
    plugin = loaded(current_app).get(slug)
    if plugin is None:
        return []
    sentences = [_about_hook(hook) for hook in plugin.manifest["hooks"]]
    for name, point in contribution_points.items():
        if name in plugin.manifest:
            sentences += point.describe(plugin)
    return sentences


def pages_of(slug: str) -> dict[str, str]:
    """README and changelog of a plugin as clean HTML, where it has them."""
    plugin = loaded(current_app).get(slug)
    if plugin is None:
        return {}
    files = {"readme": "README.md", "changelog": plugin.manifest.get("changelog", "")}
    texts = {name: _text(plugin.folder / file) for name, file in files.items() if file}
    return {name: render_markdown(text) for name, text in texts.items() if text}


def settings_of(tenant_id: UUID, slug: str) -> tuple[LoadedPlugin, dict[str, Any], frozenset[str]]:
    """The plugin, its settings without secrets, and the names of the secrets that are stored.

    Raises NotFoundError where the plugin cannot be set up.
    """
    plugin, installed = loaded(current_app).get(slug), queries.installation(tenant_id, slug)
    if plugin is None or installed is None or installed.status not in ("active", "inactive"):
        raise NotFoundError(_l("This plugin is not installed."))
    return plugin, dict(installed.config), frozenset(SECRETS.read(installed))


def _text(path: Path) -> str:
    """The file without its title, which the page has already, and without marks of code."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            text = file.read(LONGEST).replace("`", "")
    except OSError:
        return ""
    title, _line_end, rest = text.partition("\n")
    return rest.strip() if title.startswith("# ") else text.strip()


def _about_hook(hook: str) -> Sentence:
    for _type, event in event_types.items():
        if event.hook == hook:
            return _("Learns of: %(event)s (%(name)s)", event=event.label, name=event.event_name)
    sentence = _BEFORE.get(hook)
    return sentence if sentence is not None else _("Takes part in: %(hook)s", hook=hook.replace("_", " "))


def _is_offered(view: PluginView) -> bool:
    return view.installed or (view.slug in loaded(current_app) and view.status in ("available", "blocked"))


def _matches(view: PluginView, text: str, category: str) -> bool:
    if category and category not in view.categories:
        return False
    words = (view.name, view.summary, view.description, view.author, *view.categories)
    return text.casefold() in " ".join(words).casefold()


def _view(row: Plugin, installed: TenantPlugin | None, active_tenants: int = 0) -> PluginView:
    manifest, plugin = row.manifest, loaded(current_app).get(row.slug)
    author = manifest.get("author") or ""
    about = author if isinstance(author, dict) else {"name": author}
    own = installed.status if installed is not None else "available"
    broken_until = installed.broken_until if installed is not None else None
    return PluginView(
        slug=row.slug,
        name=row.name,
        summary=manifest.get("summary") or manifest.get("description", "").partition(". ")[0],
        description=manifest.get("description", ""),
        version=row.version,
        author=about.get("name", ""),
        author_url=about.get("url", ""),
        security=about.get("security", ""),
        license=manifest.get("license", ""),
        icon=manifest.get("icon", "plug"),
        categories=tuple(manifest.get("categories", ())),
        status="blocked" if row.block_reason else row.status if row.status != "available" else own,
        installed=own != "available",
        is_on=own == "active",
        installed_version=installed.version if installed is not None else "",
        installed_at=installed.created_at if installed is not None else None,
        problem=row.problem if row.status == "broken" else "",
        block_reason=row.block_reason,
        deprecation=row.deprecation,
        is_trusted=manifest.get("trust", "sdk") == "full",
        has_settings=plugin is not None and bool(plugin.settings.fields),
        is_testable=plugin is not None and has_callback(plugin, "test_settings"),
        failures=installed.failures if installed is not None else 0,
        broken_until=broken_until if broken_until and broken_until > clock.now() else None,
        last_error=installed.last_error if installed is not None else "",
        last_error_at=installed.last_error_at if installed is not None else None,
        active_tenants=active_tenants,
    )
