"""Starting over deletes nothing from under a running server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mtc import config as settings
from mtc.demo.commands import _wipe

OPEN = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute("PRAGMA journal_mode=WAL")
database.execute("CREATE TABLE one (two)")
print("open", flush=True)
sys.stdin.read()
"""


def test_a_database_that_is_open_is_not_wiped(tmp_path: Path) -> None:
    config = settings.load({}, var=str(tmp_path))
    kept = tmp_path / "secrets.json"
    kept.write_text("{}")
    program = [sys.executable, "-c", OPEN, str(tmp_path / "mtc.db")]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None and server.stdin is not None
        assert server.stdout.readline() == "open\n"
        with pytest.raises(SystemExit, match="Stop `mtc serve` first"):
            _wipe(config)
        assert (tmp_path / "mtc.db").exists()
        server.stdin.close()
        server.wait(20)
    _wipe(config)
    assert [one.name for one in tmp_path.iterdir()] == ["secrets.json"]
