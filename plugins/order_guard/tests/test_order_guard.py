"""Tests of the order guard's behaviour for a merchant."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mtc.sdk import Reject
from mtc.sdk.errors import ValidationError
from mtc.tasks.services import run_due
from tests.orders.shop import bought, open_shop, order_of
from tests.plugins.kit import switch_on

pytest_plugins = ["mtc.testing.plugin"]

CHAT = "https://chat.example/hook"


@pytest.mark.parametrize("address", ["eve@bad.example", "eve@BAD.example"])
def test_an_address_of_a_blocked_domain_is_refused(tenant: Any, address: str) -> None:
    shop = open_shop(tenant)
    switch_on(tenant, "order_guard", blocked_domains=["Bad.Example"])
    with pytest.raises(Reject) as error:
        order_of(shop, (shop.key, 1), email=address)
    assert error.value.message == "This e-mail address cannot be used here. Please use another one."
    assert error.value.details == {"email": ["Use an address of another provider."]}


def test_other_addresses_are_welcome(tenant: Any) -> None:
    shop = open_shop(tenant)
    switch_on(tenant, "order_guard", blocked_domains=["bad.example"])
    order = order_of(shop, (shop.key, 1), email="ada@notbad.example").order
    assert (order.order_number, order.email) == ("1001", "ada@notbad.example")


def test_the_chat_hears_of_a_paid_order(tenant: Any, ports: Any) -> None:
    shop = open_shop(tenant)
    ports.http.on("POST", CHAT)
    switch_on(tenant, "order_guard", chat_url=CHAT)
    bought(shop, (shop.key, 1))
    [sent] = ports.http.requests
    assert (sent.method, sent.url) == ("POST", CHAT)
    assert json.loads(sent.body) == {"text": "A new order was paid: 1001"}


def test_without_a_chat_nothing_is_sent(tenant: Any, ports: Any) -> None:
    shop = open_shop(tenant)
    switch_on(tenant, "order_guard")
    bought(shop, (shop.key, 1))
    assert (ports.http.requests, run_due()) == ([], 0)


def test_a_chat_must_be_an_address(tenant: Any) -> None:
    with pytest.raises(ValidationError) as error:
        switch_on(tenant, "order_guard", chat_url="chat")
    assert list(error.value.details) == ["chat_url"]


def test_no_statement_reaches_another_tenant(statement_leaks: Any) -> None:
    assert statement_leaks("order_guard") == {}


@pytest.mark.thorough
def test_no_request_reaches_another_tenant(route_leaks: Any) -> None:
    assert route_leaks("order_guard", blocked_domains=["bad.example"]) == {}
