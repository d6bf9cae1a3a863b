"""Platform support in a tenant's admin: who may enter and do what; each request is written down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from flask import g, request

from mtc.audit.services import record
from mtc.core import security_log
from mtc.core.context import Actor
from mtc.core.db import unit_of_work
from mtc.core.errors import ForbiddenError
from mtc.core.i18n import _l, source_text
from mtc.core.retry import RunFirst
from mtc.core.tenancy import platform_scope
from mtc.identity.services import Login
from mtc.identity.services.staff import Membership
from mtc.middleware.audit_recording import audit_sentence, audited_action
from mtc.team.services.support_sessions import NEVER, Visit, find_visit
from mtc.web.access import Access
from mtc.web.csrf import SAFE_METHODS

# The store's public pictures on its admin's pages: everybody may have them, and they would bury the rest.
UNTOLD = frozenset({"admin.picture"})
_READ_ONLY = _l("You are here to look only. Allow changes first, with a reason, in the red bar.")
_NEVER = _l("Platform support may never do this. Ask an owner of the store.")


def visit_of(login: Login, slug: str) -> Visit | None:
    """The visit that lets a super admin into this tenant's admin, if one is on."""
    if not login.is_super_admin:
        return None
    with platform_scope("visit of a super admin", readonly=True), unit_of_work():
        return find_visit(login.id, slug)


def visitor(login: Login, visit: Visit) -> tuple[Membership, Actor]:
    """The place and the actor of a visit, told apart from the tenant's own people by name and kind."""
    g.visit = visit
    place = Membership(
        tenant_id=visit.tenant_id,
        tenant_slug=visit.slug,
        tenant_name=visit.tenant_name,
        tenant_status=visit.tenant_status,
        role="support",
        role_name="Platform support",
        permissions=visit.permissions,
    )
    name = f"Platform support ({login.name or login.email})"
    return place, Actor("support", login.user_id, name, login.email, "platform_support", visit.permissions)


def check_visit(visit: Visit, access: Access) -> None:
    """Raise ForbiddenError for what a visit does not allow, whatever the permission is called."""
    changes = request.method not in SAFE_METHODS or access.writes
    if access.permission in NEVER:
        security_log.refuse("visit.refused", why="never")
        raise ForbiddenError(_NEVER)
    if (changes or access.permission not in visit.permissions) and not visit.raised:
        security_log.refuse("visit.refused", why="read-only")
        raise ForbiddenError(_READ_ONLY)
    if access.permission not in visit.permissions:
        raise ForbiddenError(_NEVER)


@contextmanager
def log_support_request(visit: Visit, actor: Actor) -> Iterator[None]:
    """Write the request into the tenant's log, also one that is refused; a change has its own entry."""
    repeated = False
    try:
        yield
    except RunFirst:
        repeated = True
        raise
    finally:
        if not repeated and not g.audit_written and request.endpoint not in UNTOLD:
            sentence = audit_sentence()
            good = g.answered < 400
            words = f"Looked at {request.path.removeprefix(f'/admin/{visit.slug}')}"
            refused = source_text(sentence.refused) or f"Was refused: {source_text(sentence.done)}"
            summary = words if good else refused
            with platform_scope("write down a request of support"), unit_of_work():
                record(replace(audited_action(), kind="support", summary=summary), actor, visit.tenant_id)
