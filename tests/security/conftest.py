"""Acme and its rival, both complete, with people."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
from argon2 import PasswordHasher
from flask import Flask

from mtc.identity.services import passwords
from mtc.testing.leak_detector import Unlimited
from tests.conftest import World
from tests.security.fort import Fort, People, Visitor, build, hire, sync_all
from tests.security.siege import Siege, Watch
from tests.servers.kept import kept


@pytest.fixture
@kept
def site(app: Flask) -> Flask:
    """The application with the system's pages."""
    sync_all()
    return app


@pytest.fixture
@kept
def fort(site: Flask, tenant: World) -> Fort:
    """Acme."""
    return build(tenant)


@pytest.fixture
@kept
def rival(site: Flask, other_tenant: World) -> Fort:
    """The other store."""
    return build(other_tenant)


@pytest.fixture
@kept
def people(site: Flask, fort: Fort, rival: Fort) -> People:
    """Who works where."""
    return hire(site, fort, rival)


@pytest.fixture
def anonymous(site: Flask, fort: Fort) -> Visitor:
    """Somebody at Acme whom nobody knows."""
    return Visitor(site.test_client(), fort.base)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """The one who looks; hashing is cheap here, since hundreds of passwords are tried."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._dummy.cache_clear()
    found = Watch()
    log = logging.getLogger("mtc.middleware.error_responses")
    log.addHandler(found)
    log.propagate = False
    yield found
    log.removeHandler(found)
    log.propagate = True
    passwords._dummy.cache_clear()


@pytest.fixture
def siege(site: Flask, people: People, fort: Fort, rival: Fort, watch: Watch) -> Siege:
    """Everything is ready."""
    site.extensions["mtc.ports"] = replace(site.extensions["mtc.ports"], limits=Unlimited())
    return Siege(site, people, fort, rival, watch)
