"""Finding plugins: folders with a plugin.json and a plugin.py, their hooks checked against the manifest."""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator

from mtc.core.fields import FieldSet, check
from mtc.plugins.errors import PluginError
from mtc.plugins.schemas import MANIFEST


@dataclass(frozen=True, slots=True)
class LoadedPlugin:
    """A plugin whose code is in memory."""

    slug: str
    manifest: dict[str, Any]
    module: Any
    settings: FieldSet

    @property
    def refuses_on_error(self) -> bool:
        """Whether an operation is refused when this plugin's before-hook breaks (default: it goes on)."""
        return bool(self.manifest.get("on_error", "proceed") == "refuse")


def loaded(app: Flask) -> dict[str, LoadedPlugin]:
    """The plugins of this process by id."""
    plugins: dict[str, LoadedPlugin] = app.extensions.setdefault("mtc.plugins", {})
    return plugins


def load_plugins(app: Flask, folder: Path) -> None:
    """Load every plugin of the folder and register its hooks. Raises PluginError."""
    if not folder.is_dir():
        return
    if str(folder.parent) not in sys.path:
        sys.path.insert(0, str(folder.parent))
    for manifest_file in sorted(folder.glob("*/plugin.json")):
        plugin = load_plugin(manifest_file)
        _check_hooks(app, plugin)
        app.extensions["mtc.hooks"].register(plugin.module, plugin.slug)
        loaded(app)[plugin.slug] = plugin


def load_plugin(manifest_file: Path) -> LoadedPlugin:
    """Read one plugin. Raises PluginError with what is wrong with it."""
    name = manifest_file.parent.name
    try:
        manifest = json.loads(manifest_file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise PluginError(f"{name}: plugin.json is no JSON ({error}).") from error
    problem = next(iter(Draft202012Validator(MANIFEST).iter_errors(manifest)), None)
    if problem is not None:
        raise PluginError(f"{name}: plugin.json, {problem.json_path}: {problem.message}.")
    if manifest["id"] != name:
        raise PluginError(f"{name}: the folder must be called like the id, {manifest['id']}.")
    schema = check(manifest.get("settings_schema") or {"type": "object", "properties": {}})
    module = importlib.import_module(f"{manifest_file.parent.parent.name}.{name}.plugin")
    return LoadedPlugin(name, manifest, module, FieldSet(schema))


def _check_hooks(app: Flask, plugin: LoadedPlugin) -> None:
    """Manifest and code must name the same hooks: a merchant sees what a plugin listens to."""
    found = {name for name, value in vars(plugin.module).items() if hasattr(value, "mtc_impl")}
    declared = set(plugin.manifest["hooks"])
    if found != declared:
        odd = ", ".join(sorted(found ^ declared))
        raise PluginError(f"{plugin.slug}: manifest and code differ in these hooks: {odd}.")
    unknown = declared - set(app.extensions["mtc.hooks"].names())
    if unknown:
        raise PluginError(f"{plugin.slug}: MTC has no hooks called {', '.join(sorted(unknown))}.")
