"""Starting has no side effects: no database, no driver, no thread."""

import subprocess
import sys
from pathlib import Path

from mtc.app import create_app
from mtc.config import load
from tests.architecture.tree import ROOT
from tests.servers.database import settings_for

DRIVERS = ("psycopg", "redis", "rq", "boto3", "botocore", "granian")


def test_the_application_is_made_without_a_database(tmp_path: Path) -> None:
    url = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
    app = create_app(settings_for(tmp_path, database_url=url, redis_url="redis://127.0.0.1:1/0"))
    assert app.url_map is not None
    assert list(tmp_path.iterdir()) == []


def test_nobody_else_on_the_machine_reads_the_embedded_profile(tmp_path: Path) -> None:
    config = load({"MTC_VAR": str(tmp_path / "var")})
    assert config.secret_key and oct(config.folder.stat().st_mode & 0o777) == "0o700"


def test_importing_the_application_imports_no_driver_and_starts_no_thread() -> None:
    code = (
        "import sys, threading, mtc.app; "
        f"print([name for name in {DRIVERS!r} if name in sys.modules], threading.active_count())"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout == "[] 1\n"


def test_making_the_embedded_application_imports_no_driver_and_starts_no_thread(tmp_path: Path) -> None:
    code = (
        "import sys, threading; from mtc import config; from mtc.app import create_app; "
        f"create_app(config.load({{}}, var={str(tmp_path)!r})); "
        f"print([name for name in {DRIVERS!r} if name in sys.modules], threading.active_count())"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout == "[] 1\n"
