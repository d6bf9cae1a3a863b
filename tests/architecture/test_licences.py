"""The licence of MTC, and a notice for every file in it that others have made."""

import json
import re
import subprocess
import tomllib
from pathlib import PurePosixPath

from tests.architecture.tree import ROOT

NOTICES = (ROOT / "THIRD_PARTY_NOTICES.md").read_text(encoding="utf-8")
# | `file`, `file` | name | version | licence | source |
ROWS = [line.strip("| ").split(" | ") for line in NOTICES.splitlines() if line.startswith("| `")]
# What nobody writes by hand, and the folders in which only files of others lie.
MADE = (".woff", ".woff2", ".ttf", ".otf", ".eot", ".min.js", ".min.css", ".gz", ".dat", ".wasm", ".mmdb")
FOREIGN = ("static/vendor/", "static/fonts/", "mtc/demo/artwork/typefaces/")
TEXTS = ("LICENSE.txt", "OFL.txt", "LICENCES.md")
OWN = {"static/icons/mtc.svg"}


def named() -> set[str]:
    return {file for row in ROWS for file in re.findall(r"`([^`]+)`", row[0])}


def foreign() -> set[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return {
        name
        for name in listed
        if (name.endswith(MADE) or name.startswith((*FOREIGN, "static/icons/")))
        and not name.endswith(TEXTS)
        and name not in OWN
    }


def test_every_file_of_others_has_a_notice_and_every_notice_a_file() -> None:
    assert foreign() == named()


def test_notices_say_the_versions_that_are_there() -> None:
    manifest = json.loads((ROOT / "static" / "vendor.json").read_text(encoding="utf-8"))
    told = {row[1]: (row[2], row[3]) for row in ROWS}
    for package in manifest["packages"]:
        assert told[package["name"]] == (package["version"], package["licence"])


def test_every_notice_is_whole_and_its_licence_stands_on_the_page() -> None:
    for row in ROWS:
        assert len(row) == 5 and all(row), row
        assert row[4].startswith("https://"), row
        assert re.search(rf"^## {re.escape(row[3])} \(", NOTICES, re.MULTILINE), row


def test_every_typeface_of_the_demo_names_its_authors() -> None:
    authors = NOTICES.partition("## Copyright of the typefaces of the demo")[2].partition("## ")[0]
    for name in named():
        if name.startswith("mtc/demo/artwork/typefaces/"):
            assert f"- {PurePosixPath(name).stem}: Copyright" in authors, name


def test_the_licence_is_declared_and_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == "Apache-2.0"
    assert project["license-files"] == ["LICENSE", "THIRD_PARTY_NOTICES.md"]
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text and "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text and len(text) > 10_000
