"""Contrast of two colours, as WCAG 2.2 counts it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LOWEST = 4.5
_PAIRS = (
    "background", "card", "popover", "primary", "secondary", "accent", "destructive", "success", "warning",
)  # fmt: skip


def _channel(value: int) -> float:
    part = value / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def luminance(color: str) -> float:
    """The relative luminance of `#rrggbb` (WCAG 2.2, definition of relative luminance), 0 to 1."""
    red, green, blue = (_channel(int(color[place : place + 2], 16)) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, other: str) -> float:
    """The contrast ratio of two colours `#rrggbb`, 1 to 21."""
    light, dark = sorted((luminance(first), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable_on(color: str) -> str:
    """Near black or near white, whichever reads better on the colour."""
    return max(("#0b0b0f", "#ffffff"), key=lambda text: contrast(color, text))


def contrast_problems(colors: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Pairs of parsed colours that read worse than 4.5:1: [{"color", "on", "ratio"}]."""
    pairs = [("foreground" if name == "background" else f"{name}-foreground", name) for name in _PAIRS]
    pairs += [("muted-foreground", "background"), ("muted-foreground", "muted")]
    problems = []
    for text, ground in pairs:
        if text in colors and ground in colors:
            ratio = round(contrast(colors[text][:7], colors[ground][:7]), 2)
            if ratio < LOWEST:
                problems.append({"color": text, "on": ground, "ratio": ratio})
    return problems
