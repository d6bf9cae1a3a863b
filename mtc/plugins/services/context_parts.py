"""The parts of plugin.json that members of `ctx` need: what a plugin may call, emit, queue and send."""

from __future__ import annotations

from mtc.infra.http import RefusedUrlError
from mtc.infra.http.url import parse_target
from mtc.plugins.errors import PluginError
from mtc.plugins.registry import ContributionPoint, LoadedPlugin, contribution_points

_SETTING = "settings:"


def _check_hosts(plugin: LoadedPlugin) -> None:
    """A host is a plain name; a setting that names one must be there, and be a text."""
    texts = {part.path for part in plugin.settings.fields if part.type == "string"}
    for entry in plugin.manifest.get("hosts", ()):
        if entry.startswith(_SETTING):
            if entry.removeprefix(_SETTING) not in texts:
                raise PluginError(f"{plugin.slug}: hosts, {entry}: settings_schema has no such text.")
        elif _plain_host(entry) != entry:
            raise PluginError(
                f"{plugin.slug}: hosts, {entry}: write a name such as api.example.com, in lower case."
            )


def _plain_host(entry: str) -> str:
    try:
        return parse_target(f"https://{entry}/").host
    except RefusedUrlError:
        return ""


def register_context_parts() -> None:
    """Register the contribution points."""
    contribution_points.register(
        "hosts",
        ContributionPoint(
            {
                "type": "array",
                "uniqueItems": True,
                "maxItems": 50,
                "items": {"type": "string", "minLength": 1, "maxLength": 253},
            },
            "Write a list of host names that it calls, or settings:<name> for the host of an address there.",
            _check_hosts,
        ),
    )
