"""A minute of `make soak`: nobody who shops beside hostile connections and a hung process meets an error."""

from __future__ import annotations

import pytest

from tests.soak.__main__ import soak

LONGEST_SECONDS = 10.0
"""Half a minute and more is what a frozen process costs; other tests run on the same processors."""


@pytest.mark.thorough
@pytest.mark.xdist_group("soak")
def test_nobody_is_stopped_by_hostile_connections_and_a_hung_process() -> None:
    found = soak(seconds=60, clients=500, shoppers=20, quiet_seconds=10)
    assert found.before.errors == [] and found.beside.errors == []
    assert found.replaced, "the hung process was not replaced"
    assert max(found.beside.seconds) < LONGEST_SECONDS
    assert len(found.beside.seconds) > 500 and min(found.made.values()) > 20 and len(found.made) == 8
