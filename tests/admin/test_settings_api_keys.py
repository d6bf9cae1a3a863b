"""The page of API keys: seen by who reads settings, made by owners, shown once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.identity.services import create_default_roles
from mtc.identity.services.api_keys import secret_hash
from tests.api.programs import Program
from tests.audit.log import entries
from tests.security.fort import Fort, People, hire
from tests.storefront.conftest import site

__all__ = ["site"]
PAGE = "/admin/acme/keys"
FORM: dict[str, Any] = {"name": "Ledger", "scopes": ["orders:read"], "expires": "30"}


@pytest.fixture
def people(site: Flask, tenant: Any) -> People:
    """Who works at Acme."""
    with tenant_scope(tenant.id), unit_of_work():
        create_default_roles(tenant.id)
    return hire(site, Fort(tenant.id, "acme", "http://acme.localhost:8000"))


def test_a_key_is_made_shown_once_used_and_taken_back(site: Flask, people: People) -> None:
    owner = people.staff("owner")
    assert "No program has a key" in owner.get(PAGE).text
    made = owner.post(PAGE, FORM)
    found = re.search(r'id="new-key"[^>]*>(mtc_live_\w{8}_\w{32})<', made.text)
    assert made.status_code == 200 and found is not None
    assert made.headers["Cache-Control"] == "no-store" and f'data-ui-copy="{found[1]}"' in made.text
    later = owner.get(PAGE).text
    assert found[1][18:] not in later and found[1][:17] in later and "last used never" in later
    program = Program(site, "acme", found[1])
    assert program.get("/orders").status_code == 200
    assert "last used just now" in owner.get(PAGE).text
    which = re.search(rf"{PAGE}/([0-9a-f-]{{36}})/revoke", later)
    assert which is not None
    gone = owner.post(f"{PAGE}/{which[1]}/revoke")
    assert (gone.status_code, gone.headers["Location"]) == (303, PAGE)
    after = owner.get(PAGE).text
    assert "Its program is refused from now on" in after and ">Revoked</span>" in after
    assert f"{which[1]}/revoke" not in after
    assert program.get("/orders").status_code == 401
    told = {one.summary: one for one in entries(tenant_id=people.fort.tenant_id)}
    assert set(told) == {"Made an API key", "Revoked an API key"}
    changes = str([one.changes for one in told.values()])
    assert "orders:read" in changes
    assert found[1][18:] not in changes and secret_hash(found[1]) not in changes


def test_what_is_wrong_is_said_and_what_was_typed_stays(people: People) -> None:
    owner = people.staff("owner")
    for field, more, sentence in (
        ("name", {"name": ""}, "Name the program"),
        ("scopes", {"scopes": []}, "Choose what the program may do"),
        ("scopes", {"scopes": ["api_keys:write"]}, "Choose what the program may do"),
        ("scopes", {"scopes": ["*"]}, "Choose what the program may do"),
        ("expires", {"expires": "99999"}, "Choose from the list"),
    ):
        answer = owner.post(PAGE, {**FORM, **more})
        assert answer.status_code == 422 and sentence in answer.text, (field, answer.status_code)
        assert "new-key" not in answer.text
        assert field == "name" or 'value="Ledger"' in answer.text
    assert "No program has a key" in owner.get(PAGE).text


def test_who_only_reads_the_settings_sees_the_keys_and_makes_none(people: People) -> None:
    assert people.staff("owner").post(PAGE, FORM).status_code == 200
    manager, support = people.staff("manager"), people.staff("support")
    page = manager.get(PAGE)
    assert page.status_code == 200 and "Ledger" in page.text
    assert "Make a key" not in page.text and "/revoke" not in page.text
    assert manager.post(PAGE, FORM).status_code == 403
    assert support.get(PAGE).status_code == 403


def test_scopes_are_offered_that_an_endpoint_asks_for(people: People) -> None:
    page = people.staff("owner").get(PAGE).text
    offered = set(re.findall(r'name="scopes"[^>]* value="([\w:]+)"', page))
    assert "orders:read" in offered
    assert not offered & {"api_keys:write", "mail:read"}
