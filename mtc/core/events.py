"""Typed events: what a domain says has happened. Rows, hooks, documentation and JSON schemas come from them.

A domain declares its events in its `events` module:

    @dataclass(frozen=True, kw_only=True)
    class OrderPaid(OrderEvent, name="order.paid", label="Paid"):
        total: int
        email: Personal[str]

Fields are plain values that JSON can hold; one that is None is left out of the row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from datetime import datetime
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Self, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from mtc.core.i18n import Sentence
from mtc.core.ids import uuid7
from mtc.core.registry import Registry

T = TypeVar("T")
E = TypeVar("E", bound="DomainEvent")

PERSONAL = "personal data"
Personal = Annotated[T, PERSONAL]
"""A field that tells something of a person (GDPR, article 4): `email: Personal[str]`."""
_BASE = ("entity_id", "event_id")


@dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """Something that happened to `entity_id`; `event_id` is that of its row, once it has one.

    Classes that give no `name` are bases of others. `entity` is the type of the entity as rows name it,
    `permission` what staff need to see such events, `hook` the after-hook that plugins implement.
    """

    event_name: ClassVar[str] = ""
    label: ClassVar[Sentence] = ""
    entity_type: ClassVar[str] = ""
    permission: ClassVar[str] = ""
    hook: ClassVar[str] = ""

    entity_id: UUID | None = None
    event_id: UUID | None = None

    def __init_subclass__(
        cls, *, name: str = "", label: Sentence = "", entity: str = "", permission: str = "", hook: str = ""
    ) -> None:
        cls.entity_type, cls.permission = entity or cls.entity_type, permission or cls.permission
        cls.event_name, cls.label = name, label
        if name:
            cls.hook = hook or f"after_{name.replace('.', '_')}"
            event_types.register(name, cls)

    def to_data(self) -> dict[str, Any]:
        """The payload as JSON has it."""
        values = {name: getattr(self, name) for name in payload_types(type(self))}
        return {name: _plain(value) for name, value in values.items() if value is not None}

    @classmethod
    def from_data(cls, data: Mapping[str, Any], **base: UUID | None) -> Self:
        """The event of a payload; what an older or newer version of MTC wrote beyond the fields is left out.

        Raises ValueError when a field without a default is missing.
        """
        values = {
            name: _typed(annotation, data[name])
            for name, annotation in payload_types(cls).items()
            if name in data
        }
        missing = required_fields(cls) - values.keys()
        if missing:
            raise ValueError(f"{cls.event_name} lacks {', '.join(sorted(missing))}")
        return cls(**base, **values)


event_types: Registry[type[DomainEvent]] = Registry("event")
_recorder: list[Callable[[Sequence[DomainEvent]], None]] = []


def emit(event: E) -> E:
    """Record an event in the running transaction, with the tasks of its subscribers; returned with its id.

    Its payload must hold no secret.
    """
    return emit_many([event])[0]


def emit_many(events: Iterable[E]) -> list[E]:
    """Record events, in as many statements as for one. Raises RuntimeError where nothing writes them down."""
    if not _recorder:
        raise RuntimeError("import mtc.events.services: nothing writes events down")
    recorded = [replace(event, event_id=uuid7()) for event in events]
    _recorder[-1](recorded)
    return recorded


def record_with(
    function: Callable[[Sequence[DomainEvent]], None],
) -> Callable[[Sequence[DomainEvent]], None]:
    """Register the function that writes events down."""
    _recorder.append(function)
    return function


def label_of(name: str) -> str:
    """The label of an event's name in the running locale; one that nothing declares is written out."""
    event_type = event_types.find(name)
    return (
        str(event_type.label)
        if event_type is not None
        else name.replace(".", " ").replace("_", " ").capitalize()
    )


_payloads: dict[type[DomainEvent], dict[str, Any]] = {}


def payload_types(cls: type[DomainEvent]) -> dict[str, Any]:
    """The fields of an event's payload with their types, without the mark of personal data."""
    if cls not in _payloads:
        hints = get_type_hints(cls)
        _payloads[cls] = {item.name: hints[item.name] for item in fields(cls) if item.name not in _BASE}
    return _payloads[cls]


def required_fields(cls: type[DomainEvent]) -> set[str]:
    """The fields that every payload has."""
    return {
        item.name
        for item in fields(cls)
        if item.name not in _BASE and item.default is MISSING and item.default_factory is MISSING
    }


def optional_of(annotation: Any) -> Any | None:
    """The type in `X | None`; None for any other type."""
    if get_origin(annotation) not in (Union, UnionType):
        return None
    return next(argument for argument in get_args(annotation) if argument is not NoneType)


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _typed(annotation: Any, value: Any) -> Any:
    if value is None:
        return None
    if annotation is UUID:
        return UUID(value)
    if annotation is datetime:
        return datetime.fromisoformat(value)
    if (inside := optional_of(annotation)) is not None:
        return _typed(inside, value)
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is tuple:
        return tuple(_typed(inner[0], item) for item in value)
    if origin is list:
        return [_typed(inner[0], item) for item in value]
    return value
