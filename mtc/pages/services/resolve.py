"""The seven steps from a page key to plain data; each is one function (ui-tables of the design)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mtc.core.errors import NotFoundError
from mtc.core.i18n import _l
from mtc.core.local_cache import LocalCache
from mtc.core.store_info import StoreInfo
from mtc.pages import queries
from mtc.pages.registry import references
from mtc.pages.services.component_registry import Book, component_book
from mtc.pages.services.design_tokens import branded, font_files, font_stack, keep_sheet, palette, theme_css
from mtc.pages.services.plugin_components import PluginComponent, components_of
from mtc.pages.services.plugin_slots import SlotWidget, slot_widgets
from mtc.pages.services.plugin_sources import is_personal
from mtc.pages.services.slot_board import as_data, only_for
from mtc.pages.services.slot_list import SLOTS, STOREFRONT
from mtc.pages.services.theme_files import follow_files
from mtc.pages.services.visibility import Visitor, depends_on_time, holds_for

LONGEST_SECONDS = 300.0
_LARGEST = 2000
PERSONAL = "personal"
_THEME_PARTS = ("colors", "fonts", "spacing", "borders", "shadows", "cards")
_pages: LocalCache[tuple[Any, ...], dict[str, Any]] = LocalCache(_LARGEST, seconds=LONGEST_SECONDS)

Page = dict[str, Any]


def resolve_page(store: StoreInfo, page: str, visitor: Visitor | None = None) -> Page:
    """The resolved page of a store (StoreInfo) for a visitor; no statement while it is remembered.

    Runs in the tenant's scope. Raises NotFoundError when no template has this page key.
    """
    key = (store.tenant_id, store.id, page, store.content_version, store.theme_slug)
    resolved = _pages.get_or_make(key, lambda: _resolve(store, page))
    return drop_hidden(resolved, visitor or Visitor())


def forget_pages() -> None:
    """Forget every resolved page of this process."""
    _pages.clear()


def _resolve(store: StoreInfo, page: str) -> Page:
    template = find_template(page, store.theme_slug)
    layout = find_layout(template)
    theme = find_theme(template, store)
    widgets = find_widgets(template, page, store)
    book = component_book(store.tenant_id, store.content_version)
    widgets = add_components(widgets, book)
    slots = only_for(slot_widgets(store), STOREFRONT)
    resolved: Page = {"id": str(template.id), "page": page, "layout": layout, "theme": theme}
    resolved |= {"widgets": widgets, "slots": as_data(slots)}
    resolved[PERSONAL] = _has_personal(page, widgets, book, slots)
    theme["plugin_css"] = "".join(component.css for component in _styled(book))
    return apply_overrides(resolved, template.override_config or {}, store.branding)


def _styled(book: Book) -> list[PluginComponent]:
    """The components of plugins that this store may show."""
    return [
        component
        for slug, info in sorted(book.items())
        if info.plugin and (component := components_of(info.plugin).get(slug)) is not None
    ]


def _has_personal(
    page: str, widgets: list[dict[str, Any]], book: Book, slots: Mapping[str, Sequence[SlotWidget]]
) -> bool:
    """Return whether a widget asks a source about the visitor, or a slot of the page wants it made anew."""
    asked = {binding["source"] for widget in widgets for binding in book[widget["component"]["slug"]].data}
    never = {
        name for name, every in slots.items() if any(each.shown and each.cache == "never" for each in every)
    }
    return any(is_personal(name) for name in asked) or any(
        not SLOTS[name].pages or page in SLOTS[name].pages for name in never
    )


def find_template(page: str, theme_slug: str) -> Any:
    """Step 1: the tenant's template of the page, else the system's; the store's theme before the default."""
    own = [theme for theme in queries.themes(theme_slug) if not theme.problem]
    bases = {theme_slug, *(str(theme.settings.get("base") or theme.slug) for theme in own)}
    rows = queries.templates(page, bases)
    if not rows:
        raise NotFoundError(_l("There is no page of this kind."))

    def rank(row: Any) -> tuple[bool, bool, bool]:
        return (row.theme_slug != theme_slug, row.theme_slug not in bases, row.tenant_id is None)

    return min(rows, key=rank)


def find_layout(template: Any) -> dict[str, Any]:
    """Step 2: the regions and the grid of the template's layout."""
    layout = queries.layout(template.layout_id)
    if layout is None:
        raise NotFoundError(_l("The layout of this page is gone."))
    return {
        "slug": layout.slug,
        "regions": layout.regions,
        "grid_config": layout.grid_config,
        "responsive_config": layout.responsive_config,
    }


def find_theme(template: Any, store: StoreInfo) -> dict[str, Any]:
    """Step 3: the theme of the store (else of the template) as it is stored; branding comes in step 6."""
    themes = [theme for theme in queries.themes(store.theme_slug) if not theme.problem]
    theme = themes[0] if themes else queries.theme(template.theme_id)
    if theme is None:
        raise NotFoundError(_l("The theme of this store is gone."))
    settings = theme.settings or {}
    base = str(settings.get("base") or theme.slug)
    if base != theme.slug and queries.broken_themes(base):
        base = template.theme_slug
    follow_files(base, str(settings.get("files", "")) or theme.source_hash)
    return {
        "slug": base,
        "name": theme.name,
        "scheme": settings.get("scheme", "light"),
        "colors": theme.colors,
        "fonts": theme.fonts,
        "spacing": theme.spacing,
        "borders": theme.borders,
        "shadows": theme.shadows,
        "cards": settings.get("cards", {}),
    }


def find_widgets(template: Any, page: str, store: StoreInfo) -> list[dict[str, Any]]:
    """Step 4: the widgets by region, then position. A region with widgets of the store shows those;

    else those that the tenant placed for all its stores; else the template's own.
    """
    layers: dict[str, tuple[int, list[dict[str, Any]]]] = {}
    for number, placed in enumerate((template.override_config or {}).get("widgets", [])):
        entry = {
            "id": f"{page}-{number}",
            "region": placed.get("region", "main"),
            "position": placed.get("position", number),
            "component": {"slug": placed["component"], "type": "widget"},
            "props": placed.get("props", {}),
            "visibility_rules": placed.get("visibility_rules", {}),
            "shipped": template.tenant_id is None,
        }
        layers.setdefault(entry["region"], (0, []))[1].append(entry)
    for row in queries.widgets(page, store.id, store.tenant_id):
        level = 2 if row.store_id is not None else 1
        if layers.get(row.region, (-1, []))[0] < level:
            layers[row.region] = (level, [])
        if layers[row.region][0] == level and row.is_active:
            layers[row.region][1].append(
                {
                    "id": str(row.id),
                    "region": row.region,
                    "position": row.position,
                    "component": {"slug": row.slug, "type": row.type},
                    "props": row.props or {},
                    "visibility_rules": row.visibility_rules or {},
                }
            )
    widgets = [widget for _, layer in layers.values() for widget in layer]
    return sorted(widgets, key=lambda widget: (widget["region"], widget["position"]))


def add_components(widgets: list[dict[str, Any]], book: Book) -> list[dict[str, Any]]:
    """Step 5: each widget's component, its default props under the widget's; unknown ones are dropped."""
    usable = [widget for widget in widgets if widget["component"]["slug"] in book]
    filled = []
    for widget in usable:
        info = book[widget["component"]["slug"]]
        props = {**info.defaults, **widget["props"]}
        component = {"slug": info.slug, "type": info.type}
        filled.append({**widget, "component": component, "props": props})
    return _look_up(filled, book)


def _look_up(widgets: list[dict[str, Any]], book: Book) -> list[dict[str, Any]]:
    """Put what they refer to in the place of references whose kind has a look-up, such as pictures."""
    ids_by_type: dict[str, set[str]] = {}
    for widget in widgets:
        for key, reference_type in book[widget["component"]["slug"]].reference_keys:
            value = widget["props"].get(key)
            if isinstance(value, str) and value and reference_type in references:
                ids_by_type.setdefault(reference_type, set()).add(value)
    existing = {
        reference_type: references.get(reference_type)(sorted(ids))
        for reference_type, ids in ids_by_type.items()
    }
    for widget in widgets:
        for key, reference_type in book[widget["component"]["slug"]].reference_keys:
            value = widget["props"].get(key)
            if isinstance(value, str) and value in existing.get(reference_type, {}):
                widget["props"] = {**widget["props"], key: existing[reference_type][value]}
    return widgets


def apply_overrides(resolved: Page, override: Mapping[str, Any], branding: Mapping[str, Any]) -> Page:
    """Step 6: branding over the theme, then the template's override_config {theme, layout, props}."""
    theme = branded(resolved["theme"], branding or {})
    for part, values in (override.get("theme") or {}).items():
        if part in _THEME_PARTS and isinstance(values, Mapping):
            theme[part] = {**theme[part], **values}
    layout = {
        **resolved["layout"],
        **{
            k: v
            for k, v in (override.get("layout") or {}).items()
            if k in ("regions", "grid_config", "responsive_config")
        },
    }
    patches = override.get("props") or {}
    widgets = [
        {**widget, "props": {**widget["props"], **patches.get(widget["component"]["slug"], {})}}
        for widget in resolved["widgets"]
    ]
    return {**resolved, "theme": _finished(theme), "layout": layout, "widgets": widgets}


def _finished(theme: dict[str, Any]) -> dict[str, Any]:
    """The theme as pages get it: flat parsed colours, font families, and the address of its sheet.

    The sheet holds the styles of plugins' components, too.
    """
    css = theme.pop("plugin_css", "")
    css = f"@layer components{{{css}}}\n" if css else ""
    families = {
        part: stack
        for part in ("body", "heading", "mono")
        if (stack := font_stack(theme["fonts"].get(part))) is not None
    }
    return {
        **theme,
        "colors": palette(theme["colors"].get("light")),
        "has_dark": bool(theme["colors"].get("dark")),
        "fonts": {**theme["fonts"], **families},
        "fonts_preload": font_files(theme),
        "sheet": keep_sheet(theme_css(theme) + css),
    }


def drop_hidden(resolved: Page, visitor: Visitor) -> Page:
    """Step 7: without the widgets that this visitor may not see; their rules are not part of the data."""
    widgets = []
    for widget in resolved["widgets"]:
        rules = widget["visibility_rules"]
        if not rules or holds_for(rules, visitor):
            widgets.append({name: value for name, value in widget.items() if name != "visibility_rules"})
    shown = {name: value for name, value in resolved.items() if name != PERSONAL}
    return {**shown, "widgets": widgets}


def is_personal_page(store: StoreInfo, page: str) -> bool:
    """Return whether the page has to be made for each visitor; true when the page is not cached."""
    remembered = _pages.get((store.tenant_id, store.id, page, store.content_version, store.theme_slug))
    return remembered is None or bool(remembered[PERSONAL])


def changes_with_time(store: StoreInfo, page: str) -> bool:
    """Return whether a widget of the page is shown at some times only; true when the page is not cached."""
    remembered = _pages.get((store.tenant_id, store.id, page, store.content_version, store.theme_slug))
    return remembered is None or any(depends_on_time(w["visibility_rules"]) for w in remembered["widgets"])
