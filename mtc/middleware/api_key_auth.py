"""Requests of programs: an API key says who asks and for which tenant. No cookie is read here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g, request

from mtc.core import security_log
from mtc.core.context import Actor, Context
from mtc.core.db import unit_of_work
from mtc.core.errors import ForbiddenError, NotFoundError, UnauthorizedError, UnavailableError
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity.services.api_keys import Program, find_program, touch_program
from mtc.middleware.plugin_routes import scope_of
from mtc.web.access import Access
from mtc.web.client_address import client_ip
from mtc.web.rate_limits import limit

TIMES, SECONDS = 600, 60  # requests of one key
_REFUSED = "Send a valid API key as “Authorization: Bearer mtc_live_…”. An owner makes one in the admin."


@contextmanager
def as_program(access: Access, readonly: bool) -> Iterator[Context]:
    """The scope and context of the program; one answer (401) for every key that is not valid."""
    program = _found()
    if program.tenant_slug != (request.view_args or {}).get("tenant"):
        raise NotFoundError("There is nothing at this address.")
    security_log.add(actor=str(program.id), tenant=str(program.tenant_id))
    limit("api", f"{program.tenant_id}:{program.prefix}", TIMES, SECONDS)
    if program.tenant_status != "active":
        raise UnavailableError("This store is suspended at the moment. Ask the platform why.")
    actor = Actor("api_key", program.id, program.name, permissions=program.permissions)
    with scope_of(access, program.tenant_id, readonly=readonly):
        if not actor.may(access.permission):
            raise ForbiddenError(f"This key may not do this: it lacks the scope {access.permission}.")
        yield Context(tenant_id=program.tenant_id, actor=actor, request_id=g.request_id)
    if program.stale:
        with tenant_scope(program.tenant_id), unit_of_work():
            touch_program(program)


def _found() -> Program:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    program = None
    if scheme.lower() == "bearer":
        with platform_scope("whose key this is", readonly=True), unit_of_work():
            program = find_program(key.strip())
    if program is None:
        limit("api-unknown", client_ip(), 60, 600)  # whoever tries many keys has none
        raise UnauthorizedError(_REFUSED)
    return program
