"""Landscapes and light: skies, ridges, cities, water and weather, all in fractions of the canvas."""

# ruff: noqa: E501 - path data and tables of drawings read worse when they are folded

import math
from itertools import pairwise

from mtc.demo.artwork.canvas import XY, Canvas, Stop


def sky(c: Canvas, *stops: Stop) -> None:
    """A vertical gradient over everything."""
    c.fill(c.linear(*stops))


def glow(c: Canvas, x: float, y: float, r: float, color: str, strength: float = 0.9) -> None:
    """Soft light around a point; r is a fraction of the smaller side."""
    size = min(c.w, c.h) * r
    c.circle(c.w * x, c.h * y, size, c.radial((0, color, strength), (0.4, color, strength * 0.35), (1, color, 0)))


def disc(c: Canvas, x: float, y: float, r: float, *stops: Stop, halo: str | None = None) -> None:
    """A sun or moon with an optional halo."""
    if halo:
        glow(c, x, y, r * 2.6, halo, 0.7)
    c.circle(c.w * x, c.h * y, min(c.w, c.h) * r, c.linear(*stops))


def stars(c: Canvas, count: int, until: float = 0.6, color: str = "#fff") -> None:
    """Two sizes of stars down to a fraction of the height."""
    c.dots(count, (0, 0, c.w, c.h * until), (0.5, 0.7), color, opacity=0.7)
    c.dots(count // 6, (0, 0, c.w, c.h * until), (1.2, 1.4), color)


def ridge(c: Canvas, y: float, amp: float, fill: str, steps: int = 18, **more: object) -> None:
    """A jagged mountain line, filled down to the bottom."""
    points: list[XY] = [(0, c.h)]
    level = 0.0
    for index in range(steps + 1):
        level = level * 0.45 + c.rng.uniform(-1, 1)
        points.append((c.w * index / steps, c.h * (y + amp * level * (1 if index % 2 else -0.35))))
    c.poly([*points, (c.w, c.h)], fill, **more)


def hills(c: Canvas, y: float, amp: float, fill: str, waves: float = 1.5, **more: object) -> None:
    """A smooth rolling line, filled down to the bottom."""
    phase = c.rng.uniform(0, 6.28)
    points = []
    for index in range(9):
        f = index / 8
        points.append((c.w * f, c.h * (y + amp * math.sin(phase + f * waves * 6.28))))
    d = f"M0 {c.h}L0 {points[0][1]:.0f}"
    for (x0, y0), (x1, y1) in pairwise(points):
        mid = (x0 + x1) / 2
        d += f"C{mid:.0f} {y0:.0f} {mid:.0f} {y1:.0f} {x1:.0f} {y1:.0f}"
    c.path(f"{d}V{c.h}z", fill, **more)


def pines(c: Canvas, y: float, count: int, height: float, fill: str, **more: object) -> None:
    """A row of firs standing on a line."""
    d = []
    for index in range(count):
        x = c.w * (index + c.rng.uniform(0.1, 0.9)) / count
        tall = c.h * height * c.rng.uniform(0.55, 1.1)
        base = c.h * (y + c.rng.uniform(0, 0.02))
        half = tall * 0.2
        d.append(f"M{x:.0f} {base - tall:.0f}l{half * 0.55:.0f} {tall * 0.38:.0f}h{-half * 0.25:.0f}"
                 f"l{half * 0.45:.0f} {tall * 0.3:.0f}h{-half * 0.25:.0f}l{half * 0.5:.0f} {tall * 0.4:.0f}"
                 f"h{-half * 2:.0f}l{half * 0.5:.0f} {-tall * 0.4:.0f}h{-half * 0.25:.0f}"
                 f"l{half * 0.45:.0f} {-tall * 0.3:.0f}h{-half * 0.25:.0f}z")  # fmt: skip
    c.path("".join(d), fill, **more)


def skyline(c: Canvas, y: float, low: float, high: float, fill: str, window: str | None = None,
            width: float = 0.07) -> None:  # fmt: skip
    """City blocks from a line upwards, with lit windows if a colour is given."""
    d, lights = [f"M0 {c.h}"], []
    x = 0.0
    while x < c.w:
        wide = c.w * width * c.rng.uniform(0.6, 1.5)
        top = c.h * (y - c.rng.uniform(low, high))
        d.append(f"L{x:.0f} {top:.0f}h{wide:.0f}")
        if c.rng.random() < 0.3:
            d.append(f"m{-wide / 2:.0f} 0v{-c.h * 0.05:.0f}h3v{c.h * 0.05:.0f}h{wide / 2 - 3:.0f}")
        if window:
            for _ in range(int(wide / 9)):
                wx, wy = x + c.rng.uniform(5, wide - 8), c.rng.uniform(top + 8, c.h * y)
                lights.append(f"M{wx:.0f} {wy:.0f}v7")
        x += wide
        d.append(f"L{x:.0f} {c.h * y:.0f}")
    c.path("".join(d) + f"L{c.w} {c.h}z", fill)
    if window and lights:
        c.path("".join(lights), "none", stroke=window, stroke_width=4, opacity=0.8)


def floor(c: Canvas, y: float, color: str, fill: str, lines: int = 16, width: float = 2) -> None:
    """A perspective grid running to the horizon."""
    top = c.h * y
    c.rect(0, top, c.w, c.h - top, fill)
    d = []
    for index in range(-lines, lines + 1):
        d.append(f"M{c.w / 2 + index * c.w * 0.022:.0f} {top:.0f}L{c.w / 2 + index * c.w * 0.2:.0f} {c.h}")
    for index in range(10):
        d.append(f"M0 {top + (c.h - top) * (index / 9) ** 2.1:.0f}h{c.w}")
    c.path("".join(d), "none", stroke=color, stroke_width=width)


def rays(c: Canvas, x: float, y: float, count: int, color: str, opacity: float = 0.16) -> None:
    """Beams of light out of a point."""
    far = c.w + c.h
    turn = c.rng.uniform(0, 1)
    d = []
    for index in range(count):
        angle = (index + turn) * 2 * math.pi / count
        half = math.pi / count * 0.5
        d.append(f"M{c.w * x:.0f} {c.h * y:.0f}l{far * math.cos(angle - half):.0f} {far * math.sin(angle - half):.0f}"
                 f"L{c.w * x + far * math.cos(angle + half):.0f} {c.h * y + far * math.sin(angle + half):.0f}z")  # fmt: skip
    c.path("".join(d), color, opacity=opacity)


def waves(c: Canvas, y: float, rows: int, near: str, far: str) -> None:
    """Rows of waves from a line to the bottom, from a far to a near colour."""
    paint = c.linear(far, near)
    for row in range(rows):
        f = row / max(1, rows - 1)
        top = c.h * (y + (1 - y) * f * 0.8)
        length = c.w * (0.07 + 0.13 * f)
        rise = length * 0.28
        start = -length * c.rng.random() * 2
        humps = int(c.w / length) + 4
        c.path(f"M{start:.0f} {top:.0f}" + f"q{length / 2:.0f} {-rise:.0f} {length:.0f} 0" * humps
               + f"V{c.h}H{start:.0f}z", paint, opacity=round(0.55 + 0.45 * f, 2))  # fmt: skip


def fog(c: Canvas, y: float, depth: float, color: str, strength: float = 0.6) -> None:
    """A band of mist that is thickest in its middle."""
    paint = c.linear((0, color, 0), (0.5, color, strength), (1, color, 0))
    c.rect(0, c.h * (y - depth / 2), c.w, c.h * depth, paint)


def rain(c: Canvas, count: int, color: str, slant: float = -8) -> None:
    """Thin falling lines."""
    d = []
    for _ in range(count):
        d.append(f"M{c.rng.uniform(0, c.w):.0f} {c.rng.uniform(0, c.h):.0f}l{slant:.0f} {c.rng.uniform(22, 52):.0f}")
    c.stroke("".join(d), color, 1.3, opacity=0.4)


def birds(c: Canvas, count: int, x: float, y: float, color: str) -> None:
    """A small flock."""
    d = []
    for _ in range(count):
        px, py = c.w * (x + c.rng.uniform(-0.13, 0.13)), c.h * (y + c.rng.uniform(-0.05, 0.05))
        s = c.rng.uniform(6, 12)
        d.append(f"M{px - s:.0f} {py - s / 2:.0f}q{s / 2:.0f} {-s / 4:.0f} {s:.0f} {s / 2:.0f}q{s / 2:.0f} {-s:.0f} {s:.0f} {-s / 2:.0f}")
    c.stroke("".join(d), color, 2)


def cloud(c: Canvas, x: float, y: float, size: float, fill: str, **more: object) -> None:
    """A flat-bottomed cloud; size is a fraction of the width."""
    s = max(c.w, c.h * 0.75) * size / 10000
    with c.group(transform=f"translate({c.w * x:.0f} {c.h * y:.0f})scale({s:.2f})", **more):
        c.path("M-48 0a14 14 0 0 1 8-24a20 20 0 0 1 34-14a24 24 0 0 1 40 12a16 16 0 0 1 14 26z", fill)


def planet(c: Canvas, x: float, y: float, r: float, light: str, dark: str, ring: str | None = None) -> None:
    """A lit sphere with bands, and a ring if a colour is given."""
    px, py, s = c.w * x, c.h * y, min(c.w, c.h) * r
    if ring:
        with c.group(transform=f"translate({px:.0f} {py:.0f})rotate(-18)"):
            c.ellipse(0, 0, s * 1.9, s * 0.42, "none", stroke=ring, stroke_width=s * 0.12, opacity=0.55)
    c.circle(px, py, s, c.radial((0, light), (0.55, light), (1, dark), cx=0.32, cy=0.28, r=0.9))
    c.circle(px, py, s, c.radial((0.6, "#000", 0), (1, "#000", 0.6), cx=0.3, cy=0.25, r=1))
    if ring:
        with c.group(transform=f"translate({px:.0f} {py:.0f})rotate(-18)"):
            d = f"M{-s * 1.9:.0f} 0A{s * 1.9:.0f} {s * 0.42:.0f} 0 0 0 {s * 1.9:.0f} 0"
            c.path(d, "none", stroke=ring, stroke_width=s * 0.12)
            d = f"M{-s * 1.62:.0f} 0A{s * 1.62:.0f} {s * 0.34:.0f} 0 0 0 {s * 1.62:.0f} 0"
            c.path(d, "none", stroke=ring, stroke_width=s * 0.04, opacity=0.7)


def vignette(c: Canvas, color: str = "#000", strength: float = 0.55) -> None:
    """Darker corners."""
    c.fill(c.radial((0.55, color, 0), (1, color, strength), r=0.75))


def shade(c: Canvas, top: float, bottom: float, color: str = "#000") -> None:
    """Dark at the top and bottom edges, so that lettering stays readable."""
    c.fill(c.linear((0, color, top), (0.32, color, 0), (0.62, color, 0), (1, color, bottom)))


def hexes(c: Canvas, x: float, y: float, size: float, rows: int, columns: int, paints: list[str], stroke: str) -> None:
    """A board of hexagons with random paints; size in pixels."""
    step_x, step_y = size * 1.75, size * 1.52
    half, quarter = size * 0.866, size / 2
    tiles: dict[str, list[str]] = {paint: [] for paint in paints}
    for row in range(rows):
        for column in range(columns):
            px = c.w * x + (column + (row % 2) / 2 - columns / 2) * step_x
            py = c.h * y + row * step_y
            if -size < px < c.w + size:
                tiles[c.rng.choice(paints)].append(
                    f"M{px:.0f} {py - size:.0f}l{half:.0f} {quarter:.0f}v{size:.0f}l{-half:.0f} {quarter:.0f}"
                    f"{-half:.0f} {-quarter:.0f}v{-size:.0f}z")  # fmt: skip
    for paint, shapes in tiles.items():
        c.path("".join(shapes), paint, stroke=stroke, stroke_width=3)
