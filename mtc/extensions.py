"""Bare singletons; create_app() binds them to the application."""

from __future__ import annotations

from flask import request
from flask_htmx import HTMX
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession

from mtc.core.db import Base, ScopedSessionMixin, bind_sessions, scope_key


class MtcSession(ScopedSessionMixin, FlaskSession):
    """Flask-SQLAlchemy's session, one per scope."""


class Htmx(HTMX):
    """Flask-HTMX, with what htmx 4 says of a request beyond what the extension knows."""

    @property
    def partial(self) -> bool:
        """Return whether a fragment is requested. HX-Request alone is sent for restored history, too."""
        return request.headers.get("HX-Request-Type") == "partial"


db = SQLAlchemy(
    metadata=Base.metadata,  # models derive from core's Base; the extension brings sessions and engines
    disable_autonaming=True,
    session_options={"class_": MtcSession, "scopefunc": scope_key, "expire_on_commit": False},
)
migrate = Migrate()
login = LoginManager()
htmx = Htmx()

bind_sessions(lambda: db.session(), lambda: db.session.remove())
