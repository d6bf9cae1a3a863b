"""The calls of a plugin in the admin and over the API: failures with their errors, page by page."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from mtc.core.tenancy import tenant_scope
from mtc.plugins.services import call_log, sync_plugins
from tests.admin.conftest import Shop
from tests.admin.people import Person
from tests.api.programs import new_program


@pytest.fixture
def url(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the list, with 31 failed calls and one that went well."""
    sync_plugins()
    call_log._written.clear()
    monkeypatch.setattr(call_log, "MOST_A_MINUTE", 100)
    monkeypatch.setattr(call_log, "randbelow", lambda most: 0)
    write(shop, 31, "broken", "ValueError: no <b>number</b> (plugin.py, line 7)")
    write(shop, 1, "ok", "")
    return f"{shop.url}/plugins/order_guard/calls"


def write(shop: Shop, count: int, outcome: str, error: str) -> None:
    with tenant_scope(shop.world.id):
        for _ in range(count):
            call_log.log_call(
                call_log.CallEntry(shop.world.id, "order_guard", "before_order_create", outcome, 12, 3, error)
            )


def test_calls_are_shown_with_their_errors_newest_first(owner: Person, url: str) -> None:
    page = owner.get(url).text
    assert page.count("before_order_create") == 30
    assert "no &lt;b&gt;number&lt;/b&gt; (plugin.py, line 7)" in page and "12 ms" in page
    assert page.count(">Done<") == 1 and 'rel="next"' in page
    failed = owner.partial(f"{url}?show=failed").text
    assert failed.count("before_order_create") == 30 and ">Done<" not in failed


def test_without_calls_the_page_says_what_would_be_there(owner: Person, shop: Shop) -> None:
    sync_plugins()
    path = f"{shop.url}/plugins/order_guard/calls"
    assert "No call yet" in owner.get(path).text
    assert "Nothing has failed" in owner.get(f"{path}?show=failed").text
    assert owner.get(f"{shop.url}/plugins/nobody/calls").status_code == 404
    assert "not valid any more" in owner.get(f"{path}?cursor=x").text


def test_programs_read_them_page_by_page(app: Flask, shop: Shop, url: str) -> None:
    program: Any = new_program(app, shop.world)
    first = program.send("GET", "/plugins/order_guard/calls?limit=20").get_json()["data"]
    rest = program.send("GET", f"/plugins/order_guard/calls?limit=20&cursor={first['next']}").get_json()[
        "data"
    ]
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (20, 12, None)
    assert first["items"][0]["outcome"] == "ok"
    assert rest["items"][0] | {"at": ""} == {
        "at": "",
        "hook": "before_order_create",
        "outcome": "broken",
        "ms": 12,
        "statements": 3,
        "error": "ValueError: no <b>number</b> (plugin.py, line 7)",
        "request_id": "",
    }
