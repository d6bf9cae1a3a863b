"""Cost of row-level security: the same statements with the policies and without, in turn."""

from __future__ import annotations

import time
from statistics import median

from sqlalchemy import Connection, Engine, create_engine, text

from mtc.bench.report import Line, limit_line
from mtc.core.row_level_security import PLATFORM_ROLE, TENANT_SETTING

ROUNDS = 300
LIMIT_MS = 0.3
_SET = text(f"SELECT set_config('{TENANT_SETTING}', :tenant, true)")
_BIGGEST = text("SELECT tenant_id FROM products GROUP BY tenant_id ORDER BY count(*) DESC, tenant_id LIMIT 1")
_ONE = text("SELECT id, slug FROM products WHERE tenant_id = :t LIMIT 1")
_STATEMENTS = {
    "a product by its key": "SELECT * FROM products WHERE tenant_id = :t AND id = :id",
    "a product by its slug": "SELECT * FROM products WHERE tenant_id = :t AND slug = :slug",
    "the newest 24": "SELECT * FROM products WHERE tenant_id = :t AND status = 'active' "
    "ORDER BY created_at DESC, id DESC LIMIT 24",
    "all orders counted": "SELECT count(*) FROM orders WHERE tenant_id = :t",
}


def measure(url: str, rounds: int = ROUNDS) -> list[Line]:
    """Time transactions of one statement as mtc_app with policies, and as a role that bypasses them.

    `url` leads to a migrated PostgreSQL with data, as mtc_app; its largest tenant is asked for.
    """
    guarded = create_engine(url, pool_size=1)
    free = create_engine(url, pool_size=1, connect_args={"options": f"-c role={PLATFORM_ROLE}"})
    try:
        return _measure(guarded, free, rounds)
    finally:
        guarded.dispose()
        free.dispose()


def _measure(with_policies: Engine, without: Engine, rounds: int) -> list[Line]:
    with with_policies.connect() as guarded, without.connect() as free:
        tenant = free.execute(_BIGGEST).scalar()
        product = free.execute(_ONE, {"t": tenant}).one()
        free.rollback()
        lines, medians, tenths = [], [], []
        for name, statement in _STATEMENTS.items():
            parameters = {"t": tenant, "id": product.id, "slug": product.slug}
            values = {key: value for key, value in parameters.items() if f":{key}" in statement}
            mine: list[float] = []
            bare: list[float] = []
            for turn in range(rounds):  # in turn, and each as often first as second
                for which in (mine, bare) if turn % 2 else (bare, mine):
                    guards = which is mine
                    which.append(
                        _once(guarded if guards else free, statement, values, str(tenant) if guards else "")
                    )
            medians.append(median(mine) - median(bare))
            tenths.append(_tenth(mine) - _tenth(bare))
            shown = f"{median(mine):.2f} / {median(bare):.2f} ms  x{median(mine) / median(bare):.2f}"
            lines.append(Line(name, shown))
        quick = Line("in the quickest tenth", f"{median(tenths):.2f} ms")
        return [
            *lines,
            limit_line("price of a transaction", median(medians), LIMIT_MS, "ms", digits=2),
            quick,
        ]


def _tenth(times: list[float]) -> float:
    """The time below which a tenth lies: other work on the machine disturbs it less than the median."""
    return sorted(times)[len(times) // 10]


def _once(connection: Connection, statement: str, values: dict[str, object], tenant: str) -> float:
    """Milliseconds of one transaction, with the announcement of the tenant where there are policies."""
    began = time.perf_counter()
    if tenant:
        connection.execute(_SET, {"tenant": tenant})
    connection.execute(text(statement), values).all()
    connection.rollback()
    return 1000 * (time.perf_counter() - began)
