"""Navigation, footer and announcement of a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mtc.core.errors import ValidationError
from mtc.core.events import emit
from mtc.core.fields.formats import is_link, scrub
from mtc.core.hook_calls import run_before
from mtc.core.i18n import Sentence, _l
from mtc.core.tenancy import belongs_to_tenant
from mtc.tenants.events import StoreUpdated
from mtc.tenants.hooks import MenuChange
from mtc.tenants.models import Store
from mtc.tenants.services.settings import change_settings
from mtc.tenants.services.store_lookup import StoreInfo

MOST_LINKS, MOST_COLUMNS, MOST_LINES = 12, 4, 6
LONGEST_LABEL, LONGEST_ANNOUNCEMENT, LONGEST_LINE = 60, 120, 300

Link = Mapping[str, Any]


def menus_of(store: StoreInfo) -> dict[str, Any]:
    """Return the menus: {navigation, columns, lines, announcement}; links to nowhere are among them."""
    footer = store.settings.get("footer") or {}
    return {
        "navigation": _plain(store.settings.get("navigation")),
        "columns": [
            {"title": str(column.get("title", "")), "links": _plain(column.get("links"))}
            for column in footer.get("columns") or []
            if isinstance(column, dict)
        ],
        "lines": [line for line in footer.get("legal") or [] if isinstance(line, str)],
        "announcement": str(store.settings.get("announcement") or ""),
    }


def save_menus(
    store: StoreInfo,
    *,
    navigation: Sequence[Link] | None = None,
    columns: Sequence[Mapping[str, Any]] | None = None,
    lines: Sequence[str] | None = None,
    announcement: str | None = None,
) -> Store:
    """Change the given ones; the others stay. Raises ValidationError, by the place of each mistake."""
    errors: dict[str, list[Sentence]] = {}
    parts: dict[str, Any] = {}
    footer = dict(store.settings.get("footer") or {})
    if navigation is not None:
        parts["navigation"] = _links("navigation", navigation, errors)
    if columns is not None:
        footer["columns"] = _columns(columns, errors)
    if lines is not None:
        footer["legal"] = _lines(lines, errors)
    if columns is not None or lines is not None:
        parts["footer"] = footer
    if announcement is not None:
        text = scrub(announcement, multiline=False)
        if len(text) > LONGEST_ANNOUNCEMENT:
            errors["announcement"] = [
                _l(
                    "Use at most %(most)s characters.",
                    most=LONGEST_ANNOUNCEMENT,
                )
            ]
        parts["announcement"] = text or None
    if errors:
        raise ValidationError(_l("Check the marked fields."), errors)
    run_before("before_menu_update", MenuChange(store.id, dict(parts)))
    changed = change_settings(store.tenant_id, store.id, parts)
    if belongs_to_tenant():
        emit(StoreUpdated(entity_id=changed.id, name=changed.name, changed=sorted(parts)))
    return changed


def _plain(values: Any) -> list[dict[str, str]]:
    return [
        {"label": str(link.get("label", "")), "url": str(link.get("url", ""))}
        for link in values or []
        if isinstance(link, dict)
    ]


def _links(place: str, values: Sequence[Link], errors: dict[str, list[Sentence]]) -> list[dict[str, str]]:
    if len(values) > MOST_LINKS:
        errors[place] = [_l("Use at most %(most)s links.", most=MOST_LINKS)]
    links = []
    for number, link in enumerate(values[:MOST_LINKS]):
        label = scrub(str(link.get("label") or ""), multiline=False)
        url = str(link.get("url") or "").strip()
        if not 1 <= len(label) <= LONGEST_LABEL:
            errors[f"{place}-{number}-label"] = [_l("Write 1 to %(most)s characters.", most=LONGEST_LABEL)]
        if not is_link(url) or len(url) > 500:
            errors[f"{place}-{number}-url"] = [_l("Write an address such as https://example.com or /search.")]
        links.append({"label": label, "url": url})
    return links


def _columns(values: Sequence[Mapping[str, Any]], errors: dict[str, list[Sentence]]) -> list[dict[str, Any]]:
    if len(values) > MOST_COLUMNS:
        errors["columns"] = [_l("Use at most %(most)s columns.", most=MOST_COLUMNS)]
    columns = []
    for number, column in enumerate(values[:MOST_COLUMNS]):
        title = scrub(str(column.get("title") or ""), multiline=False)
        if not 1 <= len(title) <= LONGEST_LABEL:
            errors[f"columns-{number}-title"] = [_l("Write 1 to %(most)s characters.", most=LONGEST_LABEL)]
        links = _links(f"columns-{number}-links", list(column.get("links") or []), errors)
        columns.append({"title": title, "links": links})
    return columns


def _lines(values: Sequence[str], errors: dict[str, list[Sentence]]) -> list[str]:
    lines = [line for value in values if (line := scrub(str(value), multiline=False))]
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        errors["lines"] = [
            _l(
                "Use at most %(most)s lines of %(longest_line)s characters.",
                most=MOST_LINES,
                longest_line=LONGEST_LINE,
            )
        ]
    return lines
