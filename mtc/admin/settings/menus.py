"""Settings, navigation and footer: lists of links that are edited on one form, also without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, store
from mtc.admin.navigation import settings_tabs
from mtc.admin.settings.tabs import settings_page
from mtc.catalog import queries as catalog
from mtc.core.errors import ValidationError
from mtc.core.i18n import _, _l
from mtc.tenants.services import legal_links
from mtc.tenants.services.menus import MOST_COLUMNS, MOST_LINKS, menus_of, save_menus
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.responses import see_other

OTHER = "url"


@admin.get("/settings/navigation")
@settings_tabs.entry("menus", _l("Navigation & footer"), order=30)
@requires("settings:read")
def settings_menus(tenant: str) -> Response:
    """Navigation, footer and announcement as they are."""
    del tenant
    return _show(menus_of(store()))


@admin.post("/settings/navigation")
@requires("settings:write")
@audited(_l("Changed navigation and footer"))
def save_navigation(tenant: str) -> Response | WerkzeugResponse:
    """Save all of it; with a button that adds, moves or removes only show the form as it becomes."""
    del tenant
    typed = _read()
    operation = request.form.get("op", "")
    if operation:
        _apply(typed, operation[:80])
        return _show(typed, unsaved=True)
    try:
        save_menus(store(), **typed)
    except ValidationError as error:
        return _show(typed, error.details, 422)
    flash(_("Navigation and footer are saved. The store shows them at once."))
    return see_other(f"{base()}/settings/navigation")


def _read() -> dict[str, Any]:
    form = request.form
    columns = []
    for number in range(MOST_COLUMNS + 1):
        if f"columns-{number}-title" in form:
            title = form.get(f"columns-{number}-title", "")[:300]
            columns.append({"title": title, "links": list(_links(f"columns-{number}-links"))})
    return {
        "navigation": list(_links("navigation")),
        "columns": columns,
        "lines": form.get("lines", "")[:5000].splitlines(),
        "announcement": form.get("announcement", "")[:500],
    }


def _links(place: str) -> Iterator[dict[str, str]]:
    form = request.form
    for number in range(MOST_LINKS + 1):
        name = f"{place}-{number}"
        if f"{name}-label" in form:
            target = form.get(f"{name}-target", OTHER)[:500]
            url = form.get(f"{name}-url", "")[:600] if target == OTHER else target
            yield {"label": form.get(f"{name}-label", "")[:300], "url": url}


def _apply(typed: dict[str, Any], operation: str) -> None:
    """Press a button: `navigation-add`, `columns-0-links-2-up`; what means nothing here changes nothing."""
    *steps, verb = operation.split("-")
    place: Any = typed
    index: int | None = None
    for step in steps:
        if index is not None:
            place, index = place[index], None
        if step.isascii() and step.isdigit() and isinstance(place, list) and int(step[:4]) < len(place):
            index = int(step[:4])
        elif isinstance(place, dict) and isinstance(place.get(step), list):
            place = place[step]
        else:
            return
    if not isinstance(place, list):
        return
    if verb == "add" and index is None:
        columns = place is typed["columns"]
        if len(place) < (MOST_COLUMNS if columns else MOST_LINKS):
            place.append({"title": "", "links": []} if columns else {"label": "", "url": ""})
    elif verb == "remove" and index is not None:
        del place[index]
    elif verb in ("up", "down") and index is not None:
        other = index - 1 if verb == "up" else index + 1
        if 0 <= other < len(place):
            place[index], place[other] = place[other], place[index]


def _targets() -> list[tuple[str, str]]:
    """Return where links of the store can lead: (address, words)."""
    shop = store()
    pages = [
        (f"/pages/{page['slug']}", _("Page: %(title)s", title=page.get("title", "")))
        for page in shop.settings.get("pages") or []
        if isinstance(page, dict) and page.get("slug")
    ]
    return [
        ("/", _("Home")),
        ("/search", _("All products")),
        ("/account", _("Account")),
        *((f"/c/{row.slug}", _("Collection: %(title)s", title=row.name)) for row in catalog.collections()),
        *pages,
        *((link["url"], _("Page: %(title)s", title=link["label"])) for link in legal_links(shop)),
    ]


def _show(
    typed: dict[str, Any],
    errors: dict[str, Any] | None = None,
    status: int = 200,
    *,
    unsaved: bool = False,
) -> Response:
    targets = _targets()
    return settings_page(
        "admin/settings/menus.html",
        "menus",
        status=status,
        errors=errors or {},
        unsaved=unsaved,
        typed=typed,
        targets=[*targets, (OTHER, _("Another address"))],
        known={url for url, _ in targets},
        most_links=MOST_LINKS,
        most_columns=MOST_COLUMNS,
    )
