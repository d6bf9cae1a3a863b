"""Key art of the loud and playful games: one scene per game, for any aspect ratio."""

# ruff: noqa: E501 - path data and tables of drawings read worse when they are folded
from mtc.demo.artwork import silhouettes as s
from mtc.demo.artwork.canvas import Canvas
from mtc.demo.artwork.scenery import disc, floor, glow, hexes, rays, sky, skyline


def warren(c: Canvas) -> None:
    """An armoured rabbit in an arena."""
    m = min(c.w, c.h)
    sky(c, "#ff5f5f", "#ff9a4a", "#ffd24a")
    rays(c, 0.5, 0.5, 20, "#fff0a8", 0.45)
    hexes(c, 0.5, 0.74, m * 0.09, 4, 22, ["#3b1d52", "#4c2570", "#2d1540"], "#ff8b3d")
    s.put(c, s.RABBIT, 0.5, 0.84, m * 0.82, "#2a1038", stretch=1.05)
    s.put(c, s.RABBIT, 0.5, 0.825, m * 0.78, c.linear("#fff", "#e6ddf5", "#b79ee0"), stretch=1.02)
    s.put(c, "M22 64q28-16 56 0l-3 13q-25-8-50 0z", 0.5, 0.825, m * 0.78, "#19b5a5")
    s.put(c, "M32 66l12 3-8 6zM68 66l-12 3 8 6z", 0.5, 0.825, m * 0.78, "#fff7c9")
    s.put(c, "M46 82h8l-4 5zM40 91q10 6 20 0", 0.5, 0.825, m * 0.78, "#2a1038")
    for x, turn in ((0.2, -28), (0.8, 28)):
        s.put(c, s.SWORD, x, 0.86, m * 0.62, c.linear("#fff", "#c3d4ee"), turn=turn, stroke="#2a1038", stroke_width=2)
    c.dots(40, (0, 0, c.w, c.h), (2, 4), "#fff6c2")


def kaiju_council(c: Canvas) -> None:
    """A monster holding a planning meeting with a city."""
    m = min(c.w, c.h)
    sky(c, "#2de0c6", "#8df0c0", "#fff3a6", "#ffb26b")
    rays(c, 0.55, 0.62, 18, "#fff", 0.2)
    disc(c, 0.55, 0.4, 0.3, "#fff7cc", "#ffe08a")
    s.put(c, s.KAIJU, 0.54, 0.81, m * 0.76, "#173b56", stretch=1.05)
    s.put(c, s.KAIJU, 0.525, 0.805, m * 0.74, c.linear("#6ad06f", "#2a9b68", "#1c6b5c"), stretch=1.05)
    x, y = c.w * 0.525 + m * 0.082, c.h * 0.805 - m * 0.675
    c.circle(x, y + m * 0.02, m * 0.02, "#fffbe0")
    c.circle(x + m * 0.006, y + m * 0.022, m * 0.01, "#12202c")
    s.put(c, "M44 0l6 8 6-8v16l-6-6-6 6zM48 14h4l6 40-8 12-8-12z", 0.545, 0.65, m * 0.2, "#e6364f")
    skyline(c, 0.8, 0.02, 0.13, "#34407c", "#fff3a6", 0.09)
    skyline(c, 0.9, 0.02, 0.11, "#1d2450", "#ffd76a", 0.08)
    c.dots(14, (0, c.h * 0.1, c.w, c.h * 0.5), (3, 4), "#fff")


def beat_cathedral(c: Canvas) -> None:
    """Stained glass as an equaliser."""
    m = min(c.w, c.h)
    c.fill("#0d0620")
    glow(c, 0.5, 0.35, 1, "#a020f0", 0.6)
    paints = ["#ff3864", "#ff8f1f", "#ffd81f", "#27e1a8", "#2196ff", "#9d4edd", "#ff5fd2"]
    for column in range(9):
        x = c.w * 0.5 + (column - 4) * m * 0.092
        top = c.h * 0.62 - m * (0.62 - abs(column - 4) * 0.085)
        row, y = 0, c.h * 0.74
        while y > top:
            tall = m * c.rng.uniform(0.04, 0.085)
            c.rect(x - m * 0.04, y - tall, m * 0.08, tall - 5, paints[(column * 2 + row) % 7], opacity=round(c.rng.uniform(0.65, 1), 2))
            y, row = y - tall, row + 1
        c.path(f"M{x - m * 0.04:.0f} {y:.0f}q0-{m * 0.07:.0f} {m * 0.04:.0f}-{m * 0.09:.0f} {m * 0.04:.0f} {m * 0.02:.0f} {m * 0.04:.0f} {m * 0.09:.0f}z", paints[(column + 3) % 7])
    cx, cy = c.w * 0.5, c.h * 0.36
    c.circle(cx, cy, m * 0.19, "#0d0620")
    for index in range(12):
        c.ellipse(cx, cy - m * 0.115, m * 0.03, m * 0.058, paints[index % 7], transform=f"rotate({index * 30} {cx:.0f} {cy:.0f})")
    c.circle(cx, cy, m * 0.05, "#fff3b8")
    floor(c, 0.76, "#ff5fd2", "#12042e", 14, 1.5)
    for x in (0.3, 0.42, 0.58, 0.7):
        glow(c, x, 0.84, 0.05, "#fff", 0.9)
    s.put(c, s.CLOAK, 0.5, 0.93, m * 0.2, "#05020c", stretch=0.7)


def couriers(c: Canvas) -> None:
    """Balloons and parcels over floating islands."""
    m = min(c.w, c.h)
    sky(c, "#2b8ef0", "#79c6ff", "#d6f0ff", "#fff3d6")
    for x, y, size in ((0.15, 0.3, 30), (0.85, 0.2, 36), (0.5, 0.74, 60), (0.1, 0.86, 50), (0.92, 0.84, 54)):
        cloud_x = c.w * x
        with c.group(transform=f"translate({cloud_x:.0f} {c.h * y:.0f})scale({m * size / 6000:.2f})", opacity=0.9):
            c.path("M-48 0a14 14 0 0 1 8-24a20 20 0 0 1 34-14a24 24 0 0 1 40 12a16 16 0 0 1 14 26z", "#fff")
    island = "M4 40q46-14 92 0-10 10-20 14l-8 22-10-4-6 26-10-28-12 4-8-20Q10 50 4 40z"
    for x, y, share in ((0.2, 0.72, 0.34), (0.83, 0.6, 0.26)):
        s.put(c, island, x, y, m * share, c.linear("#6fbf5b", (0.42, "#6fbf5b"), (0.44, "#8a5a3c"), "#4e2f25"))
        s.put(c, s.TREE, x, y - share * 0.6 * m / c.h, m * share * 0.6, "#2f8f4f")
    s.put(c, s.BALLOON, 0.52, 0.75, m * 0.58, "#e8453c")
    s.put(c, "M50 0c8 8 12 24 12 40S58 70 56 80H44c-2-10-6-24-6-40S42 8 50 0z", 0.52, 0.75, m * 0.58, "#ffd84a")
    s.put(c, "M40 84h20v12q0 4-4 4H44q-4 0-4-4z", 0.52, 0.75, m * 0.58, "#6b3f25")
    s.put(c, s.BALLOON, 0.86, 0.4, m * 0.17, "#7d4bd6")
    s.put(c, s.BALLOON, 0.14, 0.44, m * 0.12, "#12b29a")
    for x, y, turn in ((0.3, 0.74, 12), (0.72, 0.76, -18), (0.6, 0.83, 30)):
        with c.group(transform=f"translate({c.w * x:.0f} {c.h * y:.0f})rotate({turn})"):
            c.rect(-m * 0.03, -m * 0.025, m * 0.06, m * 0.05, "#d79b5a", stroke="#6b3f25", stroke_width=3)
            c.stroke(f"M0 {-m * 0.025:.0f}v{m * 0.05:.0f}M{-m * 0.03:.0f} 0h{m * 0.06:.0f}", "#e8453c", 4)


def touchline(c: Canvas) -> None:
    """Floodlights, a striker and a tactics board."""
    m = min(c.w, c.h)
    sky(c, "#04160f", "#0b4a2f", "#17804a", "#0a5a32")
    for x in (0.12, 0.88):
        glow(c, x, 0.16, 0.55, "#f3fff0", 0.8)
        c.dots(26, (c.w * x - m * 0.08, c.h * 0.13, c.w * x + m * 0.08, c.h * 0.19), (6, 8), "#fff")
    c.dots(170, (0, c.h * 0.34, c.w, c.h * 0.5), (4, 6), "#0a2c22")
    c.dots(60, (0, c.h * 0.34, c.w, c.h * 0.5), (4, 6), "#e7b93e", opacity=0.7)
    for index in range(6):
        y0 = 0.5 + 0.5 * (index / 6) ** 1.4
        c.rect(0, c.h * y0, c.w, c.h * 0.16, "#1f9a55" if index % 2 else "#178548")
    c.path(f"M{c.w * 0.1:.0f} {c.h * 0.56:.0f}H{c.w * 0.9:.0f}L{c.w * 1.1:.0f} {c.h * 0.9:.0f}H{-c.w * 0.1:.0f}z", "none", stroke="#eafff0", stroke_width=4, opacity=0.7)
    c.ellipse(c.w * 0.5, c.h * 0.7, m * 0.22, m * 0.07, "none", stroke="#eafff0", stroke_width=4, opacity=0.7)
    c.stroke(f"M{c.w * 0.2:.0f} {c.h * 0.84:.0f}Q{c.w * 0.3:.0f} {c.h * 0.6:.0f} {c.w * 0.72:.0f} {c.h * 0.62:.0f}", "#ffd84a", 6, stroke_dasharray="14 16")
    s.put(c, s.PLAYER, 0.52, 0.84, m * 0.62, "#04120c")
    s.put(c, "M40 26l20-3 10 16-8 8 2 8-20 4z", 0.52, 0.84, m * 0.62, "#d5232f")
    c.circle(c.w * 0.52 + m * 0.26, c.h * 0.815, m * 0.045, "#fff")
    c.dots(7, (c.w * 0.52 + m * 0.235, c.h * 0.8, c.w * 0.52 + m * 0.29, c.h * 0.835), (5, 6), "#111")
