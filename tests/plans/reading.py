"""Reading EXPLAIN: by which index each table is reached, on which columns, and what is filtered then."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_WORDS = {
    "and", "any", "coalesce", "current_setting", "false", "hashed", "is", "not", "null", "or", "row", "true",
}  # fmt: skip


def paths(plan: dict[str, Any]) -> Iterator[str]:
    """One line for each table that the plan reads."""
    if "Relation Name" in plan and plan["Node Type"] != "ModifyTable":
        yield _line(plan, plan.get("Index Name"), plan.get("Index Cond", ""))
    for part in plan.get("Plans", []):
        yield from paths(part)


def _line(plan: dict[str, Any], index: str | None, condition: str) -> str:
    if plan["Node Type"] == "Bitmap Heap Scan":
        inner = plan["Plans"][0]
        index, condition = inner.get("Index Name", "several"), inner.get("Index Cond", "")
    by = f"by {index} on {_columns(condition)}" if index else plan["Node Type"]
    kept = _columns(plan.get("Filter", ""))
    return f"{plan['Relation Name']} {by}" + (f", then {kept}" if kept else "")


def _columns(condition: str) -> str:
    """The columns that a condition compares, in the order of the alphabet."""
    plain = re.sub(r"'[^']*'|::[a-z ]+|\$\d+", " ", condition)
    names = re.findall(r"\b(?:\w+\.)?([a-z_][a-z_0-9]*)\b", plain)
    return " ".join(sorted({name for name in names if name.lower() not in _WORDS}))
