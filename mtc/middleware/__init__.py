"""The WSGI stack: page cache, serialized reads, store resolution, language, then Flask with its pipeline."""

from __future__ import annotations

from functools import partial
from importlib import import_module

from flask import Flask

from mtc.config import Config
from mtc.middleware.error_responses import install_errors
from mtc.middleware.languages import Languages
from mtc.middleware.no_flask_session import NoSession
from mtc.middleware.page_cache import PageCache
from mtc.middleware.proxy_headers import Forwarded
from mtc.middleware.security_headers import install_security
from mtc.middleware.serialize_reads import SerializeReads
from mtc.middleware.store_resolution import Tenancy
from mtc.web.plugin_rules import build_address


def install(app: Flask) -> None:
    """Put the stack around the application; the outermost layer is named last."""
    config: Config = app.config["MTC"]
    app.session_interface = NoSession()
    import_module("mtc.middleware.contributions")
    app.url_build_error_handlers.append(partial(build_address, app))
    install_security(app)
    install_errors(app)
    app.wsgi_app = Tenancy(app, Languages(app.wsgi_app, config), config)  # type: ignore[method-assign]
    if config.database_url.startswith("sqlite"):
        app.wsgi_app = SerializeReads(app.wsgi_app)  # type: ignore[method-assign]
    cache = PageCache(app.wsgi_app, megabytes=config.page_cache_mb)
    app.extensions["mtc.page_cache"] = cache
    app.wsgi_app = cache  # type: ignore[method-assign]
    if config.trusted_hops > 0:
        app.wsgi_app = Forwarded(app.wsgi_app, hops=config.trusted_hops)  # type: ignore[method-assign]
