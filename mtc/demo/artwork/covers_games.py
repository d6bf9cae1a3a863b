"""Covers, screenshots and banners of the games store: a scene, its lettering and a quiet frame."""

# ruff: noqa: E501 - path data and tables of drawings read worse when they are folded

from collections.abc import Callable
from dataclasses import dataclass

from mtc.demo.artwork import scenes_fantasy as f
from mtc.demo.artwork import scenes_future as u
from mtc.demo.artwork import scenes_play as p
from mtc.demo.artwork.canvas import Canvas
from mtc.demo.artwork.scenery import shade

Scene = Callable[[Canvas], None]


@dataclass(frozen=True)
class Cover:
    """Design of a game's cover: its scene, title lines, typeface, place and paints."""

    scene: Scene
    lines: tuple[str, ...]
    font: str
    y: float
    size: float
    face: tuple[str, ...]
    edge: str
    tag: str
    style: str = "edge"
    spacing: float = 0.0
    dark: tuple[float, float] = (0.55, 0.75)


COVERS: dict[str, Cover] = {
    "emberfall-chronicles": Cover(f.emberfall, ("EMBERFALL", "CHRONICLES"), "cinzel", 0.12, 96, ("#fff6d8", "#ffc65c", "#e86a1f"), "#2a070b", "AN EPIC IN ASH AND OATHS", spacing=0.02),
    "emberfall-ashen-crown": Cover(f.ashen_crown, ("EMBERFALL", "ASHEN CROWN"), "cinzel", 0.11, 84, ("#ffe9c2", "#ff9440"), "#12060c", "STORY EXPANSION", spacing=0.02),
    "starwright": Cover(u.starwright, ("STARWRIGHT",), "orbitron", 0.13, 90, ("#fff", "#b9a8ff"), "#1a0f52", "BUILD THE FLEET YOU DESERVE", "glow"),
    "starwright-ring-yards": Cover(u.ring_yards, ("STARWRIGHT", "RING YARDS"), "orbitron", 0.12, 78, ("#fff", "#7fe9e6"), "#04202e", "EXPANSION", "glow"),
    "neon-meridian": Cover(u.neon_meridian, ("Neon", "Meridian"), "pacifico", 0.14, 128, ("#fff", "#ffd0f4", "#ff4fd8"), "#3b0a63", "MIDNIGHT STREET RACING", "glow"),
    "hollow-tides": Cover(f.hollow_tides, ("Hollow", "Tides"), "uncial", 0.13, 122, ("#f4ffe9", "#a8e0cb"), "#06202a", "THE SEA IS LOOKING BACK"),
    "ironbark-tactics": Cover(f.ironbark, ("IRONBARK", "TACTICS"), "anton", 0.16, 130, ("#fffbe0", "#dfe88a"), "#0b2a22", "HOLD THE LAST FOREST"),
    "paper-kingdoms": Cover(f.paper_kingdoms, ("Paper", "Kingdoms"), "abril", 0.13, 112, ("#7d3c5e", "#462a52"), "#fff8ea", "A DECK-BUILDING WAR", dark=(0, 0.35)),
    "saltmarsh-seasons": Cover(f.saltmarsh, ("Saltmarsh", "Seasons"), "pacifico", 0.13, 112, ("#fff", "#fff7df"), "#24695f", "A SMALL FARM BY A WIDE SKY", dark=(0.1, 0.5)),
    "nightshift-at-dock-nine": Cover(u.dock_nine, ("NIGHTSHIFT", "AT DOCK NINE"), "bebas", 0.15, 140, ("#ffe9bd", "#ffb95e"), "#04090e", "NOBODY SAW THE THIRD CRATE"),
    "quantum-locksmith": Cover(u.locksmith, ("QUANTUM", "LOCKSMITH"), "audiowide", 0.105, 76, ("#fff", "#bcd0ff"), "#0a0d2b", "EVERY DOOR IS BOTH", "glow"),
    "red-dune-rally": Cover(u.red_dune, ("RED DUNE", "RALLY"), "ops", 0.12, 100, ("#fff7e6", "#ffe0ad"), "#7a1d12", "2,400 KM. ONE CREW.", dark=(0.15, 0.6)),
    "clockwork-requiem": Cover(f.clockwork, ("CLOCKWORK", "REQUIEM"), "limelight", 0.12, 92, ("#fff3cf", "#e7a94a"), "#1a0f08", "THE CITY STOPS AT MIDNIGHT"),
    "below-the-thermocline": Cover(u.thermocline, ("BELOW THE", "THERMOCLINE"), "bebas", 0.14, 128, ("#fff", "#d3fffa"), "#0b4c83", "SURVIVE ON ONE BREATH", dark=(0.1, 0.7)),
    "voidrunner-zero": Cover(u.voidrunner, ("VOIDRUNNER", "ZERO"), "audiowide", 0.13, 88, ("#fff", "#08d9d6"), "#1a1250", "ROGUELIKE AT 900 KM/S", "glow"),
    "lantern-folk": Cover(f.lantern_folk, ("Lantern", "Folk"), "rye", 0.14, 112, ("#fff1c4", "#ffc45c"), "#0c1030", "TWO PLAYERS. ONE LIGHT."),
    "winterkeep": Cover(f.winterkeep, ("WINTERKEEP",), "cinzel", 0.14, 100, ("#fff", "#d5ecf7"), "#0d1f3a", "KEEP THE FIRE. KEEP THE PEACE.", dark=(0.5, 0.5)),
    "skybound-couriers": Cover(p.couriers, ("SKYBOUND", "COURIERS"), "bangers", 0.14, 128, ("#fff", "#fff3c2"), "#164a9a", "CHAOS, BY AIR MAIL", dark=(0.1, 0.4)),
    "kaiju-council": Cover(p.kaiju_council, ("KAIJU", "COUNCIL"), "bangers", 0.14, 138, ("#fff", "#fff27a"), "#173b56", "CIVIC PLANNING, WITH TEETH", dark=(0.1, 0.5)),
    "mossheart": Cover(f.mossheart, ("Mossheart",), "uncial", 0.13, 110, ("#f2fff5", "#8dffc0"), "#04211f", "WAKE WHAT SLEEPS BELOW", "glow"),
    "siege-of-aldermoor": Cover(f.aldermoor, ("SIEGE OF", "ALDERMOOR"), "playfair", 0.12, 98, ("#fff5dd", "#f0c987"), "#2b1a12", "REAL-TIME CASTLE WARFARE"),
    "last-train-to-vesper": Cover(f.last_train, ("Last Train", "to Vesper"), "playfair-italic", 0.12, 104, ("#fff6e8", "#ffd1a6"), "#150f2e", "SEVEN PASSENGERS. SIX TICKETS."),
    "grid-ghost": Cover(u.grid_ghost, ("GRID GHOST",), "pixel", 0.115, 56, ("#eafff2", "#57f2a0"), "#001208", "YOU WERE NEVER HERE", "glow"),
    "touchline-dynasty": Cover(p.touchline, ("TOUCHLINE", "DYNASTY"), "anton", 0.15, 118, ("#fff", "#f4e3a0"), "#04160f", "MANAGE EVERYTHING BUT THE WEATHER"),
    "thunder-circuit-gt": Cover(u.thunder_circuit, ("THUNDER", "CIRCUIT GT"), "ops", 0.12, 92, ("#fff", "#ffe45c"), "#0b1020", "THE WET LINE IS THE FAST LINE"),
    "beat-cathedral": Cover(p.beat_cathedral, ("BEAT", "CATHEDRAL"), "monoton", 0.12, 82, ("#fff", "#ffd8f6"), "#0d0620", "RAISE THE ROOF, STONE BY STONE", "plain"),
    "apex-warren": Cover(p.warren, ("APEX", "WARREN"), "bangers", 0.14, 140, ("#fff", "#fff3a6"), "#4c1440", "16-PLAYER BURROW BRAWLER", dark=(0.05, 0.4)),
    "orchard-of-echoes": Cover(f.orchard, ("Orchard", "of Echoes"), "dmserif", 0.12, 100, ("#7a2f58", "#5b3a76"), "#fff5f7", "A PUZZLE ABOUT REMEMBERING", "plain", dark=(0, 0.35)),
}  # fmt: skip


def lettering(c: Canvas, cover: Cover, y: float, scale: float = 1.0, x: float = 0.5, width: float = 0.9) -> None:
    """Set the title lines, each as wide as fits, with an edge, a glow or nothing around them."""
    base = c.h * y
    for line in cover.lines:
        data, used = c.letters(cover.font, line, c.w * x, base, cover.size * scale, spacing=cover.spacing, fit=c.w * width)
        face = c.linear(*cover.face)
        layers: list[dict[str, object]] = [{"fill": face}]
        if cover.style == "edge":
            layers = [
                {"fill": cover.edge, "opacity": 0.55, "transform": "translate(0 6)", "stroke": cover.edge, "stroke_width": 12, "stroke_linejoin": "round"},
                {"fill": cover.edge, "stroke": cover.edge, "stroke_width": 7, "stroke_linejoin": "round"},
                *layers,
            ]  # fmt: skip
        elif cover.style == "glow":
            layers = [
                {"fill": cover.face[-1], "filter": c.blur(14), "opacity": 0.9},
                {"fill": cover.edge, "stroke": cover.edge, "stroke_width": 5, "stroke_linejoin": "round"},
                *layers,
            ]
        c.layered(data, layers)
        base += used * (0.98 if cover.font not in ("pacifico", "monoton") else 1.08)


def draw_cover(slug: str) -> Canvas:
    """A game's 600 by 800 cover."""
    cover = COVERS[slug]
    c = Canvas(600, 800, slug)
    cover.scene(c)
    shade(c, *cover.dark)
    lettering(c, cover, cover.y + 0.035)
    c.text("bebas", cover.tag, 300, 764, 25, "#fff", spacing=0.16, fit=520, opacity=0.95)
    c.path("M200 730h200", "none", stroke="#fff", stroke_width=1.5, opacity=0.5)
    return c


def draw_banner(slug: str, width: int = 1600, height: int = 700, seed: str = "", aside: bool = False) -> Canvas:
    """A game's scene without lettering; `aside` moves its middle to the right, so that text fits beside it."""
    c = Canvas(width, height, slug + seed)
    if not aside:
        COVERS[slug].scene(c)
        return c
    with c.group(transform=f"translate(0 {-height * 0.07:.0f})scale(1.25)"):
        COVERS[slug].scene(c)
    return c
