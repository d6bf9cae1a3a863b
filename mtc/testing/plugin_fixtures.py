"""Plugins under test: at work for a tenant, switched on for it, asked for what is another tenant's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Flask

from mtc.core.context import SYSTEM, Context, use
from mtc.core.db import mappers, session, unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity.models import User
from mtc.identity.services import add_member, create_default_roles, open_session
from mtc.plugins.models import PluginInbox, PluginState, TenantPlugin
from mtc.plugins.services import activate, install_plugin, sync_plugins
from mtc.testing.canaries import PRIVATE, word
from mtc.testing.clients import Visitor

Leaks = dict[str, Any]


@contextmanager
def at_work(tenant_id: UUID) -> Iterator[None]:
    """A transaction of the tenant with the context of a job."""
    with use(Context(tenant_id=tenant_id, actor=SYSTEM)), tenant_scope(tenant_id), unit_of_work():
        yield


def switch_on(tenant_id: UUID, plugin: str, settings: dict[str, Any]) -> None:
    """Install the plugin for the tenant with these settings and switch it on."""
    sync_plugins()
    with at_work(tenant_id):
        install_plugin(tenant_id, plugin, settings)
        activate(tenant_id, plugin)


def models_of(plugin: str) -> list[type[Any]]:
    """The mapped classes in which a plugin keeps things: its own, its installation and what it remembers."""
    own = [mapper.class_ for mapper in mappers() if plugin in mapper.class_.__module__.split(".")]
    return [TenantPlugin, PluginState, PluginInbox, *own]


def ask_everywhere(
    app: Flask, enumerating: Any, plugin: str, *, places: Any = None, rules: Any = None, **settings: Any
) -> Leaks:
    """Return the faults of `route_leaks`, with the request of each; `rules` are by default all."""

    def prepare(tenant_id: UUID, victim: bool) -> None:
        mine = {name: _marked(value) if victim else value for name, value in settings.items()}
        switch_on(tenant_id, plugin, mine)

    with enumerating(app, rules, more=places, prepare=prepare, reduced=True) as attack:
        attack.run()
    faults: Leaks = attack.watch.faults
    return faults


def _marked(value: Any) -> Any:
    """A text of several words is what people write: it can carry a mark."""
    return f"{value} {word(PRIVATE)}" if isinstance(value, str) and " " in value else value


def owner_of(app: Flask, world: Any) -> Visitor:
    """A new owner of a tenant that has no roles yet, logged in to the admin."""
    address = f"owner@{world.tenant.slug}.example"
    with platform_scope("make an owner for tests"), unit_of_work():
        owner = User(email=address, email_lc=address, name="Owner")
        session.add(owner)
        session.flush()
        key = open_session(user_id=owner.id, auth_epoch=0)
    with tenant_scope(world.id), unit_of_work():
        create_default_roles(world.id)
        add_member(world.id, owner.id, "owner")
    visitor = Visitor(app.test_client(), app.config["MTC"].public_url, key=key)
    host = visitor.base.partition("://")[2].partition(":")[0]
    visitor.client.set_cookie("mtc_staff", key, domain=host)
    return visitor
