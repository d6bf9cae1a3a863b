"""What a run of the promises has measured: a table for the terminal and a page for docs/chaos.md."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

KEPT_IN = "CHAOS_FIGURES"
"""Environment variable that names the file to which runs add their figures; without it nothing is kept."""


@dataclass
class Figures:
    """One promise: what was done to the house, what came of it, and what became of the control."""

    promise: str
    done: str
    faults: str = "none"
    lost: int = 0
    doubled: int = 0
    executions: float | None = None  # per event
    drained: float | None = None  # seconds after the last fault
    more: str = ""
    control: str = ""
    kept: bool = False

    def note(self, *, kept: bool) -> None:
        """Write the figures down, whether the promise was kept or not."""
        self.kept = kept
        if KEPT_IN in os.environ:
            with Path(os.environ[KEPT_IN]).open("a") as file:
                file.write(json.dumps(asdict(self)) + "\n")


def read(path: Path) -> list[Figures]:
    """What was written down."""
    return [Figures(**json.loads(line)) for line in path.read_text().splitlines()] if path.exists() else []


HEADINGS = (
    "promise",
    "what was done",
    "faults",
    "lost",
    "doubled",
    "executions per event",
    "drained after",
    "also",
    "control",
    "kept",
)


def cells(one: Figures) -> tuple[str, ...]:
    """The figures in the order of the headings."""
    return (
        one.promise,
        one.done,
        one.faults,
        f"{one.lost:,}",
        f"{one.doubled:,}",
        "" if one.executions is None else f"{one.executions:.3f}",
        "" if one.drained is None else f"{one.drained:.1f} s",
        one.more,
        one.control,
        "yes" if one.kept else "BROKEN",
    )


def markdown(some: list[Figures]) -> str:
    """A table, one row for each run."""
    rows = [HEADINGS, tuple("---" for _ in HEADINGS), *(cells(one) for one in some)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"
