"""People who use the admin in tests: a client that is logged in and sends what a browser sends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from mtc.core.crypto import keyed_hash
from tests.factories.factors import code_of
from tests.fakes.authenticator import Authenticator

HOST = "http://localhost:8000"
PASSWORD = "correct horse battery"
OWNER = "owner@acme.example"


@dataclass
class Person:
    """A browser: `get` and `post` keep cookies, follow nothing and send the form token."""

    app: Flask
    email: str = ""

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    @property
    def key(self) -> str:
        """The session key in the cookie, empty when nobody is logged in."""
        cookie = self.client.get_cookie("mtc_staff", domain="localhost")
        return cookie.value if cookie is not None else ""

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        """GET on the platform's host."""
        return self.client.get(path, base_url=HOST, **kwargs)

    def post(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """POST from the platform's own origin with the token of the session."""
        token = keyed_hash(self.key, "csrf")[:40] if self.key else ""
        headers = {"Origin": HOST, **kwargs.pop("headers", {})}
        return self.client.post(
            path, base_url=HOST, data={"csrf_token": token, **(data or {})}, headers=headers, **kwargs
        )

    def partial(self, path: str) -> TestResponse:
        """GET as htmx asks for a fragment."""
        return self.get(path, headers={"HX-Request": "true", "HX-Request-Type": "partial"})

    def log_in(self) -> Person:
        """Log in with the password that all test people have, and with the code of who has an app."""
        answer = self.post("/login", {"email": self.email, "password": PASSWORD})
        if answer.headers.get("Location") == "/login/second":
            answer = self.post("/login/second", {"code": code_of(self.email)})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return self


def half(app: Flask, email: str = OWNER, **more: str) -> Person:
    """Somebody who has given the password and nothing else."""
    person = Person(app, email)
    answer = person.post("/login", {"email": email, "password": PASSWORD, **more})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login/second")
    return person


def enrol(person: Person, key: Authenticator, name: str = "Laptop") -> None:
    """Set up a passkey for somebody who is logged in."""
    headers = {"Accept": "application/json"}
    options = person.post("/account-settings/passkeys/options", headers=headers)
    assert (options.status_code, options.mimetype) == (200, "application/json")
    answer = person.post("/account-settings/passkeys", {"name": name, "credential": key.create(options.text)})
    assert answer.status_code in (200, 303), answer.text
