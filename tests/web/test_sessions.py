"""Flask's own session is switched off: no cookie is read, none is written."""

import pytest
from flask import session


def test_the_session_of_flask_cannot_be_used(app):
    with app.test_request_context("/", headers={"Cookie": "session=x"}):
        assert "anything" not in session
        with pytest.raises(RuntimeError, match="session is unavailable"):
            session["anything"] = 1


def test_no_cookie_is_sent(app):
    with app.test_client().get("/static/js/app.js") as answer:
        assert "Set-Cookie" not in answer.headers
