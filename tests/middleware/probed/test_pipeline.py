"""One request from its host to its answer: whose rows it sees, and what it leaves behind."""

import logging
from contextvars import Context

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from mtc.core.db import current_scope, session, unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.tenants.models import Sequence
from mtc.tenants.services import set_status, update_store
from mtc.tenants.services.store_lookup import store_lookup
from tests.factories.tenants import World

STORE = "https://acme.mtc.example"


def ask(app: Flask, path: str, method: str = "GET", base: str = STORE, **options: object) -> TestResponse:
    # In a context of its own, as a server would: what one request put aside is not there for the next.
    answer: TestResponse = Context().run(
        app.test_client(use_cookies=False).open, path, method=method, base_url=base, **options
    )
    return answer


def written(world: World) -> list[str]:
    with tenant_scope(world.id, readonly=True):
        return list(session.scalars(select(Sequence.name).order_by(Sequence.name)))


def test_the_host_decides_whose_rows_are_seen(app: Flask, tenant: World, other_tenant: World) -> None:
    for slug, world in (("acme", tenant), ("rival", other_tenant)):
        answer = ask(app, "/probe/who", base=f"https://{slug}.mtc.example")
        assert answer.json == {"tenant": str(world.id), "readonly": "True", "actor": "anonymous"}
    answer = ask(app, "/probe/who", base="https://mtc.example")
    assert answer.json == {"tenant": "None", "readonly": "True", "actor": "anonymous"}
    assert current_scope() is None


@pytest.mark.parametrize(
    "host",
    ["nobody.mtc.example", "acme.evil.example", "acme.mtc.example.evil.example", "a_b.mtc.example", "évil"],
)
def test_an_unknown_host_is_misdirected(app: Flask, tenant: World, host: str) -> None:
    for path in ("/", "/probe/who"):
        answer = ask(app, path, base=f"https://{host}")
        assert answer.status_code == 421


def test_a_view_without_a_declaration_is_refused(app: Flask, tenant: World) -> None:
    assert ask(app, "/probe/undeclared").status_code == 403


def test_reading_cannot_write_unless_it_is_declared(
    app: Flask, tenant: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    assert ask(app, "/probe/write/a").status_code == 500
    assert written(tenant) == []
    assert ask(app, "/probe/declared/b").status_code == 200
    assert ask(app, "/probe/write/c", "POST").status_code == 200
    assert written(tenant) == ["b", "c"]


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 500])
def test_an_answer_of_400_and_above_leaves_nothing(app: Flask, tenant: World, status: int) -> None:
    assert ask(app, f"/probe/refuse/a?status={status}", "POST").status_code == status
    assert written(tenant) == []


def test_an_answer_below_400_is_kept(app: Flask, tenant: World) -> None:
    assert ask(app, "/probe/refuse/a?status=303", "POST").status_code == 303
    assert written(tenant) == ["a"]


def test_errors_leave_nothing_and_tell_nothing(
    app: Flask, tenant: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    unexpected = ask(app, "/probe/raise/a", "POST")
    assert unexpected.status_code == 500
    assert b"secret detail" not in unexpected.data
    assert b"Traceback" not in unexpected.data
    conflict = ask(app, "/probe/raise/a?how=conflict", "POST")
    assert (conflict.status_code, b"Taken." in conflict.data) == (409, True)
    wait = ask(app, "/probe/raise/a?how=wait", "POST")
    assert (wait.status_code, wait.headers["Retry-After"]) == (429, "7")
    assert written(tenant) == []


def test_programs_get_errors_as_json(app: Flask, tenant: World) -> None:
    answer = ask(app, "/probe/raise/a?how=conflict", "POST", headers={"Accept": "application/json"})
    assert answer.json is not None
    assert answer.json == {"success": False, "error": "Taken.", "statusCode": 409}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Cookie": "a=b"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Cookie": "a=b"}, 200),
        ({"Origin": "https://rival.mtc.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": STORE, "Cookie": "a=b"}, 200),
    ],
)
def test_a_form_comes_from_its_own_store(
    app: Flask, tenant: World, headers: dict[str, str], status: int
) -> None:
    assert ask(app, "/probe/form", "POST", headers=headers).status_code == status


def test_a_closed_store_says_so(app: Flask, tenant: World) -> None:
    with tenant_scope(tenant.id), unit_of_work():
        update_store(tenant.id, tenant.store.id, status="closed")
    answer = ask(app, "/probe/who")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "600")
    with tenant_scope(tenant.id), unit_of_work():
        update_store(tenant.id, tenant.store.id, status="open")
    with platform_scope("suspend"), unit_of_work():
        set_status(tenant.id, "suspended")
    store_lookup.clear()
    assert ask(app, "/probe/who").status_code == 503


def test_every_answer_carries_the_headers(app: Flask, tenant: World) -> None:
    for path in ("/probe/who", "/nothing-here"):
        headers = ask(app, path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_two_answers_never_share_a_nonce(app: Flask, tenant: World) -> None:
    policies = {ask(app, "/probe/who").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


def test_stores_under_a_path_go_to_their_own_host(app: Flask, tenant: World) -> None:
    answer = ask(app, "/s/acme/c/games?sort=price", base="https://mtc.example")
    assert (answer.status_code, answer.headers["Location"]) == (
        308,
        "https://acme.mtc.example/c/games?sort=price",
    )
    assert ask(app, "/s/nobody/", base="https://mtc.example").status_code == 404
