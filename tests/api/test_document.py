"""The documents of the API say what the routes do: the OpenAPI one, and every example of docs/api.md."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator

from mtc.api.v1.document import document, endpoints
from mtc.core.db import unit_of_work
from mtc.core.permissions import permissions
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity.services import add_member, create_user
from mtc.web.access import access_of
from tests.api.programs import new_program
from tests.factories.tenants import World
from tests.security.fort import PLATFORM, build
from tests.storefront.conftest import site

__all__ = ["site"]
PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


def test_every_endpoint_is_in_the_document_and_nothing_else(app: Flask) -> None:
    """A route for programs that declares no endpoint would be there and undescribed."""
    found = app.test_client().get("/api/v1/openapi.json", base_url=PLATFORM).get_json()
    told = {f"{method.upper()} {path}" for path, has in found["paths"].items() for method in has}
    there = set()
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        if rule.rule.startswith("/api/v1/<") or (access is not None and access.kind == "program"):
            path = PLACE.sub(r"{\1}", rule.rule)
            there |= {f"{method} {path}" for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    assert told == there and len(told) == 59


def test_the_document_is_whole(app: Flask) -> None:
    found = document(app)
    assert json.loads(json.dumps(found)) == found and found["openapi"] == "3.1.0"
    names = []
    for rule, method, _ in endpoints(app):
        access = access_of(app.view_functions[rule.endpoint])
        assert access is not None and access.kind == "program"
        one = found["paths"][PLACE.sub(r"{\1}", rule.rule)][method.lower()]
        names.append(one["operationId"])
        assert one["summary"] and one["x-scope"] == access.permission and access.permission in permissions
        places = {p["name"] for p in one["parameters"] if p["in"] == "path"}
        assert places == set(rule.arguments)
        header = any(p["name"] == "Idempotency-Key" for p in one["parameters"])
        # The search for keys is sent by POST so that no key stands in an address; it changes nothing.
        once = method != "GET" and not access.uploads and rule.endpoint != "api_v1.find_keys"
        assert header is access.idempotent is once
        taken = one.get("requestBody", {}).get("content", {})
        assert ("application/octet-stream" in taken) is access.uploads
        for schema in _schemas(one):
            Draft202012Validator.check_schema(schema)
    assert len(set(names)) == len(names)


def _schemas(operation: dict[str, Any]) -> Iterator[Any]:
    yield from (one["schema"] for one in operation["parameters"])
    for part in (operation.get("requestBody"), *operation["responses"].values()):
        if part is not None:
            yield from (one["schema"] for one in part["content"].values())


def test_the_examples_of_the_page_work(site: Flask, tenant: World, root: Path) -> None:
    """Each is sent in turn; what the page shows of the answer must be in it."""
    fort, program = build(tenant), new_program(site, tenant)
    words = {
        "order": fort.order, "pending": fort.pending, "line": fort.ids["item"],
        "product": fort.ids["product"], "variant": fort.ids["variant"], "type": fort.ids["type"],
        "file_variant": fort.ids["file_variant"], "file": fort.ids["file"],
        "member": _owner(tenant),
    }  # fmt: skip
    seen = set()
    for method, path, body, status, expected in _examples((root / "docs" / "api.md").read_text(), words):
        more = {"Content_Type": "application/pdf"} if isinstance(body, bytes) else {}
        answer = program.send(method, path, body, **more)
        assert answer.status_code == status, (method, path, answer.text)
        assert _within(expected, answer.get_json()), (method, path, answer.text)
        rule, _ = site.url_map.bind("localhost").match(f"/api/v1/acme{path.partition('?')[0]}", method=method)
        seen.add(rule)
    assert seen == {rule.endpoint for rule, _, _ in endpoints(site)}


def _owner(tenant: World) -> str:
    with platform_scope("make a person"), unit_of_work():
        user = create_user("olga@acme.example", "Olga", "a mild winter in Graz")
    with tenant_scope(tenant.id), unit_of_work():
        return str(add_member(tenant.id, user.id, "owner").id)


def _examples(text: str, words: dict[str, str]) -> Iterator[tuple[str, str, Any, int, Any]]:
    for name, value in words.items():
        text = text.replace("{" + name + "}", value)
    for block in re.findall(r"(?m)(?:^    .*\n)+", text):
        lines = [line.strip() for line in block.splitlines()]
        method, _, path = lines[0].partition(" ")
        if method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            status, _, expected = lines[-1].partition(" ")
            body = lines[1] if len(lines) == 3 else None
            yield (
                method,
                path,
                _body(body) if body else None,
                int(status),
                json.loads(expected),
            )


def _body(line: str) -> Any:
    """An object as JSON; a file as its first line, or as a text with its line ends."""
    if line.startswith("%PDF"):
        return line.encode()
    found = json.loads(line)
    return found.encode() if isinstance(found, str) else found


def _within(part: Any, whole: Any) -> bool:
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(k in whole and _within(v, whole[k]) for k, v in part.items())
    if isinstance(part, list):
        return len(part) == len(whole) and all(map(_within, part, whole))
    return bool(part == whole)
