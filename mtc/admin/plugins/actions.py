"""Actions on a plugin: installing, setting up, trying, switching, uninstalling."""

from __future__ import annotations

from flask import Response, request, stream_with_context
from werkzeug.wrappers import Response as WerkzeugResponse

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, page
from mtc.admin.plugins.listing import PREFIX, address, row_of, settings_form, show
from mtc.core.context import current, use
from mtc.core.db import rollback, scope_tenant, unit_of_work
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.i18n import _, _l
from mtc.core.tenancy import tenant_scope
from mtc.plugins.presenters import plugin_view, settings_of
from mtc.plugins.services import (
    activate,
    deactivate,
    export_lines,
    held_data,
    install_plugin,
    settings_to_test,
    try_plugin_settings,
    uninstall_plugin,
)
from mtc.web.access import requires
from mtc.web.after_commit import after_writing
from mtc.web.audited import audited
from mtc.web.flash import flash
from mtc.web.forms import form_for, submit
from mtc.web.rate_limits import limit
from mtc.web.responses import see_other

TESTS = 30


@admin.post("/plugins/<plugin>/install")
@requires("plugins:manage")
@audited(_l("Installed a plugin"))
def install_the_plugin(tenant: str, plugin: str) -> Response | WerkzeugResponse:
    """Install a plugin, switched off; what it stored earlier is there again."""
    del tenant
    view = plugin_view(scope_tenant(), plugin[:63])
    try:
        install_plugin(scope_tenant(), view.slug)
    except (ConflictError, ValidationError) as error:
        return _refused(view.slug, error)
    flash(_("%(name)s is installed and still off.", name=view.name))
    return see_other(f"{base()}/plugins/{view.slug}")


@admin.post("/plugins/<plugin>/settings")
@requires("plugins:manage")
@audited(_l("Changed the settings of a plugin"))
def save_plugin_settings(tenant: str, plugin: str) -> Response | WerkzeugResponse:
    """Save the settings; secrets that are left empty stay."""
    del tenant
    slug = plugin[:63]
    loaded, _values, secrets = settings_of(scope_tenant(), slug)
    result = submit(loaded.settings, request.form, PREFIX, stored=dict.fromkeys(secrets, "stored"))
    if result.values is None:
        return show(slug, form=result.form, status=result.status)
    typed = {
        name: value for name, value in result.values.items() if not (name in secrets and value == "stored")
    }
    try:
        install_plugin(scope_tenant(), slug, typed)
    except ValidationError as error:
        rollback()
        form = form_for(loaded.settings, typed, error.details, PREFIX)
        return show(slug, form=form, problem=error.message, status=422)
    except ConflictError as error:
        return _refused(slug, error)
    flash(_("The settings are saved."))
    return see_other(f"{base()}/plugins/{slug}")


@admin.post("/plugins/<plugin>/switch")
@requires("plugins:manage")
@audited(_l("Switched a plugin on or off"))
def switch_plugin(tenant: str, plugin: str) -> Response | WerkzeugResponse:
    """Switch a plugin on or off; one that lacks settings shows its form."""
    del tenant
    view = plugin_view(scope_tenant(), plugin[:63])
    on = request.form.get("active") == "1"
    try:
        (activate if on else deactivate)(scope_tenant(), view.slug)
    except (ConflictError, ValidationError) as error:
        return _refused(view.slug, error)
    flash(_("%(name)s is on.", name=view.name) if on else _("%(name)s is off.", name=view.name))
    return see_other(f"{base()}/plugins/{view.slug}")


@admin.post("/plugins/<plugin>/test")
@requires("plugins:manage")
@audited(_l("Tested the settings of a plugin"), always=True)
def test_plugin_settings(tenant: str, plugin: str) -> Response:
    """Try what is saved of a plugin's settings, such as by asking the server that they name."""
    del tenant
    slug, tenant_id, context = plugin[:63], scope_tenant(), current()
    loaded, settings = settings_to_test(tenant_id, slug)
    limit("plugin-test", str(tenant_id), TESTS, 3600)
    response = Response()  # `ask` renders the page: before the answer there is no result to show

    def ask() -> None:
        with use(context):
            result = try_plugin_settings(tenant_id, loaded, settings)
            with tenant_scope(tenant_id, readonly=True), unit_of_work():
                response.set_data(show(slug, result=result).get_data())

    after_writing(ask)
    return response


@admin.get("/plugins/<plugin>/uninstall")
@requires("plugins:manage")
def uninstall_page(tenant: str, plugin: str) -> Response:
    """The amount that a plugin has stored, and the choice to keep or to delete it."""
    del tenant
    return _uninstall_page(plugin[:63])


@admin.post("/plugins/<plugin>/uninstall")
@requires("plugins:manage")
@audited(_l("Uninstalled a plugin"))
def uninstall_the_plugin(tenant: str, plugin: str) -> Response | WerkzeugResponse:
    """Uninstall a plugin; to delete what it has stored its name has to be typed."""
    del tenant
    view = plugin_view(scope_tenant(), plugin[:63])
    keep = request.form.get("stored") != "delete"
    if not keep and request.form.get("confirm", "").strip() != view.slug:
        sentence = _("Nothing was changed. Type “%(slug)s” to confirm.", slug=view.slug)
        return _uninstall_page(view.slug, {"confirm": [sentence]}, 422)
    try:
        uninstall_plugin(scope_tenant(), view.slug, keep=keep)
    except ConflictError as error:
        return _refused(view.slug, error)
    flash(
        _("%(name)s is uninstalled. What it has stored is kept.", name=view.name)
        if keep
        else _("%(name)s is uninstalled. What it has stored is being deleted.", name=view.name)
    )
    return see_other(f"{base()}/plugins")


@admin.get("/plugins/<plugin>/data.jsonl")
@requires("plugins:manage")
def export_plugin_data(tenant: str, plugin: str) -> Response:
    """Send everything that a plugin has stored for the store as JSON Lines; read while it is sent."""
    view = plugin_view(scope_tenant(), plugin[:63])
    lines = export_lines(scope_tenant(), view.slug)
    response = Response(stream_with_context(lines), mimetype="application/jsonl")
    name = f"{view.slug}-{tenant}.jsonl"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _uninstall_page(slug: str, errors: dict[str, list[str]] | None = None, status: int = 200) -> Response:
    view = plugin_view(scope_tenant(), slug)
    if not view.installed:
        raise NotFoundError(_l("This plugin is not installed."))
    url = f"{address()}/{view.slug}"
    return page(
        "admin/plugins/uninstall.html",
        title=_("Uninstall %(name)s", name=view.name),
        active="plugins",
        status=status,
        plugin=row_of(view),
        kept=view.status == "uninstalled",
        amounts=[amount.text for amount in held_data(scope_tenant(), view.slug)],
        errors=errors or {},
        url=url,
        crumbs=[
            {"label": _("Plugins"), "url": address()},
            {"label": view.name, "url": url},
            {"label": _("Uninstall"), "url": ""},
        ],
    )


def _refused(slug: str, error: ConflictError | ValidationError) -> Response:
    """The plugin's page with what stands in the way; nothing of the attempt is left."""
    rollback()
    form = None
    if isinstance(error, ValidationError) and plugin_view(scope_tenant(), slug).status in (
        "active",
        "inactive",
    ):
        form = settings_form(slug, error.details)
    return show(
        slug, form=form, problem=error.message, status=422 if isinstance(error, ValidationError) else 409
    )
