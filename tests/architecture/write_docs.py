"""Write the pages that list what the code declares: `.venv/bin/python -m tests.architecture.write_docs`."""

import tempfile
from pathlib import Path

from mtc.app import create_app
from tests.architecture.described import pages
from tests.architecture.tree import ROOT
from tests.servers.database import settings_for

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for name, text in pages(create_app(settings_for(Path(folder)))).items():
            (ROOT / "docs" / name).write_text(text, encoding="utf-8")
