"""Where MTC's files lie that are no Python: templates, static, themes, migrations and shipped plugins."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
# Only a wheel has this folder: it is where it carries what lies beside the package in the source tree.
_CARRIED = PACKAGE / "data"
IS_INSTALLED = _CARRIED.is_dir()
ROOT = _CARRIED if IS_INSTALLED else PACKAGE.parent
"""The folder in which those folders lie: that of the source tree, or `mtc/data` of an installed package."""


def plugin_folder(setting: str) -> Path:
    """The folder of the installation's own plugins, where `setting` is that of the name `plugins`."""
    if setting:
        return Path(setting).absolute()
    return Path("plugins").absolute() if IS_INSTALLED else ROOT / "plugins"
