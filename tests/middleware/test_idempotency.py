"""Requests with an Idempotency-Key: one effect, one answer, for one person, for a day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import delete, func, select

from mtc.checkout.models import CartLine
from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.idempotency.models import IdempotencyKey
from mtc.orders.models import Order
from mtc.tasks.services import run_periodic
from mtc.web.access import access_of
from tests.security.fort import Fort, Visitor, build, hire
from tests.servers.database import both_databases
from tests.servers.kept import kept
from tests.storefront.conftest import BUYER, site

__all__ = ["site"]

# Writes of stores and the API that take no Idempotency-Key, and why. An account is no part of the checkout.
EXEMPT = {
    "api_v1.add_file": "the body is a file as it is; a name that is taken is refused",
    "api_v1.replace_file": "the body is a file as it is; the same again changes nothing",
    "api_v1.add_key_file": "the body is a file as it is; a key that is there is not added again",
    "api_v1.preview_key_file": "nothing is added",
    "api_v1.find_keys": "a search, sent by POST so that no key stands in an address",
    "api_payments.notify": "a provider's notification has its own number, a row of its own that counts once",
    "storefront.reveal": "the answer holds a key in clear, which is not to be stored; again shows the same",
    "storefront.reveal_order": "the answer holds keys in clear, which are not to be stored; the same again",
    "storefront.keys": "the answer holds keys in clear, which are not to be stored; again gives the same",
    "storefront.send_code": "a code takes the place of the one before; mails are limited for each order",
    "storefront.unlock": "a code counts once by itself; the answer sets a cookie that is not to be stored",
    "storefront.leave_preview": "a cookie is forgotten; once more changes nothing",
    "storefront.send_link": "a link again is what the person asks for, a few an hour",
}


@pytest.fixture
@kept
def fort(site: Flask, tenant: Any) -> Fort:
    """Acme with goods."""
    return build(tenant)


@pytest.fixture
def ada(site: Flask, fort: Fort) -> Visitor:
    """Somebody with a cart that holds one guide."""
    return with_cart(site, fort)


def with_cart(site: Flask, fort: Fort) -> Visitor:
    visitor = Visitor(site.test_client(), fort.base)
    assert visitor.post("/cart/add", {"variant_id": fort.ids["file_variant"]}).status_code == 303
    return visitor


def afresh(site: Flask, fort: Fort) -> Visitor:
    """Another visitor, with no cart and no kept answer but theirs in the store."""
    with tenant_scope(fort.tenant_id), unit_of_work():
        for model in (IdempotencyKey, CartLine):
            session.execute(delete(model).where(model.tenant_id == fort.tenant_id))
    return with_cart(site, fort)


def add(who: Visitor, fort: Fort, key: str, quantity: int = 1, **headers: str) -> Any:
    form = {"variant_id": fort.ids["file_variant"], "quantity": str(quantity)}
    return who.post("/cart/add", form, headers={"Idempotency-Key": key, **headers})


def held(fort: Fort) -> list[int]:
    """The quantities of all carts."""
    with platform_scope("count in a test", readonly=True), unit_of_work():
        query = select(CartLine.quantity).where(CartLine.tenant_id == fort.tenant_id)
        return sorted(session.scalars(query).all())


def stored_answers() -> list[IdempotencyKey]:
    with platform_scope("look in a test", readonly=True), unit_of_work():
        return list(session.scalars(select(IdempotencyKey).order_by(IdempotencyKey.id)).all())


def orders(fort: Fort) -> int:
    with platform_scope("count in a test", readonly=True), unit_of_work():
        query = select(func.count()).select_from(Order).where(Order.tenant_id == fort.tenant_id)
        return int(session.execute(query).scalar_one())


def test_every_write_of_checkout_and_api_counts_once_or_says_why_not(app: Flask) -> None:
    silent, told = set(), set()
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        elsewhere = rule.endpoint.startswith(("admin.", "front.", "platform.")) or rule.rule.startswith(
            "/account"
        )
        if elsewhere or not (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            continue
        assert access is not None
        (told if access.idempotent else silent).add(rule.endpoint)
    assert silent ^ set(EXEMPT) == set()
    assert told >= {
        "storefront.add", "storefront.change", "storefront.place", "storefront.pay", "storefront.pay_order",
    }  # fmt: skip


def the_same_request_again_gets_the_same_answer(ada: Visitor, fort: Fort) -> None:
    first = add(ada, fort, "k1", 2)
    again = add(ada, fort, "k1", 2)
    assert (first.status_code, first.headers["Location"]) == (303, "/cart")
    assert "Idempotent-Replayed" not in first.headers and again.headers["Idempotent-Replayed"] == "true"
    assert (again.status_code, again.headers["Location"], again.data) == (303, "/cart", first.data)
    assert held(fort) == [3]
    assert add(ada, fort, '"k1"', 2).headers["Idempotent-Replayed"] == "true"  # as RFC 8941 writes texts
    other = add(ada, fort, "k1", 3)
    assert other.status_code == 422 and "another request" in other.text
    elsewhere = ada.post("/cart/add?x=1", {"variant_id": fort.ids["file_variant"], "quantity": "2"},
                         headers={"Idempotency-Key": "k1"})  # fmt: skip
    assert elsewhere.status_code == 422
    assert held(fort) == [3]
    assert add(ada, fort, "k2", 2).status_code == 303
    assert held(fort) == [5]


def an_order_is_placed_once_and_its_answer_is_sealed(ada: Visitor, fort: Fort) -> None:
    before = orders(fort)
    head = {"Idempotency-Key": "order-1"}
    first = ada.post("/checkout", BUYER, headers=head)
    again = ada.post("/checkout", BUYER, headers=head)
    target = first.headers["Location"]
    assert first.status_code == 303 and "/pay/test/" in target
    assert (again.headers["Location"], again.headers["Idempotent-Replayed"]) == (target, "true")
    assert orders(fort) == before + 1
    assert ada.post("/checkout", {**BUYER, "name": "Eve"}, headers=head).status_code == 422
    paid = [ada.post(target, {"choice": "pay"}, headers=head) for _ in range(2)]
    assert [one.status_code for one in paid] == [303, 303]
    assert paid[1].headers["Idempotent-Replayed"] == "true"
    assert "t=" in paid[0].headers["Location"]  # the secret link of the order
    stored = " ".join(f"{row.scope} {row.key_hash} {row.answer}" for row in stored_answers())
    assert len(stored_answers()) == 2
    for secret in (target.rpartition("/")[2], paid[0].headers["Location"].partition("t=")[2], "order-1"):
        assert secret and secret not in stored


def test_a_key_belongs_to_one_person_at_one_place(site: Flask, ada: Visitor, fort: Fort, rival: Fort) -> None:
    assert add(ada, fort, "k", 2).status_code == 303
    ben, eve = with_cart(site, fort), with_cart(site, rival)
    people = hire(site, fort)
    customer = people.shopper(logged_in=True)
    for who, place in ((ben, fort), (eve, rival), (customer, fort)):
        answer = add(who, place, "k", 2)
        assert answer.status_code == 303 and "Idempotent-Replayed" not in answer.headers
        assert add(who, place, "k", 2).headers["Idempotent-Replayed"] == "true"
    assert (held(fort), held(rival)) == ([2, 3, 3], [3])


def who_holds_nothing_yet_is_given_a_cart_of_their_own(ada: Visitor, fort: Fort) -> None:
    """Nothing tells two such visitors apart: no answer, with its cookie, may pass from one to the other."""
    site = ada.client.application
    rows = len(stored_answers())
    answers = [add(Visitor(site.test_client(), fort.base), fort, "k") for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert answers[0].headers["Set-Cookie"] != answers[1].headers["Set-Cookie"]
    assert len(stored_answers()) == rows


def a_cookie_of_the_answer_comes_again(ada: Visitor, fort: Fort) -> None:
    """A cart that was ordered gives way to a new one; whoever has not heard of it asks with the old one."""
    ada.post("/checkout", BUYER)
    old = ada.client.get_cookie("mtc_cart", domain="acme.localhost")
    assert old is not None
    late = Visitor(ada.client.application.test_client(), fort.base)
    late.client.set_cookie("mtc_cart", old.value, domain="acme.localhost")
    fresh, again = add(ada, fort, "k"), add(late, fort, "k")
    assert (
        fresh.headers["Set-Cookie"] == again.headers["Set-Cookie"]
        and "mtc_cart=" in fresh.headers["Set-Cookie"]
    )
    assert again.headers["Idempotent-Replayed"] == "true"


def what_was_refused_leaves_the_key_free(ada: Visitor, fort: Fort) -> None:
    """Nothing was written then, so the corrected request may come with the same key."""
    head = {"Idempotency-Key": "k"}
    assert ada.post("/checkout", {**BUYER, "email": "no address"}, headers=head).status_code == 422
    assert add(ada, fort, "k", 0).status_code == 400
    assert stored_answers() == []
    assert ada.post("/checkout", BUYER, headers=head).status_code == 303
    assert ada.post("/checkout", BUYER, headers=head).headers["Idempotent-Replayed"] == "true"


def keys_that_are_none_are_refused(ada: Visitor, fort: Fort) -> None:
    for key in ("", " ", '""', "a b", "x" * 256, "é", "a\x7f", 'a"b'):
        answer = add(ada, fort, key)
        assert answer.status_code == 400 and "Idempotency-Key" in answer.text, key
    assert add(ada, fort, "x" * 255).status_code == 303
    assert held(fort) == [2]


def a_fragment_comes_again_for_the_page_of_its_day(ada: Visitor, fort: Fort) -> None:
    """hx-csp drops what does not carry the nonce of the answer it came with."""
    partial = {"HX-Request": "true", "HX-Request-Type": "partial"}
    first = add(ada, fort, "k", **partial)
    g.pop("csp_nonce")  # the tests share one context among all requests
    again = add(ada, fort, "k", **partial)
    assert (
        again.headers["Idempotent-Replayed"] == "true"
        and first.headers["Content-Type"] == again.headers["Content-Type"]
    )
    nonces = []
    for answer in (first, again):
        policy = re.search(r"script-src 'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
        assert policy is not None
        assert set(re.findall(r'hx-nonce="([^"]+)"', answer.text)) == {policy[1]}
        nonces.append(policy[1])
    assert nonces[0] != nonces[1]
    assert first.text.replace(nonces[0], "") == again.text.replace(nonces[1], "")


@both_databases
def test_a_request_counts_once(site: Flask, fort: Fort, subtests: pytest.Subtests) -> None:
    for part in (
        the_same_request_again_gets_the_same_answer,
        an_order_is_placed_once_and_its_answer_is_sealed,
        what_was_refused_leaves_the_key_free,
    ):
        with subtests.test(part.__name__):
            part(afresh(site, fort), fort)


def test_what_an_answer_and_a_key_are(site: Flask, fort: Fort, subtests: pytest.Subtests) -> None:
    for part in (
        who_holds_nothing_yet_is_given_a_cart_of_their_own,
        a_cookie_of_the_answer_comes_again,
        keys_that_are_none_are_refused,
        a_fragment_comes_again_for_the_page_of_its_day,
    ):
        with subtests.test(part.__name__):
            part(afresh(site, fort), fort)


@pytest.fixture
def noon() -> Iterator[None]:
    """A clock that stands."""
    with clock.frozen(clock.now()):
        yield


def test_a_day_later_the_key_is_free_and_the_answer_gone(noon: None, ada: Visitor, fort: Fort) -> None:
    add(ada, fort, "k")
    add(ada, fort, "other")
    clock.advance(timedelta(hours=23, minutes=59).total_seconds())
    run_periodic(force=True)
    assert add(ada, fort, "k").headers["Idempotent-Replayed"] == "true"
    clock.advance(120)
    fresh = add(ada, fort, "k", 5)
    assert fresh.status_code == 303 and "Idempotent-Replayed" not in fresh.headers
    assert add(ada, fort, "k", 5).headers["Idempotent-Replayed"] == "true"
    assert held(fort) == [8] and len(stored_answers()) == 2
    run_periodic(force=True)
    assert len(stored_answers()) == 1


@pytest.fixture
@kept
def rival(site: Flask, other_tenant: Any) -> Fort:
    """The other store."""
    return build(other_tenant)
