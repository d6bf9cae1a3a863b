"""A program with an API key, as the API's tests speak for it."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.integrations.services import create_api_key
from tests.factories.tenants import World
from tests.security.fort import PLATFORM, SCOPES


class Program:
    """Sends JSON with its key to one tenant's API."""

    def __init__(self, app: Flask, slug: str, key: str) -> None:
        self.client, self.slug, self.key = app.test_client(), slug, key

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """One request; header names are written with underscores."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        given.setdefault("Authorization", f"Bearer {self.key}")
        more: dict[str, Any] = {}
        if body is not None:
            more = {
                "data": body if isinstance(body, bytes) else json.dumps(body),
                "content_type": "application/json",
            }
        path = f"/api/v1/{self.slug}{path}"
        return self.client.open(path, method=method, base_url=PLATFORM, headers=given, **more)

    def get(self, path: str, **headers: str) -> TestResponse:
        """GET."""
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        """POST an object."""
        return self.send("POST", path, {} if body is None else body, **headers)


def new_program(app: Flask, world: World, scopes: list[str] | None = None) -> Program:
    """A program of the tenant; without scopes it may do everything that programs may."""
    with tenant_scope(world.id), unit_of_work():
        _, key = create_api_key("Ledger", SCOPES if scopes is None else scopes)
    return Program(app, world.tenant.slug, key)
