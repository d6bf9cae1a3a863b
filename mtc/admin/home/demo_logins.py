"""The log-ins of the demo, shown on the landing page where the demo stores were loaded."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from flask import current_app

from mtc.core.i18n import _
from mtc.identity.models import User
from mtc.identity.queries import user_by_email
from mtc.identity.services.totp import unused_code
from mtc.tenants.services import StoreInfo

FOLDER = Path(__file__).resolve().parent.parent / "demo"


def demo_logins(stores: Iterable[StoreInfo]) -> list[dict[str, str]]:
    """{who, email, password, code} of each demo store's owner and the super admin; empty without a demo."""
    loaded = [store for store in stores if store.settings.get("is_demo")]
    if not loaded:
        return []
    # By name: the demo stands above every surface and may be left out of an installation.
    module = import_module("mtc.demo.welcome")
    logins = []
    for store in loaded:
        file = FOLDER / store.slug / "store.json"
        staff = json.loads(file.read_text(encoding="utf-8"))["staff"] if file.exists() else []
        logins += [
            {"who": f"{store.name}, {login['role']}", "email": login["email"], "password": module.PASSWORD}
            for login in staff
        ]
    root = user_by_email(module.ROOT_EMAIL)
    code = unused_code(root.id, module.ROOT_SECRET) if root is not None else ""
    who = _("Super admin")
    return [*logins, {"who": who, "email": module.ROOT_EMAIL, "password": module.PASSWORD, "code": code}]


def demo_code(user: User) -> str:
    """Return the code that the demo's super admin has to type now; empty for everybody else."""
    if find_spec("mtc.demo") is None:
        return ""
    module = import_module("mtc.demo.welcome")
    if not current_app.config["MTC"].demo or user.email_lc != module.ROOT_EMAIL:
        return ""
    return unused_code(user.id, module.ROOT_SECRET)
