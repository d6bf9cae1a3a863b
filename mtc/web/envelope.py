"""The JSON envelope of every answer of the API."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from flask.json.provider import DefaultJSONProvider

from mtc.core.errors import AppError
from mtc.core.i18n import LazyText
from mtc.core.plain_data import plain


def ok(data: Any = None, message: str = "", status: int = 200) -> Response:
    """{success: true, data, message}."""
    body: dict[str, Any] = {"success": True, "data": plain(data)}
    if message:
        body["message"] = message
    response = jsonify(body)
    response.status_code = status
    return response


def fail(error: AppError) -> Response:
    """{success: false, error, statusCode, details}."""
    body: dict[str, Any] = {"success": False, "error": error.message, "statusCode": error.status}
    if error.details:
        body["details"] = error.details
    response = jsonify(body)
    response.status_code = error.status
    return response


class Json(DefaultJSONProvider):
    """JSON of answers, and of `tojson` in templates: sentences are in the running locale."""

    @staticmethod
    def default(o: Any) -> Any:
        """A sentence as text, and what Flask knows."""
        return str(o) if isinstance(o, LazyText) else DefaultJSONProvider.default(o)
