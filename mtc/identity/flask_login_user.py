"""The person behind a session, as Flask-Login's `current_user` shows them to templates and plugins."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, g
from flask_login import LoginManager, UserMixin

from mtc.identity.services.sessions import Login


class Person(UserMixin):
    """Who is logged in; the session row is the truth, this is a view of it."""

    def __init__(self, login: Login) -> None:
        self.login = login
        self.id = login.user_id or login.customer_id
        self.name = login.name
        self.email = login.email
        self.is_super_admin = login.is_super_admin
        self.is_staff = login.user_id is not None


def install_person(app: Flask, manager: LoginManager) -> None:
    """Let Flask-Login read our server-side sessions; its own cookie and session marks are not used."""
    manager.session_protection = None
    manager.init_app(app)

    @manager.request_loader
    def _from_session(_request: Request) -> Any:
        login = g.get("login")
        return Person(login) if login is not None else None
