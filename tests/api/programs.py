"""A program with an API key, as the API's tests speak for it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from mtc.api.v1.document import FAILURE, envelope
from mtc.api.v1.endpoint import endpoint_of
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
                "content_type": given.pop("Content-Type", "application/json"),
            }
        path = f"/api/v1/{self.slug}{path}"
        answer = self.client.open(path, method=method, base_url=PLATFORM, headers=given, **more)
        check(self.client.application, method, path, answer)
        return answer

    def get(self, path: str, **headers: str) -> TestResponse:
        """GET."""
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        """POST an object."""
        return self.send("POST", path, {} if body is None else body, **headers)


def check(app: Flask, method: str, path: str, answer: TestResponse) -> None:
    """Every answer must be what the OpenAPI document says of its endpoint."""
    body = answer.get_json()
    if answer.status_code >= 400:
        schema = FAILURE
        assert body["statusCode"] == answer.status_code
    else:
        rules = app.url_map.bind("localhost")
        endpoint, _ = rules.match(urlsplit(path).path, method=method)
        what = endpoint_of(app.view_functions[endpoint])
        assert what is not None
        is_later = what.later is not None and answer.status_code == 202
        assert is_later or answer.status_code == what.status
        schema = envelope(what.later if is_later else what.answer)
    Draft202012Validator(schema).validate(body)


def new_program(app: Flask, world: World, scopes: list[str] | None = None) -> Program:
    """A program of the tenant; without scopes it may do everything that programs may."""
    with tenant_scope(world.id), unit_of_work():
        _, key = create_api_key("Ledger", SCOPES if scopes is None else scopes)
    return Program(app, world.tenant.slug, key)
