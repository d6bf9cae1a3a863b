"""Find a Chromium for the browser tests."""

import os
import shutil
from pathlib import Path
from typing import Any

from tests.servers.process import ServiceError

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> Path | None:
    """CHROMIUM, else one on the PATH, else one that Playwright has installed."""
    if named := os.environ.get("CHROMIUM"):
        return Path(named)
    for name in _NAMES:
        if found := shutil.which(name):
            return Path(found)
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    return next(iter(sorted(cache.glob("chromium-*/chrome-linux*/chrome"), reverse=True)), None)


def chromium_path() -> Path:
    """The browser's path; ServiceError in one line when there is none."""
    if found := find():
        return found
    raise ServiceError("Chromium is missing: apt-get install chromium, or name one with CHROMIUM=")


def launch_options() -> dict[str, Any]:
    """Arguments for playwright.chromium.launch(): this browser, which as root needs its sandbox off."""
    arguments = ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return {"executable_path": str(chromium_path()), "args": arguments}
