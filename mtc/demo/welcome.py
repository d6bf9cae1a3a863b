"""Text that `mtc serve` prints: addresses, and the log-ins of the demo."""

from __future__ import annotations

from mtc.config import Config
from mtc.core.db import unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.identity.queries import user_by_email
from mtc.tenants import queries
from mtc.tenants.services.store_lookup import store_info, store_url

PASSWORD = "open the shop today"  # noqa: S105 - printed on purpose, and only where the demo was loaded
ROOT_EMAIL = "robin@mtc.example"
# The same in every demo, so that the log-in page can show the code beside the password.
ROOT_SECRET = "MTCDEMOMTCDEMOMTCDEMOMTCDEMOMTCD"  # noqa: S105 - protects nothing


def demo_logins(config: Config) -> list[tuple[str, str]]:
    """(who, e-mail) of the demo's staff, empty where the demo was not loaded."""
    with platform_scope("is the demo loaded", readonly=True), unit_of_work():
        if user_by_email(ROOT_EMAIL) is None:
            return []
    return [
        ("Questline, owner", "ada@questline.example"),
        ("Paper & Grain, owner", "ines@paperandgrain.example"),
        ("Fernworks, owner", "rowan@fernworks.example"),
        ("Super admin", ROOT_EMAIL),
    ]


def welcome_text(config: Config) -> str:
    """A few lines for the terminal."""
    with platform_scope("list the stores", readonly=True), unit_of_work():
        stores = [store_info(row) for row in queries.all_stores()]
    lines = ["", f"  MTC is ready: {config.public_url}/", ""]
    for store in stores[:10]:
        lines.append(f"    {store.name:<20} {store_url(store, config.public_url)}/")
    lines.append(f"    {'Admin':<20} {config.public_url}/login")
    logins = demo_logins(config)
    if logins:
        lines += ["", f"  Demo log-ins (password: {PASSWORD})"]
        lines += [f"    {who:<24} {email}" for who, email in logins]
        lines += ["    The super admin is also asked for a code: the log-in page shows the one that counts."]
    lines += ["", "  Stop with Ctrl-C.", ""]
    return "\n".join(lines)
