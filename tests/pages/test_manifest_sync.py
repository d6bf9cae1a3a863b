"""Theme folders and manifests become the system's rows."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask

from mtc.core.db import unit_of_work
from mtc.core.paths import ROOT
from mtc.core.tenancy import platform_scope
from mtc.pages import queries
from mtc.pages.models import Component, Layout, Template, Theme
from mtc.pages.services.manifest_sync import sync_all


def test_every_theme_and_component_of_the_tree_is_written(app: Flask) -> None:
    sync_all()
    manifests = {file.stem for file in ROOT.glob("templates/*/components/*.json")}
    with platform_scope("look"), unit_of_work():
        assert {row.slug for row in queries.system_rows(Theme)} == {"arcade", "folio", "slate"}
        assert {row.slug for row in queries.system_rows(Component)} == manifests
        assert {row.slug for row in queries.system_rows(Layout)} == {
            "account", "landing", "listing", "narrow", "product", "split", "standard",
        }  # fmt: skip
        pages = json.loads((ROOT / "themes/slate/theme.json").read_text())["pages"]
        slate = next(row for row in queries.system_rows(Theme) if row.slug == "slate")
        assert slate.is_default and slate.settings["base"] == "slate"
        own = {row.page: row for row in queries.system_rows(Template) if row.theme_id == slate.id}
        assert set(own) == set(pages)
        assert own["home"].override_config["widgets"] == pages["home"]["widgets"]


def test_a_second_time_writes_nothing(app: Flask, queries: Any) -> None:
    assert sync_all() > 40
    with queries() as seen:
        assert sync_all() == 0
    assert len(seen) == 6
    assert all(statement.startswith("SELECT") for statement in seen)
