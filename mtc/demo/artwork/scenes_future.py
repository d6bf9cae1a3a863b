"""Key art of the science fiction, crime and action games: one scene per game, for any aspect ratio."""

# ruff: noqa: E501 - path data and tables of drawings read worse when they are folded

import math

from mtc.demo.artwork import silhouettes as s
from mtc.demo.artwork.canvas import Canvas
from mtc.demo.artwork.scenery import (
    disc,
    floor,
    glow,
    planet,
    rain,
    rays,
    ridge,
    sky,
    skyline,
    stars,
    vignette,
    waves,
)


def starwright(c: Canvas) -> None:
    """A shipyard ring above a violet giant."""
    m = min(c.w, c.h)
    sky(c, "#05061a", "#141046", "#3a1a6b", "#0a0824")
    glow(c, 0.25, 0.2, 0.8, "#7a3cff", 0.45)
    glow(c, 0.85, 0.6, 0.7, "#ff4fa0", 0.35)
    stars(c, 200, 1)
    planet(c, 0.62, 0.42, 0.33, "#ffb38a", "#5b1d7a", "#ffd9b0")
    planet(c, 0.17, 0.24, 0.07, "#9be8ff", "#1d3f8a")
    for x, y, size, turn in ((0.3, 0.78, 0.3, 38), (0.14, 0.66, 0.1, 38), (0.1, 0.86, 0.08, 38)):
        with c.group(transform=f"translate({c.w * x:.0f} {c.h * y:.0f})rotate({turn})"):
            c.path(f"M{-m * size * 0.1:.0f} 0l{m * size * 0.1:.0f} {m * size * 1.2:.0f} {m * size * 0.1:.0f} {-m * size * 1.2:.0f}z",
                   c.linear("#fff", "#6fe3ff", (1, "#6fe3ff", 0)))  # fmt: skip
        s.put(c, s.ROCKET, x, y, m * size, c.linear("#f7f3ff", "#9a8fd0"), turn=turn)


def ring_yards(c: Canvas) -> None:
    """Inside the ring: docks curving up and out of sight."""
    m = min(c.w, c.h)
    sky(c, "#04101c", "#0d3550", "#1c7a8c", "#03202e")
    stars(c, 120, 1)
    planet(c, 0.5, 0.5, 0.12, "#fff1c9", "#e07b2f")
    glow(c, 0.5, 0.5, 0.4, "#ffdf9a", 0.7)
    for index in range(6):
        r = m * (0.3 + index * 0.11)
        tone = ["#7fe9e6", "#4fb9c4", "#2f8aa0", "#1f6480", "#14435f", "#0b2a40"][index]
        c.circle(c.w * 0.5, c.h * 0.5, r, "none", stroke=tone, stroke_width=8 + index * 9, opacity=0.9,
                 stroke_dasharray=f"{40 + index * 30} {10 + index * 4} {14 + index * 6} {10 + index * 4}")  # fmt: skip
    for angle in range(0, 360, 45):
        turn = math.radians(angle + 12)
        c.stroke(f"M{c.w * 0.5 + m * 0.3 * math.cos(turn):.0f} {c.h * 0.5 + m * 0.3 * math.sin(turn):.0f}L{c.w * 0.5 + m * math.cos(turn):.0f} {c.h * 0.5 + m * math.sin(turn):.0f}", "#061826", 12)
    s.put(c, s.ROCKET, 0.32, 0.42, m * 0.15, "#fff", turn=-40)
    s.put(c, s.ROCKET, 0.7, 0.72, m * 0.2, "#ffd166", turn=140)


def neon_meridian(c: Canvas) -> None:
    """A sunset grid and a wedge of a car."""
    m = min(c.w, c.h)
    sky(c, "#12042e", "#3b0a63", "#b3187f", (0.56, "#ff6a88"), "#12042e")
    stars(c, 120, 0.4)
    disc(c, 0.5, 0.41, 0.27, "#fff27a", "#ff9a4d", "#ff2f8a", halo="#ff3fa4")
    for index in range(6):
        c.rect(c.w / 2 - m * 0.3, c.h * 0.41 + m * (0.02 + index * 0.042), m * 0.6, 3 + index * 2.2, "#8c147c")
    skyline(c, 0.57, 0.02, 0.17, "#22064a", "#ff7ad0", 0.055)
    floor(c, 0.57, "#ff4fd8", "#14033a")
    glow(c, 0.5, 0.57, 0.6, "#ff4fd8", 0.4)
    y = c.h * 0.86
    c.ellipse(c.w / 2, y, m * 0.3, m * 0.03, "#05010f", opacity=0.8)
    k = m / 600
    with c.group(transform=f"translate({c.w / 2:.0f} {y:.0f})scale({k:.2f})"):
        c.path("M-170 0q-14-52 10-70l36-10 34-52q90-18 180 0l34 52 36 10q24 18 10 70z", c.linear("#3d1f7a", "#12062e"))
        c.path("M-82-84l26-40q56-10 112 0l26 40q-82-12-164 0z", c.linear("#59e8ff", "#28308a"))
        c.rect(-150, -62, 92, 15, "#ff2f6e", rx=4)
        c.rect(58, -62, 92, 15, "#ff2f6e", rx=4)
        c.rect(-40, -58, 80, 10, "#59e8ff", rx=2)
        c.path("M-176-100h352l-14 12h-324z", "#1c0a44")
        c.path("M-150 0h60v22h-60zM90 0h60v22h-60z", "#07020f")


def dock_nine(c: Canvas) -> None:
    """Cranes, rain and one lit window."""
    m = min(c.w, c.h)
    sky(c, "#050a10", "#0e2230", "#235064", (0.64, "#e0a95a"), "#0a151d")
    glow(c, 0.62, 0.6, 0.5, "#ffb95e", 0.6)
    skyline(c, 0.64, 0.04, 0.2, "#0d1c27", "#ffcf7a", 0.08)
    crane = "M20 100L26 18h-24v-5h92v5H60l-4 10v18h-3V28l-4-10h-9l6 82h-6l-4-60h-4l-6 60zM34 18l3 10 3-10z"
    s.put(c, crane, 0.22, 0.72, m * 0.66, "#050b11")
    s.put(c, crane, 0.82, 0.72, m * 0.5, "#081019", flip=True)
    for index, tone in enumerate(("#7d2e2a", "#2a4f5e", "#8a6a2a", "#274236", "#5a2430")):
        c.rect(c.w * (0.36 + index * 0.105), c.h * 0.69 - (index % 2) * m * 0.07, c.w * 0.1, m * 0.066, tone)
    waves(c, 0.74, 4, "#03080c", "#1d3d4a")
    rays(c, 0.14, 0.3, 5, "#ffe7b0", 0.07)
    c.path(f"M{c.w * 0.36:.0f} {c.h * 0.8:.0f}h{c.w:.0f}V{c.h}H{c.w * 0.22:.0f}z", "#020509")
    s.put(c, s.CLOAK, 0.62, 0.83, m * 0.3, "#000", stretch=0.62)
    s.put(c, "M18 30q32-12 64 0l-2 6H20zM34 26q2-18 16-18t16 18z", 0.62, 0.81, m * 0.27, "#000")
    rain(c, 130, "#bfe0ef")
    vignette(c)


def locksmith(c: Canvas) -> None:
    """Impossible concentric locks."""
    m = min(c.w, c.h)
    sky(c, "#0a0d2b", "#16235c", "#0a0d2b")
    glow(c, 0.5, 0.47, 0.75, "#4f7bff", 0.5)
    tones = ["#ff5d73", "#ffb84d", "#ffe97a", "#6df0b2", "#53c7ff", "#8a7bff"]
    for index, tone in enumerate(tones):
        r = m * (0.46 - index * 0.062)
        turn = c.rng.uniform(0, 360)
        length = 2 * math.pi * r
        c.circle(c.w / 2, c.h * 0.47, r, "none", stroke=tone, stroke_width=m * 0.034,
                 stroke_dasharray=f"{length * 0.62:.0f} {length * 0.06:.0f} {length * 0.26:.0f} {length * 0.06:.0f}",
                 transform=f"rotate({turn:.0f} {c.w / 2:.0f} {c.h * 0.47:.0f})")  # fmt: skip
    c.circle(c.w / 2, c.h * 0.47, m * 0.1, "#0a0d2b")
    s.put(c, s.KEY, 0.5, 0.47, m * 0.34, c.linear("#fff", "#ffe08a"), turn=0)
    with c.group(opacity=0.35):
        s.put(c, s.KEY, 0.5, 0.475, m * 0.34, "#53c7ff", turn=180)
    stars(c, 80, 1, "#b7c7ff")


def red_dune(c: Canvas) -> None:
    """A rally car throwing sand."""
    m = min(c.w, c.h)
    sky(c, "#ffd9a0", "#ffb067", "#f2703a", "#c43d22")
    disc(c, 0.7, 0.26, 0.14, "#fffbe6", "#ffe2a3", halo="#fff2c0")
    ridge(c, 0.5, 0.05, "#d8633a", 9)
    c.path(f"M0 {c.h * 0.6:.0f}Q{c.w * 0.3:.0f} {c.h * 0.44:.0f} {c.w * 0.62:.0f} {c.h * 0.6:.0f}T{c.w} {c.h * 0.56:.0f}V{c.h}H0z", c.linear("#e8743a", "#8a2417"))
    c.path(f"M0 {c.h * 0.78:.0f}Q{c.w * 0.4:.0f} {c.h * 0.56:.0f} {c.w:.0f} {c.h * 0.74:.0f}V{c.h}H0z", c.linear("#b73a1f", "#4e100c"))
    with c.group(transform=f"translate({c.w * 0.54:.0f} {c.h * 0.72:.0f})rotate(-9)"):
        for dx, dy, r in ((-0.4, -0.02, 0.16), (-0.55, -0.06, 0.2), (-0.27, 0.0, 0.1), (-0.72, -0.12, 0.24)):
            c.circle(m * dx, m * dy, m * r, c.radial((0, "#ffdca8", 0.9), (1, "#ffb067", 0)))
        k = m * 0.0058
        c.path(s.CAR, c.linear("#fff7ec", "#e8e0d8"), transform=f"scale({-k:.2f} {k:.2f})translate(-50 -84)", fill_rule="evenodd")
        c.path("M30 50l13-11q3-2 8-2h14v15H28zM68 37q6 0 9 4l9 11H68z", "#1d2733", transform=f"scale({-k:.2f} {k:.2f})translate(-50 -84)")
        c.path("M2 68l98-8v9L2 76z", "#e3342f", transform=f"scale({-k:.2f} {k:.2f})translate(-50 -84)")
        for x in (23, 80):
            c.circle(-(x - 50) * k, -4 * k, 9.6 * k, "#17120f")
            c.circle(-(x - 50) * k, -4 * k, 4 * k, "#d8c8b8")
    c.dots(90, (0, c.h * 0.55, c.w * 0.6, c.h * 0.95), (1.5, 3), "#ffe0b3", opacity=0.8)


def thermocline(c: Canvas) -> None:
    """A diver and a submersible falling into the dark."""
    m = min(c.w, c.h)
    sky(c, "#7fe3e0", "#1f9ab8", "#0b4c83", "#04173d", "#01040f")
    rays(c, 0.5, -0.08, 30, "#e8fffb", 0.16)
    s.put(c, s.DIVER, 0.66, 0.56, m * 0.42, "#042039", turn=24)
    s.put(c, s.SUB, 0.33, 0.76, m * 0.34, "#f6b32c")
    s.put(c, "M34 50a7 7 0 1 0 .1 0zM54 50a7 7 0 1 0 .1 0z", 0.33, 0.76, m * 0.34, "#fff6cf")
    bx, by = c.w * 0.33 - m * 0.12, c.h * 0.76 - m * 0.14
    c.path(f"M{bx:.0f} {by:.0f}l{-m * 0.5:.0f} {m * 0.02:.0f}v{m * 0.32:.0f}z", c.linear((0, "#fff3b0", 0), (1, "#fff3b0", 0.6), angle=0))
    ridge(c, 0.93, 0.06, "#01030a", 14)
    for x, size in ((0.8, 0.2), (0.9, 0.3)):
        s.put(c, "M48 100Q30 70 50 50T46 0q16 30 8 50t6 50z", x, 0.97, m * size, "#0a3a5a")
    c.dots(50, (0, c.h * 0.1, c.w, c.h * 0.9), (2, 4), "#d8fffb", opacity=0.5)
    for x, y in ((0.72, 0.86), (0.79, 0.83)):
        glow(c, x, y, 0.05, "#58ffe0", 1)


def voidrunner(c: Canvas) -> None:
    """A tunnel of speed lines and one ship."""
    m = min(c.w, c.h)
    c.fill("#02010a")
    glow(c, 0.5, 0.42, 0.9, "#5a1bff", 0.7)
    paints = ["#ff2e63", "#08d9d6", "#ffffff", "#7b2cff", "#ffd23f"]
    groups: dict[str, list[str]] = {paint: [] for paint in paints}
    for _ in range(130):
        angle, start = c.rng.uniform(0, 2 * math.pi), c.rng.uniform(0.12, 0.8)
        length = start * c.rng.uniform(0.2, 0.9)
        ca, sa = math.cos(angle) * m, math.sin(angle) * m
        groups[c.rng.choice(paints)].append(f"M{c.w / 2 + ca * start:.0f} {c.h * 0.42 + sa * start:.0f}l{ca * length:.0f} {sa * length:.0f}")
    for index, (paint, lines) in enumerate(groups.items()):
        c.stroke("".join(lines), paint, 2 + index % 3 * 1.5, opacity=0.8)
    glow(c, 0.5, 0.42, 0.22, "#fff", 1)
    k = m / 600
    with c.group(transform=f"translate({c.w / 2:.0f} {c.h * 0.68:.0f})scale({k:.2f})"):
        c.path("M0-130L26-20 150 60 60 62 30 90H-30L-60 62-150 60-26-20z", c.linear("#e9e6ff", "#5b4bd6", "#1a1250"))
        c.path("M0-80l12 60-12 24-12-24z", "#08d9d6")
        c.path("M-30 90h22l-11 70zM8 90h22l-11 70z", c.linear((0, "#fff", 1), (0.4, "#ff2e63", 0.9), (1, "#ff2e63", 0)))
    vignette(c, "#02010a", 0.7)


def grid_ghost(c: Canvas) -> None:
    """A ghost made of code columns."""
    m = min(c.w, c.h)
    c.fill(c.linear("#001208", "#002b16", "#001208"))
    columns: list[list[str]] = [[], [], []]
    for _ in range(320):
        x, y = c.rng.randrange(0, c.w, 18), c.rng.randrange(0, c.h, 18)
        columns[c.rng.randrange(3)].append(f"M{x} {y}h{c.rng.choice((4, 9, 9, 13))}")
    for lines, color in zip(columns, ("#0b6b3a", "#17b862", "#5dffa0"), strict=True):
        c.path("".join(lines), "none", stroke=color, stroke_width=7, opacity=0.55)
    glow(c, 0.5, 0.46, 0.7, "#2dff8f", 0.5)
    s.put(c, s.GHOST, 0.5, 0.75, m * 0.8, c.linear("#e9fff3", "#57f2a0", "#0b8f52"))
    with c.group(opacity=0.5):
        s.put(c, s.GHOST, 0.535, 0.76, m * 0.8, "#ff2e88", flip=True)
        s.put(c, s.GHOST, 0.5, 0.75, m * 0.8, c.linear("#e9fff3", "#57f2a0", "#0b8f52"))
    for dy in (0.3, 0.43, 0.55, 0.66):
        c.rect(0, c.h * dy, c.w, m * 0.018, "#001208")
    c.fill(c.pattern(4, 4, '<path d="M0 0h4" stroke="#000" stroke-width="2" opacity=".35"/>'))


def thunder_circuit(c: Canvas) -> None:
    """Two racing cars, speed and a storm."""
    m = min(c.w, c.h)
    sky(c, "#0b1020", "#26345c", "#5d7bb0", "#141b30")
    c.path(f"M{c.w * 0.62:.0f} 0l{-m * 0.12:.0f} {c.h * 0.24:.0f}h{m * 0.09:.0f}L{c.w * 0.5:.0f} {c.h * 0.5:.0f}"
           f"l{m * 0.28:.0f} {-c.h * 0.31:.0f}h{-m * 0.1:.0f}l{m * 0.1:.0f} {-c.h * 0.19:.0f}z", "#fff59b")  # fmt: skip
    glow(c, 0.56, 0.25, 0.7, "#dfe9ff", 0.5)
    skyline(c, 0.52, 0.01, 0.05, "#0c1224", "#ffe08a", 0.14)
    c.path(f"M0 {c.h * 0.52:.0f}H{c.w}V{c.h}H0z", c.linear("#39404f", "#15181f"))
    stripes = "".join(f"M{c.w * (0.42 + i * 0.05):.0f} {c.h * 0.52:.0f}L{c.w * (-0.6 + i * 0.62):.0f} {c.h}" for i in (0, 3))
    c.stroke(stripes, "#e8ecf4", 10)
    k = m * 0.0062
    for x, y, scale, body, flash in ((0.36, 0.66, 0.62, "#22c1dc", "#fff"), (0.6, 0.87, 1.0, "#f2c230", "#14161c")):
        place = f"translate({c.w * x:.0f} {c.h * y:.0f})scale({k * scale:.2f})translate(-50 -80)"
        with c.group(transform=place):
            c.path("M-160 62h150M-180 72h150M-130 52h110", "none", stroke=body, stroke_width=2.5, opacity=0.6)
            c.ellipse(50, 82, 56, 5, "#000", opacity=0.5)
            c.path("M2 76q-2-12 4-16l2-12h-6v-4h18v4h-4l2 8 18-3 16-9q14-3 24 4l14 6q12 2 12 10v12z", body)
            c.path("M38 52l14-8q10-2 18 4l4 4z", "#10141f")
            c.path("M8 66l92-4v5L8 71z", flash)
            c.path("M14 76a11 11 0 1 1 22 0zM68 76a11 11 0 1 1 22 0z", "#0b0d12")
            c.circle(25, 76, 5, "#9aa4b5")
            c.circle(79, 76, 5, "#9aa4b5")
    rain(c, 110, "#dfeaff", -40)
