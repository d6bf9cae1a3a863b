"""Loading plugins: folders with a plugin.json and a plugin.py, their hooks checked against the manifest."""

from __future__ import annotations

import importlib
import json
import logging
import sys
from collections.abc import Iterable
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from flask import Flask

from mtc.core.db import bases_in, remove_models
from mtc.core.errors import ValidationError
from mtc.core.fields import FieldSet, check
from mtc.core.fields.describe import Field
from mtc.core.i18n.catalogs import add_folder
from mtc.core.registry import forget, registering
from mtc.plugins.errors import PluginError
from mtc.plugins.manifest import manifest_problems
from mtc.plugins.registry import LoadedPlugin, contribution_points
from mtc.plugins.services.callback_rules import check_callbacks
from mtc.plugins.services.hook_options import check_options
from mtc.plugins.services.import_rules import check_imports
from mtc.plugins.services.sources import PluginPlace, places_in
from mtc.plugins.versions import MTC_VERSION, SDK_VERSION, works_with

log = logging.getLogger(__name__)


def loaded(app: Flask) -> dict[str, LoadedPlugin]:
    """The plugins of this process by id."""
    plugins: dict[str, LoadedPlugin] = app.extensions.setdefault("mtc.plugins", {})
    return plugins


def broken(app: Flask) -> dict[str, str]:
    """Return the error of each plugin that was left out, by the folder's name or the entry point's."""
    problems: dict[str, str] = app.extensions.setdefault("mtc.plugins.broken", {})
    return problems


def sources(app: Flask) -> dict[str, str]:
    """The source of each plugin that was found, also of one that is left out, by the same name."""
    names: dict[str, str] = app.extensions.setdefault("mtc.plugins.sources", {})
    return names


def folder_of(app: Flask, slug: str) -> Path | None:
    """The folder of a plugin that is loaded, or None."""
    plugin = loaded(app).get(slug)
    return plugin.folder if plugin is not None else None


def load_plugins(app: Flask, folder: Path) -> None:
    """Load every plugin of the folder."""
    load_places(app, places_in(folder))


def load_places(app: Flask, places: Iterable[PluginPlace]) -> None:
    """Load the plugins of these places and register their hooks.

    One that cannot be used, whatever is wrong with it, is left out and listed in `broken`: the others and MTC
    itself start. Of two with one id neither is loaded: nobody could tell which of them runs.
    """
    by_name: dict[str, list[PluginPlace]] = {}
    for place in places:
        by_name.setdefault(place.name, []).append(place)
    for name, group in by_name.items():
        sources(app)[name] = " and ".join(place.source for place in group)
        if len(group) == 1:
            _load(app, group[0])
        else:
            broken(app)[name] = f"{name}: it is there twice, in {sources(app)[name]}. Remove one of them."
            log.error("A plugin is left out. %s", broken(app)[name])


def _load(app: Flask, place: PluginPlace) -> None:
    try:
        plugin = load_plugin(place)
        _check_hooks(app, plugin)
        check_options(app.extensions["mtc.hooks"], plugin)
        check_callbacks(plugin)
        with app.app_context():  # templates are checked with the filters of the application
            for _, point in contribution_points.items():
                point.check(plugin)
        _register(app, plugin)
        for name, point in contribution_points.items():
            if name in plugin.manifest:
                point.mount(app, plugin)
        loaded(app)[plugin.slug] = plugin
        add_folder(plugin.folder / "locales")
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        # A SystemExit of a plugin must not end the program of all.
        remove_models(bases_in(place.package))
        _forget_modules(place.package)
        forget(place.name)
        broken(app)[place.name] = _sentence(place.name, error)
        log.error("A plugin is left out. %s", broken(app)[place.name])


def _forget_modules(package: str) -> None:
    for name in [name for name in sys.modules if f"{name}.".startswith(f"{package}.")]:
        del sys.modules[name]


def _sentence(name: str, error: BaseException) -> str:
    if isinstance(error, PluginError):
        return error.message
    return f"{name}: it cannot be loaded ({type(error).__name__}: {error})."[:1000]


def _register(app: Flask, plugin: LoadedPlugin) -> None:
    hooks = app.extensions["mtc.hooks"]
    try:
        hooks.register(plugin.module, plugin.slug)
    except Exception as error:  # pluggy: other parameters than the specification has
        hooks.unregister(plugin.slug)
        raise PluginError(f"{plugin.slug}: write the parameters as ctx, payload ({error}).") from error


def load_plugin(place: PluginPlace) -> LoadedPlugin:
    """Read one plugin. Raises PluginError with what is wrong with it."""
    name = place.name
    if place.problem:
        raise PluginError(place.problem)
    try:
        manifest = json.loads((place.folder / "plugin.json").read_text(encoding="utf-8"))
    except OSError as error:
        raise PluginError(f"{name}: plugin.json cannot be read ({error.strerror}).") from error
    except (ValueError, RecursionError) as error:
        raise PluginError(f"{name}: plugin.json is no JSON ({error}).") from error
    problems = manifest_problems(manifest)
    if problems:
        raise PluginError(f"{name}: plugin.json is not right. {' '.join(problems)}")
    if manifest["id"] != name:
        kind = "folder" if place.around else "entry point"
        raise PluginError(f"{name}: the {kind} must be called like the id, {manifest['id']}.")
    if not works_with(manifest["mtc"]):
        raise PluginError(f"{name}: this is MTC {MTC_VERSION}, the plugin needs {manifest['mtc']}.")
    if int(manifest["sdk"]) > SDK_VERSION:
        raise PluginError(f"{name}: this MTC has SDK {SDK_VERSION}, the plugin needs {manifest['sdk']}.")
    if manifest.get("trust", "sdk") != "full":
        check_imports(name, place.folder)
    settings = _settings(name, manifest.get("settings_schema") or {"type": "object", "properties": {}})
    return LoadedPlugin(name, manifest, _import(place), settings)


def _settings(name: str, schema: dict[str, Any]) -> FieldSet:
    try:
        fields = FieldSet(check(schema))
    except ValidationError as error:
        where, sentences = next(iter(error.details.items()))
        raise PluginError(f"{name}: settings_schema, {where}: {sentences[0]}") from error
    nested = [part.path for field in fields.fields for part in _parts(field) if part.format == "secret"]
    if nested:
        raise PluginError(f"{name}: settings_schema, {nested[0]}: Keep secrets on the first level.")
    return fields


def _parts(field: Field) -> list[Field]:
    return [each for part in field.fields for each in (part, *_parts(part))]


def _import(place: PluginPlace) -> ModuleType:
    """Import plugin.py as a part of its package, so that tests and relative imports find it."""
    file = place.folder / "plugin.py"
    if not file.is_file():
        raise PluginError(f"{place.name}: it has no plugin.py.")
    if place.around and str(place.around) not in sys.path:
        sys.path.insert(0, str(place.around))
    try:
        with registering(place.name):
            module = importlib.import_module(f"{place.package}.plugin")
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        reason = f"{type(error).__name__}: {error}"
        raise PluginError(f"{place.name}: plugin.py cannot be imported ({reason}).") from error
    if Path(module.__file__ or "").resolve() != file.resolve():
        raise PluginError(f"{place.name}: another package is called {module.__name__}; rename the plugin.")
    return module


def _check_hooks(app: Flask, plugin: LoadedPlugin) -> None:
    """Manifest and code must name the same hooks: a merchant sees what a plugin listens to."""
    implemented = {
        name
        for name, value in vars(plugin.module).items()
        if isinstance(value, FunctionType) and hasattr(value, "mtc_impl")
    }
    declared = set(plugin.manifest["hooks"])
    if implemented != declared:
        odd = ", ".join(sorted(implemented ^ declared))
        raise PluginError(f"{plugin.slug}: manifest and code differ in these hooks: {odd}.")
    unknown = declared - set(app.extensions["mtc.hooks"].names())
    if unknown:
        raise PluginError(f"{plugin.slug}: MTC has no hooks called {', '.join(sorted(unknown))}.")
