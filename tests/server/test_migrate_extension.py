"""Flask-Migrate is there for commands, and no process that serves pays for Alembic."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from mtc.core.paths import ROOT


def run(tmp_path: Path, *command: str) -> str:
    env = {**os.environ, "MTC_VAR": str(tmp_path / "var")}
    env.pop("FLASK_RUN_FROM_CLI", None)
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_application_is_made_without_alembic(tmp_path: Path) -> None:
    code = "import sys, mtc.app; mtc.app.create_app(); print({'alembic', 'mako'} & set(sys.modules))"
    assert run(tmp_path, "-c", code) == "set()\n"


def test_functions_of_flask_migrate_find_the_migrations(tmp_path: Path) -> None:
    code = "import mtc.app\nwith mtc.app.create_app().app_context():\n"
    code += " import flask_migrate as m\n m.heads()\n m.heads()"
    newest = max(file.name[:4] for file in (ROOT / "migrations" / "versions").glob("[0-9]*_*.py"))
    assert run(tmp_path, "-c", code) == f"{newest} (head)\n" * 2


def test_the_command_of_flask_has_its_group(tmp_path: Path) -> None:
    assert "(head)" in run(tmp_path, "-m", "flask", "--app", "mtc.app:create_app", "db", "heads")
