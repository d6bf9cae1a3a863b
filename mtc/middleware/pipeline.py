"""One request from route to answer: site, session, access, forgery check, view, commit."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any

from flask import Flask, Response, g, request
from flask.typing import ResponseReturnValue

from mtc.core import security_log
from mtc.core.connection_errors import repeat_read
from mtc.core.context import ANONYMOUS, Actor, Context, use
from mtc.core.db import rollback, unit_of_work
from mtc.core.errors import ForbiddenError, NotFoundError, UnavailableError
from mtc.core.i18n import _l, use_locale
from mtc.core.retry import repeatable
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.middleware.api_key_auth import as_program
from mtc.middleware.audit_recording import recorded
from mtc.middleware.closed_store import check_opened
from mtc.middleware.idempotency import keep_again, once, read_key, replayed
from mtc.middleware.login_sessions import (
    config_of_request,
    find_login,
    login_after_upload,
    remember,
    remember_apart,
    staff_login,
)
from mtc.middleware.plugin_routes import scope_of
from mtc.middleware.required_steps import enrol_first, log_in_first
from mtc.middleware.staff_access import NOT_FOUND, EnrolFirst, as_member, check_second_factor, platform_actor
from mtc.middleware.url_normalization import leads_itself, respell
from mtc.plugins.services.request_calls import answer_limited
from mtc.web.access import Access, access_of
from mtc.web.after_commit import begin_view, take_work
from mtc.web.canonical_urls import moved_to
from mtc.web.csrf import SAFE_METHODS, check_csrf
from mtc.web.languages import CHOSEN
from mtc.web.plugin_rules import find_plugin_rule
from mtc.web.request_checks import check_address, check_form
from mtc.web.site import Site, site
from mtc.web.templating import Templates
from mtc.web.uploads import UploadRequest, park_body


class MtcFlask(Flask):
    """Flask with MTC's order of steps around every view."""

    jinja_environment = Templates
    request_class = UploadRequest

    def preprocess_request(self) -> ResponseReturnValue | None:
        """Find the route of a plugin before anything asks which route it is."""
        find_plugin_rule(self)
        return super().preprocess_request()

    def dispatch_request(self, *args: Any) -> ResponseReturnValue:
        """Answer the request inside its scope; an answer of 400 and above leaves nothing written."""
        here = site()
        # What the page for an unknown host is made of has no store either.
        if here.problem is not None and request.endpoint != "static_file":
            raise here.problem
        proper = respell(self) if here.surface == "store" and request.routing_exception is not None else ""
        view = self.view_functions.get(request.endpoint or "")
        access = access_of(view)
        if here.closed and (access is None or not (access.signed or access.kind == "file")):
            raise UnavailableError(_l("This store is closed at the moment. Please come back later."))
        check_opened(here, access)
        if request.routing_exception is not None:
            self.raise_routing_exception(request)
        if proper and not leads_itself():
            return moved_to(proper)
        if access is None:
            raise ForbiddenError(_l("This route declares no permission."))
        if access.kind == "file":
            return super().dispatch_request(*args)
        check_address()
        if not access.uploads:
            request.max_content_length = config_of_request().max_body_mb * 2**20
        surfaces = getattr(view, "mtc_surfaces", None) or self._surfaces(request.blueprint)
        if here.surface not in surfaces:
            raise NotFoundError(NOT_FOUND)
        read_key(access)
        answer = self._store if here.surface == "store" else self._platform
        try:
            again = partial(repeatable, lambda: _completed(partial(answer, here, access, args)))
            if access.owner:
                again = partial(answer_limited, access.owner, again)
            is_read = request.method in SAFE_METHODS and not access.writes
            return repeat_read(again) if is_read else again()
        except EnrolFirst:
            return enrol_first()

    def _surfaces(self, name: str | None) -> tuple[str, ...]:
        blueprint = self.blueprints.get(name or "")
        return getattr(blueprint, "mtc_surfaces", ("store", "platform"))

    def _view(self, args: tuple[Any, ...]) -> Response:
        """Run the view and render its answer inside the transaction, or give the answer it had."""
        check_form()
        return once(lambda: self._fresh(args))

    def _fresh(self, args: tuple[Any, ...]) -> Response:
        response: Response = self.make_response(super().dispatch_request(*args))
        if response.status_code >= 400:
            rollback()
        return response

    def _store(self, here: Site, access: Access, args: tuple[Any, ...]) -> Response:
        store = here.store
        assert store is not None
        if access.kind not in {"public", "customer"}:
            raise NotFoundError(NOT_FOUND)
        readonly = request.method in SAFE_METHODS and not access.writes
        with scope_of(access, store.tenant_id, readonly=readonly), unit_of_work():
            login = find_login(store.tenant_id)
            actor = ANONYMOUS
            if login is not None:
                actor = Actor("customer", login.customer_id, login.name, login.email)
            if access.kind == "customer" and login is None:
                return log_in_first()
            if not access.signed:
                check_csrf()
            context = Context(
                tenant_id=store.tenant_id,
                store=store,
                actor=actor,
                currency=store.currency,
                request_id=g.request_id,
            )
            with use(context):
                response = self._view(args)
            if not readonly:
                remember(login)
        if readonly:
            remember_apart(login, lambda: tenant_scope(store.tenant_id))
        return response

    def _program(self, access: Access, args: tuple[Any, ...]) -> Response:
        if access.uploads:
            with as_program(access, readonly=True):  # before a large body is read, and again once it is here
                pass
            park_body()
        with (
            as_program(access, request.method in SAFE_METHODS) as context,
            recorded(access, context) as recording,
            unit_of_work(),
            use(context),
        ):
            response = self._view(args)
            if not replayed(response):  # the first time is in the log
                recording.answered(response.status_code)
        return response

    def _platform(self, here: Site, access: Access, args: tuple[Any, ...]) -> Response:
        g.visit, g.audit_written, g.answered = None, False, 500
        if access.kind == "program":
            return self._program(access, args)
        login = staff_login()
        if access.kind == "customer":
            raise NotFoundError(NOT_FOUND)
        if access.kind != "public" and login is None:
            return log_in_first()
        if not access.signed:
            check_csrf()
        if access.uploads and request.method not in SAFE_METHODS:
            login = login_after_upload()
        if access.kind in {"account", "platform"} and login is not None and login.is_super_admin:
            check_second_factor(login, access)
        with ExitStack() as stack:
            if login is not None and login.locale:
                stack.enter_context(use_locale(login.locale))
                request.environ[CHOSEN] = login.locale
            readonly = request.method in SAFE_METHODS and not access.writes
            if access.kind == "staff":
                assert login is not None
                context = stack.enter_context(as_member(login, access, readonly))
            else:
                actor = platform_actor(login)
                if access.kind == "platform" and not actor.may("platform"):
                    security_log.refuse("access.refused", why="no super admin")
                    raise NotFoundError(NOT_FOUND)
                stack.enter_context(platform_scope(f"platform page {request.endpoint}", readonly=readonly))
                context = Context(actor=actor, request_id=g.request_id)
            recording = stack.enter_context(recorded(access, context))
            stack.enter_context(unit_of_work())
            stack.enter_context(use(context))
            response = self._view(args)
            recording.answered(response.status_code)
        recording.write_refusal()
        remember_apart(login, lambda: platform_scope("remember the session"))
        return response


def _completed(answer: Callable[[], Response]) -> Response:
    """The answer, after what its view put off until nothing is open any more."""
    begin_view()
    response = answer()
    if (work := take_work()) is not None and response.status_code < 400:
        work()
        keep_again(response)
    return response
