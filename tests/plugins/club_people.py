"""People at the routes of a plugin: shoppers with and without an account, staff of a role."""

from __future__ import annotations

from typing import Any

from flask import Flask

from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity.models import Customer, User, UserRole
from mtc.identity.services import add_member, create_default_roles, open_session
from mtc.testing.clients import Visitor
from tests.security.fort import PLATFORM


def shopper(app: Flask, world: Any, email: str = "") -> Visitor:
    """A visitor of the tenant's store; with an email address one who is logged in."""
    base = f"http://{world.tenant.slug}.localhost:8000"
    visitor = Visitor(app.test_client(), base)
    if email:
        with tenant_scope(world.id), unit_of_work():
            customer = Customer(tenant_id=world.id, email=email, email_lc=email, name=email.partition("@")[0])
            session.add(customer)
            session.flush()
            visitor.key = open_session(tenant_id=world.id, customer_id=customer.id, auth_epoch=0)
        visitor.client.set_cookie("mtc_shop", visitor.key, domain=f"{world.tenant.slug}.localhost")
    return visitor


def staff(app: Flask, world: Any, role: str) -> Visitor:
    """Somebody with a role at the tenant, logged in to the admin."""
    email = f"{role}@{world.tenant.slug}.example"
    with platform_scope("make staff for a test"), unit_of_work():
        user = User(email=email, email_lc=email, name=role.capitalize())
        session.add(user)
        session.flush()
        key = open_session(user_id=user.id, auth_epoch=0)
    with tenant_scope(world.id), unit_of_work() as work:
        if not work.query(UserRole).count():
            create_default_roles(world.id)
        add_member(world.id, user.id, role)
    visitor = Visitor(app.test_client(), PLATFORM, key=key)
    visitor.client.set_cookie("mtc_staff", key, domain="localhost")
    return visitor
