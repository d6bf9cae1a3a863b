"""docs/plugins/ is true: its plugin loads and its tests pass, its tables name what there is."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest
from flask import Flask

from mtc.plugins import scaffold
from mtc.plugins.manifest import REQUIRED, manifest_schema
from mtc.plugins.services import PluginContext
from mtc.plugins.services.before_hook_results import BUDGET_SECONDS
from mtc.plugins.services.circuit_breaker import FAILURES_TO_OPEN, OPEN_FOR
from mtc.plugins.services.loader import loaded
from mtc.plugins.services.plugin_db import MOST_ROWS, MOST_STATEMENTS, PluginDb
from mtc.testing import plugin_fixtures
from tests.plugins import clockwork, ledger, slot_table
from tests.plugins.kit import loading
from tests.plugins.written import run_tests


@pytest.fixture
def pages(root: Path) -> dict[str, str]:
    """The pages by their names."""
    return {file.stem: file.read_text() for file in (root / "docs" / "plugins").glob("*.md")}


def table(page: str) -> list[str]:
    """The first column of the first table of a page."""
    return re.findall(r"^\| `([^`]+)`", page.split("\n## ")[0], re.M)


def test_the_example_works(app: Flask, pages: dict[str, str], tmp_path: Path) -> None:
    examples = re.findall(r"^`plugins/(\S+)`\n\n```\w+\n(.*?)^```$", pages["README"], re.M | re.S)
    folder = tmp_path / "documented"
    for name, text in [one for one in examples if one[0].startswith("campaign/")]:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    with loading(folder):
        assert loaded(app)["campaign"].priorities == {
            "before_checkout": 10,
            "before_order_create": 100,
            "after_order_paid": 100,
        }
        assert run_tests((folder / "campaign" / "tests" / "test_campaign.py").read_text()) == [
            "test_closed_countries_are_refused",
            "test_the_campaign_stands_in_the_order",
            "test_the_counter_is_told_once",
        ]


def test_the_example_of_slots_works(app: Flask, pages: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "slotted"
    for name, text in re.findall(r"^`plugins/(\S+)`\n\n```\w+\n(.*?)^```$", pages["slots"], re.M | re.S):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    with loading(folder):
        test = (folder / "points" / "tests" / "test_points.py").read_text()
        assert run_tests(test) == ["test_its_component_is_there"]


def test_the_table_of_slots_is_that_of_the_code(pages: dict[str, str]) -> None:
    assert slot_table.written() == pages["slots"], "run python -m tests.plugins.slot_table"


@pytest.mark.thorough
def test_the_leak_tests_work(app: Flask, pages: dict[str, str], tmp_path: Path) -> None:
    example = pages["testing"].split("`plugins/my_shop/tests/test_leaks.py`\n\n```python\n")[1]
    scaffold.new_plugin("my_shop", tmp_path / "leakless")
    with loading(tmp_path / "leakless"):
        assert run_tests(example.split("\n```\n")[0]) == [
            "test_no_statement_reaches_another_tenant",
            "test_no_request_reaches_another_tenant",
        ]


def test_the_fixtures_of_the_kit_are_those_of_the_page(pages: dict[str, str]) -> None:
    kit = pages["testing"].split('`pytest_plugins = ["mtc.testing.plugin"]`')[1].split("## ")[0]
    source = Path(plugin_fixtures.__file__).with_name("plugin.py").read_text()
    assert sorted(re.findall(r"^\| `(\w+)` \|", kit, re.M)) == sorted(
        re.findall(r"@pytest.fixture\ndef (\w+)\(", source)
    )


def test_every_name_of_the_manifest_is_explained(app: Flask, pages: dict[str, str]) -> None:
    assert sorted(table(pages["manifest"])) == sorted(manifest_schema()["properties"])
    section = pages["manifest"].split("\n## ")[0]
    needed = ["id", "name", "version", "mtc", "sdk", "hooks"]
    assert re.findall(r"^\| `(\w+)` \| yes", section, re.M) == needed
    assert sorted(REQUIRED) == sorted(needed)


def test_everything_that_a_plugin_is_handed_is_explained(pages: dict[str, str]) -> None:
    methods = {name for name in vars(PluginContext) if not name.startswith("_")}
    names = {field.name for field in fields(PluginContext) if not field.name.startswith("_")}
    handed = {f"ctx.{name}" for name in methods | names}
    assert {name.split("(")[0] for name in table(pages["context"])} == handed


def test_what_tests_may_use_is_there(pages: dict[str, str]) -> None:
    for name in table(pages["testing"]):
        module, _, attribute = name.split("(")[0].rpartition(".")
        assert hasattr(import_module(module), attribute), name


def test_the_numbers_are_those_of_the_code() -> None:
    assert (FAILURES_TO_OPEN, OPEN_FOR.total_seconds(), BUDGET_SECONDS) == (3, 300, 0.5)


def test_the_plugin_with_tables_is_the_one_that_is_tested(pages: dict[str, str]) -> None:
    found = re.findall(r"^`plugins/ledger/(\S+)`\n\n```python\n(.*?)^```$", pages["tables"], re.M | re.S)
    examples = dict(found)
    assert examples == {
        "models.py": ledger.MODELS,
        "plugin.py": ledger.CODE,
        "migrations/versions/0001_points.py": ledger.FIRST,
    }


def test_the_plugin_with_jobs_is_the_one_that_is_tested(pages: dict[str, str]) -> None:
    found = re.findall(r"^`plugins/points/(\S+)`\n\n```\w+\n(.*?)^```$", pages["jobs"], re.M | re.S)
    examples = dict(found)
    assert examples["plugin.py"] == clockwork.CODE
    described = json.loads(examples["plugin.json"])
    names = [name for name in clockwork.MANIFEST if name != "trust"]
    assert [described[name] for name in names] == [clockwork.MANIFEST[name] for name in names]


def test_everything_of_the_database_of_a_plugin_is_explained(pages: dict[str, str]) -> None:
    methods = {name for name in vars(PluginDb) if not name.startswith("_")}
    section = pages["tables"]
    assert set(re.findall(r"`ctx\.db\.(\w+)\(", section)) == methods
    assert f"more than {MOST_STATEMENTS} statements" in section and f"more than {MOST_ROWS:,} rows" in section
