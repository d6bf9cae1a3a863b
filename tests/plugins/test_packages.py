"""Packages of plugins: what is packed is what is read, and nothing that could do harm is let in."""

from __future__ import annotations

import io
import json
import stat
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mtc.plugins.errors import PluginError
from mtc.plugins.services import packages
from mtc.plugins.services.packages import new_key, pack_plugin, public_text, read_package
from tests.plugins.samples import write

CODE = "from mtc.sdk import hookimpl\n\n\n@hookimpl\ndef before_order_create(ctx, payload):\n    pass\n"


@pytest.fixture
def plugin(app: Flask, tmp_path: Path) -> Path:
    """The folder of a plugin, with what a package leaves out."""
    write(tmp_path / "plugins", "loyal", CODE, hooks=["before_order_create"], version="1.2.0")
    folder = tmp_path / "plugins" / "loyal"
    for name in ("tests/test_it.py", "__pycache__/plugin.cpython-311.pyc", ".env", "static/icon.svg"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("left")
    return folder


@pytest.fixture
def packed(plugin: Path, tmp_path: Path) -> bytes:
    """An unsigned package."""
    return pack_plugin(plugin, tmp_path).read_bytes()


def changed(data: bytes, change: Any) -> bytes:
    """The package with `change(files)` made, a dict of names and contents; RECORD stays as it was."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files: dict[Any, bytes] = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def refusal(data: bytes, keys: tuple[str, ...] = (), *, unsigned: bool = True) -> str:
    with pytest.raises(PluginError) as raised:
        read_package(data, keys, unsigned=unsigned)
    return raised.value.message


def test_a_package_holds_what_the_plugin_needs(plugin: Path, tmp_path: Path) -> None:
    file = pack_plugin(plugin, tmp_path)
    assert file.name == "loyal-1.2.0.mtcplugin"
    package = read_package(file.read_bytes(), [], unsigned=True)
    assert sorted(package.files) == ["plugin.json", "plugin.py", "static/icon.svg"]
    assert (package.slug, package.version, package.signed_by) == ("loyal", "1.2.0", "")
    assert package.files["plugin.py"] == (plugin / "plugin.py").read_bytes()


def test_the_same_files_make_the_same_package(plugin: Path, tmp_path: Path) -> None:
    first = pack_plugin(plugin, tmp_path).read_bytes()
    (plugin / "plugin.py").touch()
    assert pack_plugin(plugin, tmp_path).read_bytes() == first


def test_a_signed_package_is_read_with_its_key_only(plugin: Path, tmp_path: Path) -> None:
    key, other = new_key(), new_key()
    public, strange = public_text(key.public_key()), public_text(other.public_key())
    data = pack_plugin(plugin, tmp_path, key).read_bytes()
    assert read_package(data, [strange, public]).signed_by == public
    assert refusal(data, (strange,)) == (
        f"It is signed with a key that is not trusted here, {public} (MTC_PLUGIN_KEYS)."
    )
    # A package that may be unsigned is still not one of a stranger.
    assert "not trusted" in refusal(data, ())


def test_an_unsigned_package_needs_leave(packed: bytes) -> None:
    assert refusal(packed, unsigned=False) == "It is not signed. Sign it with `mtc plugin pack --key`."


def test_a_changed_file_is_noticed(plugin: Path, tmp_path: Path) -> None:
    key = new_key()
    data = pack_plugin(plugin, tmp_path, key).read_bytes()

    def swap(files: dict[Any, bytes]) -> None:
        files["plugin.py"] = b"import os\n"

    def swap_and_record(files: dict[Any, bytes]) -> None:
        swap(files)
        contents = {name: files[name] for name in files if name not in ("RECORD", "SIGNATURE.json")}
        files["RECORD"] = packages._record(contents)

    told = "Its files are not those that RECORD names. Pack it again with `mtc plugin pack`."
    assert refusal(changed(data, swap)) == told
    assert refusal(changed(data, lambda files: files.update({"more.py": b""}))) == told
    assert refusal(changed(data, lambda files: files.pop("plugin.py"))) == told
    assert refusal(changed(data, lambda files: files.pop("RECORD"))) == told
    keys = (public_text(key.public_key()),)
    assert refusal(changed(data, swap_and_record), keys) == (
        "Its signature is not right: the files are not those that were signed."
    )


@pytest.mark.parametrize(
    "signature",
    [b"", b"[]", b"{}", b"null", b'{"key": 1, "signature": 2}', b'{"key": "eA==", "signature": "eA=="}'],
)
def test_a_signature_that_is_none(packed: bytes, signature: bytes) -> None:
    data = changed(packed, lambda files: files.update({"SIGNATURE.json": signature}))
    assert refusal(data) == "Its signature is not right: the files are not those that were signed."


@pytest.mark.parametrize(
    "name",
    [
        "../evil.py", "/etc/cron.d/x", "a/../../x.py", "a\\..\\x.py", "C:/x.py", "a//x.py", "./x.py",
        "a/./x.py", "caf\u00e9.py", "a\x00b.py", "a\nb.py", "x" * 300 + ".py", "a:stream.py",
    ],
)  # fmt: skip
def test_names_that_lead_elsewhere(packed: bytes, name: str) -> None:
    entry = zipfile.ZipInfo("x")
    entry.filename = name
    told = refusal(changed(packed, lambda files: files.update({entry: b"x"})))
    assert told.startswith(("It holds a file of a name that cannot be used", "Its files are not those"))
    if "\x00" not in name:  # zipfile cuts such a name
        assert told.startswith("It holds a file of a name"), told


def test_links_native_code_hidden_files_and_pairs(packed: bytes) -> None:
    link = zipfile.ZipInfo("link.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert refusal(changed(packed, lambda files: files.update({link: b"/etc/passwd"}))) == (
        "link.py is no ordinary file."
    )
    for name in ("fast.so", "lib/fast.PYD", "x.dll", "plugin.pyc"):
        data = changed(packed, lambda files, name=name: files.update({name: b"x"}))
        assert refusal(data) == f"It holds code that cannot be read, {name}."
    assert refusal(changed(packed, lambda files: files.update({".git/config": b"x"}))) == (
        "It holds a hidden file, .git/config."
    )
    pair = changed(packed, lambda files: files.update({"PLUGIN.py": b"x"}))
    assert refusal(pair) == "It holds PLUGIN.py twice."


def test_what_is_too_much(packed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    many = changed(packed, lambda files: files.update({f"f{number}.txt": b"" for number in range(2_000)}))
    assert refusal(many) == "A package may have 2,000 files at most."
    monkeypatch.setattr(packages, "LARGEST_CONTENT", 1 << 20)
    bomb = changed(packed, lambda files: files.update({"bomb.txt": b"0" * (2 << 20)}))
    assert len(bomb) < 20_000
    assert refusal(bomb) == "Unpacked, a package may have 1 MB at most."
    monkeypatch.setattr(packages, "LARGEST_PACKAGE", 1_000)
    assert refusal(packed + b"0" * 1_000) == "A package may have 0 MB at most."


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x03\x04" + b"\0" * 60, b"\x1f\x8b" + b"x" * 100])
def test_what_is_no_zip(app: Flask, data: bytes) -> None:
    assert refusal(data).startswith("This is no package of a plugin (")


def test_every_cut_and_many_flipped_bytes_are_refused(plugin: Path, packed: bytes) -> None:
    code = (plugin / "plugin.py").read_bytes()
    for length in range(0, len(packed), 37):
        refusal(packed[:length])
    for place in range(0, len(packed), 11):
        flipped = packed[:place] + bytes([packed[place] ^ 0xFF]) + packed[place + 1 :]
        try:
            package = read_package(flipped, [], unsigned=True)
        except PluginError:
            continue
        assert package.files["plugin.py"] == code  # a byte that says nothing, such as a time


def test_a_manifest_with_faults(packed: bytes) -> None:
    def spoil(files: dict[Any, bytes], text: bytes) -> None:
        files["plugin.json"] = text
        contents = {name: files[name] for name in files if name != "RECORD"}
        files["RECORD"] = packages._record(contents)

    assert refusal(changed(packed, lambda files: spoil(files, b"{"))).startswith("plugin.json is no JSON")
    told = refusal(changed(packed, lambda files: spoil(files, json.dumps({"id": "x"}).encode())))
    assert told.startswith(
        "plugin.json is not right. `name`, `version`, `mtc`, `sdk`, `hooks` must be given."
    )
