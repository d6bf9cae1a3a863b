"""What is counted in each state of Redis, and the table made of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median


@dataclass
class Counts:
    """What one state of Redis did to the shop."""

    name: str
    spent: list[float] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)
    bought: int = 0
    keys: int = 0
    seen: float = 0.0
    passed: int = 0
    knocks: list[float] = field(default_factory=list)

    def p95(self) -> float:
        """Milliseconds within which 95 of 100 answers came."""
        ordered = sorted(self.spent) or [0.0]
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]

    def knock(self) -> float:
        """Milliseconds of an answer that hangs on a limit and on little else: the median of the first ten.

        Later ones say little: the queue of a frozen Redis is full then, and refuses at once.
        """
        return 1000 * median(self.knocks[:10] or [0.0])


@dataclass
class Outcome:
    """All states and both controls; `broken` names what was not kept."""

    states: list[Counts]
    controls: list[Counts]
    healthy: float
    broken: list[str]

    def lines(self) -> Iterator[str]:
        """A table."""
        yield "| Redis | answers | bad | bought | keys | p95 ms | ratio | limited ms | change | let pass |"
        yield "|---|---|---|---|---|---|---|---|---|---|"
        for one in [*self.states, *self.controls]:
            yield (
                f"| {one.name} | {len(one.spent)} | {len(one.bad)} | {one.bought} | {one.keys} "
                f"| {one.p95():.0f} | {one.p95() / self.healthy:.2f} | {one.knock():.0f} "
                f"| {one.seen:.2f} s | {one.passed} |"
            )
            yield from (f"<!-- {line} -->" for line in sorted(set(one.bad))[:3])
        if self.broken:
            yield f"BROKEN: {'; '.join(self.broken)}"
        else:
            yield "All promises are kept, and both controls fail."
