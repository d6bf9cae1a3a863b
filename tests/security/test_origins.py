"""The Origin of a request that changes something: scheme, host and port must be the server's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from mtc.extensions import db
from tests.fakes.ports import fake_ports
from tests.servers.database import sqlite_app

HOST = "mtc.test"


@pytest.fixture(scope="module", params=["http", "https"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application behind one trusted proxy, whose public address is of either scheme."""
    folder: Path = tmp_path_factory.mktemp("origins")
    app = sqlite_app(folder, public_url=f"{request.param}://{HOST}", trusted_hops=1)
    yield app
    with app.app_context():
        db.engine.dispose()


def passes(app: Flask, origin: str, *, forwarded: str = "", host: str = HOST) -> bool:
    """Whether a log-in from a page of this origin gets as far as its form."""
    app.extensions["mtc.ports"] = fake_ports()
    headers = {"Origin": origin, "Host": host}
    if forwarded:
        headers["X-Forwarded-Proto"] = forwarded
    answer = app.test_client().post("/login", base_url=f"http://{HOST}", headers=headers)
    assert answer.status_code in (400, 401, 403), answer.status_code
    return answer.status_code != 403


# Origin, what the proxy has seen, whether it passes where the public address is http and where it is https.
ORIGINS = [
    (f"http://{HOST}", "", True, False),
    (f"https://{HOST}", "", False, True),
    (f"http://{HOST}", "http", True, False),
    (f"https://{HOST}", "http", False, True),
    (f"http://{HOST}", "https", False, False),
    (f"https://{HOST}", "https", True, True),
    (f"https://{HOST}", "https, http", False, True),
    (f"HTTPS://{HOST.upper()}", "https", True, True),
    (f"https://{HOST}:443", "https", True, True),
    (f"https://{HOST}:80", "https", False, False),
    (f"https://{HOST}:8443", "https", False, False),
    (f"http://{HOST}:80", "", True, False),
    (f"http://{HOST}:443", "", False, False),
    (f"https://evil@{HOST}", "https", False, False),
    (f"https://{HOST}/path", "https", False, False),
    (f"https://{HOST}.evil.example", "https", False, False),
    (f"https://evil.example/{HOST}", "https", False, False),
    (f"ftp://{HOST}", "https", False, False),
    (f"//{HOST}", "https", False, False),
    (HOST, "https", False, False),
    (f"https://{HOST}:port", "https", False, False),
    ("http://[", "https", False, False),
    ("null", "https", False, False),
    ("", "https", False, False),
]


@pytest.mark.parametrize(("origin", "forwarded", "plain", "secure"), ORIGINS)
def test_an_origin_is_compared_with_its_scheme(
    served: Flask, origin: str, forwarded: str, plain: bool, secure: bool
) -> None:
    expected = secure if served.config["MTC"].secure else plain
    assert passes(served, origin, forwarded=forwarded) is expected


def test_the_port_of_the_host_counts(served: Flask) -> None:
    scheme = "https" if served.config["MTC"].secure else "http"
    assert passes(served, f"{scheme}://{HOST}:8443", host=f"{HOST}:8443")
    assert not passes(served, f"{scheme}://{HOST}", host=f"{HOST}:8443")
