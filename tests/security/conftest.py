"""Acme and its rival, both complete, with people."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.conftest import World
from tests.security.fort import Fort, People, Visitor, build, hire, sync_all
from tests.services.kept import kept


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
