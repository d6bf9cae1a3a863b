"""The wheel and the source archive hold what an installed MTC needs; the wheel's top holds only `mtc`."""

from __future__ import annotations

import base64
import hashlib
import tarfile
import zipfile
from pathlib import Path

from mtc import wheel
from mtc.core.paths import IS_INSTALLED, ROOT
from mtc.plugins.versions import MTC_VERSION

INFO = f"mtc-{MTC_VERSION}.dist-info"


def unpacked(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_has_the_folders_below_the_package(tmp_path: Path) -> None:
    files = unpacked(tmp_path / wheel.build_wheel(str(tmp_path)))
    assert {name.split("/")[0] for name in files} == {"mtc", INFO}
    for folder in ("templates", "static", "themes", "migrations"):
        below = {
            path.relative_to(ROOT).as_posix()
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        start = f"mtc/data/{folder}/"
        assert {name.removeprefix("mtc/data/") for name in files if name.startswith(start)} == below
    assert "mtc/data/plugins/order_guard/plugin.json" in files
    assert [name for name in files if "/tests/" in name or name.endswith((".pyc", "conftest.py"))] == []
    assert files["mtc/locales/de/LC_MESSAGES/messages.po"]


def test_its_metadata_are_those_of_the_project(tmp_path: Path) -> None:
    files = unpacked(tmp_path / wheel.build_wheel(str(tmp_path)))
    metadata = files[f"{INFO}/METADATA"].decode().split("\n\n")[0].splitlines()
    assert metadata[1:3] == ["Name: mtc", f"Version: {MTC_VERSION}"]
    assert "Requires-Dist: Flask>=3.1,<3.2" in metadata
    assert 'Requires-Dist: pytest>=9; extra == "test-kit"' in metadata
    assert files[f"{INFO}/entry_points.txt"] == b"[console_scripts]\nmtc = mtc.cli:main\n"
    lines = [line.rsplit(",", 2) for line in files[f"{INFO}/RECORD"].decode().splitlines()]
    assert {name for name, _, _ in lines} == set(files)
    for name, digest, size in lines[:-1]:
        computed = base64.urlsafe_b64encode(hashlib.sha256(files[name]).digest()).rstrip(b"=").decode()
        assert (digest, int(size)) == (f"sha256={computed}", len(files[name]))


def test_the_same_sources_make_the_same_wheel(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        wheel.build_wheel(str(folder))
    assert [file.read_bytes() for file in first.iterdir()] == [file.read_bytes() for file in second.iterdir()]


def test_the_source_archive_can_be_built_from(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / wheel.build_sdist(str(tmp_path))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "pyproject.toml",
        "PKG-INFO",
        "README.md",
        "LICENSE",
        "mtc/wheel.py",
        "migrations/env.py",
    } <= names


def test_an_editable_install_names_the_source_tree(tmp_path: Path) -> None:
    files = unpacked(tmp_path / wheel.build_editable(str(tmp_path)))
    assert files["mtc-source-tree.pth"].decode() == f"{ROOT}\n"
    assert not IS_INSTALLED
