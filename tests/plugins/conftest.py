"""A folder of plugins, and stores to try them in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mtc.plugins.services.loader import loaded
from tests.orders import shop as orders
from tests.plugins.kit import loading, unload
from tests.plugins.samples import write
from tests.servers.kept import kept
from tests.storefront import conftest as storefront

site = storefront.site
shop = storefront.shop
browser = storefront.browser


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for plugins."""
    made = tmp_path / "guests"
    made.mkdir()
    return made


@pytest.fixture
def guest(app: Flask, folder: Path) -> Iterator[Callable[..., None]]:
    """Write a plugin and load it for the length of the test: guest("id", code, **manifest)."""
    with ExitStack() as stack:

        def load(plugin: str, code: str, **manifest: Any) -> None:
            place = folder.parent / f"guests_{plugin}"
            write(place, plugin, code, **manifest)
            app.extensions["mtc.page_cache"].clear()
            stack.enter_context(loading(place))

        yield load


@pytest.fixture
@kept
def sale(tenant: Any) -> orders.Shop:
    """Acme with things for sale."""
    return orders.open_shop(tenant)


@pytest.fixture
def without_plugins(app: Flask) -> Iterator[None]:
    """An installation without any plugin, for the length of the test."""
    plugins = dict(loaded(app))
    unload(set(plugins))
    yield
    for name, plugin in plugins.items():
        app.extensions["mtc.hooks"].register(plugin.module, name)
        loaded(app)[name] = plugin
