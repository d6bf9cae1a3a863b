"""Logos, favicons, banners, collection pictures and sharing cards of the three stores."""

# ruff: noqa: E501 - path data and tables of drawings read worse when they are folded

from mtc.demo.artwork import covers_books, icons, previews, screens
from mtc.demo.artwork.canvas import Canvas
from mtc.demo.artwork.covers_games import COVERS, draw_banner, draw_cover
from mtc.demo.artwork.scenery import rays, vignette

NAMES = {"games": "QUESTLINE", "studio": "Paper & Grain", "software": "Fernworks"}
GAME_COLLECTIONS = {
    "new-and-noteworthy": "thunder-circuit-gt", "strategy-and-tactics": "ironbark-tactics", "story-and-adventure": "last-train-to-vesper",
    "cosy-corner": "saltmarsh-seasons", "speed-and-action": "neon-meridian", "co-op-nights": "lantern-folk", "under-fifteen": "voidrunner-zero",
}  # fmt: skip
STUDIO_COLLECTIONS = {
    "books": ("the-slow-garden", "the-quiet-grid", "the-patient-brand"), "typefaces": "halden-serif", "textures-and-patterns": "marbled-endpapers",
    "icons": "botanica-line-icons", "templates": "editorial-slides", "studio-starters": ("the-freelance-ledger", "one-pen-ninety-days", "letters-for-small-screens"),
}  # fmt: skip
SOFTWARE_COLLECTIONS = {
    "run-the-business": ("tallybook", "hourwise", "boardwalk", "rackline"), "write-and-think": ("marginalia", "pinemark", "diagrammar", "framecatch"),
    "create": ("lumenroom", "cutroom", "sonoform"), "build": ("querybird", "branchwise", "diagrammar"),
    "protect": ("vaultkeep", "driftsync", "postern", "mailhaven"), "bundles": ("tallybook", "fernworks-suite", "vaultkeep"),
}  # fmt: skip


def _mark(c: Canvas, store: str) -> None:
    """A store's mark in a box of 64 by 64 at the origin."""
    if store == "games":
        c.path("M32 2l28 16v28L32 62 4 46V18z", c.linear("#ff4fa0", "#7c5cff", angle=60))
        c.path("M32 14a17 17 0 1 0 9 31l7 7 6-6-7-7a17 17 0 0 0-15-25zm0 9a8.500 8.500 0 1 1-.1 0z", "#fff")
    elif store == "studio":
        c.rect(6, 4, 46, 56, "#b5462f", rx=2)
        c.rect(12, 4, 46, 56, "#2a2420", rx=2)
        c.text("abril", "P", 35, 47, 42, "#faf6ee")
    else:
        c.rect(2, 2, 60, 60, "#0f6b57", rx=15)
        c.path("M33 52C32 36 34 24 42 12", "none", stroke="#d9f99d", stroke_width=3, stroke_linecap="round")
        c.path("M33 46c-12 1-17-4-18-10 9-1 16 2 18 10zM34 35c-9 0-13-5-14-10 8-1 13 3 14 10zM36 46c10 3 16-1 18-7-9-3-15 0-18 7zM37 34c9 1 14-3 15-8-8-2-13 1-15 8z", "#a3e635")


def draw_favicon(store: str) -> Canvas:
    """The mark alone, 64 by 64."""
    c = Canvas(64, 64, store)
    _mark(c, store)
    return c


def draw_logo(store: str, on_dark: bool = False) -> Canvas:
    """The mark with the name beside it, 64 high."""
    font, size, ink, width = {
        "games": ("audiowide", 34, "#ffffff", 330), "studio": ("dmserif", 40, "#2a2420", 330), "software": ("grotesk", 38, "#12211d", 290),
    }[store]  # fmt: skip
    c = Canvas(width, 64, store)
    _mark(c, store)
    c.text(font, NAMES[store], 78, 46, size, "#ffffff" if on_dark else ink, anchor="start", fit=width - 84)
    return c


def draw_shot(slug: str, page: int) -> Canvas:
    """A game's screenshot: its scene with an invented heads-up display, 1280 by 720."""
    c = draw_banner(slug, 1280, 720, f"shot{page}" if page == 2 else "")
    accent = COVERS[slug].face[-1]
    if page == 2:
        vignette(c, "#000", 0.35)
        c.rect(240, 560, 800, 112, "#07060f", rx=14, opacity=0.72)
        c.rect(240, 560, 8, 112, accent, rx=4)
        c.text("bebas", COVERS[slug].tag, 276, 606, 30, accent, anchor="start", spacing=0.06, fit=720)
        for index, option in enumerate(("A  Listen", "B  Leave", "X  Ask again")):
            c.label(option, 278 + index * 190, 646, 22, "#fff")
        return c
    c.rect(40, 36, 300, 20, "#000", rx=10, opacity=0.5)
    c.rect(40, 36, c.rng.randrange(120, 290), 20, accent, rx=10)
    c.rect(40, 64, 220, 12, "#000", rx=6, opacity=0.5)
    c.rect(40, 64, c.rng.randrange(80, 210), 12, "#5ad7ff", rx=6)
    c.circle(1180, 110, 72, "#000", opacity=0.5, stroke=accent, stroke_width=4)
    c.path("M1180 74l16 50-16-9-16 9z", "#fff")
    for index in range(5):
        c.rect(470 + index * 70, 640, 60, 60, "#000", rx=10, opacity=0.55, stroke=accent if index == 1 else "#fff", stroke_width=3)
        c.circle(500 + index * 70, 670, 14, accent if index % 2 else "#fff", opacity=0.85)
    return c


def draw_gift_card() -> Canvas:
    """The gift card's 600 by 800 picture."""
    c = Canvas(600, 800, "gift")
    c.fill(c.linear("#2a0f5e", "#7c5cff", "#ff4fa0", "#ffb347", angle=60))
    rays(c, 0.5, 0.45, 24, "#fff", 0.12)
    c.dots(70, (0, 0, 600, 800), (3, 4), "#fff3c2", opacity=0.8)
    with c.group(transform="rotate(-8 300 390)"):
        c.rect(72, 242, 468, 300, "#000", rx=28, opacity=0.35, filter=c.blur(14))
        c.rect(66, 230, 468, 300, c.linear("#1a1033", "#0b0a17", angle=40), rx=28, stroke="#fff", stroke_opacity=0.4, stroke_width=2)
        c.rect(66, 362, 468, 30, c.linear("#ff4fa0", "#7c5cff", angle=0))
        c.text("audiowide", "QUESTLINE", 300, 330, 52, "#fff")
        c.text("bebas", "GIFT CARD", 104, 490, 54, "#fff", anchor="start", spacing=0.08)
        with c.group(transform="translate(424 416)scale(1.25)"):
            _mark(c, "games")
    c.text("bebas", "ANY GAME. ANY TIME. NO FEES.", 300, 740, 32, "#fff", spacing=0.12)
    return c


def _placed(c: Canvas, inner: Canvas, x: float, y: float, width: float, turn: float = 0) -> None:
    """Put another picture on this one; ids are renamed so that they cannot clash."""
    prefix = f"p{len(c.parts)}"
    scale = width / inner.w
    markup = f"<defs>{''.join(inner.defs)}</defs>{''.join(inner.parts)}"
    for name in ('id="', "url(#", 'href="#'):
        markup = markup.replace(name, name + prefix)
    box = f"{prefix}box"
    c.add(f'<clipPath id="{box}"><rect width="{inner.w}" height="{inner.h}"/></clipPath>')
    with c.group(transform=f"translate({x:.0f} {y:.0f})rotate({turn:g})scale({scale:.3f})"):
        c.rect(10, 18, inner.w, inner.h, "#000", opacity=0.25, rx=inner.w * 0.2 if inner.w == inner.h else 0)
        c.add(f'<g clip-path="url(#{box})">{markup}</g>')


def draw_collection(store: str, slug: str) -> Canvas:
    """A collection's 800 by 500 picture."""
    if store == "games":
        return draw_banner(GAME_COLLECTIONS[slug], 800, 500, "c")
    c = Canvas(800, 500, slug)
    if store == "software":
        chosen = SOFTWARE_COLLECTIONS[slug]
        c.fill(c.linear(icons.MARKS[chosen[0]][0], icons.MARKS[chosen[-1]][1], angle=35))
        c.fill(c.radial((0, "#fff", 0.3), (1, "#fff", 0), cx=0.2, cy=0, r=0.9))
        size = 640 / len(chosen) if len(chosen) > 3 else 190
        for index, name in enumerate(chosen):
            _placed(c, icons.draw_icon(name), 400 + (index - len(chosen) / 2) * (size + 8), 250 - size / 2 + (18 if index % 2 else -18), size)
        return c
    chosen_books = STUDIO_COLLECTIONS[slug]
    if isinstance(chosen_books, str):
        _placed(c, previews.draw_asset(chosen_books, 1 if slug == "typefaces" else 0), 0, -50, 800)
        return c
    c.fill(c.linear("#e8d9bf", "#c9ab86", angle=60))
    for index, name in enumerate(chosen_books):
        _placed(c, covers_books.draw_book(name), 70 + index * 225, 70 + (index % 2) * 30, 215, (index - 1) * 4)
    return c


def draw_hero(store: str, mobile: bool = False) -> Canvas:
    """The home page's banner, 1600 by 700, or 900 by 1100 for phones."""
    width, height = (900, 1100) if mobile else (1600, 700)
    if store == "games":
        return draw_banner("emberfall-chronicles", width, height, "hero", aside=not mobile)
    c = Canvas(width, height, store + "hero")
    if store == "studio":
        c.fill(c.linear("#f1e6d2", "#dcc5a0", angle=35))
        c.path(f"M0 {height}V{height * 0.82:.0f}L{width} {height * 0.68:.0f}V{height}z", "#b98f63", opacity=0.45)
        books = ("drawing-maps-of-nowhere", "the-patient-brand", "the-quiet-grid")
        places = ((120, 560, -7), (330, 500, 4), (560, 590, -3)) if mobile else ((740, 130, -8), (1000, 80, 4), (1250, 170, -4))
        for name, (x, y, turn) in zip(books, places, strict=True):
            _placed(c, covers_books.draw_book(name), x, y, 270 if mobile else 320, turn)
        return c
    c.fill(c.linear("#eaf5f0", "#cfe9dd", "#a9d6c6", angle=30))
    c.circle(width * 0.78, height * (0.75 if mobile else 0.45), height * 0.5, c.radial((0, "#fff", 0.9), (1, "#fff", 0)))
    left, top, wide = (60, 480, 780) if mobile else (760, 110, 780)
    _placed(c, screens.draw_screen("tallybook"), left, top, wide)
    for index, name in enumerate(("vaultkeep", "branchwise", "cutroom")):
        _placed(c, icons.draw_icon(name), left - 40 + index * 120, top + 400 + index % 2 * 30, 130)
    return c


def draw_second_banner(store: str) -> Canvas:
    """The picture beside the home page's story, 1200 by 900."""
    if store == "games":
        return draw_banner("skybound-couriers", 1200, 900, "b")
    c = Canvas(1200, 900, store + "banner")
    if store == "studio":
        c.fill("#2f5d50")
        c.text("dmserif", "Ran", 600, 520, 540, "#f4ecdd", fit=1060)
        c.text("playfair-italic", "three winters, one of them for the numerals", 600, 650, 50, "#e6b58f", fit=1000)
        c.text("dmserif", "0123456789", 600, 790, 110, "#f4ecdd", fit=1000)
        c.path("M80 150h1040M80 520h1040", "none", stroke="#e6b58f", stroke_width=1.5, opacity=0.6, stroke_dasharray="6 8")
        return c
    c.fill(c.linear("#0f6b57", "#07382f", angle=50))
    names = ("tallybook", "hourwise", "boardwalk", "marginalia", "pinemark", "framecatch", "vaultkeep", "driftsync", "mailhaven")
    for index, name in enumerate(names):
        _placed(c, icons.draw_icon(name), 190 + index % 3 * 280, 60 + index // 3 * 265, 250)
    return c


def draw_card(store: str) -> Canvas:
    """The picture shown when a link to the store is shared, 1200 by 630."""
    if store == "games":
        c = draw_banner("starwright", 1200, 630, "og")
        c.fill(c.linear((0, "#05061a", 0.92), (0.75, "#05061a", 0.6), (1, "#05061a", 0.1), angle=0))
        c.text("audiowide", "QUESTLINE", 70, 330, 92, "#fff", anchor="start")
        c.text("bebas", "GAME KEYS, PLAYED BEFORE THEY ARE SOLD", 74, 400, 38, "#d9ccff", anchor="start", spacing=0.06)
        _placed(c, draw_cover("paper-kingdoms"), 870, 90, 280, 6)
        return c
    c = Canvas(1200, 630, store + "og")
    if store == "studio":
        c.fill("#faf6ee")
        c.text("dmserif", "Paper & Grain", 70, 320, 100, "#2a2420", anchor="start", fit=680)
        c.text("playfair-italic", "Books and materials for people who make things", 74, 390, 34, "#b5462f", anchor="start", fit=680)
        _placed(c, covers_books.draw_book("the-slow-garden"), 810, 90, 310, 5)
        return c
    c.fill(c.linear("#0f6b57", "#07382f", angle=40))
    c.text("grotesk", "Fernworks", 70, 320, 110, "#fff", anchor="start")
    c.text("inter", "Well-made software you can own", 74, 390, 38, "#bdf0dc", anchor="start")
    _placed(c, icons.draw_icon("fernworks-suite"), 760, 120, 390)
    return c
