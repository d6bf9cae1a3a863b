"""create_app(): the application put together. It touches no database."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from flask import Flask

from mtc import config as settings
from mtc.core import crypto
from mtc.core.change_tracking import watch_changes
from mtc.core.events import event_types
from mtc.core.hooks import Hooks
from mtc.core.paths import ROOT, plugin_folder
from mtc.core.tenancy import watch_engine, watch_sessions
from mtc.extensions import MtcSession, db, htmx, login, migrate
from mtc.identity.flask_login_user import install_person
from mtc.infra.ports import Ports, build_ports
from mtc.middleware import install
from mtc.middleware.pipeline import MtcFlask
from mtc.web.envelope import Json

# The order of the domains: each may import those before it, never those after it.
DOMAINS = (
    "tenants",
    "identity",
    "idempotency",
    "tasks",
    "emails",
    "events",
    "audit",
    "team",
    "senders",
    "plugins",
    "media",
    "pages",
    "workflows",
    "catalog",
    "pricing",
    "orders",
    "payments",
    "delivery",
    "notifications",
    "checkout",
    "integrations",
    "analytics",
    "platform",
)
CONNECT_SECONDS, POOL_SECONDS = 5, 10  # for a connection to the database, a new one or one of the pool
MODULES = ("models", "events", "hooks", "types", "components", "handlers", "periodic", "contributions")
SURFACES = ("api", "admin", "storefront", "superadmin")


def create_app(config: settings.Config | None = None, plugin: Path | None = None) -> Flask:
    """The application for these settings (default: those of the environment).

    `plugin` is the folder of one plugin to load besides, such as the one under test; an installed package
    with the same plugin is passed over.
    """
    config = config or settings.load()
    app = MtcFlask("mtc", root_path=str(ROOT), static_folder=None, template_folder="templates")
    app.json = Json(app)
    app.config["MTC"] = config
    app.config["SECRET_KEY"] = config.secret_key
    app.config["TESTING"] = config.testing
    app.config["MAX_CONTENT_LENGTH"] = config.max_upload_mb * 2**20
    app.config["MAX_FORM_MEMORY_SIZE"] = config.max_body_mb * 2**20
    app.config["MAX_FORM_PARTS"] = 2000
    try:
        crypto.set_keyring(_ring(config), _news(config))
    except ValueError as error:
        raise settings.ConfigError(f"a setting cannot be used: {error}") from error
    app.extensions["mtc.hooks"] = Hooks()
    _database(app, config)
    for domain in DOMAINS:
        _mount_domain(app, domain)
    own_events = (event for _, event in event_types.items() if event.__module__.startswith("mtc."))
    app.extensions["mtc.hooks"].declare_after(own_events)
    install(app)
    install_person(app, login)
    for surface in SURFACES:
        importlib.import_module(f"mtc.{surface}").mount(app)
    _load_plugins(app, config, plugin)
    app.extensions["mtc.ports"] = _ports(config)
    app.extensions["mtc.hooks"].check()
    return app


def _load_plugins(app: Flask, config: settings.Config, plugin: Path | None) -> None:
    sources = importlib.import_module("mtc.plugins.services.sources")
    uploaded = importlib.import_module("mtc.plugins.services.uploaded")
    folders = {ROOT / "plugins", plugin_folder(config.plugins)}
    places = [place for folder in sorted(folders) for place in sources.places_in(folder)]
    installed = list(sources.installed_places())
    if plugin is not None and plugin not in [place.folder for place in places]:
        added = sources.place_of(plugin)
        places.append(added)
        installed = [place for place in installed if place.name != added.name]
    uploads = uploaded.UploadedPlugins(config.folder / "plugins").places()
    importlib.import_module("mtc.plugins.services.loader").load_places(app, [*places, *installed, *uploads])


def _ports(config: settings.Config) -> Ports:
    """Built when plugins are there: they may bring storage and mail."""
    try:
        return build_ports(config)
    except ValueError as error:
        raise settings.ConfigError(f"a setting cannot be used: {error}") from error


def _ring(config: settings.Config) -> crypto.Keyring:
    return crypto.Keyring.parse(config.keyring, config.secret_key, config.secret_key_old)


def _news(config: settings.Config) -> Callable[[], crypto.Keyring | None] | None:
    """Keys that are changed under var count at once, in every process."""
    follow = settings.reload_secrets_if_changed(config)
    if follow is None:
        return None

    def news() -> crypto.Keyring | None:
        changed = follow()
        return None if changed is None else _ring(changed)

    return news


def domain_module(package: str, name: str) -> ModuleType | None:
    """The module of that name in a package, or None where the package has none."""
    full = f"{package}.{name}"
    return importlib.import_module(full) if importlib.util.find_spec(full) else None


def _database(app: Flask, config: settings.Config) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = config.database_url
    if config.database_url.startswith("sqlite"):
        options = {"connect_args": {"timeout": 15, "check_same_thread": False}, "pool_size": 12}
    else:
        options = {"pool_size": config.database_pool, "max_overflow": 4, "pool_pre_ping": True}
        options["pool_timeout"] = POOL_SECONDS
        if "connect_timeout" not in config.database_url:
            options["connect_args"] = {"connect_timeout": CONNECT_SECONDS}
    # What fails is logged with its statement, never with the values: they may be keys or people's addresses.
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {**options, "hide_parameters": True}
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    htmx.init_app(app)
    watch_sessions(MtcSession)
    watch_changes(MtcSession)
    with app.app_context():
        watch_engine(db.engine, guard=config.statement_guard or config.testing)


def _mount_domain(app: Flask, domain: str) -> None:
    for name in MODULES:
        module = domain_module(f"mtc.{domain}", name)
        if module is not None and name == "hooks":
            app.extensions["mtc.hooks"].declare(module)
