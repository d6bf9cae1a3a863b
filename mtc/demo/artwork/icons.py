"""App icons of the software store: a rounded tile with one bold mark each, 512 by 512."""

# ruff: noqa: E501 - path data and tables of drawings read worse when they are folded

from mtc.demo.artwork.canvas import Canvas

MARKS: dict[str, tuple[str, str, str]] = {
    "tallybook": ("#0f8a6c", "#0a4f48", '<path d="M150 120h170q44 0 44 44v228H194q-44 0-44-44z" fill="#fff"/><path d="M194 392q-44 0-44-44t44-44h170" fill="#cfeee2"/><path d="M200 170v104m40-104v104m40-104v104m40-104v104M182 262l156-80" stroke="#0f8a6c" stroke-width="16" stroke-linecap="round"/>'),
    "marginalia": ("#f2b632", "#d97706", '<path d="M150 108h160l56 56v240H150z" fill="#fffaf0"/><path d="M310 108v56h56z" fill="#f7d88b"/><path d="M186 210h96m-96 44h140m-140 44h140" stroke="#b8a98a" stroke-width="14"/><path d="M180 254h130" stroke="#ffe14d" stroke-width="34" opacity=".8"/><path d="M398 250l-120 120-14 52 52-14 120-120z" fill="#7c2d12"/>'),
    "framecatch": ("#7c5cff", "#4a1fb8", '<path d="M130 200v-70h70m112 0h70v70m0 112v70h-70m-112 0h-70v-70" stroke="#fff" stroke-width="30" fill="none" stroke-linecap="round" stroke-linejoin="round"/><circle cx="256" cy="256" r="66" fill="#ffd84a"/><circle cx="256" cy="256" r="30" fill="#4a1fb8"/>'),
    "vaultkeep": ("#22344f", "#0b1626", '<path d="M256 98l140 46v120q0 100-140 154-140-54-140-154V144z" fill="#4fd1a5"/><path d="M256 98l140 46v120q0 100-140 154z" fill="#2fae86"/><circle cx="256" cy="226" r="42" fill="#0b1626"/><path d="M240 240h32l18 96h-68z" fill="#0b1626"/>'),
    "pinemark": ("#e9f2e4", "#a8cfa0", '<path d="M256 92l96 128h-44l76 104H284v78h-56v-78H128l76-104h-44z" fill="#1f6b47"/><path d="M256 92l96 128h-44l76 104H284v78h-28z" fill="#154b33"/><path d="M150 420h212" stroke="#154b33" stroke-width="16" stroke-linecap="round"/>'),
    "driftsync": ("#38bdf8", "#0369a1", '<path d="M120 230q40-90 136-90 70 0 112 46" stroke="#fff" stroke-width="36" fill="none" stroke-linecap="round"/><path d="M392 120v100h-100z" fill="#fff"/><path d="M392 282q-40 90-136 90-70 0-112-46" stroke="#bae6fd" stroke-width="36" fill="none" stroke-linecap="round"/><path d="M120 392V292h100z" fill="#bae6fd"/>'),
    "lumenroom": ("#1c1c28", "#08080f", '<circle cx="256" cy="256" r="150" fill="#fff4d6"/><path d="M256 106l60 96h-120z" fill="#ff7b54"/><path d="M386 182l-30 112-60-98z" fill="#ffb26b"/><path d="M386 332H270l58-98z" fill="#ffd56f"/><path d="M256 406l-60-96h120z" fill="#6dd3ce"/><path d="M126 332l30-112 60 98z" fill="#3c91e6"/><path d="M126 182h116l-58 98z" fill="#b45fd6"/><circle cx="256" cy="256" r="44" fill="#08080f"/>'),
    "querybird": ("#ff7e67", "#c73866", '<path d="M120 300c0-110 80-170 170-170 46 0 76 26 82 60l50 20-48 22c0 110-70 170-160 170-60 0-94-40-94-102z" fill="#fff"/><circle cx="318" cy="196" r="15" fill="#c73866"/><path d="M160 320q60 50 120-10 26-30 20-70-80-10-140 80z" fill="#ffd0c4"/><path d="M120 300l-30 110 76-40z" fill="#fff"/>'),
    "postern": ("#475569", "#1e293b", '<path d="M140 410V230q0-116 116-116t116 116v180z" fill="#cbd5e1"/><path d="M184 410V240q0-76 72-76t72 76v170z" fill="#0f172a"/><path d="M256 164q72 0 72 76v170l-72-26z" fill="#f59e0b"/><circle cx="284" cy="302" r="11" fill="#0f172a"/>'),
    "hourwise": ("#fde68a", "#f59e0b", '<circle cx="256" cy="256" r="150" fill="#fff"/><path d="M256 256V106a150 150 0 0 1 130 225z" fill="#f97316"/><circle cx="256" cy="256" r="150" fill="none" stroke="#78350f" stroke-width="22"/><path d="M256 160v96l66 40" stroke="#78350f" stroke-width="24" stroke-linecap="round" stroke-linejoin="round" fill="none"/>'),
    "boardwalk": ("#2f6fed", "#1e3a9f", '<rect x="112" y="120" width="82" height="272" rx="18" fill="#fff"/><rect x="215" y="120" width="82" height="190" rx="18" fill="#9ec5ff"/><rect x="318" y="120" width="82" height="120" rx="18" fill="#ffd84a"/><path d="M112 420h288" stroke="#fff" stroke-width="18" stroke-linecap="round"/>'),
    "cutroom": ("#111827", "#000", '<rect x="104" y="220" width="304" height="180" rx="20" fill="#f43f5e"/><path d="M104 160l290-54 12 60-290 54z" fill="#fff"/><path d="M150 152l44 52m20-64l44 52m20-64l44 52m20-64l44 52" stroke="#111827" stroke-width="22"/><path d="M150 280h120m-120 44h200m-200 40h70" stroke="#fff" stroke-width="18" stroke-linecap="round"/>'),
    "sonoform": ("#06b6d4", "#4f46e5", '<path d="M110 256v0m44-40v80m44-140v200m44-250v300m44-220v140m44-200v260m44-170v80m28-46v12" stroke="#fff" stroke-width="24" stroke-linecap="round"/>'),
    "diagrammar": ("#ecfeff", "#a5f3fc", '<path d="M256 190v60m0 0H160v60m96-60h96v60" stroke="#155e75" stroke-width="18" fill="none"/><rect x="186" y="104" width="140" height="90" rx="20" fill="#0891b2"/><circle cx="160" cy="356" r="56" fill="#f97316"/><path d="M352 292l64 64-64 64-64-64z" fill="#155e75"/>'),
    "rackline": ("#b91c1c", "#5f0f1f", '<rect x="126" y="110" width="260" height="84" rx="18" fill="#fff"/><rect x="126" y="214" width="260" height="84" rx="18" fill="#fecaca"/><rect x="126" y="318" width="260" height="84" rx="18" fill="#fff"/><path d="M160 152h90m-90 104h120m-120 104h60" stroke="#5f0f1f" stroke-width="16" stroke-linecap="round"/><circle cx="346" cy="152" r="14" fill="#16a34a"/><circle cx="346" cy="256" r="14" fill="#f59e0b"/><circle cx="346" cy="360" r="14" fill="#16a34a"/>'),
    "mailhaven": ("#bfdbfe", "#60a5fa", '<path d="M100 230L256 110l156 120v170H100z" fill="#1e3a8a"/><path d="M140 170h232v170H140z" fill="#fff"/><path d="M176 216h160m-160 40h110" stroke="#93c5fd" stroke-width="16"/><path d="M100 236l156 104 156-104v164H100z" fill="#2563eb"/><path d="M100 400l130-92m182 92l-130-92" stroke="#1e3a8a" stroke-width="12"/>'),
    "branchwise": ("#14532d", "#052e16", '<path d="M176 130v252M176 300q0-70 90-80t90-86" stroke="#bbf7d0" stroke-width="28" fill="none" stroke-linecap="round"/><circle cx="176" cy="130" r="40" fill="#4ade80"/><circle cx="176" cy="382" r="40" fill="#fff"/><circle cx="356" cy="136" r="40" fill="#facc15"/><path d="M356 210q60 50 20 150-90-30-70-110z" fill="#22c55e"/>'),
    "fernworks-suite": ("#0f6b57", "#07382f", '<path d="M256 420C250 300 262 200 330 96" stroke="#d9f99d" stroke-width="18" fill="none" stroke-linecap="round"/><path d="M258 360c-90 10-130-30-140-80 70-10 124 14 140 80zM264 288c-70 0-104-36-110-80 60-4 100 22 110 80zM282 216c-50-6-74-36-76-72 44 0 72 26 76 72zM258 370c80 20 130-10 148-58-70-20-124 0-148 58zM268 296c70 10 108-20 120-62-60-14-104 8-120 62zM288 216c50 2 80-22 90-58-48-6-78 14-90 58z" fill="#a3e635"/>'),
}  # fmt: skip


def draw_icon(slug: str) -> Canvas:
    """An app icon on its rounded tile, with a soft top light."""
    top, bottom, mark = MARKS[slug]
    c = Canvas(512, 512, slug)
    c.rect(24, 34, 464, 464, "#0b1220", rx=112, opacity=0.18, filter=c.blur(9))
    c.rect(24, 20, 464, 464, c.linear(top, bottom, angle=70), rx=112)
    c.rect(24, 20, 464, 464, c.radial((0, "#fff", 0.35), (1, "#fff", 0), cx=0.3, cy=0, r=0.9), rx=112)
    with c.group(transform="translate(0 -4)", fill="none"):
        c.add(mark)
    c.rect(26, 22, 460, 460, "none", rx=110, stroke="#fff", stroke_opacity=0.25, stroke_width=3)
    return c
