"""`mtc plugin …`, and that starting and migrating register plugins."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from mtc import lifecycle
from mtc.cli import PLUGINS, main
from mtc.plugins import scaffold
from mtc.plugins.services.loader import loaded
from tests.plugins.kit import installed, loading, switch_off, switch_on
from tests.plugins.samples import adds
from tests.plugins.test_tenants import GUARD, registered
from tests.plugins.written import run_tests


@pytest.fixture
def house(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application of the tests as that of the process, on a database that is up to date."""
    monkeypatch.setattr(lifecycle, "_app", app)
    monkeypatch.setattr(lifecycle, "needs_migration", lambda _app: False)
    monkeypatch.setattr(lifecycle, "migrate_database", lambda _app: True)
    return app


def mtc(*arguments: str) -> str:
    """What the command prints, the sentence of a failure included."""
    return CliRunner().invoke(main, arguments).output


def test_starting_registers_plugins(house: Flask, tenant: Any) -> None:
    lifecycle.prepare()
    assert registered() == GUARD


def test_migrating_registers_plugins(house: Flask) -> None:
    assert mtc("migrate") == "The database is up to date.\n"
    assert registered() == GUARD


def test_the_list_says_who_has_them_on(house: Flask, tenant: Any, other_tenant: Any) -> None:
    line = "order_guard             1.0.0       available   "
    source = f"    folder {PLUGINS}\n"
    assert mtc("plugin", "list") == f"{line}-\n{source}"
    switch_on(tenant, "order_guard")
    switch_on(other_tenant, "order_guard")
    assert mtc("plugin", "list") == f"{line}acme, rival\n{source}"
    switch_off(other_tenant, "order_guard")
    assert mtc("plugin", "list") == f"{line}acme\n{source}"


def test_on_and_off(house: Flask, tenant: Any) -> None:
    settings = json.dumps({"blocked_domains": ["bad.example"]})
    on = ("plugin", "on", "order_guard", "--tenant", "acme")
    assert mtc(*on, "--settings", settings) == "order_guard is on for acme.\n"
    assert mtc("plugin", "off", "order_guard", "--tenant", "acme") == "order_guard is off for acme.\n"
    assert installed(tenant, "order_guard").status == "inactive"
    assert mtc(*on) == "order_guard is on for acme.\n"
    row = installed(tenant, "order_guard")
    assert (row.status, row.config) == ("active", {"blocked_domains": ["bad.example"]})


ON = ["on", "order_guard", "--tenant", "acme", "--settings"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["on", "nothing", "--tenant", "acme"], "mtc: There is no such plugin."),
        (["off", "order_guard", "--tenant", "acme"], "mtc: This plugin is not installed."),
        (["on", "order_guard", "--tenant", "who"], "mtc: there is no tenant called who. `mtc tenant"),
        ([*ON, "[]"], "mtc: write the settings as a JSON object"),
        ([*ON, "{"], "mtc: write the settings as a JSON object"),
        ([*ON, '{"chat_url": "x"}'], "\n  chat_url: "),
    ],
)
def test_what_cannot_be_done_is_said(house: Flask, tenant: Any, arguments: list[str], words: str) -> None:
    assert words in mtc("plugin", *arguments)


def test_new_plugins_are_made_beside_the_others(root: Path) -> None:
    assert root / "plugins" == PLUGINS


@pytest.mark.thorough
def test_a_new_plugin_works_and_so_do_its_tests(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "made"
    assert mtc("plugin", "new", "my_shop", "--folder", str(folder)) == (
        f"{folder}/my_shop is ready. Look into its README.md.\n"
    )
    files = sorted(path.relative_to(folder / "my_shop").as_posix() for path in folder.rglob("*.*"))
    assert files == ["README.md", "plugin.json", "plugin.py", "tests/test_my_shop.py"]
    with loading(folder):
        assert loaded(app)["my_shop"].manifest["name"] == "My shop"
        names = run_tests((folder / "my_shop" / "tests" / "test_my_shop.py").read_text())
    assert names == [
        "test_too_many_pieces_are_refused",
        "test_paid_orders_are_remembered",
        "test_another_tenant_is_left_alone",
        "test_no_statement_reaches_another_tenant",
        "test_no_request_reaches_another_tenant",
    ]


@pytest.mark.parametrize("plugin", ["My", "x", "a-b", "../up"])
def test_an_id_that_cannot_be_used(tmp_path: Path, plugin: str) -> None:
    assert mtc("plugin", "new", plugin, "--folder", str(tmp_path)).startswith("mtc: An id has 3 to 40")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    made = scaffold.new_plugin("my_shop", tmp_path)
    (made / "plugin.py").write_text("mine")
    assert mtc("plugin", "new", "my_shop", "--folder", str(tmp_path)) == (
        "mtc: There is a folder my_shop already.\n"
    )
    assert (made / "plugin.py").read_text() == "mine"


def test_the_list_names_those_that_are_trusted_with_all(house: Flask, guest: Any) -> None:
    guest("bold", adds("!"), trust="full")
    guest("modest", adds("!"), trust=None)
    said = mtc("plugin", "list").splitlines()
    [bold] = [number for number, line in enumerate(said) if line.startswith("bold ")]
    assert said[bold + 2] == "    It is trusted with all of MTC, not with the SDK alone."
    assert sum("trusted with all" in line for line in said) == 1
