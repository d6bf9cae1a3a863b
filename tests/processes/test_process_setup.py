"""What every process is given before it imports the application."""

from __future__ import annotations

import subprocess
import sys

import pytest

COMMAND = """
import runpy, sys
sys.argv = ["mtc", "--help"]
try:
    runpy.run_module("mtc.cli", run_name="__main__")
except SystemExit:
    pass
"""
CHILD = "from mtc.processes.process_setup import settle; settle()"


@pytest.mark.parametrize("program", [COMMAND, CHILD], ids=["command", "child"])
def test_a_start_is_not_held_up_by_looking_for_garbage(program: str) -> None:
    says = "import gc; print(gc.get_threshold())"
    said = subprocess.run(
        [sys.executable, "-c", program + "\n" + says], capture_output=True, text=True, check=True
    )
    assert said.stdout.splitlines()[-1] == "(10000, 20, 50)"
