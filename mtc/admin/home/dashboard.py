"""The first page of a tenant's admin: how it goes, and what to do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, request

from mtc.admin.blueprints import admin
from mtc.admin.home.cards import Home, cards_of
from mtc.admin.layout import base, page, store
from mtc.admin.navigation import START, navigation
from mtc.admin.orders.rows import order_row
from mtc.admin.settings.opening import setup_checklist
from mtc.admin.team.support_sessions import visits_here
from mtc.analytics import queries as analytics
from mtc.analytics.services import PERIOD, Numbers, store_numbers
from mtc.core import clock
from mtc.core.context import current
from mtc.core.i18n import _, _l, ngettext
from mtc.core.i18n.formats import number, percent
from mtc.core.local_time import day_start
from mtc.core.money import format_money
from mtc.orders import queries as orders
from mtc.payments.services.methods import can_be_paid
from mtc.web.access import requires


@admin.get("/")
@navigation.entry("home", _l("Home"), section=START, icon="home", order=10)
@requires("orders:read")
def home(tenant: str) -> Response:
    """Numbers, the chart, what needs a person."""
    del tenant
    shop, now = store(), clock.now()
    numbers = store_numbers(shop.currency)
    since, until = day_start(numbers.days[-PERIOD].day), day_start(numbers.days[-1].day + timedelta(days=1))
    latest = [order_row(row) for row in orders.list_orders(limit=6).items]
    return page(
        "admin/home.html",
        title=_("Home"),
        active="home",
        visits=visits_here(),
        setup=setup_checklist(),
        hello=_hello(current().actor.name),
        stats=_stats(numbers),
        tests=_tests(analytics.test_sales(since, until, shop.currency), shop.currency),
        can_be_paid=can_be_paid(),
        mode=shop.mode,
        cards=cards_of(Home(shop, now, since, until, numbers, latest, request.script_root + base())),
    )


def _tests(row: Any, currency: str) -> str:
    """Return the total of test orders of the last 30 days, in words; empty without any."""
    if not row.orders:
        return ""
    return ngettext(
        "%(num)s test order over %(amount)s, counted in no figure",
        "%(num)s test orders over %(amount)s, counted in no figure",
        row.orders,
        num=number(row.orders),
        amount=format_money(int(row.revenue), currency),
    )


def _hello(name: str) -> str:
    """Somebody of the platform is called by their name too: `Platform support (Robin Root)`."""
    own = name.partition("(")[2].rstrip(")") or name
    return _("Hello, %(name)s", name=own.split(" ")[0]) if own else _("Hello")


def _stats(numbers: Numbers) -> list[dict[str, Any]]:
    now, before, currency = numbers.now, numbers.before, numbers.currency
    share = percent(now.refund_share / 100, 1)
    moved = now.refund_share - before.refund_share
    points = number(abs(moved) / 100, 1)
    compared = (
        _("%(points)s points more than before", points=points)
        if moved > 0
        else _("%(points)s points less than before", points=points)
    )
    refunds = {"text": compared if moved else _("as before"), "good": None if not moved else moved < 0}
    spark = [day.revenue for day in numbers.days[-30:]]
    counts = [day.orders for day in numbers.days[-30:]]
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
            "value": number(now.orders),
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
        return {"text": _("as in the 30 days before"), "good": None}
    return {
        "text": _(
            "%(change)s on the 30 days before",
            change=f"{'+' if moved > 0 else '−'}{percent(abs(moved))}",
        ),
        "good": moved > 0,
    }
