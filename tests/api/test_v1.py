"""The endpoints for programs: what they show, what they do, and what they refuse with which sentence."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from mtc.core.crypto import Keyring, keyring, set_keyring
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.emails.models import Email
from mtc.events.models import Event
from mtc.payments.models import Refund
from mtc.tasks.services import run_due
from tests.api.programs import Program, new_program
from tests.audit.log import difference, entries
from tests.factories.tenants import World
from tests.security.fort import Fort, build
from tests.servers.database import both_databases
from tests.servers.kept import kept
from tests.storefront.conftest import site

__all__ = ["site"]


@pytest.fixture
@kept
def fort(site: Flask, tenant: World) -> Fort:
    """Acme with goods and orders."""
    return build(tenant)


@pytest.fixture
def program(site: Flask, fort: Fort, tenant: World) -> Program:
    """A program that may do everything."""
    return new_program(site, tenant)


def number_of(fort: Fort, model: Any) -> int:
    with tenant_scope(fort.tenant_id), unit_of_work():
        return int(session.execute(select(func.count()).select_from(model)).scalar_one())


def data(answer: Any) -> Any:
    assert answer.status_code < 300, answer.text
    return answer.get_json()["data"]


def orders_are_listed_filtered_and_paged(program: Program, fort: Fort) -> None:
    page = data(program.get("/orders?limit=1"))
    rest = data(program.get(f"/orders?limit=1&cursor={page['next']}"))
    assert [one["number"] for one in page["items"] + rest["items"]] == [fort.pending, fort.order]
    assert rest["next"] is None
    for query, numbers in (
        ("status=pending", [fort.pending]),
        (f"number={fort.order}", [fort.order]),
        ("email=ADA@", [fort.pending, fort.order]),
        ("email=nobody", []),
        ("since=2020-01-01T00:00:00Z&until=2100-01-01T00:00:00%2B02:00", [fort.pending, fort.order]),
        ("until=2020-01-01T00:00:00Z", []),
    ):
        found = data(program.get(f"/orders?{query}"))
        assert [one["number"] for one in found["items"]] == numbers, query


def one_order_shows_lines_and_no_secret(program: Program, fort: Fort) -> None:
    answer = program.get(f"/orders/{fort.order}")
    order = data(answer)
    assert (order["status"], order["total"], order["paid"], order["currency"]) == (
        "fulfilled",
        4199,
        4199,
        "EUR",
    )
    assert sorted(
        (one["variant_id"], one["unit_price"], one["delivery"]) for one in order["lines"]
    ) == sorted([(fort.ids["variant"], 2999, "delivered"), (fort.ids["file_variant"], 1200, "delivered")])
    for secret in (fort.secret, *fort.keys):
        assert secret not in answer.text
    assert program.get("/orders/9999").status_code == 404


def a_refund_is_booked_once_and_answered_twice(program: Program, fort: Fort) -> None:
    line = next(one for one in data(program.get(f"/orders/{fort.order}"))["lines"] if one["total"] == 1200)
    body = {"lines": [{"id": line["id"], "quantity": 1}], "reason": "Too short"}
    path = f"/orders/{fort.order}/refunds"
    first, again = (program.post(path, body, Idempotency_Key="r1") for _ in range(2))
    made = data(first)
    assert [(one["amount"], one["reason"], one["status"]) for one in made["refunds"]] == [
        (1200, "Too short", "pending")
    ]
    assert (made["order"]["status"], made["order"]["refunded"]) == ("partially_refunded", 1200)
    assert again.data == first.data and again.headers["Idempotent-Replayed"] == "true"
    assert again.content_type == first.content_type == "application/json"
    assert program.post(path, {**body, "reason": "No"}, Idempotency_Key="r1").status_code == 422
    assert number_of(fort, Refund) == 1
    assert program.post(path, body).status_code == 400  # nothing of the line is left
    rest = data(program.post(path, Idempotency_Key="r2"))
    assert [one["amount"] for one in rest["refunds"]] == [2999] and rest["order"]["status"] == "refunded"
    assert program.post(path).status_code in (400, 409)
    with tenant_scope(fort.tenant_id), unit_of_work():
        event = session.scalars(
            select(Event).where(Event.name == "refund.created").order_by(Event.id)
        ).first()
    assert event is not None and (event.actor["kind"], event.actor["name"]) == ("api_key", "Ledger")


def what_a_program_changes_is_in_the_audit_log_once(program: Program, fort: Fort) -> None:
    path = f"/orders/{fort.pending}/cancel"
    said = [{"reason": "Asked to"}, {"reason": "Asked to"}, {"reason": "No"}, {"x": 1}]
    answers = [program.post(path, body, Idempotency_Key="c") for body in said]
    assert [one.status_code for one in answers] == [200, 200, 422, 422]
    assert data(answers[0])["status"] == "cancelled"
    program.get(f"/orders/{fort.pending}")
    found = [one for one in entries("api_v1.cancel", fort.tenant_id) if one.actor_kind == "api_key"]
    assert [(one.summary, one.actor_name, one.method) for one in found] == [
        ("Cancelled an order", "Ledger", "POST")
    ]
    assert (found[0].object_type, found[0].object_label) == ("order", fort.pending)
    changes = difference(found[0])
    assert changes["order.status"] == ("pending", "cancelled")
    assert not any(name.startswith("idempotency") for name in changes)


def what_was_delivered_is_mailed_again(program: Program, fort: Fort) -> None:
    run_due()
    before = number_of(fort, Email)
    for _ in range(2):
        sent = program.post(f"/orders/{fort.order}/resend", Idempotency_Key="s")
        assert data(sent) == {"email": "ada@acme.example"}
    ring = keyring()
    set_keyring(Keyring(ring.keys, b"another secret that is long enough", former=ring.secret))
    try:
        late = program.post(f"/orders/{fort.order}/resend", Idempotency_Key="s")
        other = program.post(f"/orders/{fort.order}/resend", b"{ }", Idempotency_Key="s")
    finally:
        set_keyring(ring)
    assert (late.headers["Idempotent-Replayed"], other.status_code) == ("true", 422)
    assert number_of(fort, Email) == before + 1
    assert program.post(f"/orders/{fort.pending}/resend").status_code == 409
    assert program.post(f"/orders/{fort.order}/cancel").status_code == 409
    assert program.send("POST", f"/orders/{fort.order}/resend").status_code == 200  # no body at all


def products_and_stock_are_shown(program: Program, fort: Fort) -> None:
    found = data(program.get("/products"))
    assert [one["slug"] for one in found["items"]] == ["draft", "guide", "game"]
    assert [one["slug"] for one in data(program.get("/products?status=active&q=gui"))["items"]] == ["guide"]
    page = data(program.get("/products?limit=2"))
    assert [
        one["slug"] for one in data(program.get(f"/products?limit=2&cursor={page['next']}"))["items"]
    ] == ["game"]
    game = data(program.get(f"/products/{fort.ids['product']}"))
    variant = game["variants"][0]
    assert (variant["id"], variant["price"], variant["stock_source"]) == (fort.ids["variant"], 2999, "pool")
    assert game["attributes"]["platform"] == "steam"
    pool = data(program.get(f"/stock/{fort.ids['variant']}"))
    assert (pool["available"], pool["counts"]["delivered"], pool["counts"]["reserved"]) == (4, 1, 1)
    for path in (f"/products/{uuid4()}", f"/stock/{uuid4()}", f"/stock/{fort.ids['file_variant']}"):
        assert program.get(path).status_code == 404


def keys_are_added_and_never_shown(program: Program, fort: Fort) -> None:
    path = f"/stock/{fort.ids['variant']}/keys"
    body = {"keys": ["NEW-0001-KEY-OF-ACME", fort.keys[0], "NEW-0001-KEY-OF-ACME", "a\tb"], "batch": "May"}
    first, again = (program.post(path, body, Idempotency_Key="k") for _ in range(2))
    made = data(first)
    assert (made["added"], made["pool"]["available"]) == (1, 5)
    assert [one["line"] for one in made["known"]] == [2, 3]
    assert [one["line"] for one in made["invalid"]] == [4]
    assert again.data == first.data and "NEW-0001" not in first.text
    assert program.post(f"/stock/{uuid4()}/keys", body).status_code == 404


UNKNOWN = "There is a field that is not known here. Known are: "
WHOLE, AN_ID = "Send a whole number.", "Send an id as this API gives them out."
SOME_ID = "0198c0de-0000-7000-8000-000000000000"


def piece(**more: Any) -> dict[str, Any]:
    return {"lines": [{"id": SOME_ID, "quantity": 1, **more}]}


# (which endpoint, the body, where the fault is, what is said)
WRONG: list[tuple[str, Any, str, str]] = [
    ("refunds", {"line": []}, "body", UNKNOWN + "lines, reason."),
    ("refunds", {"lines": SOME_ID}, "lines", "Send a list."),
    ("refunds", {"lines": []}, "lines", "Send at least 1."),
    ("refunds", {"lines": [{"id": SOME_ID}]}, "lines.0.quantity", "This is needed."),
    ("refunds", piece(quantity="1"), "lines.0.quantity", WHOLE),
    ("refunds", piece(quantity=1.0), "lines.0.quantity", WHOLE),
    ("refunds", piece(quantity=True), "lines.0.quantity", WHOLE),
    ("refunds", piece(quantity=0), "lines.0.quantity", "Send a number from 1."),
    ("refunds", piece(quantity=10**30), "lines.0.quantity", "Send a number up to 1000."),
    ("refunds", piece(id="x"), "lines.0.id", AN_ID),
    ("refunds", piece(id="-" * 36), "lines.0.id", AN_ID),
    ("refunds", {"reason": "x" * 301}, "reason", "Send at most 300."),
    ("refunds", {"reason": None}, "reason", "Send a text."),
    ("keys", {}, "keys", "This is needed."),
    ("keys", {"keys": [5]}, "keys.0", "Send a text."),
    ("keys", {"keys": ["x"], "Batch": "b"}, "body", UNKNOWN + "keys, batch."),
    ("resend", {"x": 1}, "body", UNKNOWN + "none."),
]
NO_JSON = [
    b"[]", b'"x"', b"{", b"null", b'{"reason": NaN}', b'{"reason": "a", "reason": "b"}', b"\xff{}", b"{}{}",
    b"[" * 100_000, b'{"lines": ' + b"9" * 5000 + b"}", b'{"reason": "a\\u0000b"}', b'{"reason": "\\ud800"}',
]  # fmt: skip
OTHER_TYPES = (
    "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "application/xml",
)  # fmt: skip


def bodies_that_do_not_fit_are_told_why(program: Program, fort: Fort) -> None:
    order = f"/orders/{fort.order}"
    paths = {
        "refunds": f"{order}/refunds",
        "resend": f"{order}/resend",
        "keys": f"/stock/{fort.ids['variant']}/keys",
    }
    for which, body, place, sentence in WRONG:
        answer = program.post(paths[which], body)
        assert (answer.status_code, answer.get_json()["details"]) == (422, {place: [sentence]}), body
    for text in NO_JSON:
        assert program.post(paths["refunds"], text).status_code == 400, text[:40]
    for kind in OTHER_TYPES:
        answer = program.post(paths["refunds"], b"{}", Content_Type=kind)
        assert answer.status_code == 415 and "application/json" in answer.get_json()["error"], kind
    assert number_of(fort, Refund) == 0


def queries_that_do_not_fit_are_told_why(program: Program, _fort: Fort) -> None:
    for query, place in (
        ("status=sold", "status"), ("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"),
        ("limit=1.0", "limit"), ("limit=1&limit=2", "limit"), ("since=yesterday", "since"),
        ("since=2026-01-01T00:00:00", "since"), ("until=0001-01-01T00:00:00%2B02:00", "until"),
        ("page=2", "body"), ("email=" + "x" * 255, "email"),
    ):  # fmt: skip
        answer = program.get(f"/orders?{query}")
        assert answer.status_code == 422 and list(answer.get_json()["details"]) == [place], query
    assert program.get("/orders?cursor=x").status_code == 400
    assert program.get(f"/orders/{'9' * 400}").status_code == 404


def test_others_get_nothing(
    site: Flask, tenant: World, program: Program, fort: Fort, other_tenant: World
) -> None:
    """Neither the answer to another key of the store, nor what belongs to another store."""
    path, other = f"/orders/{fort.pending}/cancel", new_program(site, tenant)
    assert program.post(path, Idempotency_Key="c").status_code == 200
    assert program.post(path, Idempotency_Key="c").headers["Idempotent-Replayed"] == "true"
    assert other.post(path, Idempotency_Key="c").status_code == 409  # it is cancelled by now
    weak = new_program(site, tenant, ["orders:read"])
    assert weak.post(path, Idempotency_Key="c").status_code == 403
    theirs = build(other_tenant)
    keys = {"keys": ["A-KEY"]}
    assert program.get(f"/products/{theirs.ids['product']}").status_code == 404
    assert program.get(f"/stock/{theirs.ids['variant']}").status_code == 404
    assert program.post(f"/stock/{theirs.ids['variant']}/keys", keys).status_code == 404
    body = {"lines": [{"id": theirs.ids["item"], "quantity": 1}]}
    assert program.post(f"/orders/{fort.order}/refunds", body).status_code == 404
    assert UUID(theirs.ids["item"]) and number_of(theirs, Refund) == 0


@both_databases
def test_what_is_read(program: Program, fort: Fort, subtests: pytest.Subtests) -> None:
    for part in (
        orders_are_listed_filtered_and_paged,
        one_order_shows_lines_and_no_secret,
        products_and_stock_are_shown,
    ):
        with subtests.test(part.__name__):
            part(program, fort)


@both_databases
def test_what_is_changed(program: Program, fort: Fort, subtests: pytest.Subtests) -> None:
    for part in (
        keys_are_added_and_never_shown,
        what_was_delivered_is_mailed_again,
        what_a_program_changes_is_in_the_audit_log_once,
        a_refund_is_booked_once_and_answered_twice,
    ):
        with subtests.test(part.__name__):
            part(program, fort)


def test_what_does_not_fit(program: Program, fort: Fort, subtests: pytest.Subtests) -> None:
    for part in (bodies_that_do_not_fit_are_told_why, queries_that_do_not_fit_are_told_why):
        with subtests.test(part.__name__):
            part(program, fort)
