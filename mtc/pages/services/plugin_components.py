"""Components that plugins bring: `components/<slug>.json` with template and styles, read when MTC starts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from jinja2 import BaseLoader, ChoiceLoader, Environment, TemplateNotFound
from jsonschema import Draft202012Validator

from mtc.core.errors import ValidationError
from mtc.core.fields import FieldSet, check
from mtc.core.permissions import permissions
from mtc.core.registry import CORE
from mtc.pages.registry import sources
from mtc.pages.services.shipped_texts import names_of_texts
from mtc.pages.services.slot_list import ADMIN, MAIL, STOREFRONT
from mtc.plugins.errors import PluginError
from mtc.plugins.registry import LoadedPlugin
from mtc.plugins.services import loaded

LARGEST_FILE = 64 * 1024
FOLDERS = ("components",)
_TEXT = {"type": "string", "minLength": 1, "maxLength": 100}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["slug", "name"],
    "additionalProperties": False,
    "properties": {
        "slug": {"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,62}$"},
        "name": _TEXT,
        "surface": {"enum": [STOREFRONT, ADMIN, MAIL]},
        "type": _TEXT,
        "category": _TEXT,
        "props_schema": {"type": "object"},
        "default_props": {"type": "object"},
        "permission": _TEXT,
        "height": {"type": "integer", "minimum": 1, "maximum": 6},
        "data": {
            "type": "array",
            "maxItems": 10,
            "items": {
                "type": "object",
                "required": ["name", "source"],
                "additionalProperties": False,
                "properties": {"name": _TEXT, "source": _TEXT, "args": {"type": "object"}},
            },
        },
    },
}


@dataclass(frozen=True, slots=True)
class PluginComponent:
    """A component as its plugin describes it; `height` is in lines, kept free for what is loaded later."""

    plugin: str
    slug: str
    name: str
    surface: str = STOREFRONT
    type: str = "widget"
    category: str = "plugins"
    props_schema: dict[str, Any] = field(default_factory=dict)
    default_props: dict[str, Any] = field(default_factory=dict)
    data: tuple[dict[str, Any], ...] = ()
    permission: str = ""
    height: int = 1
    css: str = ""

    @property
    def fields(self) -> FieldSet:
        """Its settings."""
        return FieldSet(self.props_schema)

    @property
    def texts(self) -> frozenset[str]:
        """The names of its settings that hold free text."""
        return names_of_texts(self.fields)


def components_of(plugin: str) -> Mapping[str, PluginComponent]:
    """The components of a plugin whose code is in memory, by slug."""
    everything: dict[str, dict[str, PluginComponent]] = _kept(current_app)
    return everything.get(plugin, {}) if plugin in loaded(current_app) else {}


def _kept(app: Flask) -> dict[str, dict[str, PluginComponent]]:
    kept: dict[str, dict[str, PluginComponent]] = app.extensions.setdefault("mtc.plugin_components", {})
    return kept


def keep_components(app: Flask, plugin: LoadedPlugin) -> None:
    """Remember the components of a plugin, and let templates of its folder be found."""
    _kept(app)[plugin.slug] = read_components(plugin)
    environment: Any = app.jinja_env
    loader = environment.loader
    if "mtc.plugin_templates" not in app.extensions:
        app.extensions["mtc.plugin_templates"] = own = PluginTemplates(app)
        environment.loader = ChoiceLoader([own, loader]) if loader else own
    environment.forget()


class PluginTemplates(BaseLoader):
    """Templates named plugins/<id>/<folder>/<file>, in the folders of plugins whose code is in memory."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Any]:
        """The text of the template; raises TemplateNotFound."""
        parts = template.split("/")
        plugin = loaded(self._app).get(parts[1]) if len(parts) == 4 and parts[0] == "plugins" else None
        if plugin is None or parts[2] not in FOLDERS or parts[3].startswith("."):
            raise TemplateNotFound(template)
        file = plugin.folder / parts[2] / parts[3]
        try:
            return file.read_text(encoding="utf-8"), str(file), None
        except (OSError, UnicodeDecodeError) as error:
            raise TemplateNotFound(template) from error


def read_components(plugin: LoadedPlugin) -> dict[str, PluginComponent]:
    """The components of a plugin's folder; raises PluginError with what is wrong with one."""
    name = plugin.manifest.get("components")
    if name is None:
        return {}
    folder = plugin.folder / name
    files = sorted(folder.glob("*.json"))
    if not files:
        raise PluginError(f"{plugin.slug}: components/ has no component, such as {plugin.slug}-points.json.")
    described = {file.stem for file in files}
    for file in sorted(folder.iterdir()):
        if file.suffix not in (".json", ".html", ".txt", ".css"):
            raise PluginError(
                f"{plugin.slug}: components/{file.name} is none of .json, .html, .txt and .css."
            )
        if file.stem not in described and not file.name.startswith("_"):
            raise PluginError(f"{plugin.slug}: components/{file.name} has no {file.stem}.json beside it.")
        if file.suffix in (".html", ".txt"):
            _compile(plugin, file)
    return {component.slug: component for component in (_read(plugin, file) for file in files)}


def _read(plugin: LoadedPlugin, file: Path) -> PluginComponent:
    where = f"{plugin.slug}: components/{file.name}"
    try:
        values = json.loads(_text(plugin, file))
    except (ValueError, RecursionError) as error:
        raise PluginError(f"{where} is no JSON ({error}).") from error
    for problem in Draft202012Validator(_SCHEMA).iter_errors(values):
        place = ".".join(str(part) for part in problem.absolute_path)
        raise PluginError(f"{where}: {place + ': ' if place else ''}{problem.message[:300]}.")
    if values["slug"] != file.stem or not file.stem.startswith(f"{plugin.slug}-"):
        raise PluginError(
            f"{where}: slug and file must have the same name, which begins with {plugin.slug}-."
        )
    if not file.with_suffix(".html").is_file():
        raise PluginError(f"{where} has no template {file.stem}.html.")
    surface = values.get("surface", STOREFRONT)
    if surface == MAIL and not file.with_suffix(".txt").is_file():
        raise PluginError(f"{where} is for emails and has no template {file.stem}.txt.")
    style = file.with_suffix(".css")
    if style.is_file() and surface != STOREFRONT:
        raise PluginError(f"{where}: only components of the storefront have styles.")
    _check_permission(plugin, where, surface, values.get("permission", ""))
    for binding in values.get("data", []):
        _check_source(plugin, where, surface, binding["source"])
    try:
        schema = check({"type": "object", "properties": {}, **values.get("props_schema", {})})
        fields = FieldSet(schema)
        defaults = values.get("default_props", {})
        errors = fields.inspect(defaults).errors
        for key in defaults:
            if key not in schema["properties"] or key in errors:
                sentence = errors.get(key, ["There is no such setting."])[0]
                raise PluginError(f"{where}: default_props, {key}: {sentence}")
    except ValidationError as error:
        place, sentences = next(iter(error.details.items()))
        raise PluginError(f"{where}: props_schema, {place}: {sentences[0]}") from error
    values.update(props_schema=schema, data=tuple(values.get("data", [])), plugin=plugin.slug)
    return PluginComponent(**values, css=_text(plugin, style) if style.is_file() else "")


def _check_permission(plugin: LoadedPlugin, where: str, surface: str, name: str) -> None:
    if surface != ADMIN:
        if name:
            raise PluginError(f"{where}: only components of the admin have a permission.")
    elif permissions.find_any(name) is None:
        raise PluginError(f"{where}: `permission` must name a permission, such as orders:read.")
    elif permissions.owner_of(name) not in (CORE, plugin.slug):
        raise PluginError(f"{where}: {name} is a permission of another plugin.")


def _check_source(plugin: LoadedPlugin, where: str, surface: str, name: str) -> None:
    if sources.find_any(name) is None or sources.owner_of(name) not in (CORE, plugin.slug):
        raise PluginError(f"{where}: there is no data source {name}.")
    declared = declared_sources(plugin).get(name, {"surface": STOREFRONT})
    wanted = ADMIN if surface == ADMIN else STOREFRONT
    if declared["surface"] != wanted:
        raise PluginError(f"{where}: {name} is a data source for the {declared['surface']}.")


def declared_sources(plugin: LoadedPlugin) -> dict[str, dict[str, Any]]:
    """The data sources that a plugin's manifest lists, by name."""
    return {each["name"]: each for each in plugin.manifest.get("sources", [])}


def _compile(plugin: LoadedPlugin, file: Path) -> None:
    environment = current_app.jinja_env
    try:
        environment.compile(environment.parse(_text(plugin, file), file.name))
    except Exception as error:
        if isinstance(error, PluginError):
            raise
        line = getattr(error, "lineno", None)
        where = f"components/{file.name}, line {line}" if line else f"components/{file.name}"
        raise PluginError(
            f"{plugin.slug}: {where} is no template ({type(error).__name__}: {error})."
        ) from error


def _text(plugin: LoadedPlugin, file: Path) -> str:
    try:
        content = file.read_bytes()
        if len(content) > LARGEST_FILE:
            raise PluginError(f"{plugin.slug}: components/{file.name} is larger than 64 KB.")
        return content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PluginError(f"{plugin.slug}: components/{file.name} cannot be read ({error}).") from error


def digest(component: PluginComponent) -> str:
    """A hash of what its row holds."""
    text = json.dumps(row_of(component), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def row_of(component: PluginComponent) -> dict[str, Any]:
    """The values of its row."""
    return {
        "name": component.name,
        "type": component.type,
        "category": component.category,
        "props_schema": component.props_schema,
        "default_props": component.default_props,
        "render_config": {"surface": component.surface, "data": list(component.data)},
    }
