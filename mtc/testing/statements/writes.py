"""Forms that write."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, bindparam, delete, insert, literal, select, text, update

from mtc.core.db import session
from mtc.core.ids import uuid7
from mtc.testing.statements.base import WRITES, Try, form, later


@form(WRITES)
def bulk_update(t: Try) -> Any:
    session.execute(update(t.model).values(created_at=later()))


@form(WRITES)
def bulk_update_theirs(t: Try) -> Any:
    session.execute(update(t.model).where(t.model.id == t.their_id).values(created_at=later()))


@form(WRITES)
def bulk_delete(t: Try) -> Any:
    session.execute(delete(t.model).where(t.model.id == t.their_id))


@form(WRITES)
def legacy_update(t: Try) -> Any:
    session.query(t.model).update({"created_at": later()}, synchronize_session=False)


@form(WRITES)
def legacy_delete(t: Try) -> Any:
    session.query(t.model).filter(t.model.id == t.their_id).delete(synchronize_session=False)


@form(WRITES)
def bulk_update_by_key(t: Try) -> Any:
    names = [column.name for column in t.table.primary_key]
    session.execute(update(t.model), [{**dict(zip(names, t.key, strict=True)), "created_at": later()}])


@form(WRITES)
def bulk_update_mappings(t: Try) -> Any:
    names = [column.name for column in t.table.primary_key]
    row = {**dict(zip(names, t.key, strict=True)), "created_at": later()}
    session.bulk_update_mappings(t.model, [row])


@form(WRITES)
def dirty_foreign_object(t: Try) -> Any:
    t.foreign().created_at = later()
    session.flush()


@form(WRITES)
def delete_foreign_object(t: Try) -> Any:
    session.delete(t.foreign())
    session.flush()


@form(WRITES)
def merge_foreign_object(t: Try) -> Any:
    values = {name: t.new_values()[name] for name in t.new_values() if name in t.model.__mapper__.columns}
    instance = t.model(**{**values, "id": t.their_id, "created_at": later()})
    session.merge(instance)
    session.flush()


@form(WRITES)
def add_for_them(t: Try) -> Any:
    names = {column.name: key for key, column in t.model.__mapper__.columns.items()}
    session.add(t.model(**{names[name]: value for name, value in t.new_values().items()}))
    session.flush()


@form(WRITES)
def bulk_insert_for_them(t: Try) -> Any:
    session.execute(insert(t.model), [t.new_values(), t.new_values()])


@form(WRITES)
def move_mine_to_them(t: Try) -> Any:
    mine = t.two.my_ids[t.table.name]
    session.execute(update(t.model).where(t.model.id == mine).values(tenant_id=t.two.theirs, id=uuid7()))


@form(WRITES, core=True)
def core_update(t: Try) -> Any:
    session.execute(update(t.table).values({t.column: t.changed}))


@form(WRITES, core=True)
def core_delete(t: Try) -> Any:
    names = [column for column in t.table.primary_key if column.name not in ("term", "name")]
    parents = {"product_id": "products", "order_id": "orders", "variant_id": "product_variants"}
    keys = {name: t.two.their_ids[table] for name, table in parents.items()}
    keys |= {"tenant_id": t.two.theirs, "id": t.their_id}
    session.execute(delete(t.table).where(and_(*(column == keys[column.name] for column in names))))


@form(WRITES, core=True)
def core_insert_for_them(t: Try) -> Any:
    session.execute(insert(t.table).values(**t.new_values()))


@form(WRITES, core=True)
def insert_select(t: Try) -> Any:
    values = t.new_values()
    names = list(values)
    chosen = select(*(literal(values[name], t.table.c[name].type) for name in names))
    session.execute(insert(t.table).from_select(names, chosen))


@form(WRITES, core=True)
def textual_update(t: Try) -> Any:
    column_type = t.table.c[t.column].type
    statement = text(f"UPDATE {t.table.name} SET {t.column} = :v").bindparams(
        bindparam("v", type_=column_type)
    )
    session.execute(statement, {"v": t.changed})


@form(WRITES, core=True)
def textual_delete(t: Try) -> Any:
    session.execute(text(f"DELETE FROM {t.table.name}"))
