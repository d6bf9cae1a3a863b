"""Views of plugins: found for a request, called within their time, answered as MTC answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask import Response, current_app, request
from werkzeug.wrappers import Response as AnyResponse

from mtc.core.context import current
from mtc.core.db import scope_tenant
from mtc.core.errors import NotFoundError
from mtc.core.i18n import _l
from mtc.core.tenancy import deferred_scope, tenant_scope
from mtc.plugins.registry import LoadedPlugin
from mtc.plugins.services.active_plugins import running_plugins
from mtc.plugins.services.context import PluginContext, PluginHttp, context_for
from mtc.plugins.services.loader import loaded
from mtc.plugins.services.request_calls import call_within
from mtc.plugins.services.static_files import asset_url
from mtc.web.access import Access, access_of
from mtc.web.content_disposition import attachment
from mtc.web.envelope import ok
from mtc.web.json_body import read_object
from mtc.web.plugin_views import (
    Answer,
    Content,
    Data,
    Fragment,
    Page,
    Redirect,
    RouteRequest,
    UploadedFile,
    Values,
)
from mtc.web.responses import local_path, see_other

ROUTE_SECONDS, HTTP_SECONDS = 5.0, 3.0
_NOT_FOUND = _l("There is nothing at this address.")
_READS = "a GET writes nothing: write in a POST, PUT, PATCH or DELETE"
_HIDDEN = frozenset({"cookie", "authorization", "x-csrftoken"})
Show = Callable[[LoadedPlugin, RouteRequest, Page | Fragment], AnyResponse]


@contextmanager
def scope_of(access: Access, tenant_id: UUID, *, readonly: bool) -> Iterator[None]:
    """The tenant's scope for a view. Raises NotFoundError for one of a plugin that the tenant has not on.

    A plugin's code may take its time: its scope takes no lock before it writes.
    """
    if not access.owner:
        with tenant_scope(tenant_id, readonly=readonly):
            yield
        return
    with deferred_scope(tenant_id, refuses=_READS if readonly else ""):
        check_on(access.owner)
        yield


def check_on(plugin: str) -> LoadedPlugin:
    """The plugin, which the tenant of the running scope has on; raises NotFoundError."""
    code = loaded(current_app).get(plugin)
    if code is None or plugin not in running_plugins():
        raise NotFoundError(_NOT_FOUND)
    return code


def context_of_request(plugin: str) -> PluginContext:
    """The context of a view of the plugin. It calls other servers before it writes: see OutsideCallError."""
    settings = running_plugins()[plugin].settings()
    return context_for(plugin, settings, PluginHttp(HTTP_SECONDS, lambda: None))


def view_of(
    plugin: LoadedPlugin, function: Callable[..., Any], base: str, show: Show | None
) -> Callable[..., AnyResponse]:
    """The view that calls a function of the plugin with `ctx`, the request and the parts of the address.

    `show` renders its pages; without one it answers JSON only.
    """

    def view(query: Any = None, body: Any = None, **places: Any) -> AnyResponse:
        places.pop("tenant", None)
        tenant = (request.view_args or {}).get("tenant", "")
        asked = _read_request(base.replace("<tenant>", tenant), query, body)

        def call() -> AnyResponse:
            answer: Answer = function(context_of_request(plugin.slug), asked, **places)
            return _respond(plugin, asked, answer, show)

        return call_within(scope_tenant(), ROUTE_SECONDS, call)

    access = access_of(function)
    view.__doc__, view.__name__ = function.__doc__, function.__name__
    view.__dict__["mtc_access"] = replace(access, owner=plugin.slug) if access is not None else None
    if (sentence := getattr(function, "mtc_audited", None)) is not None:
        view.__dict__["mtc_audited"] = sentence
    return view


def _read_request(base: str, query: Any, body: Any) -> RouteRequest:
    if body is None and request.mimetype == "application/json":
        body = read_object()
    files = {
        name: UploadedFile(file.filename or "", file.mimetype, file.read())
        for name, file in request.files.items()
    }
    headers = {name.lower(): value for name, value in request.headers if name.lower() not in _HIDDEN}
    return RouteRequest(
        method=request.method,
        path=request.path,
        base=base,
        args=Values(request.args) if query is None else MappingProxyType(query),
        form=Values(request.form),
        json=MappingProxyType(body or {}),
        headers=MappingProxyType(headers),
        files=MappingProxyType(files),
        actor=current().actor,
    )


def _respond(plugin: LoadedPlugin, asked: RouteRequest, answer: Answer, show: Show | None) -> AnyResponse:
    if isinstance(answer, Data):
        return ok(answer.data, status=answer.status)
    if isinstance(answer, Page | Fragment) and show is not None:
        return show(plugin, asked, answer)
    if isinstance(answer, Redirect):
        return see_other(local_path(answer.to, "/"))
    if isinstance(answer, Content):
        response = Response(answer.body, answer.status, content_type=answer.media_type)
        if answer.file_name:
            response.headers["Content-Disposition"] = attachment(answer.file_name)
        return response
    raise TypeError(f"{plugin.slug}: a view returned {type(answer).__name__}: see docs/plugins/routes.md")


def template_of(plugin: LoadedPlugin, name: str) -> str:
    """The name of a template of the plugin for Jinja."""
    return f"plugins/{plugin.slug}/{name}"


def values_of(plugin: LoadedPlugin, asked: RouteRequest, answer: Page | Fragment) -> dict[str, Any]:
    """Values of the template: `base` and `asset(path)` besides the values of the view."""
    asset = partial(asset_url, plugin.slug)
    return {"base": request.script_root + asked.base, "asset": asset, **answer.values}
