"""One attempt on one table, and the registers of the forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.orm import make_transient_to_detached

from mtc.core import clock
from mtc.core.db import session
from mtc.testing.row_factory import values_for
from mtc.testing.two_tenants import THEIRS, Two


@dataclass
class Try:
    """One attempt of my tenant on one table: its class (None for a table without one) and the two tenants."""

    model: Any
    table: Table
    two: Two

    @property
    def their_id(self) -> UUID:
        return self.two.their_ids[self.table.name]

    @property
    def column(self) -> str:
        """A column that can be changed without harm."""
        return next(name for name in ("created_at", "weight", "term", "name") if name in self.table.c)

    @property
    def changed(self) -> Any:
        """Another value of that column."""
        return later() if self.column == "created_at" else 7 if self.column == "weight" else "changed"

    @property
    def key(self) -> Any:
        names = [column.name for column in self.table.primary_key]
        return tuple(self.two.theirs if name == "tenant_id" else self.their_id for name in names)

    def new_values(self) -> dict[str, Any]:
        """A new row of theirs; the search index has no column that could be free."""
        return values_for(self.table, self.two.theirs, self.two.their_ids, THEIRS)

    def foreign(self) -> Any:
        """Their object as it would come out of a cache: persistent, but not of this session."""
        names = [column.name for column in self.table.primary_key]
        instance = self.model.__new__(self.model)
        self.model.__mapper__.class_manager.setup_instance(instance)
        for name, value in zip(names, self.key, strict=True):
            setattr(instance, name, value)
        if "tenant_id" not in names:
            instance.tenant_id = self.two.theirs
        make_transient_to_detached(instance)
        session.add(instance)
        return instance


Form = Callable[[Try], Any]
READS: dict[str, Form] = {}
WRITES: dict[str, Form] = {}
CORE: set[str] = set()


def form(forms: dict[str, Form], *, core: bool = False) -> Callable[[Form], Form]:
    def mark(function: Form) -> Form:
        forms[function.__name__] = function
        if core:
            CORE.add(function.__name__)
        return function

    return mark


def later() -> Any:
    """A value for `column` that is not there yet."""
    return clock.now()
