"""One request from route to answer: site, session, access, forgery check, view, commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any
from uuid import UUID

from flask import Flask, Response, g, request
from flask.typing import ResponseReturnValue

from mtc.config import Config
from mtc.core import security_log
from mtc.core.connection_errors import repeat_read
from mtc.core.context import ANONYMOUS, Actor, Context, use
from mtc.core.db import rollback, unit_of_work
from mtc.core.errors import ForbiddenError, NotFoundError, UnauthorizedError, UnavailableError
from mtc.core.i18n import _l
from mtc.core.retry import repeatable
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity.services import find_session, membership
from mtc.identity.services.sessions import Login, save_session
from mtc.middleware.api_key_auth import as_program
from mtc.middleware.audit_recording import recorded
from mtc.middleware.closed_store import check_opened
from mtc.middleware.idempotency import keep_again, once, read_key, replayed
from mtc.middleware.required_steps import enrol_first, log_in_first
from mtc.middleware.support_access import check_visit, log_support_request, visit_of, visitor
from mtc.middleware.url_normalization import leads_itself, respell
from mtc.team.services.support_sessions import Visit
from mtc.web.access import Access, access_of
from mtc.web.after_commit import begin_view, take_work
from mtc.web.canonical_urls import moved_to
from mtc.web.csrf import SAFE_METHODS, check_csrf
from mtc.web.pages import check_address, check_form
from mtc.web.site import Site, site
from mtc.web.templating import Templates
from mtc.web.uploads import UploadRequest, park_body

NOT_FOUND = _l("There is nothing at this address.")


class EnrolFirst(Exception):
    """A second factor is required of this person, who has not set one up."""


class MtcFlask(Flask):
    """Flask with MTC's order of steps around every view."""

    jinja_environment = Templates
    request_class = UploadRequest

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
            request.max_content_length = _config().max_body_mb * 2**20
        surfaces = getattr(view, "mtc_surfaces", None) or self._surfaces(request.blueprint)
        if here.surface not in surfaces:
            raise NotFoundError(NOT_FOUND)
        read_key(access)
        answer = self._store if here.surface == "store" else self._platform
        try:
            again = partial(repeatable, lambda: _completed(partial(answer, here, access, args)))
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
        if access.kind not in {"public", "customer"}:
            raise NotFoundError(NOT_FOUND)
        readonly = request.method in SAFE_METHODS and not access.writes
        with tenant_scope(store.tenant_id, readonly=readonly), unit_of_work():
            login = _find_login(store.tenant_id)
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
                _remember(login)
        if readonly:
            _remember_apart(login, lambda: tenant_scope(store.tenant_id))
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
        login = _staff_login()
        if access.kind == "customer":
            raise NotFoundError(NOT_FOUND)
        if access.kind != "public" and login is None:
            return log_in_first()
        if not access.signed:
            check_csrf()
        if access.uploads and request.method not in SAFE_METHODS:
            login = _arrived()
        if access.kind in {"account", "platform"} and login is not None and login.is_super_admin:
            _check_second_factor(login, access)
        with ExitStack() as stack:
            readonly = request.method in SAFE_METHODS and not access.writes
            if access.kind == "staff":
                assert login is not None
                context = stack.enter_context(_as_member(login, access, readonly))
            else:
                actor = _platform_actor(login)
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
        _remember_apart(login, lambda: platform_scope("remember the session"))
        return response


def _completed(answer: Callable[[], Response]) -> Response:
    """The answer, after what its view put off until nothing is open any more."""
    begin_view()
    response = answer()
    if (work := take_work()) is not None and response.status_code < 400:
        work()
        keep_again(response)
    return response


@contextmanager
def _as_member(login: Login, access: Access, readonly: bool) -> Iterator[Context]:
    """The scope and context of a staff user at the tenant in the address; a stranger's tenant is a 404."""
    slug = (request.view_args or {}).get("tenant", "")
    assert login.user_id is not None
    with platform_scope("membership of a user", readonly=True), unit_of_work():
        member = membership(login.user_id, slug)
    visit = visit_of(login, slug) if member is None else None
    if visit is not None:
        with _as_visitor(login, visit, access, readonly) as context:
            yield context
        return
    if member is None:
        security_log.refuse("access.refused", why="no place at this tenant")
        raise NotFoundError(NOT_FOUND)
    actor = Actor("staff", login.user_id, login.name, login.email, member.role, member.permissions)
    g.member = member
    if member.requires_second_factor or login.is_super_admin:
        _check_second_factor(login, access)
    g.actor = actor
    if not actor.may(access.permission):
        text = _l("Your role “%(role)s” may not do this. Ask an owner of the store.", role=member.role_name)
        raise ForbiddenError(text)
    with tenant_scope(member.tenant_id, readonly=readonly):
        yield Context(tenant_id=member.tenant_id, actor=actor, request_id=g.request_id)


def _check_second_factor(login: Login, access: Access) -> None:
    if login.second_factor is None and not access.enrolling:
        raise EnrolFirst


@contextmanager
def _as_visitor(login: Login, visit: Visit, access: Access, readonly: bool) -> Iterator[Context]:
    """The scope and context of platform support, whose every request is written down."""
    _check_second_factor(login, access)
    g.member, actor = visitor(login, visit)
    with log_support_request(visit, actor):
        g.actor = actor
        check_visit(visit, access)
        with tenant_scope(visit.tenant_id, readonly=readonly):
            yield Context(tenant_id=visit.tenant_id, actor=actor, request_id=g.request_id)


def _platform_actor(login: Login | None) -> Actor:
    if login is None:
        return ANONYMOUS
    if login.is_super_admin and login.second_factor is not None:
        return Actor(
            "super_admin", login.user_id, login.name, login.email, "super_admin", frozenset({"platform"})
        )
    return Actor("staff", login.user_id, login.name, login.email)


def cookie_name(config: Config) -> str:
    """The session cookie; __Host- binds it to this very host where there is HTTPS (RFC 6265bis)."""
    name = "mtc_staff" if site().surface == "platform" else "mtc_shop"
    return f"__Host-{name}" if config.secure and not request.script_root else name


def _find_login(tenant_id: UUID | None) -> Login | None:
    from_cookie = request.cookies.get(cookie_name(_config()), "")
    login = find_session(from_cookie, tenant_id) if from_cookie else None
    g.login, g.logged_out, g.half = login, False, ""
    g.session_key = from_cookie if login is not None else ""
    if login is not None:
        security_log.add(actor=str(login.user_id or login.customer_id))
    return login


def _staff_login() -> Login | None:
    with platform_scope("who is logged in", readonly=True), unit_of_work():
        return _find_login(None)


def _arrived() -> Login | None:
    """Who asks, looked up again once an upload is here whole.

    One that comes slowly takes as long as its sender likes, who may have been logged out or shut out since.
    """
    _ = request.form  # reads the body to its end
    login = _staff_login()
    if login is None:
        raise UnauthorizedError(_l("Log in first."))
    return login


def _config() -> Config:
    config: Config = request.environ["mtc.config"]
    return config


def _remember(login: Login | None) -> None:
    if login is not None and (login.changed or login.stale) and not g.get("logged_out"):
        save_session(login)


def _remember_apart(login: Login | None, scope: Any) -> None:
    """Write the session back in a transaction of its own, since the request's was read-only."""
    if login is not None and (login.changed or login.stale) and not g.get("logged_out"):
        with scope(), unit_of_work():
            save_session(login)
