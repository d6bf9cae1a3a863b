"""Plugins that are installed from packages: staged, used, replaced, rolled back and removed."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from mtc import lifecycle
from mtc.cli import main
from mtc.plugins.errors import PluginError
from mtc.plugins.services.loader import loaded
from mtc.plugins.services.packages import pack_plugin, read_package
from mtc.plugins.services.uploaded import UploadedPlugins
from tests.plugins.kit import loading_places, switch_off, switch_on
from tests.plugins.samples import write

CODE = "@hookimpl\ndef before_order_create(ctx, payload):\n    pass\n"
RUNS = "import sys\nsys.loyal_ran = True\n"


@pytest.fixture
def uploads(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[UploadedPlugins]:
    """The uploaded plugins of the installation; unsigned packages are let in."""
    monkeypatch.setattr(lifecycle, "_app", app)
    config = app.config["MTC"]
    object.__setattr__(config, "plugins_unsigned", True)
    yield UploadedPlugins(config.folder / "plugins")
    object.__setattr__(config, "plugins_unsigned", False)
    shutil.rmtree(config.folder / "plugins", ignore_errors=True)


def package(tmp_path: Path, version: str, code: str = CODE, **manifest: Any) -> Path:
    """The file of a package of the plugin `loyal`."""
    folder = tmp_path / f"source_{version}_{len(code)}"
    write(folder, "loyal", code, hooks=["before_order_create"], version=version, trust="sdk", **manifest)
    return pack_plugin(folder / "loyal", tmp_path)


def mtc(*arguments: Any) -> str:
    """What the command prints, the sentence of a failure included."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.output


def in_use(uploads: UploadedPlugins) -> str:
    """The version that would be loaded at the next start."""
    with loading_places(uploads.places):
        plugin = loaded(lifecycle._app).get("loyal")
        return plugin.manifest["version"] if plugin else ""


def test_a_plugin_goes_through_its_life(uploads: UploadedPlugins, tmp_path: Path, tenant: Any) -> None:
    told = mtc("plugin", "install", package(tmp_path, "1.0.0"))
    assert told.splitlines() == [
        "loyal 1.0.0: Loyal",
        "    not signed",
        "    hooks: before_order_create",
        "It takes effect when MTC starts again; `mtc migrate` brings its tables along.",
    ]
    assert in_use(uploads) == "1.0.0"
    assert "`mtc plugin upgrade` replaces it" in mtc("plugin", "install", package(tmp_path, "1.1.0"))
    mtc("plugin", "upgrade", package(tmp_path, "1.1.0"))
    assert in_use(uploads) == "1.1.0"
    assert "is no later version" in mtc("plugin", "upgrade", package(tmp_path, "1.0.9"))
    assert mtc("plugin", "rollback", "loyal").startswith("loyal 1.0.0 is in use.")
    assert in_use(uploads) == "1.0.0"
    assert mtc("plugin", "rollback", "loyal").startswith("loyal 1.1.0 is in use.")
    with loading_places(uploads.places):
        switch_on(tenant, "loyal")
        assert mtc("plugin", "remove", "loyal") == (
            f"mtc: {tenant.tenant.slug} has it on. Switch it off first, or use --force.\n"
        )
        switch_off(tenant, "loyal")
    assert mtc("plugin", "remove", "loyal").startswith("loyal is removed.")
    assert list(uploads.places()) == []
    assert mtc("plugin", "rollback", "loyal") == "mtc: No package of loyal is installed.\n"


def test_what_is_staged_does_not_run(uploads: UploadedPlugins, tmp_path: Path) -> None:
    told = mtc("plugin", "install", "--stage", package(tmp_path, "1.0.0", RUNS + CODE))
    assert told.splitlines()[-1] == "It is staged: `mtc plugin use loyal 1.0.0` puts it into use."
    assert uploads.find("loyal").staged == ["1.0.0"]
    assert in_use(uploads) == ""
    assert not hasattr(sys, "loyal_ran")
    mtc("plugin", "use", "loyal", "1.0.0")
    assert in_use(uploads) == "1.0.0"
    assert vars(sys).pop("loyal_ran")


def test_what_cannot_be_used_is_not_unpacked(uploads: UploadedPlugins, tmp_path: Path) -> None:
    foreign = package(tmp_path, "1.0.0", "from mtc.orders import services\n" + CODE)
    assert "loyal: plugin.py, line 2, imports mtc.orders" in mtc("plugin", "install", foreign)
    newer = package(tmp_path, "1.0.1", mtc=">=99")
    assert "the plugin needs >=99" in mtc("plugin", "install", newer)
    assert list(uploads.places()) == []
    assert not uploads.code_of("loyal", "1.0.0").exists()
    assert not uploads.code_of("loyal", "1.0.1").exists()


def test_a_version_is_one_set_of_files(uploads: UploadedPlugins, tmp_path: Path) -> None:
    first = read_package(package(tmp_path, "1.0.0").read_bytes(), [], unsigned=True)
    other = read_package(package(tmp_path, "1.0.0", CODE + "# more\n").read_bytes(), [], unsigned=True)
    uploads.stage(first)
    assert uploads.stage(first).staged == ["1.0.0"]
    with pytest.raises(PluginError, match=r"loyal 1\.0\.0 is there already, with other files"):
        uploads.stage(other)


def test_an_attempt_that_was_cut_off_is_made_again(uploads: UploadedPlugins, tmp_path: Path) -> None:
    left = uploads.code_of("loyal", "1.0.0")
    left.mkdir(parents=True)
    (left / "half.py").write_text("x")
    mtc("plugin", "install", package(tmp_path, "1.0.0"))
    assert in_use(uploads) == "1.0.0"
    assert not (left / "half.py").exists()


def test_a_state_that_cannot_be_read_stops_nothing(uploads: UploadedPlugins, tmp_path: Path) -> None:
    mtc("plugin", "install", package(tmp_path, "1.0.0"))
    state = uploads.code_of("loyal", "1.0.0").parents[1] / "loyal.json"
    whole = state.read_text()
    for text in ("", "{", "[]", '{"slug": 1, "more": 2}'):
        state.write_text(text)
        [place] = uploads.places()
        assert place.problem.startswith(f"{state} cannot be read (")
    state.write_text(whole)


def test_unsigned_packages_need_the_setting(uploads: UploadedPlugins, app: Flask, tmp_path: Path) -> None:
    object.__setattr__(app.config["MTC"], "plugins_unsigned", False)
    assert mtc("plugin", "install", package(tmp_path, "1.0.0")) == (
        "mtc: It is not signed. Sign it with `mtc plugin pack --key`.\n"
    )


def test_a_key_signs_what_its_installation_trusts(
    uploads: UploadedPlugins, app: Flask, tmp_path: Path
) -> None:
    config = app.config["MTC"]
    object.__setattr__(config, "plugins_unsigned", False)
    private = tmp_path / "key.pem"
    told = mtc("plugin", "key", private)
    assert private.stat().st_mode & 0o777 == 0o600
    assert mtc("plugin", "key", private) == f"mtc: {private} cannot be written (File exists).\n"
    package(tmp_path, "1.0.0")
    folder = tmp_path / f"source_1.0.0_{len(CODE)}" / "loyal"
    signed = tmp_path / "signed"
    signed.mkdir()
    assert mtc("plugin", "pack", folder, "--to", signed, "--key", private) == (
        f"{signed / 'loyal-1.0.0.mtcplugin'} is ready.\n"
    )
    file = signed / "loyal-1.0.0.mtcplugin"
    assert "is not trusted here" in mtc("plugin", "install", file)
    object.__setattr__(config, "plugin_keys", told.strip().removeprefix("MTC_PLUGIN_KEYS="))
    assert "    signed by " in mtc("plugin", "install", file)
    object.__setattr__(config, "plugin_keys", "")
