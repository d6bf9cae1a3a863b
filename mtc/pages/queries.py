"""Queries of themes, layouts, components, templates and widgets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, or_, select

from mtc.core.db import session
from mtc.pages.models import Component, Layout, Template, Theme, Widget
from mtc.plugins.models import Plugin
from mtc.tenants.models import Store


def templates(page: str, theme_slugs: Collection[str]) -> list[Row[Any]]:
    """The templates of a page for these themes and the default ones, the tenant's own among them."""
    query = (
        select(
            Template.id, Template.tenant_id, Template.page, Template.name, Template.layout_id,
            Template.theme_id, Template.is_default, Template.override_config, Theme.slug.label("theme_slug"),
        )
        .join(Theme, Theme.id == Template.theme_id)
        .where(
            Template.page == page,
            Theme.problem == "",
            or_(Theme.slug.in_(theme_slugs), Template.is_default.is_(True)),
        )
        .order_by(Template.created_at, Template.id)
    )  # fmt: skip
    return list(session.execute(query).all())


def layout(layout_id: UUID) -> Layout | None:
    """One layout, of the tenant or the system."""
    return session.scalars(select(Layout).where(Layout.id == layout_id)).first()


def themes(slug: str = "") -> list[Theme]:
    """The themes of a slug (all without one); the tenant's own before the system's."""
    query = select(Theme).order_by(Theme.tenant_id.is_(None), Theme.created_at, Theme.id)
    return list(session.scalars(query.where(Theme.slug == slug) if slug else query).all())


def tenants_with_theme(slugs: Collection[str] | None) -> list[UUID]:
    """The tenants with a store that has one of these themes, or a theme of their own that builds on one.

    All tenants with a store for None. Needs a platform scope.
    """
    stores = select(Store.tenant_id, Store.theme_slug)
    own = select(Theme.tenant_id, Theme.slug, Theme.settings).where(Theme.tenant_id.is_not(None))
    bases = {(row.tenant_id, row.slug): (row.settings or {}).get("base") for row in session.execute(own)}
    tenants = {
        row.tenant_id
        for row in session.execute(stores)
        if slugs is None or row.theme_slug in slugs or bases.get((row.tenant_id, row.theme_slug)) in slugs
    }
    return sorted(tenants)


def broken_themes(slug: str = "") -> Sequence[Any]:
    """(slug, name, problem) of the system's themes that cannot be used; with a slug, if it is that one."""
    query = select(Theme.slug, Theme.name, Theme.problem).where(
        Theme.tenant_id.is_(None), Theme.problem != ""
    )
    return session.execute(query.where(Theme.slug == slug) if slug else query).all()


def theme(theme_id: UUID) -> Theme | None:
    """One theme, of the tenant or the system."""
    return session.scalars(select(Theme).where(Theme.id == theme_id)).first()


def components() -> Sequence[Any]:
    """(component, plugin or None) of the system's components and those of plugins, then the tenant's."""
    query = select(Component, Plugin.slug).outerjoin(Plugin, Plugin.id == Component.plugin_id)
    query = query.order_by(Component.tenant_id.is_not(None), Component.created_at, Component.id)
    return session.execute(query).all()


def components_of_plugin(plugin_id: UUID) -> Sequence[Component]:
    """The rows of the components that a plugin brings; needs a platform scope."""
    query = select(Component).where(Component.plugin_id == plugin_id, Component.tenant_id.is_(None))
    return session.scalars(query).all()


def component(slug: str) -> Component | None:
    """Return the component of that slug; the tenant's own before the system's."""
    query = select(Component).where(Component.slug == slug).order_by(Component.tenant_id.is_(None))
    return session.scalars(query).first()


def component_by_id(component_id: UUID) -> Component | None:
    """One component, of the tenant or the system."""
    return session.scalars(select(Component).where(Component.id == component_id)).first()


def widgets(page: str, store_id: UUID | None, tenant_id: UUID) -> list[Row[Any]]:
    """The widgets of a page with their components, by region and position; those of all stores too."""
    query = (
        select(
            Widget.id, Widget.store_id, Widget.region, Widget.position, Widget.props,
            Widget.visibility_rules, Widget.is_active, Component.slug, Component.type,
        )
        .join(Component, Component.id == Widget.component_id)
        .where(
            Widget.tenant_id == tenant_id,
            Widget.page == page,
            or_(Widget.store_id == store_id, Widget.store_id.is_(None)),
        )
        .order_by(Widget.region, Widget.position, Widget.id)
    )  # fmt: skip
    return list(session.execute(query).all())


def widget(widget_id: UUID, tenant_id: UUID) -> Widget | None:
    """One widget of the tenant."""
    query = select(Widget).where(Widget.tenant_id == tenant_id, Widget.id == widget_id)
    return session.scalars(query).first()


def placed(page: str, region: str | None, store_id: UUID | None, tenant_id: UUID) -> list[Widget]:
    """The widgets of a page (of one region) of a store as entities, in their order."""
    query = select(Widget).where(
        Widget.tenant_id == tenant_id, Widget.page == page, Widget.store_id == store_id
    )
    if region is not None:
        query = query.where(Widget.region == region)
    return list(session.scalars(query.order_by(Widget.region, Widget.position, Widget.id)).all())


def system_rows(model: Any) -> list[Any]:
    """The rows of a table that belong to no tenant; needs a platform scope."""
    return list(session.scalars(select(model).where(model.tenant_id.is_(None))).all())


def system_hashes(model: Any, *columns: str) -> dict[tuple[Any, ...], str]:
    """{(columns): source hash} of the system's rows; needs a platform scope."""
    keys = [getattr(model, name) for name in columns]
    rows = session.execute(select(*keys, model.source_hash).where(model.tenant_id.is_(None)))
    return {tuple(row[:-1]): row[-1] for row in rows}
