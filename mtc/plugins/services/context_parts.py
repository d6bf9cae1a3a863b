"""The parts of plugin.json that members of `ctx` need: what a plugin may call, emit, queue and send."""

from __future__ import annotations

from typing import Any

from mtc.infra.http import RefusedUrlError
from mtc.infra.http.url import parse_target
from mtc.plugins.errors import PluginError
from mtc.plugins.registry import ContributionPoint, LoadedPlugin, contribution_points
from mtc.plugins.services.background import check_functions, mount_tasks
from mtc.plugins.services.commands import check_commands
from mtc.plugins.services.context_members.email import check_mails
from mtc.plugins.services.context_members.events import check_events, mount_events
from mtc.plugins.services.schedules import LONGEST_SECONDS, check_jobs

_EVENT = r"^[a-z][a-z0-9_]{2,39}\.[a-z][a-z0-9_]{0,38}$"
_NAME = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"}
_TIMEOUT = {"type": "integer", "minimum": 1, "maximum": LONGEST_SECONDS}

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


def _check_tasks(plugin: LoadedPlugin) -> None:
    check_functions(plugin, "task", "tasks")


def _entries(*required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "array",
        "maxItems": 50,
        "items": {
            "type": "object",
            "required": ["name", *required],
            "additionalProperties": False,
            "properties": {"name": _NAME, **properties},
        },
    }


def _register_hosts_and_mails() -> None:
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
    contribution_points.register(
        "mails",
        ContributionPoint(
            {
                "type": "array",
                "maxItems": 50,
                "uniqueItems": True,
                "items": {"type": "string", "pattern": "^[a-z][a-z0-9-]{0,18}$"},
            },
            "Write a list of names of at most 19 lower-case letters, digits and dashes, a letter first.",
            check_mails,
        ),
    )


def _register_work() -> None:
    contribution_points.register(
        "tasks",
        ContributionPoint(
            _entries(attempts={"type": "integer", "minimum": 1, "maximum": 20}, timeout=_TIMEOUT),
            "Write a list of objects with name and, if need be, attempts (1 to 20) and timeout (seconds).",
            _check_tasks,
            mount_tasks,
        ),
    )
    contribution_points.register(
        "jobs",
        ContributionPoint(
            _entries(
                "cron",
                cron={"type": "string", "maxLength": 100},
                zone={"enum": ["store", "UTC"]},
                timeout=_TIMEOUT,
            ),
            "Write a list of objects with name, cron and, if need be, zone (store or UTC) and timeout.",
            check_jobs,
        ),
    )
    contribution_points.register(
        "commands",
        ContributionPoint(
            {"type": "array", "maxItems": 50, "uniqueItems": True, "items": _NAME},
            "Write a list of the names of its commands.",
            check_commands,
        ),
    )


def _register_events() -> None:
    contribution_points.register(
        "events",
        ContributionPoint(
            {
                "type": "array",
                "maxItems": 50,
                "items": {
                    "type": "object",
                    "required": ["name", "label", "schema"],
                    "additionalProperties": False,
                    "properties": {
                        "name": {
                            "type": "string",
                            "pattern": r"^[a-z][a-z0-9_]{2,39}\.[a-z][a-z0-9_]{0,38}$",
                        },
                        "label": {"type": "string", "minLength": 1, "maxLength": 80},
                        "entity": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"},
                        "schema": {
                            "type": "object",
                            "required": ["type"],
                            "properties": {"type": {"const": "object"}},
                        },
                    },
                },
            },
            "Write a list of objects with name, label, schema (a JSON Schema of an object), maybe entity.",
            check_events,
            mount_events,
        ),
    )


def register_context_parts() -> None:
    """Register the contribution points."""
    _register_hosts_and_mails()
    _register_work()
    _register_events()
