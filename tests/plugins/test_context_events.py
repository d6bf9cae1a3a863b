"""ctx.events: events of a manifest are rows, reach subscribers of other plugins, and are checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from mtc.core.context import SYSTEM, Context, use
from mtc.core.events import event_types, label_of
from mtc.core.ids import uuid7
from mtc.events.queries import recent_events
from mtc.plugins.errors import PluginError
from mtc.plugins.services.context_members import events
from mtc.sdk.context import PluginEventError
from mtc.tasks.services import run_due
from tests.plugins.contexts import NOTHING, context_of
from tests.plugins.kit import at_work, remembered, switch_on
from tests.servers.database import both_databases

Guest = Callable[..., None]
EARNED = "loyalty.points_earned"
SCHEMA = {
    "type": "object",
    "required": ["points"],
    "additionalProperties": False,
    "properties": {"points": {"type": "integer"}, "note": {"type": "string"}},
}
DECLARED = [{"name": EARNED, "label": "Points earned", "schema": SCHEMA, "entity": "order"}]
LISTENER = """
from mtc.sdk import state_of
from mtc.sdk.tasks import subscribe_to
from mtc.core.db import scope_tenant

@subscribe_to("loyalty.points_earned", name="listener.hear")
def hear(event):
    seen = {"points": event.data["points"], "about": str(event.entity_id), "name": event.event_name}
    state_of("listener", scope_tenant()).put("heard", seen)
"""


@pytest.fixture
def loyalty(tenant: Any, other_tenant: Any, guest: Guest) -> str:
    guest("listener", LISTENER, hooks=[])  # it may be loaded before the plugin that it listens to
    guest("loyalty", NOTHING, events=DECLARED)
    switch_on(tenant, "loyalty")
    switch_on(other_tenant, "loyalty")
    return "loyalty"


def rows(world: Any) -> list[tuple[str, str, UUID | None, dict[str, Any]]]:
    with at_work(world):
        every = [(row.name, row.entity_type, row.entity_id, row.data) for row in recent_events(world.id)]
    return [row for row in every if row[0] == EARNED]


@both_databases
def test_an_event_is_a_row_and_is_heard(tenant: Any, other_tenant: Any, loyalty: str) -> None:
    switch_on(tenant, "listener")
    order = uuid7()
    for world, points in ((tenant, 5), (other_tenant, 7)):
        with context_of(world, loyalty) as ctx:
            assert isinstance(ctx.events.emit(EARNED, order, {"points": points}), UUID)
    run_due()
    assert rows(tenant) == [(EARNED, "order", order, {"points": 5})]
    assert rows(other_tenant) == [(EARNED, "order", order, {"points": 7})]
    assert remembered(tenant, "listener", "heard") == {"points": 5, "about": str(order), "name": EARNED}
    assert remembered(other_tenant, "listener", "heard") is None


def test_the_event_is_its_plugins(tenant: Any, other_tenant: Any, loyalty: str, guest: Guest) -> None:
    guest("stranger", NOTHING)
    switch_on(tenant, "stranger")
    assert event_types.owner_of(EARNED) == "loyalty"
    with use(Context(tenant_id=tenant.id, actor=SYSTEM)), at_work(tenant):
        assert label_of(EARNED) == "Points earned"
    with context_of(tenant, "stranger") as ctx, pytest.raises(PluginEventError, match="declares no event"):
        ctx.events.emit(EARNED, data={"points": 1})
    with context_of(tenant, loyalty) as ctx, pytest.raises(PluginEventError, match="declares no event"):
        ctx.events.emit("order.paid", data={})


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "'points' is a required property"),
        ({"points": "5"}, "'5' is not of type 'integer'"),
        ({"points": 1, "other": 1}, "Additional properties"),
        ({"points": 1, "note": "x" * 16_384}, "at most 16384 bytes"),
        ({"points": object()}, "not JSON serializable"),
    ],
)
def test_data_is_checked(data: Any, sentence: str, tenant: Any, loyalty: str) -> None:
    with context_of(tenant, loyalty) as ctx, pytest.raises(PluginEventError, match=sentence):
        ctx.events.emit(EARNED, data=data)
    assert rows(tenant) == []


def test_a_call_has_so_many_events(tenant: Any, loyalty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert events.MOST_EVENTS == 100
    monkeypatch.setattr(events, "MOST_EVENTS", 2)
    with context_of(tenant, loyalty) as ctx:
        for points in (1, 2):
            ctx.events.emit(EARNED, data={"points": points})
        with pytest.raises(PluginEventError, match="2 events are the most of one call"):
            ctx.events.emit(EARNED, data={"points": 3})
    assert [data for _, _, _, data in rows(tenant)] == [{"points": 2}, {"points": 1}]


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        ([{**DECLARED[0], "name": "order.paid"}], "begin with loyalty"),
        ([DECLARED[0], DECLARED[0]], "name each once"),
        ([{**DECLARED[0], "schema": {"type": "object", "required": 1}}], "schema: 1 is not of type 'array'"),
        ([{**DECLARED[0], "schema": {"type": "string"}}], "`events`: Write a list"),
        ([{**DECLARED[0], "name": "loyalty"}], "`events`: Write a list"),
    ],
)
def test_events_are_checked_at_the_start(declared: Any, sentence: str, guest: Guest) -> None:
    with pytest.raises(PluginError, match=sentence):
        guest("loyalty", NOTHING, events=declared)
    assert event_types.find_any("loyalty.points_earned") is None


def test_a_schema_fetches_nothing(tenant: Any, guest: Guest) -> None:
    schema = {"type": "object", "$ref": "https://schemas.example/points.json"}
    guest("fetcher", NOTHING, events=[{"name": "fetcher.x", "label": "X", "schema": schema}])
    switch_on(tenant, "fetcher")
    with context_of(tenant, "fetcher") as ctx, pytest.raises(PluginEventError, match=r"schemas\.example"):
        ctx.events.emit("fetcher.x", data={})
