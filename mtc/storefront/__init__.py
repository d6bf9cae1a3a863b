"""The storefront surface: every page of a store's own host."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from flask import Flask
from jinja2 import ChainableUndefined, ChoiceLoader, FileSystemLoader

from mtc.pages.services.slot_board import slot
from mtc.plugins.services import folder_of
from mtc.storefront.blueprint import files, storefront
from mtc.storefront.plugin_pages import mount_plugin_pages
from mtc.web.static import install_static
from mtc.web.templating import PluginLoader, ThemeLoader
from mtc.web.theming import theme_asset

VIEWS = (
    "pages", "catalog", "cart", "checkout", "test_payment_page", "orders", "order_keys", "downloads",
    "account", "register", "passwords", "sessions", "favicon", "media", "seo", "preview", "theme_files",
    "slots",
    "plugin_files",
)  # fmt: skip


def mount(app: Flask) -> None:
    """Add the surface's routes to the application."""
    install(app)
    for name in VIEWS:
        import_module(f"mtc.storefront.{name}")
    app.register_blueprint(files)
    app.register_blueprint(storefront)
    mount_plugin_pages(app)
    app.extensions["mtc.error_page"] = import_module("mtc.storefront.error_pages").error_page


def install(app: Flask) -> None:
    """Teach Jinja the theme folders and what component templates may call."""
    install_static(app)
    env = app.jinja_env
    themes = ThemeLoader({"themes": FileSystemLoader(Path(app.root_path) / "themes")})
    brought = PluginLoader(lambda slug: folder_of(app, slug))
    env.loader = ChoiceLoader([themes, *([env.loader] if env.loader else []), brought])
    # What a component asks of missing data is empty, several steps deep too.
    env.undefined = ChainableUndefined
    env.globals["theme_asset"] = theme_asset
    env.globals["slot"] = slot
