"""Mail, settings, tasks, product types, the home page, and hostile values everywhere."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from mtc.admin.emails.redaction import masked
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.emails.services import send_email
from mtc.tasks import queries
from mtc.tasks.models import Task
from tests.admin.conftest import Shop
from tests.admin.people import Person
from tests.servers.database import both_databases


def _mail(shop: Shop, **values: Any) -> UUID:
    with tenant_scope(shop.world.id), unit_of_work():
        made = send_email("test", to="bea@example.com", subject="Hello", text="Text", **values)
        assert made is not None
        return made.id


def test_a_mail_is_shown_behind_glass(shop: Shop, owner: Person) -> None:
    which = _mail(shop, html="<p>Hi</p><script>parent.hacked = 1</script><form action=//evil></form>")
    page = owner.get(f"{shop.url}/mail/{which}")
    assert page.status_code == 200
    assert re.search(r"<iframe[^>]+ sandbox ", page.get_data(as_text=True))
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    body = owner.get(f"{shop.url}/mail/{which}/body")
    policy = body.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "allow-scripts" not in policy
    assert body.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_secrets_of_mails_are_blotted_out() -> None:
    body = (
        "[[key:01a2054b-b900-73e9-9c83-d7492027ae6b]] "
        "http://a.example/account/reset/[[reset:01a2054b-b900-73e9-9c83-d7492027ae6b]] "
        "http://a.example/orders/1001?t=Ld5vj3i1gSP-T_4txGDPmmNftAHkskbe "
        '<a href="http://a.example/d/eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.abcdef">x</a> http://a.example/p/star'
    )
    assert masked(body) == (
        "••••-••••-•••• http://a.example/account/reset/… http://a.example/orders/1001?t=… "
        '<a href="http://a.example/d/…">x</a> http://a.example/p/star'
    )


def test_a_mail_goes_again(shop: Shop, owner: Person) -> None:
    which = _mail(shop)
    with tenant_scope(shop.world.id, readonly=True):
        before = queries.task_counts(shop.world.id).get("pending", 0)
    assert owner.post(f"{shop.url}/mail/{which}/resend").status_code == 303
    with tenant_scope(shop.world.id, readonly=True):
        assert queries.task_counts(shop.world.id)["pending"] == before + 1
    assert owner.get(f"{shop.url}/mail/{which}/body").status_code == 404


@both_databases
def test_settings_are_saved_and_shown(shop: Shop, owner: Person) -> None:
    data = {"name": "Acme & Sons", "tagline": "Keys <fast>", "email": "hi@acme.example"}
    assert owner.post(f"{shop.url}/settings", data).status_code == 303
    page = owner.get(f"{shop.url}/settings").get_data(as_text=True)
    assert "The settings are saved." in page
    assert 'value="Acme &amp; Sons"' in page
    assert 'value="Keys &lt;fast&gt;"' in page
    assert "support@acme.example" in owner.get(f"{shop.url}/settings/access").get_data(as_text=True)
    assert "The settings are saved." not in owner.get(f"{shop.url}/settings").get_data(as_text=True)


def test_settings_that_cannot_be_are_refused(shop: Shop, owner: Person, subtests: pytest.Subtests) -> None:
    for changes in [
        {"name": ""},
        {"name": "x" * 201},
        {"tagline": "x" * 301},
        {"email": "nobody"},
        {"email": ""},
    ]:
        with subtests.test(changes=changes):
            data = {"name": "Acme", "tagline": "Mine", "email": "hi@acme.example", **changes}
            answer = owner.post(f"{shop.url}/settings", data)
            assert answer.status_code == 422
            assert 'role="alert"' in answer.get_data(as_text=True)
            assert 'value="hello@acme.example"' in owner.get(f"{shop.url}/settings").get_data(as_text=True)


def test_a_dead_task_is_tried_again(shop: Shop, owner: Person) -> None:
    from mtc.core import clock

    with tenant_scope(shop.world.id), unit_of_work() as work:
        task = Task(tenant_id=shop.world.id, name="mail.send", payload={}, status="dead", attempts=8,
                    next_at=clock.now(), dead_at=clock.now(), error="<b>No</b> route")  # fmt: skip
        work.add(task)
    assert "1 failed task" in owner.get(f"{shop.url}/").get_data(as_text=True)
    page = owner.get(f"{shop.url}/tasks").get_data(as_text=True)
    assert "&lt;b&gt;No&lt;/b&gt; route" in page
    assert owner.post(f"{shop.url}/tasks/{task.id}/replay").status_code == 303
    assert owner.post(f"{shop.url}/tasks/{task.id}/replay").status_code == 404
    assert "Nothing has failed" in owner.get(f"{shop.url}/tasks").get_data(as_text=True)


@both_databases
def test_the_home_page_counts_what_was_sold(shop: Shop, owner: Person) -> None:
    page = re.sub(r"\s+", " ", owner.get(f"{shop.url}/").get_data(as_text=True))
    assert "€104.98" in page
    assert 'aria-labelledby="chart-title chart-desc"' in page
    assert "€104.98 in 90 days." in page
    assert f"/stock/{shop.other_variant}" not in page


def test_product_types_show_their_fields(shop: Shop, owner: Person) -> None:
    page = owner.get(f"{shop.url}/types").get_data(as_text=True)
    which = re.search(r"/types/([0-9a-f-]{36})", page)
    assert which is not None
    shown = owner.get(f"{shop.url}/types/{which[1]}").get_data(as_text=True)
    assert "Platform" in shown
    assert "Filter" in shown


HOSTILE = ["'\"><img src=x onerror=alert(1)>", "{{ 7*7 }}", "%", "_", "\\", "\u202e", "'; DROP TABLE x; --",
           "a" * 5000, "\U0001f600", "-1", "null", "[]"]  # fmt: skip


def test_hostile_values_break_nothing(shop: Shop, owner: Person, subtests: pytest.Subtests) -> None:
    for value in HOSTILE:
        with subtests.test(value=value):
            paths = {
                "/orders": ("q", "status", "from", "to", "cursor"),
                "/products": ("q", "status", "type", "sort", "cursor"),
                "/stock": ("q", "show", "cursor"),
                f"/stock/{shop.variant}": ("state", "cursor"),
                "/mail": ("cursor",),
            }
            for path, names in paths.items():
                for name in names:
                    answer = owner.get(shop.url + path, query_string={name: value})
                    assert answer.status_code in (200, 400), (path, name)
                    assert "<img src=x" not in answer.get_data(as_text=True)


def test_addresses_that_are_nothing(shop: Shop, owner: Person, subtests: pytest.Subtests) -> None:
    for path in ["/orders/%00", "/orders?q=%00", "/products/not-an-id", "/stock/1", "/mail/x"]:
        with subtests.test(path=path):
            assert owner.get(shop.url + path).status_code in (400, 404)


def test_an_old_cursor_is_explained(shop: Shop, owner: Person) -> None:
    for path in ("/orders", "/products", "/stock", "/mail"):
        answer = owner.get(f"{shop.url}{path}?cursor=rubbish")
        assert answer.status_code == 400
        assert "This page link is not valid any more." in answer.get_data(as_text=True)
