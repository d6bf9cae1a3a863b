"""Components that a tenant may use, cached by each process while its content stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from mtc.core.fields import FieldSet
from mtc.core.local_cache import LocalCache
from mtc.pages import queries
from mtc.pages.services.plugin_components import components_of
from mtc.pages.services.shipped_texts import names_of_texts
from mtc.plugins.services.active_plugins import running_plugins

_LARGEST = 500


@dataclass(frozen=True)
class ComponentInfo:
    """The data for placing, filling and rendering a component."""

    id: UUID
    slug: str
    name: str
    type: str
    category: str
    surface: str
    own: bool
    schema: dict[str, Any]
    ui_config: dict[str, Any]
    defaults: dict[str, Any]
    data: tuple[dict[str, Any], ...] = field(default=())
    template: str | None = None
    plugin: str = ""

    @cached_property
    def fields(self) -> FieldSet:
        """Its settings."""
        return FieldSet(self.schema, self.ui_config)

    @cached_property
    def texts(self) -> frozenset[str]:
        """The names of its settings that hold free text, or a list or group that does."""
        return names_of_texts(self.fields)

    @property
    def folder(self) -> str:
        """Where its template lies unless a theme has another: the surface's folder, or the plugin's."""
        return f"plugins/{self.plugin}" if self.plugin else self.surface

    @cached_property
    def reference_keys(self) -> tuple[tuple[str, str], ...]:
        """(setting, kind) of its settings that name something else, such as a picture."""
        formats = [(field.key, field.format or "") for field in self.fields.fields]
        return tuple((key, name.removesuffix("-ref")) for key, name in formats if name.endswith("-ref"))


Book = dict[str, ComponentInfo]
_books: LocalCache[tuple[UUID, int], Book] = LocalCache(_LARGEST)


def component_book(tenant_id: UUID | None = None, version: int | None = None) -> Book:
    """Components by slug, a tenant's own before the system's; remembered when a version is given."""
    if tenant_id is None or version is None:
        return _read_book()
    return _books.get_or_make((tenant_id, version), _read_book)


def forget_books() -> None:
    """Forget what this process remembers."""
    _books.clear()


def _read_book() -> Book:
    rows = queries.components()
    running = running_plugins() if any(plugin for _, plugin in rows) else {}
    return {
        row.slug: _info(row, plugin or "")
        for row, plugin in rows
        if plugin is None or (plugin in running and row.slug in components_of(plugin))
    }


def _info(row: Any, plugin: str) -> ComponentInfo:
    config = row.render_config or {}
    return ComponentInfo(
        id=row.id,
        slug=row.slug,
        name=row.name,
        type=row.type,
        category=row.category,
        surface=str(config.get("surface", "storefront")),
        own=row.tenant_id is not None,
        schema=row.props_schema or {},
        ui_config=config.get("ui_config", {}),
        defaults=row.default_props or {},
        data=tuple(config.get("data", [])),
        template=config.get("template"),
        plugin=plugin,
    )
