"""The plugin of docs/plugins/routes.md, written into a folder."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs" / "plugins"


def club_files() -> dict[str, str]:
    """The files of the plugin by their names."""
    text = (DOCS / "routes.md").read_text()
    return dict(re.findall(r"^`plugins/club/(\S+)`\n\n```\w+\n(.*?)^```$", text, re.M | re.S))


def write_club(folder: Path, **changed: str) -> Path:
    """The plugin as the page has it; `changed` has other texts of files, by their names without an ending."""
    for name, text in club_files().items():
        file = folder / "club" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(changed.get(Path(name).stem, text))
    return folder / "club"
