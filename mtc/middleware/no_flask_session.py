"""Flask's own session, which MTC does not use: sessions are rows (mtc.identity)."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request
from flask.sessions import SessionInterface, SessionMixin


class NoSession(SessionInterface):
    """Neither reads nor signs a cookie; `flask.session` refuses to be written to."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:
        """None, which Flask replaces with a session that says why it cannot be used."""
        return None

    def save_session(self, *_: Any) -> None:
        """Nothing: there is no session to save."""
