"""Where plugins come from: folders in a folder of plugins, installed packages, and one folder by its path."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

log = logging.getLogger(__name__)

ENTRY_POINTS = "mtc.plugins"
_RENAME = "Python cannot import the folder {}. Put its files into a folder called like mtc_plugin_{}."


@dataclass(frozen=True, slots=True)
class PluginPlace:
    """A place in which a plugin lies or ought to; `problem` says why it cannot even be looked at."""

    name: str  # the id that the plugin must have
    folder: Path
    package: str  # its modules are imported as parts of this
    source: str  # for people
    around: Path | None = None  # has to be on Python's path
    problem: str = ""


def places_in(folder: Path) -> Iterator[PluginPlace]:
    """The plugins of a folder of plugins; a file that cannot even be looked at counts as one."""
    try:
        plugin_folders = sorted(place for place in folder.iterdir() if os.path.lexists(place / "plugin.json"))
    except OSError as error:
        if folder.exists():
            log.error("The folder of plugins cannot be read: %s", error)
        return
    for place in plugin_folders:
        package = f"{folder.name}.{place.name}"
        yield PluginPlace(place.name, place, package, f"folder {folder}", folder.parent)


def installed_places() -> Iterator[PluginPlace]:
    """The plugins that installed packages name as entry points of the group `mtc.plugins`."""
    for point in sorted(metadata.entry_points(group=ENTRY_POINTS), key=lambda each: (each.name, each.value)):
        source = f"package {point.dist.name} {point.dist.version}" if point.dist else "package"
        try:
            spec = find_spec(point.value)
            [folder] = list((spec and spec.submodule_search_locations) or ())[:1]
        except (ImportError, AttributeError, ValueError) as error:
            why = f"{point.name}: {source} names {point.value}, which is no package"
            why += "." if isinstance(error, ValueError) else f" ({error})."
            yield PluginPlace(point.name, Path(), point.value, source, problem=why)
        else:
            yield PluginPlace(point.name, Path(folder), point.value, source)


def place_of(folder: Path) -> PluginPlace:
    """The plugin in exactly this folder, whatever the folder is called: its package is called like it."""
    name = folder.name
    # A manifest that cannot be read has its sentence when the plugin is loaded.
    with suppress(OSError, ValueError, RecursionError, KeyError, TypeError):
        name = str(json.loads((folder / "plugin.json").read_text(encoding="utf-8"))["id"])
    problem = "" if folder.name.isidentifier() else f"{name}: {_RENAME.format(folder.name, name)}"
    return PluginPlace(name, folder, folder.name, f"folder {folder.parent}", folder.parent, problem)
