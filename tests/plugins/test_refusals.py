"""A refusal is read where people look: at its field in storefront and admin, in `details` in the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from mtc.testing.plugin_fixtures import owner_of
from tests.api.programs import new_program
from tests.plugins.kit import switch_on
from tests.storefront.conftest import Browser, Shop

Guest = Callable[..., None]


@pytest.fixture
def refuse(tenant: Any, guest: Guest) -> Callable[[str, str], None]:
    """Refuse what a hook is asked about, with a sentence at a field."""

    def load(hook: str, field: str) -> None:
        body = f"raise Reject('Not today.', {{{field!r}: ['Choose <another>.']}})"
        guest("refuser", f"@hookimpl\ndef {hook}(ctx, payload):\n    {body}\n", hooks=[hook])
        switch_on(tenant, "refuser")

    return load


@pytest.mark.parametrize(
    ("hook", "path"),
    [("before_customer_login", "/account/login"), ("before_customer_register", "/account/register")],
)
def test_in_the_storefront(browser: Browser, shop: Shop, refuse: Any, hook: str, path: str) -> None:
    refuse(hook, "email")
    page = browser.post(path, {"email": "ada@mail.example", "password": "a mild winter in Graz"})
    assert page.status_code == 422
    assert "Choose &lt;another&gt;." in page.text
    assert 'value="ada@mail.example"' in page.text


def test_in_the_admin(app: Flask, tenant: Any, sale: Any, refuse: Any) -> None:
    refuse("before_member_invite", "email")
    owner = owner_of(app, tenant)
    form = {"email": "ivo@mail.example", "role": "support"}
    page = owner.post("/admin/acme/team/invite", form)
    assert page.status_code == 422
    assert "Choose &lt;another&gt;." in page.text


def test_in_the_api(app: Flask, tenant: Any, refuse: Any) -> None:
    refuse("before_product_type_create", "name")
    program = new_program(app, tenant, ["products:write"])
    answer = program.post("/types", {"name": "Book"}, Idempotency_Key="one-two-three")
    body = answer.get_json()
    assert (answer.status_code, body["error"]) == (400, "Not today.")
    assert body["details"] == {"name": ["Choose <another>."]}
