"""Fields for passwords, wherever a page asks for one: masked, and open to password managers and pasting."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from flask import Flask

from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.identity import queries
from mtc.identity.services.email_tokens import JOIN, RESET, proof_token
from tests.security.fort import Fort, People

KNOWN = {"current-password", "new-password"}


class Fields(HTMLParser):
    """Collects the inputs that ask for a password."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element."""
        given = {name: value or "" for name, value in attrs}
        asks = re.search(r"pass|^old$|^again$", given.get("name", "")) or given.get("type") == "password"
        if tag == "input" and asks and given.get("type") != "hidden":
            self.found.append(given)


def test_fields_for_passwords_mask_and_let_managers_in(site: Flask, people: People, fort: Fort) -> None:
    assert fort.customer is not None
    with tenant_scope(fort.tenant_id), unit_of_work():
        customer = queries.customer(fort.tenant_id, fort.customer)
        assert customer is not None
        reset, joins = proof_token(customer, RESET), proof_token(customer, JOIN)
    asked = {
        "/login": (people.staff(""), 1),
        "/account-settings": (people.staff("owner"), 3),
        "/account/login": (people.shopper(), 1),
        "/account/password": (people.shopper(logged_in=True), 2),
        f"/account/reset/{reset}": (people.shopper(), 1),
        f"/account/join/{joins}": (people.shopper(), 1),
    }
    for path, (who, number) in asked.items():
        page = who.get(path)
        assert page.status_code == 200, path
        looked = Fields()
        looked.feed(page.text)
        assert len(looked.found) == number, (path, looked.found)
        for field in looked.found:
            assert field["type"] == "password" and field.get("autocomplete") in KNOWN, (path, field)
            assert "value" not in field or not field["value"], path
            assert int(field.get("maxlength", "128")) >= 128, (path, field)
            assert not {"readonly", "disabled", "pattern"} & field.keys(), (path, field)
    scripts = [file.read_text() for file in (Path(site.root_path) / "static" / "js").glob("*.js")]
    assert scripts and not any("paste" in script for script in scripts)
