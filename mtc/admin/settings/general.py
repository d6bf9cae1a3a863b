"""Settings, general: name, line, address and time of the store, whether it is open, how it sells."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, request
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, public_url, store
from mtc.admin.navigation import SET_UP, navigation, settings_tabs
from mtc.admin.settings.opening import setup_checklist
from mtc.admin.settings.tabs import settings_page
from mtc.catalog.services.warning_level_changes import set_store_level
from mtc.catalog.services.warning_levels import level_of_store, read_level
from mtc.checkout.services.countries import COUNTRIES
from mtc.core import clock
from mtc.core.errors import ValidationError
from mtc.core.fields.formats import scrub
from mtc.core.i18n import _, _l, language_name
from mtc.core.i18n.catalogs import shipped
from mtc.core.local_time import moment_text
from mtc.core.relative_time import when
from mtc.core.timezones import find_timezone, timezone_choices, timezone_of_country
from mtc.delivery import queries as deliveries
from mtc.delivery.types import kinds
from mtc.emails.services.outbox import check_address
from mtc.payments.services.methods import can_be_paid, payment_methods
from mtc.tenants.services import StoreInfo, store_url, update_store
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.responses import see_other


@admin.get("/settings")
@navigation.entry("settings", _l("Settings"), section=SET_UP, icon="settings", order=10)
@settings_tabs.entry("general", _l("General"), order=10)
@requires("settings:read")
def settings(tenant: str) -> Response:
    """The settings as they are."""
    del tenant
    shop = store()
    typed = {"name": shop.name, "tagline": shop.tagline, "email": shop.email, "timezone": shop.timezone}
    typed["low_at"] = _level_text(level_of_store(shop.settings))
    return _show(typed, shop.locales)


@admin.post("/settings")
@requires("settings:write")
@audited(_l("Changed the store's settings"))
def save_settings(tenant: str) -> Response | WerkzeugResponse:
    """Save name, line, address and time zone of the store."""
    del tenant
    typed = {name: scrub(request.form.get(name, ""), multiline=False) for name in ("name", "tagline")}
    typed["email"] = request.form.get("email", "").strip()
    typed["timezone"] = request.form.get("timezone", store().timezone).strip()[:64]
    shop = store()
    typed["low_at"] = request.form.get("low_at", _level_text(level_of_store(shop.settings))).strip()[:20]
    locales: Sequence[str] = shop.locales
    if "locales" in request.form:  # an empty one is sent with the boxes, so that all can be left empty
        locales = [locale for locale in request.form.getlist("locales") if locale]
    errors: dict[str, list[str]] = {}
    for name, longest in (("name", 200), ("tagline", 300)):
        if len(typed[name]) > longest:
            errors[name] = [_("Use at most %(most)s characters.", most=longest)]
    if not typed["name"]:
        errors["name"] = [_("Give the store a name.")]
    try:
        typed["email"] = check_address(typed["email"])
    except ValidationError as error:
        errors["email"] = error.details["email"]
    if typed["timezone"] and not find_timezone(typed["timezone"]):
        errors["timezone"] = [_("Choose a time zone from the list.")]
    level = None
    try:
        level = read_level(typed["low_at"])
    except ValidationError as error:
        errors["low_at"] = error.details["low_at"]
    if not {*locales} <= {*_offered(shop), shop.locale}:
        errors["locales"] = [_("Choose languages from the list.")]
    if errors:
        return _show(typed, locales, errors, 422)
    del typed["low_at"]
    update_store(shop.tenant_id, shop.id, locales=locales, **typed)
    set_store_level(shop.id, level)
    flash(_("The settings are saved. The store shows them at once."))
    return see_other(f"{base()}/settings")


def _level_text(level: int | None) -> str:
    return "" if level is None else str(level)


def _offered(shop: StoreInfo) -> list[str]:
    """Return the languages that the store may add: those of MTC, and those it has already."""
    return [locale for locale in dict.fromkeys((*shipped(), *shop.locales)) if locale != shop.locale]


def _show(
    typed: dict[str, str],
    locales: Sequence[str],
    errors: dict[str, list[str]] | None = None,
    status: int = 200,
) -> Response:
    shop = store()
    return settings_page(
        "admin/settings/general.html",
        "general",
        status=status,
        typed=typed,
        errors=errors or {},
        own_language={"tag": shop.locale, "name": language_name(shop.locale)},
        languages=[{"tag": tag, "name": language_name(tag), "on": tag in locales} for tag in _offered(shop)],
        zones=timezone_choices(),
        country_zone=timezone_of_country(shop.country).rpartition("/")[2].replace("_", " "),
        there=moment_text(clock.now()),
        facts=[
            (_("Address"), store_url(shop, public_url())),
            (_("Currency"), shop.currency),
            (_("Language"), language_name(shop.locale)),
            (_("Country"), COUNTRIES.get(shop.country, shop.country) or _("Not given")),
        ],
        opened=when(shop.opened_at) if shop.opened_at else "",
        setup=setup_checklist(),
        gateways=[
            {"name": method.name, "label": method.label, "active": method.is_active, "test": method.is_test}
            for method in payment_methods()
        ],
        can_be_paid=can_be_paid(),
        mode=shop.mode,
        methods=[
            {"name": method.name, "kind": _kind(method.type), "active": method.is_active}
            for method in deliveries.methods()
        ],
    )


def _kind(name: str) -> str:
    """The words for a kind of delivery; its name where the plugin that brought it is away."""
    delivery_type = kinds.find(name)
    return str(delivery_type.label) if delivery_type is not None else name.capitalize()
