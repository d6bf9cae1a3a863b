"""Every event has an after-hook, which gets the event as it was emitted."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace, UnionType
from typing import Any, get_args, get_origin
from uuid import UUID

import pytest
from flask import Flask

from mtc.core.db import unit_of_work
from mtc.core.events import DomainEvent, emit, payload_types
from mtc.core.hooks import hookimpl
from mtc.core.ids import uuid7
from mtc.core.tenancy import tenant_scope
from mtc.tasks.services import run_due
from tests.architecture.described_events import declared_events
from tests.factories.tenants import World

SAMPLES: dict[Any, Any] = {
    str: "text", int: 7, bool: True, UUID: uuid7(), datetime: datetime(2026, 3, 1, tzinfo=UTC)
}  # fmt: skip


def sample(kind: Any) -> Any:
    """A value of a field's type."""
    if kind in SAMPLES:
        return SAMPLES[kind]
    inner = get_args(kind)
    if get_origin(kind) is UnionType:
        return sample(inner[0])
    return {"id": "x"} if get_origin(kind) is dict else [sample(inner[0])]


def _payload(kind: type[DomainEvent]) -> dict[str, Any]:
    return {name: sample(one) for name, one in payload_types(kind).items()}


def test_hooks_after_every_event(app: Flask, tenant: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtc.events.services.outbox.subscribers", {})
    hooks, seen = app.extensions["mtc.hooks"], list[tuple[str, DomainEvent]]()

    def watch(name: str) -> Any:
        def watcher(ctx: Any, payload: Any) -> None:
            seen.append((name, payload))

        return hookimpl(watcher)

    kinds = declared_events()
    hooks.register(SimpleNamespace(**{kind.hook: watch(kind.hook) for kind in kinds}), "core.watcher")
    try:
        with tenant_scope(tenant.id), unit_of_work():
            emitted = [emit(kind(entity_id=uuid7(), **_payload(kind))) for kind in kinds]
        assert seen == []
        while run_due():
            pass
    finally:
        hooks.unregister("core.watcher")
    assert sorted(seen, key=lambda pair: pair[0]) == sorted(
        ((type(one).hook, one) for one in emitted), key=lambda pair: pair[0]
    )
