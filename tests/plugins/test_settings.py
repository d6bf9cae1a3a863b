"""A type of a plugin is set up in the admin: its secrets are typed, kept, never shown, and tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.payments.models import PaymentGateway
from mtc.payments.services import credentials_of, get_gateway
from mtc.testing.clients import Visitor
from mtc.testing.plugin_fixtures import owner_of
from tests.audit.log import entries
from tests.plugins.kit import switch_on
from tests.plugins.samples import module_of

Guest = Callable[..., None]
CODE = """
from mtc.core.configured import CheckResult
from mtc.core.db import current_scope
from mtc.core.outside_calls import check_outside_call
from mtc.payments.types import gateways
from mtc.payments.types.manual import ManualGateway

ASKED = []


class Card(ManualGateway):
    label, offered, pays_later = "Card", 9, False
    settings = [{"name": "region", "type": "text", "label": "Region"}]
    credentials = [{"name": "key", "type": "text", "label": "Key of the provider", "required": True}]

    def check_config(self, config):
        return config, {}

    def missing(self, config):
        return {}

    def check(self, settings):
        check_outside_call("The provider")
        ASKED.append((settings, current_scope()))
        if settings["key"] == "breaks":
            raise RuntimeError("away")
        return CheckResult(settings["key"] == "right", f"The provider answers for {settings['region']}.")


gateways.register("card.pay", Card())
"""
URL = "/admin/acme/settings/payments/card.pay"


@pytest.fixture
def owner(app: Flask, tenant: Any, guest: Guest) -> Visitor:
    """The owner of a store that has the plugin on."""
    guest("card", CODE, hooks=[])
    switch_on(tenant, "card")
    return owner_of(app, tenant)


def save(owner: Visitor, key: str, **more: str) -> int:
    return int(owner.post(URL, {"name": "Card", "region": "EU", "key": key, **more}).status_code)


def stored(tenant: Any) -> tuple[str | None, dict[str, str], dict[str, Any]]:
    with tenant_scope(tenant.id, readonly=True), unit_of_work():
        row: PaymentGateway = get_gateway("card.pay")
        return row.credentials, credentials_of(row), dict(row.config)


def test_secrets_are_typed_kept_and_never_shown(tenant: Any, owner: Visitor) -> None:
    page = owner.get(URL).text
    assert "Key of the provider" in page and 'type="password"' in page and "/test" not in page
    assert owner.post(f"{URL}/switch", {"active": "1"}).status_code == 422  # the key is missing
    assert "Fill this in." in owner.post(f"{URL}/switch", {"active": "1"}).text
    assert save(owner, "") == 422
    assert save(owner, "right", switch_on="1") == 303
    first = stored(tenant)
    assert first[1:] == ({"key": "right"}, {"region": "EU"})
    page = owner.get(URL).text
    assert (
        "Stored. Leave it empty to keep it." in page
        and "right" not in page.split("<main")[1].split("status")[0]
    )
    assert 'value="right"' not in page
    assert save(owner, "", region="US") == 303
    assert stored(tenant) == (first[0], {"key": "right"}, {"region": "US"})  # not even sealed anew
    assert save(owner, "other") == 303
    assert stored(tenant)[1] == {"key": "other"}
    told = str([entry.changes for entry in entries("admin.save_payment_method", tenant.id)])
    assert "'EU'" in told and "right" not in told and "other" not in told


@pytest.mark.parametrize(
    ("key", "variant", "sentence"),
    [
        ("right", "success", "The provider answers for EU."),
        ("wrong", "destructive", "The provider answers for EU."),
        ("breaks", "destructive", "The test failed. Check the settings and try again."),
    ],
)
def test_what_is_saved_is_tried_while_nothing_is_open(
    owner: Visitor, key: str, variant: str, sentence: str
) -> None:
    save(owner, key)
    assert f'action="{URL}/test"' in owner.get(URL).text
    answer = owner.post(f"{URL}/test", {})
    assert answer.status_code == 200 and sentence in answer.text
    assert (
        f'data-variant="{variant}"'
        in answer.text.split(f'action="{URL}/test"')[0].split("Test the settings")[1]
    )
    assert [({"region": "EU", "key": key}, None)] == module_of("card").ASKED


def test_there_is_nothing_of_it_where_it_is_off(
    app: Flask, tenant: Any, other_tenant: Any, owner: Visitor
) -> None:
    theirs = owner_of(app, other_tenant)
    url = URL.replace("acme", other_tenant.tenant.slug)
    assert save(owner, "right") == 303
    for answer in (theirs.get(url), theirs.post(url, {"name": "x"}), theirs.post(f"{url}/test", {})):
        assert answer.status_code == 404
    assert "Card" not in theirs.get(url.removesuffix("/card.pay")).text
    assert theirs.post(f"{URL}/test", {}).status_code == 404
    assert module_of("card").ASKED == []


def test_what_cannot_be_tried_is_not_there(owner: Visitor) -> None:
    for slug in ("manual", "free", "test", "none"):  # none of them is stored yet
        assert owner.post(URL.replace("card.pay", f"{slug}/test"), {}).status_code == 404
