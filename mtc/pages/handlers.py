"""Pages follow what their merchant switches on and off."""

from __future__ import annotations

from mtc.core.tenancy import running_tenant
from mtc.events.registry import subscribe
from mtc.plugins.events import PluginActivated, PluginDeactivated, PluginInstalled
from mtc.tenants.services import bump_content_version


def _always(event: object) -> bool:
    del event
    return True


@subscribe(PluginInstalled, name="pages.follow-plugin-settings", at_once=_always)
@subscribe(PluginActivated, name="pages.follow-plugin-on", at_once=_always)
@subscribe(PluginDeactivated, name="pages.follow-plugin-off", at_once=_always)
def renew_pages(event: object) -> None:
    """Pages that are kept anywhere count no more: a plugin adds to them, or no longer does."""
    del event
    bump_content_version(running_tenant())
