"""Every page by every role: what is not allowed is refused, what is foreign does not exist."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask

from mtc.middleware.pipeline import access_of
from tests.admin.conftest import Shop
from tests.admin.people import Person
from tests.servers.database import both_databases

# path, who of (owner, support) gets which status
PAGES = {
    "/": (200, 200),
    "/orders": (200, 200),
    "/orders/{order}": (200, 200),
    "/orders/{order}/refund": (200, 403),
    "/products": (200, 200),
    "/products/new": (200, 403),
    "/products/new?type={type}": (200, 403),
    "/products/{product}": (200, 200),
    "/types": (200, 200),
    "/stock": (200, 200),
    "/stock/{variant}": (200, 200),
    "/mail": (200, 200),
    "/settings": (200, 403),
    "/tasks": (200, 200),
}


def _path(shop: Shop, pattern: str) -> str:
    return shop.url + pattern.format(
        order=shop.order, product=shop.product, variant=shop.variant, type=shop.type_slug
    )


@both_databases
@pytest.mark.thorough
def test_pages_by_role(shop: Shop, person: Callable[[str], Person], subtests: pytest.Subtests) -> None:
    staff = [person(role) for role in ("owner", "support", "stranger", "root", "")]
    for pattern in PAGES:
        with subtests.test(pattern=pattern):
            path = _path(shop, pattern)
            found = [one.get(path).status_code for one in staff]
            assert found == [*PAGES[pattern], 404, 404, 302]


POSTS = {
    "/orders/{order}/resend": {"owner": 303, "support": 303},
    "/orders/{order}/cancel": {"owner": 409, "support": 409},
    "/orders/{order}/paid": {"owner": 409, "support": 403},
    "/orders/{order}/refund": {"owner": 422, "support": 403},
    "/products/new": {"owner": 400, "support": 403},
    "/products/{product}": {"owner": 422, "support": 403},
    "/products/{product}/status": {"owner": 400, "support": 403},
    "/products/{product}/pictures": {"owner": 400, "support": 403},
    "/stock/{variant}": {"owner": 422, "support": 403},
    "/stock/{variant}/level": {"owner": 303, "support": 403},
    "/settings": {"owner": 422, "support": 403},
}


@pytest.mark.thorough
def test_posts_by_role(shop: Shop, person: Callable[[str], Person], subtests: pytest.Subtests) -> None:
    staff = {role: person(role) for role in ("owner", "support", "stranger")}
    for pattern in POSTS:
        with subtests.test(pattern=pattern):
            path = _path(shop, pattern)
            found = {role: one.post(path).status_code for role, one in staff.items()}
            assert found == {**POSTS[pattern], "stranger": 404}
            assert Person(staff["owner"].app).post(path).status_code == 401


def test_things_of_another_tenant_do_not_exist(
    shop: Shop, rival: Shop, owner: Person, subtests: pytest.Subtests
) -> None:
    for pattern in ["/orders/{order}", "/orders/{order}/refund", "/products/{product}", "/stock/{variant}"]:
        with subtests.test(pattern=pattern):
            foreign = pattern.format(order="9999", product=rival.product, variant=rival.variant)
            assert owner.get(shop.url + foreign).status_code == 404
            assert owner.get(_path(rival, pattern)).status_code == 404


def test_actions_on_things_of_another_tenant_do_nothing(shop: Shop, rival: Shop, owner: Person) -> None:
    for path, data in (
        (f"/products/{rival.product}/status", {"status": "archived"}),
        (f"/stock/{rival.variant}", {"keys": "A-NEW-KEY-THAT-IS-LONG"}),
        (f"/stock/{rival.variant}/level", {"low_at": "1"}),
        (f"/orders/{shop.order}/keys/{uuid4()}/reveal", {}),
        (f"/orders/{shop.order}/lines/{uuid4()}/retry", {}),
        (f"/orders/{shop.order}/downloads/{uuid4()}/reset", {}),
        (f"/orders/{shop.order}/refunds/{uuid4()}/retry", {}),
        (f"/mail/{uuid4()}/resend", {}),
        (f"/tasks/{uuid4()}/replay", {}),
    ):
        assert owner.post(shop.url + path, data).status_code == 404, path


def test_the_navigation_holds_what_the_role_may_see(shop: Shop, person: Callable[[str], Person]) -> None:
    support = person("support").get(shop.url + "/").get_data(as_text=True)
    assert f'href="{shop.url}/orders"' in support
    assert f'href="{shop.url}/settings"' not in support
    assert f'href="{shop.url}/settings"' in person("owner").get(shop.url + "/").get_data(as_text=True)


def test_nothing_of_the_admin_answers_on_a_store(app: Flask, shop: Shop, owner: Person) -> None:
    for path in ("/welcome", "/login", "/admin", shop.url + "/", "/platform/tenants"):
        answer = owner.client.get(path, base_url="http://acme.localhost:8000")
        assert answer.status_code == 404, path


def test_every_route_of_the_admin_says_who_may_use_it(app: Flask) -> None:
    rules = [one for one in app.url_map.iter_rules() if one.rule.startswith(("/admin", "/platform"))]
    assert len(rules) > 30
    for rule in rules:
        access = access_of(app.view_functions[rule.endpoint])
        assert access is not None, rule.rule
        wanted = {"/platform": "platform"}.get(
            rule.rule[:9], "staff" if "<tenant>" in rule.rule else "account"
        )
        assert access.kind == wanted, rule.rule


def test_pages_of_the_admin_are_kept_in_no_cache(shop: Shop, owner: Person) -> None:
    answer = owner.get(shop.url + "/orders")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_suspended_tenant_keeps_its_admin_with_a_word(shop: Shop, owner: Person) -> None:
    from mtc.core.db import unit_of_work
    from mtc.core.tenancy import platform_scope
    from mtc.tenants.services import set_status

    with platform_scope("suspend for a test"), unit_of_work():
        set_status(shop.world.id, "suspended")
    answer = owner.get(shop.url + "/")
    assert answer.status_code == 200
    assert "This account is suspended" in answer.get_data(as_text=True)
