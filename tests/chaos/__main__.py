"""`make chaos`: the promises at their full size, a table at the end and docs/chaos.md."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.chaos.figures import HEADINGS, KEPT_IN, Figures, cells, markdown, read
from tests.servers.provide import provide

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("tests/chaos", "tests/isolation/test_routes.py")
PAGE = ROOT / "docs" / "chaos.md"
TEXT = """# The last full run of `make chaos`

Written by `make chaos` on {day}: {seconds:.0f} seconds on {cores} cores.
What the promises mean, what keeps them and how to read this table: [reliability.md](reliability.md).

{table}"""


def main(arguments: list[str]) -> int:
    """Run all (or the parts that pytest's arguments choose); 0 when every promise was kept."""
    lacking = provide()
    if lacking:
        print("\n".join(lacking))
        return 1
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        kept_in = Path(folder) / "figures"
        # A folder of its own: pytest clears the folders of earlier runs away, and this one takes long.
        place = ["--basetemp", f"{folder}/runs", "-p", "no:cacheprovider"]
        command = [sys.executable, "-m", "pytest", *PLACES, "-v", "--tb=short", *place, *arguments]
        environment = {**os.environ, "CHAOS": "full", KEPT_IN: str(kept_in)}
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        figures = read(kept_in)
    seconds = time.monotonic() - began
    print(f"\n{shown(figures)}\n{seconds:.0f} seconds")
    if not arguments:
        today = datetime.now(UTC).strftime("%d %B %Y")
        table = markdown(figures)
        page = TEXT.format(day=today, seconds=seconds, cores=os.cpu_count(), table=table)
        PAGE.write_text(page, encoding="utf-8")
    broken = [one.promise for one in figures if not one.kept]
    if broken:
        print("BROKEN: " + ", ".join(broken))
    return int(bool(code or broken))


def shown(figures: list[Figures]) -> str:
    """The figures for a terminal: one block for each promise."""
    blocks = []
    for one in figures:
        pairs = zip(HEADINGS[1:], cells(one)[1:], strict=True)
        blocks.append("\n".join([one.promise, *(f"  {name:<22}{value}" for name, value in pairs if value)]))
    return "\n\n".join(blocks)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
