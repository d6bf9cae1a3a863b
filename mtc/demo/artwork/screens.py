"""Invented product screenshots of the software store: a window with one of six kinds of content, 1280 by 800."""

# ruff: noqa: E501 - path data and tables of drawings read worse when they are folded

import math
from collections.abc import Callable

from mtc.demo.artwork.canvas import Canvas
from mtc.demo.artwork.icons import MARKS

SIDES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "tallybook": ("table", ("Overview", "Bank", "Invoices", "Payroll", "VAT return"), ("Cedar Lane Bakery", "Office rent", "Northern Paper Co", "Payroll, June", "Client 204", "Card terminal", "Courier", "Stationery")),
    "marginalia": ("document", ("Library", "Highlights", "Outlines", "Citations", "Scans"), ("On the tides of lakes", "Page 12, margin", "See also: Marsh 1904", "Counter-example", "Key claim")),
    "framecatch": ("canvas", ("Capture", "Record", "Guides", "History", "Blur rules"), ("Step 1", "Step 2", "Arrow", "Blurred", "Caption")),
    "vaultkeep": ("table", ("All items", "Passkeys", "Shared", "Health", "Emergency"), ("Company bank", "Router, attic", "Domain registrar", "Payroll portal", "Alarm code", "Insurance", "Mail server", "Library card")),
    "pinemark": ("document", ("Chapters", "Notes", "Targets", "Exports", "History"), ("The river in winter", "Draft 4", "1,204 words today", "Focus", "Outline")),
    "driftsync": ("chart", ("Folders", "Devices", "Versions", "Restore", "Reports"), ("Studio desktop", "Laptop", "Attic server", "Photos", "Projects")),
    "lumenroom": ("photo", ("Light table", "Develop", "Film looks", "Print", "Catalogue"), ("Exposure", "Warmth", "Shadows", "Grain", "Clarity")),
    "querybird": ("code", ("Connections", "Queries", "Plans", "Snippets", "Migrations"), ("select name, total", "from orders", "join customers using (id)", "where total > 250", "order by total desc")),
    "postern": ("chart", ("Live", "Programs", "Rules", "Profiles", "Map"), ("Mail", "Updater", "Browser", "Printer driver", "Sync")),
    "hourwise": ("chart", ("Today", "Week", "Budgets", "Clients", "Invoices"), ("Harbour rebrand", "Admin", "Site visit", "Workshop", "Reviews")),
    "boardwalk": ("board", ("Boards", "Calendar", "Timeline", "Odds", "Reports"), ("Ship the catalogue", "Proof cover", "Book printer", "Final edit", "Test scanner", "Draft contract", "Order labels", "Update map", "Call venue")),
    "cutroom": ("photo", ("Rushes", "Transcript", "Timeline", "Colour", "Captions"), ("Camera A", "Camera B", "Room noise", "Captions", "Music")),
    "sonoform": ("wave", ("Sessions", "Repair", "Brush", "Loudness", "Export"), ("Hum", "Hiss", "Clicks", "Room", "Voice")),
    "diagrammar": ("canvas", ("Diagrams", "Text", "Styles", "Library", "Export"), ("Order", "Reserve", "Deliver", "Refund", "Archive")),
    "rackline": ("table", ("Assets", "People", "Renewals", "Locations", "Audit"), ("Laptop 0412", "Projector, hall", "Label printer", "Switch, floor 2", "Phone 118", "Tablet 07", "Camera kit", "Monitor 233")),
    "mailhaven": ("table", ("Archive", "Search", "Rules", "Sources", "Exports"), ("Re: lease of the yard", "Invoice 2204", "Photographs of the site", "Minutes, 4 March", "Re: Re: boiler", "Contract, signed", "Thank you", "Seed order")),
    "branchwise": ("code", ("History", "Changes", "Branches", "Reviews", "Stash"), ("Split the invoice page", "Fix rounding of tax", "Merge harbour-theme", "Add offline reviews", "Tidy names")),
    "fernworks-suite": ("board", ("Tools", "People", "Seats", "Renewal", "Invoices"), ("Tallybook", "Hourwise", "Boardwalk", "Marginalia", "Pinemark", "Framecatch", "Vaultkeep", "Driftsync", "Mailhaven")),
}  # fmt: skip
Paint = tuple[str, str, str, str, str]
LIGHT: tuple[str, str, str, str] = ("#ffffff", "#f5f7f6", "#1b2622", "#8a9691")
DARK: tuple[str, str, str, str] = ("#171a21", "#1f242d", "#eef1f5", "#8b95a5")
X, Y, W, H = 330, 150, 850, 560


def _table(c: Canvas, p: Paint, words: tuple[str, ...]) -> None:
    for index, (title, value) in enumerate((("This month", "12,480"), ("Open", "17"), ("Checked", "98%"))):
        c.rect(X + index * 284, Y, 262, 104, p[1], rx=14)
        c.label(title, X + 22 + index * 284, Y + 36, 17, p[3])
        c.label(value, X + 22 + index * 284, Y + 80, 36, p[2], font_weight=700)
    for row, word in enumerate(words):
        y = Y + 146 + row * 52
        c.rect(X, y - 2, W - 20, 1.5, p[3], opacity=0.25)
        c.circle(X + 20, y + 25, 12, p[4], opacity=round(0.35 + row % 3 * 0.3, 2))
        c.label(word, X + 48, y + 31, 18, p[2])
        c.rect(X + 430, y + 16, 96, 22, p[4], rx=11, opacity=0.16)
        c.label(("Settled", "Waiting", "Shared")[row % 3], X + 446, y + 32, 14, p[4])
        c.label(f"{c.rng.randrange(1, 28)} {['Jun', 'Jul', 'Aug'][row % 3]}", X + 596, y + 31, 16, p[3])
        c.label(f"{c.rng.randrange(18, 940)}.{c.rng.randrange(10, 99)}", X + W - 40, y + 31, 18, p[2], text_anchor="end")


def _document(c: Canvas, p: Paint, words: tuple[str, ...]) -> None:
    c.label(words[0], X + 30, Y + 56, 40, p[2], font_family="Georgia,serif", font_weight=700)
    lines = "".join(f"M{X + 30} {Y + 110 + row * 30}h{c.rng.randrange(420, 510) if row % 5 != 4 else 260}" for row in range(15))
    for row in (2, 3, 9):
        c.rect(X + 26, Y + 97 + row * 30, 430, 26, "#ffd84a" if row < 4 else p[4], opacity=0.4, rx=4)
    c.path(lines, "none", stroke=p[3], stroke_width=7, opacity=0.5, stroke_linecap="round")
    for index, word in enumerate(words[1:]):
        y = Y + 100 + index * 108
        c.rect(X + 600, y, 230, 84, p[1], rx=12)
        c.rect(X + 600, y, 6, 84, p[4], rx=3)
        c.label(word, X + 622, y + 34, 17, p[2], font_weight=600)
        c.rect(X + 622, y + 50, 150, 8, p[3], rx=4, opacity=0.4)


def _canvas(c: Canvas, p: Paint, words: tuple[str, ...]) -> None:
    c.rect(X, Y, W - 20, H, c.pattern(26, 26, f'<circle cx="13" cy="13" r="1.6" fill="{p[3]}" opacity=".45"/>'))
    spots = ((60, 60), (340, 60), (340, 240), (610, 240), (340, 420))
    c.stroke("".join(f"M{X + a[0] + 100} {Y + a[1] + 45}L{X + b[0] + 100} {Y + b[1] + 45}" for a, b in ((spots[0], spots[1]), (spots[1], spots[2]), (spots[2], spots[3]), (spots[2], spots[4]))), p[4], 4)
    for index, ((dx, dy), word) in enumerate(zip(spots, words, strict=True)):
        c.rect(X + dx, Y + dy, 200, 90, p[4] if index % 2 else p[0], rx=45 if index == 3 else 16, stroke=p[4], stroke_width=3)
        c.label(word, X + dx + 100, Y + dy + 53, 21, "#fff" if index % 2 else p[2], text_anchor="middle", font_weight=600)


def _chart(c: Canvas, p: Paint, words: tuple[str, ...]) -> None:
    c.rect(X, Y, W - 20, 300, p[1], rx=14)
    points = [(X + 30 + k * 60, Y + 210 - 90 * math.sin(k * 0.55 + len(words[0])) - c.rng.randrange(0, 60)) for k in range(14)]
    line = "L".join(f"{x:.0f} {y:.0f}" for x, y in points)
    c.path(f"M{line}V{Y + 280}H{X + 30}z", c.linear((0, p[4], 0.45), (1, p[4], 0)))
    c.path(f"M{line}", "none", stroke=p[4], stroke_width=5, stroke_linejoin="round")
    for index, word in enumerate(words):
        y = Y + 345 + index * 44
        c.label(word, X, y, 18, p[2])
        c.rect(X + 190, y - 15, 500, 16, p[3], rx=8, opacity=0.2)
        share = c.rng.uniform(0.2, 0.95)
        c.rect(X + 190, y - 15, 500 * share, 16, p[4], rx=8, opacity=round(1 - index * 0.14, 2))
        c.label(f"{share * 100:.0f}%", X + 770, y, 18, p[3], text_anchor="end")


def _photo(c: Canvas, p: Paint, words: tuple[str, ...]) -> None:
    with c.group(clip_path=c.clip(f'<rect x="{X}" y="{Y}" width="580" height="390" rx="12"/>')):
        c.rect(X, Y, 580, 390, c.linear("#27305e", "#b95f74", "#ffc27a"))
        c.circle(X + 380, Y + 210, 62, "#fff0c9")
        c.path(f"M{X} {Y + 300}l110-120 90 90 120-150 140 170 120-70v180H{X}z", "#3b2a52")
        c.path(f"M{X} {Y + 340}q200-60 580 10v60H{X}z", "#16122b")
    for index in range(6):
        c.rect(X + index * 98, Y + 412, 88, 64, c.linear(("#2f4858", "#b95f74", "#edae49", "#66a182", "#5b4b8a", "#c8553d")[index], "#f4d9b8"), rx=8)
    c.rect(X, Y + 500, 580, 40, p[1], rx=8)
    c.rect(X + 60, Y + 506, 230, 28, p[4], rx=6)
    c.rect(X + 300, Y + 506, 150, 28, p[4], rx=6, opacity=0.5)
    for index, word in enumerate(words):
        y = Y + 26 + index * 92
        c.label(word, X + 612, y, 18, p[2])
        c.rect(X + 612, y + 22, 210, 6, p[3], rx=3, opacity=0.4)
        c.circle(X + 612 + c.rng.randrange(40, 190), y + 25, 11, p[4])


def _code(c: Canvas, p: Paint, words: tuple[str, ...]) -> None:
    c.rect(X, Y, W - 20, 250, p[1], rx=14)
    for index, word in enumerate(words):
        c.label(str(index + 1), X + 24, Y + 48 + index * 42, 18, p[3])
        c.label(word, X + 64, Y + 48 + index * 42, 21, p[4] if index % 2 == 0 else p[2], font_family="ui-monospace,Consolas,monospace")
    lanes = (p[4], "#f59e0b", "#38bdf8")
    for index in range(7):
        y = Y + 292 + index * 40
        lane = (0, 0, 1, 1, 2, 1, 0)[index]
        c.stroke(f"M{X + 26} {y}v40" + (f"M{X + 54} {y}v40" if 1 < index < 6 else ""), p[3], 3)
        c.circle(X + 26 + lane * 28, y + 8, 9, lanes[lane])
        c.rect(X + 130, y, c.rng.randrange(180, 380), 14, p[2], rx=7, opacity=0.55)
        c.rect(X + 660, y, 120, 14, p[3], rx=7, opacity=0.4)


def _board(c: Canvas, p: Paint, words: tuple[str, ...]) -> None:
    for column, title in enumerate(("Next", "Under way", "Done")):
        x = X + column * 284
        c.rect(x, Y, 264, H, p[1], rx=16)
        c.label(title, x + 20, Y + 40, 19, p[3], font_weight=600)
        for row, word in enumerate(words[column * 3 : column * 3 + 3]):
            y = Y + 66 + row * 150
            c.rect(x + 14, y, 236, 132, p[0], rx=12, stroke=p[3], stroke_opacity=0.25)
            c.rect(x + 30, y + 18, 60, 9, (p[4], "#f59e0b", "#e11d48")[(row + column) % 3], rx=4)
            c.label(word, x + 30, y + 58, 19, p[2], font_weight=600)
            c.rect(x + 30, y + 76, 150, 8, p[3], rx=4, opacity=0.35)
            c.circle(x + 222, y + 104, 14, p[4], opacity=0.7)
            c.label(f"{c.rng.randrange(61, 98)}% on time", x + 30, y + 112, 15, p[3])


def _wave(c: Canvas, p: Paint, words: tuple[str, ...]) -> None:
    for track in range(3):
        y = Y + 80 + track * 160
        c.rect(X, y - 70, W - 20, 140, p[1], rx=14)
        d = ""
        for step in range(100):
            tall = 56 * abs(math.sin(step * 0.13 + track)) * c.rng.uniform(0.3, 1)
            d += f"M{X + 20 + step * 8} {y - tall:.0f}v{tall * 2:.0f}"
        c.stroke(d, (p[4], "#38bdf8", "#f59e0b")[track], 4)
    for index, word in enumerate(words):
        c.label(word, X + 40 + index * 165, Y + H - 20, 17, p[2])
        c.rect(X + 40 + index * 165, Y + H - 8, 110, 8, p[4], rx=4, opacity=0.6)


KINDS: dict[str, Callable[[Canvas, Paint, tuple[str, ...]], None]] = {
    "table": _table, "document": _document, "canvas": _canvas, "chart": _chart, "photo": _photo, "code": _code, "board": _board, "wave": _wave,
}  # fmt: skip
SECOND = {"table": "chart", "document": "board", "canvas": "document", "chart": "table", "photo": "wave", "code": "chart", "board": "chart", "wave": "photo"}


def draw_screen(slug: str, page: int = 1) -> Canvas:
    """A product's first (1) or second (2) screenshot, in a window on a backdrop of its icon's colours."""
    top, bottom, _ = MARKS[slug]
    kind, side, words = SIDES[slug]
    kind = kind if page == 1 else SECOND[kind]
    words = words + side if kind in ("board", "table") and len(words) < 8 else words
    words = words[:9] if kind == "board" else words[:8] if kind == "table" else words[:5]
    dark = slug in ("lumenroom", "cutroom", "sonoform", "querybird", "postern")
    accent = {"pinemark": "#1f6b47", "hourwise": "#d97706", "diagrammar": "#0891b2", "mailhaven": "#2563eb", "lumenroom": "#ffb26b", "cutroom": "#f43f5e", "vaultkeep": "#16916c", "postern": "#f59e0b"}.get(slug, top)
    p: Paint = (*(DARK if dark else LIGHT), accent)
    c = Canvas(1280, 800, f"{slug}{page}")
    c.fill(c.linear(top, bottom, angle=50))
    c.rect(70, 64, 1140, 700, "#000", rx=22, opacity=0.35, filter=c.blur(18))
    c.rect(60, 50, 1160, 700, p[0], rx=20)
    c.path("M80 50h200v700H80q-20 0-20-20V70q0-20 20-20z", p[1])
    for index, paint in enumerate(("#ff5f57", "#febc2e", "#28c840")):
        c.circle(92 + index * 26, 82, 8, paint)
    for index, item in enumerate(side):
        on = index == (0 if page == 1 else 2)
        if on:
            c.rect(74, 136 + index * 54, 192, 42, accent, rx=10, opacity=0.18)
        c.circle(98, 157 + index * 54, 8, accent if on else p[3])
        c.label(item, 118, 163 + index * 54, 18, p[2] if on else p[3], font_weight=600 if on else None)
    c.label(side[0 if page == 1 else 2], X, 112, 27, p[2], font_weight=700)
    c.rect(980, 84, 200, 38, p[1], rx=19)
    c.label("Search", 1010, 109, 16, p[3])
    KINDS[kind](c, p, words)
    return c
