"""Hooks: their order, whose they are, and that misspelt ones are found."""

from types import SimpleNamespace
from typing import Any

import pytest
from pluggy import PluginValidationError

from mtc.core.hooks import DEFAULT_PRIORITY, Hooks, Reject, hookimpl, hookspec


class Specs:
    """What plugins may join in."""

    @hookspec
    def before_thing(self, ctx: Any, payload: Any) -> Any:
        """Before a thing."""

    @hookspec
    def after_thing(self, ctx: Any, payload: Any) -> None:
        """After a thing."""


def plugin(priority: int | None = None, name: str = "before_thing") -> Any:
    def implementation(ctx: Any, payload: Any) -> Any:
        return payload

    mark = hookimpl if priority is None else hookimpl(priority=priority)
    return SimpleNamespace(**{name: mark(implementation)})


@pytest.fixture
def hooks() -> Hooks:
    made = Hooks()
    made.declare(Specs)
    return made


def order(hooks: Hooks, *active: str) -> list[tuple[str, int]]:
    return [(one.plugin, one.priority) for one in hooks.implementations("before_thing", active)]


def test_a_lower_priority_runs_earlier_then_the_name_decides(hooks: Hooks) -> None:
    for name, priority in (("late", 200), ("b", None), ("a", None), ("early", -5)):
        hooks.register(plugin(priority), name)
    assert order(hooks, "a", "b", "early", "late") == [
        ("early", -5),
        ("a", DEFAULT_PRIORITY),
        ("b", DEFAULT_PRIORITY),
        ("late", 200),
    ]


def test_only_the_core_and_active_plugins_are_called(hooks: Hooks) -> None:
    for name in ("core", "core.mail", "on", "off", "corelike"):
        hooks.register(plugin(), name)
    assert [name for name, _ in order(hooks, "on")] == ["core", "core.mail", "on"]
    assert [name for name, _ in order(hooks)] == ["core", "core.mail"]


def test_names_are_those_that_are_declared(hooks: Hooks) -> None:
    assert hooks.names() == ["after_thing", "before_thing"]
    assert list(hooks.implementations("after_thing", ["on"])) == []


def test_an_implementation_of_nothing_is_found(hooks: Hooks) -> None:
    hooks.register(plugin(name="before_thnig"), "typo")
    with pytest.raises(PluginValidationError, match="before_thnig"):
        hooks.check()


def test_an_implementation_with_other_parameters_is_refused(hooks: Hooks) -> None:
    @hookimpl
    def before_thing(nothing_of_ours: Any) -> None: ...

    with pytest.raises(PluginValidationError, match="nothing_of_ours"):
        hooks.register(SimpleNamespace(before_thing=before_thing), "other")


def test_a_rejection_is_the_callers_fault() -> None:
    assert (Reject("Not today.").status, Reject("Not today.").code) == (400, "rejected")
