"""Cards of every store."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mtc.admin.home.cards import Home, card
from mtc.admin.home.chart import sales_chart
from mtc.analytics import queries as analytics
from mtc.catalog import queries as catalog
from mtc.core.i18n import _, _l, ngettext
from mtc.core.money import format_money
from mtc.core.relative_time import when
from mtc.pages.queries import broken_themes
from mtc.plugins.queries import broken_plugins
from mtc.plugins.services import ask_plugins
from mtc.tasks import queries as tasks
from mtc.tenants.hooks import AlertsQuery

LATE = timedelta(minutes=15)
MARKED = timedelta(days=30)
Row = dict[str, Any]


@card(
    "sales", _l("Sales"), permission="orders:read", column="main", order=10, template="admin/home/_sales.html"
)
def sales(home: Home) -> Row:
    """The chart of 90 days."""
    days = home.numbers.days
    return {
        "chart": sales_chart(days, home.shop.currency),
        "has_sales": any(day.orders for day in days),
    }


@card(
    "latest-orders",
    _l("Latest orders"),
    permission="orders:read",
    column="main",
    order=20,
    template="admin/home/_latest-orders.html",
)
def latest_orders(home: Home) -> Row:
    """The newest orders."""
    return {"orders": home.latest}


@card("to-act-on", _l("To act on"), permission="orders:read", order=10)
def to_act_on(home: Home) -> Row:
    """Return the items that a person has to act on."""
    orders = analytics.orders_to_act_on(home.now, home.now - LATE, home.now - MARKED)
    rows = [*_dead_tasks(home), *_broken(home.shop), *_of_plugins(home)]
    rows += [_order(row, home.base) for row in orders]
    empty = (
        (_("All clear"), _("Every paid order has been delivered."))
        if home.latest
        else (_("Nothing to do yet"), _("Orders that need you are listed here."))
    )
    return {"rows": rows or [_all_good(*empty)]}


@card("low-stock", _l("Keys running low"), permission="orders:read", order=20)
def low_stock(home: Home) -> Row:
    """Pools at their warning level."""
    title = _("Every pool is filled") if home.latest else _("No pool is low")
    rows = [
        {
            "title": row.product,
            "url": f"{home.base}/stock/{row.variant_id}",
            "note": row.variant or row.sku,
            "badge": _("Sold out")
            if row.available == 0
            else ngettext("%(num)s left", "%(num)s left", row.available),
            "badge_variant": "destructive" if row.available == 0 else "warning",
        }
        for row in catalog.low_stock(limit=6)
    ]
    return {
        "rows": rows or [_all_good(title, _("Pools at their warning level are listed here."))],
        "link": {"label": _("Key stock"), "url": f"{home.base}/stock"},
    }


@card(
    "best-sellers",
    _l("Best sellers"),
    permission="orders:read",
    order=30,
    template="admin/home/_best-sellers.html",
)
def best_sellers(home: Home) -> Row | None:
    """Return the products with the highest revenue of 30 days."""
    currency = home.shop.currency
    sellers = [
        {
            "label": row.title,
            "value": int(row.revenue),
            "formatted": format_money(int(row.revenue), currency),
            "url": f"{home.base}/products/{row.product_id}",
        }
        for row in analytics.best_sellers(home.since, home.until, currency)
    ]
    return {"sellers": sellers} if sellers else None


def _all_good(title: str, note: str) -> Row:
    return {"icon": "check", "tone": "good", "title": title, "note": note}


def _dead_tasks(home: Home) -> list[Row]:
    dead = tasks.task_counts(home.shop.tenant_id).get("dead", 0)
    if not dead:
        return []
    return [
        {
            "icon": "activity",
            "tone": "bad",
            "title": ngettext("%(num)s failed task", "%(num)s failed tasks", dead),
            "url": f"{home.base}/tasks",
            "note": _("Work that was given up after several tries."),
        }
    ]


def _broken(shop: Any) -> list[Row]:
    """Return the broken plugins and themes of the store, which goes on without them."""
    plugins = [
        (
            _("The plugin %(name)s is broken", name=row.name),
            _("%(problem)s The store goes on without it.", problem=row.problem),
        )
        for row in broken_plugins(shop.tenant_id)
    ]
    themes = [
        (
            _("The theme %(name)s is broken", name=row.name),
            _("%(problem)s The store has the default look.", problem=row.problem),
        )
        for row in broken_themes(shop.theme_slug)
    ]
    return [
        {"icon": "triangle-alert", "tone": "bad", "title": title, "note": note}
        for title, note in plugins + themes
    ]


def _of_plugins(home: Home) -> list[Row]:
    """Return what plugins want somebody to look at."""
    return [
        {"icon": "triangle-alert", "tone": "warn", "title": alert.title, "note": alert.note}
        for some in ask_plugins("provide_alerts", AlertsQuery(home.shop.id))
        for alert in some
    ]


def _order(row: Any, base: str) -> Row:
    if row.failed:
        why = _("A delivery failed. Look at it and try again.")
    elif row.noted:
        why = _("Marked for attention: see its timeline.")
    else:
        why = _("Paid %(when)s and not delivered yet.", when=when(row.paid_at))
    return {
        "icon": "triangle-alert",
        "tone": "warn",
        "title": _("Order %(number)s", number=row.order_number),
        "url": f"{base}/orders/{row.order_number}",
        "test": row.is_test,
        "note": why,
    }
