"""The first page of a tenant's admin: how it goes, and what to do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, request

from mtc.admin.blueprints import admin
from mtc.admin.home.chart import sales_chart
from mtc.admin.layout import base, page, store
from mtc.admin.settings.opening import setup_checklist
from mtc.admin.team.support_sessions import visits_here
from mtc.analytics import queries as analytics
from mtc.analytics.services import PERIOD, Numbers, store_numbers
from mtc.catalog import queries as catalog
from mtc.core import clock
from mtc.core.context import current
from mtc.core.i18n import _
from mtc.core.local_time import day_start
from mtc.core.money import format_money
from mtc.core.relative_time import when
from mtc.orders import queries as orders
from mtc.orders.services import LABELS
from mtc.pages.queries import broken_themes
from mtc.payments.services.methods import can_be_paid
from mtc.plugins.queries import broken_plugins
from mtc.tasks import queries
from mtc.web.access import requires

LATE = timedelta(minutes=15)
MARKED = timedelta(days=30)


@admin.get("/")
@requires("orders:read")
def home(tenant: str) -> Response:
    """Numbers, the chart, what needs a person."""
    del tenant
    shop, now = store(), clock.now()
    numbers = store_numbers(shop.currency)
    tenant_id = shop.tenant_id
    since, until = day_start(numbers.days[-PERIOD].day), day_start(numbers.days[-1].day + timedelta(days=1))
    sellers = analytics.best_sellers(since, until, shop.currency)
    return page(
        "admin/home.html",
        title=_("Home"),
        active="home",
        visits=visits_here(),
        setup=setup_checklist(),
        hello=_hello(current().actor.name),
        stats=_stats(numbers),
        chart=sales_chart(numbers.days, shop.currency),
        has_sales=any(one.orders for one in numbers.days),
        tests=_tests(analytics.test_sales(since, until, shop.currency), shop.currency),
        can_be_paid=can_be_paid(),
        mode=shop.mode,
        latest=[order_row(row) for row in orders.list_orders(limit=6).items],
        to_do=[_to_do(row) for row in analytics.orders_to_act_on(now, now - LATE, now - MARKED)],
        low=catalog.low_stock(limit=6),
        sellers=[
            {
                "label": row.title,
                "value": int(row.revenue),
                "formatted": format_money(int(row.revenue), shop.currency),
                "url": f"{request.script_root}{base()}/products/{row.product_id}",
            }
            for row in sellers
        ],
        broken=_broken(shop),
        dead=queries.task_counts(tenant_id).get("dead", 0),
    )


def _broken(shop: Any) -> list[dict[str, str]]:
    """What the store uses and MTC cannot: the store goes on without it."""
    plugins = [
        {
            "name": f"The plugin {row.name} is broken",
            "why": _("%(problem)s The store goes on without it.", problem=row.problem),
        }
        for row in broken_plugins(shop.tenant_id)
    ]
    themes = [
        {
            "name": f"The theme {row.name} is broken",
            "why": _("%(problem)s The store has the default look.", problem=row.problem),
        }
        for row in broken_themes(shop.theme_slug)
    ]
    return plugins + themes


def order_row(row: Any) -> dict[str, Any]:
    """An order as lists show it."""
    names = [one.get("name", "") for one in row.items_data]
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return {
        "number": row.order_number,
        "status": "delivered" if row.status == "fulfilled" else row.status,
        "label": LABELS[row.status],
        "email": row.email,
        "country": row.country,
        "items": f"{names[0]}{more}" if names else "",
        "total": format_money(row.total, row.currency),
        "refunded": format_money(row.refunded_amount, row.currency) if row.refunded_amount else "",
        "at": when(row.created_at),
        "moment": row.created_at,
        "test": row.is_test,
    }


def _tests(row: Any, currency: str) -> str:
    """What test orders of the last 30 days add up to, in words; empty without any."""
    if not row.orders:
        return ""
    orders = "1 test order" if row.orders == 1 else f"{row.orders:,} test orders"
    return f"{orders} over {format_money(int(row.revenue), currency)}, counted in no figure"


def _hello(name: str) -> str:
    """Somebody of the platform is called by their name too: `Platform support (Robin Root)`."""
    own = name.partition("(")[2].rstrip(")") or name
    return f"Hello, {own.split(' ')[0]}" if own else "Hello"


def _to_do(row: Any) -> dict[str, Any]:
    if row.failed:
        why = _("A delivery failed. Look at it and try again.")
    elif row.noted:
        why = _("Marked for attention: see its timeline.")
    else:
        why = _("Paid %(when)s and not delivered yet.", when=when(row.paid_at))
    return {
        "number": row.order_number,
        "email": row.email,
        "why": why,
        "test": row.is_test,
        "total": format_money(row.total, row.currency),
    }


def _stats(numbers: Numbers) -> list[dict[str, Any]]:
    now, before, currency = numbers.now, numbers.before, numbers.currency
    share = f"{now.refund_share / 100:.1f}%"
    moved = now.refund_share - before.refund_share
    points = f"{abs(moved) / 100:.1f} points {'more' if moved > 0 else 'less'} than before"
    refunds = {"text": points if moved else "as before", "good": None if not moved else moved < 0}
    spark = [one.revenue for one in numbers.days[-30:]]
    counts = [one.orders for one in numbers.days[-30:]]
    return [
        {
            "label": _("Revenue"),
            "value": format_money(now.revenue, currency),
            "change": _change(numbers, "revenue"),
            "icon": "wallet",
            "spark": spark,
        },
        {
            "label": _("Orders"),
            "value": f"{now.orders:,}",
            "change": _change(numbers, "orders"),
            "icon": "shopping-bag",
            "spark": counts,
        },
        {
            "label": _("Average order"),
            "value": format_money(now.average, currency),
            "change": _change(numbers, "average"),
            "icon": "receipt",
            "spark": None,
        },
        {
            "label": _("Refund share"),
            "value": share,
            "change": refunds if before.revenue else None,
            "icon": "undo-2",
            "spark": None,
        },
    ]


def _change(numbers: Numbers, name: str) -> dict[str, Any] | None:
    moved = numbers.change(name)
    if moved is None:
        return None
    if moved == 0:
        return {"text": "as in the 30 days before", "good": None}
    return {"text": f"{'+' if moved > 0 else '−'}{abs(moved)}% on the 30 days before", "good": moved > 0}
