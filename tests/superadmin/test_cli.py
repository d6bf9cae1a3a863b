"""Commands of the platform: the first super admin, starter product types."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from mtc import cli, lifecycle
from mtc.catalog import queries
from mtc.core.tenancy import tenant_scope
from tests.admin.people import Person
from tests.conftest import World

WORDS = "a mild winter in Graz"


def test_the_first_super_admin_is_made_at_the_terminal(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "flask_app", lambda: app)

    def said(email: str, password: str, again: str | None = None) -> tuple[int, str]:
        typed = f"Robin\n{password}\n{password if again is None else again}\n"
        done: Any = CliRunner().invoke(cli.main, ["user", "add-super-admin", email], input=typed)
        assert password not in done.output, "what is typed is not shown"
        return done.exit_code, done.output.strip().splitlines()[-1]

    assert said("robin", WORDS) == (1, "mtc: Check the e-mail address. Write it like name@example.com.")
    code, sentence = said("robin@mtc.example", "password123")
    assert (code, sentence[:29]) == (1, "mtc: Choose another password.")
    assert said("robin@mtc.example", WORDS, "something else")[0] == 1
    assert said("Robin@mtc.example", WORDS) == (
        0, "Robin@mtc.example runs this platform. The first log-in asks for a second factor to be set up.",
    )  # fmt: skip
    assert said("robin@mtc.example", WORDS)[1].startswith("mtc: There is a user with this address.")
    robin = Person(app, "robin@mtc.example")
    assert robin.post("/login", {"email": robin.email, "password": WORDS}).status_code == 303
    answer = robin.get("/platform/tenants")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account-settings/second-factor")


def test_starter_types_are_added_at_the_terminal(
    app: Flask, tenant: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "flask_app", lambda: app)
    for words, code, sentence in (
        (["acme", "ebook", "gift-card"], 0, "Added: E-book, Gift card."),
        (["acme", "ebook"], 0, "The tenant has them already."),
        (["acme", "moon"], 1, "mtc: there is no starter type moon. Choose from game-key, "),
        (["nobody", "ebook"], 1, "mtc: there is no tenant nobody. `mtc tenant list` shows them."),
    ):
        done: Any = CliRunner().invoke(cli.main, ["tenant", "add-types", *words])
        assert done.exit_code == code, words
        assert done.output.strip().startswith(sentence), words
    with tenant_scope(tenant.id, readonly=True):
        assert [one.slug for one in queries.type_book().types] == ["ebook", "gift-card"]
