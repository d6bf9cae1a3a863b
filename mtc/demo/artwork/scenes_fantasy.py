"""Key art of the fantasy, adventure and cosy games: one scene per game, for any aspect ratio."""

# ruff: noqa: E501 - path data and tables of drawings read worse when they are folded

from mtc.demo.artwork import silhouettes as s
from mtc.demo.artwork.canvas import Canvas
from mtc.demo.artwork.scenery import (
    birds,
    cloud,
    disc,
    fog,
    glow,
    hills,
    pines,
    rain,
    rays,
    ridge,
    sky,
    stars,
    vignette,
    waves,
)


def emberfall(c: Canvas) -> None:
    """A dragon over a burning valley."""
    m = min(c.w, c.h)
    sky(c, "#1a0710", "#571122", "#c8401f", (0.62, "#ffb347"), "#5c1512")
    disc(c, 0.5, 0.46, 0.27, "#fff3c4", "#ffb14a", "#f2602a", halo="#ff8a3c")
    rays(c, 0.5, 0.44, 22, "#ffdf9e", 0.1)
    ridge(c, 0.6, 0.07, "#8c2a1c", 14, opacity=0.75)
    ridge(c, 0.7, 0.09, "#4e1214", 11)
    s.put(c, s.DRAGON, 0.52, 0.7, m * 0.56, "#1b060b", turn=-8, stretch=1.3)
    fog(c, 0.73, 0.2, "#ff7a2e", 0.5)
    ridge(c, 0.84, 0.06, "#1d060a", 16)
    s.put(c, s.CLOAK, 0.3, 0.885, m * 0.13, "#0b0205")
    s.put(c, s.SWORD, 0.345, 0.895, m * 0.16, "#0b0205", turn=12)
    c.dots(70, (0, c.h * 0.25, c.w, c.h), (0.8, 1.6), "#ffcf6b", opacity=0.9)
    c.dots(24, (0, c.h * 0.4, c.w, c.h), (2, 2.6), "#ff8b3d", opacity=0.9)


def ashen_crown(c: Canvas) -> None:
    """A crown of embers over black towers."""
    m = min(c.w, c.h)
    sky(c, "#060409", "#23102b", "#6b1830", "#12060c")
    glow(c, 0.5, 0.36, 0.62, "#ff4d2e", 0.75)
    crown = "M8 88L2 30l22 24L36 14l14 34L64 14l12 40 22-24-6 58z"
    s.put(c, crown, 0.5, 0.52, m * 0.5, c.linear("#ffe6a3", "#ff9440", "#b3231d"), stretch=1.25)
    s.put(c, "M10 100v-9h80v9z", 0.5, 0.52, m * 0.5, "#ffd27a", stretch=1.2)
    for x in (0.345, 0.5, 0.655):
        c.circle(c.w * 0.5 + (x - 0.5) * m, c.h * 0.455, m * 0.022, "#57101f", stroke="#ffe6a3", stroke_width=3)
    ridge(c, 0.72, 0.08, "#2a0c18", 12)
    s.put(c, s.CASTLE, 0.5, 0.9, m * 0.55, "#0d0408", stretch=1.4)
    fog(c, 0.82, 0.22, "#b3231d", 0.45)
    ridge(c, 0.9, 0.04, "#050203", 16)
    c.dots(80, (0, 0, c.w, c.h), (0.8, 1.8), "#ffb05c", opacity=0.9)


def hollow_tides(c: Canvas) -> None:
    """A sailing ship above something very large."""
    m = min(c.w, c.h)
    sky(c, "#071a24", "#0f3b46", "#5aa39a", (0.46, "#cfe6c8"), "#0c3a44")
    disc(c, 0.68, 0.25, 0.12, "#f7ffe8", "#d9f0cf", halo="#e8ffdc")
    cloud(c, 0.3, 0.28, 42, "#bcd9c6", opacity=0.35)
    cloud(c, 0.8, 0.36, 30, "#dcecd2", opacity=0.4)
    s.put(c, s.SHIP, 0.46, 0.475, m * 0.4, "#06202a", turn=-5)
    c.rect(0, c.h * 0.46, c.w, c.h * 0.54, c.linear("#1c6d70", "#0a2c3c", "#030c16"))
    waves(c, 0.455, 2, "#1c6d70", "#58a79d")
    glow(c, 0.5, 0.78, 0.5, "#2fd0b0", 0.35)
    x, y = c.w * 0.5, c.h * 0.8
    c.ellipse(x, y, m * 0.42, m * 0.23, "#020910")
    c.path(f"M{x - m * 0.33:.0f} {y:.0f}Q{x:.0f} {y - m * 0.3:.0f} {x + m * 0.33:.0f} {y:.0f}"
           f"Q{x:.0f} {y + m * 0.3:.0f} {x - m * 0.33:.0f} {y:.0f}z", c.linear("#0f5c58", "#7ff0c8", "#0f5c58"))  # fmt: skip
    c.circle(x, y, m * 0.13, c.radial("#f2ffd8", "#ffd25e", "#d3791f"))
    c.ellipse(x, y, m * 0.028, m * 0.12, "#041016")
    c.dots(60, (0, c.h * 0.5, c.w, c.h), (0.6, 1.6), "#bff7e4", opacity=0.5)


def ironbark(c: Canvas) -> None:
    """Wardens in an old forest."""
    m = min(c.w, c.h)
    sky(c, "#0b2a22", "#2f6b3f", "#c9d66b", (0.66, "#f6e9a0"), "#24482c")
    rays(c, 0.62, 0.2, 26, "#fff6b8", 0.14)
    glow(c, 0.62, 0.3, 0.5, "#fff3a8", 0.8)
    pines(c, 0.64, 16, 0.34, "#5e8f4a", opacity=0.7)
    fog(c, 0.62, 0.18, "#f1f2b0", 0.6)
    pines(c, 0.76, 9, 0.46, "#2c5d3a")
    for x, tone in ((0.06, "#0c2219"), (0.94, "#0a1d16"), (0.8, "#123126")):
        wide = c.w * 0.11
        c.path(f"M{c.w * x - wide / 2:.0f} 0h{wide:.0f}q-{wide * 0.3:.0f} {c.h * 0.5:.0f} {wide * 0.5:.0f} {c.h}h-{wide * 2:.0f}"
               f"q{wide * 0.9:.0f}-{c.h * 0.5:.0f} {wide * 0.5:.0f}-{c.h}z", tone)  # fmt: skip
    hills(c, 0.82, 0.02, "#10281b")
    for x, size in ((0.34, 0.24), (0.47, 0.3), (0.6, 0.22)):
        s.put(c, s.CLOAK, x, 0.86, m * size, "#06140e", stretch=0.8)
        s.put(c, s.SWORD, x + 0.07, 0.87, m * size, "#06140e", turn=8)
    c.dots(40, (0, c.h * 0.3, c.w, c.h), (1, 1.8), "#f8ffb0", opacity=0.9)


def paper_kingdoms(c: Canvas) -> None:
    """Layers of cut paper with a folded castle."""
    m = min(c.w, c.h)
    c.fill("#f3d9b1")
    disc(c, 0.5, 0.37, 0.33, "#fff3da", "#ffe1b0")
    tones = ["#e8a87c", "#d9795d", "#b84f5c", "#7d3c5e", "#462a52"]
    cloud(c, 0.2, 0.26, 32, "#fffaf0")
    cloud(c, 0.83, 0.36, 36, "#fffaf0")
    for index, tone in enumerate(tones):
        y = 0.5 + index * 0.095
        if index == 2:
            s.put(c, s.CASTLE, 0.505, 0.715, m * 0.52, "#6d2f3f", opacity=0.35)
            s.put(c, s.CASTLE, 0.5, 0.705, m * 0.52, "#fff3dc")
        with c.group(transform="translate(0 -7)", opacity=0.25):
            hills(c, y, 0.035, "#3b1d33", 1 + index * 0.4)
        c.rng.seed(f"{c.seed}{index}")
        hills(c, y, 0.035, tone, 1 + index * 0.4)
    for x, flip in ((0.2, False), (0.8, True)):
        s.put(c, "M10 100L50 20l40 80-40-16z", x, 0.34, m * 0.13, "#d9795d", turn=30 if flip else -24)
        s.put(c, "M50 20l40 80-40-16z", x, 0.34, m * 0.13, "#b84f5c", turn=30 if flip else -24)
    birds(c, 6, 0.5, 0.2, "#7d3c5e")


def saltmarsh(c: Canvas) -> None:
    """A cottage, reeds and a pink evening."""
    m = min(c.w, c.h)
    sky(c, "#7fc7d9", "#c8e6d0", "#ffe3b0", (0.62, "#ffb98f"), "#ffb98f")
    disc(c, 0.72, 0.42, 0.1, "#fffbe0", "#ffe59a", halo="#fff0b0")
    cloud(c, 0.26, 0.22, 34, "#fff", opacity=0.85)
    cloud(c, 0.7, 0.16, 24, "#fff", opacity=0.7)
    hills(c, 0.56, 0.03, "#8fb98a", 1.2)
    hills(c, 0.63, 0.03, "#6ba56d", 1.7)
    s.put(c, s.TREE, 0.2, 0.7, m * 0.36, "#3d7c53")
    s.put(c, "M14 100V56h72v44z", 0.58, 0.72, m * 0.27, "#fff1da")
    s.put(c, "M4 60L50 22l46 38z", 0.58, 0.72, m * 0.27, "#c9573f")
    s.put(c, "M40 100V74q10-12 20 0v26zM22 66h12v12H22zM66 66h12v12H66z", 0.58, 0.72, m * 0.27, "#7a4b3a")
    hills(c, 0.72, 0.02, "#4c8f5b", 2)
    c.path(f"M{c.w * 0.1:.0f} {c.h}Q{c.w * 0.45:.0f} {c.h * 0.86:.0f} {c.w * 0.62:.0f} {c.h * 0.74:.0f}"
           f"Q{c.w * 0.6:.0f} {c.h * 0.88:.0f} {c.w * 0.9:.0f} {c.h}z", c.linear("#bfe9e6", "#5fb2c4"))  # fmt: skip
    reeds = "".join(
        f"M{c.rng.uniform(0, c.w):.0f} {c.h}q{c.rng.uniform(-8, 8):.0f} {-m * 0.1:.0f} {c.rng.uniform(-20, 20):.0f} {-m * c.rng.uniform(0.12, 0.26):.0f}"
        for _ in range(44)
    )
    c.stroke(reeds, "#22583e", 5)
    c.dots(50, (0, c.h * 0.78, c.w, c.h), (2, 3), "#ffd4e5")
    birds(c, 5, 0.45, 0.32, "#4e7d7a")


def lantern_folk(c: Canvas) -> None:
    """Two small folk with a lantern in a blue wood."""
    m = min(c.w, c.h)
    sky(c, "#0c1030", "#1d2a63", "#3d4f9b", "#131a40")
    stars(c, 90, 0.5, "#cfd8ff")
    pines(c, 0.7, 14, 0.4, "#22306b")
    glow(c, 0.52, 0.66, 0.62, "#ffc86b", 0.85)
    pines(c, 0.8, 8, 0.34, "#141c47", opacity=0.9)
    hills(c, 0.8, 0.025, "#0a0f2c", 1.4)
    for x, size, flip in ((0.41, 0.26, False), (0.63, 0.2, True)):
        s.put(c, s.CLOAK, x, 0.83, m * size, "#060920", stretch=0.75)
        s.put(c, "M30 36L50-8l20 44z", x, 0.83, m * size, "#d9503f" if not flip else "#3fa88d")
    lx, ly = c.w * 0.52, c.h * 0.64
    c.stroke(f"M{c.w * 0.45:.0f} {c.h * 0.73:.0f}Q{lx - m * 0.02:.0f} {ly - m * 0.14:.0f} {lx:.0f} {ly - m * 0.06:.0f}", "#060920", 7)
    c.rect(lx - m * 0.035, ly - m * 0.06, m * 0.07, m * 0.1, c.radial("#fff", "#ffe7a1", "#ff9f3a"), rx=8, stroke="#060920", stroke_width=5)
    c.dots(46, (c.w * 0.1, c.h * 0.35, c.w * 0.95, c.h * 0.9), (1.5, 2), "#ffe39c")
    vignette(c, "#05071c", 0.7)


def winterkeep(c: Canvas) -> None:
    """A last fortress in the snow."""
    m = min(c.w, c.h)
    sky(c, "#0d1f3a", "#2f5a86", "#9cc7dc", (0.7, "#f0f6f5"), "#c6dbe4")
    glow(c, 0.3, 0.28, 0.4, "#d8f1ff", 0.6)
    ridge(c, 0.5, 0.1, "#6f9dbb", 9)
    ridge(c, 0.6, 0.08, "#48769a", 12)
    fog(c, 0.64, 0.16, "#eef8fb", 0.8)
    s.put(c, s.CASTLE, 0.52, 0.79, m * 0.62, c.linear("#12263f", "#274a69"), stretch=1.15)
    for x, y in ((0.42, 0.66), (0.5, 0.58), (0.56, 0.68), (0.64, 0.63), (0.47, 0.73)):
        c.rect(c.w * x, c.h * y, 7, 13, "#ffc45c", rx=3)
        glow(c, x + 0.006, y + 0.008, 0.06, "#ffb347", 0.8)
    hills(c, 0.79, 0.025, "#dcebf2", 1.1)
    pines(c, 0.88, 11, 0.15, "#1c3a55")
    hills(c, 0.88, 0.02, "#ffffff", 1.6)
    c.dots(150, (0, 0, c.w, c.h), (1, 2), "#fff", opacity=0.85)


def mossheart(c: Canvas) -> None:
    """A glowing mushroom forest."""
    m = min(c.w, c.h)
    sky(c, "#04211f", "#0b4a42", "#1d8a6a", "#06302b")
    glow(c, 0.5, 0.5, 0.75, "#8dffc0", 0.55)
    for x, y, size, tone in ((0.16, 0.74, 0.62, "#0c5a4c"), (0.86, 0.72, 0.7, "#0a4f45"), (0.63, 0.7, 0.4, "#13705a")):
        s.put(c, s.SHROOM, x, y, m * size, tone)
    hills(c, 0.72, 0.03, "#063a33", 1.3)
    s.put(c, s.SHROOM, 0.45, 0.82, m * 0.62, c.linear("#ff9fb3", "#d84a78", "#fff1d6", "#e7c9a0"))
    for x, y, r in ((0.36, 0.47, 0.035), (0.47, 0.4, 0.05), (0.56, 0.48, 0.03), (0.42, 0.54, 0.02)):
        c.ellipse(c.w * 0.45 + (x - 0.45) * m, c.h * 0.82 - m * (0.86 - y) + m * 0.14, m * r, m * r * 0.7, "#fff3e4", opacity=0.9)
    hills(c, 0.82, 0.025, "#032722", 2)
    s.put(c, s.RABBIT, 0.72, 0.86, m * 0.17, "#01130f")
    c.circle(c.w * 0.72 + m * 0.02, c.h * 0.86 - m * 0.085, m * 0.008, "#b8ffd8")
    for x, size in ((0.12, 0.16), (0.22, 0.1), (0.9, 0.14)):
        s.put(c, s.SHROOM, x, 0.9, m * size, "#7dffc4")
    c.dots(70, (0, 0, c.w, c.h), (1.2, 2), "#c9ffe0", opacity=0.9)


def aldermoor(c: Canvas) -> None:
    """A siege under banners."""
    m = min(c.w, c.h)
    sky(c, "#3a3f4a", "#8a7f73", "#e0b978", (0.6, "#f3d9a0"), "#6a4a35")
    cloud(c, 0.25, 0.22, 50, "#575a61", opacity=0.6)
    cloud(c, 0.8, 0.3, 46, "#6e6a68", opacity=0.5)
    glow(c, 0.5, 0.52, 0.5, "#ffe2a0", 0.8)
    s.put(c, s.CASTLE, 0.56, 0.67, m * 0.66, "#5d4a40", stretch=1.2)
    hills(c, 0.66, 0.02, "#6b4a32", 1)
    arcs = "".join(f"M{c.w * x:.0f} {c.h * 0.8:.0f}Q{c.w * (x + 0.15):.0f} {c.h * 0.28:.0f} {c.w * (x + 0.32):.0f} {c.h * 0.46:.0f}" for x in (0.1, 0.2, 0.28))
    c.stroke(arcs, "#ffb04a", 3, stroke_dasharray="2 12")
    hills(c, 0.76, 0.02, "#3f2a20", 1.5)
    for index, x in enumerate((0.08, 0.2, 0.33, 0.66, 0.79, 0.92)):
        size = m * (0.3 if index % 2 else 0.36)
        s.put(c, "M48 0h4v100h-4zM52 4q22 10 40-2v36q-18 12-40 2z", x, 0.88, size, "#9e2432" if index % 2 else "#1f3f63")
    spears = "".join(f"M{c.rng.uniform(0, c.w):.0f} {c.h * 0.92:.0f}v{-m * c.rng.uniform(0.08, 0.16):.0f}" for _ in range(60))
    c.stroke(spears, "#1b100c", 3)
    c.rect(0, c.h * 0.88, c.w, c.h * 0.12, c.linear("#1b100c", "#0d0705"))
    c.dots(90, (0, c.h * 0.865, c.w, c.h * 0.9), (9, 12), "#1b100c")
    c.dots(40, (0, c.h * 0.3, c.w, c.h), (1, 2), "#ffd08a")


def orchard(c: Canvas) -> None:
    """One tree that remembers, reflected."""
    m = min(c.w, c.h)
    sky(c, "#f6d7e4", "#f9e7dc", "#cfe3ea", "#a9c9dc")
    disc(c, 0.5, 0.37, 0.3, "#fff", "#ffe9ec")
    hills(c, 0.6, 0.012, "#93b4c9", 1)
    s.put(c, s.TREE, 0.5, 0.63, m * 0.66, c.linear("#f38aa8", "#d75f8a", "#5b3a56"))
    c.rect(0, c.h * 0.62, c.w, c.h * 0.38, c.linear("#b9d6e3", "#6f9bbd", "#365a86"))
    with c.group(opacity=0.35, transform=f"translate(0 {c.h * 1.25:.0f})scale(1 -1)"):
        s.put(c, s.TREE, 0.5, 0.63, m * 0.66, "#3d3f7a")
    s.put(c, s.CLOAK, 0.66, 0.65, m * 0.12, "#3a2b4d", stretch=0.7)
    rows = "".join(f"M{c.w * (0.5 - w):.0f} {c.h * y:.0f}h{c.w * w * 2:.0f}" for y, w in ((0.66, 0.3), (0.71, 0.42), (0.78, 0.34), (0.86, 0.45)))
    c.stroke(rows, "#fff", 2, opacity=0.5)
    c.dots(70, (0, c.h * 0.1, c.w, c.h * 0.95), (3, 4), "#f9b6c9")


def last_train(c: Canvas) -> None:
    """A night train on a viaduct under a huge moon."""
    m = min(c.w, c.h)
    sky(c, "#150f2e", "#3b2257", "#8a3f6d", (0.62, "#e58a6f"), "#2b1436")
    stars(c, 80, 0.45)
    disc(c, 0.6, 0.4, 0.25, "#fff4dc", "#ffd1a6", halo="#ffb48a")
    ridge(c, 0.62, 0.05, "#5b2b5c", 12)
    s.put(c, s.TRAIN, 0.26, 0.645, m * 0.3, "#120a20")
    for x in (-0.06, 0.56, 0.76, 0.96, 1.16):
        s.put(c, "M0 50h100v38H0zM0 88h100v4H0z", x, 0.635, m * 0.19, "#120a20", stretch=1.3 * c.w / m * 0.72)
    lit = "".join(f"M{c.w * (0.48 + i * 0.04):.0f} {c.h * 0.645 - m * 0.075:.0f}v{m * 0.03:.0f}" for i in range(15))
    c.stroke(lit, "#ffd879", m * 0.018)
    puffs = ((0.33, 0.45, 16), (0.24, 0.4, 24), (0.1, 0.35, 36))
    for x, y, size in puffs:
        cloud(c, x, y, size, "#f3d3d8", opacity=0.6)
    c.rect(0, c.h * 0.64, c.w, c.h * 0.03, "#0b0616")
    for index in range(7):
        x = c.w * (index / 6)
        c.path(f"M{x - c.w * 0.1:.0f} {c.h * 0.66:.0f}h{c.w * 0.2:.0f}v20q-{c.w * 0.08:.0f} 10-{c.w * 0.08:.0f} {c.h * 0.35:.0f}"
               f"h-{c.w * 0.04:.0f}q0-{c.h * 0.33:.0f}-{c.w * 0.08:.0f}-{c.h * 0.35:.0f}z", "#1b0f2b")  # fmt: skip
    fog(c, 0.88, 0.24, "#c76a86", 0.55)


def clockwork(c: Canvas) -> None:
    """Gears, a lone figure, a cathedral of brass."""
    m = min(c.w, c.h)
    sky(c, "#120c08", "#3b2413", "#8a5a24", "#1a0f08")
    glow(c, 0.5, 0.45, 0.7, "#ffcf7a", 0.7)
    for x, y, size, tone, turn in ((0.5, 0.72, 0.85, "#c58b3b", 0), (0.1, 0.5, 0.5, "#7a4d1e", 14), (0.95, 0.6, 0.6, "#5d3915", 9),
                                   (0.84, 0.28, 0.36, "#9b6a2b", 20), (0.18, 0.86, 0.4, "#4a2c10", 5)):  # fmt: skip
        s.put(c, s.GEAR, x, y, m * size, tone, turn=turn)
    c.circle(c.w * 0.5, c.h * 0.72 - m * 0.468, m * 0.13, c.radial("#fff3cf", "#ffd27f", "#b36c22"))
    c.stroke(f"M{c.w * 0.5:.0f} {c.h * 0.72 - m * 0.468:.0f}v{-m * 0.1:.0f}m0 {m * 0.1:.0f}l{m * 0.06:.0f} {m * 0.04:.0f}", "#3b2009", 7)
    rain(c, 40, "#ffd99a", 0)
    hills(c, 0.84, 0.01, "#0c0704", 1)
    s.put(c, s.CLOAK, 0.5, 0.87, m * 0.28, "#080402", stretch=0.7)
    s.put(c, s.SWORD, 0.6, 0.88, m * 0.3, "#080402", turn=172)
    c.dots(60, (0, 0, c.w, c.h), (0.8, 1.6), "#ffe2a8")
    vignette(c, "#060301", 0.7)
