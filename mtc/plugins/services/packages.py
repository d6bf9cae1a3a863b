"""Packages of plugins: a zip of the plugin's folder with the hashes of its files and a signature over them.

`RECORD` names each file with its SHA-256 and size, as that of a wheel does (packaging.python.org, "Binary
distribution format"); `SIGNATURE.json` holds an Ed25519 signature (RFC 8032) over RECORD.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from mtc.plugins.errors import PluginError
from mtc.plugins.manifest import manifest_problems

SUFFIX = ".mtcplugin"
RECORD, SIGNATURE = "RECORD", "SIGNATURE.json"
LARGEST_PACKAGE, LARGEST_CONTENT, MOST_FILES = 20 << 20, 60 << 20, 2_000
LONGEST_PATH = 200
_NATIVE = {".so", ".pyd", ".dll", ".dylib", ".exe", ".pyc", ".pyo"}
_LEFT_OUT = {"__pycache__", "tests", "node_modules", "build", "dist"}
_TIME = (1980, 1, 1, 0, 0, 0)
"""The time of every file in a package: the same files make the same bytes."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package that was read and checked: nothing of it has run."""

    manifest: dict[str, Any]
    files: dict[str, bytes]
    digest: str
    signed_by: str

    @property
    def slug(self) -> str:
        """The plugin's id."""
        return str(self.manifest["id"])

    @property
    def version(self) -> str:
        """The plugin's version."""
        return str(self.manifest["version"])


def pack_plugin(folder: Path, target: Path, key: Ed25519PrivateKey | None = None) -> Path:
    """Write the package of a plugin's folder into the folder `target` and return its path.

    Tests, caches and hidden files are left out. Raises PluginError when the package could not be installed.
    """
    files = {str(path.relative_to(folder).as_posix()): path for path in _files(folder)}
    contents = {name: path.read_bytes() for name, path in files.items()}
    record = _record(contents)
    if key is not None:
        contents[SIGNATURE] = _signature(record, key)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted({**contents, RECORD: record}.items()):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, data)
    package = read_package(buffer.getvalue(), [public_text(key.public_key())] if key else [], unsigned=True)
    path = target / f"{package.slug}-{package.version}{SUFFIX}"
    path.write_bytes(buffer.getvalue())
    return path


def read_package(data: bytes, trusted_keys: Sequence[str], *, unsigned: bool = False) -> Package:
    """Read and check a package; `trusted_keys` are public keys in base64, and `unsigned` ones may be let in.

    Raises PluginError with what is wrong: size, names, kinds of files, hashes, signature, plugin.json.
    """
    if len(data) > LARGEST_PACKAGE:
        raise PluginError(f"A package may have {LARGEST_PACKAGE >> 20} MB at most.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            contents = dict(_contents(archive))
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ValueError, OSError) as error:
        raise PluginError(f"This is no package of a plugin ({error}).") from error
    record, signature = contents.pop(RECORD, None), contents.pop(SIGNATURE, None)
    if record is None or _record(contents) != record:
        raise PluginError("Its files are not those that RECORD names. Pack it again with `mtc plugin pack`.")
    signed_by = _signer(record, signature, trusted_keys, unsigned)
    try:
        manifest = json.loads(contents.get("plugin.json", b""))
    except (ValueError, RecursionError) as error:
        raise PluginError(f"plugin.json is no JSON ({error}).") from error
    if problems := manifest_problems(manifest):
        raise PluginError(f"plugin.json is not right. {' '.join(problems)}")
    if "plugin.py" not in contents:
        raise PluginError(f"{manifest['id']}: it has no plugin.py.")
    return Package(manifest, contents, hashlib.sha256(data).hexdigest(), signed_by)


def new_key() -> Ed25519PrivateKey:
    """A new key to sign packages with."""
    return Ed25519PrivateKey.generate()


def public_text(key: Ed25519PublicKey) -> str:
    """The public key as MTC_PLUGIN_KEYS has it: its 32 bytes in base64."""
    return base64.b64encode(key.public_bytes_raw()).decode()


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") or part.endswith(".egg-info") for part in parts)
        if path.is_file() and not path.is_symlink() and not hidden and not _LEFT_OUT & {*parts}:
            yield path


def _record(contents: dict[str, bytes]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for name in sorted(contents):
        digest = base64.urlsafe_b64encode(hashlib.sha256(contents[name]).digest()).rstrip(b"=").decode()
        writer.writerow((name, f"sha256={digest}", len(contents[name])))
    return text.getvalue().encode()


def _signature(record: bytes, key: Ed25519PrivateKey) -> bytes:
    signature = base64.b64encode(key.sign(record)).decode()
    return json.dumps({"key": public_text(key.public_key()), "signature": signature}).encode()


def _signer(record: bytes, signature: bytes | None, trusted_keys: Sequence[str], unsigned: bool) -> str:
    """Return the key that signed RECORD; empty for a package without a signature."""
    if signature is None:
        if unsigned:
            return ""
        raise PluginError("It is not signed. Sign it with `mtc plugin pack --key`.")
    try:
        parts = json.loads(signature)
        key = str(parts["key"])
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        public.verify(base64.b64decode(str(parts["signature"]), validate=True), record)
    except (ValueError, KeyError, TypeError, RecursionError, InvalidSignature) as error:
        raise PluginError("Its signature is not right: the files are not those that were signed.") from error
    if key not in trusted_keys:
        raise PluginError(f"It is signed with a key that is not trusted here, {key} (MTC_PLUGIN_KEYS).")
    return key


def _contents(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_FILES:
        raise PluginError(f"A package may have {MOST_FILES:,} files at most.")
    left, seen = LARGEST_CONTENT, set()
    for entry in entries:
        _check_entry(entry)
        folded = entry.filename.casefold()
        if folded in seen:
            raise PluginError(f"It holds {entry.filename} twice.")
        seen.add(folded)
        with archive.open(entry) as file:
            data = file.read(left + 1)  # what the directory of the zip says of sizes may be untrue
        left -= len(data)
        if left < 0:
            raise PluginError(f"Unpacked, a package may have {LARGEST_CONTENT >> 20} MB at most.")
        yield entry.filename, data


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name, path = entry.filename, PurePosixPath(entry.filename)
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise PluginError(f"{name} is no ordinary file.")
    plain = name.isascii() and name.isprintable() and len(name) <= LONGEST_PATH
    parts = name.split("/")
    if not plain or "\\" in name or ":" in name or path.is_absolute() or {"", ".", ".."} & {*parts}:
        raise PluginError(f"It holds a file of a name that cannot be used, {name!r:.220}.")
    if any(part.startswith(".") for part in parts):
        raise PluginError(f"It holds a hidden file, {name}.")
    if path.suffix.lower() in _NATIVE:
        raise PluginError(f"It holds code that cannot be read, {name}.")
    if entry.flag_bits & 0x1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise PluginError(f"{name} is encrypted or packed in a way that is not read here.")
