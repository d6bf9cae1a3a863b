"""Other plugins that one needs, or does not get along with (`requires` and `conflicts` of plugin.json)."""

from __future__ import annotations

from flask import current_app

from mtc.core.errors import ConflictError
from mtc.core.i18n import _l
from mtc.plugins.registry import LoadedPlugin
from mtc.plugins.services.active_plugins import running_plugins
from mtc.plugins.services.loader import loaded
from mtc.plugins.versions import works_with


def check_requirements(plugin: LoadedPlugin) -> None:
    """Raise ConflictError unless what the plugin requires is on for the tenant, and no conflict is."""
    running = {slug: each for slug, each in loaded(current_app).items() if slug in running_plugins()}
    name = plugin.manifest["name"]
    for requirement in plugin.manifest.get("requires", ()):
        slug, version = requirement["plugin"], requirement.get("version")
        if slug not in running:
            raise ConflictError(
                _l("%(name)s needs the plugin %(other)s. Switch that on first.", name=name, other=_name(slug))
            )
        if version and not works_with(version, running[slug].manifest["version"]):
            raise ConflictError(
                _l(
                    "%(name)s needs the plugin %(other)s in the version %(version)s.",
                    name=name,
                    other=_name(slug),
                    version=version,
                )
            )
    _check_conflicts(plugin, running)


def _check_conflicts(plugin: LoadedPlugin, running: dict[str, LoadedPlugin]) -> None:
    for slug, other in running.items():
        here = slug in plugin.manifest.get("conflicts", ())
        if slug != plugin.slug and (here or plugin.slug in other.manifest.get("conflicts", ())):
            raise ConflictError(
                _l(
                    "%(name)s does not get along with %(other)s. Switch that off first.",
                    name=plugin.manifest["name"],
                    other=other.manifest["name"],
                )
            )


def _name(slug: str) -> str:
    other = loaded(current_app).get(slug)
    return other.manifest["name"] if other else slug
