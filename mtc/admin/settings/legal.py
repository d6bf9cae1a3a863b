"""Settings, legal pages: drafts from neutral templates, published when nothing is left to fill in."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from markupsafe import Markup
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, public_url, store
from mtc.admin.navigation import settings_tabs
from mtc.admin.settings.tabs import settings_page
from mtc.core.errors import ConflictError, ValidationError
from mtc.core.i18n import _, _l
from mtc.core.markdown import render_markdown
from mtc.core.relative_time import when
from mtc.tenants.services import legal_pages, store_url
from mtc.tenants.services.legal_pages import LegalDraft
from mtc.web.access import requires
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.responses import see_other


@admin.get("/settings/legal")
@settings_tabs.entry("legal", _l("Legal pages"), order=40)
@requires("settings:read")
def settings_legal(tenant: str) -> Response:
    """The legal texts with the state of each."""
    del tenant
    return settings_page("admin/settings/legal.html", "legal", texts=_rows())


@admin.get("/settings/legal/<kind>")
@requires("settings:read")
def legal_text(tenant: str, kind: str) -> Response:
    """The editor of a legal text."""
    del tenant
    return _show(legal_pages.find_draft(store(), kind, _locale()))


@admin.post("/settings/legal/<kind>")
@requires("settings:write")
@audited(_l("Changed or published a legal text"))
def save_legal_text(tenant: str, kind: str) -> Response | WerkzeugResponse:
    """Save the draft of a legal text, and publish it when that is asked for."""
    del tenant
    title, body = request.form.get("title", ""), request.form.get("body", "")
    locale = _locale()
    try:
        draft = legal_pages.save_draft(store(), kind, title, body, locale)
    except ValidationError as error:
        typed = LegalDraft(kind, locale or store().locale, title, body)
        return _show(typed, error.details, 422)
    if request.form.get("do") != "publish":
        flash(_("The draft is saved."))
    elif draft.placeholders:
        flash(_("The draft is saved, not published: something is still to be filled in."), "warning")
    else:
        published = legal_pages.publish(store(), kind, locale)
        flash(_("“%(title)s” is published.", title=published.title))
    return see_other(f"{base()}/settings/legal/{kind}{_query(locale)}")


@admin.post("/settings/legal/<kind>/unpublish")
@requires("settings:write")
@audited(_l("Took a legal text back"))
def unpublish_legal_text(tenant: str, kind: str) -> Response | WerkzeugResponse:
    """Take a legal text away from shoppers; the draft stays."""
    del tenant
    locale = _locale()
    try:
        draft = legal_pages.unpublish(store(), kind, locale)
    except ConflictError as error:
        return _show(legal_pages.find_draft(store(), kind, locale), {"body": [error.message]}, 409)
    flash(_("“%(title)s” is no longer published.", title=draft.title))
    return see_other(f"{base()}/settings/legal/{kind}{_query(locale)}")


def _locale() -> str:
    return request.values.get("locale", "")[:10]


def _query(locale: str) -> str:
    locales = legal_pages.locales_of(store())
    return f"?locale={locale}" if locale in locales and locale != store().locale else ""


def _rows() -> list[dict[str, Any]]:
    several = len(legal_pages.locales_of(store())) > 1
    return [
        {
            "kind": draft.kind,
            "title": draft.title,
            "locale": draft.locale if several else "",
            "query": _query(draft.locale),
            "published": draft.is_published,
            "changed": draft.is_published and draft.has_changes,
            "at": when(draft.page.published_at) if draft.page and draft.page.published_at else "",
            "missing": len(draft.placeholders),
        }
        for draft in legal_pages.list_drafts(store())
    ]


def _show(draft: LegalDraft, errors: dict[str, Any] | None = None, status: int = 200) -> Response:
    shop = store()
    locales = legal_pages.locales_of(shop)
    root = f"{request.script_root}{base()}/settings/legal"
    return settings_page(
        "admin/settings/legal-text.html",
        "legal",
        status=status,
        errors=errors or {},
        draft=draft,
        preview=Markup(render_markdown(draft.body)),  # noqa: S704 - the renderer's last step is the sanitiser
        crumbs=[{"label": _("Legal pages"), "url": root}, {"label": draft.title or draft.kind, "url": ""}],
        locales=[
            {
                "label": locale.upper(),
                "url": f"{root}/{draft.kind}{_query(locale)}",
                "active": locale == draft.locale,
            }
            for locale in locales
        ]
        if len(locales) > 1
        else [],
        public=f"{store_url(shop, public_url())}/pages/{draft.kind}" if draft.is_published else "",
    )
