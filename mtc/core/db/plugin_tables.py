"""Tables that come with plugins: mapped like MTC's own, and taken out again with their plugin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from sqlalchemy import MetaData, Table
from sqlalchemy.orm import DeclarativeBase, Mapper, registry

from mtc.core.db.models import Base, TenantModel, set_defaults

_registries: list[registry] = [Base.registry]
_changes = 0


class PluginTable(TenantModel):
    """Mixin of a plugin's tables of tenants: key (tenant_id, id), `created_at`, ids made in Python.

    A plugin declares one base, `class Model(PluginTable, DeclarativeBase)`, and derives its models from that.
    """

    metadata: ClassVar[MetaData]
    type_annotation_map: ClassVar[dict[Any, Any]]
    __table__: ClassVar[Any]
    __entity__: ClassVar[str]
    __label__: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        if DeclarativeBase in cls.__bases__:
            cls.metadata, cls.type_annotation_map = Base.metadata, Base.type_annotation_map
        elif "__entity__" not in cls.__dict__:
            cls.__entity__ = cls.__dict__.get("__tablename__", "")
        super().__init_subclass__(**options)

    def __init__(self, **values: Any) -> None:
        set_defaults(self, values)


def mappers() -> list[Mapper[Any]]:
    """Every mapper: those of MTC and of the plugins that are loaded."""
    return [mapper for known in _registries for mapper in known.mappers]


def tables_version() -> tuple[int, int]:
    """A value that changes when tables are declared or taken out: a key for what is derived from them."""
    return len(Base.metadata.tables), _changes


def bases_in(package: str) -> list[type[DeclarativeBase]]:
    """The bases that the modules of a package have declared for their tables."""
    declared = PluginTable.__subclasses__()
    return [
        base
        for base in declared
        if issubclass(base, DeclarativeBase) and f"{base.__module__}.".startswith(f"{package}.")
    ]


def tables_of(base: type[DeclarativeBase]) -> list[Table]:
    """The tables of the models that derive from a base."""
    return [mapper.local_table for mapper in base.registry.mappers if isinstance(mapper.local_table, Table)]


def add_models(bases: Iterable[type[DeclarativeBase]]) -> None:
    """Let MTC see the models of a plugin."""
    global _changes
    _changes += 1
    _registries.extend(base.registry for base in bases if base.registry not in _registries)


def remove_models(bases: Iterable[type[DeclarativeBase]]) -> None:
    """Take the models of a plugin out; its tables stay in the database."""
    global _changes
    _changes += 1
    for base in bases:
        for table in tables_of(base):
            if table.name in Base.metadata.tables:
                Base.metadata.remove(table)
        base.registry.dispose(cascade=True)
        if base.registry in _registries:
            _registries.remove(base.registry)
