"""The demo as `mtc serve` loads it at its first start: once for a state of the code and a day."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.e2e.server import served

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".pytest_cache" / "demo"
# Whatever the demo is made by or from.
SOURCES = ("mtc", "migrations", "plugins", "templates", "themes", "requirements.lock")


def put_demo(folder: Path) -> None:
    """Make `folder` the embedded profile of an installation that has loaded the demo and was stopped."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready = KEPT / key(ROOT, datetime.now(UTC))
        if not ready.exists():
            for old in KEPT.glob("*-*"):
                shutil.rmtree(old)
            _load(ready)
        shutil.copytree(ready, folder)


def key(root: Path, now: datetime) -> str:
    """A name for what the demo would be: of its sources, the Python, and the day with which its past ends."""
    digest = hashlib.sha256(sys.version.encode())
    files = [file for name in SOURCES for file in sorted((root / name).rglob("*")) or [root / name]]
    for file in files:
        if file.is_file() and file.suffix != ".pyc":
            digest.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes())
    return f"{now:%Y%m%d}-{digest.hexdigest()[:32]}"


def _load(ready: Path) -> None:
    """Start a server on nothing, which loads the demo, and stop it; RuntimeError if it does not end well."""
    with tempfile.TemporaryDirectory(dir=KEPT) as made:
        server = served(Path(made))
        server.run("serve")
        server.wait()
        if (codes := server.stop()) != [0]:
            raise RuntimeError(f"mtc serve ended with {codes}:\n{server.log()}")
        Path(server.environment["MTC_VAR"]).rename(ready)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        put_demo(Path(place) / "var")
