"""Every hook of the catalogue: it is called, it sees what it should, and it may change or refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from mtc.catalog.hooks import ProductDraft
from mtc.catalog.models import Product
from mtc.catalog.services import products
from mtc.core.db import session, unit_of_work
from mtc.core.hooks import Reject, hookimpl
from mtc.tasks.services import run_due


class Watcher:
    """A part of the core that looks at everything."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, Any]] = []

    def calls(self, name: str) -> list[Any]:
        """What a hook was given, call by call."""
        return [payload for seen, payload in self.seen if seen == name]

    @hookimpl
    def before_product_create(self, ctx: Any, payload: Any) -> Any:
        self.seen.append(("before_product_create", payload))
        if payload.values["name"] == "Refused":
            raise Reject("Not in this store.")
        return ProductDraft({**payload.values, "summary": "Watched."})

    @hookimpl
    def after_product_created(self, ctx: Any, payload: Any) -> None:
        self.seen.append(("after_product_created", payload))

    @hookimpl
    def before_product_update(self, ctx: Any, payload: Any) -> Any:
        self.seen.append(("before_product_update", payload))
        if payload.changes.get("name") == "Refused":
            raise Reject("Not in this store.")

    @hookimpl
    def after_product_updated(self, ctx: Any, payload: Any) -> None:
        self.seen.append(("after_product_updated", payload))


@pytest.fixture
def watcher(app: Flask) -> Iterator[Watcher]:
    """The watcher, for the length of a test."""
    hooks, made = app.extensions["mtc.hooks"], Watcher()
    hooks.register(made, "core.watcher")
    yield made
    hooks.manager.unregister(name="core.watcher")


def test_hook_before_product_create(make: Callable[..., Product], watcher: Watcher) -> None:
    product = make("Hollow Pines")
    [payload] = watcher.calls("before_product_create")
    assert (payload.values["name"], product.summary) == ("Hollow Pines", "Watched.")
    with pytest.raises(Reject) as refused:
        make("Refused")
    assert refused.value.message == "Not in this store."
    assert [row.name for row in session.query(Product)] == ["Hollow Pines"]


def test_hook_after_product_created(make: Callable[..., Product], watcher: Watcher) -> None:
    product = make("Hollow Pines")
    assert watcher.calls("after_product_created") == []
    session.rollback()
    run_due()
    [payload] = watcher.calls("after_product_created")
    assert (payload.product_id, payload.slug, payload.name) == (product.id, "hollow-pines", "Hollow Pines")


def test_hook_before_product_update(make: Callable[..., Product], watcher: Watcher) -> None:
    product = make("Hollow Pines")
    with pytest.raises(Reject), unit_of_work():
        products.update(product.id, {"name": "Refused"})
    with unit_of_work():
        assert products.update(product.id, {"name": "Hollow Oaks"}).name == "Hollow Oaks"
    assert [p.changes for p in watcher.calls("before_product_update")] == [
        {"name": "Refused"},
        {"name": "Hollow Oaks"},
    ]


def test_hook_after_product_updated(make: Callable[..., Product], watcher: Watcher) -> None:
    product = make("Hollow Pines")
    with unit_of_work():
        products.update(product.id, {"name": "Hollow Oaks"})
    run_due()
    [payload] = watcher.calls("after_product_updated")
    assert (payload.product_id, payload.changed) == (product.id, ["name"])
