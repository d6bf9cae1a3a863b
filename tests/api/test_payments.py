"""Where providers report: signed or refused, and an answer for every outcome."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask

STORE = "http://acme.localhost:8000"


def notify(app: Flask, body: bytes, slug: str = "test", **headers: str) -> Any:
    return app.test_client().post(f"/webhooks/payments/{slug}", data=body, base_url=STORE, headers=headers)


def test_a_forged_notification_is_refused(site: Flask, shop: Any) -> None:
    answer = notify(site, json.dumps({"id": "evt_1"}).encode(), **{"MTC-Test-Signature": "t=1,v1=00"})
    assert answer.status_code == 401
    assert answer.get_json()["success"] is False


def test_an_unknown_gateway_is_not_found(site: Flask, shop: Any) -> None:
    assert notify(site, b"{}", slug="nobody").status_code == 404


def test_a_notification_has_a_largest_size(site: Flask, shop: Any) -> None:
    assert notify(site, b"x" * (256 * 1024 + 1)).status_code == 413


def test_rubbish_is_no_error_of_ours(site: Flask, shop: Any) -> None:
    for body in (b"", b"\xff\xfe", b"[]", b"null", b'{"id": {}}'):
        assert notify(site, body).status_code == 401
