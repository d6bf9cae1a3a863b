"""A filled shop for the tests of orders."""

from __future__ import annotations

from typing import Any

import pytest

from tests.orders.shop import Shop, open_shop
from tests.servers.kept import kept


@pytest.fixture
@kept
def shop(tenant: Any) -> Shop:
    """The shop of Acme with ten keys."""
    return open_shop(tenant)
