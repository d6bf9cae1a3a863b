"""Preview pictures of the design assets: specimens, swatches, sheets and page mock-ups, 800 by 600."""

# ruff: noqa: E501 - path data and tables of drawings read worse when they are folded

import math
from collections.abc import Callable

from mtc.demo.artwork import silhouettes as s
from mtc.demo.artwork.canvas import Canvas

FONTS = {
    "halden-serif": ("Halden", "Serif", "dmserif", "#f4ecdd", "#2b2420", "#b5462f"),
    "tramline-grotesk": ("Tramline", "Grotesk", "grotesk", "#e8412b", "#fff8ec", "#14213d"),
    "inkwell-script": ("Inkwell", "Script", "pacifico", "#20302e", "#f6e7d0", "#e6a96b"),
    "mono-harbour": ("Mono", "Harbour", "mono", "#0f2f4a", "#e9f4f4", "#ffb84d"),
}
ICONS = (
    "M12 21V11M12 11C5 11 4 6 4 3c5 0 8 2 8 8zM12 14c7 0 8-5 8-8-5 0-8 2-8 8z", "M6 10h12l-2 11H8zM5 7h14v3H5zM12 7V3",
    "M12 3c5 5 7 8 7 11a7 7 0 0 1-14 0c0-3 2-6 7-11z", "M12 8a4 4 0 1 0 .1 0zM12 1v3M12 20v3M1 12h3M20 12h3M4 4l2 2M18 18l2 2M4 20l2-2M18 6l2-2",
    "M7 18a5 5 0 0 1 0-10 6 6 0 0 1 11 2 4 4 0 0 1 0 8z", "M12 2v13M8 15h8l-1 7H9zM8 4h8", "M4 20C4 9 11 4 20 4c0 9-5 16-16 16zM4 20L14 10",
    "M3 11l9-8 9 8v10H3zM9 21v-7h6v7", "M4 5h16v12H4zM9 21h6M12 17v4", "M5 3h10l4 4v14H5zM15 3v4h4M8 12h8M8 16h8",
    "M10 3a7 7 0 1 0 .1 0zM15 15l6 6", "M12 3a4 4 0 1 0 .1 0zM4 21c0-5 3-8 8-8s8 3 8 8", "M3 6h18v12H3zM3 7l9 7 9-7",
    "M12 2a10 10 0 1 0 .1 0zM12 6v6l4 3", "M4 12l5 5L20 6", "M12 3l3 6 6 1-4 5 1 6-6-3-6 3 1-6-4-5 6-1z",
    "M6 11V8a6 6 0 0 1 12 0v3M4 11h16v10H4z", "M4 20V10M10 20V4M16 20v-7M22 20H2", "M3 5h5l3 3h10v12H3z", "M12 21S3 15 3 9a5 5 0 0 1 9-3 5 5 0 0 1 9 3c0 6-9 12-9 12z",
)  # fmt: skip


def _specimen(slug: str, page: int) -> Canvas:
    first, second, font, paper, ink, accent = FONTS[slug]
    c = Canvas(800, 600, f"{slug}{page}")
    if page == 0:
        c.fill(paper)
        c.text(font, "Rg" if font != "mono" else "{0}", 760, 566, 380 if font in ("dmserif", "grotesk") else 210, accent, anchor="end", opacity=0.95)
        c.text(font, first, 50, 150, 124, ink, anchor="start", fit=620)
        c.text(font, second, 50, 262, 124, ink, anchor="start", fit=560)
        c.text(font, "Hamburgefonts", 54, 340, 34, ink, anchor="start", opacity=0.8)
        c.text(font, "1234567890", 54, 390, 34, ink, anchor="start", opacity=0.8)
        c.text("mono", "6 weights / 12 styles", 54, 556, 17, ink, anchor="start")
    elif page == 1:
        c.fill(ink)
        for index, letter in enumerate("ABDEGKMQRSagekyt&!?3"):
            x, y = 110 + index % 5 * 145, 140 + index // 5 * 135
            c.text(font, letter, x, y, 92, accent if index in (4, 12, 16) else paper)
    else:
        c.fill(accent)
        words = ("Evening", "Edition") if font != "mono" else ("return", "tide()")
        c.rect(230, 60, 340, 480, paper)
        for index, word in enumerate(words):
            c.text(font, word, 400, 190 + index * 84, 78, ink, fit=290)
        c.circle(400, 400, 74, ink)
        c.text(font, "No. 7" if font != "mono" else "0x07", 400, 416, 44, paper)
    return c


def _grain(c: Canvas, page: int) -> None:
    pairs = (("#ff5a4f", "#2b50aa"), ("#f2b705", "#00838a"), ("#ff8fb1", "#3d5588"), ("#5ec962", "#8b3a62"))
    c.fill("#f4efe4")
    for index, (top, under) in enumerate(pairs if page == 0 else pairs[page - 1 : page]):
        x, y, w, h = (30 + index % 2 * 375, 30 + index // 2 * 275, 365, 265) if page == 0 else (60, 60, 680, 480)
        with c.group(clip_path=c.clip(f'<rect x="{x}" y="{y}" width="{w}" height="{h}"/>')):
            c.rect(x, y, w, h, top, opacity=0.28)
            for level in range(3):
                c.dots(110, (x, y + h * level / 5, x + w, y + h), (1.2, 2.0 + level * 0.4), top)
            c.circle(x + w * 0.58, y + h * 0.5, h * 0.36, under, opacity=0.82)
            c.dots(160, (x + w * 0.35, y + h * 0.1, x + w * 0.82, y + h * 0.9), (0.8, 1.3), "#f4efe4")


def _marble(c: Canvas, page: int) -> None:
    palettes = (("#14213d", "#c8553d", "#f2cc8f", "#81b29a", "#f4f1de"), ("#3d1f38", "#d1495b", "#edae49", "#00798c", "#fdf0d5"), ("#0b3c49", "#e16036", "#bfd7ea", "#731963", "#fff4e0"))
    paints = palettes[page]
    c.fill(paints[0])
    for row in range(26):
        y = row * 25 - 20
        d = f"M-40 {y}"
        for _ in range(7):
            d += f"q{32 + c.rng.randrange(20)} {c.rng.randrange(-70, 70)} 66 {c.rng.randrange(-14, 14)}t66 {c.rng.randrange(-14, 14)}"
        c.path(d, "none", stroke=paints[row % 5], stroke_width=c.rng.randrange(8, 26), stroke_linecap="round")
    for _ in range(9):
        x, y, r = c.rng.randrange(40, 760), c.rng.randrange(40, 560), c.rng.randrange(14, 40)
        for ring in range(3):
            c.ellipse(x, y, r - ring * r / 3.4, (r - ring * r / 3.4) * 0.8, paints[(ring * 2 + r) % 5])


def _concrete(c: Canvas, page: int) -> None:
    tones = ("#b9b4ab", "#8d8f90", "#d8cdbb", "#a79a8b", "#c6c8c5", "#716d68")
    c.fill("#efece6")
    for index in range(6 if page == 0 else 2):
        cols = 3 if page == 0 else 2
        w, h = (740 - (cols - 1) * 14) / cols, 263 if page == 0 else 540
        x, y = 30 + index % cols * (w + 14), 30 + index // cols * (h + 14)
        tone = tones[(index + page * 2) % 6]
        c.rect(x, y, w, h, tone)
        c.rect(x, y, w, h, c.linear((0, "#fff", 0.35), (1, "#000", 0.2), angle=25))
        for board in range(1, 4):
            if index % 2 == 0:
                c.rect(x, y + h * board / 4, w, 2, "#000", opacity=0.18)
        c.dots(70, (x, y, x + w, y + h), (1, 2), "#000", opacity=0.22)
        c.dots(70, (x, y, x + w, y + h), (1, 2), "#fff", opacity=0.4)
        if index % 3 == 1:
            d = "".join(f"M{x + c.rng.uniform(10, w * 0.5):.0f} {y + c.rng.uniform(20, h - 20):.0f}q{w * 0.2:.0f} {c.rng.randrange(-30, 30)} {w * 0.4:.0f} 0" for _ in range(14))
            c.stroke(d, "#fff", 5, opacity=0.3)


def _icons(c: Canvas, page: int, colors: tuple[str, str, str], start: int) -> None:
    paper, ink, accent = colors if page != 1 else (colors[1], colors[0], colors[2])
    c.fill(paper)
    columns, scale = (8, 2.2) if page == 0 else (4, 4.6) if page == 1 else (3, 6)
    rows = columns * 3 // 4
    for index in range(columns * rows):
        x, y = 800 / columns * (index % columns + 0.5), 600 / rows * (index // columns + 0.5)
        paint = accent if index % 7 == 3 else ink
        more = {"fill": accent, "fill_opacity": 0.25} if page == 2 else {}
        with c.group(transform=f"translate({x - 12 * scale:.0f} {y - 12 * scale:.0f})scale({scale})"):
            c.path(ICONS[(index * 3 + start) % len(ICONS)], str(more.get("fill", "none")), fill_opacity=more.get("fill_opacity"), stroke=paint, stroke_width=1.7, stroke_linecap="round", stroke_linejoin="round")


def _page(c: Canvas, x: float, y: float, w: float, h: float, turn: float, kind: int, accent: str) -> None:
    with c.group(transform=f"translate({x:.0f} {y:.0f})rotate({turn})"):
        c.rect(6, 10, w, h, "#000", opacity=0.22, filter=c.blur(9))
        c.rect(0, 0, w, h, "#fffdf9" if kind != 2 else accent)
        light = "#fff" if kind == 2 else "#2a2420"
        if kind == 0:
            c.rect(w * 0.1, h * 0.08, w * 0.34, h * 0.05, accent)
            c.path("".join(f"M{w * 0.1:.0f} {h * (0.3 + r * 0.07):.0f}h{w * 0.5:.0f}m{w * 0.14:.0f} 0h{w * 0.16:.0f}" for r in range(6)), "none", stroke=light, stroke_width=4, opacity=0.6)
            c.rect(w * 0.6, h * 0.8, w * 0.3, h * 0.07, light)
        elif kind == 1:
            c.rect(w * 0.08, h * 0.1, w * 0.5, h * 0.5, c.linear(accent, "#f2cc8f", angle=30))
            c.path("".join(f"M{w * 0.64:.0f} {h * (0.13 + r * 0.08):.0f}h{w * (0.28 if r % 3 else 0.2):.0f}" for r in range(7)), "none", stroke=light, stroke_width=4, opacity=0.6)
            c.text("dmserif", "Field notes", w * 0.08, h * 0.84, h * 0.15, light, anchor="start", fit=w * 0.84)
        else:
            c.text("dmserif", "Hello.", w * 0.1, h * 0.5, h * 0.26, light, anchor="start", fit=w * 0.7)
            c.path(f"M{w * 0.1:.0f} {h * 0.64:.0f}h{w * 0.5:.0f}m{-w * 0.5:.0f} {h * 0.08:.0f}h{w * 0.36:.0f}", "none", stroke=light, stroke_width=4)
            c.circle(w * 0.8, h * 0.72, h * 0.12, "#f2cc8f")


def _template(c: Canvas, page: int, shape: tuple[float, float], back: tuple[str, str], accent: str) -> None:
    c.fill(c.linear(*back, angle=40))
    w, h = shape
    places = ((60, 90, -6), (300, 40, 3), (470, 230, -3), (150, 320, 5)) if page == 0 else ((110, 60, 0), (330, 180, 0)) if page == 1 else ((90, 90, -10), (280, 150, -10), (470, 210, -10))
    for index, (x, y, turn) in enumerate(places):
        grow = 1.0 if page == 0 else 1.35
        _page(c, x, y, w * grow, h * grow, turn, (index + page) % 3, accent)


def _terrazzo(c: Canvas, page: int) -> None:
    schemes = (("#f3ece2", ("#c8553d", "#2f5d50", "#e9b44c", "#3d405b", "#e8a49c")), ("#22333b", ("#eae0d5", "#c6ac8f", "#d1495b", "#5e7f73", "#f2cc8f")), ("#f7d9d0", ("#fff", "#8c2f39", "#335c67", "#e09f3e", "#540b0e")))
    base, chips = schemes[page]
    c.fill(base)
    for _ in range(190 if page == 0 else 120):
        x, y, r = c.rng.uniform(0, 800), c.rng.uniform(0, 600), c.rng.uniform(7, 44 if page else 34)
        count = c.rng.randrange(4, 7)
        points = [(x + r * c.rng.uniform(0.6, 1.1) * math.cos(k * 6.28 / count), y + r * c.rng.uniform(0.6, 1.1) * math.sin(k * 6.28 / count)) for k in range(count)]
        c.poly(points, c.rng.choice(chips))


def _brushes(c: Canvas, page: int) -> None:
    ink, paper = ("#3d2b1f", "#efdfbd") if page != 1 else ("#efdfbd", "#23404a")
    c.fill(paper)
    c.path("M20 20h760v560H20zM32 32h736v536H32z", "none", stroke=ink, stroke_width=2.5)
    for _ in range(34):
        x, y = c.rng.uniform(80, 720), c.rng.uniform(110, 330)
        w = c.rng.uniform(26, 48)
        c.path(f"M{x - w:.0f} {y:.0f}q{w * 0.6:.0f}-{w * 0.4:.0f} {w:.0f}-{w * 1.5:.0f} {w * 0.4:.0f} {w * 1.1:.0f} {w:.0f} {w * 1.5:.0f}z", paper, stroke=ink, stroke_width=3, stroke_linejoin="round")
        c.path(f"M{x:.0f} {y - w * 1.5:.0f}q-6 {w * 0.7:.0f} 4 {w * 1.2:.0f}m6 {-w * 0.9:.0f}q-2 {w * 0.5:.0f} 8 {w * 0.9:.0f}", "none", stroke=ink, stroke_width=2)
    for _ in range(24):
        s.put(c, s.TREE, c.rng.uniform(0.08, 0.55), c.rng.uniform(0.68, 0.93), 46, ink)
    c.stroke("M460 470q30-40 60 0t60 0 60 0 60 0M480 510q30-40 60 0t60 0 60 0", ink, 3)
    c.path("M520 470c-10-60 30-90 50-60 10 20-10 34-24 26M600 470c0-50 40-60 50-30M690 470q10-40 40-20l-14 4 14 8", "none", stroke=ink, stroke_width=9, stroke_linecap="round")
    c.path("M680 540l8-34 8 34 34 8-34 8-8 34-8-34-34-8z", "#8c2f1b" if page != 1 else "#ffb84d")


SHEETS: dict[str, Callable[[Canvas, int], None]] = {
    "risograph-grain": _grain,
    "marbled-endpapers": _marble,
    "concrete-and-plaster": _concrete,
    "botanica-line-icons": lambda c, page: _icons(c, page, ("#e7efe0", "#23472f", "#d0603a"), 0),
    "everyday-glyphs": lambda c, page: _icons(c, page, ("#f7f3ea", "#20242e", "#3a5bd9"), 7),
    "portfolio-one": lambda c, page: _template(c, page, (290, 220), ("#f2cc8f", "#e07a5f"), "#3d405b"),
    "invoice-and-proposal-kit": lambda c, page: _template(c, page, (200, 270), ("#cfe0d8", "#5e8577"), "#c8553d"),
    "editorial-slides": lambda c, page: _template(c, page, (310, 180), ("#2b2d42", "#5a5f8a"), "#d1495b"),
    "terrazzo-library": _terrazzo,
    "cartographers-brush-kit": _brushes,
}


def draw_asset(slug: str, page: int = 0) -> Canvas:
    """An asset's main preview (page 0) or a further one (1, 2)."""
    if slug in FONTS:
        return _specimen(slug, page)
    c = Canvas(800, 600, f"{slug}{page}")
    SHEETS[slug](c, page)
    return c
