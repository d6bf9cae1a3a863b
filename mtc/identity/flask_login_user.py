"""User of the request, as Flask-Login's `current_user`: in views, templates and plugins."""

from __future__ import annotations

from uuid import UUID

from flask import Flask, Request, g
from flask_login import AnonymousUserMixin, LoginManager, UserMixin

from mtc.identity.services.sessions import Login


class Person(UserMixin):
    """Staff or a customer; the row of the session is the truth, this is a view of it."""

    def __init__(self, session: Login) -> None:
        self.session = session
        self.user_id = session.user_id
        self.customer_id = session.customer_id
        self.id = session.user_id or session.customer_id
        self.name = session.name
        self.email = session.email
        self.is_super_admin = session.is_super_admin
        self.is_staff = session.user_id is not None


class Nobody(AnonymousUserMixin):
    """User of a request that has not logged in."""

    session: Login | None = None
    user_id: UUID | None = None
    customer_id: UUID | None = None
    name = email = ""
    is_super_admin = is_staff = False


def install_person(app: Flask, manager: LoginManager) -> None:
    """Let Flask-Login read our server-side sessions; its own cookie and session marks are not used."""
    manager.session_protection = None
    manager.anonymous_user = Nobody
    manager.init_app(app)

    @manager.request_loader
    def _from_session(_request: Request) -> Person | None:
        login = g.get("login")
        return Person(login) if login is not None else None


def set_session(login: Login | None) -> None:
    """Say whose session this is; Flask-Login would go on showing whom it has loaded before.

    The person is set as `flask_login.login_user` sets it: loading computes a hash of the browser first.
    """
    g.login = login
    g._login_user = Person(login) if login is not None else Nobody()
