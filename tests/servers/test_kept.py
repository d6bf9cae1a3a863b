"""What a fixture has made is put back as it was, and only where it would have been made the same."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import select

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity.models import TenantUser, User
from mtc.identity.services import add_member, create_default_roles, create_user
from mtc.infra.mail import Message
from mtc.tenants.models import Store, Tenant
from mtc.tenants.services import change_settings
from tests.factories.tenants import World, make_world
from tests.fakes.ports import FakePorts, fake_ports
from tests.security.fort import build, hire, sync_all
from tests.servers import kept as keeping
from tests.servers.database import both_databases
from tests.servers.kept import EXTENSION, forget, kept

MAIL = Message("ada@mtc.example", "Subject", "Text")


@kept
def bakery() -> World:
    """A tenant, a mail and a file."""
    world, ports = make_world("bakery", "Bakery"), fakes()
    ports.mail.sent.append(MAIL)
    ports.storage.save("bakery/bread", b"bread", "text/plain")
    ports.cache.set("oven", 220, 600)
    return world


@kept
def renamed(world: World) -> str:
    """Its store with another setting; the fixture's value has the new row."""
    with tenant_scope(world.id), unit_of_work():
        world.store = change_settings(world.id, world.store.id, {"motto": "Warm"})
    return "Warm"


@kept
def staffed(world: World) -> User:
    """Somebody who works there."""
    with platform_scope("hire"), unit_of_work():
        user = create_user("ada@mtc.example", "Ada", "a mild winter in Graz")
    with tenant_scope(world.id), unit_of_work():
        create_default_roles(world.id)
        add_member(world.id, user.id, "owner")
    return user


@kept
def married(user: User) -> str:
    """The same person under another name."""
    with platform_scope("marry"), unit_of_work():
        session.get_one(User, user.id).name = "Ada Lovelace"
    return "Ada Lovelace"


def fakes() -> FakePorts:
    ports: FakePorts = current_app.extensions["mtc.ports"]
    return ports


def next_test(app: Flask) -> None:
    """What the fixture `app` does before each test."""
    app.extensions["mtc.ports"] = fake_ports()
    app.extensions[EXTENSION].begin()


def tenants() -> list[tuple[Any, str]]:
    with platform_scope("look for tenants", readonly=True), unit_of_work():
        return [(row.id, row.name) for row in session.scalars(select(Tenant).order_by(Tenant.id))]


@both_databases
def test_rows_files_and_mails_are_put_back_and_what_a_test_did_is_not(app: Flask) -> None:
    first = bakery()
    make_world("other", "Other")
    with platform_scope("rename"), unit_of_work():
        session.get_one(Tenant, first.id).name = "Ruined"
    fakes().mail.sent.clear()
    fakes().storage.files.clear()
    first.tenant.name = "Ruined"
    next_test(app)
    assert (tenants(), fakes().mail.sent) == ([], [])
    next_test(app)  # because whoever has looked may have written
    second = bakery()
    assert second.id == first.id and second is not first
    assert tenants() == [(first.id, "Bakery")] and second.tenant.name == "Bakery"
    assert fakes().mail.sent == [MAIL] and fakes().storage.files == {"bakery/bread": b"bread"}
    assert fakes().cache.get("oven") == 220
    with tenant_scope(second.id), unit_of_work():
        assert session.scalars(select(Store)).one().id == second.store.id


@both_databases
def test_a_later_fixture_changes_what_it_was_given_in_the_same_way(app: Flask) -> None:
    for _ in range(2):
        next_test(app)
        world = bakery()
        assert "motto" not in world.store.settings
        assert renamed(world) == "Warm" and world.store.settings["motto"] == "Warm"
        with tenant_scope(world.id), unit_of_work():
            assert session.scalars(select(Store)).one().settings["motto"] == "Warm"


@both_databases
def test_rows_that_refer_to_a_changed_row_stay(app: Flask) -> None:
    for _ in range(2):
        next_test(app)
        world = bakery()
        user = staffed(world)
        married(user)
        with platform_scope("look for people", readonly=True), unit_of_work():
            assert session.get_one(User, user.id).name == "Ada Lovelace"
            assert session.scalars(select(TenantUser.user_id)).all() == [user.id]


@dataclass
class Visitor:
    """Somebody with a browser."""

    client: FlaskClient


@kept
def greeted(visitor: Visitor) -> Visitor:
    """A visitor who was given a cookie, and another one."""
    visitor.client.set_cookie("greeting", "hello", domain="acme.localhost")
    return Visitor(visitor.client)


def test_a_client_keeps_its_cookies_and_shares_none_with_another_test(app: Flask) -> None:
    for _ in range(2):
        next_test(app)
        visitor = Visitor(app.test_client())
        other = greeted(visitor)
        for client in (visitor.client, other.client):
            cookie = client.get_cookie("greeting", domain="acme.localhost")
            assert cookie is not None and cookie.value == "hello"
        assert client.get_cookie("mine", domain="acme.localhost") is None
        client.set_cookie("mine", "1", domain="acme.localhost")


@pytest.mark.parametrize("why", ["rows", "clock", "age", "config", "nothing"])
def test_it_is_made_anew_where_it_could_be_another(
    app: Flask, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = bakery()
    next_test(app)
    if why == "rows":
        make_world("earlier", "Earlier")
    elif why == "age":
        monkeypatch.setattr(keeping, "SECONDS", 0.0)
    elif why == "config":
        monkeypatch.setitem(app.config, "MTC", object())
    with clock.frozen(clock.now() if why != "clock" else datetime(2030, 1, 1, tzinfo=UTC)):
        if why not in ("clock", "config"):
            clock._frozen = None
        second = bakery()
    assert (second.id == first.id) is (why == "nothing")
    next_test(app)
    assert bakery().store.created_at.year < 2030


def test_nothing_that_is_made_is_remembered_by_its_id(app: Flask, tenant: World) -> None:
    """Rows that are put back have the ids of an earlier test: whoever adds a memory names it in forget()."""
    sync_all()
    fort = build(tenant)
    people = hire(app, fort)
    owner, shopper = people.staff("owner"), people.shopper(logged_in=True)
    for path in ("/", "/search?q=game", "/p/game", "/c/worlds", "/cart", "/account", "/pages/about"):
        for visitor in (people.shopper(), shopper):
            assert visitor.get(path).status_code in (200, 302, 303), path
    for path in ("/", "/products", "/orders", f"/orders/{fort.order}", "/settings", "/stock", "/mail"):
        assert owner.get(f"/admin/acme{path}").status_code in (200, 302, 303), path
    shopper.post("/cart/add", {"variant_id": fort.ids["file_variant"]})
    ids = {str(tenant.id), str(tenant.store.id), *fort.ids.values(), *map(str, people.users.values())}
    assert remembered(app, ids) != set()
    forget(app)
    assert remembered(app, ids) == set()


def remembered(app: Flask, ids: set[str]) -> set[str]:
    """Where something in the process has one of the ids as a key."""
    skipped = {"mtc.ports", EXTENSION}
    modules = [(name, module) for name, module in sys.modules.items() if name.startswith("mtc.")]
    roots = [(f"{name}.{key}", value) for name, module in modules for key, value in vars(module).items()]
    roots += [(key, value) for key, value in app.extensions.items() if key not in skipped]
    return set(_walk(roots, lambda key: any(one in str(key) for one in ids)))


def _walk(roots: list[tuple[str, Any]], wanted: Callable[[Any], bool]) -> Iterator[str]:
    waiting, seen = roots, set()
    while waiting:
        where, thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, type):
            continue
        seen.add(id(thing))
        if isinstance(thing, Mapping) and not hasattr(thing, "_pending_removals"):
            for key, value in list(thing.items()):
                if (isinstance(key, tuple) and any(wanted(part) for part in key)) or wanted(key):
                    yield where
                waiting.append((where, value))
        elif isinstance(thing, list | tuple | set | frozenset):
            waiting += [(where, one) for one in thing]
        elif type(thing).__module__.startswith("mtc."):
            slots = [name for one in type(thing).__mro__ for name in getattr(one, "__slots__", ())]
            values = {**getattr(thing, "__dict__", {}), **{n: getattr(thing, n, None) for n in slots}}
            waiting += [(f"{where}.{name}", value) for name, value in values.items()]
