"""The past of a demo store: as many orders as asked for, within ninety days."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from mtc.demo.history import _moments

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("orders", [0, 20, 100])
def test_a_past_has_so_many_moments_and_more_of_them_lately(orders: int) -> None:
    found = _moments(random.Random("a past"), NOW, orders)
    assert len(found) == orders
    assert found == sorted(found)
    assert all(NOW - timedelta(days=90) <= moment < NOW for moment in found)
    lately = sum(moment > NOW - timedelta(days=45) for moment in found)
    assert lately * 2 >= orders
