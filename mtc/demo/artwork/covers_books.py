"""Covers and open spreads of the e-books: one small poster each."""

# ruff: noqa: E501 - path data and tables of drawings read worse when they are folded

import math
from collections.abc import Callable

from mtc.demo.artwork import silhouettes as s
from mtc.demo.artwork.canvas import Canvas
from mtc.demo.artwork.scenery import hills
from mtc.demo.artwork.typeface import typeface

BOOKS: dict[str, tuple[tuple[str, ...], str, str, str, str, str]] = {
    "the-quiet-grid": (("The Quiet", "Grid"), "Ottilie Marsh", "dmserif", "#f3ede1", "#1f2a44", "#d9482b"),
    "setting-type-by-ear": (("Setting Type", "by Ear"), "Jonas Feld", "playfair-italic", "#16302b", "#f4e9d2", "#e0a33b"),
    "letters-for-small-screens": (("Letters for", "Small Screens"), "Priya Nandakumar", "grotesk", "#f6c945", "#1b1b1f", "#e5432f"),
    "the-freelance-ledger": (("The Freelance", "Ledger"), "Marguerite Osei", "abril", "#dfe8e1", "#12372a", "#c8553d"),
    "colour-considered": (("Colour,", "Considered"), "Ilse Tamm", "playfair", "#faf6f0", "#28222b", "#d1495b"),
    "drawing-maps-of-nowhere": (("Drawing Maps", "of Nowhere"), "Edda Thorsen", "uncial", "#ead9b5", "#3d2b1f", "#8c2f1b"),
    "kitchen-table-press": (("Kitchen Table", "Press"), "Wren Adeyemi", "rye", "#f1e3cf", "#26323f", "#c2402a"),
    "signs-people-follow": (("Signs People", "Follow"), "Rafael Quintela", "inter", "#0b5cad", "#ffffff", "#ffd23f"),
    "one-pen-ninety-days": (("One Pen,", "Ninety Days"), "Hana Kobayashi-Reid", "pacifico", "#ffffff", "#1a1a1a", "#e23d4b"),
    "the-patient-brand": (("The Patient", "Brand"), "Clement Adair", "limelight", "#7c1f2d", "#f7e7c6", "#d9a441"),
    "the-slow-garden": (("The Slow", "Garden"), "Beatrix Lund", "playfair-italic", "#e4edd5", "#21402a", "#e07a5f"),
}  # fmt: skip


def _grid(c: Canvas, ink: str, accent: str) -> None:
    for column in range(6):
        c.rect(60 + column * 82, 60, 70, 630, ink, opacity=0.06)
    for x, y, w, h in ((60, 330, 234, 150), (306, 330, 70, 70), (388, 410, 152, 70), (60, 492, 70, 120), (224, 492, 316, 36)):
        c.rect(x, y, w, h, ink)
    c.rect(388, 330, 152, 68, accent)
    c.circle(177, 552, 45, accent)
    for row in range(5):
        c.rect(224, 544 + row * 15, 316 - row * row * 9, 5, ink, opacity=0.5)


def _ear(c: Canvas, ink: str, accent: str) -> None:
    for row in range(5):
        c.stroke(f"M0 {360 + row * 44}Q150 {300 + row * 44} 300 {360 + row * 44}T600 {350 + row * 44}", ink, 2, opacity=0.55)
    for index, letter in enumerate("aegfst&"):
        x = 80 + index * 74
        y = 385 + 95 * math.sin(index * 1.25) + 60
        c.text("playfair", letter, x, y, 92, accent if index in (2, 6) else ink)
    c.circle(300, 640, 26, accent)
    c.path("M324 640V545", "none", stroke=accent, stroke_width=6)


def _small(c: Canvas, ink: str, accent: str) -> None:
    c.rect(165, 300, 270, 340, ink, rx=44)
    c.rect(190, 328, 220, 270, "#fffbe9", rx=14)
    c.text("grotesk", "Aa", 300, 500, 170, ink)
    c.text("mono", "11 px, 40 cm", 300, 560, 22, accent)
    c.rect(270, 612, 60, 9, "#555", rx=4)
    for x, y, size in ((82, 420, 60), (520, 380, 46), (90, 600, 34), (520, 590, 70)):
        c.text("grotesk", "a", x, y, size, ink)


def _ledger(c: Canvas, ink: str, accent: str) -> None:
    c.rect(90, 310, 420, 340, "#fffdf6", stroke=ink, stroke_width=4)
    for row in range(8):
        c.rect(90, 350 + row * 37, 420, 1.6, ink, opacity=0.35)
        c.rect(112, 362 + row * 37, c.rng.randrange(90, 190), 10, ink, opacity=0.75)
        c.rect(460 - 12 * len(str(row * row * 97)), 362 + row * 37, 12 * len(str(row * row * 97)) + 24, 10, accent if row in (2, 5) else ink)
    c.path("M360 310v340", "none", stroke=accent, stroke_width=3)
    with c.group(transform="rotate(-14 450 590)"):
        c.circle(450, 590, 66, "none", stroke=accent, stroke_width=7)
        c.text("anton", "PAID", 450, 608, 48, accent)


def _colour(c: Canvas, ink: str, accent: str) -> None:
    for index, paint in enumerate(("#d1495b", "#edae49", "#66a182", "#2e4057", "#8d5a97", "#f4a9a8", "#3a86a8", "#c7b89a", "#e76f51", "#264653", "#a3b18a", "#6d597a")):
        x, y = 120 + index % 4 * 120, 355 + index // 4 * 120
        c.rect(x - 52, y - 52, 104, 104, paint)
        c.circle(x, y, 24, ("#faf6f0", "#edae49", "#d1495b", "#66a182")[(index * 3 + 1) % 4], opacity=0.92)


def _maps(c: Canvas, ink: str, accent: str) -> None:
    c.path("M70 480q20-120 130-110 60-70 150-30 120-30 160 80 60 90-30 150-50 90-170 70-90 40-160-30-80-30-80-130z", "#f8ecd0", stroke=ink, stroke_width=4)
    for grow in (14, 28):
        c.path("M70 480q20-120 130-110 60-70 150-30 120-30 160 80 60 90-30 150-50 90-170 70-90 40-160-30-80-30-80-130z", "none", stroke=ink, stroke_width=1.2, opacity=0.5, transform=f"translate({-grow * 0.98:.0f} {-grow * 1.6:.0f})scale({1 + grow / 300:.3f})")
    for x, y in ((200, 450), (240, 430), (282, 455), (320, 432), (226, 485)):
        c.path(f"M{x - 26} {y}l26-46 26 46M{x} {y - 46}l-4 22 8 12", "none", stroke=ink, stroke_width=4, stroke_linejoin="round")
    for index in range(12):
        s.put(c, s.TREE, (340 + index % 4 * 38) / 600, (500 + index // 4 * 36) / 750, 36, ink)
    c.stroke("M150 560q60-40 120-10t110 40", accent, 5, stroke_dasharray="3 13")
    c.path("M385 575l22 22m0-22l-22 22", "none", stroke=accent, stroke_width=7)
    c.path("M500 640l10-40 10 40 40 10-40 10-10 40-10-40-40-10z", ink)


def _press(c: Canvas, ink: str, accent: str) -> None:
    c.path("M60 560h480v26H60zM100 586h26v110h-26zM474 586h26v110h-26z", ink)
    for index, paint in enumerate((accent, "#3f7d6e", ink, "#e0a33b", accent)):
        c.rect(170 + index % 2 * 12, 536 - index * 24, 220, 22, paint)
    c.path("M300 330c60-40 120-20 150 10v100c-40-30-90-40-150-10-60-30-110-20-150 10V340c30-30 90-50 150-10z", "#fffaf0", stroke=ink, stroke_width=6)
    c.path("M300 330v100M180 360q60-24 100 0M180 386q60-24 100 0M320 360q60-24 100 0M320 386q60-24 100 0", "none", stroke=ink, stroke_width=4)
    c.path("M440 560v-50h50v50zM490 520h18v20h-18", accent, stroke=ink, stroke_width=4)


def _signs(c: Canvas, ink: str, accent: str) -> None:
    for index, (turn, paint) in enumerate(((0, ink), (-45, accent), (90, ink), (45, accent), (180, ink), (-90, ink))):
        x, y = 150 + index % 3 * 150, 400 + index // 3 * 160
        with c.group(transform=f"translate({x} {y})rotate({turn})"):
            c.path("M0-54L48-6 34 8 10-16V54H-10V-16L-34 8-48-6z", paint)
    c.rect(70, 640, 460, 8, accent)


def _pen(c: Canvas, ink: str, accent: str) -> None:
    for day in range(90):
        x, y = 90 + day % 15 * 30, 340 + day // 15 * 44
        c.stroke(f"M{x - 9} {y + 9}L{x + 9} {y - 9}", ink if day < 63 else "#ccc", 3)
        if day < 20:
            c.stroke(f"M{x - 9} {y - 9}L{x + 9} {y + 9}", ink, 3)
    c.stroke("M70 640c90-60 60 50 140 10s90-50 130-6 100 10 190-30", accent, 5)
    with c.group(transform="translate(530 612)rotate(40)"):
        c.path("M0 0l-9-26V-170h18V-26z", ink)


def _patient(c: Canvas, ink: str, accent: str) -> None:
    for ring in range(14):
        wobble = c.rng.uniform(0.94, 1.05)
        c.ellipse(300 + ring % 3 * 2, 480, 14 + ring * 13, (14 + ring * 13) * wobble, "none", stroke=accent if ring % 5 == 3 else ink, stroke_width=2 + ring % 3 * 1.6)
    c.circle(300, 480, 7, accent)


def _garden(c: Canvas, ink: str, accent: str) -> None:
    hills(c, 0.72, 0.02, "#9fb97f", 1.2)
    hills(c, 0.82, 0.015, "#5b7f53", 1.6)
    for index in range(9):
        x, tall = 60 + index * 60, c.rng.randrange(120, 260)
        c.stroke(f"M{x} 690q{c.rng.randrange(-20, 20)} {-tall / 2:.0f} 0 {-tall}", ink, 5)
        for leaf in range(3):
            y = 690 - tall * (0.3 + leaf * 0.22)
            c.path(f"M{x} {y:.0f}q{34 if leaf % 2 else -34} -30 {50 if leaf % 2 else -50} 4q{-20 if leaf % 2 else 20} 18 {-50 if leaf % 2 else 50} -4z", "#3e6b47")
        if index % 2 == 0:
            for petal in range(6):
                c.ellipse(x, 690 - tall - 18, 9, 20, accent if index % 4 else "#f2cc8f", transform=f"rotate({petal * 60} {x} {690 - tall})")
            c.circle(x, 690 - tall, 9, "#7a3b1d")
        else:
            c.circle(x, 690 - tall, 16, "#c9463d")


ART: dict[str, Callable[[Canvas, str, str], None]] = dict(
    zip(BOOKS, (_grid, _ear, _small, _ledger, _colour, _maps, _press, _signs, _pen, _patient, _garden), strict=True)
)


def draw_book(slug: str) -> Canvas:
    """A book's 600 by 750 cover."""
    lines, author, font, paper, ink, accent = BOOKS[slug]
    c = Canvas(600, 750, slug)
    c.fill(paper)
    ART[slug](c, ink, accent)
    size = min(title_size(font, line) for line in lines)
    for index, line in enumerate(lines):
        c.text(font, line, 60, 122 + index * size * 1.04, size, ink, anchor="start")
    c.text("inter", author.upper(), 60, 718, 19, accent if slug == "one-pen-ninety-days" else ink, anchor="start", spacing=0.12)
    c.text("limelight", "P&G", 540, 718, 22, ink, anchor="end")
    c.rect(0, 0, 26, 750, c.linear((0, "#000", 0.22), (0.4, "#fff", 0.12), (0.6, "#000", 0.12), (1, "#000", 0), angle=0))
    return c


def title_size(font: str, line: str) -> float:
    """The size at which a title line fills the cover, at most 84 pixels."""
    return min(84.0, 480 / typeface(font).width(line))


def draw_spread(slug: str) -> Canvas:
    """An open page of the book, 800 by 600, with its own colours."""
    lines, author, font, paper, ink, accent = BOOKS[slug]
    c = Canvas(800, 600, slug + "spread")
    c.fill(c.linear(accent, ink, angle=60))
    c.rect(86, 86, 636, 444, "#000", opacity=0.28, filter=c.blur(14))
    c.rect(80, 70, 320, 444, "#fffdf8")
    c.rect(400, 70, 320, 444, "#fffaf0")
    c.rect(370, 70, 60, 444, c.linear((0, "#000", 0), (0.5, "#000", 0.2), (1, "#000", 0), angle=0))
    c.text(font, lines[0].split()[-1].strip(",") if len(lines[0].split()) > 1 else lines[0].strip(","), 110, 150, 46, "#222", anchor="start", fit=250)
    rows = "".join(f"M110 {200 + row * 17}h{c.rng.randrange(196, 258) if row % 6 != 5 else 120}" for row in range(16))
    c.path(rows, "none", stroke="#444", stroke_width=4, opacity=0.55)
    with c.group(transform="translate(440 92)scale(.4)", clip_path=c.clip('<rect x="0" y="0" width="600" height="750"/>')):
        c.rect(0, 0, 600, 750, paper if paper != "#ffffff" else "#f4f0e6")
        ART[slug](c, ink, accent)
    rows = "".join(f"M440 {420 + row * 17}h{c.rng.randrange(190, 240)}" for row in range(4))
    c.path(rows, "none", stroke="#444", stroke_width=4, opacity=0.55)
    c.text("mono", f"{c.rng.randrange(12, 90)}", 110, 495, 12, "#666", anchor="start")
    c.text("mono", author, 690, 495, 11, "#666", anchor="end")
    return c
