"""Bare singletons; create_app() binds them to the application."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import Any

from flask import Flask, request
from flask_htmx import HTMX
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from werkzeug.local import LocalProxy

from mtc.core.db import Base, ScopedSessionMixin, bind_sessions, scope_key


class MtcSession(ScopedSessionMixin, FlaskSession):
    """Flask-SQLAlchemy's session, one per scope."""


class Htmx(HTMX):
    """Flask-HTMX, with what htmx 4 says of a request beyond what the extension knows."""

    @property
    def partial(self) -> bool:
        """Return whether a fragment is requested. HX-Request alone is sent for restored history, too."""
        return request.headers.get("HX-Request-Type") == "partial"


class DeferredMigrate:
    """Flask-Migrate, bound when it is first asked for: Alembic takes 4 MB of a process and rarely runs."""

    def init_app(self, app: Flask, database: SQLAlchemy, directory: str) -> None:
        """Let `flask db ...` and `flask_migrate.upgrade()` find the migrations of the application."""

        @cache
        def settings() -> Any:
            import_module("flask_migrate").Migrate(app, database, directory)
            return app.extensions["migrate"]

        app.extensions["migrate"] = LocalProxy(settings)
        if os.environ.get("FLASK_RUN_FROM_CLI") == "true":  # the command `flask` wants the group `db` at once
            settings()


db = SQLAlchemy(
    metadata=Base.metadata,  # models derive from core's Base; the extension brings sessions and engines
    disable_autonaming=True,
    session_options={"class_": MtcSession, "scopefunc": scope_key, "expire_on_commit": False},
)
migrate = DeferredMigrate()
login = LoginManager()
htmx = Htmx()

bind_sessions(lambda: db.session(), lambda: db.session.remove())
