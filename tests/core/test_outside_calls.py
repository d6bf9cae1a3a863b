"""No server outside is called while a write transaction is open, whoever asks and whatever for."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from mtc.core.db import after_commit, commit_batch, savepoint, session, unit_of_work
from mtc.core.events import emit
from mtc.core.outside_calls import OutsideCallError, check_outside_call
from mtc.core.tenancy import deferred_scope, platform_scope, tenant_scope
from mtc.infra.dns import DnsResolver
from mtc.infra.http import HttpClient
from mtc.infra.mail import Message, SmtpMail
from mtc.infra.ports import Ports
from mtc.infra.storage import S3Storage
from mtc.tenants.models import Store
from tests.events.things import ThingHappened
from tests.factories.tenants import World
from tests.fakes.ports import fake_ports
from tests.servers.database import both_databases


def call() -> None:
    check_outside_call("shop.example")


def refused() -> None:
    with pytest.raises(OutsideCallError, match=r"shop\.example was called while a write"):
        call()


def read() -> None:
    session.get(Store, (scope_id(), scope_id()))


def scope_id() -> Any:
    return session().info["scope"].tenant_id


@both_databases
def test_refused_from_the_first_statement_to_the_commit(tenant: World) -> None:
    called: list[str] = []
    with tenant_scope(tenant.id):
        call()
        with unit_of_work():
            call()
            read()
            refused()
            with savepoint():
                refused()
            emit(ThingHappened())
            refused()
            commit_batch()
            call()
            read()
            refused()
            after_commit(lambda: called.append("after") or call())
        call()
        with pytest.raises(LookupError), unit_of_work():
            read()
            raise LookupError
        call()
    assert called == ["after"]


@both_databases
def test_refused_in_scopes_inside_of_a_writing_one(tenant: World) -> None:
    with tenant_scope(tenant.id), unit_of_work():
        read()
        with tenant_scope(tenant.id, readonly=True), unit_of_work():
            read()
            refused()
        with platform_scope("look in a test", readonly=True):
            refused()


@both_databases
def test_allowed_while_a_scope_only_reads(tenant: World) -> None:
    with tenant_scope(tenant.id, readonly=True), unit_of_work():
        read()
        call()
    with platform_scope("write in a test"), unit_of_work():
        session.get(Store, (tenant.id, tenant.id))
        refused()


@both_databases
def test_a_deferred_scope_may_call_until_it_writes(tenant: World) -> None:
    with deferred_scope(tenant.id), unit_of_work():
        read()
        call()
        with savepoint():
            pass
        store = session.get_one(Store, (tenant.id, tenant.store.id))
        store.name = "Another name"
        session.flush()
        refused()


def s3() -> S3Storage:
    return S3Storage("bucket", endpoint="https://s3.example", region="eu", access_key="a", secret_key="b")


MESSAGE = Message(to="ada@example.org", from_="shop@example.com", subject="Hello", text="Hello")
ADAPTERS: dict[str, list[Callable[[], object]]] = {
    "http": [lambda: HttpClient().request("GET", "https://shop.example/")],
    "dns": [lambda: DnsResolver().texts("shop.example")],
    "mail": [lambda: SmtpMail("smtp://mail.example:25").send(MESSAGE)],
    "storage": [
        lambda: s3().save("a/b", b"x", "text/plain"), lambda: s3().open("a/b"), lambda: s3().stat("a/b"),
        lambda: s3().read_range("a/b", 0), lambda: s3().exists("a/b"), lambda: s3().delete("a/b"),
    ],
}  # fmt: skip
FAKES: dict[str, list[Callable[[Any], object]]] = {
    "http": [lambda port: port.request("GET", "https://shop.example/")],
    "dns": [lambda port: port.texts("shop.example")],
    "mail": [lambda port: port.send(MESSAGE)],
    "storage": [
        lambda port: port.save("a/b", b"x", "text/plain"), lambda port: port.open("a/b"),
        lambda port: port.stat("a/b"), lambda port: port.read_range("a/b", 0),
        lambda port: port.exists("a/b"), lambda port: port.delete("a/b"),
    ],
}  # fmt: skip
LOCAL = {
    "cache": "in memory, or asked with a limit of its own",
    "limits": "counts in the cache",
    "queue": "wakes workers after the commit",
    "pictures": "works in a process of this machine",
}


def test_every_port_is_known_as_local_or_outside() -> None:
    names = {one.name for one in dataclasses.fields(Ports)}
    assert set(ADAPTERS) == set(FAKES)
    assert names == set(ADAPTERS) | set(LOCAL)


@pytest.mark.parametrize("name", sorted(ADAPTERS))
def test_each_adapter_refuses_before_it_connects(tenant: World, name: str) -> None:
    with tenant_scope(tenant.id), unit_of_work():
        read()
        for ask in ADAPTERS[name]:
            with pytest.raises(OutsideCallError):
                ask()
        port = getattr(fake_ports(), name)
        for ask_fake in FAKES[name]:
            with pytest.raises(OutsideCallError):
                ask_fake(port)
