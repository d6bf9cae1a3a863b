"""The OpenAPI document (version 3.1), made from what the endpoints declare; nothing in it is kept by hand."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify
from werkzeug.routing import Rule

from mtc.api.v1.endpoint import Endpoint, Schema, always, closed, endpoint_of
from mtc.web.access import access_of, public
from mtc.web.plugin_rules import all_rules

bp = Blueprint("api_document", __name__, url_prefix="/api/v1")
bp.mtc_surfaces = ("platform",)  # type: ignore[attr-defined]

_PLACE = re.compile(r"<(?:\w+:)?(\w+)>")
_TEXT: dict[str, Any] = {"type": "string"}
FAILURE = closed(
    {
        "success": {"const": False},
        "error": {**_TEXT, "description": "A sentence that says what to do."},
        "statusCode": {"type": "integer"},
        "details": {"type": "object", "description": "What is wrong, by field."},
    },
    required=("success", "error", "statusCode"),
)
_ONCE: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A request with the same key has its effects once and gets the same answer, for a day.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}


@bp.get("/openapi.json")
@public()
def openapi() -> Response:
    """The API for programs as an OpenAPI document."""
    return jsonify(document(current_app))


def endpoints(app: Flask) -> Iterator[tuple[Rule, str, Endpoint]]:
    """Every endpoint for programs with its rule and method, by address; those of plugins too."""
    for rule in sorted([*app.url_map.iter_rules(), *all_rules(app)], key=lambda rule: rule.rule):
        declared = endpoint_of(app.view_functions[rule.endpoint])
        if declared is not None:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, declared


def document(app: Flask) -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, declared in endpoints(app):
        paths.setdefault(_PLACE.sub(r"{\1}", rule.rule), {})[method.lower()] = _operation(app, rule, declared)
    return {
        "openapi": "3.1.0",
        "info": {"title": "MTC", "version": "1", "description": "The API for a store's own programs."},
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "bearerFormat": "mtc_live_…"}},
            "schemas": {"Failure": FAILURE},
        },
    }


def _operation(app: Flask, rule: Rule, declared: Endpoint) -> dict[str, Any]:
    view = app.view_functions[rule.endpoint]
    access = access_of(view)
    assert access is not None
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": _place(rule, name)}
        for name in _PLACE.findall(rule.rule)
    ]
    for name, schema in declared.query["properties"].items():
        parameters.append({"name": name, "in": "query", "schema": schema})
    operation: dict[str, Any] = {
        "operationId": _operation_id(rule.endpoint),
        "summary": (inspect.getdoc(view) or "").partition("\n\n")[0].replace("\n", " "),
        "x-scope": access.permission,
        "parameters": [*parameters, _ONCE] if access.idempotent else parameters,
        "responses": {
            str(declared.status): _answer("What was asked for.", envelope(declared.answer)),
            **(
                {"202": _answer("A task does it.", envelope(declared.later))}
                if declared.later is not None
                else {}
            ),
            "default": _answer("Refused.", {"$ref": "#/components/schemas/Failure"}),
        },
    }
    if access.kind == "public":
        operation["security"] = []
    if declared.file:
        body = {"application/octet-stream": {"schema": {"description": "The file itself."}}}
        operation["requestBody"] = {"required": True, "content": body}
    if declared.body is not None:
        needed = bool(declared.body.get("required"))
        operation["requestBody"] = {
            "required": needed, "content": {"application/json": {"schema": declared.body}}
        }  # fmt: skip
    return operation


def _operation_id(endpoint: str) -> str:
    """The name of the view; for one of a plugin with the plugin's id."""
    owner, _, name = endpoint.rpartition(".")
    return f"{owner.split('.')[1]}_{name}" if owner.startswith("plugin.") else name


def _place(rule: Rule, name: str) -> dict[str, Any]:
    is_id = type(rule._converters[name]).__name__ == "UUIDConverter"
    return {"type": "string", "format": "uuid"} if is_id else _TEXT


def envelope(data: Schema) -> dict[str, Any]:
    """The schema of the whole answer of an endpoint, by that of its data."""
    envelope = always(success={"const": True}, data=data)
    return {**envelope, "properties": {**envelope["properties"], "message": _TEXT}}


def _answer(description: str, schema: Any) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
