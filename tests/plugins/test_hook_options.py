"""Options of hooks: the order they run in, and the rule that says where they run at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mtc.plugins.errors import PluginError
from mtc.tasks.services import run_due
from tests.orders.shop import Shop, order_of
from tests.plugins.kit import switch_on
from tests.plugins.samples import adds, call, module_of, tasks_of
from tests.servers.database import both_databases

Guest = Callable[..., None]


def marked(hook: str, options: str, body: str = "SEEN.append(payload)") -> str:
    """Code of a plugin with one hook with these options, which notes what it is given."""
    return f"SEEN = []\n@hookimpl({options})\ndef {hook}(ctx, payload):\n    {body}\n"


def adding(text: str, options: str) -> str:
    return adds(text).replace("@hookimpl", f"@hookimpl({options})")


@both_databases
def test_one_runs_after_those_it_names_whatever_the_priority(tenant: Any, guest: Guest) -> None:
    guest("late", adding(" late", "priority=900"))
    guest("aaa", adding(" aaa", "priority=1, runs_after=['bbb', 'nobody']"))
    guest("bbb", adding(" bbb", "runs_after=('late',)"))
    guest("ccc", adds(" ccc"))
    for plugin in ("late", "aaa", "bbb", "ccc"):
        switch_on(tenant, plugin)
    assert call(tenant) == "Game ccc late bbb aaa"


def test_one_that_is_off_holds_nobody_up(tenant: Any, guest: Guest) -> None:
    guest("aaa", adding(" aaa", "runs_after=['zzz']"))
    guest("zzz", adds(" zzz"))
    switch_on(tenant, "aaa")
    assert call(tenant) == "Game aaa"


def test_a_circle_is_refused_when_it_is_closed(guest: Guest) -> None:
    guest("aaa", adding(" aaa", "runs_after=['ccc']"))
    guest("bbb", adding(" bbb", "runs_after=['aaa']"))
    with pytest.raises(PluginError) as error:
        guest("ccc", adding(" ccc", "runs_after=['bbb']"))
    assert error.value.message == (
        "ccc: before_product_create of these plugins wait for each other: aaa, bbb, ccc."
        " Change runs_after of one."
    )


@pytest.mark.parametrize(
    ("hook", "options", "sentence"),
    [
        ("before_cart_add", "runs_after='x'", "write runs_after of before_cart_add as a list of ids"),
        ("before_cart_add", "runs_after=['mine']", "before_cart_add cannot run after itself"),
        ("before_cart_add", "priority='first'", "write the priority of before_cart_add as a whole number"),
        ("before_cart_add", "priority=True", "write the priority of before_cart_add as a whole number"),
        ("before_cart_add", "when={}", "write `when` of before_cart_add as a rule"),
        (
            "before_cart_add",
            "when={'field': 'price', 'gt': 1}",
            "`when` of before_cart_add, field: There is no such field here. Choose one from the list."
            " Fields of this hook: cart_id, quantity, variant_id.",
        ),
        ("before_cart_add", "when={'field': 'quantity', 'gt': 'x'}", "`when` of before_cart_add, gt: "),
        ("after_order_paid", "when={'field': 'total', 'is': 1}", "`when` of after_order_paid, rule: "),
    ],
)
def test_what_cannot_be_kept_is_refused_when_loaded(
    guest: Guest, hook: str, options: str, sentence: str
) -> None:
    with pytest.raises(PluginError) as error:
        guest("mine", marked(hook, options), hooks=[hook])
    assert error.value.message.startswith(f"mine: {sentence}")


@both_databases
def test_a_rule_keeps_an_after_hook_from_making_a_task(tenant: Any, sale: Shop, guest: Guest) -> None:
    rule = "when={'all': [{'field': 'total', 'gte': 1000}, {'field': 'currency', 'eq': 'EUR'}]}"
    guest("large", marked("after_order_created", rule), hooks=["after_order_created"])
    switch_on(tenant, "large")
    order_of(sale, (sale.free, 1))
    assert tasks_of(tenant.id, "hooks.after") == []
    order_of(sale, (sale.file, 1))
    assert len(tasks_of(tenant.id, "hooks.after")) == 1
    run_due()
    assert [event.total for event in module_of("large").SEEN] == [1200]


def test_a_rule_keeps_a_before_hook_from_being_called(tenant: Any, sale: Shop, guest: Guest) -> None:
    rule = "when={'field': 'country', 'in': ['FR', 'IT']}"
    guest("abroad", marked("before_checkout", rule), hooks=["before_checkout"])
    switch_on(tenant, "abroad")
    order_of(sale, (sale.file, 1), country="DE")
    assert module_of("abroad").SEEN == []
    order_of(sale, (sale.file, 1), country="FR")
    assert [draft.country for draft in module_of("abroad").SEEN] == ["FR"]


def test_a_rule_sees_what_an_earlier_one_has_changed(tenant: Any, sale: Shop, guest: Guest) -> None:
    change = "from dataclasses import replace; return replace(payload, quantity=3)"
    guest("aaa", marked("before_cart_add", "priority=1", change), hooks=["before_cart_add"])
    rule = "when={'field': 'quantity', 'gt': 2}"
    guest("bbb", marked("before_cart_add", rule), hooks=["before_cart_add"])
    for plugin in ("aaa", "bbb"):
        switch_on(tenant, plugin)
    order_of(sale, (sale.file, 1))
    assert [draft.quantity for draft in module_of("bbb").SEEN] == [3]
