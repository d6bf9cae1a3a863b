"""Placing, moving, setting and hiding the widgets of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from mtc.core.db import require_scope, session
from mtc.core.errors import NotFoundError, ValidationError
from mtc.core.i18n import _l
from mtc.pages import queries
from mtc.pages.models import Widget
from mtc.pages.registry import references
from mtc.pages.services.component_registry import component_book
from mtc.pages.services.visibility import check_visibility
from mtc.tenants.services import bump_content_version

MOST_PER_PAGE = 60
_HOME_REGIONS = {"announcement-bar": "announcement", "site-header": "header", "site-footer": "footer"}


def _tenant() -> UUID:
    tenant_id = require_scope().tenant_id
    if tenant_id is None:
        raise ValidationError(_l("Widgets belong to a tenant."))
    return tenant_id


def _widget(widget_id: UUID) -> Widget:
    widget = queries.widget(widget_id, _tenant())
    if widget is None:
        raise NotFoundError(_l("There is no such widget."))
    return widget


def _is_known(reference_type: str, name: str) -> bool:
    """Return whether the target of a reference exists in this tenant; kinds without a look-up always do."""
    return reference_type not in references or name in references.get(reference_type)([name])


def _props(component: str, props: Mapping[str, Any]) -> tuple[UUID, dict[str, Any]]:
    info = component_book().get(component)
    if info is None:
        raise ValidationError(
            _l("This component does not exist."), {"component": [_l("Choose one from the list.")]}
        )
    checked = info.fields.validate({**info.defaults, **props}, refs=_is_known)
    return info.id, checked


def _region(page: str, component: str, region: str | None) -> str:
    return region or _HOME_REGIONS.get(component, "main")


def place_widget(
    store_id: UUID,
    page: str,
    component: str,
    *,
    region: str | None = None,
    position: int | None = None,
    props: Mapping[str, Any] | None = None,
    visibility_rules: Mapping[str, Any] | None = None,
) -> Widget:
    """Put a component on a page, at the end of its region unless a position is given.

    A region with a widget of its own no longer shows the template's. Raises ValidationError.
    """
    tenant_id = _tenant()
    component_id, checked = _props(component, props or {})
    place = _region(page, component, region)
    here = queries.placed(page, place, store_id, tenant_id)
    if len(queries.placed(page, None, store_id, tenant_id)) >= MOST_PER_PAGE:
        raise ValidationError(_l("A page may have at most %(most)s widgets.", most=MOST_PER_PAGE))
    widget = Widget(
        tenant_id=tenant_id,
        store_id=store_id,
        component_id=component_id,
        page=page,
        region=place,
        props=checked,
        visibility_rules=check_visibility(visibility_rules or {}),
        is_active=True,
    )
    session.add(widget)
    _number([*here[:position], widget, *here[position:]] if position is not None else [*here, widget])
    session.flush()
    bump_content_version(tenant_id)
    return widget


def replace_widgets(store_id: UUID, page: str, widgets: Sequence[Mapping[str, Any]]) -> list[Widget]:
    """Make these the widgets of a page: [{component, region?, props?, visibility_rules?}], in their order.

    Regions that none of them names keep the template's. Raises ValidationError and then changes nothing.
    """
    tenant_id = _tenant()
    if len(widgets) > MOST_PER_PAGE:
        raise ValidationError(_l("A page may have at most %(most)s widgets.", most=MOST_PER_PAGE))
    made = []
    for values in widgets:
        component_id, checked = _props(str(values.get("component", "")), values.get("props") or {})
        made.append(
            Widget(
                tenant_id=tenant_id,
                store_id=store_id,
                component_id=component_id,
                page=page,
                region=_region(page, str(values["component"]), values.get("region")),
                props=checked,
                visibility_rules=check_visibility(values.get("visibility_rules") or {}),
                is_active=True,
            )
        )
    for old in queries.placed(page, None, store_id, tenant_id):
        session.delete(old)
    for region in dict.fromkeys(widget.region for widget in made):
        _number([widget for widget in made if widget.region == region])
    session.add_all(made)
    session.flush()
    bump_content_version(tenant_id)
    return made


def move_widget(widget_id: UUID, *, region: str | None = None, position: int = 0) -> Widget:
    """Move a widget within its region or to another one; both stay numbered without gaps."""
    widget = _widget(widget_id)
    tenant_id, old = widget.tenant_id, widget.region
    target = region or old
    here = [
        other
        for other in queries.placed(widget.page, target, widget.store_id, tenant_id)
        if other.id != widget.id
    ]
    widget.region = target
    place = max(0, min(position, len(here)))
    _number([*here[:place], widget, *here[place:]])
    session.flush()
    if target != old:
        _number(queries.placed(widget.page, old, widget.store_id, tenant_id))
        session.flush()
    bump_content_version(tenant_id)
    return widget


def set_props(widget_id: UUID, props: Mapping[str, Any]) -> Widget:
    """Change a widget's settings; those not named keep their values. Raises ValidationError by field."""
    widget = _widget(widget_id)
    component = queries.component_by_id(widget.component_id)
    if component is None:
        raise NotFoundError(_l("The component of this widget is gone."))
    _, checked = _props(component.slug, {**widget.props, **props})
    widget.props = checked
    session.flush()
    bump_content_version(widget.tenant_id)
    return widget


def set_visibility(widget_id: UUID, visibility_rules: Mapping[str, Any]) -> Widget:
    """Say who sees a widget. Raises ValidationError."""
    widget = _widget(widget_id)
    widget.visibility_rules = check_visibility(visibility_rules)
    session.flush()
    bump_content_version(widget.tenant_id)
    return widget


def show_widget(widget_id: UUID, *, shown: bool) -> Widget:
    """Hide a widget, or show it again; a hidden one keeps its place."""
    widget = _widget(widget_id)
    widget.is_active = shown
    session.flush()
    bump_content_version(widget.tenant_id)
    return widget


def remove_widget(widget_id: UUID) -> None:
    """Take a widget off its page."""
    widget = _widget(widget_id)
    page, region, store_id, tenant_id = widget.page, widget.region, widget.store_id, widget.tenant_id
    session.delete(widget)
    session.flush()
    _number(queries.placed(page, region, store_id, tenant_id))
    session.flush()
    bump_content_version(tenant_id)


def _number(widgets: Sequence[Widget]) -> None:
    for position, widget in enumerate(widgets):
        widget.position = position
