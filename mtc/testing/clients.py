"""Test clients: each sends to one host as a browser does, with what may be expected of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mtc.core.context import Actor as Person
from mtc.core.crypto import keyed_hash
from mtc.core.permissions import permissions
from mtc.web.access import Access


@dataclass
class Visitor:
    """A client on one host; `key` is the key of its session, `bearer` the API key of a program."""

    client: FlaskClient
    base: str
    prefix: str = ""
    key: str = ""
    bearer: str = ""

    def open(self, method: str, path: str, **more: Any) -> TestResponse:
        """Ask for a path; a POST carries the origin and, in forms, the token of the session."""
        headers = {**more.pop("headers", {})}
        if method not in ("GET", "HEAD", "OPTIONS"):
            headers.setdefault("Origin", self.base)
            headers.setdefault("X-CSRFToken", self.token)
        if self.bearer:
            headers.setdefault("Authorization", f"Bearer {self.bearer}")
        path = self.prefix + path.removeprefix(self.base)
        return self.client.open(path, method=method, base_url=self.base, headers=headers, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        """GET."""
        return self.open("GET", path, **more)

    def post(self, path: str, data: Any = None, **more: Any) -> TestResponse:
        """POST a form."""
        return self.open("POST", path, data=data or {}, **more)

    @property
    def token(self) -> str:
        """The form token of the session."""
        return keyed_hash(self.key, "csrf")[:40] if self.key else ""


@dataclass
class Actor:
    """Somebody of the attacker's tenant: where it asks, how it gets a session, what it may use."""

    name: str
    surface: str  # store or platform
    enter: Callable[[str], Visitor]  # a fresh visitor on this host
    kinds: frozenset[str] = frozenset({"public", "file"})
    permissions: frozenset[str] = frozenset()

    def admitted(self, access: Access) -> bool:
        """Return whether a route with this declaration lets the actor in at its own tenant."""
        return access.kind in self.kinds and (not access.permission or self._may(access.permission))

    @property
    def runs_platform(self) -> bool:
        """Return whether it is a super admin."""
        return "platform" in self.kinds

    @property
    def power(self) -> int:
        """Return how many of the declared permissions the actor has."""
        return sum(self._may(name) for name in permissions)

    def _may(self, permission: str) -> bool:
        return Person("staff", permissions=self.permissions).may(permission)


@dataclass
class Side:
    """One of the two tenants: its addresses, and for every endpoint what leads to its things.

    `places` holds the values of the places in an address, `forms` a form that is right, `words` other texts
    of the tenant by what they are: id, row (ids of one row of every table), slug, text, cursor.
    """

    slug: str
    base: str
    places: dict[str, dict[str, str]] = field(default_factory=dict)
    forms: dict[str, dict[str, Any]] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)
