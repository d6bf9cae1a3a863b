"""The forms in which a statement can reach a table; each tries to get at rows of another tenant."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    text,
    union,
    update,
)
from sqlalchemy.orm import aliased, make_transient_to_detached

from mtc.core import clock
from mtc.core.db import session
from mtc.core.ids import uuid7
from mtc.tenants.models import Tenant
from tests.factories.rows import values_for
from tests.isolation.world import THEIRS, Two


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
        return "created_at" if "created_at" in self.table.c else "weight"

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
        thing = self.model.__new__(self.model)
        self.model.__mapper__.class_manager.setup_instance(thing)
        for name, value in zip(names, self.key, strict=True):
            setattr(thing, name, value)
        if "tenant_id" not in names:
            thing.tenant_id = self.two.theirs
        make_transient_to_detached(thing)
        session.add(thing)
        return thing


Form = Callable[[Try], Any]
READS: dict[str, Form] = {}
WRITES: dict[str, Form] = {}
CORE: set[str] = set()


def form(kind: dict[str, Form], *, core: bool = False) -> Callable[[Form], Form]:
    def mark(function: Form) -> Form:
        kind[function.__name__] = function
        if core:
            CORE.add(function.__name__)
        return function

    return mark


def later() -> Any:
    """A value for `column` that is not there yet."""
    return clock.now()


@form(READS)
def select_entity(t: Try) -> Any:
    return session.scalars(select(t.model)).all()


@form(READS)
def select_columns(t: Try) -> Any:
    return session.execute(select(t.model.id, t.model.tenant_id)).all()


@form(READS)
def select_by_their_id(t: Try) -> Any:
    return session.scalars(select(t.model).where(t.model.id == t.their_id)).all()


@form(READS)
def get_cold(t: Try) -> Any:
    return session.get(t.model, t.key)


@form(READS)
def legacy_query(t: Try) -> Any:
    return session.query(t.model).all()


@form(READS)
def legacy_filter_by(t: Try) -> Any:
    return session.query(t.model).filter_by(id=t.their_id).one()


@form(READS)
def ids_of_a_count(t: Try) -> Any:
    found = session.execute(
        select(func.count()).select_from(t.model).where(t.model.id == t.their_id)
    ).scalar()
    return [t.their_id] if found else []


@form(READS)
def exists_theirs(t: Try) -> Any:
    return [t.their_id] if session.scalar(select(exists().where(t.model.id == t.their_id))) else []


@form(READS)
def scalar_subquery(t: Try) -> Any:
    inner = select(t.model.id).where(t.model.id == t.their_id).limit(1).scalar_subquery()
    return session.execute(select(inner)).all()


@form(READS)
def cte(t: Try) -> Any:
    return session.execute(select(select(t.model.id, t.model.tenant_id).cte())).all()


@form(READS)
def union_of_two(t: Try) -> Any:
    return session.execute(
        union(select(t.model.id), select(t.model.id).where(t.model.id == t.their_id))
    ).all()


@form(READS)
def alias(t: Try) -> Any:
    return session.scalars(select(aliased(t.model))).all()


@form(READS)
def self_join(t: Try) -> Any:
    other = aliased(t.model)
    return session.execute(select(t.model.id, other.id).join(other, other.id == t.model.id)).all()


@form(READS)
def outer_join(t: Try) -> Any:
    other = aliased(t.model)
    return session.execute(
        select(other.id).select_from(t.model).outerjoin(other, other.id == t.model.id)
    ).all()


@form(READS)
def comma_join(t: Try) -> Any:
    other = aliased(t.model)
    return session.execute(select(t.model.id, other.id).where(other.id == t.model.id)).all()


@form(READS)
def subquery_in_from(t: Try) -> Any:
    return session.execute(select(select(t.model.id, t.model.tenant_id).subquery())).all()


@form(READS)
def in_subquery(t: Try) -> Any:
    other = aliased(t.model)
    return session.execute(select(t.model.id).where(t.model.id.in_(select(other.id)))).all()


@form(READS)
def correlated_exists(t: Try) -> Any:
    other = aliased(t.model)
    return session.execute(select(t.model.id).where(exists().where(other.id == t.model.id))).all()


@form(READS)
def window_function(t: Try) -> Any:
    return session.execute(select(t.model.id, func.row_number().over(order_by=t.model.id))).all()


@form(READS)
def join_from_platform_table(t: Try) -> Any:
    return session.execute(
        select(t.model.id).join_from(Tenant, t.model, Tenant.id == t.model.tenant_id)
    ).all()


@form(READS)
def newest_first(t: Try) -> Any:
    return session.execute(select(t.model.id).order_by(t.model.id.desc()).limit(1)).all()


@form(READS)
def stream(t: Try) -> Any:
    return list(session.execute(select(t.model.id).execution_options(yield_per=2)))


@form(READS)
def aggregate(t: Try) -> Any:
    return session.execute(select(t.model.id, func.count()).group_by(t.model.id)).all()


@form(READS)
def refresh(t: Try) -> Any:
    thing = t.foreign()
    session.refresh(thing)
    return [thing]


@form(READS)
def expired_attribute(t: Try) -> Any:
    thing = t.foreign()
    session.expire(thing)
    return [thing.created_at, t.their_id]


@form(READS)
def from_statement(t: Try) -> Any:
    return session.scalars(select(t.model).from_statement(text(f"SELECT * FROM {t.table.name}"))).all()


@form(READS)
def connection_of_the_session(t: Try) -> Any:
    return session.connection().execute(select(t.model)).all()


@form(READS, core=True)
def core_select(t: Try) -> Any:
    return session.execute(select(t.table)).all()


@form(READS, core=True)
def textual(t: Try) -> Any:
    return session.execute(text(f"SELECT * FROM {t.table.name}")).all()


@form(READS, core=True)
def driver_sql(t: Try) -> Any:
    return session.connection().exec_driver_sql(f"SELECT * FROM {t.table.name}").all()


@form(READS, core=True)
def core_alias_without_tenant(t: Try) -> Any:
    one, other = t.table.alias(), t.table.alias()
    joined = one.join(other, one.c[t.column] == other.c[t.column])
    return session.execute(select(other).select_from(joined)).all()


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
    thing = t.model(**{**values, "id": t.their_id, "created_at": later()})
    session.merge(thing)
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
    value = 7 if t.column == "weight" else later()
    session.execute(update(t.table).values({t.column: value}))


@form(WRITES, core=True)
def core_delete(t: Try) -> Any:
    names = [column for column in t.table.primary_key if column.name != "term"]
    keys = {"tenant_id": t.two.theirs, "product_id": t.two.their_ids["products"], "id": t.their_id}
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
    kind = t.table.c[t.column].type
    statement = text(f"UPDATE {t.table.name} SET {t.column} = :v").bindparams(bindparam("v", type_=kind))
    session.execute(statement, {"v": 7 if t.column == "weight" else later()})


@form(WRITES, core=True)
def textual_delete(t: Try) -> Any:
    session.execute(text(f"DELETE FROM {t.table.name}"))
