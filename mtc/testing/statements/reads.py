"""Forms that read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, func, select, text, union
from sqlalchemy.orm import aliased

from mtc.core.db import session
from mtc.tenants.models import Tenant
from mtc.testing.statements.base import READS, Try, form


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
    result = session.execute(
        select(func.count()).select_from(t.model).where(t.model.id == t.their_id)
    ).scalar()
    return [t.their_id] if result else []


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
    instance = t.foreign()
    session.refresh(instance)
    return [instance]


@form(READS)
def expired_attribute(t: Try) -> Any:
    instance = t.foreign()
    session.expire(instance)
    return [instance.created_at, t.their_id]


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
    alias, second_alias = t.table.alias(), t.table.alias()
    joined = alias.join(second_alias, alias.c[t.column] == second_alias.c[t.column])
    return session.execute(select(second_alias).select_from(joined)).all()
