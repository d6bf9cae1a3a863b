"""Declared input and output of endpoints: validates requests, and fills the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Response, request

from mtc.core.errors import UnprocessableError
from mtc.web.json_body import read_object, validate_json

Schema = Mapping[str, Any]
View = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`query` and `body` are schemas of objects (None: nothing is taken), `answer` is that of `data`.

    With `file` the body is a file, which the pipeline has parked. `later` is the schema of `data` where the
    answer is a 202: a task does it.
    """

    answer: Schema
    query: Schema
    body: Schema | None
    status: int
    file: bool = False
    later: Schema | None = None


def endpoint(
    answer: Schema,
    *,
    query: Schema | None = None,
    body: Schema | None = None,
    status: int = 200,
    file: bool = False,
    later: Schema | None = None,
) -> Callable[[View], View]:
    """Judge query and body before the view, and give it the values as `query` and `body`."""
    declared = Endpoint(answer, query or closed({}), body, status, file, later)

    def mark(view: View) -> View:
        @wraps(view)
        def judged(**places: Any) -> Response:
            del places["tenant"]  # the key says which
            parameters = _query(declared.query)
            if query is not None:
                places["query"] = parameters
            if body is not None:
                places["body"] = read_object()
                validate_json(body, places["body"])
            return view(**places)

        judged.mtc_endpoint = declared  # type: ignore[attr-defined]
        return judged

    return mark


def endpoint_of(view: Any) -> Endpoint | None:
    """Return the declaration of the view, or None."""
    return getattr(view, "mtc_endpoint", None)


def closed(properties: Mapping[str, Schema], required: tuple[str, ...] = ()) -> dict[str, Any]:
    """The schema of an object that has these properties and no others."""
    schema: dict[str, Any] = {
        "type": "object", "properties": dict(properties), "additionalProperties": False
    }  # fmt: skip
    return {**schema, "required": list(required)} if required else schema


def always(**properties: Schema) -> dict[str, Any]:
    """The schema of an object of which every property is there."""
    return closed(properties, tuple(properties))


def listed(item: Schema) -> dict[str, Any]:
    """The schema of a page of a list: its items, and the cursor of the next page or null."""
    return always(items={"type": "array", "items": item}, next={"type": ["string", "null"]})


def _query(schema: Schema) -> dict[str, Any]:
    """The parameters of the address, each once; numbers as numbers."""
    parameters: dict[str, Any] = {}
    for name, values in request.args.lists():
        if len(values) > 1:
            raise UnprocessableError("Correct the named fields.", {name[:40]: ["Send this once."]})
        expected = schema["properties"].get(name, {}).get("type")
        text = values[0]
        number = expected == "integer" and text.isascii() and text.isdecimal() and len(text) < 10
        parameters[name] = int(text) if number else text
    validate_json(schema, parameters)
    return parameters
