"""Callbacks of a plugin's life with a tenant, and what refuses a step."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.hooks import Reject
from mtc.plugins import queries as reads
from mtc.plugins.services import (
    activate,
    install_plugin,
    settings_to_test,
    state_of,
    try_plugin_settings,
    uninstall_plugin,
)
from mtc.plugins.services import callbacks as calling
from tests.plugins.kit import at_work, installed, loading, remembered, switch_off, switch_on
from tests.plugins.samples import write
from tests.plugins.test_manifest import refusal
from tests.servers.database import both_databases

Guest = Callable[..., None]
URL = "https://greetings.example/me"
BREAKS = "def {name}:\n    ctx.state.increment('calls')\n    raise RuntimeError('lost')\n"


@pytest.fixture
def greeter(root: Path, app: Flask, folder: Path) -> Iterator[None]:
    """The example of docs/plugins/lifecycle.md."""
    page = (root / "docs" / "plugins" / "lifecycle.md").read_text()
    code = page.split("`plugins/greeter/plugin.py`\n\n```python\n")[1].split("\n```\n")[0]
    settings = json.loads(page.split("```json\n")[1].split("\n```\n")[0])
    facts = {"hooks": [], "hosts": ["greetings.example"], "settings_schema": settings}
    made = write(folder, "greeter", "", trust=None, **facts)
    (made / "plugin.py").write_text(code)
    with loading(folder):
        yield


def number(world: Any, plugin: str, key: str) -> int:
    with at_work(world):
        stored = state_of(plugin, world.id).get(key)
        return stored.number if stored else 0


def stored(world: Any, plugin: str) -> Any:
    with at_work(world):
        return reads.installation(world.id, plugin)


@both_databases
def test_the_example_works(greeter: None, tenant: Any, other_tenant: Any, ports: Any, caplog: Any) -> None:
    switch_on(tenant, "greeter", key="hush")
    assert remembered(tenant, "greeter", "greetings") == {"since": "1.0.0"}
    assert number(tenant, "greeter", "switched on") == 1
    with at_work(tenant):
        install_plugin(tenant.id, "greeter", {"name": "Eve"})
        install_plugin(tenant.id, "greeter", {"name": "Eve"})
    assert remembered(tenant, "greeter", "former name") == {"name": "Ada"}
    for status, said in ((200, "The key works."), (403, "The server answered 403. Check the key.")):
        ports.http.on("GET", URL, status=status)
        with at_work(tenant):
            plugin, settings = settings_to_test(tenant.id, "greeter")
        result = try_plugin_settings(tenant.id, plugin, settings)
        assert (result.ok, result.message) == (status == 200, said)
    assert ports.http.requests[0].headers["x-key"] == "hush"
    with caplog.at_level("INFO"), at_work(tenant):
        uninstall_plugin(tenant.id, "greeter", keep=True)
    assert "Good-bye, Eve." in caplog.text
    assert stored(other_tenant, "greeter") is None


@both_databases
def test_one_that_refuses_leaves_it_off_with_its_sentence(greeter: None, tenant: Any) -> None:
    with pytest.raises(Reject, match="Nobody can be greeted"):
        switch_on(tenant, "greeter", name="nobody")
    assert (installed(tenant, "greeter").status, number(tenant, "greeter", "switched on")) == ("inactive", 0)


@both_databases
@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("on_install(ctx)", 0),
        ("on_activate(ctx)", 1),
    ],
)
def test_one_that_breaks_refuses_and_leaves_nothing(
    app: Flask, guest: Guest, tenant: Any, caplog: Any, name: str, steps: int
) -> None:
    guest("clumsy", BREAKS.format(name=name), hooks=[])
    callback = name.partition("(")[0]
    sentence = f"Clumsy has failed ({callback}), and nothing was changed. Please tell who made the plugin."
    with pytest.raises(ConflictError) as error:
        switch_on(tenant, "clumsy")
    assert str(error.value.message) == sentence
    assert number(tenant, "clumsy", "calls") == 0
    assert f"The plugin clumsy broke in {callback}." in caplog.text
    row = stored(tenant, "clumsy")
    assert (row is not None) == bool(steps)
    if row:
        assert (row.status, row.last_error) == ("inactive", "on_activate: RuntimeError: lost")
        assert row.last_error_at is not None


def test_settings_stay_when_their_callback_breaks(app: Flask, guest: Guest, tenant: Any) -> None:
    schema = {"type": "object", "properties": {"word": {"type": "string"}}}
    code = BREAKS.format(name="on_settings_change(ctx, old, new)")
    guest("clumsy", code, hooks=[], settings_schema=schema)
    switch_on(tenant, "clumsy", word="one")
    with at_work(tenant), pytest.raises(ConflictError, match="has failed"):
        install_plugin(tenant.id, "clumsy", {"word": "two"})
    assert installed(tenant, "clumsy").config == {"word": "one"}


def test_switching_off_and_uninstalling_go_on(app: Flask, guest: Guest, tenant: Any, caplog: Any) -> None:
    code = BREAKS.format(name="on_deactivate(ctx)") + BREAKS.format(name="on_uninstall(ctx, keep)")
    guest("clumsy", code, hooks=[])
    switch_on(tenant, "clumsy")
    switch_off(tenant, "clumsy")
    assert installed(tenant, "clumsy").status == "inactive"
    switch_on(tenant, "clumsy")
    with at_work(tenant):
        uninstall_plugin(tenant.id, "clumsy", keep=True)
    assert installed(tenant, "clumsy").status == "uninstalled"
    assert "broke in on_deactivate" in caplog.text and "broke in on_uninstall" in caplog.text
    assert number(tenant, "clumsy", "calls") == 0


@both_databases
def test_one_that_hangs_is_given_up_and_what_it_wrote_is_undone(
    app: Flask, guest: Guest, tenant: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "CALLBACK_SECONDS", 0.3)
    guest(
        "slow",
        "import time\n"
        "def on_activate(ctx):\n    ctx.state.increment('calls')\n"
        "    end = time.monotonic() + 20\n    while time.monotonic() < end:\n        time.sleep(0.01)\n",
        hooks=[],
    )
    with pytest.raises(ConflictError, match=r"Slow has failed \(on_activate\)"):
        switch_on(tenant, "slow")
    assert (installed(tenant, "slow").status, number(tenant, "slow", "calls")) == ("inactive", 0)


def test_one_that_has_written_calls_nobody(app: Flask, guest: Guest, tenant: Any, ports: Any) -> None:
    ports.http.on("GET", URL)
    guest(
        "chatty",
        f"def on_install(ctx):\n    ctx.state.increment('calls')\n    ctx.http.request('GET', {URL!r})\n",
        hooks=[],
    )
    with pytest.raises(ConflictError):
        switch_on(tenant, "chatty")
    assert ports.http.requests == [] and stored(tenant, "chatty") is None


@pytest.mark.parametrize("code", ["def on_install():\n    pass\n", "on_install = 3\n"])
def test_one_with_other_parameters_is_refused_when_it_is_loaded(app: Flask, folder: Path, code: str) -> None:
    write(folder, "odd", code, hooks=[])
    assert refusal(folder) == "odd: write the parameters of on_install as ctx."


def test_missing_settings_are_named_when_it_is_switched_on(app: Flask, guest: Guest, tenant: Any) -> None:
    schema = {"type": "object", "required": ["word"], "properties": {"word": {"type": "string"}}}
    guest("wordy", "", hooks=[], settings_schema=schema)
    switch_on(tenant, "order_guard")
    with at_work(tenant):
        install_plugin(tenant.id, "wordy")
    with at_work(tenant), pytest.raises(ValidationError) as error:
        activate(tenant.id, "wordy")
    assert list(error.value.details) == ["word"]


def test_what_it_requires_must_be_on_in_that_version(app: Flask, guest: Guest, tenant: Any) -> None:
    guest("base", "", hooks=[])
    guest("above", "", hooks=[], requires=[{"plugin": "base", "version": ">=1.0"}])
    guest("ahead", "", hooks=[], requires=[{"plugin": "base", "version": ">=2"}])
    with pytest.raises(ConflictError, match=r"Above needs the plugin Base. Switch that on first\."):
        switch_on(tenant, "above")
    switch_on(tenant, "base")
    switch_on(tenant, "above")
    with pytest.raises(ConflictError, match=r"Ahead needs the plugin Base in the version >=2\."):
        switch_on(tenant, "ahead")


@pytest.mark.parametrize(("first", "then"), [("cats", "dogs"), ("dogs", "cats")])
def test_a_conflict_counts_for_both_sides(
    app: Flask, guest: Guest, tenant: Any, first: str, then: str
) -> None:
    guest("cats", "", hooks=[], conflicts=["dogs"])
    guest("dogs", "", hooks=[])
    switch_on(tenant, first)
    with pytest.raises(ConflictError, match="does not get along with"):
        switch_on(tenant, then)
    switch_off(tenant, first)
    switch_on(tenant, then)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("def test_settings(ctx, values):\n    raise Reject('No such key.')\n", "No such key."),
        (
            "def test_settings(ctx, values):\n    raise RuntimeError('lost')\n",
            "The test failed. Check the settings and try again.",
        ),
        (
            "def test_settings(ctx, values):\n    return True\n",
            "The test failed. Check the settings and try again.",
        ),
        (
            "def test_settings(ctx, values):\n    ctx.remember('a', {})\n",
            "The test failed. Check the settings and try again.",
        ),
    ],
)
def test_a_test_that_breaks_has_failed(app: Flask, guest: Guest, tenant: Any, code: str, said: str) -> None:
    guest("tested", code, hooks=[])
    switch_on(tenant, "tested")
    with at_work(tenant):
        plugin, settings = settings_to_test(tenant.id, "tested")
    result = try_plugin_settings(tenant.id, plugin, settings)
    assert (result.ok, str(result.message)) == (False, said)
    with at_work(tenant), pytest.raises(NotFoundError):
        settings_to_test(tenant.id, "order_guard")
