"""Changes as plain data: which row, which fields, from what to what; nothing secret passes here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, UniqueConstraint
from sqlalchemy.sql.elements import BindParameter

from mtc.core.db import Base, mappers, tables_version

MASK = "•••"
LONGEST = 300
# By name, so that a column or setting of a plugin that nobody thought of is masked too.
_SECRET = re.compile(
    r"pass(word|wd|phrase)|secret|token|hash|credential|private_key|api_?key|signature|sealed|cipher|otp|"
    r"recovery|^pin$|^seed$|public_key|challenge",
    re.IGNORECASE,
)
# Columns that say nothing about a change in any table.
_PLUMBING = frozenset({"tenant_id", "id", "created_at", "updated_at"})
# What tells rows apart that are deleted and written anew, in tables whose only unique is the id.
_NATURAL = ("product_id", "attribute_key", "position")


@dataclass(slots=True)
class Change:
    """One row that was made (`new`), changed or deleted; `rows` counts when there are too many to list."""

    type: str
    op: str
    id: str = ""
    label: str = ""
    fields: dict[str, list[Any]] = field(default_factory=dict)
    rows: int = 1
    currency: str = ""

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "type": self.type,
            "op": self.op,
            "id": self.id,
            "label": self.label,
            "rows": self.rows,
            "fields": self.fields,
            **({"currency": self.currency} if self.currency else {}),
        }


@lru_cache(maxsize=2)
def _models(_version: tuple[int, int]) -> dict[Any, type[Base]]:
    return {mapper.local_table: mapper.class_ for mapper in mappers()}


def _model_of(table: Table) -> type[Base] | None:
    return _models(tables_version()).get(table)


def type_of(table: Table) -> str:
    """The name of what a table holds: `order_item` for order_items; the table's where no model has it."""
    model = _model_of(table)
    return model.__entity__ if model is not None else table.name


def table_of(name: str) -> Table | None:
    """The table that holds what `type_of` calls so, or None."""
    return _tables(tables_version()).get(name)


@lru_cache(maxsize=2)
def _tables(_version: tuple[int, int]) -> dict[str, Table]:
    return {type_of(table): table for table in Base.metadata.sorted_tables}


def label_column(table: Table) -> Any | None:
    """The column that holds what people call the rows of a table, or None."""
    model = _model_of(table)
    return table.columns[model.__label__[0]] if model is not None and model.__label__ else None


def is_secret(column: Column[Any]) -> bool:
    """Return whether no value of the column may be shown to anybody."""
    return (
        bool(_SECRET.search(column.name))
        or column.info.get("audit") == "hidden"
        or bool(column.info.get("sealed"))
        or isinstance(column.type, LargeBinary)
    )


def described(table: Table, op: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Change:
    """The change of one row between two sets of values; what is in neither did not change."""
    values = {**before, **after}
    made = Change(type_of(table), op, str(values.get("id") or ""), _label(table, values))
    made.currency = str(values.get("currency") or "")[:3]
    for column in table.columns:
        name = column.name
        if name in _PLUMBING or column.info.get("audit") == "derived" or name not in values:
            continue
        old, new = before.get(name), after.get(name)
        if op != "changed" and (old if op == "deleted" else new) in (None, "", [], {}):
            continue
        if old == new:
            continue
        if is_secret(column):
            made.fields[name] = [MASK if old else None, MASK if new else None]
        else:
            _difference(made.fields, name, old, new)
    return made


def _difference(into: dict[str, list[Any]], name: str, old: Any, new: Any, deep: int = 0) -> None:
    """Write down from what to what; of two objects only the keys that differ."""
    if isinstance(old, Mapping) and isinstance(new, Mapping) and deep < 3:
        for key in [*old, *(name for name in new if name not in old)]:
            if old.get(key) != new.get(key):
                inner = f"{name}.{key}"
                if _SECRET.search(str(key)):
                    into[inner] = [MASK if old.get(key) else None, MASK if new.get(key) else None]
                else:
                    _difference(into, inner, old.get(key), new.get(key), deep + 1)
        return
    into[name] = [shown(old), shown(new)]


def shown(value: Any) -> Any:
    """A value as JSON that people can read, cut short, without the secrets in it."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping | list | tuple):
        value = json.dumps(_masked(value), ensure_ascii=False, default=str)
    elif isinstance(value, date):
        value = value.isoformat()
    elif not isinstance(value, str | Decimal):
        value = str(value)
    text = str(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _masked(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: MASK if v and _SECRET.search(str(k)) else _masked(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(item) for item in value]
    return value


def _label(table: Table, values: Mapping[str, Any]) -> str:
    model = _model_of(table)
    names = model.__label__ if model is not None else ()
    return next((str(values[name])[:200] for name in names if values.get(name)), "")


def literal(value: Any) -> tuple[bool, Any]:
    """Return whether a value of a statement is known before it runs, and the value."""
    if isinstance(value, BindParameter):
        return value.callable is None, value.value
    return not hasattr(value, "compile"), value


def collapsed(
    table: Table, gone: Iterable[Mapping[str, Any]], fresh: Iterable[Mapping[str, Any]]
) -> list[Change]:
    """Rows that were deleted and written anew: what really differs, paired by the table's unique columns."""
    names = [
        [column.name for column in constraint.columns if column.name != "tenant_id"]
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    ]
    keys = names[0] if names else [c.name for c in table.columns if c.name in _NATURAL]
    old = {_key(row, keys): row for row in gone}
    changes = []
    for row in fresh:
        before = old.pop(_key(row, keys), None)
        made = described(table, "new" if before is None else "changed", before or {}, row)
        if before is None or made.fields:
            changes.append(made)
    return [*(described(table, "deleted", row, {}) for row in old.values()), *changes]


def _key(row: Mapping[str, Any], names: list[str]) -> tuple[str, ...]:
    return tuple(str(row.get(name)) for name in names or ["id"])
