"""`on_upgrade`: once for each tenant whose data are older than the code."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.plugins.services import state_of, sync_plugins
from mtc.plugins.services.upgrades import upgrade
from mtc.plugins.versions import is_newer
from mtc.tasks.models import Task
from mtc.tasks.services import run_due
from tests.plugins.kit import at_work, installed, loading, switch_off, switch_on
from tests.plugins.samples import write
from tests.servers.database import both_databases

CODE = (
    "def on_upgrade(ctx, from_version):\n    ctx.state.increment(f'from {from_version}')\n"
    "    if ctx.settings.get('fails'):\n        raise RuntimeError('lost')\n"
)
SCHEMA = {"type": "object", "properties": {"fails": {"type": "boolean", "default": False}}}


def calls(world: Any, version: str) -> int:
    with at_work(world):
        stored = state_of("grows", world.id).get(f"from {version}")
        return stored.number if stored else 0


def put(place: Path, version: str, code: str = CODE) -> Path:
    write(place, "grows", code, hooks=[], version=version, settings_schema=SCHEMA)
    return place


@both_databases
def test_it_is_called_once_for_each_tenant_that_has_it(
    app: Flask, tmp_path: Path, tenant: Any, other_tenant: Any
) -> None:
    with loading(put(tmp_path / "one", "1.0.0")):
        switch_on(tenant, "grows")
        assert (installed(tenant, "grows").version, run_due()) == ("1.0.0", 0)
    with loading(put(tmp_path / "two", "1.10.0")):
        sync_plugins()
        sync_plugins()
        switch_on(other_tenant, "grows")
        assert (run_due(), run_due()) == (1, 0)
        assert (installed(tenant, "grows").version, calls(tenant, "1.0.0")) == ("1.10.0", 1)
        assert (installed(other_tenant, "grows").version, calls(other_tenant, "1.0.0")) == ("1.10.0", 0)
    with loading(put(tmp_path / "three", "1.9.0")):
        sync_plugins()
        assert (run_due(), installed(tenant, "grows").version, calls(tenant, "1.10.0")) == (0, "1.9.0", 0)


@both_databases
def test_of_processes_at_the_same_time_one_does_it(app: Flask, tmp_path: Path, tenant: Any) -> None:
    with loading(put(tmp_path / "one", "1.0.0")):
        switch_on(tenant, "grows")
    with loading(put(tmp_path / "two", "1.1.0")):
        sync_plugins()

        def process(_number: int) -> None:
            with app.app_context(), tenant_scope(tenant.id):
                upgrade({"plugin": "grows", "from": "1.0.0", "to": "1.1.0"})

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(process, range(4)))
        assert (calls(tenant, "1.0.0"), installed(tenant, "grows").version) == (1, "1.1.0")


@both_databases
def test_one_that_fails_is_tried_again_and_named(app: Flask, tmp_path: Path, tenant: Any) -> None:
    with loading(put(tmp_path / "one", "1.0.0")):
        switch_on(tenant, "grows", fails=True)
        switch_off(tenant, "grows")
    with loading(put(tmp_path / "two", "1.1.0")):
        sync_plugins()
        run_due()
        row = installed(tenant, "grows")
        assert (row.version, row.last_error) == ("1.0.0", "on_upgrade: RuntimeError: lost")
        assert calls(tenant, "1.0.0") == 0
        with at_work(tenant):
            task = session.query(Task).filter_by(name="plugins.upgrade").one()
            assert (task.status, task.attempts) == ("pending", 1)


def test_a_process_with_older_code_leaves_it_to_others(app: Flask, tmp_path: Path, tenant: Any) -> None:
    with loading(put(tmp_path / "one", "1.0.0")):
        switch_on(tenant, "grows")
        with tenant_scope(tenant.id), pytest.raises(RuntimeError, match="this process has not the version"):
            upgrade({"plugin": "grows", "from": "1.0.0", "to": "1.1.0"})


def test_without_the_callback_the_version_is_written_at_once(app: Flask, tmp_path: Path, tenant: Any) -> None:
    with loading(put(tmp_path / "one", "1.0.0", "")):
        switch_on(tenant, "grows")
    with loading(put(tmp_path / "two", "2.0.0", "")):
        sync_plugins()
        assert (installed(tenant, "grows").version, run_due()) == ("2.0.0", 0)
    with tenant_scope(tenant.id), unit_of_work():
        assert session.query(Task).filter_by(name="plugins.upgrade").count() == 0


def test_versions_are_compared_as_numbers() -> None:
    assert is_newer("1.10.0", "1.9.9") and is_newer("1.0.0", "") and not is_newer("1.0.0", "1.0.0")
