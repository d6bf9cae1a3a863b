"""Settings, look: theme, colours, logo and icon."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, store
from mtc.admin.media.serve import picture_of
from mtc.admin.media.uploads import stored_picture
from mtc.admin.navigation import settings_tabs
from mtc.admin.settings.tabs import settings_page
from mtc.core.errors import AppError, ValidationError
from mtc.core.i18n import _, _l
from mtc.media.services import media
from mtc.pages.services import appearance
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.picture_urls import smaller
from mtc.web.responses import see_other

LOGO_WIDTH = 640
PICTURES = {
    "logo": (
        _l("Logo"),
        _l("In header and footer, 32 pixels high. Without one the name of the store stands there."),
    ),
    "logo_dark": (
        _l("Logo on dark"),
        _l("Instead of the logo where the theme has dark colours and they are on."),
    ),
    "favicon": (_l("Icon"), _l("In the tab of the browser: square. Without one it is the store's initial.")),
    "og_image": (_l("Sharing picture"), _l("Shown where a link to the store is shared, 1200 by 630 pixels.")),
}


@admin.get("/settings/look")
@settings_tabs.entry("look", _l("Look"), order=20)
@requires("settings:read")
def settings_look(tenant: str) -> Response:
    """Theme, colours and pictures as they are."""
    del tenant
    return _show()


@admin.post("/settings/look/theme")
@requires("settings:write")
@audited(_l("Gave the store another theme"))
def save_theme(tenant: str) -> Response | WerkzeugResponse:
    """Give the store another theme."""
    del tenant
    try:
        appearance.choose_theme(store(), request.form.get("theme", "")[:63])
    except ValidationError as error:
        return _show(error.details, 422)
    flash(_("The store has its new theme now."))
    return see_other(f"{base()}/settings/look")


@admin.post("/settings/look/colours")
@requires("settings:write")
@audited(_l("Changed the store's colours"))
def save_colours(tenant: str) -> Response | WerkzeugResponse:
    """Set the brand's colours, or take the theme's again."""
    del tenant
    names = appearance.theme_colors(store())
    typed = {name: request.form.get(f"color-{name}", "")[:20] for name in names}
    if request.form.get("do") == "reset":
        typed = dict.fromkeys(names, "")
    try:
        warnings = appearance.save_colors(store(), typed)
    except ValidationError as error:
        return _show({f"color-{name}": some for name, some in error.details.items()}, 422, typed)
    flash(_("The colours are saved. Text on them was made readable where it was not."))
    if warnings:
        flash(warnings[0], "warning")
    return see_other(f"{base()}/settings/look#colours")


@admin.post("/settings/look/pictures/<name>")
@requires("settings:write", uploads=True)
@audited(_l("Changed a picture of the brand"))
def save_brand_picture(tenant: str, name: str) -> Response | WerkzeugResponse:
    """Upload one of the brand's pictures, take it away, or make the logo the icon."""
    del tenant
    do = request.form.get("do", "")
    try:
        if do == "remove":
            appearance.set_picture(store(), name, None)
        elif do == "logo" and name == "favicon":
            appearance.set_picture(store(), name, store().branding.get("logo") or "")
        else:
            image = media.as_image(_uploaded(name))
            small = smaller(image, LOGO_WIDTH) if name.startswith("logo") else ""
            appearance.set_picture(store(), name, small or image["src"])
    except AppError as error:
        details = next(iter(error.details.values()), None)
        sentences = details if isinstance(details, list) and details else [error.message]
        return _show({f"picture-{name}": [str(sentence) for sentence in sentences]}, error.status)
    flash(_("The picture was taken away.") if do == "remove" else _("The picture is saved."))
    return see_other(f"{base()}/settings/look#pictures")


def _uploaded(name: str) -> Any:
    file = request.files.get("picture")
    if file is None or not file.filename:
        raise ValidationError(_l("Choose a picture first."))
    if name not in PICTURES:
        raise ValidationError(_l("There is no such picture of a store."))
    return media.keep(stored_picture(file), alt=store().name)


def _show(
    errors: dict[str, Any] | None = None, status: int = 200, typed: dict[str, str] | None = None
) -> Response:
    shop = store()
    declared, brand = appearance.theme_colors(shop), shop.branding.get("colors") or {}
    colors = [
        {
            "key": f"color-{name}",
            "label": str(appearance.NAMES.get(name, name.replace("-", " ").capitalize())),
            "value": (typed or {}).get(name) or brand.get(name) or default,
            "default": default,
            "own": name in brand,
            "main": name in appearance.MAIN_COLORS,
        }
        for name, default in declared.items()
    ]
    return settings_page(
        "admin/settings/look.html",
        "look",
        status=status,
        errors=errors or {},
        themes=appearance.theme_cards(),
        theme=shop.theme_slug,
        colors=colors,
        warnings=appearance.color_warnings(shop, shop.branding),
        pictures=[
            {
                "name": name,
                "label": label,
                "help": words,
                "image": picture_of({"src": shop.branding.get(name), "alt": label}),
            }
            for name, (label, words) in PICTURES.items()
        ],
    )
