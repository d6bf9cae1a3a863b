"""A plugin imports the SDK alone unless its manifest trusts it with all of MTC."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from mtc.plugins.services.loader import load_plugin, loaded
from mtc.plugins.services.sources import places_in
from tests.architecture.tree import ROOT
from tests.plugins.kit import loading
from tests.plugins.samples import adds, write
from tests.plugins.test_manifest import refusal

CODE = adds("!")
ASIDE = '. Import mtc.sdk only, or write "trust": "full" into plugin.json.'


@pytest.mark.parametrize(
    ("line", "module"),
    [
        ("import mtc", "mtc"),
        ("import mtc.core.db", "mtc.core.db"),
        ("import os, mtc.app as a", "mtc.app"),
        ("from mtc import core, sdk", "mtc.core"),
        ("from mtc.orders.services import get_order", "mtc.orders.services"),
        ("from mtc.sdk_of_mine import x", "mtc.sdk_of_mine"),
        ("def late():\n    from mtc.core import db", "mtc.core"),
        ("if False:\n    import mtc.infra", "mtc.infra"),
        ("from mtc.sdk.testing import open_shop", "mtc.sdk.testing"),
        ("from mtc.sdk import testing", "mtc.sdk.testing"),
    ],
)
def test_another_part_of_mtc_is_refused(app: Flask, folder: Path, line: str, module: str) -> None:
    write(folder, "eager", CODE + line, trust=None)
    said = refusal(folder)
    assert said.startswith("eager: plugin.py, line ")
    assert said.endswith(f"imports {module}{ASIDE}")
    assert "eager" not in loaded(app)


def test_the_code_is_read_and_not_run(app: Flask, folder: Path) -> None:
    mark = folder / "ran"
    write(folder, "eager", f"open({str(mark)!r}, 'w')\nimport mtc.core.db\n" + CODE, trust=None)
    assert "line 3, imports mtc.core.db" in refusal(folder)
    assert not mark.exists()


@pytest.mark.parametrize("file", ["helper.py", "routes/admin.py", "__init__.py"])
def test_every_module_is_looked_at(app: Flask, folder: Path, file: str) -> None:
    made = write(folder, "eager", CODE, trust=None)
    (made / file).parent.mkdir(exist_ok=True)
    (made / file).write_text("from mtc.core import db\n")
    assert refusal(folder) == f"eager: {file}, line 1, imports mtc.core{ASIDE}"


@pytest.mark.parametrize(
    "line",
    [
        "import mtc.sdk",
        "from mtc.sdk.values import now",
        "from mtc import sdk",
        "import json",
        "from . import plugin",
    ],
)
def test_the_sdk_and_all_else_is_open(app: Flask, folder: Path, line: str) -> None:
    write(folder, "modest", f"{CODE}\n{line}\n", trust=None)
    with loading(folder):
        assert "modest" in loaded(app)


def test_full_trust_lifts_it(app: Flask, folder: Path) -> None:
    write(folder, "trusted", f"{CODE}\nfrom mtc.core import db\n", trust="full")
    with loading(folder):
        assert loaded(app)["trusted"].manifest["trust"] == "full"


def test_tests_may_import_everything(app: Flask, folder: Path) -> None:
    made = write(folder, "modest", CODE, trust=None)
    for file in ("tests/test_modest.py", "conftest.py"):
        (made / file).parent.mkdir(exist_ok=True)
        (made / file).write_text("from mtc.core import db\n")
    with loading(folder):
        assert "modest" in loaded(app)


def test_a_newer_sdk_is_refused(app: Flask, folder: Path) -> None:
    write(folder, "newer", CODE, sdk="2")
    assert refusal(folder) == "newer: this MTC has SDK 1, the plugin needs 2."


def test_plugins_that_ship_need_no_trust() -> None:
    for place in places_in(ROOT / "plugins"):
        assert load_plugin(place).manifest.get("trust", "sdk") == "sdk", place.name
