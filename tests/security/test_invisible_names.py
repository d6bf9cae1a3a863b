"""Services keep the names of people and things without characters that nobody sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from mtc.core.db import unit_of_work
from mtc.core.errors import ValidationError
from mtc.core.tenancy import platform_scope
from mtc.delivery.services.methods import save_method
from mtc.emails.services.outbox import send_email
from mtc.identity.services import create_user
from mtc.identity.services.customers import guest_customer
from mtc.identity.services.email_tokens import JOIN, join, proof_token
from mtc.payments.services.gateways import save_gateway
from mtc.payments.services.methods import update_method
from mtc.team.services.invitations import invite
from mtc.tenants.queries import stores_of
from mtc.tenants.services import create_store, create_tenant, update_store
from mtc.tenants.services.menus import save_menus
from mtc.tenants.services.store_lookup import store_info
from tests.factories.tenants import World

TYPED, KEPT = "\ufeffNorth\u202e \u200bLi\u00adght\u2069", "North Light"
UNSEEN = "\u200b\u2060\u202e"
PASSWORD = "correct horse battery"


def _join(world: World, name: str) -> str:
    customer = guest_customer(world.id, "ada@mail.example")
    return join(world.id, proof_token(customer, JOIN), PASSWORD, name).name


def _label(world: World, name: str) -> str:
    shop = store_info(stores_of(world.id)[0])
    saved = save_menus(shop, navigation=[{"label": name, "url": "/about"}])
    return str(saved.settings["navigation"][0]["label"])


PLACES: dict[str, Callable[[World, str], Any]] = {
    "customer": _join,
    "store": lambda world, name: create_store(world.id, "second", name, currency="EUR").name,
    "settings, name": lambda world, name: update_store(world.id, world.store.id, name=name).name,
    "settings, tagline": lambda world, name: update_store(world.id, world.store.id, tagline=name).tagline,
    "menu": _label,
    "way of delivery": lambda world, name: save_method("email", "mail", name).name,
    "payment method": lambda world, name: update_method("free", name=name).name,
    "gateway": lambda world, name: save_gateway("test", "test-two", name).name,
    "subject of a mail": lambda world, name: _subject(name),
}


def _subject(name: str) -> str:
    mail = send_email("note", to="ada@mail.example", subject=name, text="…")
    assert mail is not None
    return mail.subject


@pytest.mark.parametrize("place", PLACES)
def test_the_services_of_a_tenant_keep_what_is_seen(place: str, scope: World) -> None:
    with unit_of_work():
        assert PLACES[place](scope, TYPED) == KEPT


@pytest.mark.parametrize("place", ["settings, name", "way of delivery", "payment method", "gateway"])
def test_a_name_of_nothing_that_is_seen_is_refused(place: str, scope: World) -> None:
    with unit_of_work(), pytest.raises(ValidationError) as refused:
        PLACES[place](scope, UNSEEN)
    assert list(refused.value.details) == ["name"]


def test_the_platform_does_as_well(app: Flask) -> None:
    with platform_scope("names"), unit_of_work():
        assert create_tenant("north", TYPED).name == KEPT
        assert create_user("ada@staff.example", TYPED, PASSWORD).name == KEPT
        with pytest.raises(ValidationError):
            create_tenant("south", UNSEEN)


def test_nobody_is_invited_at_an_address_that_looks_like_another(scope: World) -> None:
    from_owner: Any = None  # the address is judged before anything else
    with unit_of_work(), pytest.raises(ValidationError) as refused:
        invite(scope.id, from_owner, "ad\u200ba@mail.example", "staff")
    assert list(refused.value.details) == ["email"]
