"""Data that are kept for a plugin and a tenant: own tables, state, and what parts of MTC have registered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from mtc.core.db import unit_of_work
from mtc.core.errors import NotFoundError
from mtc.core.i18n import _l
from mtc.core.row_locking import matched_rows
from mtc.core.tenancy import tenant_scope
from mtc.plugins import queries
from mtc.plugins.registry import HeldData, PluginRef, plugin_data
from mtc.plugins.services.own_rows import BATCH

_ABOUT = ("tenant_id", "plugin_id")


@dataclass(frozen=True, slots=True)
class RowsOfModel:
    """Rows of a table of MTC with `plugin_id`, such as what a plugin stores by key.

    `label` says how many there are; `hidden` are columns that an export leaves out.
    """

    model: Any
    label: Callable[[int], str]
    hidden: tuple[str, ...] = ()

    def count(self, tenant_id: UUID, plugin: PluginRef) -> HeldData:
        """All rows."""
        number = queries.rows_in(self.model.__table__, tenant_id, plugin.id)
        return HeldData(number, self.label(number))

    def read(self, tenant_id: UUID, plugin: PluginRef, cursor: Any) -> tuple[list[dict[str, Any]], Any]:
        """The next rows in the order of their ids."""
        table = self.model.__table__
        rows = queries.batch_of(table, tenant_id, cursor, BATCH, plugin.id)
        after = rows[-1]["id"] if len(rows) == BATCH else None
        left_out = (*_ABOUT, *self.hidden)
        shown = [{name: value for name, value in row.items() if name not in left_out} for row in rows]
        return [{"table": table.name, "row": row} for row in shown], after

    def delete(self, tenant_id: UUID, plugin: PluginRef, most: int) -> int:
        """Delete some rows."""
        table = self.model.__table__
        ids = queries.ids_in(table, tenant_id, most, table.c.plugin_id == plugin.id)
        statement = delete(table).where(table.c.tenant_id == tenant_id, table.c.id.in_(ids))
        return matched_rows(statement) if ids else 0


def plugin_ref(slug: str) -> PluginRef:
    """The plugin of that name; raises NotFoundError."""
    row = queries.plugin_by_slug(slug)
    if row is None:
        raise NotFoundError(_l("There is no such plugin."))
    return PluginRef(row.id, row.slug)


def held_data(tenant_id: UUID, slug: str) -> list[HeldData]:
    """The amount that is kept of each kind, without the kinds of which there is nothing."""
    plugin = plugin_ref(slug)
    amounts = [data.count(tenant_id, plugin) for _name, data in plugin_data.items()]
    return [amount for amount in amounts if amount.count]


def export_lines(tenant_id: UUID, slug: str) -> Iterator[str]:
    """Everything that is kept as JSON Lines, read batch by batch while it is sent; opens its own scopes.

    A line has the name of a `table` and one `row` of it.
    """
    with tenant_scope(tenant_id, readonly=True), unit_of_work():
        plugin = plugin_ref(slug)
        kinds = [data for _name, data in plugin_data.items()]
    for data in kinds:
        cursor: Any = None
        while True:
            with tenant_scope(tenant_id, readonly=True), unit_of_work():
                rows, cursor = data.read(tenant_id, plugin, cursor)
            yield "".join(f"{json.dumps(row, default=str, ensure_ascii=False)}\n" for row in rows)
            if cursor is None:
                break


def delete_held(tenant_id: UUID, plugin: PluginRef) -> int:
    """Delete everything that is kept, in a transaction for each batch; returns how many rows that were."""
    total = 0
    for _name, data in plugin_data.items():
        while True:
            with unit_of_work():
                deleted = data.delete(tenant_id, plugin, BATCH)
            total += deleted
            if not deleted:
                break
    return total
