"""What plugins keep: additions are never lost, and a value is put over the version that was read only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from mtc.core.errors import ConflictError
from mtc.plugins.services.context import state_of
from mtc.plugins.services.state import LaterState, StateConflict, StateValue
from tests.concurrency.test_notifications import at_once
from tests.plugins.kit import at_work, switch_on
from tests.servers.database import both_databases

TIMES = 8


@pytest.fixture(autouse=True)
def _plugin(request: pytest.FixtureRequest) -> None:
    if "tenant" in request.fixturenames:
        switch_on(request.getfixturevalue("tenant"), "order_guard")


def in_state(world: Any, work: Callable[[Any], Any]) -> Any:
    """Do something with the plugin's state in a transaction of its own."""
    with at_work(world):
        return work(state_of("order_guard", world.id))


def kept(world: Any, key: str) -> StateValue | None:
    found: StateValue | None = in_state(world, lambda state: state.get(key))
    return found


@both_databases
def test_eight_at_once_add_eight(app: Flask, tenant: Any) -> None:
    found = at_once(lambda _: in_state(tenant, lambda state: state.increment("points", 5)), TIMES)
    assert sorted(found) == [5 * (number + 1) for number in range(TIMES)]
    assert kept(tenant, "points") == StateValue({}, TIMES, 5 * TIMES)


@both_databases
def test_of_two_who_have_read_the_same_one_is_told(tenant: Any) -> None:
    assert in_state(tenant, lambda state: state.put("buyer", {"points": 1})) == 1
    version = in_state(tenant, lambda state: state.get("buyer").version)
    assert in_state(tenant, lambda state: state.put("buyer", {"points": 2}, version)) == 2
    with pytest.raises(StateConflict):
        in_state(tenant, lambda state: state.put("buyer", {"points": 9}, version))
    assert kept(tenant, "buyer") == StateValue({"points": 2}, 2, 0)


@both_databases
def test_without_a_version_the_last_one_wins(tenant: Any) -> None:
    """The control: both have read 1, and one addition is lost."""
    in_state(tenant, lambda state: state.put("buyer", {"points": 1}))
    read = [in_state(tenant, lambda state: state.get("buyer").value["points"]) for _ in range(2)]
    for points in read:
        in_state(tenant, lambda state, points=points: state.put("buyer", {"points": points + 1}))
    assert kept(tenant, "buyer") == StateValue({"points": 2}, 3, 0)


@both_databases
def test_version_nought_makes_and_never_replaces(app: Flask, tenant: Any) -> None:
    found = at_once(lambda n: in_state(tenant, lambda state: state.put("first", {"by": n}, 0)), TIMES)
    assert sorted(map(str, found)).count("1") == 1
    assert [type(one) for one in found if one != 1] == [StateConflict] * (TIMES - 1)
    stored = kept(tenant, "first")
    assert stored is not None
    assert stored.version == 1


@both_databases
def test_versions_carry_a_sum_over_a_race(app: Flask, tenant: Any) -> None:
    """Compare and set, again until it is right: nothing is lost."""

    def add(_number: int) -> None:
        while True:
            known = kept(tenant, "sum")
            before = known.value["n"] if known else 0
            version = known.version if known else 0
            try:
                in_state(tenant, lambda state: state.put("sum", {"n": before + 1}, version))  # noqa: B023
            except ConflictError:
                continue
            return

    assert at_once(add, TIMES) == [None] * TIMES
    assert kept(tenant, "sum") == StateValue({"n": TIMES}, TIMES, 0)


@both_databases
def test_another_tenant_has_its_own(tenant: Any, other_tenant: Any) -> None:
    switch_on(other_tenant, "order_guard")
    in_state(tenant, lambda state: state.increment("points"))
    assert kept(other_tenant, "points") is None
    in_state(other_tenant, lambda state: state.delete("points"))
    assert kept(tenant, "points") == StateValue({}, 1, 1)
    in_state(tenant, lambda state: state.delete("points"))
    assert kept(tenant, "points") is None


@pytest.mark.parametrize("key", ["", "x" * 201, None, 7])
def test_a_key_that_no_column_holds_is_refused(tenant: Any, key: Any) -> None:
    for work in (
        lambda state: state.get(key),
        lambda state: state.put(key, {}),
        lambda state: state.increment(key),
        lambda state: state.delete(key),
    ):
        with pytest.raises(ValueError, match="1 to 200 characters"):
            in_state(tenant, work)


def test_what_is_noted_reads_as_if_it_were_written(tenant: Any) -> None:
    def work(stored: Any) -> LaterState:
        later = LaterState(stored)
        assert (later.put("a", {"n": 1}), later.put("a", {"n": 2}, 1)) == (1, 2)
        assert (later.increment("b", 3), later.increment("b", -1)) == (3, 2)
        with pytest.raises(StateConflict):
            later.put("a", {}, 1)
        later.delete("c")
        assert (later.get("a"), later.get("c")) == (StateValue({"n": 2}, 2, 0), None)
        return later

    with at_work(tenant):
        stored = state_of("order_guard", tenant.id)
        later = work(stored)
        assert stored.get("a") is None
        for change in later.changes:
            change(stored)
        assert (stored.get("a"), stored.get("b")) == (StateValue({"n": 2}, 2, 0), StateValue({}, 2, 2))
