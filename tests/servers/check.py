"""Run every check of the project, each with its seconds; pytest last, its closing line in sight."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.servers.provide import provide

BIN = Path(sys.executable).parent
CHECKS: tuple[tuple[str, list[str | Path]], ...] = (
    ("lint", [BIN / "ruff", "check", "."]),
    ("format", [sys.executable, "-m", "tests.servers.layout", "--check"]),
    ("types", [BIN / "mypy"]),
    ("imports", [BIN / "lint-imports", "--no-logo"]),
)
# Loaded while the types are checked, which keeps one processor busy for longest.
DEMO: tuple[str, list[str | Path]] = ("demo", [sys.executable, "-m", "tests.servers.demo"])
PYTEST = [sys.executable, "-m", "pytest", "--dist", "loadgroup", "--durations", "20", "-n"]
FAST = ["-m", "not postgres and not redis and not browser and not thorough"]


def main(arguments: list[str]) -> int:
    """Run the checks: all, --fast (SQLite and no browser) or --lint (no tests); 0 when all passed.

    `--workers N`: the tests run in so many processes, otherwise in two.
    """
    if "--lint" in arguments:
        return int(not checks(*CHECKS))
    began = time.monotonic()
    fast = "--fast" in arguments
    if not fast:
        lacking = provide()
        _report("services", began, not lacking)
        if lacking:
            print("\n".join(lacking), flush=True)
            return 1
    passed = checks(*CHECKS, *([] if fast else [DEMO]))
    began = time.monotonic()
    workers = arguments[arguments.index("--workers") + 1] if "--workers" in arguments else "2"
    tests = subprocess.run([*PYTEST, workers, *(FAST if fast else [])], check=False).returncode == 0
    _report("tests", began, tests)
    return int(not (passed and tests))


def checks(*these: tuple[str, list[str | Path]]) -> bool:
    """Run these side by side and print what fails."""
    with ThreadPoolExecutor(len(these)) as pool:
        return all(list(pool.map(lambda check: _check(*check), these)))


def _check(name: str, command: list[str | Path]) -> bool:
    began = time.monotonic()
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    passed = result.returncode == 0
    _report(name, began, passed, "" if passed else result.stdout)
    return passed


def _report(name: str, began: float, passed: bool, output: str = "") -> None:
    line = f"{name:<10}{time.monotonic() - began:7.1f} s  {'ok' if passed else 'FAILED'}\n"
    sys.stdout.write(output + line)
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
