"""The page tables: themes, layouts, components, widgets, templates and the versions of pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from mtc.core.db import Base, SharedModel, TenantModel, tenant_foreign_key


def _slug_keys(table: str, *columns: str) -> tuple[Index, Index]:
    """Unique per tenant, and unique among the system's rows (where tenant_id is null)."""
    names = "_".join(columns)
    return (
        Index(f"uq_{table}_tenant_id_{names}", "tenant_id", *columns, unique=True),
        Index(
            f"uq_{table}_system_{names}",
            *columns,
            unique=True,
            postgresql_where=text("tenant_id IS NULL"),
            sqlite_where=text("tenant_id IS NULL"),
        ),
    )


class Theme(SharedModel, Base):
    """Colours, fonts, spacing, borders and shadows of a look; settings {base: folder, scheme, cards, …}."""

    __tablename__ = "ui_themes"
    __entity__ = "theme"
    __label__ = ("name",)
    __table_args__ = _slug_keys("ui_themes", "slug")

    name: Mapped[str] = mapped_column(String(100))
    slug: Mapped[str] = mapped_column(String(63))
    is_default: Mapped[bool] = mapped_column(Boolean, default=False)
    is_system: Mapped[bool] = mapped_column(Boolean, default=False)
    colors: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fonts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    spacing: Mapped[dict[str, Any]] = mapped_column(default=dict)
    borders: Mapped[dict[str, Any]] = mapped_column(default=dict)
    shadows: Mapped[dict[str, Any]] = mapped_column(default=dict)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    source_hash: Mapped[str] = mapped_column(String(64), default="")
    problem: Mapped[str] = mapped_column(Text, default="", server_default="")
    updated_at: Mapped[datetime | None] = mapped_column()


class Layout(SharedModel, Base):
    """A page's regions and grid."""

    __tablename__ = "ui_layouts"
    __entity__ = "layout"
    __label__ = ("name",)
    __table_args__ = (*_slug_keys("ui_layouts", "slug"), Index("ix_ui_layouts_plugin_id", "plugin_id"))

    plugin_id: Mapped[UUID | None] = mapped_column(ForeignKey("plugins.id"))
    name: Mapped[str] = mapped_column(String(100))
    slug: Mapped[str] = mapped_column(String(63))
    type: Mapped[str] = mapped_column(String(20), default="page")
    is_system: Mapped[bool] = mapped_column(Boolean, default=False)
    grid_config: Mapped[dict[str, Any]] = mapped_column(default=dict)
    regions: Mapped[list[Any]] = mapped_column(default=list)
    responsive_config: Mapped[dict[str, Any]] = mapped_column(default=dict)
    source_hash: Mapped[str] = mapped_column(String(64), default="")
    updated_at: Mapped[datetime | None] = mapped_column()


class Component(SharedModel, Base):
    """A building block: what it can be set to, and how it is drawn."""

    __tablename__ = "ui_components"
    __entity__ = "component"
    __label__ = ("name",)
    __table_args__ = (*_slug_keys("ui_components", "slug"), Index("ix_ui_components_plugin_id", "plugin_id"))

    plugin_id: Mapped[UUID | None] = mapped_column(ForeignKey("plugins.id"))
    name: Mapped[str] = mapped_column(String(100))
    slug: Mapped[str] = mapped_column(String(63))
    type: Mapped[str] = mapped_column(String(20), default="widget")
    category: Mapped[str] = mapped_column(String(40), default="content")
    is_system: Mapped[bool] = mapped_column(Boolean, default=False)
    props_schema: Mapped[dict[str, Any]] = mapped_column(default=dict)
    default_props: Mapped[dict[str, Any]] = mapped_column(default=dict)
    render_config: Mapped[dict[str, Any]] = mapped_column(default=dict)
    dependencies: Mapped[list[Any]] = mapped_column(default=list)
    source_hash: Mapped[str] = mapped_column(String(64), default="")
    updated_at: Mapped[datetime | None] = mapped_column()


class Template(SharedModel, Base):
    """A whole page of a theme: its layout, its theme, its overrides and (system rows) its default widgets."""

    __tablename__ = "ui_templates"
    __entity__ = "template"
    __label__ = ("name",)
    __table_args__ = (
        *_slug_keys("ui_templates", "theme_id", "page"),
        Index("ix_ui_templates_plugin_id", "plugin_id"),
        Index("ix_ui_templates_layout_id", "layout_id"),
    )

    plugin_id: Mapped[UUID | None] = mapped_column(ForeignKey("plugins.id"))
    page: Mapped[str] = mapped_column(String(63))
    name: Mapped[str] = mapped_column(String(100))
    layout_id: Mapped[UUID] = mapped_column(ForeignKey("ui_layouts.id"))
    theme_id: Mapped[UUID] = mapped_column(ForeignKey("ui_themes.id"))
    is_default: Mapped[bool] = mapped_column(Boolean, default=False)
    is_system: Mapped[bool] = mapped_column(Boolean, default=False)
    override_config: Mapped[dict[str, Any]] = mapped_column(default=dict)
    source_hash: Mapped[str] = mapped_column(String(64), default="")
    updated_at: Mapped[datetime | None] = mapped_column()


class Widget(TenantModel, Base):
    """A component placed on a page of a tenant (of one store, when store_id is set)."""

    __tablename__ = "ui_widgets"
    __entity__ = "widget"
    __table_args__ = (
        tenant_foreign_key("store_id", "stores", ondelete="CASCADE"),
        Index("ix_ui_widgets_tenant_id_page", "tenant_id", "page", "region", "position"),
        Index("ix_ui_widgets_tenant_id_store_id", "tenant_id", "store_id"),
        Index("ix_ui_widgets_component_id", "component_id"),
    )

    store_id: Mapped[UUID | None] = mapped_column()
    component_id: Mapped[UUID] = mapped_column(ForeignKey("ui_components.id"))
    page: Mapped[str] = mapped_column(String(63))
    region: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(Integer, default=0)
    props: Mapped[dict[str, Any]] = mapped_column(default=dict)
    visibility_rules: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)


class PageVersion(TenantModel, Base):
    """A state of a page that was saved: a draft, what was published, or an automatic copy."""

    __tablename__ = "ui_page_versions"
    __entity__ = "page_version"
    __table_args__ = (
        tenant_foreign_key("store_id", "stores", ondelete="CASCADE"),
        Index("ix_ui_page_versions_tenant_id_page", "tenant_id", "store_id", "page", "created_at"),
        UniqueConstraint("tenant_id", "store_id", "page", "number"),
    )

    store_id: Mapped[UUID] = mapped_column()
    page: Mapped[str] = mapped_column(String(63))
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20), default="published")
    label: Mapped[str] = mapped_column(String(100), default="")
    snapshot: Mapped[dict[str, Any]] = mapped_column(default=dict)
    author_id: Mapped[UUID | None] = mapped_column()
    publish_at: Mapped[datetime | None] = mapped_column()
