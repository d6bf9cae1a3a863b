"""A tenant with a catalogue, on the database that the test asks for."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.admin.conftest import Shop, fill
from tests.conftest import World
from tests.servers.kept import kept


@pytest.fixture
@kept
def shop(app: Flask, tenant: World) -> Shop:
    """Acme with one product and no order."""
    return fill(tenant)
