"""Values of entries as people read them: money, moments on the store's clock, names in place of ids."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from mtc.audit.models import AuditEntry
from mtc.audit.queries import names_of
from mtc.core.change_tracking import table_of
from mtc.core.money import format_money
from mtc.core.relative_time import when

_MONEY = re.compile(
    r"(^|[._])(price|price_from|price_to|amount|subtotal|discount|compare_at|captured|refunded)$"
)
_TOTALS = frozenset({"order", "order_item", "cart", "cart_line"})
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_IDS_AT_ONCE = 500

Change = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reader:
    """Formatter of the values of entries. Amounts of rows that name no currency are in this one."""

    currency: str = ""
    locale: str = "en"
    names: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, entries: Iterable[AuditEntry], tenant_id: UUID | None, *, currency: str = "", locale: str = "en"
    ) -> Reader:
        """A reader that knows what the ids in these entries stand for: a statement for each kind of thing."""
        ids_by_table: dict[str, set[UUID]] = defaultdict(set)
        for entry in entries:
            about = table_of(entry.object_type)
            if about is not None and not entry.object_label and _ID.fullmatch(entry.object_id):
                ids_by_table[about.name].add(UUID(entry.object_id))
            for change in entry.changes:
                for table, value in _references(change):
                    if len(ids_by_table[table]) < _IDS_AT_ONCE:
                        ids_by_table[table].add(value)
        names: dict[str, str] = {}
        for table, ids in sorted(ids_by_table.items()):
            names.update(names_of(table, ids, tenant_id))
        return cls(currency, locale, names)

    def read(self, change: Change, name: str, value: Any) -> Any:
        """One value of a change, of the field of that name."""
        if value is None or value == "":
            return None
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, int):
            currency = self._currency(change) if _is_money(change, name) else ""
            return format_money(value, currency, self.locale) if currency else value
        text = str(value)
        if _ID.fullmatch(text):
            return self.thing(text)
        if _MOMENT.fullmatch(text):
            return _moment(text)
        return text

    def thing(self, text: str) -> str:
        """Return the label of an object that is known by its id, else the end of the id."""
        return str(self.names.get(text, f"…{text[-8:]}")) if _ID.fullmatch(text) else text

    def fields(self, change: Change) -> list[dict[str, Any]]:
        """The fields of a change with their values before and after."""
        return [
            {
                "name": words(name),
                "before": self.read(change, name, values[0]),
                "after": self.read(change, name, values[1]),
            }
            for name, values in change["fields"].items()
        ]

    def _currency(self, change: Change) -> str:
        own = change["fields"].get("currency")
        return str(own[1] or own[0]) if own else str(change.get("currency") or self.currency)


def words(name: str) -> str:
    """`order_item` as people write it; of the fields of an object the path to them, and no "id"."""
    plain = re.sub(r"(?<=.)_id$", "", name)
    return plain.replace("_", " ").replace(".", " › ").capitalize()


def _is_money(change: Change, name: str) -> bool:
    return bool(_MONEY.search(name)) or (name == "total" and change["type"] in _TOTALS)


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return text
    return when(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _references(change: Change) -> Iterator[tuple[str, UUID]]:
    """(table, id) of every value of a change that refers to a row of the tenant."""
    table = table_of(change["type"])
    if table is None:
        return
    for name, values in change["fields"].items():
        for target in _targets(table, name):
            for value in values:
                if isinstance(value, str) and _ID.fullmatch(value):
                    yield target, UUID(value)


def _targets(table: Any, name: str) -> set[str]:
    """The tables that a column refers to, beside the tenant's."""
    return {
        key.column.table.name
        for key in (table.columns[name].foreign_keys if name in table.columns else ())
        if key.column.name == "id"
    }
