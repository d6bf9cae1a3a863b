"""The log-ins of the demo, shown at the front door where the demo stores were loaded."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from mtc.tenants.services import StoreInfo

FOLDER = Path(__file__).resolve().parent.parent / "demo"


def demo_logins(stores: Iterable[StoreInfo]) -> list[dict[str, str]]:
    """{who, email, password} of each demo store's owner and of the super admin; empty without a demo."""
    loaded = [one for one in stores if one.settings.get("is_demo")]
    if not loaded:
        return []
    # By name: the demo stands above every surface and may be left out of an installation.
    told = import_module("mtc.demo.welcome")
    found = []
    for store in loaded:
        file = FOLDER / store.slug / "store.json"
        staff = json.loads(file.read_text(encoding="utf-8"))["staff"] if file.exists() else []
        found += [
            {"who": f"{store.name}, {one['role']}", "email": one["email"], "password": told.PASSWORD}
            for one in staff
        ]
    return [*found, {"who": "Super admin", "email": told.ROOT_EMAIL, "password": told.PASSWORD}]
