"""The table of all slots in docs/plugins/slots.md: `python -m tests.plugins.slot_table` writes it."""

from __future__ import annotations

from pathlib import Path

from mtc.pages.services.slot_list import SLOTS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "plugins" / "slots.md"
HEAD = "| slot | where | pages | `place` | kept |\n|---|---|---|---|---|\n"


def table() -> str:
    """The rows, in the order of the list."""
    rows = [
        f"| `{slot.name}` | {slot.where} | {', '.join(slot.pages) or 'every'} | {', '.join(slot.variables)} |"
        f" {'yes' if slot.is_kept else ''} |\n"
        for slot in SLOTS.values()
    ]
    return HEAD + "".join(rows)


def written() -> str:
    """The page with the table as it should be."""
    before, _, rest = PAGE.read_text().partition("| slot | where |")
    after = rest.partition("\n\n")[2]
    return before + table() + (f"\n{after}" if after else "")


if __name__ == "__main__":
    PAGE.write_text(written())
