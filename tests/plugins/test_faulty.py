"""One faulty plugin stops nothing: it is listed with its sentence, everything else starts."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app

from mtc.core.errors import NotFoundError
from mtc.core.tenancy import platform_scope
from mtc.plugins import cli, queries
from mtc.plugins.services import install_plugin, sync_plugins
from mtc.plugins.services.loader import broken, load_plugins, loaded
from mtc.tasks.services import run_due
from tests.orders.shop import open_shop, order_of
from tests.plugins.kit import at_work, loading, switch_on, unload
from tests.plugins.samples import adds, call, tasks_of, write
from tests.servers.database import both_databases

Spoil = Callable[[Path], None]


def text(name: str, content: str) -> Spoil:
    return lambda place: (place / name).write_text(content) and None


def replaced(name: str, make: Callable[[Path], Any]) -> Spoil:
    def spoil(place: Path) -> None:
        (place / name).unlink()
        make(place / name)

    return spoil


def code(body: str) -> Spoil:
    return text("plugin.py", body)


FAULTS: dict[str, tuple[Spoil, str]] = {
    "broken JSON": (text("plugin.json", "{"), "plugin.json is no JSON"),
    "JSON without end": (text("plugin.json", "[" * 100_000), "plugin.json is no JSON"),
    "a list": (text("plugin.json", "[]"), "It must be a JSON object."),
    "no UTF-8": (lambda place: (place / "plugin.json").write_bytes(b"\xff") and None, "is no JSON"),
    "empty": (text("plugin.json", ""), "plugin.json is no JSON"),
    "a bad manifest": (text("plugin.json", '{"id": "faulty"}'), "must be given"),
    "a manifest that is a folder": (replaced("plugin.json", Path.mkdir), "plugin.json cannot be read"),
    "a manifest that is a loop": (
        replaced("plugin.json", lambda file: file.symlink_to(file)),
        "plugin.json cannot be read",
    ),
    "a manifest that leads nowhere": (
        replaced("plugin.json", lambda file: file.symlink_to("/nowhere")),
        "plugin.json cannot be read",
    ),
    "no code": (lambda place: (place / "plugin.py").unlink(), "it has no plugin.py"),
    "code that is a folder": (replaced("plugin.py", Path.mkdir), "it has no plugin.py"),
    "code that is a loop": (replaced("plugin.py", lambda file: file.symlink_to(file)), "it has no plugin.py"),
    "a syntax error": (code("def"), "plugin.py cannot be imported (SyntaxError"),
    "a null byte": (code("\0"), "plugin.py cannot be imported"),
    "a module that is not there": (code("import nothing_of_that_name"), "(ModuleNotFoundError"),
    "a name that is not there": (code("from mtc.sdk import nothing"), "(ImportError"),
    "an error": (code("1 / 0"), "(ZeroDivisionError"),
    "an end of the program": (code("raise SystemExit(3)"), "(SystemExit"),
    "an error of its own base": (code("class Odd(BaseException): pass\nraise Odd('x')"), "(Odd: x)"),
    "a loop of calls": (code("def f(): f()\nf()"), "(RecursionError"),
    "no hook": (code(""), "manifest and code differ in these hooks"),
    "another hook": (
        code("from mtc.sdk import hookimpl\n@hookimpl\ndef before_checkout(ctx, payload): pass\n"),
        "manifest and code differ in these hooks",
    ),
    "other parameters": (
        code("from mtc.sdk import hookimpl\n@hookimpl\ndef before_product_create(a, b): pass\n"),
        "write the parameters as ctx, payload",
    ),
}


@pytest.fixture
def faulty(app: Flask, folder: Path) -> Any:
    """Load a folder with one sound and one faulty plugin."""
    before, paths = set(loaded(app)), list(sys.path)

    def load(spoil: Spoil, name: str = "faulty", **manifest: Any) -> None:
        write(folder, "sound", adds(" sound"))
        spoil(write(folder, name, adds(" faulty"), **manifest))
        load_plugins(current_app, folder)

    yield load
    unload(set(loaded(app)) - before)
    broken(app).clear()
    sys.path[:] = paths
    for name in [name for name in sys.modules if name.split(".")[0] == folder.name]:
        del sys.modules[name]


@pytest.mark.parametrize("fault", FAULTS)
def test_it_is_listed_and_the_others_run(
    app: Flask, faulty: Any, tenant: Any, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    spoil, sentence = FAULTS[fault]
    with caplog.at_level(logging.ERROR):
        faulty(spoil)
    assert set(broken(app)) == {"faulty"}
    assert broken(app)["faulty"].startswith("faulty: ")
    assert sentence in broken(app)["faulty"]
    assert broken(app)["faulty"] in caplog.text
    assert "faulty" not in loaded(app)
    switch_on(tenant, "sound")
    assert call(tenant) == "Game sound"
    assert not [name for name in sys.modules if name.startswith("guests.faulty.")]


@pytest.mark.parametrize("name", ["Faulty", "order_guard_2", "with space", ".hidden", "f" * 80])
def test_a_folder_that_is_not_called_like_its_id(app: Flask, faulty: Any, name: str) -> None:
    """So of two plugins of one id at most one runs."""
    faulty(lambda place: None, name, id="sound")
    assert "the folder must be called like the id" in broken(app)[name]
    assert "sound" in loaded(app)
    sync_plugins()


def test_a_folder_that_is_a_loop_stops_nothing(app: Flask, faulty: Any, folder: Path) -> None:
    (folder / "round").symlink_to(folder / "round")
    (folder / "again").symlink_to(folder)
    faulty(lambda place: None)
    assert {"sound", "faulty"} <= set(loaded(app))


@both_databases
def test_a_tenant_that_had_it_on_goes_on_and_is_told(
    app: Flask, folder: Path, tenant: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    both = adds(" faulty") + "@hookimpl\ndef after_order_paid(ctx, payload): ctx.remember('seen', {})\n"
    hooks = {"hooks": ["before_product_create", "after_order_paid"]}
    write(folder, "faulty", both, **hooks)
    shop = open_shop(tenant)
    with loading(folder):
        switch_on(tenant, "faulty")
        order_of(shop, (shop.free, 1))
    code("1 / 0")(folder / "faulty")
    try:
        load_plugins(app, folder)
        assert call(tenant) == "Game"
        run_due()
        [task] = tasks_of(tenant.id, "hooks.after")
        assert (task.status, task.attempts) == ("pending", 1)  # kept until it is mended
        assert "ZeroDivisionError" in task.error
        assert sync_plugins() == 1
        assert sync_plugins() == 0
        with at_work(tenant):
            [row] = queries.broken_plugins(tenant.id)
            assert (row.slug, row.problem) == ("faulty", broken(app)["faulty"])
            with pytest.raises(NotFoundError, match="This plugin is broken"):
                install_plugin(tenant.id, "faulty")
        cli.list_plugins()
        printed = capsys.readouterr().out
        assert "faulty                  1.0.0       broken      acme" in printed
        assert f"    {row.problem}" in printed
    finally:
        broken(app).clear()
        for name in [name for name in sys.modules if name.split(".")[0] == folder.name]:
            del sys.modules[name]
    with loading(folder.parent / "none"), platform_scope("look", readonly=True):
        sync_plugins()


def test_mended_it_is_available_again(app: Flask, faulty: Any, folder: Path) -> None:
    faulty(code("1 / 0"))
    sync_plugins()
    broken(app).clear()
    unload({"sound"})
    code("from mtc.sdk import hookimpl\n" + adds("!"))(folder / "faulty")
    load_plugins(app, folder)
    sync_plugins()
    with platform_scope("look", readonly=True):
        row = queries.plugin_by_slug("faulty")
    assert row is not None
    assert (row.status, row.problem, row.version) == ("available", "", "1.0.0")


@pytest.mark.thorough
def test_commands_run_beside_a_plugin_that_ends_the_program(tmp_path: Path) -> None:
    write(tmp_path / "plugins", "faulty", "raise SystemExit(3)")
    program = (
        "from mtc import cli; cli.main(['migrate'], standalone_mode=False)\n"
        "cli.main(['plugin', 'list'], standalone_mode=False)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={
            "MTC_VAR": str(tmp_path / "var"), "MTC_PLUGINS": str(tmp_path / "plugins"),
            "PATH": "/usr/bin:/bin",
        },
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, "broken" in done.stdout) == (0, True), done.stderr
    assert "A plugin is left out. faulty: plugin.py cannot be imported (SystemExit: 3)." in done.stderr
