"""A test client that takes answers as the server does: small ones whole, and then closes them."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mtc.server.responses import AT_ONCE
from tests.fakes.page import Page


class WholeClient(FlaskClient):
    """Flask's client, which itself never closes an answer: a file would stay open until it is collected."""

    def __init__(self, application: Any, response_wrapper: Any = None, *rest: Any, **options: Any) -> None:
        super().__init__(application, Page, *rest, **options)

    def open(self, *args: Any, **options: Any) -> TestResponse:
        """Send a request."""
        response = super().open(*args, **options)
        if (response.content_length or 0) <= AT_ONCE:
            response.get_data()
            response.close()
        return response
