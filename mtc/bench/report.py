"""The table that `make bench` prints: figure, goal, verdict."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

Samples = dict[str, list[tuple[float, float]]]


@dataclass(frozen=True)
class Line:
    """One figure; `good` is None where there is no goal."""

    label: str
    figure: str
    goal: str = ""
    good: bool | None = None

    def text(self) -> str:
        """The line as it is printed."""
        verdict = {True: "ok", False: "MISSED", None: ""}[self.good]
        return f"  {self.label:<46}{self.figure:>22}   {self.goal:<12}{verdict}".rstrip()


def speed_lines(samples: Samples) -> list[Line]:
    """Answers a second and the processor time of one answer, each the median of the rounds."""
    lines = []
    for name, rounds in samples.items():
        rate, cost = median(r for r, _ in rounds), median(c for _, c in rounds)
        lines.append(Line(name, f"{rate:,.0f}/s {cost:8.3f} ms"))
    return lines


def ratio(samples: Samples, mine: str, other: str) -> tuple[float, float]:
    """(by answers a second, by processor time) of one against the other: median of the rounds' ratios."""
    pairs = list(zip(samples[mine], samples[other], strict=True))
    return median(m[0] / o[0] for m, o in pairs), median(o[1] / m[1] if m[1] else 0.0 for m, o in pairs)


def ratio_line(samples: Samples, label: str, mine: str, other: str, goal: float) -> Line:
    """A ratio of answers a second with its goal; that of processor time beside it suffers less from noise."""
    by_rate, by_cost = ratio(samples, mine, other)
    return Line(label, f"{by_rate:.2f} (cpu {by_cost:.2f})", f">= {goal:.2f}", by_rate >= goal)


def limit_line(label: str, value: float, limit: float, unit: str, *, digits: int = 0) -> Line:
    """A figure that should stay at or below a limit."""
    return Line(label, f"{value:.{digits}f} {unit}", f"<= {limit:g} {unit}", value <= limit)


def show(title: str, lines: list[Line]) -> None:
    """Print a block of the table."""
    print(f"\n{title}", flush=True)
    for line in lines:
        print(line.text(), flush=True)
