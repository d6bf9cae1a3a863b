"""The platform's Plugins: state, who has them on, blocking and deprecating."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mtc.core.db import unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.plugins import queries as reads
from tests.admin.conftest import Shop
from tests.admin.people import Person
from tests.audit.log import entries
from tests.plugins.kit import switch_on

URL = "/platform/plugins"


@pytest.fixture
def root(person: Callable[[str], Person]) -> Person:
    """The super admin, logged in."""
    return person("root")


def reasons() -> tuple[str, str]:
    with platform_scope("look", readonly=True), unit_of_work():
        row = reads.plugin_by_slug("order_guard")
        assert row is not None
        return row.block_reason, row.deprecation


def test_a_plugin_is_blocked_and_deprecated_with_a_reason(root: Person, shop: Shop) -> None:
    switch_on(shop.world, "order_guard")
    page = root.get(URL).text
    assert "Order guard" in page and "on for 1 tenant" in page and "Ready" in page
    refused = root.post(f"{URL}/order_guard", {"do": "block", "reason": " "})
    assert refused.status_code == 422 and "Give a reason of 1 to 300 characters." in refused.text
    assert reasons() == ("", "")
    steps: list[tuple[dict[str, Any], tuple[str, str]]] = [
        ({"do": "block", "reason": "It leaks."}, ("It leaks.", "")),
        ({"do": "deprecate", "reason": "Old."}, ("It leaks.", "Old.")),
        ({"do": "unblock"}, ("", "Old.")),
        ({"do": "undeprecate"}, ("", "")),
    ]
    for form, expected in steps:
        assert root.post(f"{URL}/order_guard", form).status_code == 303
        assert reasons() == expected
    assert entries()[-1].action == "platform.change_plugin"
    assert root.post(f"{URL}/order_guard", {"do": "sing"}).status_code == 422
    assert root.post(f"{URL}/nobody", {"do": "block", "reason": "x"}).status_code == 404


def test_nobody_else_sees_or_changes_them(person: Callable[[str], Person], shop: Shop) -> None:
    switch_on(shop.world, "order_guard")
    owner = person("owner")
    assert owner.get(URL).status_code in (403, 404)
    assert owner.post(f"{URL}/order_guard", {"do": "block", "reason": "x"}).status_code in (403, 404)
    assert reasons() == ("", "")
