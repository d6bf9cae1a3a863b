"""Typed events: their payloads there and back, their schemas, and what a declaration has to say."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator

from mtc.core.db import Base
from mtc.core.event_schemas import personal_fields, schema_of
from mtc.core.events import DomainEvent, Personal, emit, event_types, label_of, payload_types
from mtc.core.permissions import permissions
from tests.architecture.described_events import declared_events
from tests.architecture.tree import python_files

ID = UUID("01990000-0000-7000-8000-000000000001")


@dataclass(frozen=True, kw_only=True)
class Shipped(DomainEvent, name="test.shipped", label="Shipped", entity="order", permission="orders:read"):
    """Something with a field of each type."""

    to: Personal[str]
    amount: int
    quick: bool
    parcel: UUID
    at: datetime
    places: list[str]
    parcels: tuple[UUID, ...] = ()
    facts: dict[str, Any] | None = None
    note: Personal[str | None] = None


SHIPPED = Shipped(
    entity_id=ID, event_id=ID, to="Ada", amount=3, quick=True, parcel=ID, places=["Bonn"],
    at=datetime(2026, 3, 1, 12, 30, tzinfo=UTC), parcels=(ID,),
)  # fmt: skip


def test_a_payload_goes_to_json_and_back() -> None:
    data = SHIPPED.to_data()
    assert data == {
        "to": "Ada", "amount": 3, "quick": True, "parcel": str(ID), "at": "2026-03-01T12:30:00+00:00",
        "places": ["Bonn"], "parcels": [str(ID)],
    }  # fmt: skip
    assert Shipped.from_data(data, entity_id=ID, event_id=ID) == SHIPPED


def test_payloads_of_other_versions_are_read() -> None:
    data = {**SHIPPED.to_data(), "later": "field"}
    del data["parcels"]
    assert Shipped.from_data({**data, "note": None}, entity_id=ID).parcels == ()
    del data["to"], data["at"]
    with pytest.raises(ValueError, match=r"^test\.shipped lacks at, to$"):
        Shipped.from_data(data)


def test_a_schema_says_what_a_payload_holds() -> None:
    schema = schema_of(Shipped)
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(SHIPPED.to_data())
    assert schema["required"] == ["amount", "at", "parcel", "places", "quick", "to"]
    assert schema["properties"]["parcels"] == {"type": "array", "items": {"type": "string", "format": "uuid"}}
    assert personal_fields(Shipped) == {"to", "note"}
    assert (Shipped.hook, label_of("test.shipped"), label_of("old.thing_gone")) == (
        "after_test_shipped", "Shipped", "Old thing gone",
    )  # fmt: skip


def test_an_event_that_nothing_writes_down_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtc.core.events._recorder", [])
    with pytest.raises(RuntimeError, match=r"import mtc\.events\.services"):
        emit(SHIPPED)


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        type("Again", (DomainEvent,), {}, name="test.shipped", label="Again")


def test_every_event_says_all_about_itself(app: Any) -> None:
    entities = {mapper.class_.__entity__ for mapper in Base.registry.mappers}
    for event in declared_events():
        noun, _, verb = event.event_name.partition(".")
        assert noun.replace("_", "").isalpha() and verb.replace("_", "").isalpha(), event
        assert event.label and event.__doc__ and event.__doc__.strip().endswith("."), event
        assert event.permission in permissions, event
        assert event.entity_type in entities | {""}, event
        assert schema_of(event)["properties"].keys() == payload_types(event).keys()
    assert len(declared_events()) > 60


def test_every_model_has_a_name_of_its_own(app: Any) -> None:
    names = [mapper.class_.__entity__ for mapper in Base.registry.mappers]
    assert sorted(names) == sorted(set(names))


def test_no_event_is_named_by_a_literal() -> None:
    found = [where for path in python_files("mtc", "plugins") for where in literals(path.read_text(), path)]
    assert found == []


def literals(source: str, path: Any = "x.py") -> Iterator[str]:
    """Each event that is emitted, followed or compared by a string, as "file:line"."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            first = node.args[0] if node.args else None
            if node.func.id in ("emit", "emit_many", "subscribe") and isinstance(
                first, ast.Constant | ast.JoinedStr
            ):
                yield f"{path}:{node.lineno}"
        elif isinstance(node, ast.Compare) and ast.unparse(node.left) == "Event.name":
            parts = (part for side in node.comparators for part in ast.walk(side))
            if any(isinstance(part, ast.Constant) for part in parts):
                yield f"{path}:{node.lineno}"


@pytest.mark.parametrize(
    "source",
    ["emit('order.paid')", "emit(f'order.{x}')", "subscribe('order.paid', name='x')", "Event.name == 'a.b'"],
)
def test_a_literal_is_found(source: str) -> None:
    assert list(literals(source)) == ["x.py:1"]


def test_subscribers_follow_events_that_exist(app: Any) -> None:
    from mtc.events.registry import subscribers

    known = {name for name, _ in event_types.items()}
    assert {name for name, tasks in subscribers.items() if tasks} <= known
