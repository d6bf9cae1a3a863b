"""Refresh or check the committed third-party browser files named in vendor.json."""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

STATIC = Path(__file__).resolve().parent
MANIFEST = STATIC / "vendor.json"


def digest(content: bytes) -> str:
    """Return the SHA-256 of `content` as hex."""
    return hashlib.sha256(content).hexdigest()


def unpack(name: str, version: str, folder: Path) -> dict[str, bytes]:
    """Fetch one npm package with `npm pack` and return its files by path inside the package."""
    command = ["npm", "pack", f"{name}@{version}", "--silent"]  # name and version come from our own manifest
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)  # noqa: S603
    with tarfile.open(folder / done.stdout.strip().splitlines()[-1]) as archive:
        files: dict[str, bytes] = {}
        for member in archive.getmembers():
            handle = archive.extractfile(member) if member.isfile() else None
            if handle is not None:
                files[member.name.removeprefix("package/")] = handle.read()
        return files


def sprite(files: dict[str, bytes], names: list[str]) -> bytes:
    """Build one SVG sprite; a name `ours:theirs` renames a Lucide icon."""
    symbols = []
    for name in names:
        ours, _, theirs = name.partition(":")
        source = files[f"icons/{theirs or ours}.svg"].decode()
        start = source.index(">", source.index("<svg")) + 1
        body = re.sub(r"\s*\n\s*", "", source[start : source.rindex("</svg>")])
        symbols.append(f'<symbol id="{ours}" viewBox="0 0 24 24">{body}</symbol>')
    head = '<svg xmlns="http://www.w3.org/2000/svg"><!-- Lucide, ISC licence: lucide.LICENSE.txt -->'
    return ("\n".join([head, *symbols, "</svg>"]) + "\n").encode()


def refresh(manifest: dict[str, Any]) -> None:
    """Copy every named file anew and write its hash into the manifest."""
    with tempfile.TemporaryDirectory() as folder:
        for package in manifest["packages"]:
            files = unpack(package["name"], package["version"], Path(folder))
            for entry in package["files"]:
                target = STATIC / entry["to"]
                target.parent.mkdir(parents=True, exist_ok=True)
                content = re.sub(rb"\n//# sourceMappingURL=\S+\s*$", b"\n", files[entry["from"]])
                target.write_bytes(content)
                entry["sha256"] = digest(content)
            if package["name"] == manifest["icons"]["package"]:
                content = sprite(files, manifest["icons"]["names"])
                (STATIC / manifest["icons"]["sprite"]).write_bytes(content)
                manifest["icons"]["sha256"] = digest(content)


def mismatches(manifest: dict[str, Any]) -> list[str]:
    """Return the committed files whose content is not what the manifest says."""
    wanted = {entry["to"]: entry["sha256"] for package in manifest["packages"] for entry in package["files"]}
    wanted[manifest["icons"]["sprite"]] = manifest["icons"]["sha256"]
    return [path for path, sha in wanted.items() if digest((STATIC / path).read_bytes()) != sha]


def dump(manifest: dict[str, Any]) -> str:
    """Print the manifest with one package or file per line."""
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    lists = re.compile(r"\[\s+((?:\"[^\"]*\",?\s+)+)\]")
    flat = lists.sub(lambda found: "[" + re.sub(r"\s+", " ", found[1]).strip() + "]", text)
    return flat + "\n"


def main() -> int:
    """Refresh, or with --check compare and return 1 on a difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare files with hashes")
    manifest = json.loads(MANIFEST.read_text())
    if parser.parse_args().check:
        wrong = mismatches(manifest)
        print("\n".join(f"differs: {path}" for path in wrong) or "vendor files match vendor.json")
        return 1 if wrong else 0
    refresh(manifest)
    MANIFEST.write_text(dump(manifest))
    return 0


if __name__ == "__main__":
    sys.exit(main())
