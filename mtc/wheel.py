"""Builds the wheel, the source archive and the editable install of MTC (PEP 517, PEP 660), with Python alone.

The wheel carries the folders beside the package as `mtc/data/`, where `mtc.core.paths` looks for them
(docs/decisions/0121-folders-of-the-wheel.md).
"""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("templates", "static", "themes", "migrations", "plugins")
_BESIDE = ("pyproject.toml", "README.md", "LICENSE", "THIRD_PARTY_NOTICES.md")
# Tests of shipped plugins need the project's own; bytecode is made where the wheel is installed.
_LEFT_OUT = {"__pycache__", "tests", "conftest.py"}
_TAG = "py3-none-any"
_DATE = (1980, 1, 1, 0, 0, 0)  # the same sources make the same archive
Files = dict[str, bytes]


def build_wheel(wheel_directory: str, config_settings: Any = None, metadata_directory: Any = None) -> str:
    """Write the wheel into the folder and return its name."""
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in _below(ROOT / "mtc")}
    for folder in FOLDERS:
        for path in _below(ROOT / folder):
            files[f"mtc/data/{path.relative_to(ROOT).as_posix()}"] = path.read_bytes()
    return _write_wheel(Path(wheel_directory), files)


def build_editable(wheel_directory: str, config_settings: Any = None, metadata_directory: Any = None) -> str:
    """Write a wheel that holds the address of the source tree only."""
    return _write_wheel(Path(wheel_directory), {"mtc-source-tree.pth": f"{ROOT}\n".encode()})


def build_sdist(sdist_directory: str, config_settings: Any = None) -> str:
    """Write the source archive into the folder and return its name."""
    stem = _stem(_project())
    paths = [ROOT / name for name in _BESIDE]
    paths += [path for folder in ("mtc", *FOLDERS) for path in _below(ROOT / folder)]
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}
    files["PKG-INFO"] = _metadata(_project())
    with tarfile.open(Path(sdist_directory, f"{stem}.tar.gz"), "w:gz") as archive:
        for name, content in sorted(files.items()):
            member = tarfile.TarInfo(f"{stem}/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return f"{stem}.tar.gz"


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not _LEFT_OUT & set(path.relative_to(folder).parts):
            yield path


def _project() -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project


def _stem(project: dict[str, Any]) -> str:
    return f"{project['name']}-{project['version']}"


def _metadata(project: dict[str, Any]) -> bytes:
    """The core metadata, version 2.4."""
    fields = [
        ("Metadata-Version", "2.4"),
        ("Name", project["name"]),
        ("Version", project["version"]),
        ("Summary", project["description"]),
        ("Requires-Python", project["requires-python"]),
        ("License-Expression", project["license"]),
        *(("License-File", name) for name in project["license-files"]),
        *(("Requires-Dist", need) for need in project["dependencies"]),
    ]
    for extra, needs in project["optional-dependencies"].items():
        fields.append(("Provides-Extra", extra))
        fields += [("Requires-Dist", f'{need}; extra == "{extra}"') for need in needs]
    fields.append(("Description-Content-Type", "text/markdown"))
    head = "".join(f"{name}: {value}\n" for name, value in fields)
    return f"{head}\n{(ROOT / project['readme']).read_text(encoding='utf-8')}".encode()


def _write_wheel(folder: Path, files: Files) -> str:
    project = _project()
    stem = _stem(project)
    info = f"{stem}.dist-info"
    scripts = "".join(f"{name} = {target}\n" for name, target in project["scripts"].items())
    files = files | {
        f"{info}/METADATA": _metadata(project),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: mtc\nRoot-Is-Purelib: true\nTag: {_TAG}\n".encode(),
        f"{info}/entry_points.txt": f"[console_scripts]\n{scripts}".encode(),
        **{f"{info}/licenses/{name}": (ROOT / name).read_bytes() for name in project["license-files"]},
    }
    files[f"{info}/RECORD"] = _record(files.items(), f"{info}/RECORD")
    name = f"{stem}-{_TAG}.whl"
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            member = zipfile.ZipInfo(path, _DATE)
            member.external_attr = 0o644 << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return name


def _record(files: Iterable[tuple[str, bytes]], itself: str) -> bytes:
    lines = []
    for path, content in files:
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        lines.append(f"{path},sha256={digest},{len(content)}\n")
    return "".join([*lines, f"{itself},,\n"]).encode()
