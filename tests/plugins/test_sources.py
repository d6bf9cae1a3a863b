"""Plugins that are installed as packages, and one that is named by its folder."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from mtc import lifecycle
from mtc.app import create_app
from mtc.cli import main
from mtc.core.i18n import catalogs
from mtc.core.paths import ROOT, plugin_folder
from mtc.plugins.errors import PluginError
from mtc.plugins.services.loader import broken, load_places, loaded, sources
from mtc.plugins.services.sources import installed_places, place_of, places_in
from tests.plugins.kit import loading_places, switch_on
from tests.plugins.samples import adds, call, write
from tests.servers.database import settings_for

CODE = adds("!")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return folder


@pytest.fixture
def install(app: Flask, site: Path) -> Callable[..., Path]:
    """Put a plugin into the folder of packages, as pip does: install("id", code, **manifest)."""

    def put(plugin: str, code: str = CODE, *, target: str = "", **manifest: Any) -> Path:
        package = write(site, plugin, code, **manifest).rename(site / f"mtc_plugin_{plugin}")
        facts = site / f"mtc_plugin_{plugin}-1.2.0.dist-info"
        facts.mkdir()
        (facts / "METADATA").write_text(f"Metadata-Version: 2.4\nName: mtc-plugin-{plugin}\nVersion: 1.2.0\n")
        (facts / "entry_points.txt").write_text(f"[mtc.plugins]\n{plugin} = {target or package.name}\n")
        return package

    return put


def test_an_installed_package_is_a_plugin(app: Flask, install: Any, tenant: Any, other_tenant: Any) -> None:
    folder = install("parcel")
    with loading_places(installed_places):
        assert loaded(app)["parcel"].folder == folder
        assert loaded(app)["parcel"].package == "mtc_plugin_parcel"
        assert sources(app)["parcel"] == "package mtc-plugin-parcel 1.2.0"
        switch_on(tenant, "parcel")
        assert (call(tenant), call(other_tenant)) == ("Game!", "Game")
    assert "parcel" not in sources(app)


def refusal() -> str:
    with pytest.raises(PluginError) as error, loading_places(installed_places):
        pass
    return error.value.message


def test_it_is_checked_like_one_in_a_folder(install: Any, site: Path) -> None:
    mark = site / "ran"
    install("parcel", f"open({str(mark)!r}, 'w')\nimport mtc.core.db\n" + CODE, trust=None)
    assert refusal().startswith("parcel: plugin.py, line 3, imports mtc.core.db.")
    assert not mark.exists()


def test_the_entry_point_is_called_like_the_id(install: Any, site: Path) -> None:
    install("parcel", id="packet")
    assert refusal() == "parcel: the entry point must be called like the id, packet."


@pytest.mark.parametrize("target", ["mtc_plugin_gone", "mtc_plugin_parcel.plugin.name", "json.decoder"])
def test_an_entry_point_that_names_no_package(install: Any, target: str) -> None:
    install("parcel", "", target=target)
    said = refusal()
    assert said.startswith(f"parcel: package mtc-plugin-parcel 1.2.0 names {target}, which is no package")


def test_of_two_with_one_id_neither_runs(app: Flask, install: Any, folder: Path) -> None:
    install("parcel")
    install("other")
    write(folder, "parcel", CODE)
    where = f"folder {folder} and package mtc-plugin-parcel 1.2.0"
    both = f"parcel: it is there twice, in {where}. Remove one of them."

    def places() -> Any:
        return [*places_in(folder), *installed_places()]

    with pytest.raises(PluginError) as error, loading_places(places):
        pass
    assert error.value.message == both
    load_places(app, places())
    try:
        assert broken(app) == {"parcel": both}
        assert set(loaded(app)) == {"order_guard", "other"}
    finally:
        app.extensions["mtc.hooks"].manager.unregister(name="other")
        loaded(app).pop("other")
        broken(app).clear()


def test_the_list_says_where_each_comes_from(
    app: Flask, install: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "_app", app)
    install("parcel", trust=None)
    with loading_places(installed_places):
        lines = CliRunner().invoke(main, ("plugin", "list")).output.splitlines()
    assert lines == [
        "order_guard             1.0.0       available   -",
        f"    folder {ROOT / 'plugins'}",
        "parcel                  1.0.0       available   -",
        "    package mtc-plugin-parcel 1.2.0",
    ]


def test_translations_of_a_package_are_read(
    app: Flask, install: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogs, "_added", [])
    folder = install("parcel")
    (folder / "locales").mkdir()
    with loading_places(installed_places):
        assert list(catalogs.folders())[-1] == folder / "locales"
    assert [path for path in catalogs.folders() if "order_guard" in path.parts] in ([], [ROOT / "plugins"])


def test_a_folder_that_is_named_takes_the_place_of_the_package(
    install: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("parcel")
    made = write(tmp_path / "src", "parcel", adds("?")).rename(tmp_path / "src" / "my_parcel")
    application = create_app(settings_for(tmp_path / "var"), plugin=made)
    assert broken(application) == {}
    assert loaded(application)["parcel"].folder == made
    assert loaded(application)["parcel"].package == "my_parcel"
    monkeypatch.delitem(sys.modules, "my_parcel.plugin")
    monkeypatch.delitem(sys.modules, "my_parcel")


def test_a_folder_whose_name_python_cannot_import(app: Flask, tmp_path: Path) -> None:
    made = write(tmp_path, "parcel", CODE).rename(tmp_path / "mtc-parcel")
    with pytest.raises(PluginError) as error, loading_places(lambda: [place_of(made)]):
        pass
    assert error.value.message == (
        "parcel: Python cannot import the folder mtc-parcel."
        " Put its files into a folder called like mtc_plugin_parcel."
    )


def test_a_folder_of_plugins_is_named_by_a_setting(tmp_path: Path) -> None:
    write(tmp_path / "house_plugins", "parcel", CODE)
    application = create_app(settings_for(tmp_path / "var", plugins=str(tmp_path / "house_plugins")))
    assert set(loaded(application)) == {"order_guard", "parcel"}
    assert plugin_folder("") == ROOT / "plugins"
    for name in [name for name in sys.modules if name.split(".")[0] == "house_plugins"]:
        del sys.modules[name]
    sys.path.remove(str(tmp_path))
