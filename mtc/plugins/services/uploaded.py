"""Plugins that are installed from packages: unpacked below var, one version of each in use.

`plugins/<id>.json` says which version is in use, which one was before, and what is known of each.
Nothing of a version is imported before it is put into use; what is in use changes when MTC starts again.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from mtc.plugins.errors import PluginError
from mtc.plugins.services.import_rules import check_imports
from mtc.plugins.services.packages import Package
from mtc.plugins.services.sources import PluginPlace
from mtc.plugins.versions import MTC_VERSION, SDK_VERSION, works_with

CODE = "uploaded_plugins"
"""The folder of the unpacked versions: the Python package that they are modules of."""


@dataclass(frozen=True, slots=True)
class UploadedPlugin:
    """A plugin of which packages were installed; `versions` has digest and key by version."""

    slug: str
    current: str = ""
    previous: str = ""
    versions: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def staged(self) -> list[str]:
        """The versions that are neither in use nor the one before, oldest first."""
        rest = set(self.versions) - {self.current, self.previous}
        return sorted(rest, key=lambda version: [int(part) for part in version.split(".")])


class UploadedPlugins:
    """The folder of uploaded plugins; every change of it is whole or did not happen."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> list[UploadedPlugin]:
        """Every plugin, by its id."""
        return [self._read(path.stem) for path in sorted(self._folder.glob("*.json"))]

    def places(self) -> Iterator[PluginPlace]:
        """The versions in use; a plugin of which that is not known has the problem instead."""
        for path in sorted(self._folder.glob("*.json")):
            slug, source, around = path.stem, f"package in {self._folder}", self._folder
            try:
                current = self._read(slug).current
            except PluginError as error:
                yield PluginPlace(slug, around, f"{CODE}.{slug}", source, around, error.message)
                continue
            if current:
                code = self.code_of(slug, current)
                yield PluginPlace(slug, code, f"{CODE}.{code.name}", source, around)

    def find(self, slug: str) -> UploadedPlugin:
        """The plugin of this id; raises PluginError."""
        if not (self._folder / f"{slug}.json").is_file():
            raise PluginError(f"No package of {slug} is installed.")
        return self._read(slug)

    def code_of(self, slug: str, version: str) -> Path:
        """The folder in which a version is unpacked."""
        return self._folder / CODE / f"{slug}_{version.replace('.', '_')}"

    def stage(self, package: Package) -> UploadedPlugin:
        """Unpack a package without running or using it. Raises PluginError when it could not be used here."""
        slug, version = package.slug, package.version
        _check_versions(package)
        plugin = self._read(slug)
        known = plugin.versions.get(version)
        if known is not None:
            if known["digest"] != package.digest:
                raise PluginError(f"{slug} {version} is there already, with other files: raise its version.")
            return plugin
        target = self.code_of(slug, version)
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder, prefix=".unpacking-") as temporary:
            unpacked = Path(temporary) / "plugin"
            for name, data in package.files.items():
                file = unpacked / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
            if package.manifest.get("trust", "sdk") != "full":
                check_imports(slug, unpacked)
            if target.exists():  # of an attempt that ended before it was written down
                shutil.rmtree(target)
            unpacked.rename(target)
        facts = {"digest": package.digest, "signed_by": package.signed_by}
        return self._write(replace(plugin, versions={**plugin.versions, version: facts}))

    def use(self, slug: str, version: str) -> UploadedPlugin:
        """Let a staged version be the one that is loaded at the next start."""
        plugin = self.find(slug)
        if version not in plugin.versions:
            raise PluginError(f"{slug} {version} is not there: install its package first.")
        if version == plugin.current:
            return plugin
        return self._write(replace(plugin, current=version, previous=plugin.current))

    def roll_back(self, slug: str) -> UploadedPlugin:
        """Use the version before the present one again."""
        plugin = self.find(slug)
        if not plugin.previous:
            raise PluginError(f"No earlier version of {slug} is there.")
        return self._write(replace(plugin, current=plugin.previous, previous=plugin.current))

    def remove(self, slug: str) -> None:
        """Delete all versions of a plugin."""
        plugin = self.find(slug)
        (self._folder / f"{slug}.json").unlink()
        for version in plugin.versions:
            shutil.rmtree(self.code_of(slug, version), ignore_errors=True)

    def _read(self, slug: str) -> UploadedPlugin:
        file = self._folder / f"{slug}.json"
        if not file.is_file():
            return UploadedPlugin(slug)
        try:
            state: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            return UploadedPlugin(**state)
        except (OSError, ValueError, TypeError) as error:
            raise PluginError(
                f"{file} cannot be read ({error}). Remove it, and install {slug} again."
            ) from error

    def _write(self, plugin: UploadedPlugin) -> UploadedPlugin:
        temporary = self._folder / f".{plugin.slug}.json.new"
        with temporary.open("w", encoding="utf-8") as file:
            json.dump(asdict(plugin), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._folder / f"{plugin.slug}.json")
        return plugin


def _check_versions(package: Package) -> None:
    manifest = package.manifest
    if not works_with(manifest["mtc"]):
        raise PluginError(f"{package.slug}: this is MTC {MTC_VERSION}, the plugin needs {manifest['mtc']}.")
    if int(manifest["sdk"]) > SDK_VERSION:
        raise PluginError(
            f"{package.slug}: this MTC has SDK {SDK_VERSION}, the plugin needs {manifest['sdk']}."
        )
