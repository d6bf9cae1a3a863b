"""Access of staff to the pages of a tenant or of the platform, and the scope for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g, request

from mtc.core import security_log
from mtc.core.context import ANONYMOUS, Actor, Context
from mtc.core.db import unit_of_work
from mtc.core.errors import ForbiddenError, NotFoundError
from mtc.core.i18n import _l
from mtc.core.tenancy import platform_scope
from mtc.identity.services import membership
from mtc.identity.services.sessions import Login
from mtc.middleware.plugin_routes import scope_of
from mtc.middleware.support_access import check_visit, log_support_request, visit_of, visitor
from mtc.team.services.support_sessions import Visit
from mtc.web.access import Access

NOT_FOUND = _l("There is nothing at this address.")


class EnrolFirst(Exception):
    """A second factor is required of this person, who has not set one up."""


@contextmanager
def as_member(login: Login, access: Access, readonly: bool) -> Iterator[Context]:
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
        check_second_factor(login, access)
    with scope_of(access, member.tenant_id, readonly=readonly):
        g.actor = actor
        if not actor.may(access.permission):
            role = member.role_name
            text = _l("Your role “%(role)s” may not do this. Ask an owner of the store.", role=role)
            raise ForbiddenError(text)
        yield Context(tenant_id=member.tenant_id, actor=actor, request_id=g.request_id)


def check_second_factor(login: Login, access: Access) -> None:
    """Raise EnrolFirst for who has to set up a second factor before this page."""
    if login.second_factor is None and not access.enrolling:
        raise EnrolFirst


@contextmanager
def _as_visitor(login: Login, visit: Visit, access: Access, readonly: bool) -> Iterator[Context]:
    """The scope and context of platform support, whose every request is written down."""
    check_second_factor(login, access)
    g.member, actor = visitor(login, visit)
    with log_support_request(visit, actor), scope_of(access, visit.tenant_id, readonly=readonly):
        g.actor = actor
        check_visit(visit, access)
        yield Context(tenant_id=visit.tenant_id, actor=actor, request_id=g.request_id)


def platform_actor(login: Login | None) -> Actor:
    """Return the actor on a page of the platform."""
    if login is None:
        return ANONYMOUS
    if login.is_super_admin and login.second_factor is not None:
        return Actor(
            "super_admin", login.user_id, login.name, login.email, "super_admin", frozenset({"platform"})
        )
    return Actor("staff", login.user_id, login.name, login.email)
